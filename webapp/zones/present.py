"""Zones as lists, maps and pages show them."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import url_for

from geo.core.codes import label
from geo.places.zones.codes import KINDS
from geo.vacancies.areas import ZoneCount
from webapp import geojson

KIND = "zones"
NOBODY = ZoneCount(0, 0)


def size(square_metres: float) -> str:
    """An area in hectares, or in square metres where it is small."""
    if square_metres < 10_000:
        return f"{format_decimal(round(square_metres), locale='de')} m²"
    return f"{format_decimal(round(square_metres / 10_000, 1), locale='de')} ha"


def day_in_words(day: date) -> str:
    return format_date(day, "d. MMMM yyyy", locale="de")


def period(start: date | None, end: date | None) -> str:
    """When a zone holds; `end` is the first day after."""
    last = end - timedelta(days=1) if end else None
    if start and last:
        return f"{day_in_words(start)} bis {day_in_words(last)}"
    if start:
        return f"seit {day_in_words(start)}"
    return f"bis {day_in_words(last)}" if last else "unbefristet"


def in_force(start: date | None, end: date | None, day: date) -> bool:
    return (start is None or start <= day) and (end is None or day < end)


def zone(row: Any, counts: Mapping[int, ZoneCount], day: date, keep: Mapping[str, Any]) -> dict[str, Any]:
    """A zone as an entry of list and map."""
    count = counts.get(row.id, NOBODY)
    holds = in_force(row.start, row.end, day)
    return {
        "id": row.id,
        "kind": KIND,
        "code": row.kind,
        "title": row.name,
        "subtitle": label(KINDS, row.kind),
        "url": url_for("zones_intern.show", zone_id=row.id, **keep),
        "status": "ZONE_GILT" if holds else "ZONE_GILT_NICHT",
        "status_label": "gilt" if holds else "gilt an diesem Tag nicht",
        "is_example": row.is_example,
        "note": units_in_words(count),
        "period": period(row.start, row.end),
        "size": size(row.area_m2),
        "units": count.units,
        "vacant": count.vacant,
        "units_url": url_for("vacancies_intern.overview", zone=row.id, **keep),
        "vacant_url": url_for("vacancies_intern.overview", zone=row.id, zustand="LEER", **keep),
    }


def units_in_words(count: ZoneCount) -> str:
    if not count.units:
        return "keine Nutzungseinheiten"
    number = format_decimal(count.units, locale="de")
    what = "Nutzungseinheit" if count.units == 1 else "Nutzungseinheiten"
    return f"{number} {what}, davon {format_decimal(count.vacant, locale='de')} leer"


def point_feature(shown: Mapping[str, Any], row: Any) -> dict[str, Any]:
    """A sign in the middle of the zone, with what its popup says."""
    keys = ("id", "kind", "title", "subtitle", "url", "status", "status_label", "is_example", "note")
    return geojson.feature((row.longitude, row.latitude), {key: shown[key] for key in keys})


def area_feature(row: Any) -> dict[str, Any]:
    """The zone's outline; the map draws each kind with its own line."""
    properties = {"id": row.id, "zone_kind": row.kind, "title": row.name, "kind_label": label(KINDS, row.kind)}
    properties["middle"] = [round(row.longitude, 6), round(row.latitude, 6)]
    return {"type": "Feature", "id": row.id, "geometry": json.loads(row.outline), "properties": properties}
