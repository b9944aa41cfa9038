"""What the public may read of a town's vacancy: its rate at the ends of quarters, where the town has switched it on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor
from geo.core.errors import Conflict
from geo.core.history import perform
from geo.vacancies.figures.rates import LEAST_VERIFIED
from geo.vacancies.freshness.model import TownSettings
from geo.vacancies.freshness.service import settings_of

QUARTERS = 12

_TOWNS = text("SELECT t.municipality_id, t.name, t.ags FROM published.rate_towns t ORDER BY t.name, t.ags")
_RATES = text("SELECT r.* FROM published.town_rates(CAST(:day AS date), CAST(:towns AS integer[])) r")


@dataclass(frozen=True)
class Counts:
    """A town's ground floors at the end of a quarter; what would tell of less than five units is None.

    `stock` is N; `verified` of `everything` (units of unknown state included) were verified within twelve months.
    """

    stock: int
    verified: int
    everything: int
    gross: int | None
    net: int | None
    off_market: int | None
    is_example: bool

    @property
    def share_verified(self) -> float:
        return self.verified / self.everything

    @property
    def is_verified(self) -> bool:
        """Whether enough of the stock is verified for a percentage."""
        return self.share_verified >= LEAST_VERIFIED

    def rate(self, reading: str) -> tuple[int, int] | None:
        """The empty units and the units that they are counted among, or None where that is not told."""
        empty, whole = self.gross if reading == "brutto" else self.net, self.stock
        if reading == "marktaktiv":
            if self.off_market is None:
                return None
            whole -= self.off_market
        return None if empty is None or whole < 1 else (empty, whole)


def quarter_end(day: date, today: date) -> date:
    """The last end of a quarter that is over by `today` and not after `day`."""
    limit = min(day, today - timedelta(days=1)) + timedelta(days=1)
    begin = date(limit.year, 3 * ((limit.month - 1) // 3) + 1, 1)
    return begin - timedelta(days=1)


def reference_days(today: date) -> list[date]:
    """The ends of the last `QUARTERS` quarters, newest first."""
    days = [quarter_end(today, today)]
    while len(days) < QUARTERS:
        days.append(quarter_end(days[-1] - timedelta(days=1), today))
    return days


def counted(session: Session, day: date, towns: Sequence[int]) -> dict[int, Counts]:
    """The counts of those of the towns that publish, by municipality; `day` is the end of a quarter."""
    rows = [dict(row._mapping) for row in session.execute(_RATES, {"day": day, "towns": list(towns)})]
    return {row.pop("municipality_id"): Counts(**row) for row in rows}


def publishing(session: Session) -> list[tuple[int, str, str]]:
    """The towns that publish their rate now: municipality, name and key, by name."""
    return [(row.municipality_id, row.name, row.ags) for row in session.execute(_TOWNS)]


def is_any(session: Session) -> bool:
    """Whether a town publishes its rate."""
    return bool(session.scalar(text("SELECT EXISTS (SELECT FROM published.rate_towns)")))


def is_public(session: Session, municipality_id: int) -> tuple[bool, int]:
    """Whether the town publishes its rate, and the version of its settings (0 where it has none of its own)."""
    row = settings_of(session, municipality_id)
    return (False, 0) if row is None else (row.rates_public, row.version)


def set_public(session: Session, actor: Actor, municipality_id: int, version: int, *, is_public: bool) -> None:
    """Publish the town's rate, or take it back. Raises `Conflict` when the settings are others than in `version`."""
    with perform(session, actor, Action.VACANCY_PUBLISH, municipality_id):
        row = settings_of(session, municipality_id)
        if (row.version if row is not None else 0) != version:
            raise Conflict("Jemand anderes hat diese Einstellungen in der Zwischenzeit geändert.")
        if row is None:
            session.add(TownSettings(municipality_id=municipality_id, rates_public=is_public))
        elif row.rates_public != is_public:
            row.rates_public = is_public
