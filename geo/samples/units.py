"""Made-up buildings along real streets, and the units in them."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from geo.samples.content import Record, read, towns
from geo.samples.listings import listing
from geo.samples.model import PlaceSample, UnitSample
from geo.samples.occupancy import history

YEARS = 10
METRES_NORTH = 111_250.0
# Ground floors and upper floors, with weights; whole buildings and plots stand alone.
GROUND = (("LADEN_EG", 66), ("GASTRO", 13), ("BUERO_PRAXIS", 10), ("WERKSTATT", 4), ("WOHNUNG", 7))
UPPER = (("WOHNUNG", 66), ("BUERO_PRAXIS", 24), ("LADEN_OG", 10))
ALONE = (
    ("WOHN_GESCHAEFTSHAUS", 26),
    ("GANZES_GEBAEUDE", 20),
    ("BAULUECKE", 16),
    ("BRACHE", 18),
    ("HOTEL", 12),
    ("OEFFENTL_SONDERBAU", 10),
    ("KAUFHAUS_GROSS", 12),
    ("INDUSTRIE", 12),
    ("HOFSTELLE", 10),
)
ALONE_SHARE = {"A": 0.04, "B": 0.11, "C": 0.14, "RAND": 0.24}
NOT_IN_THE_CENTRE = ("BRACHE", "INDUSTRIE", "HOFSTELLE")
# Area in square metres: smallest, largest, most frequent.
AREAS = {
    "LADEN_EG": (28, 320, 85),
    "LADEN_OG": (40, 220, 90),
    "GASTRO": (45, 260, 110),
    "BUERO_PRAXIS": (35, 240, 95),
    "WERKSTATT": (50, 300, 120),
    "WOHNUNG": (32, 130, 68),
    "WOHN_GESCHAEFTSHAUS": (180, 900, 380),
    "GANZES_GEBAEUDE": (150, 1400, 420),
    "KAUFHAUS_GROSS": (900, 4200, 1800),
    "HOTEL": (600, 2600, 1100),
    "HOFSTELLE": (300, 1200, 600),
    "INDUSTRIE": (500, 3200, 1100),
    "OEFFENTL_SONDERBAU": (250, 1600, 600),
    "BAULUECKE": (180, 900, 420),
    "BRACHE": (700, 5200, 1900),
}
SHOPS = ("LADEN_EG", "LADEN_OG", "GASTRO", "KAUFHAUS_GROSS")
COMMERCE = (*SHOPS, "BUERO_PRAXIS", "WERKSTATT")
LAND = ("BAULUECKE", "BRACHE")
# A town whose share verified is too small for percentages: every third year, and half of the units not lately.
SELDOM_WALKED = ("16062041",)
EQUIPMENT = ("WC", "KUECHE", "ABLUFT", "STARKSTROM", "GLASFASER", "KELLER", "ANLIEFERUNG", "STELLPLAETZE")


@dataclass(frozen=True)
class Building:
    """One made-up building: what its units have in common."""

    key: str
    place: PlaceSample
    location: str


def units(seed: int, today: date) -> Iterator[UnitSample]:
    """All units of all example towns, street by street.

    Every building and every history draws from a source of its own, named after it: the stock is the same on any
    day, and a street more changes nothing elsewhere.
    """
    for town in towns():
        for street in town["streets"]:
            for place in _places(town, street):
                key = f"{place.ags}/{place.street}/{place.house_number}"
                yield from _building(seed, Building(key, place, street["class"]), today)


def source(seed: int, name: str) -> Random:
    """A repeatable source of chance for one thing."""
    return Random(f"{seed}/{name}")  # noqa: S311 - repeatable on purpose, guards nothing


def _places(town: Record, street: Record) -> Iterator[PlaceSample]:
    """Points along the street's line, on alternate sides, with numbers from 900 that no real house there has."""
    first_number, count = read("streets")["first_house_number"], street["houses"]
    for index in range(count):
        lon, lat = _along(street["line"], (index + 0.5) / count, side=9.0 if index % 2 else -9.0)
        yield PlaceSample(
            ags=town["ags"],
            lat=round(lat, 6),
            lon=round(lon, 6),
            street=street["name"],
            house_number=str(first_number + index),
            postcode=town["postcode"],
            locality=town["name"],
        )


def _along(line: list[list[float]], share: float, side: float) -> tuple[float, float]:
    """A point at a share of the line's length, moved sideways by so many metres."""
    east = METRES_NORTH * math.cos(math.radians(line[0][1]))
    points = [(lon * east, lat * METRES_NORTH) for lon, lat in line]
    rest = share * sum(math.dist(a, b) for a, b in pairwise(points))
    leg = 0
    while rest > math.dist(points[leg], points[leg + 1]):
        rest -= math.dist(points[leg], points[leg + 1])
        leg += 1
    (ax, ay), (bx, by) = points[leg], points[leg + 1]
    length = math.dist(points[leg], points[leg + 1])
    x, y = ax + (bx - ax) * rest / length, ay + (by - ay) * rest / length
    return (x - (by - ay) / length * side) / east, (y + (bx - ax) / length * side) / METRES_NORTH


