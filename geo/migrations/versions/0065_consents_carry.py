"""What is published on the ground of an owner's consent needs one in the register; one code of a letter works at a time.

Where a unit's owners are known, it is published from level 3 on, as “Einwilligung liegt vor”, only up to the level that
all of them agreed to, by whatever way the publication is written. A letter that is printed once more has a new code, and
the one before is closed. No letter is printed about a unit of a community that does not want to be written to.
"""

from importlib import import_module

from alembic import op

revision = "0065"
down_revision = "0064"

_LETTER_BEFORE: str = import_module("geo.migrations.versions.0055_owner_letters")._NO_LETTER
_LETTER_BEFORE = _LETTER_BEFORE[: _LETTER_BEFORE.index("CREATE TRIGGER")].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
_IS_BANNED = """
    IF TG_OP = 'UPDATE' AND EXISTS (SELECT FROM register.owner_letter_units x WHERE x.letter_id = NEW.id)
        AND EXISTS (SELECT FROM register.letter_owners(NEW.id, day) o WHERE o.do_not_contact)
        AND NOT EXISTS (SELECT FROM register.letter_owners(NEW.id, day) o WHERE NOT o.do_not_contact) THEN
        RAISE EXCEPTION 'The community is not to be contacted.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'owner_letters_do_not_contact';
    END IF;
    RETURN NEW;
"""
_LETTER_AFTER = _LETTER_BEFORE.replace(
    "\nBEGIN", "\nDECLARE day date := (now() AT TIME ZONE 'Europe/Berlin')::date;\nBEGIN"
).replace("    RETURN NEW;\n", _IS_BANNED.lstrip("\n"))

# As whom the recipient of a letter is written to about each of its units: as its owner, or for a community.
_LETTER_OWNERS = """
CREATE FUNCTION register.letter_owners(of_letter integer, day date)
RETURNS TABLE (unit_id integer, owner_id integer, do_not_contact boolean)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT x.unit_id, o.id, o.do_not_contact
FROM register.owner_letters l
JOIN register.owner_letter_units x ON x.letter_id = l.id
JOIN register.ownerships w ON w.unit_id = x.unit_id AND w.during @> day
JOIN register.owners o ON o.id = w.owner_id
WHERE l.id = of_letter AND (w.owner_id = l.owner_id OR w.owner_id IN (
    SELECT m.community_id FROM register.owner_members m WHERE m.member_id = l.owner_id AND m.is_representative))
$$;
GRANT EXECUTE ON FUNCTION register.letter_owners(integer, date) TO reg_staff;
"""

_RESULT = """
ALTER TABLE register.owner_letters ADD CONSTRAINT owner_letters_result CHECK (result IN ('KEIN_RUECKLAUF', 'INTERESSE',
    'BERATUNG', 'VERKAUFSBEREIT', 'VERMIETBEREIT', 'ZWISCHENNUTZUNG', 'ABLEHNUNG', 'UNZUSTELLBAR'));
"""

_ONE_CODE = """
UPDATE register.owner_links l SET used_at = now() WHERE l.purpose = 'BRIEF' AND l.used_at IS NULL AND EXISTS (
    SELECT FROM register.owner_links n WHERE n.letter_id = l.letter_id AND n.purpose = 'BRIEF' AND n.used_at IS NULL
    AND n.id > l.id);
CREATE UNIQUE INDEX owner_links_one_code ON register.owner_links (letter_id) WHERE purpose = 'BRIEF' AND used_at IS NULL;
"""

# For a community counts what it, or who represents it, agreed to. NULL: no owner is known; 0: somebody did not agree.
_CONSENTED = """
CREATE FUNCTION register.consented_level(of_unit integer, day date) RETURNS integer
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT min(coalesce(given.level, 0))::integer FROM register.ownerships w
LEFT JOIN LATERAL (
    SELECT max(c.level) AS level FROM register.owner_consents c
    WHERE (c.owner_id = w.owner_id OR c.owner_id IN (
            SELECT m.member_id FROM register.owner_members m
            WHERE m.community_id = w.owner_id AND m.is_representative))
      AND (c.unit_id IS NULL OR c.unit_id = w.unit_id) AND c.kind = 'VEROEFFENTLICHUNG' AND c.given_on <= day
      AND (c.until IS NULL OR c.until >= day) AND (c.withdrawn_on IS NULL OR c.withdrawn_on > day)) given ON true
WHERE w.unit_id = of_unit AND w.during @> day
$$;
GRANT EXECUTE ON FUNCTION register.consented_level(integer, date) TO reg_staff;

CREATE FUNCTION register.refuse_unconsented() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (TG_OP = 'INSERT' OR NEW.publication_level > OLD.publication_level
            OR NEW.consent_kind IS DISTINCT FROM OLD.consent_kind
            OR upper(NEW.published_during) > upper(OLD.published_during))
        AND register.consented_level(NEW.id, (now() AT TIME ZONE 'Europe/Berlin')::date) < NEW.publication_level THEN
        RAISE EXCEPTION 'Not all owners agreed to this level of publication.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'units_owner_consent';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER units_owner_consent BEFORE INSERT OR UPDATE OF publication_level, consent_kind, published_during
    ON register.units FOR EACH ROW WHEN (NEW.publication_level >= 3 AND NEW.consent_kind = 'EIGENTUEMER')
    EXECUTE FUNCTION register.refuse_unconsented();
"""


def upgrade() -> None:
    op.execute(_LETTER_OWNERS)
    op.execute(_LETTER_AFTER)
    op.execute(_RESULT)
    op.execute(_ONE_CODE)
    op.execute(_CONSENTED)


def downgrade() -> None:
    op.execute("DROP TRIGGER units_owner_consent ON register.units")
    op.execute("DROP FUNCTION register.refuse_unconsented()")
    op.execute("DROP FUNCTION register.consented_level(integer, date)")
    op.execute("DROP INDEX register.owner_links_one_code")
    op.execute("ALTER TABLE register.owner_letters DROP CONSTRAINT owner_letters_result")
    op.execute(_LETTER_BEFORE)
    op.execute("DROP FUNCTION register.letter_owners(integer, date)")
