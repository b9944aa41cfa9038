"""1,000,000 made-up units over the real municipalities of Thuringia, by set-based SQL, the same at every run.

Two units at each of 500,000 places; half the places of a town lie within a few hundred metres, along named streets.
Erfurt has 100,000 units, the smallest village some hundred. Chance is a hash of the row's number and a word, not
`random()`, so that no plan and no order of rows changes what comes out.
"""

UNITS = 1_000_000
LARGE_TOWN = "16051000"  # Erfurt
LARGE_TOWN_UNITS = 100_000
SEED = 20_231_115

# A number from 0 to 1 that depends on a row and a word alone.
CHANCE = f"""
CREATE FUNCTION pg_temp.chance(number bigint, word text) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ((hashint8extended(number, hashtextextended(word, {SEED})) >> 11) & 4503599627370495)::float8 / 4503599627370496.0
$$;
CREATE FUNCTION pg_temp.bell(number bigint, word text) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT pg_temp.chance(number, word || '1') + pg_temp.chance(number, word || '2') + pg_temp.chance(number, word || '3')
         + pg_temp.chance(number, word || '4') - 2
$$;
CREATE FUNCTION pg_temp.level(unit bigint) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN pg_temp.chance(unit, 'state') >= 0.27 OR pg_temp.chance(unit, 'level') > 0.9 THEN 0
        WHEN pg_temp.chance(unit, 'level') > 0.72 THEN 2 WHEN pg_temp.chance(unit, 'level') > 0.36 THEN 3 ELSE 4 END::smallint
$$;
"""

# Each town with its first and last place; its middle in metres.
TOWNS = f"""
CREATE TEMP TABLE towns AS
WITH ranked AS (
    SELECT m.id, m.ags, m.name, row_number() OVER (ORDER BY md5(m.ags || '{SEED}')) AS rank
    FROM register.municipalities m WHERE m.ags <> '{LARGE_TOWN}'
), weighed AS (
    SELECT id, ags, name, (rank + 20.0) ^ -0.8 / sum((rank + 20.0) ^ -0.8) OVER () AS share, rank FROM ranked
    UNION ALL SELECT m.id, m.ags, m.name, 0, 0 FROM register.municipalities m WHERE m.ags = '{LARGE_TOWN}'
), counted AS (
    SELECT *, CASE WHEN rank = 0 THEN {LARGE_TOWN_UNITS // 2} ELSE
        round({(UNITS - LARGE_TOWN_UNITS) // 2} * sum(share) OVER (ORDER BY rank))
        - round({(UNITS - LARGE_TOWN_UNITS) // 2} * (sum(share) OVER (ORDER BY rank) - share)) END::int AS places
    FROM weighed
)
SELECT c.id, c.ags, c.name, c.places, sum(c.places) OVER (ORDER BY c.rank) - c.places + 1 AS first,
       sum(c.places) OVER (ORDER BY c.rank) AS last,
       ST_X(middle.point) AS easting, ST_Y(middle.point) AS northing, 15 * sqrt(c.places) + 60 AS spread_m
FROM counted c
JOIN register.municipality_outlines o ON o.municipality_id = c.id AND o.during @> current_date
CROSS JOIN LATERAL (SELECT ST_Transform(ST_PointOnSurface(o.outline), 25832) AS point) middle;
"""

_FIRST = "ARRAY['Markt','Erfurter ','Johannis','Lange ','Breite ','Neu','Ober','Unter','Kirch','Rosen','Linden','Brücken','Mühl','Tor','Schloss','Berg','Garten','Wasser','Fischer','Gerber','Bäcker','Töpfer','Schul','Kloster','Augustiner','Prediger','Michaelis','Pergamenter','Weimarische ','Arnstädter ']"
_LAST = "ARRAY['straße','gasse','weg','platz','ring','hof','allee','ufer']"
_BEFORE = "ARRAY['','Alte ','Kleine ','Hintere ','Vordere ','Große ','Obere ','Untere ']"

