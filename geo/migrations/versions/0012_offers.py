"""What is on offer, ready for the map: the public text of each offer, and the offers counted by cell.

`register.offers` holds a row for each unit that may be published and each of its empty spells, made from public columns
alone, whatever day it is: the days stand beside it, so that a publication begins and ends without a write. Triggers
of the tables that it is made from keep it, set by set, in the same transaction. `register.offer_cells` counts what is
shown today in the cells of the map; counts are only ever added, so that no town waits for another one, and now and then
put together. `register.offer_changes` says that something has changed, by one row for each writer at a time.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from geo.migrations.sql import derived
from geo.vacancies import codes

revision = "0012"
down_revision = "0011"

# Names of the codes that a map's text has; a test compares them with `geo.vacancies.codes`.
LABELS: dict[str, Mapping[Any, tuple[str, str]]] = {
    "object_type": codes.OBJECT_TYPES, "state": codes.STATES, "size_class": codes.SIZE_CLASSES,
}  # fmt: skip
# Cells of 64 pixels at the zooms 6 to 14 of the map: two levels further down in the usual pyramid of tiles.
LEVELS = (8, 16)

_TABLES = """
CREATE TABLE register.offers (
    spell_id integer NOT NULL,
    unit_id integer NOT NULL,
    municipality_id integer NOT NULL,
    municipality text NOT NULL,
    ags text NOT NULL,
    street text NOT NULL,
    number integer NOT NULL,
    since date NOT NULL,
    until date NOT NULL,
    shown_from date NOT NULL,
    shown_until date NOT NULL,
    published_until date NOT NULL,
    point geometry(Point,4326) NOT NULL,
    cell_x integer NOT NULL,
    cell_y integer NOT NULL,
    object_type text NOT NULL,
    floor smallint,
    area_total_m2 numeric,
    size_class integer,
    accessible text NOT NULL,
    entrance text,
    search text NOT NULL,
    map_de text NOT NULL,
    map_en text NOT NULL,
    feature_de text NOT NULL,
    feature_en text NOT NULL,
    CONSTRAINT offers_pkey PRIMARY KEY (spell_id)
);
CREATE INDEX offers_unit_id_idx ON register.offers (unit_id);
CREATE INDEX offers_order_idx ON register.offers (municipality, street, number, unit_id);
CREATE INDEX offers_ags_idx ON register.offers (ags);
CREATE INDEX offers_point_idx ON register.offers USING gist (point);
CREATE INDEX offers_search_idx ON register.offers USING gin (search gin_trgm_ops);

CREATE TABLE register.offer_cells (
    level smallint NOT NULL,
    x integer NOT NULL,
    y integer NOT NULL,
    day date NOT NULL,
    offers bigint NOT NULL,
    longitudes bigint NOT NULL,
    latitudes bigint NOT NULL,
    is_settled boolean DEFAULT false NOT NULL
);
CREATE INDEX offer_cells_cell_idx ON register.offer_cells (level, x, y);
CREATE INDEX offer_cells_loose_idx ON register.offer_cells (level) WHERE NOT is_settled;

CREATE TABLE register.offer_changes (
    writer integer NOT NULL,
    changes bigint NOT NULL,
    CONSTRAINT offer_changes_pkey PRIMARY KEY (writer)
);

CREATE TABLE register.code_names (
    list text NOT NULL,
    code text NOT NULL,
    name_de text NOT NULL,
    name_en text NOT NULL,
    CONSTRAINT code_names_pkey PRIMARY KEY (list, code)
);
"""

# The functions write numbers and days as the pages do (`webapp.vacancies.present`); a test compares both.
_WORDS = """
CREATE FUNCTION register.code_name(list text, code text, english boolean) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN english THEN n.name_en ELSE n.name_de END FROM register.code_names n
    WHERE n.list = code_name.list AND n.code = code_name.code
$$;

CREATE FUNCTION register.area_in_words(area numeric, english boolean) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN english THEN t.number ELSE translate(t.number, ',.', '.,') END || E'\\u00a0m²'
    FROM (SELECT rtrim(to_char(round(area, 1), 'FM999,999,990.9'), '.') AS number) t
$$;

