"""Takes back everything that one request did to many objects at once, table by table.

`geo/core/undo.py` undoes what was done to one object; here a whole bundle of rows goes back, or nothing of it: when
one of them was changed again since, those are named and everything stays.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor
from geo.core.errors import Conflict, NotFound
from geo.core.history import perform
from geo.core.undo import Step, column_of, held_by_changed, order_of, steps_of, table_of

Row = tuple[str, int]

_ONE = text(
    """
    SELECT c.transaction_id::text AS transaction_id, c.request_id, c.municipality_id
    FROM history.changes c WHERE c.id = :id
    """
)
_BUNDLE = text(
    """
    SELECT c.id, c.table_name, c.row_id, c.operation, c.action, c.old_values, c.new_values
    FROM history.changes c
    WHERE c.transaction_id = CAST(:transaction_id AS xid8) AND c.request_id = :request_id
      AND c.municipality_id IS NOT DISTINCT FROM :municipality_id AND c.table_name = ANY (:tables)
    ORDER BY c.id DESC
    """
)
_NEWER = text(
    """
    SELECT b.table_name, b.row_id
    FROM unnest(CAST(:tables AS text[]), CAST(:rows AS bigint[]), CAST(:last AS bigint[]))
         AS b(table_name, row_id, last)
    WHERE EXISTS (SELECT FROM history.changes c
                  WHERE c.table_name = b.table_name AND c.row_id = b.row_id AND c.id > b.last)
    ORDER BY b.table_name, b.row_id
    """
)
_NEWEST = text(
    """
    SELECT max(c.id) FROM history.changes c
    WHERE c.transaction_id = pg_current_xact_id() AND c.table_name = ANY (:tables)
    """
)


class ChangedSince(Conflict):
    """Some rows of the bundle were changed again; `rows` are their tables and ids. Nothing was undone."""

    def __init__(self, rows: Sequence[Row]):
        self.rows = list(rows)
        super().__init__("Ein Teil davon wurde inzwischen an anderer Stelle geändert. Es wurde nichts zurückgenommen.")


def newest_of_transaction(session: Session, tables: Sequence[str]) -> int | None:
    """The newest entry of the history that this transaction made in these tables: it names the bundle."""
    session.flush()
    return session.scalar(_NEWEST, {"tables": list(tables)})


def rows_of_bundle(session: Session, change_id: int, table: str) -> list[int]:
    """The ids of the rows of a table that the bundle changed."""
    steps, _ = _steps(session, change_id, [table])
    return sorted(step.row_id for step in steps)


def changed_since(session: Session, change_id: int, tables: Sequence[str]) -> list[Row]:
    """The rows of the bundle that somebody changed again."""
    steps, _ = _steps(session, change_id, tables)
    return _newer(session, steps)


def revert_bundle(session: Session, actor: Actor, change_id: int, tables: Sequence[str]) -> int:
    """Take back all that the request of `change_id` did in these tables; says how many rows went back.

    Raises `ChangedSince` with the rows that hold it up, `NotFound` without such a change, `NotPermitted` for who may
    not do what is undone.
    """
    steps, municipality_id = _steps(session, change_id, tables)
    newer = _newer(session, steps)
    if newer:
        raise ChangedSince(newer)
    held = held_by_changed(steps)
    groups: dict[tuple[Any, ...], list[Step]] = defaultdict(list)
    for step in steps:
        columns = () if step.was_created else tuple(sorted(step.values))
        groups[(order_of(step, held), step.table, step.action, step.was_created, step.is_gone, columns)].append(step)
    for key in sorted(groups):
        with perform(session, actor, Action(groups[key][0].action), municipality_id):
            _take_back(session, groups[key])
    session.expire_all()
    return len(steps)


def _steps(session: Session, change_id: int, tables: Sequence[str]) -> tuple[list[Step], int | None]:
    one = session.execute(_ONE, {"id": change_id}).first()
    if one is None:
        raise NotFound("Die Änderung")
    rows = session.execute(_BUNDLE, {**one._mapping, "tables": list(tables)}).all()
    return steps_of(rows), one.municipality_id


def _newer(session: Session, steps: Sequence[Step]) -> list[Row]:
    values = {
        "tables": [step.table for step in steps],
        "rows": [step.row_id for step in steps],
        "last": [step.last_id for step in steps],
    }
    return [(row.table_name, row.row_id) for row in session.execute(_NEWER, values)]


def _take_back(session: Session, steps: Sequence[Step]) -> None:
    """Rows of one table that go back in the same way: deleted, restored, or with their values of before."""
    first = steps[0]
    table = f"register.{table_of(first.table).name}"
    if first.was_created and first.is_gone:
        return
    if first.was_created:
        query = f"DELETE FROM {table} WHERE id = ANY (:ids)"  # noqa: S608 (names from the metadata)
        done = session.execute(text(query), {"ids": [step.row_id for step in steps]})
    else:
        records = [{**step.values, "id": step.row_id} for step in steps]
        names = [column_of(first.table, name) for name in first.values]
        source = f"jsonb_populate_recordset(NULL::{table}, CAST(:values AS jsonb)) old"
        if first.is_gone:
            listed = ", ".join(dict.fromkeys([*names, "id"]))
            for record in records:
                if "version" in record:
                    record["version"] += 1
            query = f"INSERT INTO {table} ({listed}) SELECT {listed} FROM {source}"  # noqa: S608 (as above)
        else:
            changes = [f"{name} = old.{name}" for name in names if name != "version"]
            changes += ["version = t.version + 1"] if "version" in table_of(first.table).columns else []
            query = f"UPDATE {table} t SET {', '.join(changes)} FROM {source} WHERE t.id = old.id"  # noqa: S608 (as above)
        done = session.execute(text(query), {"values": json.dumps(records)})
    if done.rowcount != len(steps):  # type: ignore[attr-defined]  # an execution of DML has it
        raise Conflict("Ein Teil davon ist nicht mehr da. Es wurde nichts geändert.")
