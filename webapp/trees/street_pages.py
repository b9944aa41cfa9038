"""Public pages of streets: which of them had trees, have them or are to, and what stood in one when."""

from datetime import date

from flask import Response, render_template, request, url_for

from geo.core import clock
from geo.trees.queries import public as reads
from geo.trees.queries import streets
from geo.trees.queries.public import Filters
from webapp import geojson, parameters
from webapp.access import public
from webapp.app import public_session
from webapp.trees import strips, words


@public
def overview() -> str:
    """All streets by town, with a search for one's own."""
    session, day, today = public_session(), parameters.day(), clock.today()
    ags, sought = parameters.text("gemeinde", 8), parameters.text("strasse", 80)
    return render_template(
        "trees/streets.html",
        nav="trees",
        streets=streets.streets_on(session, day, Filters(ags=ags), sought),
        towns=reads.towns(session),
        args=request.args,
        sought=sought,
        query=_kept(day, today),
        day=day,
        today=today,
        words=words,
    )


@public
def show(ags: str, name: str) -> str:
    """A street: what stands here on the day, what comes next, what stood when."""
    session, day, today = public_session(), parameters.day(), clock.today()
    street, life = streets.get_street(session, ags, name, day)
    lang = words.page_language()
    features = [words.feature(stop, day, lang) for stop in street.stops]
    return render_template(
        "trees/street.html",
        nav="trees",
        street=street,
        visits=words.split_by_day(reads.visits(life), day),
        guests=len({one.tree_id for one in life if one.first <= day}),
        years=strips.years(life, day),
        features=[geojson.slim(one) for one in features if one["geometry"]],
        query=_kept(day, today),
        day=day,
        today=today,
        words=words,
    )


@public
def collection() -> Response:
    """The streets as JSON, with the parameters of the page."""
    day, filters = parameters.day(), Filters(ags=parameters.text("gemeinde", 8))
    found = streets.streets_on(public_session(), day, filters, parameters.text("strasse", 80))
    with words.language_of_data() as lang:
        return geojson.plain({"as_of": day.isoformat(), "streets": [_told(street, lang) for street in found]})


@public
def item(ags: str, name: str) -> Response:
    """A street with every visit to it as JSON."""
    day = parameters.day()
    street, life = streets.get_street(public_session(), ags, name, day)
    with words.language_of_data() as lang:
        visits = [words.visit_data(one, lang) for one in reads.visits(life)]
        return geojson.plain({"as_of": day.isoformat(), **_told(street, lang), "visits": visits})


def _told(street: streets.Street, lang: str) -> dict[str, object]:
    return {
        "street": street.name,
        "municipality": street.municipality,
        "ags": street.ags,
        "is_example": street.is_example,
        "url": words.address(lang, "trees.street", ags=street.ags, name=street.name),
        "data": url_for("trees.item_of_street", ags=street.ags, name=street.name),
        "stops": [stop.id for stop in street.stops],
        "trees": len(street.here),
        "until": street.until.isoformat() if street.until else None,
        "next": {"day": street.coming.day.isoformat(), "count": street.coming.count} if street.coming else None,
    }


def _kept(day: date, today: date) -> dict[str, str]:
    return {} if day == today else {"am": day.isoformat()}