CREATE FUNCTION register.day_in_words(day date, exact text, english boolean) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE exact
        WHEN 'TAG' THEN extract(day FROM day) || CASE WHEN english THEN ' ' ELSE '. ' END || m.name || ' ' || y.number
        WHEN 'MONAT' THEN m.name || ' ' || y.number
        WHEN 'JAHR' THEN y.number
        ELSE CASE WHEN english THEN 'before ' ELSE 'vor ' END || CASE
            WHEN extract(month FROM day) = 1 AND extract(day FROM day) = 1 THEN y.number
            ELSE CASE WHEN english THEN '' ELSE 'dem ' END
                || extract(day FROM day) || CASE WHEN english THEN ' ' ELSE '. ' END || m.name || ' ' || y.number END
        END
    FROM (SELECT (CASE WHEN english
            THEN ARRAY['January','February','March','April','May','June','July','August','September','October',
                'November','December']
            ELSE ARRAY['Januar','Februar','März','April','Mai','Juni','Juli','August','September','Oktober',
                'November','Dezember'] END)[extract(month FROM day)::int] AS name) m,
         (SELECT extract(year FROM day)::text AS number) y
$$;
"""

# What the public may see of an offer, whatever day it is: the view `published.vacancies` without its conditions of days.
_OFFERED = """
SELECT u.id, u.municipality_id, m.name AS municipality, m.ags::text AS ags, u.object_type, u.floor,
       u.publication_level,
       CASE WHEN c.exact THEN u.public_title END AS title,
       CASE WHEN c.exact THEN u.public_title_en END AS title_en,
       CASE WHEN c.exact THEN u.public_text END AS description,
       CASE WHEN c.exact THEN u.public_text_en END AS description_en,
       p.street, CASE WHEN c.exact THEN p.house_number END AS house_number,
       p.postcode::text AS postcode, p.locality, p.public_point AS point,
       width_bucket(u.area_total_m2, ARRAY[0, 50, 100, 200, 400, 800]::numeric[]) AS size_class,
       CASE WHEN c.exact THEN u.area_total_m2 END AS area_total_m2,
       CASE WHEN c.exact THEN u.area_sales_m2 END AS area_sales_m2,
       CASE WHEN c.exact THEN u.area_side_m2 END AS area_side_m2,
       CASE WHEN c.exact THEN u.area_storage_m2 END AS area_storage_m2,
       CASE WHEN c.exact THEN u.divisible_from_m2 END AS divisible_from_m2,
       CASE WHEN c.exact THEN u.frontage_m END AS frontage_m,
       CASE WHEN c.exact THEN u.windows_n END AS windows_n,
       CASE WHEN c.exact THEN u.clear_height_m END AS clear_height_m,
       CASE WHEN c.exact THEN u.entrance END AS entrance,
       u.accessible, CASE WHEN c.exact THEN nullif(u.equipment, '{}') END AS equipment,
       CASE WHEN u.publication_level >= 4 THEN u.rent_eur_m2 END AS rent_eur_m2,
       CASE WHEN c.exact THEN u.verified_on END AS verified_on,
       s.id AS spell_id, s.state, lower(s.during) AS empty_since, s.start_precision, s.during,
       u.published_during, u.during AS unit_during, u.is_example
FROM register.units u
CROSS JOIN LATERAL (SELECT u.publication_level >= 3 AS exact) c
JOIN register.places p ON p.id = u.place_id
JOIN register.municipalities m ON m.id = u.municipality_id
JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.state IN ('LEER', 'ZWISCHENGENUTZT', 'DROHEND')
    AND s.during && u.published_during
WHERE u.publication_level >= 2
"""


def _texts(language: str) -> str:
    """The two texts of an offer in a language; `url` stands last in both, so that a day can be put behind it."""
    english = language == "en"
    flag = "true" if english else "false"
    since, path, own = (
        ("vacant since ", "/en/leerstand/", "o.title_en") if english else ("leer seit ", "/leerstand/", "o.title")
    )
    return f"""
