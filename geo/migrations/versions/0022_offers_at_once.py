"""The texts and counts of a quarter of a million offers are made in seconds: names by join, counts from the finest cells.

The same texts as before. A name of a code was looked up by a function call for each, PostGIS looked up the name of the
coordinate system for each point, and each level of cells was counted from the offers anew. Texts are stored as they
are: unpacking a thousand of them cost more than finding them.
"""

from importlib import import_module

from alembic import op

revision = "0022"
down_revision = "0021"

_BEFORE: str = import_module("geo.migrations.versions.0016_public_energy")._NEW_ROWS
_OFFERS = import_module("geo.migrations.versions.0012_offers")
_LISTS = {"object_type": "o.object_type", "state": "o.state", "size_class": "o.size_class::text"}


def _joined(rows: str) -> str:
    """The same view with the names of codes joined once for each list, in place of a call for each text."""
    for language, flag in (("de", "false"), ("en", "true")):
        for name, value in _LISTS.items():
            call = f"register.code_name('{name}', {value}, {flag})"
            rows = _replaced(rows, call, f"n_{name}.name_{language}")
    joins = "".join(
        f"LEFT JOIN register.code_names n_{name} ON n_{name}.list = '{name}' AND n_{name}.code = {value}\n"
        for name, value in _LISTS.items()
    )
    before = "CROSS JOIN LATERAL (\n    SELECT coalesce(nullif(concat_ws(' ', o.street"
    rows = _replaced(rows, before, joins + before)
    rows = _replaced(rows, "ST_AsGeoJSON(o.point, 6)", "ST_AsGeoJSON(o.point, 6, 0)")
    # Words that stand in two texts are made once: OFFSET keeps the planner from writing them into both.
    for language in ("de", "en"):
        rows = _replaced(rows, f") w_{language}\n", f"    OFFSET 0) w_{language}\n")
    return rows


def _replaced(text: str, old: str, new: str) -> str:
    if old not in text:
        raise LookupError(old)
    return text.replace(old, new)


_COUNTS = """
    WITH events AS (
        SELECT c.cell_x, c.cell_y, e.day, sum(e.sign) AS offers,
               sum(e.sign * round(ST_X(c.point) * 1000000))::bigint AS longitudes,
               sum(e.sign * round(ST_Y(c.point) * 1000000))::bigint AS latitudes
        FROM {source} c
        CROSS JOIN LATERAL (SELECT greatest(c.since, c.shown_from) AS first, least(c.until, c.shown_until) AS gone) s
        CROSS JOIN LATERAL (VALUES
            (1, CASE WHEN s.first > current_date THEN s.first ELSE DATE '-infinity' END),
            (-1, CASE WHEN s.gone > current_date THEN s.gone ELSE DATE '-infinity' END)) AS e(sign, day)
        WHERE s.first < s.gone
        GROUP BY 1, 2, 3
    )
    INSERT INTO register.offer_cells (level, x, y, day, offers, longitudes, latitudes, is_settled)
    SELECT l.level, e.cell_x >> ({finest} - l.level), e.cell_y >> ({finest} - l.level), e.day,
           sum(e.offers) * {sign}, sum(e.longitudes) * {sign}, sum(e.latitudes) * {sign}, {settled}
    FROM events e CROSS JOIN generate_series({coarsest}, {finest}) AS l(level)
    GROUP BY 1, 2, 3, 4
    HAVING sum(e.offers) <> 0 {or_moved};
"""


def _counts(source: str, sign: str, settled: str) -> str:
    coarsest, finest = _OFFERS.LEVELS
    moved = "OR sum(e.longitudes) <> 0 OR sum(e.latitudes) <> 0"
    return _COUNTS.format(source=source, sign=sign, settled=settled, coarsest=coarsest, finest=finest, or_moved=moved)


