"""A survey round on which something was seen, and a closed one with its frozen result, in a town of markers."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import SYSTEM
from geo.vacancies.surveys import recording, service
from geo.vacancies.surveys.schemas import RoundInput, parse_entry


def some_surveys(session: Session, town: Any) -> None:
    """Adds both, with the ids `survey` and `closed_survey`."""
    for name in ("survey", "closed_survey"):
        made = service.create(
            session, SYSTEM, town.id, RoundInput(town.secret(f"BEGEHUNG{name}"), clock.today(), "ALLE")
        )
        town.ids[name] = made.id
        seen = {"key": str(uuid4()), "kind": "NICHT_AUFFINDBAR", "unit_id": town.ids["Einheit0"]}
        seen["recorded_by"] = town.secret("BEGEHER")
        now = datetime.now(UTC)
        recording.record(session, SYSTEM, made.id, parse_entry({**seen, "seen_at": now.isoformat()}, now))
    service.close(session, SYSTEM, made.id, made.version)