CROSS JOIN LATERAL (
    SELECT coalesce(nullif({own}, ''),
               concat_ws(', ', register.code_name('object_type', o.object_type, {flag}), nullif(a.address, ''))) AS heading,
           register.code_name('state', o.state, {flag}) AS status_label,
           concat_ws(' · ',
               coalesce(register.area_in_words(o.area_total_m2, {flag}),
                   register.code_name('size_class', o.size_class::text, {flag})),
               CASE WHEN o.state <> 'DROHEND'
                   THEN '{since}' || register.day_in_words(o.empty_since, o.start_precision, {flag}) END) AS note,
           '{path}' || o.id AS url
) w_{language}
CROSS JOIN LATERAL (
    SELECT json_strip_nulls(row_to_json(r))::text AS properties FROM (SELECT o.id, w_{language}.heading AS title, a.subtitle,
        'vacancies' AS kind, o.state AS status, w_{language}.status_label, w_{language}.note, o.is_example, w_{language}.url) r
) map_{language}
CROSS JOIN LATERAL (
    SELECT json_strip_nulls(row_to_json(r))::text AS properties FROM (SELECT o.id, w_{language}.heading AS title, a.subtitle,
        'vacancies' AS kind, o.state AS status, w_{language}.status_label, w_{language}.note, o.municipality, o.ags,
        o.object_type, o.floor, o.publication_level, o.title_en, o.description, o.description_en, o.street,
        o.house_number, o.postcode, o.locality, o.size_class, o.area_total_m2, o.area_sales_m2, o.area_side_m2,
        o.area_storage_m2, o.divisible_from_m2, o.frontage_m, o.windows_n, o.clear_height_m, o.entrance, o.accessible,
        o.equipment, o.rent_eur_m2, o.verified_on, o.state, o.empty_since, o.start_precision, o.is_example,
        w_{language}.url) r
) feature_{language}
"""


_ROWS = f"""
CREATE VIEW register.offer_rows AS
SELECT o.spell_id, o.id AS unit_id, o.municipality_id, o.municipality, o.ags, coalesce(o.street, '') AS street,
       coalesce(substring(o.house_number FROM '^[0-9]{{1,6}}'), '0')::integer AS number,
       lower(o.during) AS since, coalesce(upper(o.during), 'infinity') AS until,
       greatest(lower(o.published_during), lower(o.unit_during)) AS shown_from,
       least(upper(o.published_during), upper(o.unit_during)) AS shown_until, upper(o.published_during) AS published_until,
       o.point, floor((ST_X(o.point) + 180) / 360 * 65536)::integer AS cell_x,
       floor((1 - asinh(tan(radians(ST_Y(o.point)))) / pi()) / 2 * 65536)::integer AS cell_y,
       o.object_type, o.floor, o.area_total_m2, o.size_class, o.accessible, o.entrance,
       lower(concat_ws(' ', o.title, o.title_en, o.street, o.house_number, o.postcode, o.locality, o.municipality))
           AS search,
       a.head || map_de.properties || '}}' AS map_de, a.head || map_en.properties || '}}' AS map_en,
       a.head || feature_de.properties || '}}' AS feature_de, a.head || feature_en.properties || '}}' AS feature_en
FROM ({_OFFERED}) o
CROSS JOIN LATERAL (
    SELECT coalesce(nullif(concat_ws(' ', o.street, o.house_number), ''), o.locality, '') AS address) s
