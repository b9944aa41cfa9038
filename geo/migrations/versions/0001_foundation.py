"""Schemas, the four roles' rights, the history and its guard, the version guard."""

from alembic import op

revision = "0001"
down_revision = None

_ROLES = """
DO $$
DECLARE wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['reg_public', 'reg_staff', 'reg_backup'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            RAISE EXCEPTION 'The role % is missing. Create it, or let the register do so (innenstadt db roles).', wanted;
        END IF;
    END LOOP;
END $$;
"""

_SCHEMAS = """
CREATE SCHEMA register;
CREATE SCHEMA published;
CREATE SCHEMA history;
GRANT USAGE ON SCHEMA register, published, history TO reg_staff, reg_backup;
GRANT USAGE ON SCHEMA published TO reg_public;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA register GRANT USAGE ON SEQUENCES TO reg_staff;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reg_backup;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON SEQUENCES TO reg_backup;
"""

# Partitioned by year, so that old years can be moved to slower disks; a default partition takes what is left.
_HISTORY = """
CREATE TABLE history.{table} (
    id bigint GENERATED ALWAYS AS IDENTITY,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
    table_name text NOT NULL,
    row_id bigint NOT NULL,
    municipality_id integer,
    operation text NOT NULL,
    action text NOT NULL,
    actor_id integer,
    request_id text NOT NULL,
    old_values jsonb,
    new_values jsonb,
    PRIMARY KEY (id, changed_at)
) PARTITION BY RANGE (changed_at);
CREATE TABLE history.{table}_rest PARTITION OF history.{table} DEFAULT;
CREATE INDEX {table}_row_idx ON history.{table} (table_name, row_id, id);
CREATE INDEX {table}_municipality_idx ON history.{table} (municipality_id, id);
CREATE INDEX {table}_transaction_idx ON history.{table} (transaction_id);
"""

_RECORD = """
CREATE FUNCTION history.record() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    wanted text := nullif(current_setting('app.action', true), '');
    before jsonb := '{}';
    after jsonb := '{}';
    hidden text[] := TG_ARGV[1:];
    whole jsonb;
    changed text[];
BEGIN
    IF wanted IS NULL THEN
        RAISE EXCEPTION 'A change of % was tried without an action.', TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'history_action_required';
    END IF;
    IF TG_OP <> 'INSERT' THEN before := to_jsonb(OLD); END IF;
    IF TG_OP <> 'DELETE' THEN after := to_jsonb(NEW); END IF;
    whole := before || after;
    IF TG_OP = 'UPDATE' THEN
        SELECT array_agg(key) INTO changed FROM jsonb_each(after) WHERE value IS DISTINCT FROM before -> key;
        IF changed IS NULL THEN RETURN NULL; END IF;
        SELECT jsonb_object_agg(key, value) INTO before FROM jsonb_each(before) WHERE key = ANY (changed);
        SELECT jsonb_object_agg(key, value) INTO after FROM jsonb_each(after) WHERE key = ANY (changed);
    ELSE
        before := jsonb_strip_nulls(before);
        after := jsonb_strip_nulls(after);
    END IF;
    SELECT coalesce(jsonb_object_agg(key, CASE WHEN key = ANY (hidden) THEN '"(verborgen)"' ELSE value END), '{}')
        INTO before FROM jsonb_each(before);
    SELECT coalesce(jsonb_object_agg(key, CASE WHEN key = ANY (hidden) THEN '"(verborgen)"' ELSE value END), '{}')
        INTO after FROM jsonb_each(after);
    EXECUTE format('INSERT INTO history.%I (table_name, row_id, municipality_id, operation, action, actor_id,'
        ' request_id, old_values, new_values) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)', TG_ARGV[0])
    USING TG_TABLE_NAME, coalesce(whole ->> 'id', whole ->> 'account_id')::bigint,
        (whole ->> 'municipality_id')::integer, TG_OP, wanted,
        nullif(current_setting('app.account_id', true), '')::integer,
        coalesce(current_setting('app.request_id', true), ''), nullif(before, '{}'), nullif(after, '{}');
    RETURN NULL;
END $$;

CREATE FUNCTION history.refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('app.action', true) = 'account.erase' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The history is not changed.'
        USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'history_is_final';
END $$;
"""

_GUARD = """
CREATE TRIGGER {table}_final BEFORE UPDATE OR DELETE ON history.{table}
    FOR EACH ROW EXECUTE FUNCTION history.refuse();
CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON history.{table}
    FOR EACH STATEMENT EXECUTE FUNCTION history.refuse();
"""

_VERSION = """
CREATE FUNCTION register.guard_version() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.version IS DISTINCT FROM OLD.version + 1 THEN
        RAISE EXCEPTION '% % has changed in the meantime.', TG_TABLE_NAME, OLD.id
            USING ERRCODE = 'serialization_failure', CONSTRAINT = 'version_stale';
    END IF;
    RETURN NEW;
END $$;
"""

_HISTORY_RIGHTS = """
ALTER TABLE history.changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE history.changes FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON history.changes TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY backup_reads ON history.changes FOR SELECT TO reg_backup USING (true);
CREATE POLICY town_reads ON history.changes FOR SELECT TO reg_staff
    USING (municipality_id = (SELECT nullif(current_setting('app.municipality_id', true), '')::integer));
CREATE POLICY alliance_reads ON history.changes FOR SELECT TO reg_staff USING (municipality_id IS NULL);
GRANT SELECT ON history.changes TO reg_staff;
"""


def upgrade() -> None:
    op.execute(_ROLES)
    op.execute(_SCHEMAS)
    for table in ("changes", "personal_changes"):
        op.execute(_HISTORY.format(table=table))
        for year in range(2026, 2041):
            op.execute(
                f"CREATE TABLE history.{table}_{year} PARTITION OF history.{table}"
                f" FOR VALUES FROM ('{year}-01-01 00:00:00Z') TO ('{year + 1}-01-01 00:00:00Z')"
            )
    op.execute(_RECORD)
    for table in ("changes", "personal_changes"):
        op.execute(_GUARD.format(table=table))
    op.execute(_VERSION)
    op.execute(_HISTORY_RIGHTS)


def downgrade() -> None:
    op.execute("DROP SCHEMA history CASCADE")
    op.execute("DROP SCHEMA published CASCADE")
    op.execute("DROP FUNCTION register.guard_version()")
    op.execute("ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM reg_backup")
    op.execute("ALTER DEFAULT PRIVILEGES REVOKE SELECT ON SEQUENCES FROM reg_backup")
    op.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA register REVOKE USAGE ON SEQUENCES FROM reg_staff")
    op.execute("ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC")
    op.execute("DROP SCHEMA register CASCADE")
