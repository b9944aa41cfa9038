"""Figures over all towns for the alliance's office: what each town shares with it, and a sum that gives no town away.

What may be told is decided in the database (`register.vacancy_totals`, `register.vacancy_zone_totals`), for the ends of
quarters; here it is only put in order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor, require
from geo.vacancies.figures.levels import ORDER
from geo.vacancies.figures.public import quarter_end
from geo.vacancies.figures.rates import LEAST_VERIFIED, READINGS

QUARTERS = 9

_TOTALS = text(
    """
    SELECT d.day, t.*, m.name, m.ags::text AS ags
    FROM unnest(CAST(:days AS date[])) WITH ORDINALITY AS d(day, number)
    CROSS JOIN LATERAL register.vacancy_totals(d.day) t
    LEFT JOIN register.municipalities m ON m.id = t.municipality_id
    ORDER BY d.number, m.name, m.id
    """
)
_LEVELS = text(
    "SELECT l.municipality_id, m.name, m.ags::text AS ags, l.level FROM register.alliance_levels() l"
    " JOIN register.municipalities m ON m.id = l.municipality_id ORDER BY m.name, m.id"
)
_ZONES = text(
    "SELECT z.* FROM register.vacancy_zone_totals(CAST(:day AS date), :town) z ORDER BY z.zone_kind, z.zone, z.zone_id"
)


@dataclass(frozen=True)
class Told:
    """Counts as far as they may be told; None is a number that would tell of less than five units.

    `stock` is N; `verified` of `everything` (units of unknown state included), both rounded to five, were verified
    within twelve months. `is_rounded`: all numbers are rounded to five, as they are the sum of several towns.
    """

    stock: int = 0
    everything: int = 0
    verified: int = 0
    gross: int | None = 0
    net: int | None = 0
    off_market: int | None = 0
    is_verified: bool = True
    is_rounded: bool = False
    is_example: bool = False

    @property
    def share_verified(self) -> float | None:
        return min(self.verified / self.everything, 1.0) if self.everything else None

    def counts(self, reading: str) -> tuple[int, int] | None:
        """The empty units and those that they are counted among, or None where that is not told."""
        empty, whole = self.gross if reading == "brutto" else self.net, self.stock
        if reading == "marktaktiv":
            if self.off_market is None:
                return None
            whole -= self.off_market
        return None if empty is None or whole < 1 else (empty, whole)

    def percent(self, reading: str) -> float | None:
        """The rate; None where it is not told, or less than 70 % of the stock were verified within twelve months."""
        found = self.counts(reading)
        return 100 * found[0] / found[1] if found and self.is_verified else None


@dataclass(frozen=True)
class Summed:
    """A sum over what is told: each reading over those parts that tell it, with their own stock beside it."""

    parts: tuple[Told, ...] = ()

    @property
    def stock(self) -> int:
        return sum(one.stock for one in self.parts)

    @property
    def gross(self) -> int | None:
        found = self.counts("brutto")
        return found[0] if found else None

    @property
    def net(self) -> int | None:
        found = self.counts("netto")
        return found[0] if found else None

    @property
    def share_verified(self) -> float | None:
        everything = sum(one.everything for one in self.parts)
        return min(sum(one.verified for one in self.parts) / everything, 1.0) if everything else None

    @property
    def is_verified(self) -> bool:
        return (self.share_verified or 0) >= LEAST_VERIFIED

    @property
    def is_rounded(self) -> bool:
        return any(one.is_rounded for one in self.parts)

    @property
    def is_example(self) -> bool:
        return any(one.is_example for one in self.parts)

    def counts(self, reading: str) -> tuple[int, int] | None:
        """As of a town; None where no part tells the reading."""
        told = [found for one in self.parts if (found := one.counts(reading))]
        return (sum(empty for empty, _ in told), sum(whole for _, whole in told)) if told else None

    def percent(self, reading: str) -> float | None:
        """The rate; None where nothing is told, or less than 70 % of that stock were verified within twelve months."""
        told = [one for one in self.parts if one.counts(reading)]
        found = Summed(tuple(told)).counts(reading)
        return 100 * found[0] / found[1] if found and Summed(tuple(told)).is_verified else None


@dataclass(frozen=True)
class TownFigures:
    """A town's counts at the end of a quarter, as far as it shares them."""

    municipality_id: int
    name: str
    ags: str
    level: str
    told: Told

    @property
    def is_summed(self) -> bool:
        """Whether its own numbers are told in full; else it is in the rounded row, where there is one."""
        return self.told.gross is not None and self.told.net is not None