def _building(seed: int, building: Building, today: date) -> Iterator[UnitSample]:
    rng = source(seed, building.key)
    if rng.random() < ALONE_SHARE[building.location]:
        is_outside = building.location in ("C", "RAND")
        kinds = tuple(kind for kind in ALONE if is_outside or kind[0] not in NOT_IN_THE_CENTRE)
        yield _unit(seed, building, _pick(rng, kinds), 0, today)
        return
    yield _unit(seed, building, _pick(rng, GROUND), 0, today)
    for floor in range(1, 1 + rng.choices((0, 1, 2, 3), (15, 40, 32, 13))[0]):
        yield _unit(seed, building, _pick(rng, UPPER), floor, today)


def _unit(seed: int, building: Building, object_type: str, floor: int, today: date) -> UnitSample:
    key = f"{building.key}/{floor}"
    rng = source(seed, key)
    first = date(today.year - YEARS, 1, 1)
    spells = history(source(seed, f"{key}/history"), object_type, building.location, first, today)
    spells = (replace(spells[0], start_precision="VOR"), *spells[1:])
    walker = source(seed, f"{key}/walks")
    if building.place.ags in SELDOM_WALKED and walker.random() < 0.5:
        long_ago = max(spells[-1].start, spells[-1].observed_on - timedelta(days=420))
        spells = (*spells[:-1], replace(spells[-1], observed_on=long_ago))
    gone = spells[-1].start if spells[-1].state == "ENTFALLEN" else None
    is_land = object_type in LAND
    smallest, largest, usual = AREAS[object_type]
    area = float(round(rng.triangular(smallest, largest, usual)))
    has_front = floor == 0 and object_type in ("LADEN_EG", "GASTRO", "KAUFHAUS_GROSS")
    unit = UnitSample(
        key=key,
        place=building.place,
        object_type=object_type,
        name=None,
        floor=None if is_land else floor,
        is_ground_floor_frontage=has_front,
        area_total_m2=area,
        stock_start=first,
        stock_end=gone,
        spells=spells,
        location_class=building.location,
        verified_on=spells[-1].observed_on,
        confirmed_on=_walks(walker, building.place.ags, (first, spells[-1].observed_on)),
        verified_by_kind=rng.choices(("BEGEHUNG", "EIGENTUEMER", "TELEFON", "REGISTER"), (66, 16, 10, 8))[0],
        **({} if is_land else _building_facts(rng, object_type, floor)),
        **(_shop_facts(rng, area, object_type) if object_type in COMMERCE else {}),
        **(_front_facts(rng, area) if has_front else {}),
    )
    return replace(unit, listing=listing(source(seed, f"{key}/listing"), unit, today))


def _walks(rng: Random, ags: str, between: tuple[date, date]) -> tuple[date, ...]:
    """The days on which somebody walked by before the last confirmation: in spring, every year or every third one."""
    begin, end = between
    years = range(begin.year, end.year + 1, 3 if ags in SELDOM_WALKED else 1)
    days = [date(year, 4, 15) + timedelta(days=rng.randrange(50)) for year in years if rng.random() < 0.93]
    return tuple(day for day in days if begin <= day < end)


def _building_facts(rng: Random, object_type: str, floor: int) -> dict[str, Any]:
    entrance = rng.choices(("EBENERDIG", "STUFE_1", "STUFEN", "RAMPE"), (44, 30, 20, 6))[0]
    easy = entrance in ("EBENERDIG", "RAMPE") and floor == 0
    chosen = [item for item in EQUIPMENT if rng.random() < (0.4 if object_type in COMMERCE else 0.15)]
    if object_type == "WOHNUNG":
        chosen = ["WC", "KUECHE"] + [item for item in ("KELLER", "STELLPLAETZE") if rng.random() < 0.4]
    return {
        "entrance": entrance,
        "accessible": rng.choices(("JA", "TEILWEISE", "UNBEKANNT"), (60, 25, 15))[0]
        if easy
        else rng.choices(("NEIN", "TEILWEISE", "UNBEKANNT"), (60, 20, 20))[0],
        "equipment": tuple(chosen),
        "condition": rng.choices((1, 2, 3, 4, 5), (34, 38, 17, 9, 2))[0],
    }


def _shop_facts(rng: Random, area: float, object_type: str) -> dict[str, Any]:
    side, storage = round(area * rng.uniform(0.06, 0.16)), round(area * rng.uniform(0.04, 0.2))
    facts: dict[str, Any] = {"area_side_m2": float(side), "area_storage_m2": float(storage)}
    if object_type in SHOPS:
        facts["area_sales_m2"] = area - side - storage
    if area >= 150 and rng.random() < 0.5:
        facts["divisible_from_m2"] = float(max(30, round(area * rng.uniform(0.25, 0.45))))
    return facts


def _front_facts(rng: Random, area: float) -> dict[str, Any]:
    frontage = round(min(28.0, max(2.4, math.sqrt(area) * rng.uniform(0.45, 0.9))), 1)
    return {
        "frontage_m": frontage,
        "windows_n": max(1, round(frontage / rng.uniform(2.2, 3.2))),
        "clear_height_m": round(rng.uniform(2.5, 4.2), 2),
    }


def _pick(rng: Random, weighted: tuple[tuple[str, int], ...]) -> str:
    return rng.choices([name for name, _ in weighted], [weight for _, weight in weighted])[0]
