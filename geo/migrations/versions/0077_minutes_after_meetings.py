"""Minutes are released on the day of their meeting at the earliest."""

from alembic import op

revision = "0077"
down_revision = "0076"

_DAY = "(starts_at AT TIME ZONE 'Europe/Berlin')::date"


def upgrade() -> None:
    op.execute("ALTER TABLE register.alliance_meetings DISABLE TRIGGER USER")
    op.execute(f"UPDATE register.alliance_meetings SET minutes_released_on = NULL WHERE minutes_released_on < {_DAY}")
    op.execute("ALTER TABLE register.alliance_meetings ENABLE TRIGGER USER")
    op.execute(
        "ALTER TABLE register.alliance_meetings ADD CONSTRAINT alliance_meetings_released"
        f" CHECK (minutes_released_on >= {_DAY})"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE register.alliance_meetings DROP CONSTRAINT alliance_meetings_released")
