"""Why a visit is there although its stop is blocked then, out of season, or has had its visit already."""

from alembic import op

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    op.execute("ALTER TABLE register.visits ADD COLUMN exception_reason text")


def downgrade() -> None:
    op.execute("ALTER TABLE register.visits DROP COLUMN exception_reason")
