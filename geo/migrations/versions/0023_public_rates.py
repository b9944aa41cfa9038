"""A town may let the public read its vacancy rate: a setting of the town, off by default, and sums that name no unit.

`published.town_rates` runs under its owner's rights, because the public may not read a town's rows. It answers for ends
of quarters only, so that nobody can watch a single shop from day to day, and for towns that have switched it on. As on
the internal pages there is no rate of fewer than ten units or of a stock of which less than 70 % were verified within
twelve months. A count that would tell of one to four units, by itself or by subtraction, is left out (design 3,
sections 2.4 and 2.5). The same definitions as geo/vacancies/counted.py; a test compares the two.
"""

from alembic import op

revision = "0023"
down_revision = "0022"

_SETTING = "ALTER TABLE register.town_settings ADD COLUMN rates_public boolean DEFAULT false NOT NULL"

_TOWNS = """
CREATE VIEW published.rate_towns AS
SELECT m.id AS municipality_id, m.ags::text AS ags, m.name
FROM register.town_settings t JOIN register.municipalities m ON m.id = t.municipality_id WHERE t.rates_public
"""

_RATES = """
CREATE FUNCTION published.town_rates(day date, towns integer[])
RETURNS TABLE (municipality_id integer, stock bigint, verified bigint, everything bigint, gross bigint, net bigint,
               off_market bigint, is_example boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS $$
WITH known AS (
    SELECT u.id, u.municipality_id, u.verified_on, u.is_example, s.state
    FROM register.units u
    LEFT JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.during @> day
    WHERE u.municipality_id IN
            (SELECT t.municipality_id FROM register.town_settings t WHERE t.rates_public AND t.municipality_id = ANY (towns))
      AND day < current_date AND extract(day FROM day + 1) = 1 AND extract(month FROM day) IN (3, 6, 9, 12)
      AND u.is_ground_floor_frontage AND u.during @> day AND s.state IS DISTINCT FROM 'ENTFALLEN'
), confirmed AS (
    SELECT k.id FROM known k WHERE k.verified_on > day - 366 AND k.verified_on <= day
    UNION
    SELECT c.unit_id FROM register.unit_confirmations c JOIN known k ON k.id = c.unit_id
    WHERE c.on_day > day - 366 AND c.on_day <= day
    UNION
    SELECT o.unit_id FROM register.occupancy_spells o JOIN known k ON k.id = o.unit_id
    WHERE o.observed_on > day - 366 AND o.observed_on <= day
), counted AS (
    SELECT k.municipality_id, count(k.state) AS stock, count(c.id) FILTER (WHERE k.state IS NOT NULL) AS verified,
           count(*) AS everything, bool_or(k.is_example) AS is_example,
           count(*) FILTER (WHERE k.state IN ('LEER', 'ZWISCHENGENUTZT', 'LEER_VERMIETET')) AS gross,
           count(*) FILTER (WHERE k.state = 'LEER') AS net,
           count(*) FILTER (WHERE k.state = 'NICHT_MARKTAKTIV') AS off_market
    FROM known k LEFT JOIN confirmed c ON c.id = k.id
    GROUP BY k.municipality_id HAVING count(k.state) >= 10
), judged AS (
    SELECT c.*, c.verified >= 0.7 * c.everything AND c.net NOT BETWEEN 1 AND 4
                AND c.stock - c.net NOT BETWEEN 1 AND 4 AS tells_net
    FROM counted c
)
SELECT j.municipality_id, j.stock, j.verified, j.everything,
       CASE WHEN j.tells_net AND j.gross - j.net NOT BETWEEN 1 AND 4 AND j.stock - j.gross NOT BETWEEN 1 AND 4
            THEN j.gross END,
       CASE WHEN j.tells_net THEN j.net END,
       CASE WHEN j.tells_net AND j.off_market NOT BETWEEN 1 AND 4
                 AND j.stock - j.net - j.off_market NOT BETWEEN 1 AND 4 THEN j.off_market END,
       j.is_example
FROM judged j
$$;
REVOKE ALL ON FUNCTION published.town_rates(date, integer[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION published.town_rates(date, integer[]) TO reg_public, reg_staff;
GRANT SELECT ON published.rate_towns TO reg_public, reg_staff;
"""


def upgrade() -> None:
    op.execute(_SETTING)
    op.execute(_TOWNS)
    op.execute(_RATES)


def downgrade() -> None:
    op.execute("DROP FUNCTION published.town_rates(date, integer[])")
    op.execute("DROP VIEW published.rate_towns")
    op.execute("ALTER TABLE register.town_settings DROP COLUMN rates_public")
