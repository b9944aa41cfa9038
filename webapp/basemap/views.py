"""Views: the base map as GeoJSON, and the search for a place name."""

import gzip
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, request, url_for
from flask_babel import gettext as _

from geo.core import clock
from geo.places.basemap import PLACES_CREDIT, BaseMap, BaseMaps, PlaceName, boundary_credit, search
from geo.places.picture import drawn
from webapp import parameters
from webapp.access import public
from webapp.app import public_session, register_app
from webapp.language import N_

basemap = Blueprint("basemap", __name__)

YEAR, MINUTES = 365 * 24 * 3600, 600
GEOJSON = "application/geo+json"
# What the licence of the boundaries asks to be said, within the credit that the register stores.
CHANGED = N_("Daten verändert")


def base_maps() -> BaseMaps:
    """This process's base maps."""
    return current_app.extensions.setdefault("base_maps", BaseMaps())


def prepare_base_map() -> None:
    """Makes today's base map before the first visitor asks for it, and for eight of them at once."""
    register_app().read_or(None, lambda session: base_maps().get(session, clock.today()))


@basemap.record_once
def offer_to_templates(state: Any) -> None:
    """`base_map()` in a template: the addresses and the credit of the base map, for map.js."""
    state.app.jinja_env.globals["base_map"] = base_map


def base_map(day: date | None = None) -> dict[str, Any]:
    """Addresses that may be kept for a year, because they name the state of the boundaries, and the credit text."""
    session = g.get("staff_session") or public_session()  # an internal page has a connection already
    state = base_maps().state(session, day or clock.today())
    values: dict[str, Any] = {"v": state.version[:12]} | (
        {"am": day.isoformat()} if day and day != clock.today() else {}
    )
    layers = ("districts", "municipalities", "places")
    credit = boundary_credit(state).replace(CHANGED, _(CHANGED))
    return {
        "base": {layer: url_for(f"basemap.{layer}", **values) for layer in layers},
        "outline": url_for("basemap.outline", **values),
        "credit": _("Grenzen: %(credit)s · Ortsnamen: GeoNames (CC BY 4.0)", credit=credit),
    }


@basemap.get("/api/v1/grundkarte/gemeinden")
@public
def municipalities() -> Response:
    """All municipalities, simplified together."""
    return _sent(lambda made: made.municipalities)


@basemap.get("/api/v1/grundkarte/kreise")
@public
def districts() -> Response:
    """All districts."""
    return _sent(lambda made: made.districts)


@basemap.get("/api/v1/grundkarte/orte")
@public
def places() -> Response:
    """Place names for labels, the most important first."""
    return _sent(lambda made: made.places)


@basemap.get("/api/v1/grundkarte/umriss.svg")
@public
def outline() -> Response:
    """The state with its districts as a small picture."""
    answer = _sent(lambda made: drawn(made.districts))
    answer.mimetype = "image/svg+xml"
    return answer


@basemap.get("/api/v1/orte")
@public
def place_search() -> Response:
    """`?q=`: places whose name begins with the text."""
    wanted = parameters.text("q", longest=60) or ""
    limit = parameters.whole("anzahl", least=1, most=50) or 10
    made = base_maps().get(public_session(), parameters.day())
    found = [_place(place) for place in search(made.names, wanted, limit)]
    answer = jsonify({"type": "FeatureCollection", "credit": PLACES_CREDIT, "features": found})
    answer.mimetype = GEOJSON
    answer.cache_control.max_age = MINUTES
    return answer


def _place(place: PlaceName) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {
            "name": place.name,
            "kind": place.kind,
            "municipality": place.municipality,
            "district": place.district,
            "rank": place.rank,
        },
        "geometry": {"type": "Point", "coordinates": [place.longitude, place.latitude]},
    }


def _sent(layer: Callable[[BaseMap], str]) -> Response:
    """The layer as of the day, compressed where that is understood, or 304 for who has it."""
    made = base_maps().get(public_session(), parameters.day())
    body = layer(made)
    packed = request.accept_encodings["gzip"] > 0
    answer = Response(_compressed(body) if packed else body, mimetype=GEOJSON)
    answer.vary.add("Accept-Encoding")
    if packed:
        answer.content_encoding = "gzip"
    answer.set_etag(f"{made.version}{'-gzip' if packed else ''}")
    answer.cache_control.public = True
    if request.args.get("v") == made.version[:12]:
        answer.cache_control.max_age = YEAR
        answer.cache_control.immutable = True
    else:
        answer.cache_control.no_cache = True
    answer.make_conditional(request)
    return answer


@lru_cache(maxsize=12)
def _compressed(body: str) -> bytes:
    return gzip.compress(body.encode(), mtime=0)
