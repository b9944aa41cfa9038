"""What the public may read of a tree's life: its states in time, and where it was planted out.

A visit's end may be known to the month only, as sources tell it; pages then say the month. What a tree is now may be
unknown: of an avenue known from a report nobody has said what became of it.
"""

from alembic import op

revision = "0032"
down_revision = "0031"

_KNOWN = "'IM_EINSATZ','WINTERQUARTIER','WERKSTATT','AUSGEPFLANZT','ABGEGANGEN'"
_STATES = """
ALTER TABLE register.trees DROP CONSTRAINT trees_state, ADD CONSTRAINT trees_state CHECK (state IN ({states})) {how};
ALTER TABLE register.tree_states DROP CONSTRAINT tree_states_state,
    ADD CONSTRAINT tree_states_state CHECK (state IN ({states})) {how};
"""
_PRECISION = """
ALTER TABLE register.visits ADD COLUMN end_precision text DEFAULT 'TAG' NOT NULL,
    ADD CONSTRAINT visits_end_precision CHECK (end_precision IN ('TAG', 'MONAT'));
"""
VIEWS = {
    "month_ends": """
        SELECT y.id AS stay_id FROM published.stays p
        JOIN register.stays y ON y.id = p.id
        JOIN register.visits v ON v.id = y.visit_id
        WHERE v.end_precision = 'MONAT' AND upper(v.during) = upper(y.during)
    """,
    "planted_trees": """
        SELECT t.id AS tree_id, t.planted_on, public.ST_X(t.planted_point) AS lon, public.ST_Y(t.planted_point) AS lat,
               s.id AS stop_id, s.name AS stop, s.municipality
        FROM register.trees t LEFT JOIN published.stops s ON s.id = t.planted_stop_id AND s.kind = 'STRASSE'
        WHERE t.state = 'AUSGEPFLANZT'
    """,
    "tree_states": """
        SELECT s.id, s.tree_id, s.state, s.during, s.is_example FROM register.tree_states s
    """,
}


def upgrade() -> None:
    op.execute(_PRECISION)
    op.execute(_STATES.format(states=f"{_KNOWN},'UNBEKANNT'", how=""))
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW published.{name} AS {query}")
        op.execute(f"GRANT SELECT ON published.{name} TO reg_public, reg_staff")


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f"DROP VIEW published.{name}")
    op.execute(_STATES.format(states=_KNOWN, how="NOT VALID"))  # what is unknown stays so
    op.execute("ALTER TABLE register.visits DROP COLUMN end_precision")
