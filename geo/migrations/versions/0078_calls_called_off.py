"""A published call can be called off, with a reason: nobody applies, reviews or decides from then on.

It is taken back as long as nothing else happened: until the end of the call, or at any time when it was called off after
its end. A town reads the texts of the letter that belongs to the decision it has.
"""

from alembic import op

from geo.migrations.sql import rewrite

revision = "0078"
down_revision = "0077"

_COLUMNS = """
ALTER TABLE register.calls ADD COLUMN called_off_at timestamptz, ADD COLUMN called_off_reason text,
    ADD COLUMN called_off_reason_en text,
    ADD CONSTRAINT calls_called_off CHECK (called_off_at IS NULL OR (published_at IS NOT NULL AND decided_at IS NULL)),
    ADD CONSTRAINT calls_called_off_reason CHECK ((called_off_at IS NULL) = (called_off_reason IS NULL)
        AND length(trim(called_off_reason)) > 0 AND (called_off_reason_en IS NULL OR called_off_reason IS NOT NULL));
"""
_VIEW = """
CREATE VIEW published.calls AS
SELECT c.id, c.title, c.title_en, c.body, c.body_en, c.contact, c.asks_site, c.opens_at, c.closes_at,
       p.slug AS project_slug, p.name AS project, p.name_en AS project_en,
       (SELECT max(e.extended_at) FROM register.call_extensions e WHERE e.call_id = c.id) AS extended_at,
       c.decided_at, c.is_example, c.version{more}
FROM register.calls c LEFT JOIN register.pilot_projects p ON p.id = c.pilot_project_id AND p.is_public
WHERE c.published_at IS NOT NULL;
GRANT SELECT ON published.calls TO reg_public, reg_staff;
"""
_MORE = ", c.called_off_at, c.called_off_reason, c.called_off_reason_en"

_RULE = """
CREATE FUNCTION register.refuse_called_off() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE affected integer;
BEGIN
    IF TG_OP = 'DELETE' THEN affected := OLD.call_id; ELSE affected := NEW.call_id; END IF;
    IF NOT register.is_owners_work(TG_RELID) AND EXISTS (SELECT FROM register.calls c
        WHERE c.id = affected AND c.called_off_at IS NOT NULL) THEN
        RAISE EXCEPTION 'The call is called off.' USING ERRCODE = 'check_violation', CONSTRAINT = 'call_called_off';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
"""
_APPLICATION = ("call_applications", "call_contacts", "call_answers", "call_attachments")
_OTHERS = (
    *("call_criteria", "call_questions", "call_extensions", "call_reviewers", "call_reviews", "call_marks"),
    "call_decisions",
)

# In `guard_call`, before the branch of a call that has ended.
_ENDED = "    ELSIF OLD.closes_at <= moment THEN\n"
_GUARD = """    ELSIF OLD.called_off_at IS NOT NULL OR NEW.called_off_at IS NOT NULL THEN
        IF to_jsonb(NEW) - ARRAY['called_off_at', 'called_off_reason', 'called_off_reason_en', 'version']
                <> to_jsonb(OLD) - ARRAY['called_off_at', 'called_off_reason', 'called_off_reason_en', 'version']
            OR NEW.called_off_at <> OLD.called_off_at
            OR (NEW.called_off_at IS NULL AND OLD.closes_at <= moment AND OLD.called_off_at < OLD.closes_at) THEN
            rule := 'call_called_off';
        END IF;
"""
# In `judges`: after the closing, and not of what is called off.
_JUDGED = "c.closes_at <= clock_timestamp())"
_JUDGED_YET = "c.closes_at <= clock_timestamp() AND c.called_off_at IS NULL)"
_LETTER = (
    "register.is_office() OR EXISTS (SELECT FROM register.call_decisions d WHERE d.call_id = call_letters.call_id"
    " AND d.outcome = call_letters.outcome AND register.acts_for_town(d.municipality_id))"
)


def upgrade() -> None:
    op.execute(_COLUMNS)
    op.execute("DROP VIEW published.calls")
    op.execute(_VIEW.format(more=_MORE))
    op.execute(_RULE)
    for table in (*_APPLICATION, *_OTHERS):
        op.execute(
            f"CREATE TRIGGER {table}_called_off BEFORE INSERT OR UPDATE OR DELETE ON register.{table}"
            " FOR EACH ROW EXECUTE FUNCTION register.refuse_called_off()"
        )
        if table in _APPLICATION:
            op.execute(
                f"CREATE CONSTRAINT TRIGGER {table}_called_off_at_end AFTER INSERT OR UPDATE OR DELETE"
                f" ON register.{table} DEFERRABLE INITIALLY DEFERRED"
                " FOR EACH ROW EXECUTE FUNCTION register.refuse_called_off()"
            )
    rewrite("register.guard_call()", _ENDED, _GUARD + _ENDED)
    rewrite("register.judges(integer, integer, integer)", _JUDGED, _JUDGED_YET)
    op.execute(f"ALTER POLICY who_reads ON register.call_letters USING ({_LETTER})")


def downgrade() -> None:
    op.execute("ALTER POLICY who_reads ON register.call_letters USING (register.is_office())")
    rewrite("register.judges(integer, integer, integer)", _JUDGED_YET, _JUDGED)
    rewrite("register.guard_call()", _GUARD + _ENDED, _ENDED)
    op.execute("DROP FUNCTION register.refuse_called_off() CASCADE")
    op.execute("DROP VIEW published.calls")
    op.execute(_VIEW.format(more=""))
    op.execute(
        "ALTER TABLE register.calls DROP COLUMN called_off_at, DROP COLUMN called_off_reason,"
        " DROP COLUMN called_off_reason_en"
    )