# Whoever may show no address is shown by the cell of the fixed grid.
PLACES = f"""
INSERT INTO register.places (id, municipality_id, street, house_number, postcode, locality, point, public_point, outside_m)
SELECT k, t.id, ({_BEFORE})[1 + s.street / 240 % 8] || ({_FIRST})[1 + (s.street + t.id) % 30] || ({_LAST})[1 + s.street / 30 % 8],
       (1 + s.house) || CASE WHEN pg_temp.chance(k, 'letter') < 0.1 THEN 'a' ELSE '' END,
       (99000 + t.id % 900)::text, t.name, ST_Transform(spot.point, 4326), ST_Transform(CASE WHEN spot.level >= 3 THEN spot.point
           ELSE ST_SetSRID(ST_MakePoint(floor(ST_X(spot.point) / 100) * 100 + 50, floor(ST_Y(spot.point) / 100) * 100 + 50), 25832)
           END, 4326), 0
FROM towns t
CROSS JOIN LATERAL generate_series(t.first, t.last) k
CROSS JOIN LATERAL (SELECT ((k - t.first) / 25)::int AS street, ((k - t.first) % 25)::int AS house) s
CROSS JOIN LATERAL (SELECT pg_temp.chance(t.id * 100000 + s.street, 'angle') * 2 * pi() AS angle) a
CROSS JOIN LATERAL (SELECT ST_SetSRID(ST_MakePoint(
    t.easting + t.spread_m * pg_temp.bell(t.id * 100000 + s.street, 'x') + cos(a.angle) * (s.house - 12) * 12 + 4 * pg_temp.bell(k, 'x'),
    t.northing + t.spread_m * pg_temp.bell(t.id * 100000 + s.street, 'y') + sin(a.angle) * (s.house - 12) * 12 + 4 * pg_temp.bell(k, 'y')
    ), 25832) AS point, coalesce(least(nullif(pg_temp.level(2 * k - 1), 0), nullif(pg_temp.level(2 * k), 0)), 2) AS level) spot
ORDER BY k;
"""

# What is empty is on offer in nine of ten cases: one fifth by street only, the rest by address, half of that with a rent.
UNITS_SQL = """
INSERT INTO register.units (id, municipality_id, place_id, during, name, object_type, floor, is_ground_floor_frontage,
    area_total_m2, area_sales_m2, frontage_m, windows_n, entrance, accessible, equipment, condition, location_class,
    verified_on, verified_by_kind, publication_level, published_during, consent_kind, public_title, public_text, rent_eur_m2)
SELECT n, p.municipality_id, p.id, daterange(NULL, NULL),
       CASE WHEN pg_temp.chance(n, 'named') < 0.15 THEN (ARRAY['Eckladen','Passage','Hinterhaus','Alte Post','Ratskeller'])[1 + n % 5] END,
       c.object_type, (n + 1) % 2, n % 2 = 1, c.area, round(c.area * 0.7), round((4 + 8 * pg_temp.chance(n, 'front'))::numeric, 1),
       1 + n % 4, (ARRAY['EBENERDIG','STUFE_1','STUFEN','RAMPE'])[1 + n % 4],
       (ARRAY['JA','TEILWEISE','NEIN','UNBEKANNT'])[1 + n / 3 % 4],
       CASE WHEN pg_temp.chance(n, 'equipped') < 0.5 THEN ARRAY['WC','KELLER'] ELSE ARRAY[]::text[] END,
       1 + n % 5, (ARRAY['A','B','C','RAND'])[1 + n / 7 % 4],
       CASE WHEN pg_temp.chance(n, 'verified') < 0.8 THEN DATE '2025-06-01' - (900 * pg_temp.chance(n, 'verified_on'))::int END,
       CASE WHEN pg_temp.chance(n, 'verified') < 0.8 THEN 'BEGEHUNG' END,
       c.level, CASE WHEN c.level >= 2 THEN daterange('2025-01-01', '2037-01-01') END, CASE WHEN c.level >= 3 THEN 'KOMMUNAL' END,
       CASE WHEN c.level >= 3 AND n % 3 = 0 THEN 'Helle Räume in guter Lage' END,
       CASE WHEN c.level >= 3 THEN 'Ladenlokal mit großem Schaufenster in der Innenstadt, frei nach Vereinbarung.' END,
       CASE WHEN c.level = 4 THEN round((4 + 9 * pg_temp.chance(n, 'rent'))::numeric, 2) END
FROM register.places p
CROSS JOIN LATERAL (VALUES (2 * p.id - 1), (2 * p.id)) AS u(n)
CROSS JOIN LATERAL (SELECT
    CASE WHEN n % 2 = 1 THEN (ARRAY['LADEN_EG','LADEN_EG','LADEN_EG','GASTRO','WERKSTATT'])[1 + n / 2 % 5]
         ELSE (ARRAY['WOHNUNG','BUERO_PRAXIS','LADEN_OG','WOHNUNG'])[1 + n / 2 % 4] END AS object_type,
    round((25 + 400 * pg_temp.chance(n, 'area') ^ 3)::numeric, 1) AS area,
    pg_temp.level(n) AS level) c
ORDER BY n;
"""