CROSS JOIN LATERAL (
    SELECT s.address, concat_ws(', ', nullif(s.address, ''), nullif(concat_ws(' ', o.postcode, o.municipality), ''))
               AS subtitle,
           '{{"type":"Feature","id":' || o.id || ',"geometry":' || ST_AsGeoJSON(o.point, 6) || ',"properties":' AS head) a
{_texts("de")}{_texts("en")}
"""

# Counted from the day on which it is shown to the day on which it is shown no more; a day that has come counts at once.
_CELLS = f"""
CREATE FUNCTION register.count_offers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    writer integer := 0;
BEGIN
    IF NOT EXISTS (SELECT FROM changed) THEN RETURN NULL; END IF;
    INSERT INTO register.offer_cells (level, x, y, day, offers, longitudes, latitudes)
    SELECT l.level, c.cell_x >> ({LEVELS[1]} - l.level), c.cell_y >> ({LEVELS[1]} - l.level), e.day,
           sum(e.sign * TG_ARGV[0]::integer), sum(e.sign * TG_ARGV[0]::integer * round(ST_X(c.point) * 1000000)),
           sum(e.sign * TG_ARGV[0]::integer * round(ST_Y(c.point) * 1000000))
    FROM changed c
    CROSS JOIN LATERAL (SELECT greatest(c.since, c.shown_from) AS first, least(c.until, c.shown_until) AS gone) s
    CROSS JOIN LATERAL (VALUES
        (1, CASE WHEN s.first > current_date THEN s.first ELSE DATE '-infinity' END),
        (-1, CASE WHEN s.gone > current_date THEN s.gone ELSE DATE '-infinity' END)) AS e(sign, day)
    CROSS JOIN generate_series({LEVELS[0]}, {LEVELS[1]}) AS l(level)
    WHERE s.first < s.gone
    GROUP BY 1, 2, 3, 4
    HAVING sum(e.sign) <> 0;
    -- One row for each writer at a time: nobody waits, and the sum of what a reader sees grows with every change.
    WHILE NOT pg_try_advisory_xact_lock(7125402, writer) LOOP writer := writer + 1; END LOOP;
    INSERT INTO register.offer_changes AS c (writer, changes) VALUES (writer, 1)
    ON CONFLICT ON CONSTRAINT offer_changes_pkey DO UPDATE SET changes = c.changes + 1;
    IF (SELECT count(*) FROM (SELECT FROM register.offer_cells WHERE NOT is_settled LIMIT 2000) loose) = 2000 THEN
        PERFORM register.settle_offer_cells();
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION register.settle_offer_cells() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(7125403) THEN RETURN; END IF; -- somebody is at it
    WITH loose AS (
        DELETE FROM register.offer_cells WHERE NOT is_settled OR (is_settled AND day <= current_date AND day > '-infinity')
        RETURNING *
    ), added AS (
        SELECT level, x, y, CASE WHEN day <= current_date THEN DATE '-infinity' ELSE day END AS day,
               sum(offers) AS offers, sum(longitudes) AS longitudes, sum(latitudes) AS latitudes
        FROM loose GROUP BY 1, 2, 3, 4
    ), known AS (
        DELETE FROM register.offer_cells k USING added a
        WHERE k.is_settled AND (k.level, k.x, k.y, k.day) = (a.level, a.x, a.y, a.day)
            AND NOT (k.day <= current_date AND k.day > '-infinity')
        RETURNING k.*
    )
    INSERT INTO register.offer_cells
    SELECT level, x, y, day, sum(offers), sum(longitudes), sum(latitudes), true
    FROM (SELECT * FROM added UNION ALL SELECT level, x, y, day, offers, longitudes, latitudes FROM known) both_
    GROUP BY 1, 2, 3, 4
    HAVING sum(offers) <> 0 OR sum(longitudes) <> 0 OR sum(latitudes) <> 0;