# One row for each writer at a time: nobody waits, and the sum of what a reader sees grows with every change.
_TOLD = """
    WHILE NOT pg_try_advisory_xact_lock(7125402, writer) LOOP writer := writer + 1; END LOOP;
    INSERT INTO register.offer_changes AS c (writer, changes) VALUES (writer, 1)
    ON CONFLICT ON CONSTRAINT offer_changes_pkey DO UPDATE SET changes = c.changes + 1;
"""
_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION register.count_offers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    writer integer := 0;
BEGIN
    IF NOT EXISTS (SELECT FROM changed) THEN RETURN NULL; END IF;
    {_counts("changed", "TG_ARGV[0]::integer", "false")}
    {_TOLD}
    IF (SELECT count(*) FROM (SELECT FROM register.offer_cells WHERE NOT is_settled LIMIT 2000) loose) = 2000 THEN
        PERFORM register.settle_offer_cells();
    END IF;
    RETURN NULL;
END $$;

-- Writers wait for it, readers do not.
CREATE OR REPLACE FUNCTION register.rebuild_offers() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET enable_nestloop = off SET jit = off AS $$
DECLARE
    writer integer := 0;
BEGIN
    ALTER TABLE register.offers DISABLE TRIGGER USER;
    DELETE FROM register.offers;
    DELETE FROM register.offer_cells;
    INSERT INTO register.offers SELECT * FROM register.offer_rows;
    {_counts("register.offers", "1", "true")}
    ALTER TABLE register.offers ENABLE TRIGGER USER;
    {_TOLD}
END $$;
"""
# The same words as before; a function of SQL that is not inlined costs ten times as much a call.
_WORDS = """
CREATE OR REPLACE FUNCTION register.area_in_words(area numeric, english boolean) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    written text := rtrim(to_char(round(area, 1), 'FM999,999,990.9'), '.') || E'\\u00a0m²';
BEGIN
    RETURN CASE WHEN english THEN written ELSE translate(written, ',.', '.,') END;
END $$;

CREATE OR REPLACE FUNCTION register.day_in_words(day date, exact text, english boolean) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    year text := extract(year FROM day);
    month text := (CASE WHEN english
        THEN ARRAY['January','February','March','April','May','June','July','August','September','October',
            'November','December']
        ELSE ARRAY['Januar','Februar','März','April','Mai','Juni','Juli','August','September','Oktober',
            'November','Dezember'] END)[extract(month FROM day)::int];
    whole text := extract(day FROM day) || CASE WHEN english THEN ' ' ELSE '. ' END || month || ' ' || year;
BEGIN
    RETURN CASE exact
        WHEN 'TAG' THEN whole
        WHEN 'MONAT' THEN month || ' ' || year
        WHEN 'JAHR' THEN year
        ELSE CASE WHEN english THEN 'before ' ELSE 'vor ' END || CASE
            WHEN extract(month FROM day) = 1 AND extract(day FROM day) = 1 THEN year
            ELSE CASE WHEN english THEN '' ELSE 'dem ' END || whole END
        END;
END $$;
"""


def upgrade() -> None:
    op.execute(_WORDS)
    op.execute(_joined(_BEFORE))
    op.execute(_FUNCTIONS)
    op.execute("ALTER TABLE register.offers SET (toast_tuple_target = 8160)")
    op.execute("SELECT register.rebuild_offers()")


def downgrade() -> None:
    op.execute("ALTER TABLE register.offers RESET (toast_tuple_target)")
    op.execute(
        _OFFERS._WORDS[_OFFERS._WORDS.index("CREATE FUNCTION register.area_in_words") :].replace(
            "CREATE", "CREATE OR REPLACE"
        )
    )
    op.execute(_BEFORE)
    for whole in (_OFFERS._CELLS, _OFFERS._REFRESH):
        for name in ("count_offers()", "rebuild_offers()"):
            begin = whole.find(f"CREATE FUNCTION register.{name}")
            if begin >= 0:
                end = whole.index("END $$;", begin) + len("END $$;")
                op.execute(whole[begin:end].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
