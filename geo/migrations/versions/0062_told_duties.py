"""Which duties before a visit a town's calendar ever told: only what was told is called off there later.

A parade that was never meant, and a permit that never was needed, stood in the calendar as called off. A duty is noted
when the visit stands in the calendars and the duty is open; it is for the town's own transactions to read.
"""

from importlib import import_module

from alembic import op

revision = "0062"
down_revision = "0061"

_CALENDAR: str = import_module("geo.migrations.versions.0035_calendar")._NOTE
_BEFORE = _CALENDAR[: _CALENDAR.index("REVOKE ALL")].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
_OPEN = """
        UPDATE register.calendar_entries e SET duties = ARRAY(
            SELECT unnest(e.duties)
            UNION SELECT d.duty FROM register.visits v CROSS JOIN LATERAL (VALUES
                ('GENEHMIGUNG', v.permit_state = 'OFFEN'),
                ('VERSAMMLUNG', v.has_parade AND v.parade_filed_on IS NULL),
                ('SCHILDER', v.signs_up_on IS NULL)) d(duty, is_open)
            WHERE v.id = shown.id AND d.is_open AND v.layer <> 'TATSAECHLICH'
                AND NOT EXISTS (SELECT FROM register.visits a WHERE a.planned_visit_id = v.id)
            ORDER BY 1)
        WHERE e.uid = shown.uid AND e.stop_id = shown.stop_id;
    END IF;
    -- What has passed"""
_AFTER = _BEFORE.replace("    END IF;\n    -- What has passed", _OPEN.lstrip("\n"))

_COLUMN = """
ALTER TABLE register.calendar_entries ADD COLUMN duties text[] DEFAULT '{}' NOT NULL;
-- What was told before is not known: what may have been. A parade only where one is meant.
UPDATE register.calendar_entries e SET duties = ARRAY['GENEHMIGUNG', 'SCHILDER'];
UPDATE register.calendar_entries e SET duties = CASE WHEN v.permit_state = 'NICHT_NOETIG' THEN '{}' ELSE '{GENEHMIGUNG}'
    END::text[] || '{SCHILDER}'::text[] || CASE WHEN v.has_parade THEN '{VERSAMMLUNG}' ELSE '{}' END::text[]
FROM register.visits v WHERE v.id = e.visit_id;

CREATE FUNCTION register.told_duties(town integer) RETURNS TABLE (uid uuid, duty text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
SELECT DISTINCT e.uid, d.duty FROM register.calendar_entries e CROSS JOIN LATERAL unnest(e.duties) d(duty)
WHERE e.municipality_id = town AND town = nullif(current_setting('app.municipality_id', true), '')::integer
$$;
REVOKE ALL ON FUNCTION register.told_duties(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION register.told_duties(integer) TO reg_staff;
"""


def upgrade() -> None:
    op.execute(_COLUMN)
    op.execute(_AFTER)


def downgrade() -> None:
    op.execute(_BEFORE)
    op.execute("DROP FUNCTION register.told_duties(integer)")
    op.execute("ALTER TABLE register.calendar_entries DROP COLUMN duties")
