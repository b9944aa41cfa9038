"""What is public of many points is read at once: their parts no longer join the points, with places and towns, anew.

Whether a point is public is a question to its statuses alone. Each view on its parts asked for the whole point, so that a
list joined ten tables, more than the planner puts in order, and read the parts of all points again for each of them.
"""

from importlib import import_module

from alembic import op

revision = "0050"
down_revision = "0049"

_PUBLIC = """EXISTS (SELECT FROM register.viewpoint_statuses now WHERE now.viewpoint_id = {id}
            AND now.during @> current_date AND now.status NOT IN ('IDEE', 'BEWORBEN'))"""
_OLD: dict[str, str] = import_module("geo.migrations.versions.0008_published").VIEWS
_CARE: str = import_module("geo.migrations.versions.0041_viewpoint_care")._LIMITS
_LOOKS: str = import_module("geo.migrations.versions.0040_terrain")._VIEWS


def _view(statements: str, name: str) -> str:
    start = statements.index(f"CREATE VIEW published.{name} AS") + len(f"CREATE VIEW published.{name} AS")
    return statements[start : statements.index(";", start)]


_BEFORE = {
    "viewpoint_sectors": _OLD["viewpoint_sectors"],
    "viewpoint_statuses": _OLD["viewpoint_statuses"],
    "viewpoint_furniture": _view(_CARE, "viewpoint_furniture"),
    "viewpoint_notices": _view(_CARE, "viewpoint_notices"),
    "viewpoint_landmarks": _view(_LOOKS, "viewpoint_landmarks"),
}
_AFTER = {
    "viewpoint_sectors": f"""
        SELECT s.id, s.viewpoint_id, s.position, s.from_deg, s.to_deg, s.is_assumed
        FROM register.viewpoint_sectors s WHERE {_PUBLIC.format(id="s.viewpoint_id")}
    """,
    "viewpoint_statuses": f"""
        SELECT t.id, t.viewpoint_id, t.status, t.during, t.note
        FROM register.viewpoint_statuses t
        WHERE t.status NOT IN ('IDEE', 'BEWORBEN') AND {_PUBLIC.format(id="t.viewpoint_id")}
    """,
    "viewpoint_furniture": f"""
        SELECT f.id, f.viewpoint_id, f.kind, f.state
        FROM register.viewpoint_furniture f WHERE {_PUBLIC.format(id="f.viewpoint_id")}
    """,
    "viewpoint_notices": f"""
        SELECT n.id, n.viewpoint_id, n.text, n.text_en, n.during
        FROM register.viewpoint_notices n
        WHERE n.during @> current_date AND {_PUBLIC.format(id="n.viewpoint_id")}
    """,
    "viewpoint_landmarks": f"""
        SELECT w.viewpoint_id, w.position, l.id AS landmark_id, l.name, l.name_en, l.kind, l.height_m, l.point,
               w.azimuth_deg, w.distance_m, w.is_visible
        FROM register.viewpoint_landmarks w JOIN register.landmarks l ON l.id = w.landmark_id
        WHERE w.is_visible IS NOT FALSE AND {_PUBLIC.format(id="w.viewpoint_id")}
    """,
}


def upgrade() -> None:
    op.execute("CREATE INDEX viewpoint_statuses_viewpoint_id_idx ON register.viewpoint_statuses (viewpoint_id)")
    for name, query in _AFTER.items():
        op.execute(f"CREATE OR REPLACE VIEW published.{name} AS {query}")


def downgrade() -> None:
    for name, query in _BEFORE.items():
        op.execute(f"CREATE OR REPLACE VIEW published.{name} AS {query}")
    op.execute("DROP INDEX register.viewpoint_statuses_viewpoint_id_idx")
