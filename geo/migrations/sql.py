"""What migrations repeat: the history, the version guard and row level security of a table, a function's new words."""

from alembic import op
from sqlalchemy import text

# What a transaction's municipality is; the sub-select lets PostgreSQL compute it once, and `nullif` copes with the
# empty text that a connection of the pool holds after an earlier transaction's setting.
_HERE = "(SELECT nullif(current_setting('app.municipality_id', true), '')::integer)"


def audited(table: str, *, history: str = "changes", without: tuple[str, ...] = ()) -> str:
    """Every change of a row goes to `history.<history>`, but for the values of the columns in `without`."""
    arguments = ", ".join(f"'{one}'" for one in (history, *without))
    return (
        f"CREATE TRIGGER {table}_history AFTER INSERT OR UPDATE OR DELETE ON register.{table}"
        f" FOR EACH ROW EXECUTE FUNCTION history.record({arguments});"
    )


def versioned(table: str) -> str:
    """An update must raise the version by exactly one, so that raw SQL cannot overwrite somebody's change unseen."""
    return (
        f"CREATE TRIGGER {table}_version BEFORE UPDATE ON register.{table}"
        f" FOR EACH ROW EXECUTE FUNCTION register.guard_version();"
    )


def _secured(table: str) -> str:
    return (
        f"ALTER TABLE register.{table} ENABLE ROW LEVEL SECURITY;"
        f"ALTER TABLE register.{table} FORCE ROW LEVEL SECURITY;"
        f"CREATE POLICY owner_all ON register.{table} TO CURRENT_USER USING (true) WITH CHECK (true);"
        f"CREATE POLICY backup_reads ON register.{table} FOR SELECT TO reg_backup USING (true);"
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON register.{table} TO reg_staff;"
    )


def _writes(table: str, condition: str) -> str:
    return (
        f"CREATE POLICY town_inserts ON register.{table} FOR INSERT TO reg_staff WITH CHECK ({condition});"
        f"CREATE POLICY town_updates ON register.{table} FOR UPDATE TO reg_staff"
        f" USING ({condition}) WITH CHECK ({condition});"
        f"CREATE POLICY town_deletes ON register.{table} FOR DELETE TO reg_staff USING ({condition});"
    )


def internal_to_town(table: str, *, or_alliance: bool = False) -> str:
    """Rows that only their own town's transactions (or those of the alliance, for rows of no town) read or write."""
    condition = f"municipality_id IS NOT DISTINCT FROM {_HERE}" if or_alliance else f"municipality_id = {_HERE}"
    return (
        _secured(table)
        + f"CREATE POLICY town_reads ON register.{table} FOR SELECT TO reg_staff USING ({condition});"
        + _writes(table, condition)
    )


def written_by_town(table: str, *, or_alliance: bool = False) -> str:
    """Rows that all staff may read and only a transaction of their town (or of the alliance) may write."""
    condition = f"municipality_id IS NOT DISTINCT FROM {_HERE}" if or_alliance else f"municipality_id = {_HERE}"
    return (
        _secured(table)
        + f"CREATE POLICY staff_reads ON register.{table} FOR SELECT TO reg_staff USING (true);"
        + _writes(table, condition)
    )


def plain(table: str, *, writes: bool = True) -> str:
    """Rows without a town: staff reads, and writes where the application's own rules allow it."""
    rights = "SELECT, INSERT, UPDATE, DELETE" if writes else "SELECT"
    return f"GRANT {rights} ON register.{table} TO reg_staff;"


def derived(table: str) -> str:
    """Rows that functions of the owner make from others: nobody else reads or writes them but through views."""
    return (
        f"ALTER TABLE register.{table} ENABLE ROW LEVEL SECURITY;"
        f"ALTER TABLE register.{table} FORCE ROW LEVEL SECURITY;"
        f"CREATE POLICY owner_all ON register.{table} TO CURRENT_USER USING (true) WITH CHECK (true);"
        f"CREATE POLICY backup_reads ON register.{table} FOR SELECT TO reg_backup USING (true);"
    )


def rewrite(function: str, old: str, new: str) -> None:
    """Put `new` for the one place of `old` in a function as it stands. Raises `RuntimeError` where it is another."""
    stands = op.get_bind().scalar(text("SELECT pg_get_functiondef(CAST(:name AS regprocedure))"), {"name": function})
    if stands is None or stands.count(old) != 1:
        raise RuntimeError(f"{function} is not as this migration expects it")
    op.execute(stands.replace(old, new))
