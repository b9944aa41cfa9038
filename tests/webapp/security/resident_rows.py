"""Somebody applied for the trees, in a town of markers: confirmed, waiting, with every word told again."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from geo.core.access import SYSTEM
from geo.trees.applications import service
from geo.trees.applications.schemas import ApplicationInput, DecisionInput


def some_residents(session: Session, town: Any, point: tuple[float, float]) -> None:
    """Adds an application on the waiting list, with the id `application`."""
    settings = {"takes_applications": True, "yard_email": f"{town.secret('BAUHOFPOST').lower()}@beispiel.test"}
    town.words.append(settings["yard_email"])
    service.set_up(session, SYSTEM, town.id, 0, settings)
    email = f"{town.secret('BEWERBERPOST').lower()}@beispiel.test"
    town.words.append(email)
    data = ApplicationInput(
        town.id,
        email,
        town.secret("BEWERBERSTRASSE"),
        town.secret("BEWERBERNR"),
        point=point,
        name=town.secret("BEWERBERNAME"),
        message=town.secret("BEWERBERTEXT"),
        signatures=5,
    )
    now = datetime.now(UTC)
    token = service.send(session, data, request_id="", form_key=None, photo_sha256="b" * 64, now=now)
    application, _ = service.confirm(session, str(token), request_id="", now=now)
    decision = DecisionInput("WARTELISTE", town.ids["stop"], town.secret("BESCHEID"), town.secret("ANTRAGSNOTIZ"))
    service.decide(session, SYSTEM, application.id, town.id, application.version, decision, today=now.date())
    town.ids["application"] = application.id
