"""Who reads and writes the rows of a call, asked of the account that acts.

An application is read by its town; handed in, by the office; after the closing, by the reviewers who are not shut out
of it (their own town, or a conflict of interest that they declared). Marks are read by who gave them. Handed in, they
are read by the office, unless it reviews this call itself, and by reviewers who have no review of the call left to do.
"""

from alembic import op

revision = "0069"
down_revision = "0068"

# Who asks is the account of the transaction, not what a page says of it.
_ACCESS = """
CREATE FUNCTION register.acting_account() RETURNS integer
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT nullif(current_setting('app.account_id', true), '')::integer
$$;
CREATE FUNCTION register.is_office() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM register.memberships m
                   WHERE m.account_id = register.acting_account() AND m.role = 'office' AND m.municipality_id IS NULL)
$$;
-- The transaction is the town's, and so is whoever acts (the register itself has no account).
CREATE FUNCTION register.acts_for_town(town integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT town = nullif(current_setting('app.municipality_id', true), '')::integer
        AND (register.acting_account() IS NULL OR EXISTS (SELECT FROM register.memberships m
             WHERE m.account_id = register.acting_account() AND m.municipality_id = town))
$$;
CREATE FUNCTION register.oversees_call(of_call integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT register.is_office() AND NOT EXISTS (SELECT FROM register.call_reviewers r
        WHERE r.call_id = of_call AND r.account_id = register.acting_account())
$$;
-- A reviewer who was not released, after the closing, not of the town, and without a conflict of interest.
CREATE FUNCTION register.judges(of_call integer, town integer, application integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM register.call_reviewers r JOIN register.calls c ON c.id = r.call_id
            WHERE r.call_id = of_call AND r.account_id = register.acting_account() AND r.released_at IS NULL
              AND c.closes_at <= clock_timestamp())
        AND EXISTS (SELECT FROM register.memberships m
            WHERE m.account_id = register.acting_account() AND m.role = 'reviewer')
        AND NOT EXISTS (SELECT FROM register.memberships m
            WHERE m.account_id = register.acting_account() AND m.municipality_id = town)
        AND NOT EXISTS (SELECT FROM register.call_reviews v WHERE v.application_id = application
            AND v.account_id = register.acting_account() AND v.state = 'BEFANGEN')
$$;
-- Who has handed in every review that is theirs to do may read what the others handed in.
CREATE FUNCTION register.compares(of_call integer, town integer, application integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT register.judges(of_call, town, application) AND NOT EXISTS (
        SELECT FROM register.call_applications a
        WHERE a.call_id = of_call AND a.state = 'EINGEREICHT'
          AND register.judges(of_call, a.municipality_id, a.id)
          AND NOT EXISTS (SELECT FROM register.call_reviews v WHERE v.application_id = a.id
              AND v.account_id = register.acting_account() AND v.state = 'ABGEGEBEN'))
$$;
CREATE FUNCTION register.review_is(review integer, wanted text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM register.call_reviews v WHERE v.id = review AND v.state = wanted)
$$;
GRANT EXECUTE ON FUNCTION register.acting_account(), register.is_office(), register.acts_for_town(integer),
    register.oversees_call(integer), register.judges(integer, integer, integer),
    register.compares(integer, integer, integer), register.review_is(integer, text) TO reg_staff;
"""

_IN_ITS_TOWN = "register.acts_for_town(municipality_id)"
_OVERSEEN = "register.oversees_call(call_id)"
_READABLE = (
    f"{_IN_ITS_TOWN} OR (state = 'EINGEREICHT' AND ({_OVERSEEN} OR register.judges(call_id, municipality_id, id)))"
)
_OF_READABLE = "EXISTS (SELECT FROM register.call_applications a WHERE a.id = application_id)"
_ANNOUNCED = "EXISTS (SELECT FROM register.calls c WHERE c.id = call_id AND c.decided_at IS NOT NULL)"
_MINE = "account_id = register.acting_account()"
_JUDGED = f"{_MINE} AND register.judges(call_id, municipality_id, application_id)"
_PUBLISHED = "published_at IS NOT NULL OR register.is_office()"
_OFFICE = "register.is_office()"
_CHILD = "EXISTS (SELECT FROM register.calls c WHERE c.id = call_id)"
_MARK_READ = (
    f"{_MINE} OR (register.review_is(review_id, 'ABGEGEBEN') AND ({_OVERSEEN}"
    " OR register.compares(call_id, municipality_id, application_id)))"
)

