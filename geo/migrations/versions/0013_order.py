"""A page of a town's list comes from an index, however large the town, and the planner knows how spells and stock spread.

Under row level security it may use what it knows of a range only where no policy stands between; of days it may always.
"""

from alembic import op

revision = "0013"
down_revision = "0012"

_INDEXES = """
CREATE INDEX places_order_idx ON register.places (municipality_id, coalesce(street, locality, ''),
    (coalesce(substring(house_number FROM '^[0-9]{1,6}'), '0')::int), id);
CREATE INDEX occupancy_spells_unit_id_idx ON register.occupancy_spells (unit_id);
CREATE STATISTICS register.occupancy_spells_days ON (lower(during)), (coalesce(upper(during), 'infinity'))
    FROM register.occupancy_spells;
CREATE STATISTICS register.units_days ON (coalesce(lower(during), '-infinity')), (coalesce(upper(during), 'infinity'))
    FROM register.units;
"""


def upgrade() -> None:
    op.execute(_INDEXES)


def downgrade() -> None:
    op.execute("DROP STATISTICS register.units_days, register.occupancy_spells_days")
    op.execute("DROP INDEX register.occupancy_spells_unit_id_idx, register.places_order_idx")
