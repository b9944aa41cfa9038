"""Applicants and patrons can have their link sent once more; the one that they have goes on working."""

from alembic import op

revision = "0047"
down_revision = "0046"

_TABLES = ("tree_applicants", "patrons")


def upgrade() -> None:
    for table in _TABLES:
        op.execute(f"ALTER TABLE register.{table} ADD COLUMN again_sha256 char(64)")


def downgrade() -> None:
    for table in _TABLES:
        op.execute(f"ALTER TABLE register.{table} DROP COLUMN again_sha256")