# Table: who reads; who inserts, updates, deletes (None: nobody but the register's owner).
_POLICIES: dict[str, tuple[str, str | None, str | None, str | None]] = {
    "calls": (_PUBLISHED, _OFFICE, _OFFICE, _OFFICE),
    "call_criteria": (_CHILD, _OFFICE, _OFFICE, _OFFICE),
    "call_questions": (_CHILD, _OFFICE, _OFFICE, _OFFICE),
    "call_extensions": (_CHILD, _OFFICE, None, None),
    "call_reviewers": (f"{_OFFICE} OR {_MINE}", _OFFICE, _OFFICE, _OFFICE),
    "call_applications": (_READABLE, _IN_ITS_TOWN, _IN_ITS_TOWN, _IN_ITS_TOWN),
    "call_contacts": (
        f"{_IN_ITS_TOWN} OR ({_OVERSEEN} AND {_OF_READABLE})",
        _IN_ITS_TOWN,
        _IN_ITS_TOWN,
        _IN_ITS_TOWN,
    ),
    "call_answers": (_OF_READABLE, _IN_ITS_TOWN, _IN_ITS_TOWN, _IN_ITS_TOWN),
    "call_attachments": (_OF_READABLE, _IN_ITS_TOWN, _IN_ITS_TOWN, _IN_ITS_TOWN),
    "call_reviews": (f"{_MINE} OR {_OVERSEEN}", _JUDGED, _MINE, None),
    "call_marks": (_MARK_READ, _JUDGED, _JUDGED, _JUDGED),
    "call_decisions": (
        f"{_OVERSEEN} OR ({_ANNOUNCED} AND ({_IN_ITS_TOWN} OR register.judges(call_id, municipality_id, application_id)))",
        _OVERSEEN,
        None,
        None,
    ),
    "call_letters": (_OFFICE, _OFFICE, _OFFICE, _OFFICE),
    "call_sites": (f"{_OFFICE} OR {_IN_ITS_TOWN}", _OFFICE, None, _OFFICE),
}


def _secured(table: str) -> str:
    reads, inserts, updates, deletes = _POLICIES[table]
    policies = [
        f"CREATE POLICY owner_all ON register.{table} TO CURRENT_USER USING (true) WITH CHECK (true)",
        f"CREATE POLICY backup_reads ON register.{table} FOR SELECT TO reg_backup USING (true)",
        f"CREATE POLICY who_reads ON register.{table} FOR SELECT TO reg_staff USING ({reads})",
    ]
    rights = ["SELECT"]
    if inserts:
        rights.append("INSERT")
        policies.append(f"CREATE POLICY who_inserts ON register.{table} FOR INSERT TO reg_staff WITH CHECK ({inserts})")
    if updates:
        rights.append("UPDATE")
        policies.append(
            f"CREATE POLICY who_updates ON register.{table} FOR UPDATE TO reg_staff"
            f" USING ({updates}) WITH CHECK ({updates})"
        )
    if deletes:
        rights.append("DELETE")
        policies.append(f"CREATE POLICY who_deletes ON register.{table} FOR DELETE TO reg_staff USING ({deletes})")
    return ";".join(
        [
            f"ALTER TABLE register.{table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE register.{table} FORCE ROW LEVEL SECURITY",
            *policies,
            f"GRANT {', '.join(rights)} ON register.{table} TO reg_staff",
        ]
    )


_FUNCTIONS = (
    *("review_is(integer, text)", "compares(integer, integer, integer)", "judges(integer, integer, integer)"),
    *("oversees_call(integer)", "acts_for_town(integer)", "is_office()", "acting_account()"),
)


def upgrade() -> None:
    op.execute(_ACCESS)
    for table in _POLICIES:
        op.execute(_secured(table))


def downgrade() -> None:
    for table, (_reads, inserts, updates, deletes) in _POLICIES.items():
        named = {"who_reads": True, "who_inserts": inserts, "who_updates": updates, "who_deletes": deletes}
        for policy in ("owner_all", "backup_reads", *(name for name, made in named.items() if made)):
            op.execute(f"DROP POLICY {policy} ON register.{table}")
        op.execute(f"ALTER TABLE register.{table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE register.{table} DISABLE ROW LEVEL SECURITY")
        op.execute(f"REVOKE ALL ON register.{table} FROM reg_staff")
    for function in _FUNCTIONS:
        op.execute(f"DROP FUNCTION register.{function}")
