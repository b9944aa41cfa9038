"""Takes a change back by the history: what one request did to an object and its parts is undone as a whole.

Undoing is a change like any other: it asks for the same permission, raises the versions, and stands in the history, so
that it can be undone in its turn. It is refused when anything of it was changed again since.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor
from geo.core.db import Base
from geo.core.errors import Conflict, NotFound
from geo.core.history import perform


@dataclass(frozen=True)
class Root:
    """An object with the tables of its parts: `parts` maps a table to the column that names the object."""

    table: str
    id: int
    parts: tuple[tuple[str, str], ...] = ()


_LAST = text(
    """
    SELECT c.id, c.transaction_id::text AS transaction_id, c.request_id, c.municipality_id
    FROM history.changes c WHERE c.table_name = :table AND c.row_id = :id ORDER BY c.id DESC LIMIT 1
    """
)
# Everything that the same request did in the same transaction. Which of it belongs to the object is sorted out below.
_BUNDLE = text(
    """
    SELECT c.id, c.table_name, c.row_id, c.operation, c.action, c.old_values, c.new_values
    FROM history.changes c
    WHERE c.transaction_id = CAST(:transaction_id AS xid8) AND c.request_id = :request_id
      AND c.municipality_id IS NOT DISTINCT FROM :municipality_id
    ORDER BY c.id DESC
    """
)
_NEWER = text("SELECT count(*) FROM history.changes c WHERE c.table_name = :table AND c.row_id = :id AND c.id > :last")
# The ids of an object's parts that exist no more: the history holds the column that named the object.
_FORMER = text(
    """
    SELECT DISTINCT c.table_name, c.row_id
    FROM history.changes c
    WHERE c.operation = 'DELETE' AND c.table_name = :table AND c.old_values ->> :column = :id
      AND c.transaction_id IN (SELECT r.transaction_id FROM history.changes r
                               WHERE r.table_name = :root AND r.row_id = :root_id)
    """
)


def last_change(session: Session, table: str, row_id: int) -> int | None:
    """The id of the newest change of a row: what an undo button names, so that it never undoes something else."""
    found = session.execute(_LAST, {"table": table, "id": row_id}).first()
    return None if found is None else found.id


def rows_of(session: Session, root: Root) -> list[tuple[str, int]]:
    """The object and all its parts, those that exist no more included, for `history.changes_of`."""
    rows = [(root.table, root.id)]
    for table, column in root.parts:
        query = f"SELECT id FROM register.{_table(table).name} WHERE {_column(table, column)} = :id"  # noqa: S608 (names from the metadata)
        rows += [(table, row.id) for row in session.execute(text(query), {"id": root.id})]
        former = {"table": table, "column": column, "id": str(root.id), "root": root.table, "root_id": root.id}
        rows += [(row.table_name, row.row_id) for row in session.execute(_FORMER, former)]
    return list(dict.fromkeys(rows))


def revert(session: Session, actor: Actor, root: Root, others: Sequence[tuple[str, int]], change_id: int) -> None:
    """Undo the request that made the change `change_id`, the newest of the object.

    `others` are rows that belong to it without naming it (its place). Raises `NotFound` when there is no such
    change, `Conflict` when the object was changed again since, `NotPermitted` for who may not do what is undone.
    """
    last = session.execute(_LAST, {"table": root.table, "id": root.id}).first()
    if last is None:
        raise NotFound("Die letzte Änderung")
    if last.id != change_id:
        raise Conflict("Inzwischen gibt es eine neuere Änderung. Rückgängig machen lässt sich nur die letzte.")
    own = set(rows_of(session, root)) | set(others)
    bundle = [row for row in session.execute(_BUNDLE, dict(last._mapping)).all() if (row.table_name, row.row_id) in own]
    newest = {(row.table_name, row.row_id): row.id for row in reversed(bundle)}
    for (table, row_id), last_id in newest.items():
        if session.scalar(_NEWER, {"table": table, "id": row_id, "last": last_id}):
            raise Conflict("Ein Teil davon wurde inzwischen an anderer Stelle geändert und bleibt, wie er ist.")
    session.flush()
    for row in bundle:
        with perform(session, actor, Action(row.action), last.municipality_id):
            _take_back(session, row)
    session.expire_all()


def _take_back(session: Session, row: Row[Any]) -> None:
    table = f"register.{_table(row.table_name).name}"
    if row.operation == "INSERT":
        done = session.execute(text(f"DELETE FROM {table} WHERE id = :id"), {"id": row.row_id})  # noqa: S608 (names from the metadata)
    elif row.operation == "DELETE":
        values = dict(row.old_values)
        if "version" in values:
            values["version"] += 1
        columns = ", ".join(_column(row.table_name, name) for name in values)
        query = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_record(NULL::{table}, :values)"  # noqa: S608 (names from the metadata)
        done = session.execute(text(query), {"values": json.dumps(values)})
    else:
        columns = [_column(row.table_name, name) for name in row.old_values if name != "version"]
        raised = ["version = t.version + 1"] if "version" in _table(row.table_name).columns else []
        assignments = ", ".join([*(f"{name} = old.{name}" for name in columns), *raised])
        query = (
            f"UPDATE {table} t SET {assignments} FROM jsonb_populate_record(NULL::{table}, :values) old"  # noqa: S608 (names from the metadata)
            " WHERE t.id = :id"
        )
        done = session.execute(text(query), {"values": json.dumps(row.old_values), "id": row.row_id})
    if done.rowcount != 1:  # type: ignore[attr-defined]  # an execution of DML has it
        raise Conflict("Ein Teil davon ist nicht mehr da. Es wurde nichts geändert.")


def _table(name: str) -> Any:
    return Base.metadata.tables[f"register.{name}"]


def _column(table: str, name: str) -> str:
    return _table(table).columns[name].name
