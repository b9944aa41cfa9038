"""What a viewpoint's status looks like to everybody is said by the reads, for a whole list at once, no longer row by row."""

from importlib import import_module

from alembic import op

revision = "0046"
down_revision = "0045"

_LIMITS: str = import_module("geo.migrations.versions.0041_viewpoint_care")._LIMITS
_FUNCTION = _LIMITS[_LIMITS.index("CREATE FUNCTION") : _LIMITS.index("CREATE VIEW published.viewpoint_furniture")]


def upgrade() -> None:
    op.execute("DROP FUNCTION published.viewpoint_status(integer, text, date)")


def downgrade() -> None:
    op.execute(_FUNCTION)
