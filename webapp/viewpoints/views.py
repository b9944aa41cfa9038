"""Public pages of viewpoints: map with list, list alone, a point's page, and the same as GeoJSON."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for

from geo.core import clock
from geo.places.picture import HEIGHT, WIDTH
from geo.viewpoints import public as queries
from geo.viewpoints.codes import PUBLIC_STATUSES, STEP_FREE
from webapp import geojson, parameters
from webapp.access import public
from webapp.app import public_session
from webapp.viewpoints import handover, offline, point_pages, present, preview, tours

viewpoints = Blueprint("viewpoints", __name__)

FILTERS = ("gemeinde", "status", "offen", "stufenlos", "toilette", "oepnv", "abendlicht", "schatten", "suche")


def _filters() -> queries.Filters:
    return queries.Filters(
        ags=parameters.text("gemeinde", longest=8),
        status=parameters.choice("status", PUBLIC_STATUSES),
        step_free=parameters.flag("stufenlos"),
        toilet=parameters.flag("toilette"),
        is_open=parameters.flag("offen"),
        transport=parameters.flag("oepnv"),
        evening=parameters.flag("abendlicht"),
        shade=parameters.flag("schatten"),
        text=parameters.text("suche"),
    )


def _asked(day: date, *, with_day: bool = True) -> dict[str, str]:
    """The parameters of the address that a link to the same selection keeps."""
    kept = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    return kept | (parameters.day_chosen(day) if with_day else {})


def _frame(filters: queries.Filters, day: date) -> dict[str, Any]:
    """What map page and list page share."""
    return {
        "nav": "viewpoints",
        "filters_set": filters,
        "day": day,
        "today": clock.today(),
        "towns": queries.towns(public_session(), day),
        "statuses": [(code, names[g.lang == "en"]) for code, names in PUBLIC_STATUSES.items()],
        "args": request.args,
        "kept": _asked(day, with_day=False),
        "asked": _asked(day),
    }


def _linked_day(day: date) -> date | None:
    return None if day == clock.today() else day


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


_POINT = "/blicke/<int:viewpoint_id>"
# Every further page: address, its name, the view.
ROUTES = (
    (_POINT, "show", point_pages.show),
    (f"{_POINT}/leicht", "easy", point_pages.easy),
    (f"{_POINT}/punkt.gpx", "point_gpx", handover.point_gpx),
    (f"{_POINT}/punkt.kml", "point_kml", handover.point_kml),
    (f"{_POINT}/qr.svg", "point_qr", handover.point_qr),
    (f"{_POINT}/stempel", "stamp", offline.stamp),
    (f"{_POINT}/stempel.svg", "stamp_qr", handover.stamp_qr),
    ("/blicke/tour", "tour", tours.page),
    ("/blicke/tour.gpx", "tour_gpx", tours.gpx),
    ("/blicke/tour.kml", "tour_kml", tours.kml),
    ("/api/v1/blicke/tour", "tour_data", tours.data),
    ("/blicke/pass", "card", offline.card),
    ("/blicke/unterwegs", "trip", offline.trip),
    ("/blicke/unterwegs.json", "along", offline.along),
    ("/blicke/unterwegs.js", "worker", offline.worker),
    ("/blicke/app.webmanifest", "manifest", offline.manifest),
)
for _address, _name, _view in ROUTES:
    viewpoints.add_url_rule(_address, _name, _view)
