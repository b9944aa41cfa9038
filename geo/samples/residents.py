"""Residents of the sample: towns that take applications, made-up applications, and water that nobody poured."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.core import geometry
from geo.samples.content import Record, read
from geo.trees.applications.model import TreeApplicant, TreeApplication, TreeSettings
from geo.trees.model import Stop
from geo.trees.watering import queries as watering
from geo.trees.watering.model import WateringLog
from geo.trees.watering.need import Rule, needs

HALF_A_YEAR, DRY = timedelta(days=183), timedelta(days=4)


def add(session: Session, town: Callable[[str], int], today: date) -> dict[str, int]:
    """Add them, in the caller's `perform()`; the number of rows by table. `town` gives the id for a key."""
    content = read("residents")
    there = set(session.scalars(select(TreeSettings.municipality_id)))
    records = {town(record["ags"]): record for record in reversed(content["towns"])}
    new = [_settings(town_id, record) for town_id, record in records.items() if town_id not in there]
    session.add_all(new)
    examples = session.scalars(select(Stop).where(Stop.is_example))
    stops = {(stop.municipality_id, stop.name): stop.id for stop in examples}
    for number, record in enumerate(content["applications"], 1):
        application = _application(town(record["ags"]), record, today)
        application.stop_id = stops.get((application.municipality_id, record.get("stop", "")))
        session.add(application)
        session.flush()
        session.add(_applicant(application, number, record))
    session.flush()
    logs = _logs(session, today)
    session.add_all(logs)
    session.flush()
    return {"watering_logs": len(logs), "tree_settings": len(new), "tree_applications": len(content["applications"])}


def _settings(municipality_id: int, record: Record) -> TreeSettings:
    return TreeSettings(
        municipality_id=municipality_id,
        takes_applications=True,
        application_note=record.get("note"),
        application_note_en=record.get("note_en"),
        yard_email=record.get("yard_email"),
        is_example=True,
    )


def _application(municipality_id: int, record: Record, today: date) -> TreeApplication:
    def ago(name: str) -> date | None:
        return today - timedelta(days=record[name]) if name in record else None

    received = datetime.combine(today - timedelta(days=record["received"]), time(10), UTC)
    return TreeApplication(
        municipality_id=municipality_id,
        point=geometry.point(record["lon"], record["lat"]) if "lon" in record else None,
        street=record["street"],
        house_number=record.get("house_number"),
        signatures=record["signatures"],
        state=record["state"],
        reason=record.get("reason"),
        consent_at=received,
        received_at=received,
        confirmed_at=received,
        listed_on=ago("listed"),
        closed_on=ago("closed"),
        is_example=True,
    )


def _applicant(application: TreeApplication, number: int, record: Record) -> TreeApplicant:
    return TreeApplicant(
        application_id=application.id,
        municipality_id=application.municipality_id,
        email=f"beispiel-{number}@beispiel.invalid",
        name=f"Beispielperson {number}",
        message=record.get("message"),
    )


def _logs(session: Session, today: date) -> list[WateringLog]:
    """What the rule asks for at each example visit of the last half year, but for the last days; by both."""
    logs: list[WateringLog] = []
    for visit in watering.visits_between(session, today - HALF_A_YEAR, today - DRY):
        if not visit.is_example:
            continue
        for need in needs(visit.trees, Rule(), today - HALF_A_YEAR, today - DRY, {}):
            noon = datetime.combine(need.day, time(10), UTC)
            logs.append(
                WateringLog(
                    municipality_id=visit.municipality_id,
                    visit_id=visit.id,
                    day=need.day,
                    logged_at=noon,
                    litres=Decimal(need.litres),
                    trees=visit.count,
                    by_kind="BAUHOF" if len(logs) % 3 == 2 else "PATE",
                    is_example=True,
                )
            )
    return logs
