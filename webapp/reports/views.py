"""Stand-alone reports by a button: what a public page shows, or what somebody of the town may see, as one HTML file."""

from collections.abc import Callable

from flask import Blueprint, Response, g
from flask_babel import gettext as _

from geo.core import clock
from geo.core.access import Action
from geo.core.errors import Invalid, NotFound
from geo.reports import outlook, season, town
from geo.reports.page import MEDIA_TYPE, Report, as_html
from geo.trees.queries.public import Filters as TreeFilters
from geo.vacancies import offers
from geo.viewpoints.public import Filters as PointFilters
from webapp import parameters, taking_away
from webapp.access import needs, public
from webapp.app import chosen_town, end_reading, public_session, staff_session
from webapp.turns import Turns

TURNS = Turns(visitors=3, wait_seconds=10)
reports = Blueprint("reports", __name__)
reports_intern_files = Blueprint("reports_files", __name__)


@reports.get("/leerstand/karte.html")
@public
def vacancies() -> Response:
    """What a town has published: `gemeinde` says which."""
    ags = parameters.text("gemeinde", longest=8)
    if ags is None:
        raise Invalid({"gemeinde": _("Bitte wählen Sie zuerst eine Gemeinde.")})
    name = dict(offers.towns(public_session())).get(ags)
    if name is None:
        raise NotFound(_("Die Stadt"), ags)
    return _file(
        lambda: town.public(public_session(), ags, name, parameters.day(), clock.today(), g.lang),
        f"{'vacancies' if g.lang == 'en' else 'leerstand'}-{ags}",
    )


@reports.get("/baeume/karte.html")
@public
def trees() -> Response:
    """The season that the day lies in."""
    filters = TreeFilters(ags=parameters.text("gemeinde", longest=8), fleet_id=parameters.whole("allee", least=1))
    return _file(
        lambda: season.report(public_session(), parameters.day(), clock.today(), g.lang, filters),
        "mobile-trees" if g.lang == "en" else "wanderbaeume",
    )


@reports.get("/blicke/karte.html")
@public
def viewpoints() -> Response:
    """All viewpoints, or those of a town."""
    filters = PointFilters(ags=parameters.text("gemeinde", longest=8))
    return _file(
        lambda: outlook.report(public_session(), parameters.day(), clock.today(), g.lang, filters),
        "finest-views" if g.lang == "en" else "schoenste-blicke",
    )


@reports_intern_files.get("/leerstand/karte.html")
@needs(Action.VACANCY_VIEW)
def internal_vacancies() -> Response:
    """Every unit of the town that stands empty or will; the file says that it is internal."""
    here, day = chosen_town(), parameters.day()
    ags, name = town.keys_of(staff_session(), here)
    answer = _file(
        lambda: town.internal(staff_session(), here, ags, name, day, clock.today()), f"leerstand-intern-{ags}"
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _file(make: Callable[[], Report], name: str) -> Response:
    """To be kept, not shown: a page of ours has a policy that lets no script of a file run."""
    end_reading()
    with TURNS.taken():
        page = as_html(make())
    return taking_away.file(page.encode(), MEDIA_TYPE, f"{name}-{parameters.day()}.html", is_attached=True)
