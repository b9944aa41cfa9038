"""What taking a list over costs at least: its finished rows written once more by bare INSERT … SELECT, one for each table, with
all that the tables ask of a row (history, constraints, foreign keys, indexes), and then with one of these after another
taken away. Each in a transaction that is rolled back.
"""

import time
from collections.abc import Iterator

from sqlalchemy import Connection, create_engine, text

from geo.cluster import Cluster

_TABLES = ("places", "units", "occupancy_spells", "imported_units")
_SHIFT = 100_000_000  # of the ids of the second writing
_SHIFTED = {
    "places": {"id": "id"},
    "units": {"id": "id", "place_id": "place_id"},
    "occupancy_spells": {"id": "id", "unit_id": "unit_id"},
    "imported_units": {"unit_id": "unit_id"},
}
_NO_TRIGGERS = [f"ALTER TABLE register.{table} DISABLE TRIGGER USER" for table in _TABLES]
_NO_KEYS = [f"ALTER TABLE register.{table} DISABLE TRIGGER ALL" for table in _TABLES]
_NO_GIST = [
    "DROP INDEX register.places_point_idx",
    "ALTER TABLE register.occupancy_spells DROP CONSTRAINT occupancy_spells_no_overlap",
]
STEPS = {
    "all": [],
    "no history": _NO_TRIGGERS,
    "no foreign keys": _NO_KEYS,
    "no GiST": [*_NO_KEYS, *_NO_GIST],
}


def seconds(cluster: Cluster) -> Iterator[tuple[str, float]]:
    """What is taken away, and how long the writing then takes."""
    engine = create_engine(cluster.url("reg_super"))
    with engine.connect() as connection:
        columns = {table: _columns(connection, table) for table in _TABLES}
        for table in _TABLES:
            given = ", ".join(_given(table, name) for name in columns[table])
            connection.execute(
                text(f"CREATE TEMP TABLE again_{table} AS SELECT {given} FROM register.{table} ORDER BY 1")
            )
            connection.execute(text(f"ANALYZE again_{table}"))
        connection.commit()
        for name, before in STEPS.items():
            connection.execute(text("SELECT set_config('app.action', 'vacancy.import', true)"))
            for statement in before:
                connection.execute(text(statement))
            began = time.perf_counter()
            for table in _TABLES:
                listed = ", ".join(columns[table])
                connection.execute(text(f"INSERT INTO register.{table} ({listed}) SELECT {listed} FROM again_{table}"))
            connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            yield name, time.perf_counter() - began
            connection.rollback()
    engine.dispose()


def _columns(connection: Connection, table: str) -> list[str]:
    query = text(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'register' AND table_name = :table"
        " AND is_generated = 'NEVER' ORDER BY column_name <> :first, ordinal_position"
    )
    first = "unit_id" if table == "imported_units" else "id"
    return [str(name) for name in connection.scalars(query, {"table": table, "first": first})]


def _given(table: str, name: str) -> str:
    if name in _SHIFTED[table]:
        return f"{name} + {_SHIFT} AS {name}"
    return "'+' || external_id AS external_id" if name == "external_id" else name
