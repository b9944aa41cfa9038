"""Carries out a change of many units as one, and takes it back as one."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor
from geo.core.bundles import ChangedSince, changed_since, newest_of_transaction, revert_bundle, rows_of_bundle
from geo.core.errors import Conflict, Invalid, NotFound
from geo.core.history import perform
from geo.vacancies.bulk import plan as plans
from geo.vacancies.bulk.model import BulkChange
from geo.vacancies.bulk.plan import NAMES, Plan
from geo.vacancies.bulk.schemas import BulkInput, in_sentence

TABLES = ("units", "occupancy_spells")
RECENT = 10


class ChangedMeanwhile(Conflict):
    """Units were changed after somebody looked at the plan; `units` are their ids. Nothing was done."""

    def __init__(self, units: Sequence[int]):
        self.units = list(units)
        super().__init__(
            "Seit der Vorschau hat jemand anderes einen Teil der Einheiten geändert. Es wurde nichts geändert."
        )


_LOCK = text(
    "SELECT u.id, u.version FROM register.units u WHERE u.municipality_id = :town AND u.id = ANY (:ids)"
    " ORDER BY u.id FOR UPDATE"
)
_VERIFY = text(
    """
    UPDATE register.units SET verified_on = :on, verified_by_kind = :kind, version = version + 1 WHERE id = ANY (:ids)
    """
)
# The running use ends where the new one begins; one that has ended before stays as it is.
_END_SPELLS = text(
    """
    UPDATE register.occupancy_spells s
    SET during = daterange(lower(s.during), CAST(:since AS date)), end_precision = :precision, version = s.version + 1
    WHERE s.unit_id = ANY (:ids) AND s.during @> CAST(:since AS date)
    """
)
_NEW_SPELLS = text(
    """
    INSERT INTO register.occupancy_spells (unit_id, municipality_id, during, start_precision, state, source)
    SELECT u.id, u.municipality_id, daterange(CAST(:since AS date), NULL), :precision, :state, :source
    FROM register.units u WHERE u.id = ANY (:ids) ORDER BY u.id
    """
)
# As `service._settle_stock` does it for one: in the stock from the first known day, until it is no more.
_SETTLE = text(
    """
    UPDATE register.units u
    SET during = CASE
            WHEN CAST(:state AS text) <> 'ENTFALLEN' THEN daterange(f.begin, NULL)
            WHEN f.begin < CAST(:since AS date) THEN daterange(f.begin, CAST(:since AS date))
            ELSE daterange(NULL, CAST(:since AS date)) END,
        version = u.version + 1
    FROM (SELECT y.id, CASE WHEN lower(y.during) IS NOT NULL
                            THEN least(lower(y.during), min(lower(x.during))) END AS begin
          FROM register.units y JOIN register.occupancy_spells x ON x.unit_id = y.id
          WHERE y.id = ANY (:ids) GROUP BY y.id) f
    WHERE u.id = f.id
    """
)


def carry_out(
    session: Session, actor: Actor, municipality_id: int, data: BulkInput, looked_at: Mapping[int, int], which: str
) -> BulkChange:
    """Do to these units what the plan said; `looked_at` holds the version of each that the person saw.

    Raises `ChangedMeanwhile` when one of them is another by now, `Invalid` when nothing would change.
    """
    if not looked_at:
        raise Invalid({"units": "Bei keiner der gewählten Einheiten würde sich etwas ändern."})
    if len(looked_at) > plans.MOST:
        raise Invalid({"units": f"Auf einmal lassen sich höchstens {plans.MOST:,} Einheiten ändern.".replace(",", ".")})
    with perform(session, actor, Action.VACANCY_EDIT, municipality_id):
        now = {row.id: row.version for row in session.execute(_LOCK, {"town": municipality_id, "ids": list(looked_at)})}
        others = [unit_id for unit_id, version in looked_at.items() if now.get(unit_id) != version]
        if others:
            raise ChangedMeanwhile(others)
        plan = plans.make(session, municipality_id, list(looked_at), data)
        ids = [line.unit_id for line in plan.changing]
        if len(ids) != len(looked_at):
            raise ChangedMeanwhile([line.unit_id for line in plan.staying])
        _write(session, ids, data)
        change_id = newest_of_transaction(session, TABLES)
        made = BulkChange(municipality_id=municipality_id, what=in_sentence(data, NAMES), which=which)
        made.units_n, made.change_id = len(ids), change_id or 0
        session.add(made)
    session.expire_all()
    return made


def _write(session: Session, ids: Sequence[int], data: BulkInput) -> None:
    values: dict[str, Any] = {"ids": list(ids)}
    if data.action == "bestaetigen":
        done = session.execute(_VERIFY, {**values, "on": data.verified_on, "kind": data.verified_by_kind})
    elif data.action == "zustand":
        values |= {"since": data.since, "precision": data.precision, "state": data.state}
        session.execute(_END_SPELLS, values)
        session.execute(_NEW_SPELLS, {**values, "source": data.source})
        done = session.execute(_SETTLE, values)
    else:
        assignments = ", ".join(f"{name} = :{name}" for name in data.facts)  # names out of `FACTS`
        query = f"UPDATE register.units SET {assignments}, version = version + 1 WHERE id = ANY (:ids)"  # noqa: S608
        done = session.execute(text(query), {**values, **data.facts})
    if done.rowcount != len(ids):  # type: ignore[attr-defined]  # an execution of DML has it
        raise Conflict("Ein Teil der Einheiten ist nicht mehr da. Es wurde nichts geändert.")


def get(session: Session, bulk_id: int) -> BulkChange:
    """A change of many units. Raises `NotFound`, also for another town's."""
    found = session.get(BulkChange, bulk_id, populate_existing=True)
    if found is None or found.of_cases:
        raise NotFound("Die Sammeländerung", bulk_id)
    return found


