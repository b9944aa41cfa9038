"""A simulated town in the register: its streets, units and occupancy spells, and what was opened among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from shapely.geometry import LineString, box
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core import geometry
from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.synergy.panel import moments
from tests.geo.synergy.towns import Towns

# Streets lie around the spot in the middle of Musterstadt; a degree of latitude has some 111 km.
LONGITUDE, LATITUDE = 11.05, 50.93
_M_EAST, _M_NORTH = 70_150.0, 111_250.0

_PLACE = text(
    """
    INSERT INTO register.places (municipality_id, street, house_number, locality, point, public_point)
    VALUES (:town, :street, :number, 'Musterstadt', ST_GeomFromEWKB(:point), ST_GeomFromEWKB(:point)) RETURNING id
    """
)
_UNIT = text(
    """
    INSERT INTO register.units (municipality_id, place_id, during, object_type, floor, is_ground_floor_frontage,
        frontage_m, location_class, verified_on, verified_by_kind)
    VALUES (:town, :place, daterange(NULL, NULL), :kind, 0, true, :front, :location, :verified, 'BEGEHUNG') RETURNING id
    """
)
_SPELL = text(
    """
    INSERT INTO register.occupancy_spells (unit_id, municipality_id, during, state, sortiment)
    VALUES (:unit, :town, daterange(:first, :end), :state, :sortiment)
    """
)
_VIEWPOINT = text(
    "INSERT INTO register.viewpoints (municipality_id, place_id, name) VALUES (:town, :place, :name) RETURNING id"
)
_STATUS = text(
    """
    INSERT INTO register.viewpoint_statuses (viewpoint_id, municipality_id, status, during)
    VALUES (:viewpoint, :town, :status, daterange(:first, :end))
    """
)
_ZONE = text(
    """
    INSERT INTO register.zones (municipality_id, kind, name, during, outline)
    VALUES (:town, :kind, :kind, daterange(NULL, NULL), ST_Multi(ST_GeomFromEWKB(:outline)))
    """
)
_EDGE = text(
    "INSERT INTO register.street_edges (municipality_id, name, line, source)"
    " VALUES (:town, :name, ST_GeomFromEWKB(:line), 'Test')"
)


def spot(east: float, north: float) -> tuple[float, float]:
    """Longitude and latitude so many metres from the middle."""
    return LONGITUDE + east / _M_EAST, LATITUDE + north / _M_NORTH


@dataclass
class Register:
    """Adds rows to the own town; every call is an action of the register itself."""

    session: Session
    town: int

    def place(self, at: tuple[float, float], street: str | None, number: int = 900) -> int:
        point = geometry.element_ewkb(geometry.point(*at))
        asked = {"town": self.town, "street": street, "number": str(number), "point": point}
        with perform(self.session, SYSTEM, Action.VACANCY_CREATE, self.town):
            return self.session.scalar(_PLACE, asked)

    def unit(
        self,
        at: tuple[float, float],
        street: str | None,
        spells: Sequence[tuple[date, date | None, str]],
        *,
        kind: str = "LADEN_EG",
        front: float | None = 6.0,
        location: str | None = "B",
        verified: date | None = None,
    ) -> int:
        place = self.place(at, street)
        asked = {"town": self.town, "place": place, "kind": kind, "front": front, "location": location}
        with perform(self.session, SYSTEM, Action.VACANCY_CREATE, self.town):
            unit = self.session.scalar(_UNIT, {**asked, "verified": verified})
            for first, end, state in spells:
                spell = {"unit": unit, "town": self.town, "first": first, "end": end, "state": state}
                self.session.execute(_SPELL, {**spell, "sortiment": None})
        return unit

    def viewpoint(self, at: tuple[float, float], opened: date | None, name: str = "Blick") -> int:
        place = self.place(at, "Aussicht")
        with perform(self.session, SYSTEM, Action.VIEWPOINT_EDIT, self.town):
            made = self.session.scalar(_VIEWPOINT, {"town": self.town, "place": place, "name": name})
            before = {"viewpoint": made, "town": self.town, "status": "IDEE", "first": date(2000, 1, 1), "end": opened}
            self.session.execute(_STATUS, before)
            if opened:
                self.session.execute(_STATUS, {**before, "status": "OFFEN", "first": opened, "end": None})
        return made

    def zone(self, kind: str, between: tuple[float, float, float, float]) -> None:
        west, south, east, north = between
        outline = geometry.as_ewkb(box(*spot(west, south), *spot(east, north)))
        with perform(self.session, SYSTEM, Action.ZONE_EDIT, self.town):
            self.session.execute(_ZONE, {"town": self.town, "kind": kind, "outline": outline})

    def street(self, *corners: tuple[float, float], name: str = "Weg") -> None:
        line = geometry.as_ewkb(LineString([spot(*corner) for corner in corners]))
        with perform(self.session, SYSTEM, Action.ZONE_EDIT, self.town):
            self.session.execute(_EDGE, {"town": self.town, "name": name, "line": line})


def simulated(register: Register, found: Towns, which: int, opened: date) -> None:
    """One of the simulated towns: treated streets within 140 m of the middle, the others a kilometre to the north."""
    when = {month: day for month, day in moments(opened, date.max).items() if month >= -12}
    days = list(when.values())
    treated = found.shape.treated
    for street, shops in enumerate(found.shops[which]):
        east = -120 + 240 * street / max(1, treated - 1) if street < treated else -1000 + 60 * (street - treated)
        north = 0.0 if street < treated else 1000.0
        for shop in range(int(shops)):
            states = found.empty[which, street, shop]
            at = spot(east, north + shop)
            register.unit(at, f"Straße {street:02d}", spells_of(states, days), verified=days[-1])


def spells_of(empty: np.ndarray, days: Sequence[date]) -> list[tuple[date, date | None, str]]:
    """Spells that give these states on these days, and change in the days before."""
    starts = [0, *(np.flatnonzero(np.diff(empty.astype(int))) + 1)]
    ends = [days[int(start)] - timedelta(days=2) for start in starts[1:]]
    firsts = [days[0] - timedelta(days=5), *ends]
    return [
        (first, end, "LEER" if empty[int(start)] else "GENUTZT")
        for start, first, end in zip(starts, firsts, [*ends, None], strict=True)
    ]
