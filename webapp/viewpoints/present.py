"""Viewpoints as pages and maps show them: cards, features, the compass, facts in words."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from flask import url_for

from geo.core.codes import label
from geo.core.geometry import lon_lat
from geo.viewpoints.codes import FURNITURE, STATUSES
from geo.viewpoints.direction import Sector, in_words, name_of
from geo.viewpoints.public import Neighbour, Point
from geo.viewpoints.queries import ListRow, MapRow, Record
from webapp import geojson
from webapp.language import PREFIX

COMPASS_LETTERS = {"de": "NOSW", "en": "NESW"}


def fans(sectors: Iterable[Sector]) -> list[list[float]]:
    """Sectors as the map draws them."""
    return [[float(one.from_deg), float(one.to_deg)] for one in sectors]


def page(lang: str, point: Point, day: date | None = None) -> str:
    """The address of the point's page in that language, for that day."""
    values = {"viewpoint_id": point.id} | ({"am": day.isoformat()} if day else {})
    return url_for(f"{PREFIX if lang == 'en' else ''}viewpoints.show", **values)


def card(point: Point, lang: str, day: date | None = None) -> dict[str, Any]:
    """An entry of the list beside the map."""
    title, title_lang = point.in_language("name", lang)
    return {
        "id": point.id,
        "title": title,
        "title_lang": title_lang,
        "subtitle": point.municipality,
        "url": page(lang, point, day),
        "status": point.status,
        "status_label": label(STATUSES, point.status, lang),
        "is_example": point.is_example,
        "meta": directions(point.sectors, lang),
        "badges": [],
        "at": f"{point.latitude:.5f},{point.longitude:.5f}",
    }


def directions(sectors: Iterable[Sector], lang: str) -> list[str]:
    """Each sector in words."""
    return [in_words(one, lang) for one in sectors]


def feature(point: Point, lang: str, day: date | None = None) -> dict[str, Any]:
    """The point as GeoJSON: what every map knows of an object, then all its public columns."""
    columns = {name: _plain(value) for name, value in point.values.items()}
    properties = {
        **columns,
        "title": point.title(lang),
        "subtitle": point.municipality,
        "url": page(lang, point, day),
        "kind": "viewpoints",
        "status": point.status,
        "status_label": label(STATUSES, point.status, lang),
        "note": "; ".join(directions(point.sectors, lang)),
        "status_since": point.since.isoformat(),
        "is_example": point.is_example,
        "sectors": fans(point.sectors),
        "sectors_assumed": [one.is_assumed for one in point.sectors],
    }
    return geojson.feature((point.longitude, point.latitude), properties)


def internal_feature(one: MapRow) -> dict[str, Any]:
    """A point of the internal map."""
    row = one.row
    properties = {
        "id": row.id,
        "title": row.name,
        "subtitle": row.municipality,
        "url": url_for("viewpoints_intern.show", viewpoint_id=row.id),
        "kind": "viewpoints",
        "status": row.status,
        "status_label": label(STATUSES, row.status),
        "is_example": row.is_example,
        "sectors": fans(one.sectors),
    }
    return geojson.feature((one.longitude, one.latitude), properties)


def record_feature(record: Record, day: date) -> dict[str, Any]:
    """A point for the small map of its internal page."""
    status = record.status(day)
    longitude, latitude = lon_lat(record.place.point)
    properties = {
        "id": record.id,
        "title": record.viewpoint.name,
        "subtitle": record.municipality,
        "kind": "viewpoints",
        "status": status.status if status else "IDEE",
        "status_label": label(STATUSES, status.status) if status else "",
        "is_example": record.viewpoint.is_example,
        "sectors": fans(record.sectors),
    }
    return geojson.feature((longitude, latitude), properties)


def internal_card(row: ListRow) -> dict[str, Any]:
    """An entry of the internal list."""
    badges = [("Blickrichtung fehlt", "warn")] if not row.has_direction else []
    badges += [("empfohlen", "active")] if row.is_featured else []
    return {
        "id": row.id,
        "title": row.name,
        "subtitle": row.municipality,
        "url": url_for("viewpoints_intern.show", viewpoint_id=row.id),
        "status": row.status,
        "status_label": label(STATUSES, row.status),
        "is_example": row.is_example,
        "badges": badges,
    }


def neighbour(near: Neighbour, lang: str, day: date | None) -> dict[str, Any]:
    """A viewpoint near by: its page, and the way there in words."""
    title, title_lang = near.point.in_language("name", lang)
    kilometres = format_decimal(near.distance_m / 1000, "0.0", locale=lang)
    where = name_of(near.bearing_deg, lang)
    way = f"{kilometres} km Luftlinie nach {where}" if lang == "de" else f"{kilometres} km {where} in a straight line"
    return {
        "title": title,
        "title_lang": title_lang,
        "url": page(lang, near.point, day),
        "text": f"{near.point.municipality}, {way}",
    }


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def furniture(codes: Iterable[str], lang: str) -> list[str]:
    """The furniture in words, in the order of the code list."""
    present = set(codes)
    return [label(FURNITURE, code, lang) for code in FURNITURE if code in present]


@dataclass(frozen=True)
class Compass:
    """A small compass as SVG paths around (60, 60): the sectors, and the letters with their places."""

    paths: tuple[tuple[str, bool], ...]
    letters: tuple[tuple[str, float, float], ...]


CENTRE, RADIUS = 60.0, 40.0


def compass(sectors: Iterable[Sector], lang: str) -> Compass:
    """The sectors as fans; each path says whether its opening is assumed."""
    places = ((0, -50), (50, 0), (0, 50), (-50, 0))
    letters = tuple(
        (letter, CENTRE + x, CENTRE + y) for letter, (x, y) in zip(COMPASS_LETTERS[lang], places, strict=True)
    )
    return Compass(tuple((_fan(one), one.is_assumed) for one in sectors), letters)


def _fan(sector: Sector) -> str:
    if sector.is_panorama:
        arc = f"a{RADIUS:g} {RADIUS:g} 0 1 1 0 "
        return f"M{CENTRE:g} {CENTRE - RADIUS:g}{arc}{2 * RADIUS:g}{arc}{-2 * RADIUS:g}Z"
    start, end = _at(float(sector.from_deg)), _at(float(sector.from_deg + sector.span))
    large = int(sector.span > 180)
    return f"M{CENTRE:g} {CENTRE:g}L{start}A{RADIUS:g} {RADIUS:g} 0 {large} 1 {end}Z"


def _at(degrees: float) -> str:
    angle = math.radians(degrees)
    return f"{CENTRE + RADIUS * math.sin(angle):.2f} {CENTRE - RADIUS * math.cos(angle):.2f}"


def _said(latitude: float, longitude: float, lang: str) -> str:
    if lang == "en":
        return f"{latitude:.5f}° N, {longitude:.5f}° E"
    return f"{latitude:.5f}° N, {longitude:.5f}° O".replace(".", ",")


def coordinates(longitude: float, latitude: float, utm: tuple[float, float], lang: str) -> Mapping[str, str]:
    """A position in WGS 84 and in UTM zone 32N, as people copy it."""
    east, north = utm
    degrees = f"{latitude:.5f}, {longitude:.5f}"
    return {
        "wgs84": degrees,
        "utm": f"32N {east:.0f} {north:.0f}",
        "wgs84_text": _said(latitude, longitude, lang),
    }
