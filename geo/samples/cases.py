"""Made-up cases of the sample's vacancies: their steps, counted from the day on which the sample is loaded."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.accounts.model import Account
from geo.samples import kompass
from geo.samples.content import Record, read
from geo.vacancies.cases.model import SNAPSHOT, Case, CaseEvent
from geo.vacancies.model import OccupancySpell, Unit


def add(session: Session, town: Callable[[str], int], today: date, domain: str) -> dict[str, int]:
    """Add them, in the caller's `perform()`; rows by table. Needs the sample's accounts, units and uses."""
    people = {
        email: account_id
        for account_id, email in session.execute(select(Account.id, Account.email).where(Account.is_example))
    }
    vacant: dict[int, list[int]] = {}
    opened = steps = 0
    for record in read("cases")["cases"]:
        here = town(record["ags"])
        free = vacant.setdefault(here, _vacant(session, here, today))
        if free:  # a town may have fewer empty shops than the sample has cases
            steps += _case(session, here, free.pop(0), record, today, lambda who: people[f"{who}@{domain}"])
            opened += 1
    session.flush()
    return {"cases": opened, "case_events": steps} | kompass.add(session, town, today)


def _vacant(session: Session, municipality_id: int, today: date) -> list[int]:
    """The made-up shops and restaurants that are empty today."""
    wanted = (
        select(Unit.id)
        .join(OccupancySpell, OccupancySpell.unit_id == Unit.id)
        .where(Unit.municipality_id == municipality_id, Unit.is_example, OccupancySpell.state == "LEER")
        .where(OccupancySpell.during.contains(today), Unit.object_type.in_(("LADEN_EG", "GASTRO")))
        .order_by(Unit.id)
    )
    return list(session.scalars(wanted))


def _case(
    session: Session, municipality_id: int, unit_id: int, record: Record, today: date, person: Callable[[str], int]
) -> int:
    case = Case(municipality_id=municipality_id, unit_id=unit_id, priority=2, is_example=True)
    case.opened_on = today - timedelta(days=record["steps"][0]["ago"])
    events = []
    for step in record["steps"]:
        for name in ("state", "priority", "next_action"):
            setattr(case, name, step.get(name, getattr(case, name)))
        case.blocked_kind, case.resumes_as = step.get("blocked_kind"), step.get("resumes_as")
        case.next_action_on = today + timedelta(days=step["due"]) if "due" in step else case.next_action_on
        case.responsible_id = person(step["who"]) if "who" in step else case.responsible_id
        day = today - timedelta(days=step["ago"])
        event = CaseEvent(municipality_id=municipality_id, on_day=day, kind=step["kind"], is_example=True)
        event.note, event.recorded_at = step.get("note"), datetime.combine(day, time(10), UTC)
        event.account_id = case.responsible_id
        for name in SNAPSHOT:
            setattr(event, name, getattr(case, name))
        events.append(event)
    session.add(case)
    session.flush()
    for event in events:
        event.case_id = case.id
    session.add_all(events)
    session.flush()
    return len(events)
