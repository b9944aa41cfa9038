"""A published call names its project only while the project is public."""

from alembic import op

revision = "0076"
down_revision = "0075"

_VIEW = """
CREATE OR REPLACE VIEW published.calls AS
SELECT c.id, c.title, c.title_en, c.body, c.body_en, c.contact, c.asks_site, c.opens_at, c.closes_at,
       p.slug AS project_slug, p.name AS project, p.name_en AS project_en,
       (SELECT max(e.extended_at) FROM register.call_extensions e WHERE e.call_id = c.id) AS extended_at,
       c.decided_at, c.is_example, c.version
FROM register.calls c LEFT JOIN register.pilot_projects p ON p.id = c.pilot_project_id{shown}
WHERE c.published_at IS NOT NULL;
"""


def upgrade() -> None:
    op.execute(_VIEW.format(shown=" AND p.is_public"))


def downgrade() -> None:
    op.execute(_VIEW.format(shown=""))
