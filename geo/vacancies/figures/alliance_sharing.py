"""What a town lets the alliance's office see: a level that its managers set, and may take back at any time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor
from geo.core.errors import Conflict
from geo.core.history import Change, changes_of, perform
from geo.core.parsing import Fields
from geo.vacancies.figures.levels import LEAST, ORDER
from geo.vacancies.figures.model import TownShare


@dataclass(frozen=True)
class Shared:
    """The town's level and the version of its row (0 where it has none of its own)."""

    level: str = LEAST
    version: int = 0


def of_town(session: Session, municipality_id: int) -> Shared:
    """What the town shares now."""
    row = _row(session, municipality_id)
    return Shared() if row is None else Shared(row.level, row.version)


def parse(data: Mapping[str, Any]) -> str:
    """The form: one of the levels. Raises `Invalid`."""
    fields = Fields(data)
    level = fields.choice("level", ORDER, required=True)
    fields.check()
    return str(level)


def share(session: Session, actor: Actor, municipality_id: int, version: int, level: str) -> None:
    """Set the level, up or down. Raises `Conflict` when somebody else did since `version`."""
    with perform(session, actor, Action.FIGURES_SHARE, municipality_id):
        row = _row(session, municipality_id)
        if (row.version if row is not None else 0) != version:
            raise Conflict("Jemand anderes hat diese Einstellung in der Zwischenzeit geändert.")
        if row is None:
            session.add(TownShare(municipality_id=municipality_id, level=level))
        elif row.level != level:
            row.level, row.is_example = level, False


def changes(session: Session, municipality_id: int) -> list[Change]:
    """Who set which level when, newest first."""
    row = _row(session, municipality_id)
    return changes_of(session, [("town_shares", row.id)]) if row is not None else []


def _row(session: Session, municipality_id: int) -> TownShare | None:
    chosen = select(TownShare).where(TownShare.municipality_id == municipality_id)
    return session.scalar(chosen.execution_options(populate_existing=True))
