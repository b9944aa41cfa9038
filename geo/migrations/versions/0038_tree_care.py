"""A tree's record of care for everybody: what was done on which day and how much water it got; not who, and no notes.

Water that was poured over all trees of a visit counts for each of those that stood there that day with its share.
"""

from alembic import op

revision = "0038"
down_revision = "0037"

_SHOWN = "'KONTROLLE','SCHNITT','DUENGUNG','VERANKERUNG','SCHAEDLING'"
_VIEW = f"""
CREATE VIEW published.tree_care AS
SELECT y.tree_id, g.day, 'GIESSEN'::text AS kind, round(sum(g.litres / g.trees), 1) AS litres
FROM register.watering_logs g
JOIN register.visits v ON v.id = g.visit_id
JOIN published.standings y ON y.stop_id = v.stop_id AND y.whole @> g.day AND y.during @> g.day
    AND (g.tree_id IS NULL OR g.tree_id = y.tree_id)
GROUP BY y.tree_id, g.day
UNION
SELECT e.tree_id, e.day, e.kind, NULL FROM register.care_entries e
WHERE e.tree_id IS NOT NULL AND e.kind IN ({_SHOWN})
UNION
SELECT y.tree_id, e.day, e.kind, NULL
FROM register.care_entries e
JOIN register.visits v ON v.id = e.visit_id
JOIN published.standings y ON y.stop_id = v.stop_id AND y.whole @> e.day AND y.during @> e.day
WHERE e.tree_id IS NULL AND e.kind IN ({_SHOWN});
GRANT SELECT ON published.tree_care TO reg_public, reg_staff;
"""


def upgrade() -> None:
    op.execute(_VIEW)


def downgrade() -> None:
    op.execute("DROP VIEW published.tree_care")
