"""Residents of the sample: towns that take applications, and made-up applications that nobody sent."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.core import geometry
from geo.samples.content import Record, read
from geo.trees.applications.model import TreeApplicant, TreeApplication, TreeSettings
from geo.trees.model import Stop


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
    return {"tree_settings": len(new), "tree_applications": len(content["applications"])}


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
