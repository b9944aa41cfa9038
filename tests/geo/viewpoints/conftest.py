"""Viewpoints for tests."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import SYSTEM
from geo.viewpoints import service
from geo.viewpoints.model import Viewpoint
from geo.viewpoints.schemas import StatusInput, parse_viewpoint

TODAY = clock.today()
FORM = {
    "name": "Blick vom Testberg",
    "name_en": "View from Test Hill",
    "story": "Man sieht den Markt.",
    "longitude": "11,05",
    "latitude": "50,93",
    "street": "Testberg",
    "direction": "67-292",
    "step_free": "JA",
    "toilet": "JA",
    "furniture": ["bench", "board"],
    "check_every_months": "60",
}


def form(**changes: Any) -> dict[str, Any]:
    return {**FORM, **changes}


def made(
    session: Session,
    town: int,
    *,
    status: str = "OFFEN",
    since: str = "2025-05-01",
    note: str | None = "Warum, steht hier.",
    actor: Any = SYSTEM,
    **changes: Any,
) -> Viewpoint:
    """A stored viewpoint from the form above."""
    data = parse_viewpoint(form(**changes))
    return service.create(session, actor, town, data, StatusInput(status, date.fromisoformat(since), note))


@pytest.fixture
def point(staff: Session, towns: Any) -> Viewpoint:
    """An open viewpoint of the own town."""
    return made(staff, towns.own)
