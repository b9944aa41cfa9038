"""Takes what stands in an ended municipality over to its successor.

Every table with a town moves, in one statement, because places and what stands on them name the town together. Which
tables those are is read from the database, so that a new part moves along without being named here.
"""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

# A role in a small town is not a role in the large one that took it in: people are asked anew.
STAYS = ("memberships", "municipality_outlines")
FAR_M = 200


@dataclass(frozen=True)
class Moved:
    """Places of an ended municipality: moved to the successor, or waiting for one. `far`: outside of its territory."""

    ags: str
    name: str
    successor: str | None
    places: int
    far: int = 0


_ENDED = text(
    """
    SELECT m.id, m.ags::text AS ags, m.name, m.successor_id, s.name AS successor, count(p.id) AS places,
           array_agg(p.id) FILTER (WHERE NOT EXISTS (
               SELECT FROM register.municipality_outlines o
               WHERE o.municipality_id = m.successor_id AND upper_inf(o.during)
                 AND ST_DWithin(o.outline::geography, p.point::geography, :far))) AS far_ids
    FROM register.municipalities m
    LEFT JOIN register.municipalities s ON s.id = m.successor_id
    JOIN register.places p ON p.municipality_id = m.id
    WHERE NOT upper_inf(m.during)
    GROUP BY m.id, s.name
    ORDER BY m.ags
    """
)
_PEOPLE = text(
    "SELECT count(DISTINCT b.account_id) FROM register.memberships b"
    " JOIN register.municipalities m ON m.id = b.municipality_id WHERE NOT upper_inf(m.during)"
)
_TABLES = text(
    """
    SELECT c.table_name, bool_or(c.column_name = 'version') AS has_version
    FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = 'register' AND t.table_type = 'BASE TABLE'
    GROUP BY c.table_name HAVING bool_or(c.column_name = 'municipality_id')
    ORDER BY c.table_name
    """
)


def move_to_successors(session: Session) -> list[Moved]:
    """Move everything of ended municipalities whose successor is known. Call inside `perform`."""
    statement = text(_statement(session))
    moved = []
    for row in session.execute(_ENDED, {"far": FAR_M}).all():
        if row.successor_id is not None:
            far = list(row.far_ids or [])
            session.execute(statement, {"old": row.id, "new": row.successor_id, "far": far})
            moved.append(Moved(row.ags, row.name, row.successor, row.places, len(far)))
    return moved


def unplaced(session: Session) -> tuple[list[Moved], int]:
    """Ended municipalities that still have places, and how many people have a role in an ended municipality."""
    rows = session.execute(_ENDED, {"far": FAR_M}).all()
    waiting = [Moved(row.ags, row.name, row.successor, row.places) for row in rows]
    return waiting, int(session.scalar(_PEOPLE) or 0)


def _statement(session: Session) -> str:
    """One UPDATE of each table, in one statement: its foreign keys are checked when all have moved."""
    parts = []
    for table, has_version in session.execute(_TABLES):
        if table in STAYS:
            continue
        changes = ["municipality_id = :new"] + (["version = version + 1"] if has_version else [])
        if table == "places":
            changes.append("outside_confirmed = outside_confirmed OR id = ANY (CAST(:far AS integer[]))")
        update = f"UPDATE register.{table} SET {', '.join(changes)} WHERE municipality_id = :old"  # noqa: S608 (own names)
        parts.append(f"m_{table} AS ({update})")
    return f"WITH {', '.join(parts)} SELECT 1"
