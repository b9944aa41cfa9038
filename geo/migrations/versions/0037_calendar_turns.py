"""Days of watering in calendars: counted up at each change, and called off when they are given back.

Kept by the database from `watering_turns`. Of who has left a number remains that leads to nobody, so that their days are
called off in the town's calendar.
"""

from alembic import op

from geo.migrations.sql import internal_to_town

revision = "0037"
down_revision = "0036"

_TURNS = r"""
CREATE TABLE register.calendar_turns (
    visit_id integer NOT NULL,
    day date NOT NULL,
    patron_id integer NOT NULL,
    municipality_id integer NOT NULL,
    sequence integer DEFAULT 0 NOT NULL,
    is_cancelled boolean DEFAULT false NOT NULL,
    changed_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT calendar_turns_pkey PRIMARY KEY (visit_id, day, patron_id)
);

CREATE FUNCTION register.turn_into_calendar() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    turn register.watering_turns;
BEGIN
    IF TG_OP = 'DELETE' THEN turn := OLD; ELSE turn := NEW; END IF;
    IF NOT EXISTS (SELECT FROM register.visits v WHERE v.id = turn.visit_id) THEN
        DELETE FROM register.calendar_turns c WHERE c.visit_id = turn.visit_id;
    ELSE
        INSERT INTO register.calendar_turns AS c (visit_id, day, patron_id, municipality_id, is_cancelled)
        VALUES (turn.visit_id, turn.day, turn.patron_id, turn.municipality_id, TG_OP = 'DELETE')
        ON CONFLICT (visit_id, day, patron_id) DO UPDATE SET
            sequence = c.sequence + 1, is_cancelled = excluded.is_cancelled, changed_at = clock_timestamp();
    END IF;
    RETURN NULL;
END $$;
GRANT EXECUTE ON FUNCTION register.turn_into_calendar() TO reg_staff;
CREATE TRIGGER watering_turns_calendar AFTER INSERT OR DELETE ON register.watering_turns
    FOR EACH ROW EXECUTE FUNCTION register.turn_into_calendar();
INSERT INTO register.calendar_turns (visit_id, day, patron_id, municipality_id)
    SELECT w.visit_id, w.day, w.patron_id, w.municipality_id FROM register.watering_turns w;
"""


def upgrade() -> None:
    op.execute(_TURNS)
    op.execute(internal_to_town("calendar_turns"))


def downgrade() -> None:
    op.execute("DROP TRIGGER watering_turns_calendar ON register.watering_turns")
    op.execute("DROP FUNCTION register.turn_into_calendar()")
    op.execute("DROP TABLE register.calendar_turns")
