"""What has to be done before trees come: whether they come in a parade, when that was announced, when the signs stand."""

from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE register.visits ADD COLUMN has_parade boolean DEFAULT false NOT NULL,"
        " ADD COLUMN parade_filed_on date, ADD COLUMN signs_up_on date"
    )


def downgrade() -> None:
    op.execute(
        "ALTER TABLE register.visits DROP COLUMN has_parade, DROP COLUMN parade_filed_on, DROP COLUMN signs_up_on"
    )
