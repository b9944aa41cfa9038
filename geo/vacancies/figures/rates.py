"""Vacancy rates by count, sales area and frontage for many days at once, from the spells alone."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.errors import Invalid, NotFound
from geo.vacancies.counted import GROSS, IN_ZONE, NET, OFF_MARKET, VERIFIED_DAYS
from geo.vacancies.figures.reading import read

LEAST_UNITS = 10
LEAST_VERIFIED = 0.7
MEASURES = {"anzahl": ("Anzahl", "Einheiten"), "flaeche": ("Verkaufsfläche", "m²"), "front": ("Schaufensterlänge", "m")}
READINGS = {"brutto": "brutto", "netto": "netto", "marktaktiv": "marktaktiv"}
READING_NOTES = {
    "brutto": "leer, in Zwischennutzung oder leer und bereits vermietet",
    "netto": "leer",
    "marktaktiv": "leer, unter den Einheiten am Markt",
}


@dataclass(frozen=True)
class Area:
    """What figures are about: a town, or one of its zones."""

    municipality_id: int
    zone_id: int | None = None

    def values(self) -> dict[str, Any]:
        return {"municipality_id": self.municipality_id, "zone_id": self.zone_id}

    @property
    def condition(self) -> str:
        """The SQL that a place `p` of a unit `u` fulfils."""
        zone = f" AND {IN_ZONE}" if self.zone_id is not None else ""
        return f"u.municipality_id = :municipality_id AND p.municipality_id = :municipality_id{zone}"


@dataclass(frozen=True)
class Sum:
    """Units, and their sales area and frontage with the number of units that have a value."""

    units: int = 0
    area_m2: float = 0.0
    with_area: int = 0
    frontage_m: float = 0.0
    with_frontage: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(*(mine + theirs for mine, theirs in zip(self.parts, other.parts, strict=True)))

    @property
    def parts(self) -> tuple[Any, ...]:
        return self.units, self.area_m2, self.with_area, self.frontage_m, self.with_frontage

    def by(self, measure: str) -> tuple[float, int]:
        """The amount in the measure's unit, and how many units are behind it."""
        if measure == "flaeche":
            return round(self.area_m2, 2), self.with_area
        if measure == "front":
            return round(self.frontage_m, 2), self.with_frontage
        return self.units, self.units


@dataclass(frozen=True)
class Rate:
    """One rate: `empty` of `stock` (units, m² or m), the units behind both, and the percentage or why there is none."""

    measure: str
    reading: str
    empty: float
    stock: float
    empty_units: int
    stock_units: int
    percent: float | None
    reason: str | None


@dataclass(frozen=True)
class Figures:
    """Everything that is counted on one day. `stock` is N; `unknown` units are in the stock without a known state."""

    day: date
    states: dict[str, Sum] = field(default_factory=dict)
    unknown: int = 0
    verified: int = 0

    def total(self, states: Sequence[str] | None = None) -> Sum:
        """The sum over some states, or over all of the stock."""
        chosen = self.states.values() if states is None else (self.states.get(state, Sum()) for state in states)
        return sum(chosen, Sum())

    @property
    def stock(self) -> int:
        return self.total().units

    @property
    def share_verified(self) -> float | None:
        """The share of the stock, units of unknown state included, that was verified within twelve months."""
        everything = self.stock + self.unknown
        return self.verified / everything if everything else None

    def rate(self, measure: str = "anzahl", reading: str = "brutto") -> Rate:
        """One of the nine rates."""
        on_market = [state for state in self.states if state != OFF_MARKET]
        stock = self.total(on_market if reading == "marktaktiv" else None)
        empty = self.total(GROSS if reading == "brutto" else NET)
        (amount, empty_units), (whole, units) = empty.by(measure), stock.by(measure)
        reason = self._reason(measure, units, whole)
        percent = None if reason else 100 * amount / whole
        return Rate(measure, reading, amount, whole, empty_units, units, percent, reason)

    def rates(self) -> list[Rate]:
        """All rates, by measure and reading."""
        return [self.rate(measure, reading) for measure in MEASURES for reading in READINGS]

    def _reason(self, measure: str, units: int, whole: float) -> str | None:
        """Why there is no percentage, as a sentence; None where there is one."""
        if units < LEAST_UNITS:
            what = "" if measure == "anzahl" else f" mit Angabe der {MEASURES[measure][0]}"
            found = "Keine Einheit" if units == 0 else "Nur eine Einheit" if units == 1 else f"Nur {units} Einheiten"
            return f"{found}{what}: ein Anteil wird erst ab {LEAST_UNITS} angegeben."
        if (self.share_verified or 0) < LEAST_VERIFIED:
            share = int(100 * (self.share_verified or 0))
            return (
                f"Nur {share} % des Bestands sind innerhalb von zwölf Monaten geprüft:"
                f" ein Anteil wird erst ab {LEAST_VERIFIED:.0%} angegeben.".replace("70%", "70 %")
            )
        return None if whole > 0 else "Die Summe des Bestands ist null: ein Anteil lässt sich nicht bilden."


