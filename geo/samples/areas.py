"""Made-up zones around the sample's streets, and an address list of its made-up houses."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import shapely
from geoalchemy2 import WKBElement
from shapely.geometry import LineString
from sqlalchemy.dialects.postgresql import Range

from geo.core import geometry
from geo.places.addresses.keys import house_key, street_key
from geo.samples.content import Record, towns
from geo.samples.model import UnitSample

NOTE = "Beispiel: erfundene Abgrenzung um die Straßen des Beispielregisters."
SECTIONS, SECTION_WIDTH_M, PEDESTRIAN_WIDTH_M = 4, 40, 24
SOURCE = "Beispieladressen"


def zones(today: date) -> Iterator[tuple[str, dict[str, Any]]]:
    """Key of the town and the columns of each zone: survey area, central supply area, pedestrian zone, sections."""
    for town in towns():
        begin = Range(date(today.year - 10, 1, 1), None)
        common = {"during": begin, "note": NOTE, "source": "Beispielregister", "is_example": True}
        lines = {name: _lines(town, name) for name in ("A", "AB", "ABC")}
        areas = (
            ("ERHEBUNGSGEBIET", "Innenstadt", _around(lines["ABC"], 70), None),
            ("ZENTRALER_VERSORGUNGSBEREICH", "Hauptgeschäftsbereich", _around(lines["AB"], 40), None),
            ("FUSSGAENGERZONE", "Fußgängerzone", _along(lines["A"], PEDESTRIAN_WIDTH_M), PEDESTRIAN_WIDTH_M),
        )
        sections = tuple(
            (
                "STRASSENABSCHNITT",
                street["name"],
                _along([LineString(street["line"])], SECTION_WIDTH_M),
                SECTION_WIDTH_M,
            )
            for street in town["streets"][:SECTIONS]
        )
        for kind, name, outline, width in (*areas, *sections):
            yield town["ags"], {**common, "kind": kind, "name": name, "outline": outline, "line_width_m": width}


def addresses(units: Iterable[UnitSample]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Key of the town and the columns of each address: one for every house that the sample made up."""
    places = dict.fromkeys(unit.place for unit in units if unit.place.street and unit.place.house_number)
    seen: set[tuple[str, str, str]] = set()
    for place in places:
        key = (place.ags, street_key(place.street or ""), house_key(place.house_number or ""))
        if key not in seen:
            seen.add(key)
            yield (
                place.ags,
                {
                    "street": place.street,
                    "street_key": key[1],
                    "house_number": key[2],
                    "postcode": place.postcode,
                    "locality": place.locality,
                    "point": geometry.point(place.lon, place.lat),
                    "source": SOURCE,
                    "is_example": True,
                },
            )


def _lines(town: Record, classes: str) -> list[LineString]:
    return [LineString(street["line"]) for street in town["streets"] if street["class"] in set(classes)]


def _around(lines: list[LineString], margin_m: float) -> WKBElement:
    """The hull of the lines with a margin."""
    hull = geometry.in_metres(shapely.convex_hull(shapely.union_all(lines))).buffer(margin_m, quad_segs=4)
    return geometry.stored(shapely.set_precision(geometry.in_degrees(hull), 1e-6))


def _along(lines: list[LineString], width_m: float) -> WKBElement:
    """The area within half the width of the lines."""
    area = geometry.in_metres(shapely.union_all(lines)).buffer(width_m / 2, cap_style="flat", quad_segs=4)
    return geometry.stored(shapely.make_valid(shapely.set_precision(geometry.in_degrees(area), 1e-6)))
