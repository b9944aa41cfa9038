"""Carries out a step of many cases as one, opens many at once, and takes either back as one."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import Action, Actor
from geo.core.bundles import ChangedSince, changed_since, newest_of_transaction, revert_bundle, rows_of_bundle
from geo.core.errors import Conflict, Invalid, NotFound
from geo.core.history import perform
from geo.vacancies.bulk.model import BulkChange
from geo.vacancies.cases import queries
from geo.vacancies.cases import service as single
from geo.vacancies.cases.bulk import plan as plans
from geo.vacancies.cases.bulk.schemas import MOST, BulkStep
from geo.vacancies.cases.schemas import Opening

TABLES = ("cases", "case_events")
RECENT = 10


class CasesChanged(Conflict):
    """Cases were changed after somebody looked at the plan; `cases` are their ids. Nothing was done."""

    def __init__(self, cases: Sequence[int]):
        self.cases = list(cases)
        super().__init__(
            "Seit der Vorschau hat jemand anderes einen Teil der Fälle geändert. Es wurde nichts geändert."
        )


def carry_out(
    session: Session, actor: Actor, municipality_id: int, data: BulkStep, looked_at: Mapping[int, int], which: str
) -> BulkChange:
    """Do to these cases what the plan said; `looked_at` holds the version of each that the person saw.

    Raises `CasesChanged` when one of them is another by now, `Invalid` when nothing would change.
    """
    if not looked_at:
        raise Invalid({"which": "Bei keinem der gewählten Fälle würde sich etwas ändern."})
    if len(looked_at) > MOST:
        raise Invalid({"which": f"Auf einmal lassen sich höchstens {MOST} Fälle ändern."})
    with perform(session, actor, Action.CASE_EDIT, municipality_id):
        plan = plans.make(session, municipality_id, list(looked_at), data)
        others = [case_id for case_id, version in looked_at.items() if plan.versions.get(case_id) != version]
        if others:
            raise CasesChanged(others)
        single.record_many(session, actor, municipality_id, looked_at, lambda now: plans.step_for(now, data))
        names = dict(queries.people(session, municipality_id))
        made = _kept(session, municipality_id, plans.in_sentence(data, names), which, len(looked_at))
    return made


def open_many(
    session: Session,
    actor: Actor,
    municipality_id: int,
    unit_ids: Sequence[int],
    responsible_id: int | None,
    which: str,
) -> BulkChange:
    """Open a case for each of these units that has none. Raises `Invalid` when all have one."""
    if len(unit_ids) > MOST:
        raise Invalid({"which": f"Auf einmal lassen sich höchstens {MOST} Fälle eröffnen."})
    with perform(session, actor, Action.CASE_EDIT, municipality_id):
        free = queries.units_without_case(session, municipality_id, unit_ids)
        if not free:
            raise Invalid({"which": "Alle gewählten Einheiten haben schon einen offenen Fall."})
        for unit_id in free:
            single.open_case(session, actor, unit_id, Opening(on=clock.today(), responsible_id=responsible_id))
        made = _kept(session, municipality_id, "Fälle eröffnet", which, len(free))
    return made


def _kept(session: Session, municipality_id: int, what: str, which: str, count: int) -> BulkChange:
    change_id = newest_of_transaction(session, TABLES)
    made = BulkChange(municipality_id=municipality_id, what=what, which=which, of_cases=True)
    made.units_n, made.change_id = count, change_id or 0
    session.add(made)
    session.flush()
    return made


def get(session: Session, bulk_id: int) -> BulkChange:
    """A change of many cases. Raises `NotFound`, also for another town's, and for one of units."""
    found = session.get(BulkChange, bulk_id, populate_existing=True)
    if found is None or not found.of_cases:
        raise NotFound("Die Sammeländerung", bulk_id)
    return found


def recent(session: Session, municipality_id: int) -> Sequence[BulkChange]:
    """The last changes of many cases in the town, newest first."""
    chosen = select(BulkChange).where(BulkChange.municipality_id == municipality_id, BulkChange.of_cases)
    return session.scalars(chosen.order_by(BulkChange.id.desc()).limit(RECENT)).all()


def cases_of(session: Session, bulk: BulkChange) -> list[int]:
    """The ids of the cases that it changed."""
    return rows_of_bundle(session, bulk.change_id, "cases")


_CASE_OF_EVENT = text("SELECT DISTINCT e.case_id FROM register.case_events e WHERE e.id = ANY (:ids)")


def in_the_way(session: Session, bulk: BulkChange) -> list[int]:
    """The cases of it that were changed again since, so that it cannot be taken back."""
    changed = _cases(session, changed_since(session, bulk.change_id, TABLES))
    return sorted({*changed, *queries.begun_and_used(session, bulk.change_id)})


def _cases(session: Session, rows: Sequence[tuple[str, int]]) -> list[int]:
    found = {row_id for table, row_id in rows if table == "cases"}
    events = [row_id for table, row_id in rows if table == "case_events"]
    found |= set(session.scalars(_CASE_OF_EVENT, {"ids": events})) if events else set()
    return sorted(found)


def undo(session: Session, actor: Actor, bulk_id: int) -> int:
    """Take back a change of many cases as a whole; says how many. Raises `CasesChanged` with those in the way."""
    bulk = get(session, bulk_id)
    with perform(session, actor, Action.CASE_EDIT, bulk.municipality_id):
        bulk = session.get_one(BulkChange, bulk_id, with_for_update=True, populate_existing=True)
        if bulk.undone_at is not None:
            raise Conflict("Diese Sammeländerung ist schon zurückgenommen.")
        count, change_id = bulk.units_n, bulk.change_id
        used = queries.begun_and_used(session, change_id)
        if used:
            raise CasesChanged(used)
        try:
            revert_bundle(session, actor, change_id, TABLES)
        except ChangedSince as error:
            raise CasesChanged(_cases(session, error.rows)) from None
        bulk = session.get_one(BulkChange, bulk_id)
        bulk.undone_at = datetime.now(UTC)
    return count
