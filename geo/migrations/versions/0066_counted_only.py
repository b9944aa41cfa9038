"""What a town lets count without showing it: sums of units of level 1, from five on, that name none of them.

`published.counted_only` runs under its owner's rights, as the public may not read a town's rows, and answers for ends of
quarters only. It counts what stands on level 1 or above and is not shown one by one (what is shown is in the public list:
a sum of both would tell of the rest by subtraction). A number is told where every part that can be had by adding and
subtracting the town's numbers is empty or has five units or more: zones are taken largest first, and one that would
leave one to four units beside, inside or between the others is left out; so are sizes. A town whose rate is public,
which counts the units of level 0 too, tells nothing while these are one to four. Zones are named that a council has
resolved, or that stand on the street's signs; a town's own survey areas and quarters are its own.
"""

from alembic import op

revision = "0066"
down_revision = "0065"

_TOWNS = """
CREATE INDEX units_counted_idx ON register.units (municipality_id) WHERE publication_level >= 1;
CREATE VIEW published.counted_towns AS
SELECT m.id AS municipality_id, m.ags::text AS ags, m.name
FROM (SELECT u.municipality_id FROM register.units u WHERE u.publication_level >= 1
      GROUP BY u.municipality_id HAVING count(*) >= 5) c
JOIN register.municipalities m ON m.id = c.municipality_id
"""

# For each unit the part that it is in, and whether it is in one more set: does the set leave no part of one to four?
_PARTS = """
CREATE FUNCTION register.parts_with(parts text[], inside boolean[]) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN bool_and(n >= 5) THEN
        ARRAY(SELECT part || CASE WHEN is_in THEN '1' ELSE '0' END
              FROM unnest(parts, inside) WITH ORDINALITY AS u(part, is_in, number) ORDER BY number) END
    FROM (SELECT count(*) AS n FROM unnest(parts, inside) AS u(part, is_in) GROUP BY part, is_in) found
$$;
"""

_COUNTED = """
CREATE FUNCTION published.counted_only(day date, towns integer[])
RETURNS TABLE (municipality_id integer, zone_id integer, zone text, zone_kind text, size_class integer, units integer,
               is_example boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET jit = off AS $$
#variable_conflict use_column
DECLARE
    town integer;
    known record;
    candidate record;
    parts text[];
    wider text[];
BEGIN
    IF NOT (day < current_date AND extract(day FROM day + 1) = 1 AND extract(month FROM day) IN (3, 6, 9, 12)) THEN
        RETURN;
    END IF;
    FOREACH town IN ARRAY towns LOOP
        SELECT array_agg(e.size_class ORDER BY e.id) FILTER (WHERE e.counts) AS sizes,
               array_agg(e.point ORDER BY e.id) FILTER (WHERE e.counts) AS points,
               count(*) FILTER (WHERE e.counts)::integer AS n, bool_or(e.is_example) FILTER (WHERE e.counts) AS made_up,
               count(*) FILTER (WHERE e.publication_level = 0) AS hidden
        INTO known FROM (
            SELECT u.id, u.publication_level, u.is_example, p.point,
                   width_bucket(u.area_total_m2, ARRAY[0, 50, 100, 200, 400, 800]::numeric[]) AS size_class,
                   u.publication_level >= 1 AND NOT (u.publication_level >= 2
                       AND u.published_during @> current_date AND u.during @> current_date
                       AND s.during && u.published_during) AS counts
            FROM register.units u
            JOIN register.places p ON p.id = u.place_id
            JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.during @> day
                AND s.state IN ('LEER', 'ZWISCHENGENUTZT', 'DROHEND')
            WHERE u.municipality_id = town AND u.during @> day
        ) e;
        CONTINUE WHEN known.n < 5 OR (known.hidden BETWEEN 1 AND 4 AND EXISTS (
            SELECT FROM register.town_settings t WHERE t.municipality_id = town AND t.rates_public));
        RETURN QUERY SELECT town, NULL::integer, NULL::text, NULL::text, NULL::integer, known.n, known.made_up;

        parts := array_fill(''::text, ARRAY[known.n]);
        FOR candidate IN
            SELECT c.size, count(*)::integer AS n FROM unnest(known.sizes) AS c(size)
            WHERE c.size IS NOT NULL GROUP BY c.size ORDER BY 2 DESC, 1
        LOOP
            wider := register.parts_with(parts, ARRAY(SELECT c.size IS NOT DISTINCT FROM candidate.size
                FROM unnest(known.sizes) WITH ORDINALITY AS c(size, number) ORDER BY c.number));
            IF wider IS NOT NULL THEN
                parts := wider;
                RETURN QUERY SELECT town, NULL::integer, NULL::text, NULL::text, candidate.size, candidate.n, known.made_up;
            END IF;
        END LOOP;

        parts := array_fill(''::text, ARRAY[known.n]);
        FOR candidate IN
            SELECT z.id, z.name, z.kind, i.inside, i.n FROM register.zones z
            CROSS JOIN LATERAL (
                SELECT array_agg(ST_Covers(z.outline, c.point) ORDER BY c.number) AS inside,
                       count(*) FILTER (WHERE ST_Covers(z.outline, c.point))::integer AS n
                FROM unnest(known.points) WITH ORDINALITY AS c(point, number)) i
            WHERE z.municipality_id = town AND z.during @> day AND i.n >= 5
                AND z.kind IN ('ZENTRALER_VERSORGUNGSBEREICH', 'FUSSGAENGERZONE', 'SANIERUNGSGEBIET', 'VORKAUFSSATZUNG',
                               'STAEDTEBAUFOERDERGEBIET', 'BEBAUUNGSPLAN')
            ORDER BY i.n DESC, z.id
        LOOP
            wider := register.parts_with(parts, candidate.inside);
            IF wider IS NOT NULL THEN
                parts := wider;
                RETURN QUERY SELECT town, candidate.id, candidate.name, candidate.kind, NULL::integer, candidate.n,
                                    known.made_up;
            END IF;
        END LOOP;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION register.parts_with(text[], boolean[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION published.counted_only(date, integer[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION published.counted_only(date, integer[]) TO reg_public, reg_staff;
GRANT SELECT ON published.counted_towns TO reg_public, reg_staff;
"""


def upgrade() -> None:
    op.execute(_TOWNS)
    op.execute(_PARTS)
    op.execute(_COUNTED)


def downgrade() -> None:
    op.execute("DROP FUNCTION published.counted_only(date, integer[])")
    op.execute("DROP FUNCTION register.parts_with(text[], boolean[])")
    op.execute("DROP VIEW published.counted_towns")
    op.execute("DROP INDEX register.units_counted_idx")
