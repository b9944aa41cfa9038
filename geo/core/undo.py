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
class Part:
    """The rows of another table that belong to an object: those whose column names `value`.

    `moves_alone` is for rows that change without the object's own row (a photo); the others are looked for in the
    object's own transactions only.
    """

    table: str
    column: str
    value: int
    moves_alone: bool = False


@dataclass(frozen=True)
class Root:
    """An object with its parts, and further rows (table, id) that belong to it without naming it: its place."""

    table: str
    id: int
    parts: tuple[Part, ...] = ()
    others: tuple[tuple[str, int], ...] = ()


_LAST = text(
    """
    SELECT c.id, c.transaction_id::text AS transaction_id, c.request_id, c.municipality_id, c.action
    FROM history.changes c WHERE c.table_name = :table AND c.row_id = :id ORDER BY c.id DESC LIMIT 1
    """
)
# What the same request did to these rows in the same transaction, row by row: an import may have changed a million.
# Parts may be of no town where the object is of one: a member of the alliance and its places in working groups.
_BUNDLE = text(
    """
    SELECT c.id, c.table_name, c.row_id, c.operation, c.action, c.old_values, c.new_values
    FROM unnest(CAST(:tables AS text[]), CAST(:ids AS bigint[])) AS own(table_name, row_id)
    CROSS JOIN LATERAL (SELECT * FROM history.changes c
                        WHERE c.table_name = own.table_name AND c.row_id = own.row_id OFFSET 0) c
    WHERE c.transaction_id = CAST(:transaction_id AS xid8) AND c.request_id = :request_id
      AND (c.municipality_id IS NULL OR c.municipality_id = :municipality_id)
    ORDER BY c.id DESC
    """
)
_NEWER = text("SELECT count(*) FROM history.changes c WHERE c.table_name = :table AND c.row_id = :id AND c.id > :last")
# The ids of an object's parts that exist no more: the history holds the column that named the object.
_FORMER = text(
    """
    SELECT DISTINCT c.table_name, c.row_id
    FROM history.changes c
    WHERE c.operation = 'DELETE' AND c.table_name = :table AND c.old_values ->> :column = :value
    """
)
# The same, in the object's own transactions only.
_FORMER_WITH_IT = text(
    """
    SELECT DISTINCT c.table_name, c.row_id
    FROM (SELECT DISTINCT r.transaction_id FROM history.changes r
          WHERE r.table_name = :root AND r.row_id = :root_id) own
    JOIN history.changes c ON c.transaction_id = own.transaction_id
    WHERE c.operation = 'DELETE' AND c.table_name = :table AND c.old_values ->> :column = :value
    """
)


def last_change(session: Session, table: str, row_id: int) -> int | None:
    """The id of the newest change of a row: what an undo button names, so that it never undoes something else.

    None when nothing was done to it since it came with the sample: that is removed as a whole, not row by row.
    """
    found = session.execute(_LAST, {"table": table, "id": row_id}).first()
    return None if found is None or found.action == Action.SAMPLE_LOAD else found.id


def rows_of(session: Session, root: Root) -> list[tuple[str, int]]:
    """The object and all that belongs to it, rows that exist no more included, for `history.changes_of`."""
    rows = [(root.table, root.id), *root.others]
    for part in root.parts:
        table, column = table_of(part.table).name, column_of(part.table, part.column)
        query = text(f"SELECT id FROM register.{table} WHERE {column} = :value")  # noqa: S608 (names from the metadata)
        rows += [(part.table, row.id) for row in session.execute(query, {"value": part.value})]
        former = {
            "table": part.table,
            "column": part.column,
            "value": str(part.value),
            "root": root.table,
            "root_id": root.id,
        }
        query = _FORMER if part.moves_alone else _FORMER_WITH_IT
        rows += [(row.table_name, row.row_id) for row in session.execute(query, former)]
    return list(dict.fromkeys(rows))


