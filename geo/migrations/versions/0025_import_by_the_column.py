"""Rows of a list that are judged come in by COPY. PostgreSQL has none for a table with row level security, so that the table
gets one part of its own in the schema `inlet`: the staff may only add rows to it, and whose rows they are says the
transaction, not the row. Read, changed and deleted they are by the whole table, which is secured as before.

Units that a file names are found by an index, and statistics are made anew after a list: the next question comes before
autovacuum does. What is public is found in the offers: places need no second index of their points.
"""

from alembic import op

from geo.migrations.sql import internal_to_town

revision = "0025"
down_revision = "0024"

_STATISTICS = """
CREATE FUNCTION register.refresh_statistics(VARIADIC tables text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    one text;
BEGIN
    FOREACH one IN ARRAY tables LOOP
        IF one = 'import_rows' THEN  -- what its rows are found by; the rest is wide
            ANALYZE inlet.import_rows (import_id, row_number, class, unit_id);
        ELSIF one = ANY (ARRAY['places', 'units', 'occupancy_spells', 'imported_units']) THEN
            EXECUTE format('ANALYZE register.%I', one);
        END IF;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION register.refresh_statistics(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION register.refresh_statistics(text[]) TO reg_staff;
"""
_INDEX = "CREATE INDEX import_rows_unit_id_idx ON register.import_rows (import_id, unit_id) WHERE unit_id IS NOT NULL"


_INLET = """
CREATE SCHEMA inlet;
GRANT USAGE ON SCHEMA inlet TO reg_staff, reg_backup;
ALTER TABLE register.import_rows SET SCHEMA inlet;
DROP POLICY owner_all ON inlet.import_rows;
DROP POLICY backup_reads ON inlet.import_rows;
DROP POLICY town_reads ON inlet.import_rows;
DROP POLICY town_inserts ON inlet.import_rows;
DROP POLICY town_updates ON inlet.import_rows;
DROP POLICY town_deletes ON inlet.import_rows;
ALTER TABLE inlet.import_rows NO FORCE ROW LEVEL SECURITY;
ALTER TABLE inlet.import_rows DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON inlet.import_rows FROM reg_staff;
CREATE TABLE register.import_rows (LIKE inlet.import_rows INCLUDING ALL) PARTITION BY RANGE (import_id);
ALTER TABLE register.import_rows ATTACH PARTITION inlet.import_rows FOR VALUES FROM (MINVALUE) TO (MAXVALUE);
ALTER TABLE inlet.import_rows ALTER municipality_id
    SET DEFAULT nullif(current_setting('app.municipality_id', true), '')::integer;
DO $$
BEGIN
    EXECUTE (SELECT format('GRANT INSERT (%s) ON inlet.import_rows TO reg_staff',
            string_agg(quote_ident(attname), ', ' ORDER BY attnum))
        FROM pg_attribute WHERE attrelid = 'inlet.import_rows'::regclass AND attnum > 0 AND NOT attisdropped
            AND attname <> 'municipality_id');
END $$;
"""
_NO_INLET = """
ALTER TABLE register.import_rows DETACH PARTITION inlet.import_rows;
DROP TABLE register.import_rows;
ALTER TABLE inlet.import_rows ALTER municipality_id DROP DEFAULT;
REVOKE ALL ON inlet.import_rows FROM reg_staff;
ALTER TABLE inlet.import_rows SET SCHEMA register;
DROP SCHEMA inlet;
"""


def upgrade() -> None:
    op.execute(_INLET)
    op.execute(internal_to_town("import_rows"))
    op.execute(_STATISTICS)
    op.execute(_INDEX)
    op.execute("DROP INDEX register.places_public_point_idx")


def downgrade() -> None:
    op.execute("CREATE INDEX places_public_point_idx ON register.places USING gist (public_point)")
    op.execute("DROP INDEX register.import_rows_unit_id_idx")
    op.execute(_NO_INLET)
    op.execute(internal_to_town("import_rows"))
    op.execute("DROP FUNCTION register.refresh_statistics(text[])")
