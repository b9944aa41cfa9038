"""In which row of its file a source last spoke of a unit: the same file once more is recognised without reading its rows."""

from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    op.execute("ALTER TABLE register.imported_units ADD row_number integer")


def downgrade() -> None:
    op.execute("ALTER TABLE register.imported_units DROP row_number")
