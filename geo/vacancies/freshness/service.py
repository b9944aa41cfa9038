"""Reading and changing the days for which a town lets a confirmation hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor
from geo.core.errors import Conflict
from geo.core.history import Change, changes_of, perform
from geo.core.parsing import Fields
from geo.vacancies.freshness.model import TownSettings
from geo.vacancies.freshness.rules import COLUMNS, DAYS, MOST_DAYS, UNKNOWN


@dataclass(frozen=True)
class Freshness:
    """The days of a town by state, and the version of its settings (0 where it has none of its own)."""

    days: Mapping[str, int]
    version: int = 0

    def holds_until(self, verified_on: date | None, state: str | None) -> date | None:
        """The last day on which a confirmation holds; None without one."""
        days = self.days.get(state or UNKNOWN, self.days[UNKNOWN])
        return None if verified_on is None else verified_on + timedelta(days=days)

    def is_overdue(self, verified_on: date | None, state: str | None, day: date) -> bool:
        """Whether a unit's facts are too old on a day, or were never confirmed; what has left the stock never is."""
        until = self.holds_until(verified_on, state)
        return state != "ENTFALLEN" and (until is None or until < day)


def settings_of(session: Session, municipality_id: int) -> TownSettings | None:
    """The town's settings; None where it has none of its own."""
    chosen = select(TownSettings).where(TownSettings.municipality_id == municipality_id)
    return session.scalar(chosen.execution_options(populate_existing=True))


def of_town(session: Session, municipality_id: int) -> Freshness:
    """The town's own days, or the defaults."""
    row = settings_of(session, municipality_id)
    if row is None:
        return Freshness({state: days for state, (_, days) in DAYS.items()})
    return Freshness({state: getattr(row, column) for state, (column, _) in DAYS.items()}, row.version)


def parse(data: Mapping[str, Any]) -> dict[str, int]:
    """The form of the settings: a whole number of days for every state, twelve months at most."""
    fields = Fields(data)
    days = {column: fields.whole(column, least=1, most=MOST_DAYS, required=True) for column in COLUMNS}
    fields.check()
    return {column: value for column, value in days.items() if value is not None}


def set_days(session: Session, actor: Actor, municipality_id: int, version: int, days: Mapping[str, int]) -> None:
    """Set the days of a town. Raises `Conflict` when somebody else did since `version`."""
    with perform(session, actor, Action.TOWN_EDIT, municipality_id):
        row = settings_of(session, municipality_id)
        if (row.version if row is not None else 0) != version:
            raise Conflict("Jemand anderes hat diese Einstellungen in der Zwischenzeit geändert.")
        if row is None:
            session.add(TownSettings(municipality_id=municipality_id, **days))
            return
        for column, value in days.items():
            if getattr(row, column) != value:
                setattr(row, column, value)


def changes(session: Session, municipality_id: int) -> list[Change]:
    """Who set which days when, newest first."""
    row = settings_of(session, municipality_id)
    return changes_of(session, [("town_settings", row.id)]) if row is not None else []
