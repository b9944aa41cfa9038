"""The map of a town's trees for its own site: a page that may stand in a frame, and how to put it there."""

from typing import Any

from flask import Response, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import escape

from geo.core import clock
from geo.core.errors import NotFound
from geo.trees import season
from geo.trees.queries import public as reads
from geo.trees.queries.public import Filters
from webapp import headers, parameters
from webapp.access import public
from webapp.app import public_session, register_app
from webapp.trees import words

# Room around the stops of the first view, in degrees (about a kilometre).
MARGIN = 0.009
MOVES = 4
SNIPPET = '<iframe src="{address}" title="{title}" width="100%" height="560" loading="lazy" style="border: 0"></iframe>'


@public
def how() -> Response:
    """Choose a town; what is to be pasted into its site, and how it looks there."""
    towns = reads.towns(public_session())
    ags = parameters.text("gemeinde", 8) or (towns[0][0] if towns else None)
    name = dict(towns).get(ags or "", "")
    if ags and towns and not name:
        raise NotFound(_("Die Stadt"), ags)
    base = register_app().settings.url
    here = words.address(g.lang, "trees.embedded", ags=ags) if name else ""
    page = render_template(
        "trees/embed_how.html",
        nav="trees",
        towns=towns,
        args={**request.args, "gemeinde": ags},
        town=name,
        here=here,
        host=base,
        snippet=SNIPPET.format(address=f"{base}{here}", title=escape(_("Wanderbäume in %(town)s", town=name))),
    )
    return headers.with_own_frame(make_response(page))


@public
def embedded(ags: str) -> Response:
    """A town's trees in a frame of any site: map, list, next moves. Nothing here can be done in somebody's name."""
    session, day = public_session(), parameters.day()
    town = dict(reads.towns(session)).get(ags)
    if town is None:
        raise NotFound(_("Die Stadt"), ags)
    filters = Filters(ags=ags)
    stops = reads.stops_on(session, day, filters)
    query = parameters.day_chosen(day)
    language: dict[str, Any] = {"sprache": "en"} if g.lang == "en" else {}
    first, last = reads.season_of(session, day)
    page = render_template(
        "trees/embedded.html",
        town=town,
        ags=ags,
        stops=stops,
        summary=reads.summary(session, day, filters, moves=MOVES),
        config={
            "features": url_for("trees.collection", gemeinde=ags, **query, **language),
            "kind": "trees",
            "label": _("Karte der Wanderbäume in %(town)s", town=town),
            "embedded": True,
            "remember": False,
            "bounds": _bounds([(stop.lon, stop.lat) for stop in stops if stop.lon and stop.lat]),
        },
        query=query,
        season=(first, last),
        positions=url_for("trees.data_of_season", gemeinde=ags, **query, **language),
        weeks=season.weeks_by_month(first, last),
        day=day,
        today=clock.today(),
        words=words,
    )
    return headers.for_frames(make_response(page))


def _bounds(points: list[tuple[float, float]]) -> list[list[float]]:
    """South-west and north-east corner around the stops."""
    longitudes, latitudes = zip(*points, strict=True)
    return [
        [min(latitudes) - MARGIN, min(longitudes) - MARGIN],
        [max(latitudes) + MARGIN, max(longitudes) + MARGIN],
    ]
