"""What holds for everybody who writes rows of a call, the office and raw SQL included.

Outside of its period no row of an application is written: the clock is asked when the row is written, and once more when
the transaction ends (`call_closed`). From its opening on a published call keeps its rules, criteria and questions; its
end moves only to a later moment, before it has come, with a reason. What was handed in is not changed, by applicants and
by reviewers. Only the register's owner, which is the command line, is let through: it loads a sample whose calls are
long closed, and forgets contacts.
"""

from alembic import op

revision = "0070"
down_revision = "0069"

_GUARDS = """
CREATE FUNCTION register.is_owners_work(of_table oid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT pg_get_userbyid(c.relowner) = current_user FROM pg_class c WHERE c.oid = of_table
$$;

CREATE FUNCTION register.refuse_outside_call() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    affected integer;
    found record;
    moment timestamptz := clock_timestamp();
BEGIN
    IF TG_OP = 'DELETE' THEN affected := OLD.call_id; ELSE affected := NEW.call_id; END IF;
    IF NOT register.is_owners_work(TG_RELID) THEN
        SELECT c.opens_at, c.closes_at INTO found FROM register.calls c
            WHERE c.id = affected AND c.published_at IS NOT NULL;
        IF found.opens_at IS NULL OR moment < found.opens_at OR moment >= found.closes_at THEN
            RAISE EXCEPTION 'The call takes no applications now.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'call_closed';
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;

-- What was handed in stays as it was handed in; first it is withdrawn.
CREATE FUNCTION register.guard_application() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.call_id <> OLD.call_id OR NEW.municipality_id <> OLD.municipality_id THEN
        RAISE EXCEPTION 'An application stays where it is.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'call_application_frozen';
    END IF;
    IF NOT register.is_owners_work(TG_RELID) AND OLD.state <> 'ENTWURF'
        AND to_jsonb(NEW) - ARRAY['state', 'version', 'handed_in_at', 'saved_at']
            <> to_jsonb(OLD) - ARRAY['state', 'version', 'handed_in_at', 'saved_at'] THEN
        RAISE EXCEPTION 'What was handed in is not changed.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'call_application_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION register.refuse_frozen_part() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE affected integer;
BEGIN
    IF TG_OP = 'DELETE' THEN affected := OLD.application_id; ELSE affected := NEW.application_id; END IF;
    IF NOT register.is_owners_work(TG_RELID) THEN
        PERFORM FROM register.call_applications a WHERE a.id = affected AND a.state = 'ENTWURF' FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'What was handed in is not changed.'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'call_application_frozen';
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION register.call_is_undecided(of_call integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM register.call_applications a WHERE a.call_id = of_call AND a.state = 'EINGEREICHT'
        AND NOT EXISTS (SELECT FROM register.call_decisions d WHERE d.application_id = a.id))
$$;
CREATE FUNCTION register.guard_call() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    rule text;
BEGIN
    IF register.is_owners_work(TG_RELID) THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF OLD.published_at IS NULL THEN RETURN OLD; END IF;
        rule := 'calls_running';
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.published_at IS NULL THEN RETURN NEW; END IF;
        rule := 'calls_running';
    ELSIF OLD.published_at IS NULL THEN
        IF NEW.decided_at IS NOT NULL OR (NEW.published_at IS NOT NULL AND (NEW.closes_at <= moment
            OR NOT EXISTS (SELECT FROM register.call_criteria k WHERE k.call_id = NEW.id))) THEN
            rule := 'calls_unready';
        END IF;
    ELSIF OLD.closes_at <= moment THEN
        IF to_jsonb(NEW) - ARRAY['decided_at', 'version'] <> to_jsonb(OLD) - ARRAY['decided_at', 'version'] THEN
            rule := 'call_closed';
        ELSIF NEW.decided_at IS DISTINCT FROM OLD.decided_at AND (NEW.decided_at IS NULL OR OLD.decided_at IS NOT NULL
            OR register.call_is_undecided(NEW.id)) THEN
            rule := 'calls_undecided';
        END IF;
    ELSIF NEW.decided_at IS NOT NULL THEN
        rule := 'calls_undecided';
    ELSIF OLD.opens_at <= moment THEN
        IF (NEW.pilot_project_id, NEW.opens_at, NEW.published_at, NEW.asks_site)
            IS DISTINCT FROM (OLD.pilot_project_id, OLD.opens_at, OLD.published_at, OLD.asks_site) THEN
            rule := 'calls_running';
        ELSIF NEW.closes_at <> OLD.closes_at AND NOT EXISTS (SELECT FROM register.call_extensions e
            WHERE e.call_id = NEW.id AND e.closes_before = OLD.closes_at AND e.closes_after = NEW.closes_at) THEN
            rule := 'calls_extension';
        END IF;
    ELSIF NEW.published_at IS NOT NULL AND NEW.closes_at <= moment THEN
        rule := 'calls_unready';
    END IF;
    IF rule IS NOT NULL THEN
        RAISE EXCEPTION 'A call does not change like this.' USING ERRCODE = 'check_violation', CONSTRAINT = rule;
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;

-- An extension that began before the closing and ends after it is none.
CREATE FUNCTION register.refuse_late_extension() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT register.is_owners_work(TG_RELID) AND OLD.published_at IS NOT NULL AND OLD.closes_at <= clock_timestamp() THEN
        RAISE EXCEPTION 'The call is closed.' USING ERRCODE = 'check_violation', CONSTRAINT = 'call_closed';
    END IF;
    RETURN NULL;
END $$;

-- Criteria and questions are what applicants write for: they stay from the opening on.
CREATE FUNCTION register.refuse_running_call() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE affected integer;
BEGIN
    IF TG_OP = 'DELETE' THEN affected := OLD.call_id; ELSE affected := NEW.call_id; END IF;
    IF NOT register.is_owners_work(TG_RELID) AND EXISTS (SELECT FROM register.calls c WHERE c.id = affected
        AND c.published_at IS NOT NULL AND c.opens_at <= clock_timestamp()) THEN
        RAISE EXCEPTION 'The call has opened.' USING ERRCODE = 'check_violation', CONSTRAINT = 'calls_running';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION register.guard_extension() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT register.is_owners_work(TG_RELID) AND NOT EXISTS (SELECT FROM register.calls c WHERE c.id = NEW.call_id
        AND c.published_at IS NOT NULL AND c.closes_at = NEW.closes_before AND c.closes_at > clock_timestamp()) THEN
        RAISE EXCEPTION 'Only an open call is extended.' USING ERRCODE = 'check_violation', CONSTRAINT = 'call_closed';
    END IF;
    RETURN NEW;
END $$;

-- Who decides does not review, and who has begun to review stays known as a reviewer.
CREATE FUNCTION register.guard_reviewer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.call_id, NEW.account_id) IS DISTINCT FROM (OLD.call_id, OLD.account_id) THEN
        RAISE EXCEPTION 'A reviewer stays who it is.' USING ERRCODE = 'check_violation', CONSTRAINT = 'call_reviewers_role';
    END IF;
    IF TG_OP = 'INSERT' AND (NOT EXISTS (SELECT FROM register.memberships m
            WHERE m.account_id = NEW.account_id AND m.role = 'reviewer')
        OR EXISTS (SELECT FROM register.memberships m WHERE m.account_id = NEW.account_id AND m.role = 'office')) THEN
        RAISE EXCEPTION 'Not a reviewer.' USING ERRCODE = 'check_violation', CONSTRAINT = 'call_reviewers_role';
    END IF;
    RETURN NEW;
END $$;

-- A review is handed in whole, and is final; a conflict of interest may come to light later, and ends it for good.
CREATE FUNCTION register.guard_review() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE rule text;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.application_id, NEW.account_id) IS DISTINCT FROM (OLD.application_id, OLD.account_id)
        OR TG_OP = 'UPDATE' AND (OLD.state = 'BEFANGEN' OR NEW.state = 'OFFEN' AND OLD.state <> 'OFFEN') THEN
        rule := 'call_review_final';
    ELSIF EXISTS (SELECT FROM register.calls c WHERE c.id = NEW.call_id AND c.decided_at IS NOT NULL) THEN
        rule := 'call_review_decided';
    ELSIF NOT EXISTS (SELECT FROM register.call_applications a
        WHERE a.id = NEW.application_id AND a.state = 'EINGEREICHT') THEN
        rule := 'call_review_final';
    ELSIF NEW.state = 'ABGEGEBEN' AND EXISTS (SELECT FROM register.call_criteria k WHERE k.call_id = NEW.call_id
        AND NOT EXISTS (SELECT FROM register.call_marks m WHERE m.review_id = NEW.id AND m.criterion_id = k.id
            AND m.points IS NOT NULL AND length(trim(m.reason)) > 0)) THEN
        rule := 'call_review_incomplete';
    END IF;
    IF rule IS NOT NULL THEN
        RAISE EXCEPTION 'A review does not change like this.' USING ERRCODE = 'check_violation', CONSTRAINT = rule;
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION register.guard_mark() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    affected integer;
    found text;
BEGIN
    IF TG_OP = 'DELETE' THEN affected := OLD.review_id; ELSE affected := NEW.review_id; END IF;
    SELECT v.state INTO found FROM register.call_reviews v WHERE v.id = affected FOR SHARE;
    IF found <> 'OFFEN' THEN
        RAISE EXCEPTION 'The review is handed in.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'call_review_final';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;

-- Decided is what was handed in, after the closing; what became a site is not decided anew.
CREATE FUNCTION register.guard_decision() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM register.call_applications a JOIN register.calls c ON c.id = a.call_id
        WHERE a.id = NEW.application_id AND a.state = 'EINGEREICHT' AND c.closes_at <= clock_timestamp()) THEN
        RAISE EXCEPTION 'Nothing to decide.' USING ERRCODE = 'check_violation', CONSTRAINT = 'call_decision_early';
    END IF;
    IF EXISTS (SELECT FROM register.call_sites s WHERE s.application_id = NEW.application_id) THEN
        RAISE EXCEPTION 'It is a site.' USING ERRCODE = 'check_violation', CONSTRAINT = 'call_decision_site';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION register.guard_site() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM register.call_applications a WHERE a.id = NEW.application_id FOR UPDATE;
    IF (SELECT d.outcome FROM register.call_decisions d JOIN register.calls c ON c.id = d.call_id
        WHERE d.application_id = NEW.application_id AND c.decided_at IS NOT NULL
        ORDER BY d.number DESC LIMIT 1) IS DISTINCT FROM 'AUSGEWAEHLT' THEN
        RAISE EXCEPTION 'It was not chosen.' USING ERRCODE = 'check_violation', CONSTRAINT = 'call_site_chosen';
    END IF;
    RETURN NEW;
END $$;
GRANT EXECUTE ON FUNCTION register.is_owners_work(oid), register.call_is_undecided(integer) TO reg_staff;
"""

