"""How often, and when last, what an event of the yard's calendar says has changed: its SEQUENCE and LAST-MODIFIED.

Both follow from the history: a change counts for an event only if it touches a fact that the event tells, so that a
new text of a point moves nothing in anybody's calendar. A status that was entered ahead counts on the day on which it
begins.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.clock import BERLIN

Facts = Mapping[str, frozenset[str]]
_TOLD_BY_ALL = {
    "places": frozenset({"point"}),
    "viewpoint_statuses": frozenset({"status", "during"}),
}
# What each event tells, as the columns of tables from which it follows.
CHECK: Facts = _TOLD_BY_ALL | {
    "viewpoints": frozenset({"name", "responsible_body", "check_every_months"}),
    "viewpoint_checks": frozenset({"checked_on"}),
}
PRUNE: Facts = _TOLD_BY_ALL | {
    "viewpoints": frozenset({"name", "responsible_body", "prune_month"}),
    "viewpoint_checks": frozenset({"was_pruned"}),
}
MEND: Facts = _TOLD_BY_ALL | {
    "viewpoints": frozenset({"name", "responsible_body"}),
    "viewpoint_defects": frozenset({"kind", "state", "due_on"}),
}


@dataclass(frozen=True)
class Change:
    """What one entry of the history touched: columns that are or were set (a box that is not ticked is not)."""

    viewpoint_id: int
    table_name: str
    row_id: int
    names: frozenset[str]
    at: datetime


@dataclass(frozen=True)
class Revision:
    """An event's SEQUENCE and the moment at which it became what it is."""

    sequence: int
    changed_at: datetime


_CHANGES = text(
    """
    WITH mine AS (
        SELECT v.id, v.place_id FROM register.viewpoints v WHERE v.municipality_id = :town
    ), own AS (
        SELECT DISTINCT h.transaction_id FROM mine m
        JOIN history.changes h ON h.table_name = 'viewpoints' AND h.row_id = m.id
    ), parts(table_name, row_id, viewpoint_id) AS (
        SELECT 'viewpoints', m.id, m.id FROM mine m
        UNION SELECT 'places', m.place_id, m.id FROM mine m
        UNION SELECT 'viewpoint_statuses', t.id, m.id
            FROM register.viewpoint_statuses t JOIN mine m ON m.id = t.viewpoint_id
        UNION SELECT 'viewpoint_checks', c.id, m.id
            FROM register.viewpoint_checks c JOIN mine m ON m.id = c.viewpoint_id
        UNION SELECT 'viewpoint_defects', d.id, m.id
            FROM register.viewpoint_defects d JOIN mine m ON m.id = d.viewpoint_id
        UNION SELECT h.table_name, h.row_id, m.id FROM own o
            JOIN history.changes h ON h.transaction_id = o.transaction_id AND h.operation = 'DELETE'
                AND h.table_name IN ('viewpoint_statuses', 'viewpoint_checks')
            JOIN mine m ON m.id = (h.old_values ->> 'viewpoint_id')::integer
    )
    SELECT p.viewpoint_id, p.table_name, p.row_id, h.changed_at AS at,
           ARRAY(SELECT o.key FROM jsonb_each_text(h.old_values) o WHERE o.value <> 'false'
                 UNION SELECT n.key FROM jsonb_each_text(h.new_values) n WHERE n.value <> 'false') AS names
    FROM parts p JOIN history.changes h ON h.table_name = p.table_name AND h.row_id = p.row_id
    """
)


def changes(session: Session, municipality_id: int) -> dict[int, list[Change]]:
    """What was done to the points of a town and to their upkeep, by the point. Needs the town's rows."""
    found: dict[int, list[Change]] = defaultdict(list)
    for row in session.execute(_CHANGES, {"town": municipality_id}):
        found[row.viewpoint_id].append(
            Change(row.viewpoint_id, row.table_name, row.row_id, frozenset(row.names), row.at)
        )
    return found


def revision(
    done: Iterable[Change], facts: Facts, begun: Iterable[date], since: datetime, defect_id: int | None = None
) -> Revision:
    """The revision of an event that tells `facts`.

    `begun` are the first days of the point's statuses that have come, `since` the moment from which the point is known
    (for what came without a history). Of defects only the one with `defect_id` counts.
    """
    counted = [
        one.at
        for one in done
        if one.names & facts.get(one.table_name, frozenset())
        and (one.table_name != "viewpoint_defects" or one.row_id == defect_id)
    ]
    days = [datetime.combine(day, time(), BERLIN) for day in begun]
    return Revision(len(counted) + len(days), max([since, *counted, *days]))
