"""What may have an effect around it: tree stops with their visits, open viewpoints, pilot sites in realisation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.core.errors import NotFound

STOP, VIEWPOINT, SITE = "standplatz", "blick", "standort"
KINDS = {STOP: "Standplatz", VIEWPOINT: "Blickpunkt", SITE: "Pilotstandort"}
# An opening that is known no better than to the half-year cannot be told from the months around it.
_EXACT = ("TAG", "MONAT")


@dataclass(frozen=True)
class Period:
    """From the first day on, until the day before `end` (None: still)."""

    first: date
    end: date | None

    def meets(self, first: date, last: date) -> bool:
        return self.first <= last and (self.end is None or self.end > first)


@dataclass(frozen=True)
class Anchor:
    """One stop, viewpoint or pilot site with the periods in which it was there.

    `is_placed`: the point is the spot itself, not just the middle of its town; `is_dated`: the first day is known to
    the month at least.
    """

    kind: str
    id: int
    name: str
    longitude: float
    latitude: float
    is_placed: bool
    is_dated: bool
    is_example: bool
    periods: tuple[Period, ...]

    def opened(self, day: date) -> list[date]:
        """The first days of its periods that have begun by the day, in their order."""
        return [one.first for one in self.periods if one.first <= day]

    def is_there(self, first: date, last: date) -> bool:
        """Whether it was there on any of the days from first to last."""
        return any(one.meets(first, last) for one in self.periods)


_ANCHORS = text(
    """
    SELECT * FROM (
        SELECT 'standplatz' AS kind, s.id, s.name, ST_X(p.point) AS longitude, ST_Y(p.point) AS latitude,
            true AS is_placed, true AS is_dated, s.is_example, y.firsts, y.ends
        FROM register.stops s JOIN register.places p ON p.id = s.place_id
        CROSS JOIN LATERAL (
            SELECT array_agg(lower(r.during) ORDER BY lower(r.during)) AS firsts,
                   array_agg(upper(r.during) ORDER BY lower(r.during)) AS ends
            FROM (SELECT unnest(range_agg(w.whole)) AS during FROM published.standings w WHERE w.stop_id = s.id) r) y
        WHERE s.municipality_id = :town AND s.kind = 'STRASSE'
        UNION ALL
        SELECT 'blick', v.id, v.name, ST_X(p.point), ST_Y(p.point), true, true, v.is_example, y.firsts, y.ends
        FROM register.viewpoints v JOIN register.places p ON p.id = v.place_id
        CROSS JOIN LATERAL (
            SELECT array_agg(lower(r.during) ORDER BY lower(r.during)) AS firsts,
                   array_agg(upper(r.during) ORDER BY lower(r.during)) AS ends
            FROM (SELECT unnest(range_agg(t.during)) AS during FROM register.viewpoint_statuses t
                  WHERE t.viewpoint_id = v.id AND t.status IN ('OFFEN', 'EINGESCHRAENKT')) r) y
        WHERE v.municipality_id = :town
        UNION ALL
        SELECT 'standort', s.id, s.name, ST_X(p.point), ST_Y(p.point), p.street IS NOT NULL,
            coalesce((SELECT h.start_precision = ANY (:exact) FROM register.pilot_phases h
                WHERE h.pilot_site_id = s.id AND h.phase = 'UMSETZUNG' ORDER BY lower(h.during) LIMIT 1), true),
            false, y.firsts, y.ends
        FROM register.pilot_sites s JOIN register.places p ON p.id = s.place_id
        CROSS JOIN LATERAL (
            SELECT array_agg(lower(r.during) ORDER BY lower(r.during)) AS firsts,
                   array_agg(upper(r.during) ORDER BY lower(r.during)) AS ends
            FROM (SELECT unnest(range_agg(h.during)) AS during FROM register.pilot_phases h
                  WHERE h.pilot_site_id = s.id AND h.phase IN ('UMSETZUNG', 'VERSTETIGT')) r) y
        WHERE s.municipality_id = :town
    ) a ORDER BY a.kind, a.name, a.id
    """
)


def anchors(session: Session, municipality_id: int) -> list[Anchor]:
    """All stops (streets), viewpoints and pilot sites of the town that the session works in."""
    found = session.execute(_ANCHORS, {"town": municipality_id, "exact": list(_EXACT)})
    return [_anchor(row) for row in found]


def _anchor(row: Row[Any]) -> Anchor:
    periods = zip(row.firsts or (), row.ends or (), strict=True)
    return Anchor(
        row.kind,
        row.id,
        row.name,
        row.longitude,
        row.latitude,
        row.is_placed,
        row.is_dated,
        row.is_example,
        tuple(Period(first, end) for first, end in periods),
    )


def one_of(known: Sequence[Anchor], kind: str, anchor_id: int) -> Anchor:
    """The anchor of that kind and number. Raises `NotFound`."""
    found = next((one for one in known if (one.kind, one.id) == (kind, anchor_id)), None)
    if found is None:
        raise NotFound(f"Der {KINDS.get(kind, 'Ort')}", anchor_id)
    return found


_TOWN = {
    STOP: text("SELECT s.municipality_id FROM register.stops s WHERE s.id = :id"),
    VIEWPOINT: text("SELECT v.municipality_id FROM register.viewpoints v WHERE v.id = :id"),
    SITE: text("SELECT s.municipality_id FROM register.pilot_sites s WHERE s.id = :id"),
}


def town_of(session: Session, kind: str, anchor_id: int) -> int:
    """The town of a stop, viewpoint or pilot site, whatever town the session works in. Raises `NotFound`."""
    town = session.scalar(_TOWN[kind], {"id": anchor_id})
    if town is None:
        raise NotFound(f"Der {KINDS[kind]}", anchor_id)
    return int(town)
