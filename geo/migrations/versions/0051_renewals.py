"""Viewpoints whose computed terrain is of before a change, until it is computed anew: everybody is told so."""

from alembic import op

from geo.migrations.sql import written_by_town

revision = "0051"
down_revision = "0050"

_TABLE = """
CREATE TABLE register.viewpoint_renewals (
    viewpoint_id integer NOT NULL,
    municipality_id integer NOT NULL,
    since timestamptz NOT NULL,
    CONSTRAINT viewpoint_renewals_pkey PRIMARY KEY (viewpoint_id),
    CONSTRAINT viewpoint_renewals_viewpoint_id_municipality_id_fkey FOREIGN KEY(viewpoint_id, municipality_id)
        REFERENCES register.viewpoints (id, municipality_id) ON DELETE CASCADE
);
CREATE INDEX viewpoint_renewals_municipality_id_idx ON register.viewpoint_renewals (municipality_id);
"""
_VIEW = """
CREATE VIEW published.viewpoint_renewals AS
SELECT r.viewpoint_id FROM register.viewpoint_renewals r JOIN published.viewpoints v ON v.id = r.viewpoint_id;
GRANT SELECT ON published.viewpoint_renewals TO reg_public, reg_staff;
"""


def upgrade() -> None:
    op.execute(_TABLE)
    op.execute(written_by_town("viewpoint_renewals"))
    op.execute(_VIEW)


def downgrade() -> None:
    op.execute("DROP VIEW published.viewpoint_renewals")
    op.execute("DROP TABLE register.viewpoint_renewals")
