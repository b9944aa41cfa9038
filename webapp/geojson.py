"""GeoJSON answers of the public collections: with an ETag, so that what has not changed is not sent again."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, jsonify, request

GEOJSON = "application/geo+json"
DRAWN = {"id", "title", "subtitle", "kind", "status", "status_label", "is_example", "sectors", "mark", "note"}


def feature(point: tuple[float, float] | None, properties: Mapping[str, Any]) -> dict[str, Any]:
    """A feature at a longitude and latitude, with 6 decimals (about 0.1 m)."""
    spot = None if point is None else {"type": "Point", "coordinates": [round(value, 6) for value in point]}
    return {"type": "Feature", "id": properties["id"], "geometry": spot, "properties": dict(properties)}


def slim(whole: Mapping[str, Any]) -> dict[str, Any]:
    """The same feature with nothing but what a map draws, for the small map of an object's page."""
    return {**whole, "properties": {name: value for name, value in whole["properties"].items() if name in DRAWN}}


def collection(features: Iterable[Mapping[str, Any]]) -> Response:
    """All of them as one FeatureCollection."""
    return answer({"type": "FeatureCollection", "features": list(features)})


def answer(body: Mapping[str, Any]) -> Response:
    """The body as GeoJSON, or 304 for who has it already."""
    return plain(body, GEOJSON)


def plain(body: Mapping[str, Any], mimetype: str = "application/json") -> Response:
    """The body as JSON, or 304 for who has it already."""
    response = jsonify(body)
    response.mimetype = mimetype
    response.cache_control.no_cache = True
    response.add_etag()
    response.make_conditional(request)  # in place
    return response
