"""The season as a calendar for the wall: a page to print, and the same as a PDF."""

from datetime import timedelta
from typing import Any

from flask import Response, g, render_template, request
from flask_babel import gettext as _

from geo.core import clock
from geo.core.errors import NotFound
from geo.trees import moves, season
from geo.trees.queries import positions
from geo.trees.queries import public as reads
from geo.trees.queries.public import Filters
from webapp import parameters
from webapp.access import public
from webapp.app import public_session
from webapp.trees import words
from webapp.typesetting import in_type


@public
def show() -> str:
    """The season that the day lies in: weeks as a table, the days of moves month by month."""
    return render_template("trees/calendar.html", nav="trees", args=request.args, **_season())


@public
def as_pdf() -> Response:
    """The same as a PDF, A4 across."""
    known = _season()
    style = render_template("trees/calendar_print.css")
    page = render_template("trees/calendar_print.html", **known).replace("</head>", f"<style>{style}</style></head>", 1)
    name = f"{'mobile-trees' if g.lang == 'en' else 'wanderbaeume'}-{known['first'].isoformat()}.pdf"
    answer = Response(in_type(page), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.cache_control.no_cache = True
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _season() -> dict[str, Any]:
    session, day, today = public_session(), parameters.day(), clock.today()
    ags, fleet_id = parameters.text("gemeinde", 8), parameters.whole("allee", 1)
    towns, fleets = reads.towns(session), reads.fleets(session)
    town, fleet = dict(towns).get(ags or ""), dict(fleets).get(fleet_id or 0)
    if ags and town is None:
        raise NotFound(_("Die Stadt"), ags)
    if fleet_id and fleet is None:
        raise NotFound(_("Die Allee"), fleet_id)
    first, last = reads.season_of(session, day, fleet_id)
    standings = positions.standings_of(session, first, last, Filters(fleet_id=fleet_id))
    inside = [one for one in standings if one.last >= first and (town is None or one.municipality == town)]
    found = [
        one for one in moves.moves(standings) if one.touches(town) and first <= one.day <= last + timedelta(days=1)
    ]
    kept = {"gemeinde": ags, "allee": fleet_id, "am": day.isoformat() if day != today else None}
    return {
        "towns": towns,
        "fleets": fleets,
        "town": town,
        "fleet": fleet,
        "first": first,
        "last": last,
        "season": season.table(inside, first, last),
        "months": moves.months(found, first, last + timedelta(days=1)),
        "has_examples": any(stop.is_example for stop in reads.stops_on(session, day, Filters(ags, fleet_id))),
        "kept": {name: value for name, value in kept.items() if value},
        "day": day,
        "today": today,
        "words": words,
    }