# Each piece of time in which a unit counts as something becomes two edges, at the first of the days asked for that lies
# in it and at the first one after it; the counts of all days are then running sums over the edges. One reading of the
# spells answers any number of days, and a single day is a list of one.
_SERIES = """
WITH asked AS (
    SELECT CAST(:days AS date[]) AS days, daterange(:first, :last, '[]') AS span,
           daterange(CAST(:first AS date) - {window}, :last, '[]') AS known
), base AS MATERIALIZED (
    SELECT u.id, u.during, u.verified_on, u.area_sales_m2::float AS area, u.frontage_m::float AS front
    FROM register.units u JOIN register.places p ON p.id = u.place_id, asked
    WHERE {area} AND u.is_ground_floor_frontage AND u.during && asked.span
), spells AS MATERIALIZED (
    SELECT s.unit_id, s.state, s.during, s.observed_on FROM register.occupancy_spells s
    WHERE s.municipality_id = :municipality_id
), held AS MATERIALIZED (
    SELECT b.id, s.state, s.during * b.during AS during, b.area, b.front
    FROM base b JOIN spells s ON s.unit_id = b.id, asked
    WHERE s.during && asked.span AND s.during && b.during
), seen AS (
    SELECT b.id, b.verified_on AS on_day FROM base b, asked WHERE asked.known @> b.verified_on
    UNION ALL
    SELECT b.id, c.on_day FROM base b JOIN register.unit_confirmations c ON c.unit_id = b.id, asked
    WHERE c.municipality_id = :municipality_id AND asked.known @> c.on_day
    UNION ALL
    SELECT b.id, s.observed_on FROM base b JOIN spells s ON s.unit_id = b.id, asked
    WHERE asked.known @> s.observed_on
), verified AS (
    SELECT k.times * h.times AS times
    FROM (SELECT id, range_agg(daterange(on_day, on_day + {window} + 1)) AS times FROM seen GROUP BY id) k
    JOIN (SELECT id, range_agg(during) AS times FROM held WHERE state <> 'ENTFALLEN' GROUP BY id) h USING (id)
), pieces AS (
    SELECT state AS kind, during, area, front FROM held
    UNION ALL SELECT 'BESTAND', during, NULL, NULL FROM base
    UNION ALL SELECT 'GEPRUEFT', unnest(times), NULL, NULL FROM verified
), edges AS (
    SELECT kind, CASE WHEN lower_inf(during) THEN 0 ELSE width_bucket(lower(during) - 1, days) END AS at, 1 AS sign,
           area, front
    FROM pieces, asked
    UNION ALL
    SELECT kind, width_bucket(upper(during) - 1, days), -1, area, front FROM pieces, asked WHERE NOT upper_inf(during)
)
SELECT kind, at, sum(sign) AS units, coalesce(sum(sign * area), 0) AS area, sum(sign) FILTER (WHERE area IS NOT NULL)
       AS with_area, coalesce(sum(sign * front), 0) AS front, sum(sign) FILTER (WHERE front IS NOT NULL) AS with_front
FROM edges GROUP BY kind, at ORDER BY kind, at
"""


