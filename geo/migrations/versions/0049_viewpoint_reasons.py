"""A point that is selected, limited or closed says why: the status of a point carries its reason.

Rows from before say that none was kept; nothing is made up in their place.
"""

from alembic import op

revision = "0049"
down_revision = "0048"

_UP = """
ALTER TABLE register.viewpoint_statuses DISABLE TRIGGER USER;
UPDATE register.viewpoint_statuses SET note = 'Grund nicht festgehalten.'
WHERE status IN ('AUSGEWAEHLT', 'EINGESCHRAENKT', 'GESCHLOSSEN') AND length(trim(coalesce(note, ''))) = 0;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
ALTER TABLE register.viewpoint_statuses ENABLE TRIGGER USER;
ALTER TABLE register.viewpoint_statuses ADD CONSTRAINT viewpoint_statuses_reason
    CHECK (status NOT IN ('AUSGEWAEHLT','EINGESCHRAENKT','GESCHLOSSEN') OR length(trim(coalesce(note, ''))) > 0);
"""


def upgrade() -> None:
    op.execute(_UP)


def downgrade() -> None:
    op.execute("ALTER TABLE register.viewpoint_statuses DROP CONSTRAINT viewpoint_statuses_reason")