def recent(session: Session, municipality_id: int) -> Sequence[BulkChange]:
    """The last changes of many units in the town, newest first."""
    chosen = select(BulkChange).where(BulkChange.municipality_id == municipality_id, ~BulkChange.of_cases)
    return session.scalars(chosen.order_by(BulkChange.id.desc()).limit(RECENT)).all()


def units_of(session: Session, bulk: BulkChange) -> list[int]:
    """The ids of the units that it changed."""
    return rows_of_bundle(session, bulk.change_id, "units")


_UNIT_OF_SPELL = text("SELECT DISTINCT s.unit_id FROM register.occupancy_spells s WHERE s.id = ANY (:ids)")


def in_the_way(session: Session, bulk: BulkChange) -> list[int]:
    """The units of it that were changed again since, so that it cannot be taken back."""
    return _units(session, changed_since(session, bulk.change_id, TABLES))


def _units(session: Session, rows: Sequence[tuple[str, int]]) -> list[int]:
    found = {row_id for table, row_id in rows if table == "units"}
    spells = [row_id for table, row_id in rows if table == "occupancy_spells"]
    found |= set(session.scalars(_UNIT_OF_SPELL, {"ids": spells})) if spells else set()
    return sorted(found)


def undo(session: Session, actor: Actor, bulk_id: int) -> int:
    """Take back a change of many units as a whole; says how many units went back.

    Raises `ChangedMeanwhile` with the units that were changed again since.
    """
    bulk = get(session, bulk_id)
    with perform(session, actor, Action.VACANCY_EDIT, bulk.municipality_id):
        bulk = session.get_one(BulkChange, bulk_id, with_for_update=True, populate_existing=True)
        if bulk.undone_at is not None:
            raise Conflict("Diese Sammeländerung ist schon zurückgenommen.")
        count, change_id = bulk.units_n, bulk.change_id
        try:
            revert_bundle(session, actor, change_id, TABLES)
        except ChangedSince as error:
            raise ChangedMeanwhile(_units(session, error.rows)) from None
        bulk = session.get_one(BulkChange, bulk_id)
        bulk.undone_at = datetime.now(UTC)
    return count


__all__ = ["ChangedMeanwhile", "Plan", "carry_out", "get", "in_the_way", "recent", "undo", "units_of"]
