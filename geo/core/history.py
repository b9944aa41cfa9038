"""`perform()`, the only door to a write, and the history that a trigger keeps of everything that passes it.

The database refuses a change of an audited row for which no action is set, so that nobody can forget the log: not raw
SQL, not a bulk update, not an import.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor, require
from geo.core.db import context_of, set_context


@contextmanager
def perform(session: Session, actor: Actor, action: Action, municipality_id: int | None = None) -> Iterator[None]:
    """Do a write: checks the permission, then opens the history and the municipality's rows until the block ends.

    Raises `NotPermitted` before anything is touched. May be nested; the inner action names the inner changes.
    """
    require(actor, action, municipality_id)
    before = context_of(session)
    set_context(
        session,
        replace(
            before,
            account_id=actor.account_id,
            request_id=actor.request_id,
            municipality_id=municipality_id,
            action=str(action),
        ),
    )
    try:
        yield
        session.flush()
    except BaseException:
        session.info["context"] = before  # the caller rolls back; the next transaction starts clean
        raise
    set_context(session, before)


@dataclass(frozen=True)
class FieldChange:
    """One column's value before and after."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Change:
    """One row's change, as the history holds it."""

    id: int
    changed_at: datetime
    actor: str
    action: str
    operation: str
    table: str
    row_id: int
    fields: tuple[FieldChange, ...]
    request_id: str = ""
    version: int | None = None
    transaction_id: str = ""


_CHANGES = text(
    """
    SELECT c.id, c.changed_at, c.action, c.operation, c.table_name, c.row_id, c.old_values, c.new_values, c.request_id,
           c.transaction_id::text AS transaction_id,
           coalesce(a.name, CASE WHEN c.actor_id IS NULL THEN 'System' ELSE 'Konto ' || c.actor_id END) AS actor
    FROM unnest(CAST(:tables AS text[]), CAST(:ids AS bigint[])) AS wanted(table_name, row_id)
    JOIN history.changes c ON c.table_name = wanted.table_name AND c.row_id = wanted.row_id
    LEFT JOIN register.accounts a ON a.id = c.actor_id
    ORDER BY c.id DESC
    LIMIT :limit
    """
)
_SILENT = {"id", "version", "created_at", "municipality_id", "is_example"}


def changes_of(session: Session, rows: Sequence[tuple[str, int]], limit: int = 200) -> list[Change]:
    """The changes of the given rows (table name, id), newest first, as far as row level security shows them."""
    found = session.execute(
        _CHANGES, {"tables": [table for table, _ in rows], "ids": [row_id for _, row_id in rows], "limit": limit}
    )
    return [
        Change(
            row.id,
            row.changed_at,
            row.actor,
            row.action,
            row.operation,
            row.table_name,
            row.row_id,
            _fields(row.old_values or {}, row.new_values or {}),
            row.request_id,
            (row.new_values or {}).get("version"),
            row.transaction_id,
        )
        for row in found
    ]


def _fields(old: dict[str, Any], new: dict[str, Any]) -> tuple[FieldChange, ...]:
    names = [name for name in {**new, **old} if name not in _SILENT]
    return tuple(FieldChange(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name))
