"""Public pages of viewpoints: map with list, list alone, a point's page, and the same as GeoJSON."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for

from geo.core import geometry
from geo.places.picture import HEIGHT, WIDTH
from geo.viewpoints import public as queries
from geo.viewpoints.codes import PUBLIC_STATUSES, STATUSES, STEP_FREE
from webapp import geojson, parameters
from webapp.access import public
from webapp.app import public_session
from webapp.language import href
from webapp.viewpoints import present, preview

viewpoints = Blueprint("viewpoints", __name__)


def _filters() -> queries.Filters:
    return queries.Filters(
        ags=parameters.text("gemeinde", longest=8),
        status=parameters.choice("status", PUBLIC_STATUSES),
        step_free=parameters.flag("stufenlos"),
        toilet=parameters.flag("toilette"),
        text=parameters.text("suche"),
    )


def _asked(day: date, *, with_day: bool = True) -> dict[str, str]:
    """The parameters of the address that a link to the same selection keeps."""
    names = ("gemeinde", "status", "stufenlos", "toilette", "suche")
    kept = {name: request.args[name] for name in names if request.args.get(name)}
    return kept | ({"am": day.isoformat()} if with_day and day != date.today() else {})


def _frame(filters: queries.Filters, day: date) -> dict[str, Any]:
    """What map page and list page share."""
    return {
        "nav": "viewpoints",
        "filters_set": filters,
        "day": day,
        "today": date.today(),
        "towns": queries.towns(public_session(), day),
        "statuses": [(code, names[g.lang == "en"]) for code, names in PUBLIC_STATUSES.items()],
        "args": request.args,
        "kept": _asked(day, with_day=False),
        "asked": _asked(day),
    }


def _linked_day(day: date) -> date | None:
    return None if day == date.today() else day


@viewpoints.get("/blicke")
@public
def overview() -> str:
    """Map and list of all viewpoints as of the day."""
    filters, day = _filters(), parameters.day()
    points = queries.everything(public_session(), filters, day)
    asked: dict[str, Any] = _asked(day) | ({"sprache": "en"} if g.lang == "en" else {})
    data_url = url_for("viewpoints.collection", **asked)
    return render_template(
        "viewpoints/overview.html",
        map_screen=True,
        map_later=True,
        marks=preview.marks(points),
        picture_size=(WIDTH, HEIGHT),
        data_url=data_url,
        rows=[present.card(point, g.lang, _linked_day(day)) for point in points],
        **_frame(filters, day),
    )


@viewpoints.get("/blicke/liste")
@public
def listing() -> str:
    """The same as a table, in pages."""
    filters, day = _filters(), parameters.day()
    page = queries.search(public_session(), filters, day, request.args.get("ab"))
    return render_template(
        "viewpoints/listing.html",
        page=page,
        rows=[(point, present.card(point, g.lang, _linked_day(day))) for point in page.rows],
        is_first=not request.args.get("ab"),
        step_free=STEP_FREE,
        **_frame(filters, day),
    )


@viewpoints.get("/blicke/<int:viewpoint_id>")
@public
def show(viewpoint_id: int) -> str:
    """A point with everything a visitor needs on the spot."""
    session, day = public_session(), parameters.day()
    point = queries.get(session, viewpoint_id, day)
    utm = geometry.utm(geometry.point(point.longitude, point.latitude))
    return render_template(
        "viewpoints/show.html",
        nav="viewpoints",
        point=point,
        day=day,
        today=date.today(),
        title=point.in_language("name", g.lang),
        feature=geojson.slim(present.feature(point, g.lang)),
        directions=present.directions(point.sectors, g.lang),
        compass=present.compass(point.sectors, g.lang),
        furniture=present.furniture(point.furniture, g.lang),
        coordinates=present.coordinates(point.longitude, point.latitude, utm, g.lang),
        statuses=queries.statuses(session, viewpoint_id),
        status_names=STATUSES,
        step_free=STEP_FREE,
        photos=queries.photos(session, point.place_id),
        neighbours=[
            present.neighbour(near, g.lang, _linked_day(day)) for near in queries.neighbours(session, viewpoint_id, day)
        ],
        linked_day=_linked_day(day),
        overview_url=href("viewpoints.overview", **_asked(day)),
    )


@viewpoints.get("/api/v1/blicke")
@public
def collection() -> Response:
    """All viewpoints as of the day, with the page's filters."""
    filters, day = _filters(), parameters.day()
    lang = "en" if request.args.get("sprache") == "en" else g.lang
    points = queries.everything(public_session(), filters, day)
    return geojson.collection(present.feature(point, lang, _linked_day(day)) for point in points)


@viewpoints.get("/api/v1/blicke/<int:viewpoint_id>")
@public
def item(viewpoint_id: int) -> Response:
    """One viewpoint as of the day."""
    day = parameters.day()
    lang = "en" if request.args.get("sprache") == "en" else g.lang
    return geojson.answer(present.feature(queries.get(public_session(), viewpoint_id, day), lang, _linked_day(day)))