def series(session: Session, area: Area, days: Sequence[date]) -> list[Figures]:
    """The figures of an area on each of the days, in their order."""
    asked = sorted(set(days))
    if not asked:
        return []
    query = _SERIES.format(area=area.condition, window=VERIFIED_DAYS)
    values = {**area.values(), "days": asked, "first": asked[0], "last": asked[-1]}
    changes: dict[str, list[Sum]] = {}
    for row in read(session, query, values):
        if row.at < len(asked):
            kind = changes.setdefault(row.kind, [Sum()] * len(asked))
            kind[row.at] = Sum(row.units, row.area, row.with_area or 0, row.front, row.with_front or 0)
    sums = {kind: list(accumulate(steps)) for kind, steps in changes.items()}
    found = [_figures(day, {kind: run[index] for kind, run in sums.items()}) for index, day in enumerate(asked)]
    return [found[bisect_left(asked, day)] for day in days]


def _figures(day: date, sums: dict[str, Sum]) -> Figures:
    gone = sums.pop("ENTFALLEN", Sum()).units
    everything = sums.pop("BESTAND", Sum()).units
    verified = sums.pop("GEPRUEFT", Sum()).units
    states = {state: found for state, found in sums.items() if found.units}
    known = sum(found.units for found in states.values())
    return Figures(day, states, everything - gone - known, verified)


def on(session: Session, area: Area, day: date) -> Figures:
    """The figures of an area on a day."""
    return series(session, area, [day])[0]


@dataclass(frozen=True)
class ZoneRow:
    """A zone that figures can be asked for; `holds` says whether it is in force on the day."""

    id: int
    kind: str
    name: str
    holds: bool
    begins: date | None
    ends: date | None


_ZONES = text(
    """
    SELECT z.id, z.kind, z.name, z.during @> CAST(:day AS date) AS holds, lower(z.during) AS begins,
           upper(z.during) AS ends
    FROM register.zones z WHERE z.municipality_id = :municipality_id
    ORDER BY z.during @> CAST(:day AS date) DESC, z.kind, z.name, z.id
    """
)


def zones(session: Session, municipality_id: int, day: date) -> list[ZoneRow]:
    """The town's zones, those in force on the day first."""
    found = session.execute(_ZONES, {"municipality_id": municipality_id, "day": day})
    return [ZoneRow(**row._mapping) for row in found]


def zone(session: Session, municipality_id: int, day: date, zone_id: int) -> ZoneRow:
    """One of the town's zones. Raises `NotFound`, also for another town's."""
    for row in zones(session, municipality_id, day):
        if row.id == zone_id:
            return row
    raise NotFound("Die Zone", zone_id)


def zone_named(session: Session, municipality_id: int, day: date, name: str) -> ZoneRow:
    """The zone of that name: the one in force on the day, else the only one there is.

    Raises `NotFound` with the names there are, or `Invalid` where two zones have the name.
    """
    rows = zones(session, municipality_id, day)
    named = [row for row in rows if row.name.casefold() == name.strip().casefold()]
    chosen = [row for row in named if row.holds] or named
    if not chosen:
        known = ", ".join(dict.fromkeys(row.name for row in rows)) or "keine"
        raise NotFound(f"Die Zone „{name}“ (bekannt: {known})")
    if len(chosen) > 1:
        kinds = ", ".join(row.kind for row in chosen)
        raise Invalid({"zone": f"Den Namen „{name}“ haben mehrere Zonen ({kinds})."})
    return chosen[0]