# Used until a day, then as it is now; a third has an earlier use before that.
SPELLS = """
INSERT INTO register.occupancy_spells (id, unit_id, municipality_id, during, start_precision, state, occupant, sortiment, source)
SELECT row_number() OVER (ORDER BY u.id, s.part), u.id, u.municipality_id, s.during, s.precision, s.state,
       CASE WHEN s.state IN ('GENUTZT', 'DROHEND') THEN
           (ARRAY['Bäckerei','Buchhandlung','Café','Friseur','Optik','Schuhhaus','Mode','Apotheke','Blumen','Uhren'])[1 + (u.id + s.part) % 10]
           || ' ' || (ARRAY['Müller','Schmidt','Weber','Koch','Vogel','Sommer','Winkler','Hahn','Engel','Lorenz','Kaiser'])[1 + (u.id / 10 + s.part) % 11] END,
       CASE WHEN s.state = 'GENUTZT' THEN
           (ARRAY['LEBENSMITTELHANDWERK','BUECHER','GASTRONOMIE','DIENSTLEISTUNG','OPTIK','SCHUHE','BEKLEIDUNG','APOTHEKE','BLUMEN','UHREN_SCHMUCK'])[1 + (u.id + s.part) % 10] END,
       'Messung'
FROM register.units u
CROSS JOIN LATERAL (SELECT DATE '2025-01-01' - 30 - (2500 * pg_temp.chance(u.id, 'since') ^ 2)::int AS since,
                           pg_temp.chance(u.id, 'state') AS state) c
CROSS JOIN LATERAL (VALUES
    (1, daterange(DATE '1995-01-01', c.since - 1500), 'JAHR', CASE WHEN u.id % 7 = 0 THEN 'LEER' ELSE 'GENUTZT' END),
    (2, daterange(CASE WHEN u.id % 3 = 0 THEN c.since - 1500 ELSE DATE '1998-07-01' END, c.since), 'MONAT', 'GENUTZT'),
    (3, daterange(c.since, NULL), 'TAG',
        CASE WHEN c.state < 0.24 THEN 'LEER' WHEN c.state < 0.26 THEN 'ZWISCHENGENUTZT' WHEN c.state < 0.27 THEN 'DROHEND'
             WHEN c.state < 0.285 THEN 'IM_UMBAU' WHEN c.state < 0.29 THEN 'NICHT_MARKTAKTIV' ELSE 'GENUTZT' END)
) AS s(part, during, precision, state)
WHERE s.part <> 1 OR u.id % 3 = 0
ORDER BY 1;
"""

IDENTITIES = """
SELECT setval(pg_get_serial_sequence('register.places', 'id'), (SELECT max(id) FROM register.places)),
       setval(pg_get_serial_sequence('register.units', 'id'), (SELECT max(id) FROM register.units)),
       setval(pg_get_serial_sequence('register.occupancy_spells', 'id'), (SELECT max(id) FROM register.occupancy_spells));
"""

# An index of 2.3 million rows is made at once in a fraction of the time that it takes row by row.
NO_OVERLAP = "occupancy_spells_no_overlap"

STEPS = (CHANCE, TOWNS, PLACES, UNITS_SQL, SPELLS, IDENTITIES)
