"""What towns wrote into applications that were not chosen does not stay for ever: three years, then it is removed.

The title, the marks, the ranking and the decision stay. The words go out of the history too, which the register's owner
alone may do, for the rows of applications alone and in no other act.
"""

from alembic import op

revision = "0081"
down_revision = "0080"

_WHOLE = "summary IS NOT NULL AND need IS NOT NULL AND plan IS NOT NULL AND upkeep IS NOT NULL"
_HANDED_IN = """
ALTER TABLE register.call_applications DROP CONSTRAINT call_applications_handed_in;
ALTER TABLE register.call_applications ADD CONSTRAINT call_applications_handed_in CHECK (
    (state = 'EINGEREICHT') <= (handed_in_at IS NOT NULL AND title IS NOT NULL AND ({whole})));
"""
_REFUSE = """
CREATE OR REPLACE FUNCTION history.refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('app.action', true) = 'account.erase' THEN
        RETURN NEW;
    END IF;{more}
    RAISE EXCEPTION 'The history is not changed.'
        USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'history_is_final';
END $$;
"""
_MORE = """
    IF TG_OP = 'UPDATE' AND current_setting('app.action', true) = 'resident.erase' THEN
        IF OLD.table_name IN ('call_applications', 'call_answers', 'call_attachments')
            AND to_jsonb(NEW) - ARRAY['old_values', 'new_values'] = to_jsonb(OLD) - ARRAY['old_values', 'new_values'] THEN
            RETURN NEW;
        END IF;
    END IF;"""

# The mark lets an application stand without its texts: only the register's owner sets it.
_GUARD = """
CREATE FUNCTION register.refuse_removed_texts() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT register.is_owners_work(TG_RELID) THEN
        RAISE EXCEPTION 'Texts go after their time.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'call_application_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER call_applications_emptied BEFORE INSERT OR UPDATE ON register.call_applications
    FOR EACH ROW WHEN (NEW.texts_removed_at IS NOT NULL) EXECUTE FUNCTION register.refuse_removed_texts();
"""


def upgrade() -> None:
    op.execute("ALTER TABLE register.call_applications ADD COLUMN texts_removed_at timestamptz")
    op.execute(_HANDED_IN.format(whole=f"texts_removed_at IS NOT NULL OR ({_WHOLE})"))
    op.execute(_REFUSE.format(more=_MORE))
    op.execute(_GUARD)


def downgrade() -> None:
    op.execute("DROP FUNCTION register.refuse_removed_texts() CASCADE")
    op.execute(_REFUSE.format(more=""))
    # What was removed does not come back: such an application reads as one that was withdrawn.
    op.execute("SET LOCAL app.action = 'system.setup'")
    op.execute(
        "UPDATE register.call_applications SET state = 'ZURUECKGEZOGEN', version = version + 1"
        " WHERE texts_removed_at IS NOT NULL AND state = 'EINGEREICHT'"
    )
    op.execute(_HANDED_IN.format(whole=_WHOLE))
    op.execute("ALTER TABLE register.call_applications DROP COLUMN texts_removed_at")
