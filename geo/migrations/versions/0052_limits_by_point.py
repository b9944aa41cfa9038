"""What limits a point is looked up point by point: what is read grows with the points, whatever the planner expects.

The view joined what it had gathered of all points with itself, and before the first statistics of a table were made (after
an import, in a new register) that was each with each.
"""

from importlib import import_module

from alembic import op

revision = "0052"
down_revision = "0051"

_CARE: str = import_module("geo.migrations.versions.0041_viewpoint_care")._LIMITS
_BEFORE = _CARE[: _CARE.index(";")].replace("CREATE VIEW", "CREATE OR REPLACE VIEW")
_AFTER = """
CREATE OR REPLACE VIEW published.viewpoint_limits AS
SELECT o.viewpoint_id, o.municipality_id, c.cause, c.kind, daterange(c.since, c.until) AS during
FROM (
    SELECT t.viewpoint_id, t.municipality_id, min(lower(t.during)) AS day
    FROM register.viewpoint_statuses t WHERE t.status = 'OFFEN' GROUP BY 1, 2
) o
JOIN register.viewpoints v ON v.id = o.viewpoint_id
CROSS JOIN LATERAL (
    SELECT 'PRUEFUNG' AS cause, NULL AS kind,
           (l.day + make_interval(months => v.check_every_months))::date + 1 AS since,
           lead(l.day) OVER (ORDER BY l.day) AS until
    FROM (
        SELECT o.day UNION SELECT c.checked_on FROM register.viewpoint_checks c WHERE c.viewpoint_id = o.viewpoint_id
    ) l
    UNION ALL
    SELECT 'SICHT', f.result, f.since, f.until
    FROM (
        SELECT c.result, c.checked_on AS since, lead(c.checked_on) OVER (ORDER BY c.checked_on, c.id) AS until
        FROM register.viewpoint_checks c WHERE c.viewpoint_id = o.viewpoint_id
    ) f
    WHERE f.result <> 'OFFEN_SICHT'
    UNION ALL
    SELECT 'MANGEL', d.kind, d.confirmed_on, d.closed_on
    FROM register.viewpoint_defects d WHERE d.viewpoint_id = o.viewpoint_id AND d.confirmed_on IS NOT NULL
) c
WHERE c.until IS NULL OR c.since < c.until
"""


def upgrade() -> None:
    op.execute(_AFTER)


def downgrade() -> None:
    op.execute(_BEFORE)
