"""Figures: earlier confirmations are kept, and the alliance reads sums of each town that name no unit."""

from alembic import op

from geo.migrations.sql import internal_to_town

revision = "0017"
down_revision = "0016"

_CONFIRMATIONS = """
CREATE TABLE register.unit_confirmations (
    unit_id integer NOT NULL,
    on_day date NOT NULL,
    municipality_id integer NOT NULL,
    by_kind text,
    CONSTRAINT unit_confirmations_pkey PRIMARY KEY (unit_id, on_day),
    CONSTRAINT unit_confirmations_unit_id_municipality_id_fkey FOREIGN KEY (unit_id, municipality_id)
        REFERENCES register.units (id, municipality_id) ON DELETE CASCADE
);
CREATE INDEX unit_confirmations_municipality_id_idx ON register.unit_confirmations (municipality_id);

-- A later confirmation takes the place of an earlier one, which stays known here. One that is taken back (or corrected
-- to an earlier day) was none.
CREATE FUNCTION register.keep_confirmation() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.verified_on > OLD.verified_on THEN
        INSERT INTO register.unit_confirmations (unit_id, municipality_id, on_day, by_kind)
            VALUES (NEW.id, NEW.municipality_id, OLD.verified_on, OLD.verified_by_kind) ON CONFLICT DO NOTHING;
    ELSE
        DELETE FROM register.unit_confirmations
            WHERE unit_id = NEW.id AND on_day >= coalesce(NEW.verified_on, '-infinity');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER units_keep_confirmation AFTER UPDATE OF verified_on ON register.units FOR EACH ROW
    WHEN (OLD.verified_on IS NOT NULL AND NEW.verified_on IS DISTINCT FROM OLD.verified_on)
    EXECUTE FUNCTION register.keep_confirmation();

-- What the history still knows of the time before this table.
INSERT INTO register.unit_confirmations (unit_id, municipality_id, on_day, by_kind)
SELECT DISTINCT ON (u.id, c.on_day) u.id, u.municipality_id, c.on_day, c.by_kind
FROM register.units u
JOIN LATERAL (
    SELECT (h.old_values ->> 'verified_on')::date AS on_day, h.old_values ->> 'verified_by_kind' AS by_kind
    FROM history.changes h
    WHERE h.table_name = 'units' AND h.row_id = u.id AND h.operation = 'UPDATE'
      AND (h.old_values ->> 'verified_on')::date < (h.new_values ->> 'verified_on')::date
) c ON c.on_day < u.verified_on;
"""

# Under its owner's rights, because the alliance may not read a town's rows: it answers with sums, and only of towns with
# ten units or more. The same definitions as geo/vacancies/counted.py; a test compares the two.
_TOTALS = """
CREATE FUNCTION register.vacancy_totals(day date)
RETURNS TABLE (municipality_id integer, stock bigint, unknown bigint, verified bigint, gross bigint, net bigint,
               off_market bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS $$
WITH known AS (
    SELECT u.id, u.municipality_id, u.verified_on, s.state
    FROM register.units u
    LEFT JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.during @> day
    WHERE u.is_ground_floor_frontage AND u.during @> day AND s.state IS DISTINCT FROM 'ENTFALLEN'
), confirmed AS (
    SELECT k.id FROM known k WHERE k.verified_on > day - 366 AND k.verified_on <= day
    UNION
    SELECT c.unit_id FROM register.unit_confirmations c WHERE c.on_day > day - 366 AND c.on_day <= day
    UNION
    SELECT o.unit_id FROM register.occupancy_spells o WHERE o.observed_on > day - 366 AND o.observed_on <= day
)
SELECT k.municipality_id, count(k.state), count(*) - count(k.state), count(c.id) FILTER (WHERE k.state IS NOT NULL),
       count(*) FILTER (WHERE k.state IN ('LEER', 'ZWISCHENGENUTZT', 'LEER_VERMIETET')),
       count(*) FILTER (WHERE k.state = 'LEER'), count(*) FILTER (WHERE k.state = 'NICHT_MARKTAKTIV')
FROM known k LEFT JOIN confirmed c ON c.id = k.id
GROUP BY k.municipality_id HAVING count(k.state) >= 10
$$;
REVOKE ALL ON FUNCTION register.vacancy_totals(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION register.vacancy_totals(date) TO reg_staff;
"""


def upgrade() -> None:
    op.execute(_CONFIRMATIONS)
    op.execute(internal_to_town("unit_confirmations"))
    op.execute(_TOTALS)


def downgrade() -> None:
    op.execute("DROP FUNCTION register.vacancy_totals(date)")
    op.execute("DROP TRIGGER units_keep_confirmation ON register.units")
    op.execute("DROP FUNCTION register.keep_confirmation()")
    op.execute("DROP TABLE register.unit_confirmations")
