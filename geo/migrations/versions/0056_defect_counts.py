"""How many defects wait in which town: numbers alone, so that those who look after all towns need not go through each."""

from alembic import op

revision = "0056"
down_revision = "0055"

_COUNTS = """
CREATE FUNCTION register.defect_counts(day date)
RETURNS TABLE (municipality_id integer, reported bigint, new bigint, overdue bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
SELECT d.municipality_id, count(*),
       count(*) FILTER (WHERE (d.confirmed_on <= day) IS NOT TRUE AND (d.closed_on <= day) IS NOT TRUE),
       count(*) FILTER (WHERE d.confirmed_on <= day AND d.due_on < day AND (d.closed_on <= day) IS NOT TRUE)
FROM register.viewpoint_defects d
WHERE d.reported_at < day + 1
GROUP BY d.municipality_id
$$;
REVOKE ALL ON FUNCTION register.defect_counts(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION register.defect_counts(date) TO reg_staff;
"""


def upgrade() -> None:
    op.execute(_COUNTS)


def downgrade() -> None:
    op.execute("DROP FUNCTION register.defect_counts(date)")
