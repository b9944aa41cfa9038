"""A ranking of the town's stops that was taken over for the planner."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from geo.core.access import SYSTEM
from geo.synergy import service
from geo.synergy.ranking import REASONS


def some_ranking(session: Session, town: Any) -> None:
    """Taken over by the register itself, under the usual weights."""
    made = service.take(session, SYSTEM, town.id, dict.fromkeys(REASONS, 50), date.today())
    town.ids["ranking"] = made.id