END $$;
"""

_REFRESH = """
CREATE FUNCTION register.refresh_offers(units integer[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    part integer[];
    wanted register.offers[];
BEGIN
    FOR start IN 1 .. coalesce(cardinality(units), 0) BY 2000 LOOP
        part := units[start : start + 1999];
        SELECT coalesce(array_agg(ROW(r.*)::register.offers), '{}') INTO wanted
        FROM register.offer_rows r WHERE r.unit_id = ANY (part);
        DELETE FROM register.offers o WHERE o.unit_id = ANY (part) AND NOT EXISTS (
            SELECT FROM unnest(wanted) w WHERE w.spell_id = o.spell_id AND w IS NOT DISTINCT FROM o);
        INSERT INTO register.offers
        SELECT w.* FROM unnest(wanted) w WHERE NOT EXISTS (SELECT FROM register.offers o WHERE o.spell_id = w.spell_id);
    END LOOP;
END $$;

CREATE FUNCTION register.offers_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    units integer[];
BEGIN
    CASE TG_TABLE_NAME
        WHEN 'units' THEN
            SELECT array_agg(DISTINCT c.id) INTO units FROM changed c
            WHERE c.publication_level >= 2 OR EXISTS (SELECT FROM register.offers o WHERE o.unit_id = c.id);
        WHEN 'occupancy_spells' THEN
            SELECT array_agg(DISTINCT c.unit_id) INTO units FROM changed c
            WHERE EXISTS (SELECT FROM register.units u WHERE u.id = c.unit_id AND u.publication_level >= 2)
                OR EXISTS (SELECT FROM register.offers o WHERE o.spell_id = c.id);
        WHEN 'places' THEN
            SELECT array_agg(u.id) INTO units FROM changed c
            JOIN register.units u ON u.place_id = c.id AND u.publication_level >= 2;
        ELSE
            SELECT array_agg(u.id) INTO units FROM changed c JOIN before b ON b.id = c.id
            JOIN register.units u ON u.municipality_id = c.id AND u.publication_level >= 2
            WHERE (c.name, c.ags) IS DISTINCT FROM (b.name, b.ags);
    END CASE;
    PERFORM register.refresh_offers(units);
    RETURN NULL;
END $$;

CREATE FUNCTION register.rebuild_offers() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM register.offers;
    DELETE FROM register.offer_cells;
    INSERT INTO register.offers SELECT * FROM register.offer_rows;
    PERFORM register.settle_offer_cells();
END $$;
"""

_TRIGGERS = """
CREATE TRIGGER offers_counted AFTER INSERT ON register.offers
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION register.count_offers('1');
CREATE TRIGGER offers_uncounted AFTER DELETE ON register.offers
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION register.count_offers('-1');
CREATE TRIGGER municipalities_offers AFTER UPDATE ON register.municipalities
    REFERENCING OLD TABLE AS before NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION register.offers_follow();
"""
_ALL = ("INSERT", "UPDATE", "DELETE")
_EVENTS = {"places": ("UPDATE",), "units": _ALL, "occupancy_spells": _ALL}

_VIEWS = {
    "offers": """
        SELECT o.unit_id, o.municipality, o.ags, o.street, o.number, o.since, o.until, o.published_until, o.point,
               o.cell_x, o.cell_y, o.object_type, o.floor, o.area_total_m2, o.size_class, o.accessible, o.entrance, o.search,
               o.map_de, o.map_en, o.feature_de, o.feature_en
        FROM register.offers o
        WHERE o.shown_from <= current_date AND o.shown_until > current_date
    """,
    "offer_cells": """
        SELECT c.level, c.x, c.y, c.offers, c.longitudes, c.latitudes
        FROM register.offer_cells c WHERE c.day <= current_date
    """,
    "offer_version": """
        SELECT coalesce(sum(c.changes), 0) AS changes, current_date AS day FROM register.offer_changes c
    """,
}


def upgrade() -> None:
    op.execute(_TABLES)
    for name, codes_ in LABELS.items():
        for code, (german, english) in codes_.items():
            op.execute(
                sa.text("INSERT INTO register.code_names VALUES (:list, :code, :de, :en)").bindparams(
                    list=name, code=str(code), de=german, en=english
                )
            )
    for part in (_WORDS, _ROWS, _CELLS, _REFRESH, _TRIGGERS):
        op.execute(part)
    for table, events in _EVENTS.items():
        for event in events:
            which = "OLD" if event == "DELETE" else "NEW"
            op.execute(
                f"CREATE TRIGGER {table}_offers_{event.lower()} AFTER {event} ON register.{table}"
                f" REFERENCING {which} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION register.offers_follow()"
            )
    for table in ("offers", "offer_cells", "offer_changes", "code_names"):
        op.execute(derived(table))
    for name, query in _VIEWS.items():
        op.execute(f"CREATE VIEW published.{name} AS {query}")
        op.execute(f"GRANT SELECT ON published.{name} TO reg_public, reg_staff")
    op.execute("SELECT register.rebuild_offers()")


def downgrade() -> None:
    for name in reversed(_VIEWS):
        op.execute(f"DROP VIEW published.{name}")
    for table, events in _EVENTS.items():
        for event in events:
            op.execute(f"DROP TRIGGER {table}_offers_{event.lower()} ON register.{table}")
    op.execute("DROP TRIGGER municipalities_offers ON register.municipalities")
    op.execute("DROP FUNCTION register.rebuild_offers(), register.offers_follow(), register.refresh_offers(integer[])")
    op.execute("DROP VIEW register.offer_rows")
    for table in ("offers", "offer_cells", "offer_changes"):
        op.execute(f"DROP TABLE register.{table}")
    op.execute("DROP FUNCTION register.count_offers(), register.settle_offer_cells()")
    op.execute("DROP FUNCTION register.day_in_words(date, text, boolean), register.area_in_words(numeric, boolean)")
    op.execute("DROP FUNCTION register.code_name(text, text, boolean)")
    op.execute("DROP TABLE register.code_names")