@dataclass(frozen=True)
class Quarter:
    """All that is told of the end of a quarter: towns by name, the towns that only give to the sum, and the sum."""

    day: date
    towns: tuple[TownFigures, ...] = ()
    rest: Told | None = None
    rest_towns: int = 0

    @property
    def summed(self) -> int:
        """How many towns are in the sum of one reading at least."""
        own = [town.told for town in self._own() if any(town.told.counts(reading) for reading in READINGS)]
        return self.rest_towns + len(own)

    @property
    def total(self) -> Summed:
        return Summed((*(town.told for town in self._own()), *([self.rest] if self.rest else [])))

    def _own(self) -> list[TownFigures]:
        """The towns with their own numbers in the sum; the others are in the rounded row, where there is one."""
        return [town for town in self.towns if town.is_summed or self.rest is None]


@dataclass(frozen=True)
class ZoneFigures:
    """A zone's counts at the end of a quarter: `gross` of `stock`."""

    zone_id: int
    zone: str
    zone_kind: str
    stock: int
    gross: int
    is_verified: bool
    is_example: bool

    @property
    def percent(self) -> float | None:
        return 100 * self.gross / self.stock if self.is_verified else None


@dataclass(frozen=True)
class Sharing:
    """A town that records units, and the level at which it shares."""

    municipality_id: int
    name: str
    ags: str
    level: str

    def shares(self, level: str) -> bool:
        """Whether the town shares as much as this level."""
        return ORDER.index(self.level) >= ORDER.index(level)


def quarter_days(day: date, today: date, count: int = QUARTERS) -> list[date]:
    """The ends of the last quarters that are over by `today` and not after `day`, oldest first."""
    days = [quarter_end(day, today)]
    while len(days) < count:
        days.append(quarter_end(days[-1] - timedelta(days=1), today))
    return days[::-1]


def quarters(session: Session, actor: Actor, days: Sequence[date]) -> list[Quarter]:
    """What is told of each of these ends of quarters, in their order. Raises `NotPermitted`, but for the office."""
    require(actor, Action.VACANCY_TOTALS)
    rows = session.execute(_TOTALS, {"days": list(days)}).all()
    found = {day: _quarter(day, list(group)) for day, group in groupby(rows, lambda row: row.day)}
    return [found.get(day, Quarter(day)) for day in days]


def overview(session: Session, actor: Actor, day: date) -> Quarter:
    """What is told of the end of one quarter. Raises `NotPermitted` for anybody but the office."""
    return quarters(session, actor, [day])[0]


def sharing(session: Session, actor: Actor) -> list[Sharing]:
    """The towns that record units and what they share, by name. Raises `NotPermitted` for anybody but the office."""
    require(actor, Action.VACANCY_TOTALS)
    return [Sharing(**row._mapping) for row in session.execute(_LEVELS)]


def zones(session: Session, actor: Actor, town: int, day: date) -> list[ZoneFigures]:
    """The zones of a town that shares them, at the end of a quarter. Raises `NotPermitted` as above."""
    require(actor, Action.VACANCY_TOTALS)
    return [ZoneFigures(**row._mapping) for row in session.execute(_ZONES, {"day": day, "town": town})]


def _quarter(day: date, rows: Sequence[Row]) -> Quarter:
    towns = tuple(
        TownFigures(row.municipality_id, row.name, row.ags, row.level, _told(row))
        for row in rows
        if row.municipality_id is not None
    )
    rest = next((row for row in rows if row.municipality_id is None), None)
    return Quarter(day, towns, _told(rest), rest.towns) if rest is not None else Quarter(day, towns)


def _told(row: Row) -> Told:
    names = ("stock", "everything", "verified", "gross", "net", "off_market", "is_verified", "is_example")
    return Told(**{name: row._mapping[name] for name in names}, is_rounded=row.municipality_id is None)
