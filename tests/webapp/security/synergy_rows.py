"""A ranking of the town's stops that was taken over for the planner."""

from typing import Any

from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import SYSTEM
from geo.synergy import service
from geo.synergy.ranking import REASONS


def some_ranking(session: Session, town: Any) -> None:
    """Taken over by the register itself, under the usual weights."""
    made = service.take(session, SYSTEM, town.id, dict.fromkeys(REASONS, 50), clock.today())
    town.ids["ranking"] = made.id