def revert(session: Session, actor: Actor, root: Root, change_id: int) -> None:
    """Undo the request that made the change `change_id`, the newest of the object.

    Raises `NotFound` when there is no such change, `Conflict` when the object was changed again since, `NotPermitted`
    for who may not do what is undone.
    """
    last = session.execute(_LAST, {"table": root.table, "id": root.id}).first()
    if last is None:
        raise NotFound("Die letzte Änderung")
    if last.id != change_id:
        raise Conflict("Inzwischen gibt es eine neuere Änderung. Rückgängig machen lässt sich nur die letzte.")
    own = rows_of(session, root)
    asked = {"tables": [table for table, _ in own], "ids": [row_id for _, row_id in own], **last._mapping}
    bundle = session.execute(_BUNDLE, asked).all()
    session.flush()
    steps = steps_of(bundle)
    for step in steps:
        if session.scalar(_NEWER, {"table": step.table, "id": step.row_id, "last": step.last_id}):
            raise Conflict("Ein Teil davon wurde inzwischen an anderer Stelle geändert und bleibt, wie er ist.")
    held = held_by_changed(steps)
    for step in sorted(steps, key=lambda step: order_of(step, held)):
        with perform(session, actor, Action(step.action), last.municipality_id):
            _take_back(session, step)
    session.expire_all()


@dataclass(frozen=True)
class Step:
    """What brings one row back: it is deleted (it was created), restored (it was deleted), or gets its values back."""

    table: str
    row_id: int
    last_id: int
    action: str
    was_created: bool
    is_gone: bool
    values: dict[str, Any]


def steps_of(bundle: Sequence[Row[Any]]) -> list[Step]:
    """What takes back these entries of the history (newest first): one step a row."""
    return [_step(rows) for rows in _by_row(bundle).values()]


def _by_row(bundle: Sequence[Row[Any]]) -> dict[tuple[str, int], list[Row[Any]]]:
    rows: dict[tuple[str, int], list[Row[Any]]] = {}
    for row in bundle:  # newest first
        rows.setdefault((row.table_name, row.row_id), []).append(row)
    return rows


def _step(changes: list[Row[Any]]) -> Step:
    newest, oldest = changes[0], changes[-1]
    values: dict[str, Any] = {}
    for change in changes:
        values |= change.old_values or {}
    if newest.old_values and "version" in newest.old_values:
        values["version"] = newest.old_values["version"]
    columns = table_of(newest.table_name).columns
    # A column may be gone since.
    values = {name: value for name, value in values.items() if name in columns and columns[name].computed is None}
    return Step(
        newest.table_name,
        newest.row_id,
        newest.id,
        newest.action,
        was_created=oldest.operation == "INSERT",
        is_gone=newest.operation == "DELETE",
        values=values,
    )


def held_by_changed(steps: Sequence[Step]) -> set[str]:
    """The tables whose rows a changed row may name: a new row there goes only once it is named no more."""
    changed = {step.table for step in steps if not step.was_created and not step.is_gone}
    return {key.column.table.name for table in changed for key in table_of(table).foreign_keys}


def order_of(step: Step, held: set[str]) -> tuple[int, int]:
    """Children go before their parents and come back after them."""
    depth = Base.metadata.sorted_tables.index(table_of(step.table))
    if step.was_created:
        return (2 if step.table in held else 0, -depth)
    return (1, depth)


def _take_back(session: Session, step: Step) -> None:
    table = f"register.{table_of(step.table).name}"
    if step.was_created:
        if step.is_gone:
            return
        done = session.execute(text(f"DELETE FROM {table} WHERE id = :id"), {"id": step.row_id})  # noqa: S608 (names from the metadata)
    elif step.is_gone:
        values = dict(step.values)
        if "version" in values:
            values["version"] += 1
        columns = ", ".join(column_of(step.table, name) for name in values)
        query = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_record(NULL::{table}, :values)"  # noqa: S608 (names from the metadata)
        done = session.execute(text(query), {"values": json.dumps(values)})
    else:
        changed = [column_of(step.table, name) for name in step.values if name != "version"]
        # Parts such as sectors and phases carry no version: they are versioned through their object.
        raised = ["version = t.version + 1"] if "version" in table_of(step.table).columns else []
        assignments = ", ".join([*(f"{name} = old.{name}" for name in changed), *raised])
        query = (
            f"UPDATE {table} t SET {assignments} FROM jsonb_populate_record(NULL::{table}, :values) old"  # noqa: S608 (names from the metadata)
            " WHERE t.id = :id"
        )
        done = session.execute(text(query), {"values": json.dumps(step.values), "id": step.row_id})
    if done.rowcount != 1:  # type: ignore[attr-defined]  # an execution of DML has it
        raise Conflict("Ein Teil davon ist nicht mehr da. Es wurde nichts geändert.")


def table_of(name: str) -> Any:
    """A table of the register by its name, from the metadata."""
    return Base.metadata.tables[f"register.{name}"]


def column_of(table: str, name: str) -> str:
    """The name of a column, known to be one of the table."""
    return table_of(table).columns[name].name
