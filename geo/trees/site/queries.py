"""Reads of a stop's site: the sizes of modules that may come, how many fit, its rules, its blocks, its caretakers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import shapely
from shapely.geometry import MultiPolygon
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.core import geometry
from geo.core.access import Action, Actor, may
from geo.core.codes import label
from geo.core.db import for_municipality
from geo.core.errors import NotFound
from geo.places.model import Place
from geo.trees.model import Stop
from geo.trees.queries.internal import StopRow, get_stop
from geo.trees.site import packing, rules
from geo.trees.site.codes import SPECIAL_BAYS
from geo.trees.site.drawing import House, Sheet, Size, Street
from geo.trees.site.model import StopBlock, StopCaretaker
from geo.trees.site.packing import Footprint

# So far around the bays the drawing looks for house numbers; so far around the stop the map does.
GROUND_M, AROUND_M = 60, 90
_SIZES = text(
    """
    SELECT c.class AS name, max(c.length_cm) AS length_cm, max(c.width_cm) AS width_cm, max(c.height_cm) AS height_cm,
           max(c.weight_kg) AS weight_kg
    FROM register.module_classes c
    WHERE c.municipality_id IS NULL OR c.municipality_id = :town
    GROUP BY c.class ORDER BY c.class DESC
    """
)
_TALLEST = text(
    """
    SELECT max(t.height_m) FROM register.trees t
    WHERE (t.municipality_id IS NULL OR t.municipality_id = :town) AND t.module_class = ANY(:classes)
      AND t.state NOT IN ('AUSGEPFLANZT', 'ABGEGANGEN')
    """
)
# The season of the fleets that come: the town's own where it has one, else the alliance's; of several the widest.
_SEASON = text(
    """
    SELECT min(f.season_first) AS first, max(f.season_last) AS last FROM register.fleets f
    WHERE f.municipality_id IS NOT DISTINCT FROM
        (SELECT max(o.municipality_id) FROM register.fleets o WHERE o.municipality_id = :town)
    """
)
_HOUSES = text(
    """
    SELECT a.street, a.house_number, ST_AsBinary(a.point) AS point FROM register.addresses a
    WHERE a.municipality_id = :town AND a.point && ST_GeomFromEWKB(:area) ORDER BY a.id LIMIT 400
    """
)
_STREETS = text(
    """
    SELECT e.name, ST_AsBinary(e.line) AS line FROM register.street_edges e
    WHERE e.municipality_id = :town AND e.name IS NOT NULL AND e.line && ST_GeomFromEWKB(:area)
    ORDER BY e.id LIMIT 400
    """
)


@dataclass(frozen=True)
class Fits:
    """How many modules of a class the bays take; None where the class has no size yet or no bay is drawn."""

    size: Size | None
    name: str
    most: int | None


@dataclass(frozen=True)
class Closed:
    """A period in which a stop is closed, and why."""

    id: int
    version: int
    during: Range[date]
    reason: str
    source: str
    event_id: int | None
    is_example: bool


@dataclass(frozen=True)
class Site:
    """A stop with all that is known of its place."""

    row: StopRow
    stop: Stop
    bays: MultiPolygon | None
    fits: tuple[Fits, ...]
    season: tuple[int, int] | None
    season_is_own: bool
    checked: tuple[rules.Checked, ...]
    blocks: tuple[Closed, ...]
    caretakers: tuple[StopCaretaker, ...]

    @property
    def fulfilled(self) -> int:
        return sum(one.is_fulfilled for one in self.checked)

    @property
    def drawn_most(self) -> int | None:
        """How many of the largest admitted class fit; None where that is not known."""
        known = [one.most for one in self.fits if one.most is not None]
        return min(known) if known and len(known) == len(self.fits) else None


def sizes(session: Session, municipality_id: int) -> dict[str, Size]:
    """By class the largest size of the modules that may come into a town: its own fleets' and the alliance's."""
    rows = session.execute(_SIZES, {"town": municipality_id})
    return {row.name: Size(row.name, row.length_cm, row.width_cm, row.height_cm, row.weight_kg) for row in rows}


def footprint(size: Size) -> Footprint:
    """A size as what stands on the ground."""
    return Footprint(size.name, size.length_cm / 100, size.width_cm / 100)


def fits(bays: MultiPolygon | None, classes: tuple[str, ...], known: Mapping[str, Size], gap_cm: int) -> list[Fits]:
    """For each admitted class how many of its modules the bays take when nothing else stands there."""
    found = []
    for name in classes:
        size = known.get(name)
        most = packing.most(bays, footprint(size), gap_cm / 100) if bays is not None and size is not None else None
        found.append(Fits(size, name, most))
    return found


def bays_of(stop: Stop) -> MultiPolygon | None:
    """The bays of a stop in metres."""
    return None if stop.bays is None else MultiPolygon(geometry.shape_of(stop.bays))


def get_site(session: Session, actor: Actor, stop_id: int) -> Site:
    """A stop with its place. Raises `NotFound`. Who looks after it is shown to its own town and to planners."""
    row = get_stop(session, actor, stop_id)
    with for_municipality(session, row.municipality_id):
        stop = session.get_one(Stop, stop_id)
        bays = bays_of(stop)
        caretakers = tuple(
            session.scalars(select(StopCaretaker).where(StopCaretaker.stop_id == stop_id).order_by(StopCaretaker.id))
        )
        season, is_own = season_of(session, stop)
        checked = rules.check(_place(session, stop, season, len(caretakers))) if stop.kind == "STRASSE" else []
        found = fits(bays, row.module_classes, sizes(session, row.municipality_id), stop.gap_cm)
        shown = caretakers if may(actor, Action.STOP_EDIT, row.municipality_id) else ()
        return Site(
            row, stop, bays, tuple(found), season, is_own, tuple(checked), tuple(blocks(session, stop_id)), shown
        )


def season_of(session: Session, stop: Stop) -> tuple[tuple[int, int] | None, bool]:
    """First and last day in which trees may stand at a stop (month * 100 + day), and whether the stop says so itself.

    None for winter quarters, which are open when the streets are not.
    """
    if stop.kind != "STRASSE":
        return None, False
    fleets = session.execute(_SEASON, {"town": stop.municipality_id}).one()
    first, last = stop.season_first or fleets.first, stop.season_last or fleets.last
    if first is None or last is None:
        return None, False
    return (first, last), stop.season_first is not None or stop.season_last is not None


def blocks(session: Session, stop_id: int, during: Range[date] | None = None) -> list[Closed]:
    """When a stop is blocked, by beginning; only what touches `during`, if it is given."""
    query = select(StopBlock).where(StopBlock.stop_id == stop_id).order_by(StopBlock.during, StopBlock.id)
    if during is not None:
        query = query.where(StopBlock.during.overlaps(during))
    return [
        Closed(one.id, one.version, one.during, one.reason, one.source, one.event_id, one.is_example)
        for one in session.scalars(query)
    ]


def get_caretaker(session: Session, actor: Actor, stop_id: int, caretaker_id: int) -> StopCaretaker:
    """A caretaker of a stop whose town the actor works for. Raises `NotFound`."""
    row = get_stop(session, actor, stop_id)
    if not may(actor, Action.STOP_EDIT, row.municipality_id):
        raise NotFound("Die Patenschaft", caretaker_id)
    with for_municipality(session, row.municipality_id):
        caretaker = session.get(StopCaretaker, caretaker_id)
        if caretaker is None or caretaker.stop_id != stop_id:
            raise NotFound("Die Patenschaft", caretaker_id)
        return caretaker


def sheet(session: Session, actor: Actor, stop_id: int, wanted: Mapping[str, int] | None, day: date) -> Sheet:
    """The drawing of a stop with so many modules of each class; without wishes as many as it has places, of its largest
    class. Raises `NotFound` for a stop without bays or without any module's size.
    """
    row = get_stop(session, actor, stop_id)
    with for_municipality(session, row.municipality_id):
        stop = session.get_one(Stop, stop_id)
        bays = bays_of(stop)
        known = {name: size for name, size in sizes(session, row.municipality_id).items() if name in row.module_classes}
        if bays is None or not known:
            raise NotFound("Die Zeichnung dieses Standplatzes")
        largest = max(known.values(), key=lambda size: size.length_cm * size.width_cm)
        wishes = wanted if wanted else {largest.name: row.capacity}
        placed = packing.arrange(
            bays,
            [(footprint(known[name]), count) for name, count in wishes.items() if name in known],
            stop.gap_cm / 100,
        )
        houses, streets = _ground(session, row.municipality_id, bays.bounds)
        place = session.get_one(Place, stop.place_id)
        town = " ".join(part for part in (place.postcode, place.locality or row.municipality) if part)
        words = ", ".join(part for part in (row.address, town) if part)
        used = [known[name] for name in ("L", "S") if name in known and wishes.get(name)]
    return Sheet(row.name, words, day, bays, placed, used, stop.gap_cm, houses, streets, row.is_example)


def surroundings(session: Session, row: StopRow) -> tuple[list[House], list[Street]]:
    """House numbers and named streets around a stop, in metres."""
    spot = geometry.in_metres(shapely.Point(row.lon, row.lat))
    with for_municipality(session, row.municipality_id):
        return _ground(session, row.municipality_id, spot.buffer(AROUND_M).bounds)


def _ground(
    session: Session, municipality_id: int, bounds: tuple[float, float, float, float]
) -> tuple[list[House], list[Street]]:
    area = geometry.as_ewkb(geometry.in_degrees(shapely.box(*bounds).buffer(GROUND_M, quad_segs=1)))
    asked = {"town": municipality_id, "area": area}
    houses = [
        House(one.street, one.house_number, geometry.in_metres(shapely.from_wkb(bytes(one.point))))
        for one in session.execute(_HOUSES, asked)
    ]
    streets = [
        Street(one.name, geometry.in_metres(shapely.from_wkb(bytes(one.line))))
        for one in session.execute(_STREETS, asked)
    ]
    return houses, streets


def _place(session: Session, stop: Stop, season: tuple[int, int] | None, caretakers: int) -> rules.Place:
    tallest: Decimal | None = session.scalar(
        _TALLEST, {"town": stop.municipality_id, "classes": list(stop.module_classes)}
    )
    return rules.Place(
        speed_limit_kmh=stop.speed_limit_kmh,
        lane_width_m=stop.lane_width_m,
        clear_height_m=stop.clear_height_m,
        slope_percent=stop.slope_percent,
        junction_m=stop.junction_m,
        crossing_m=stop.crossing_m,
        level_crossing_m=stop.level_crossing_m,
        special_bay=stop.special_bay,
        special_bay_name=label(SPECIAL_BAYS, stop.special_bay) if stop.special_bay else "",
        has_bus_line=stop.has_bus_line,
        has_tram_wire=stop.has_tram_wire,
        is_before_monument=stop.is_before_monument,
        has_bays=stop.bays is not None,
        capacity=stop.capacity,
        min_modules=stop.min_modules,
        tallest_m=tallest,
        season=season,
        caretakers=caretakers,
        permit_office=stop.permit_office,
        permit_lead_weeks=stop.permit_lead_weeks,
    )
