"""Lists, map and feeds of many points: as many statements as for a few, and rows read as points are there, no faster.

What is counted is what the database itself says that it read: no time, so that it holds on any machine.
"""

from contextlib import contextmanager

import pytest
from sqlalchemy import event, text

from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from tests import factories
from tests.conftest import register_apart

FEW, MANY, NAME = 60, 240, "many_viewpoints"
PUBLIC = (
    "/blicke",
    "/blicke/liste",
    "/api/v1/blicke",
    "/blicke/daten.jsonld",
    "/blicke/export.geojson",
    "/blicke/9001",
)
INTERNAL = ("/intern/blicke", "/intern/blicke/punkte")
# Table by table: its columns after the town's, and from what they are made for each number n.
ROWS = (
    ("places", "id, point, public_point", "9000 + n, p, p FROM many, public.ST_SetSRID(public.ST_Point(11.01 + n * 1e-4, 50.93), 4326) p"),
    ("viewpoints", "id, place_id, name", "9000 + n, 9000 + n, 'Blick ' || n FROM many"),
    (
        "viewpoint_sectors",
        "viewpoint_id, position, from_deg, to_deg",
        "9000 + n, k, k * 100, k * 100 + 50 FROM many, generate_series(1, 2) k",
    ),
    ("viewpoint_statuses", "viewpoint_id, status, during", "9000 + n, CASE k WHEN 1 THEN 'BEWORBEN' ELSE CASE n % 4 WHEN 0 THEN 'IDEE' ELSE 'OFFEN' END END,"
     " CASE k WHEN 1 THEN daterange('2024-01-01', '2025-01-01') ELSE daterange('2025-01-01', NULL) END"
     " FROM many, generate_series(1, 2) k"),
    ("viewpoint_furniture", "viewpoint_id, kind", "9000 + n, k FROM many, unnest(ARRAY['bench', 'board']) k"),
    (
        "viewpoint_checks",
        "viewpoint_id, checked_on, result",
        "9000 + n, d, 'OFFEN_SICHT' FROM many, unnest(ARRAY['2025-06-01', '2026-03-01']::date[]) d",
    ),
    ("photos", "place_id, sha256, width_px, height_px, alt_text, author, licence, is_public",
     "9000 + n, lpad(n::text, 64, '0'), 3, 2, 'Bild', 'A', 'CC0', true FROM many"),
)  # fmt: skip
INSERT = (
    "WITH many AS (SELECT n FROM generate_series(CAST(:first AS integer), CAST(:last AS integer)) n)"
    " INSERT INTO register.{} (municipality_id, {}) SELECT CAST(:town AS integer), {}"
)


@pytest.fixture(scope="module")
def apart(cluster, database):
    """A database of its own, because what a plan costs depends on its statistics: nothing else writes here."""
    with register_apart(cluster, NAME) as built:
        yield built


def fill(apart, town, first, last):
    """Points of which every fourth is an idea, the others open; and the statistics that a register has."""
    values = {"town": town, "first": first, "last": last}
    with apart.staff(SYSTEM, town) as session:
        with perform(session, SYSTEM, Action.VIEWPOINT_EDIT, town):
            for table, columns, made in ROWS:
                session.execute(text(INSERT.format(table, columns, made)), values)
        session.commit()
    with apart.owner() as session:
        session.execute(text("ANALYZE"))
        session.commit()


@contextmanager
def watched(apart):
    """Of each statement that asks for rows: how many the database had to touch for it."""
    read = []

    def explain(_connection, cursor, statement, parameters, _context, _many):
        if statement.lstrip().startswith(("SELECT", "WITH")) and (
            "register." in statement or "published." in statement
        ):
            asked = cursor.connection.cursor()
            asked.execute("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + statement, parameters)
            read.append(_touched(asked.fetchone()[0][0]["Plan"]))

    engines = (apart.public_engine, apart.snapshot().get_bind(), apart.staff_engine)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", explain)
    yield read
    for engine in engines:
        event.remove(engine, "before_cursor_execute", explain)


def _touched(node):
    own = node["Actual Rows"] + sum(value for name, value in node.items() if name.startswith("Rows Removed"))
    return own * node["Actual Loops"] + sum(map(_touched, node.get("Plans", [])))


def test_what_is_read_grows_with_the_points_alone(app, apart):
    app.database = apart
    with apart.owner() as session:
        town = factories.towns(session).own
    visitor, editor = app.test_client(), factories.signed_in_client(app, apart, "editor", town)
    found = {path: [] for path in (*PUBLIC, *INTERNAL)}
    for first, last in ((1, FEW), (FEW + 1, MANY)):
        fill(apart, town, first, last)
        for path, told in found.items():
            client = editor if path in INTERNAL else visitor
            assert client.get(path).status_code == 200, path  # what is looked up once a process is known after this
            with watched(apart) as read:
                client.get(path)
            told.append((len(read), sum(read)))
    for path, ((statements, rows), (more_statements, more_rows)) in found.items():
        assert 0 < more_statements == statements, path
        assert more_rows < rows * MANY / FEW * 1.5, (path, rows, more_rows)
