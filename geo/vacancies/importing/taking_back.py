"""Takes an accepted import back as a whole: what it created goes, what it changed gets its old values.

By the history of the one transaction that accepted it. A unit that anybody changed since is named and left, with its
place and its spells. The caller has opened `perform()` for the town and holds its lock.
"""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.access import Action
from geo.core.db import Base, set_local
from geo.vacancies.importing.staging import Progress, quiet

STEPS = 4
_TABLES = ("units", "places", "occupancy_spells")
# Every row that the import touched, the unit it belongs to, and whether it was changed again.
_TOUCHED = f"""
    CREATE TEMP TABLE touched ON COMMIT DROP AS
    SELECT c.table_name, c.row_id, c.operation, c.old_values, c.id AS change_id,
        EXISTS (SELECT FROM history.changes n WHERE n.table_name = c.table_name AND n.row_id = c.row_id
            AND n.id > c.id AND n.request_id <> c.request_id) AS is_changed,
        CASE c.table_name WHEN 'units' THEN c.row_id WHEN 'occupancy_spells' THEN
            coalesce((c.new_values ->> 'unit_id')::integer, s.unit_id) END::integer AS unit_id
    FROM history.changes c
    LEFT JOIN register.occupancy_spells s ON c.table_name = 'occupancy_spells' AND s.id = c.row_id
    WHERE c.transaction_id = current_setting('app.import_transaction')::xid8 AND c.action = '{Action.VACANCY_IMPORT}'
      AND c.request_id = current_setting('app.import_request')
      AND c.municipality_id = current_setting('app.municipality_id')::integer
      AND c.table_name IN ('units', 'places', 'occupancy_spells')
"""
_LEFT = """
    CREATE TEMP TABLE kept_units ON COMMIT DROP AS
    SELECT DISTINCT unit_id FROM (
        SELECT t.unit_id FROM touched t WHERE t.is_changed AND t.unit_id IS NOT NULL
        UNION ALL
        SELECT u.id FROM touched t JOIN register.units u ON u.place_id = t.row_id
        WHERE t.table_name = 'places' AND t.is_changed
        UNION ALL
        SELECT u.id FROM touched t JOIN register.units u ON u.id = t.row_id
        JOIN register.photos f ON f.place_id = u.place_id
        JOIN touched p ON p.table_name = 'places' AND p.row_id = u.place_id AND p.operation = 'INSERT'
        WHERE t.table_name = 'units' AND t.operation = 'INSERT'
    ) k
"""


def request_of(import_id: int) -> str:
    """The request under which an import is accepted: what the history knows it by, within its transaction."""
    return f"import-{import_id}"


def take_back(
    session: Session, import_id: int, transaction_id: str, progress: Progress = quiet
) -> list[dict[str, Any]]:
    """Undoes what the transaction imported. Returns the units left alone, each with id and address."""
    progress(0, STEPS, "Es wird festgestellt, was der Import geändert hat")
    for table in ("touched", "kept_units"):
        session.execute(text(f"DROP TABLE IF EXISTS {table}"))
    set_local(session, app__import_transaction=transaction_id, app__import_request=request_of(import_id))
    session.execute(text(_TOUCHED))
    session.execute(text("ANALYZE touched"))
    session.execute(text(_LEFT))
    left = session.execute(
        text(
            "SELECT k.unit_id AS id, concat_ws(' ', p.street, p.house_number) AS address, u.name FROM kept_units k"
            " JOIN register.units u ON u.id = k.unit_id JOIN register.places p ON p.id = u.place_id ORDER BY 2, 1"
        )
    ).all()
    progress(1, STEPS, "Eingetragene Nutzungseinheiten werden entfernt")
    _remove(session)
    progress(2, STEPS, "Geänderte Angaben werden zurückgesetzt")
    for table in _TABLES:
        _restore(session, table)
    progress(3, STEPS, "Orte, an denen nichts mehr steht, werden entfernt")
    _remove_places(session)
    for table in ("touched", "kept_units"):
        session.execute(text(f"DROP TABLE {table}"))
    return [{"id": row.id, "address": row.address, "name": row.name} for row in left]


def _remove(session: Session) -> None:
    free = "NOT EXISTS (SELECT FROM kept_units k WHERE k.unit_id = t.unit_id)"
    for table in ("occupancy_spells", "units"):
        session.execute(
            text(
                f"DELETE FROM register.{table} x USING touched t WHERE t.table_name = '{table}'"
                f" AND t.operation = 'INSERT' AND x.id = t.row_id AND {free}"
            )
        )


def _restore(session: Session, table: str) -> None:
    """The values before, column by column; the version goes up, since this is a change like any other."""
    columns = [
        column.name
        for column in Base.metadata.tables[f"register.{table}"].columns
        if column.name not in {"id", "version", "municipality_id"} and column.computed is None
    ]
    if table == "places":
        columns.remove("outside_m")
        unit = "EXISTS (SELECT FROM kept_units k JOIN register.units u ON u.id = k.unit_id WHERE u.place_id = t.row_id)"
        free = f"NOT {unit}"
    else:
        free = "NOT EXISTS (SELECT FROM kept_units k WHERE k.unit_id = t.unit_id)"
    given = ", ".join(f"{name} = CASE WHEN t.old_values ? '{name}' THEN o.{name} ELSE x.{name} END" for name in columns)
    session.execute(
        text(
            f"UPDATE register.{table} x SET {given}, version = x.version + 1 FROM touched t"
            f" CROSS JOIN LATERAL jsonb_populate_record(NULL::register.{table}, t.old_values) o"
            f" WHERE x.id = t.row_id AND t.table_name = '{table}' AND t.operation = 'UPDATE' AND {free}"
        )
    )


def _remove_places(session: Session) -> None:
    """Places that the import made, unless something of any part of the register stands there."""
    others = [
        f"NOT EXISTS (SELECT FROM register.{table.name} o WHERE o.{column.name} = p.id)"
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "places" and key.column.name == "id"
        for column in [key.parent]
    ]
    session.execute(
        text(
            "DELETE FROM register.places p USING touched t WHERE t.table_name = 'places' AND t.operation = 'INSERT'"
            f" AND p.id = t.row_id AND {' AND '.join(others)}"
        )
    )
