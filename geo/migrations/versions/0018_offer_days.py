"""Any day of the public map is counted from an index, without reading the texts; and examples are found at once."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.execute(
        "CREATE INDEX offers_days_idx ON register.offers (since, until, published_until, shown_from, shown_until, cell_x,"
        " cell_y) INCLUDE (object_type, floor, area_total_m2, size_class, accessible, entrance, ags)"
    )
    op.execute("CREATE INDEX units_example_idx ON register.units (id) WHERE is_example")


def downgrade() -> None:
    op.execute("DROP INDEX register.units_example_idx, register.offers_days_idx")
