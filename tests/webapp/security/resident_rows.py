"""Somebody applied for the trees, in a town of markers: confirmed, waiting, with every word told again."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import SYSTEM, Action
from geo.trees.applications import service
from geo.trees.applications.schemas import ApplicationInput, DecisionInput
from geo.trees.visits import service as visits
from geo.trees.visits.schemas import VisitInput, VisitWords
from geo.trees.watering import queries
from geo.trees.watering import service as watering
from geo.trees.watering.schemas import CareInput, PatronInput
from geo.trees.wording import period


def some_residents(session: Session, town: Any, point: tuple[float, float]) -> None:
    """Adds an application on the waiting list, and a watered visit with its patron."""
    settings = {"takes_applications": True, "yard_email": town.mail("BAUHOFPOST")}
    service.set_up(session, SYSTEM, town.id, 0, settings)
    email = town.mail("BEWERBERPOST", Action.APPLICATION_CONTACT)
    data = ApplicationInput(
        town.id,
        email,
        town.secret("BEWERBERSTRASSE"),
        town.secret("BEWERBERNR"),
        point=point,
        name=town.secret("BEWERBERNAME", Action.APPLICATION_CONTACT),
        message=town.secret("BEWERBERTEXT"),
        signatures=5,
    )
    now = datetime.now(UTC)
    token = service.send(session, data, request_id="", form_key=None, photo_sha256="b" * 64, now=now)
    application, _ = service.confirm(session, str(token), request_id="", now=now)
    decision = DecisionInput("WARTELISTE", town.ids["stop"], town.secret("BESCHEID"), town.secret("ANTRAGSNOTIZ"))
    service.decide(session, SYSTEM, application.id, town.id, application.version, decision, today=clock.day_of(now))
    town.ids["application"] = application.id
    _watering(session, town)


def _watering(session: Session, town: Any) -> None:
    """A patron who took a day of a public visit, watered and left a note of care with the town."""
    now = datetime.now(UTC)
    days = period(clock.day_of(now) - timedelta(days=3), clock.day_of(now) + timedelta(days=18))
    data = VisitInput(town.ids["published_schedule"], town.ids["stop"], days, VisitWords(1), is_actual=True)
    visit = visits.add(session, SYSTEM, data).id
    email = town.mail("PATENPOST", Action.APPLICATION_CONTACT)
    who = PatronInput(town.secret("PATIN", Action.APPLICATION_CONTACT), email)
    token = watering.sign_up(session, visit, who, request_id="", form_key=None, now=now)
    patron, own = watering.confirm(session, str(token), request_id="", now=now)
    watering.poured(session, own, request_id="", form_key=None, now=now)
    care = CareInput(clock.day_of(now), "KONTROLLE", town.secret("PFLEGENOTIZ"))
    watering.add_care(session, SYSTEM, visit, care)
    watering.set_weather(
        session, SYSTEM, town.id, {clock.day_of(now): Decimal(31)}, source="DWD", station=town.secret("STATION")
    )
    log = queries.logs_of_visit(session, queries.find_visit(session, visit))[0]
    town.ids |= {"watered_visit": visit, "patron": patron.id, "watering_log": log.id}
