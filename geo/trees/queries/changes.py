"""What happened to stops, their stays, trees, fleets and schedules, and which change comes next to be taken back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.db import for_municipality
from geo.core.history import Change, changes_of
from geo.core.undo import Root, rows_of
from geo.trees.queries.internal import StopRow

_CHANGES_OF_STOP = text(
    """
    SELECT c.id, c.table_name, c.row_id, c.transaction_id::text AS transaction_id, c.action, c.changed_at,
           coalesce(a.name, 'System') AS actor
    FROM history.changes c LEFT JOIN register.accounts a ON a.id = c.actor_id
    WHERE (c.table_name = 'stops' AND c.row_id = :stop)
       OR (c.table_name = 'visits' AND (c.row_id IN (SELECT v.id FROM register.visits v WHERE v.stop_id = :stop)
           OR c.old_values ->> 'stop_id' = CAST(:stop AS text) OR c.new_values ->> 'stop_id' = CAST(:stop AS text)))
       OR (c.table_name = 'stop_blocks'
           AND (c.old_values ->> 'stop_id' = CAST(:stop AS text) OR c.new_values ->> 'stop_id' = CAST(:stop AS text)))
       OR (c.table_name = 'stays' AND (c.row_id IN (SELECT y.id FROM register.stays y WHERE y.stop_id = :stop)
           OR c.old_values ->> 'stop_id' = CAST(:stop AS text) OR c.new_values ->> 'stop_id' = CAST(:stop AS text)))
    ORDER BY c.id DESC
    """
)

_SAME_TRANSACTION = text(
    "SELECT c.table_name, c.row_id FROM history.changes c"
    " WHERE c.transaction_id = CAST(:id AS xid8)"
    " AND c.table_name IN ('stops', 'places', 'stays', 'visits', 'stop_blocks')"
)


@dataclass(frozen=True)
class LastChange:
    """The newest change of a stop or of its stays, and the rows that the same transaction changed with it."""

    id: int
    table: str
    row_id: int
    action: str
    at: datetime
    actor: str
    rows: tuple[tuple[str, int], ...]


def history_of_stop(session: Session, stop: StopRow) -> list[Change]:
    """What happened to a stop, its place and its stays, those that are gone included."""
    with for_municipality(session, stop.municipality_id):
        found = session.execute(_CHANGES_OF_STOP, {"stop": stop.id}).all()
        rows = [("stops", stop.id), ("places", stop.place_id), *((row.table_name, row.row_id) for row in found)]
        return changes_of(session, list(dict.fromkeys(rows)))


def history_of_parts(session: Session, root: Root, municipality_id: int | None) -> list[Change]:
    """What happened to a tree or fleet and to its parts."""
    with for_municipality(session, municipality_id):
        return changes_of(session, rows_of(session, root))


def history_of(session: Session, table: str, row_id: int, municipality_id: int | None) -> list[Change]:
    """What happened to a schedule."""
    with for_municipality(session, municipality_id):
        return changes_of(session, [(table, row_id)])


def last_change_at_stop(session: Session, stop: StopRow) -> LastChange | None:
    """What an undo button on the stop's page would take back."""
    with for_municipality(session, stop.municipality_id):
        newest = session.execute(_CHANGES_OF_STOP, {"stop": stop.id}).first()
        if newest is None:
            return None
        together = session.execute(_SAME_TRANSACTION, {"id": newest.transaction_id}).all()
    rows = tuple(dict.fromkeys((row.table_name, row.row_id) for row in together))
    return LastChange(newest.id, newest.table_name, newest.row_id, newest.action, newest.changed_at, newest.actor, rows)
