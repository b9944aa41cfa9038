"""What was deleted is found in the history without reading what a large import wrote."""

from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.execute(
        "CREATE INDEX changes_deleted_idx ON history.changes (table_name, transaction_id) WHERE operation = 'DELETE'"
    )


def downgrade() -> None:
    op.execute("DROP INDEX history.changes_deleted_idx")