_APPLICATION = ("call_applications", "call_contacts", "call_answers", "call_attachments")


def _triggers() -> str:
    made = []
    for table in _APPLICATION:
        made += [
            f"CREATE TRIGGER {table}_period BEFORE INSERT OR UPDATE OR DELETE ON register.{table}"
            " FOR EACH ROW EXECUTE FUNCTION register.refuse_outside_call()",
            f"CREATE CONSTRAINT TRIGGER {table}_period_at_end AFTER INSERT OR UPDATE OR DELETE ON register.{table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION register.refuse_outside_call()",
        ]
        if table != "call_applications":
            made.append(
                f"CREATE TRIGGER {table}_frozen BEFORE INSERT OR UPDATE OR DELETE ON register.{table}"
                " FOR EACH ROW EXECUTE FUNCTION register.refuse_frozen_part()"
            )
    for table in ("call_criteria", "call_questions"):
        made.append(
            f"CREATE TRIGGER {table}_running BEFORE INSERT OR UPDATE OR DELETE ON register.{table}"
            " FOR EACH ROW EXECUTE FUNCTION register.refuse_running_call()"
        )
    made += [
        "CREATE TRIGGER call_applications_frozen BEFORE UPDATE ON register.call_applications"
        " FOR EACH ROW EXECUTE FUNCTION register.guard_application()",
        "CREATE TRIGGER calls_guard BEFORE INSERT OR UPDATE OR DELETE ON register.calls"
        " FOR EACH ROW EXECUTE FUNCTION register.guard_call()",
        "CREATE CONSTRAINT TRIGGER calls_extended_in_time AFTER UPDATE OF closes_at ON register.calls"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.closes_at IS DISTINCT FROM OLD.closes_at)"
        " EXECUTE FUNCTION register.refuse_late_extension()",
        "CREATE TRIGGER call_extensions_guard BEFORE INSERT ON register.call_extensions"
        " FOR EACH ROW EXECUTE FUNCTION register.guard_extension()",
        "CREATE TRIGGER call_reviewers_guard BEFORE INSERT OR UPDATE ON register.call_reviewers"
        " FOR EACH ROW EXECUTE FUNCTION register.guard_reviewer()",
        "CREATE TRIGGER call_reviews_guard BEFORE INSERT OR UPDATE ON register.call_reviews"
        " FOR EACH ROW EXECUTE FUNCTION register.guard_review()",
        "CREATE TRIGGER call_marks_guard BEFORE INSERT OR UPDATE OR DELETE ON register.call_marks"
        " FOR EACH ROW EXECUTE FUNCTION register.guard_mark()",
        "CREATE TRIGGER call_decisions_guard BEFORE INSERT ON register.call_decisions"
        " FOR EACH ROW EXECUTE FUNCTION register.guard_decision()",
        "CREATE TRIGGER call_sites_guard BEFORE INSERT ON register.call_sites"
        " FOR EACH ROW EXECUTE FUNCTION register.guard_site()",
    ]
    return ";".join(made)


_FUNCTIONS = (
    *("guard_site()", "guard_decision()", "guard_mark()", "guard_review()", "guard_reviewer()", "guard_extension()"),
    *("refuse_running_call()", "refuse_late_extension()", "guard_call()", "refuse_frozen_part()"),
    *("guard_application()", "refuse_outside_call()", "call_is_undecided(integer)", "is_owners_work(oid)"),
)


def upgrade() -> None:
    op.execute(_GUARDS)
    op.execute(_triggers())


def downgrade() -> None:
    for function in _FUNCTIONS:
        op.execute(f"DROP FUNCTION register.{function} CASCADE")
