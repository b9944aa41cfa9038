"""A point's own pages for visitors: everything that is needed on the spot, and the same in Leichte Sprache."""

import json
from datetime import date
from typing import Any

from flask import Response, current_app, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from geo.core import clock, geometry
from geo.places.pois import queries as places
from geo.places.pois.queries import Near
from geo.viewpoints import linked_data
from geo.viewpoints import public as queries
from geo.viewpoints.care import public as care
from geo.viewpoints.codes import FURNITURE_STATES, STATUSES, STEP_FREE, VISITABLE
from geo.viewpoints.public import Point
from geo.viewpoints.skylines import public as skylines
from webapp import geojson, parameters
from webapp.access import public
from webapp.app import public_session
from webapp.language import href
from webapp.viewpoints import easy_words, handover, kit, light, offline, present, visiting

REPORT = "defects.report"


def linked(day: date) -> date | None:
    """The day for a link: none for today."""
    return None if day == clock.today() else day


def _report_address(viewpoint_id: int) -> str | None:
    """Where a defect is reported, where this register takes reports."""
    known = REPORT in current_app.view_functions
    return href(REPORT, viewpoint_id=viewpoint_id) if known else None


def _around(near: list[Near]) -> dict[str, Any]:
    return {
        "groups": visiting.near_groups(near, g.lang),
        "near_sources": visiting.sources(near),
        "nearest": {kind: visiting.nearest(near, kind, g.lang) for kind in ("WC", "TRINKWASSER", "HALTESTELLE")}
        | {"PARKPLATZ": visiting.nearest(near, "PARKPLATZ", g.lang)},
    }


@public
def show(viewpoint_id: int) -> Response:
    """A point with everything a visitor needs on the spot."""
    session, day = public_session(), parameters.day()
    point = queries.get(session, viewpoint_id, day)
    photos, limits = queries.photos(session, point.place_id), care.limits(session, viewpoint_id, day)
    utm = geometry.utm(geometry.point(point.longitude, point.latitude))
    terrain = skylines.standing(session, viewpoint_id)  # first: what is renewed meanwhile may be said to be of before
    skyline = skylines.skyline(session, viewpoint_id)
    angles, spot = skyline.angles_deg if skyline else None, (point.longitude, point.latitude)
    kept = {name: value for name, value in request.args.items() if name == "am"}
    answer = make_response(
        render_template(
            "viewpoints/show.html",
            nav="viewpoints",
            point=point,
            day=day,
            today=clock.today(),
            title=point.in_language("name", g.lang),
            feature=geojson.slim(present.feature(point, g.lang)),
            directions=present.directions(point.sectors, g.lang),
            compass=present.compass(point.sectors, g.lang),
            sights=skylines.sights_in_words(session, viewpoint_id, point.sectors, g.lang),
            strips=_strips(skyline),
            terrain=terrain,
            terrain_credit=skyline.credit if skyline else "",
            linked_data=_linked_data(point),
            data_url=url_for("kit.item", viewpoint_id=point.id),
            kit_url=href("kit.overview", viewpoint_id=point.id),
            light=visiting.light(point, day, angles),
            sun_months=light.months(*spot, point.sectors, day.year, angles, g.lang) if point.sectors else [],
            has_skyline=angles is not None,
            way=visiting.last_metres(point, g.lang),
            shade=visiting.shade(point, g.lang) if point.shade != "UNBEKANNT" else None,
            furniture=_furniture(viewpoint_id),
            limits=visiting.limits(limits, g.lang),
            is_overdue=any(one.cause == "PRUEFUNG" for one in limits),
            notices=care.notices(session, viewpoint_id) if day == clock.today() else [],
            coordinates=present.coordinates(point.longitude, point.latitude, utm, g.lang),
            statuses=queries.statuses(session, viewpoint_id),
            status_names=STATUSES,
            step_free=STEP_FREE,
            photos=photos,
            neighbours=_neighbours(point, day),
            others=handover.other_maps(point),
            is_visitable=point.status in VISITABLE,
            report_url=_report_address(viewpoint_id),
            linked_day=linked(day),
            overview_url=href("viewpoints.overview", **kept),
            offline=offline.config(point, photos) if day == clock.today() else None,
            **_around(places.near(session, point.longitude, point.latitude)),
        )
    )
    return offline.allow_worker(answer)


def _strips(skyline: skylines.PublicSkyline | None) -> dict[str, Markup]:
    """The silhouette in the page's language, wide and narrow."""
    found = (skyline.strips.get(g.lang) or {}) if skyline else {}
    return {width: Markup(svg) for width, svg in found.items()}  # noqa: S704 (escaped by its maker)


def _linked_data(point: Point) -> Markup:
    """The point for search engines: a block of data, which no browser runs."""
    body = json.dumps(linked_data.document([kit.record(point)]), ensure_ascii=False)
    held = body.replace("<", "\\u003c").replace("&", "\\u0026")
    return Markup(f'<script type="application/ld+json">{held}</script>')  # noqa: S704 (no sign of markup is left)


def _furniture(viewpoint_id: int) -> list[tuple[str, str | None]]:
    """Each piece in words, and its state where that is not good."""
    pieces = {one.kind: one.state for one in care.furniture(public_session(), viewpoint_id)}
    english = g.lang == "en"
    return [
        (present.furniture([kind], g.lang)[0], None if state == "GUT" else FURNITURE_STATES[state][english])
        for kind, state in pieces.items()
    ]


def _neighbours(point: Point, day: date) -> list[dict[str, Any]]:
    return [
        present.neighbour(near, g.lang, linked(day)) for near in queries.neighbours(public_session(), point.id, day)
    ]


@public
def easy(viewpoint_id: int) -> ResponseReturnValue:
    """The point in Leichte Sprache, which is German whatever page leads here."""
    if g.lang != "de":
        return redirect(url_for("viewpoints.easy", viewpoint_id=viewpoint_id))
    session, today = public_session(), clock.today()
    point = queries.get(session, viewpoint_id, today)
    near = places.near(session, point.longitude, point.latitude)
    return render_template(
        "viewpoints/easy.html",
        nav="viewpoints",
        point=point,
        alternate_url=None,
        sections=easy_words.sections(point, near, care.notices(session, viewpoint_id)),
        photos=queries.photos(session, point.place_id)[:1],
    )
