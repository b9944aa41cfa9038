"""Which unit of the register a row of the file speaks of.

By the register's own number; else by the source's key; else by the address with floor, object type and name as far as
the file says them, and by the address and floor alone where only one unit and one row have these.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.db import set_local
from geo.vacancies.columns import COLUMNS, Kind
from geo.vacancies.freshness.rules import KNOWN_TODAY
from geo.vacancies.importing.model import staged_names

_SPELLS = """
    SELECT DISTINCT ON (s.unit_id) s.*,
        lag(upper(s.during)) OVER (PARTITION BY s.unit_id ORDER BY s.during) AS before_end
    FROM register.occupancy_spells s {among}WHERE s.municipality_id = :town ORDER BY s.unit_id, s.during DESC
"""
_WANTED = """
    CREATE TEMP TABLE wanted ON COMMIT DROP AS SELECT u.id AS unit_id FROM register.units u
    WHERE u.municipality_id = current_setting('app.municipality_id')::integer AND u.external_source = :source
      AND u.external_id IN (SELECT r.external_id FROM parsed r WHERE r.external_id IS NOT NULL)
"""
_ADDRESS = "register.street_key({0}.street) || '|' || coalesce(register.house_number_key({0}.house_number), '')"


def _address(table: str, said: set[str]) -> str:
    """The address of a row as it is compared; a file may have streets without numbers."""
    key = _ADDRESS.format(table)
    return key if "house_number" in said else key.replace(f"({table}.house_number)", "(NULL::text)")


def gather(session: Session, town: int, source: str, said: set[str], *, by_key: bool) -> int:
    """The temporary table `existing`: each unit of the town with what the file could change; with `by_key` only those that
    the rows of `parsed` name by their source's key. Returns their number.
    """
    set_local(session, app__import_source=source)
    if by_key:
        session.execute(text("DROP TABLE IF EXISTS wanted"))
        session.execute(text(_WANTED.replace(":source", "current_setting('app.import_source')")))
        session.execute(text("ANALYZE wanted"))
    shown = []
    for name in staged_names():
        if name in said and name != "register_id":
            if name.endswith("_precision"):
                column = COLUMNS[name.removesuffix("_precision")]
                shown.append(f"{column.precision} AS {name}")
            elif COLUMNS[name].kind == Kind.CODES:
                shown.append(f"ARRAY(SELECT one FROM unnest({COLUMNS[name].stored}) one ORDER BY one) AS {name}")
            else:
                shown.append(f"{COLUMNS[name].stored} AS {name}")
    always = {"area_total_m2", "area_sales_m2", "divisible_from_m2", "state", "occupant"} - said
    shown += [f"{COLUMNS[name].stored} AS {name}" for name in sorted(always)]
    session.execute(text("DROP TABLE IF EXISTS existing"))
    query = f"""
        CREATE TEMP TABLE existing ON COMMIT DROP AS
        SELECT u.id AS unit_id, u.version AS unit_version, u.external_id AS known_id, u.external_source AS known_source,
            p.id AS place_id, p.version AS place_version, p.point, p.outline AS known_outline,
            s.id AS spell_id, s.version AS spell_version, lower(s.during) AS spell_start, upper(s.during) AS spell_end,
            s.start_precision AS spell_precision, s.before_end, k.unit_version AS known_version, k.content AS known_content
            {"".join(f", {one}" for one in shown)}
        FROM register.units u
        JOIN register.places p ON p.id = u.place_id
        {"JOIN wanted w ON w.unit_id = u.id" if by_key else ""}
        LEFT JOIN ({_SPELLS.format(among="JOIN wanted w ON w.unit_id = s.unit_id " if by_key else "")}) s ON s.unit_id = u.id
        LEFT JOIN register.imported_units k ON k.unit_id = u.id AND k.source = :source
        {KNOWN_TODAY}
        WHERE u.municipality_id = :town
    """
    # A utility statement takes no bound values: the two go in as settings of the transaction.
    query = query.replace(":town", "current_setting('app.municipality_id')::integer")
    query = query.replace(":source", "current_setting('app.import_source')")
    session.execute(text(query))
    session.execute(text("ANALYZE existing (unit_id)"))
    return int(session.scalar(text("SELECT count(*) FROM existing")) or 0)


def match(session: Session, source: str, said: set[str], existing: int) -> None:
    """The temporary table `matched`: the unit of a row (or none), and why it is not clear."""
    session.execute(text("DROP TABLE IF EXISTS matched"))
    session.execute(text("CREATE TEMP TABLE matched (row_number integer, unit_id integer, reason text) ON COMMIT DROP"))
    values = {"source": source}
    if "register_id" in said:
        _run(
            session,
            "SELECT r.row_number, x.unit_id, CASE WHEN x.unit_id IS NULL THEN 'UNBEKANNT' END FROM parsed r"
            " LEFT JOIN existing x ON x.unit_id = r.register_id WHERE r.register_id IS NOT NULL",
        )
    if "external_id" in said and existing:
        rest = "AND r.register_id IS NULL" if "register_id" in said else ""
        _run(
            session,
            "SELECT r.row_number, x.unit_id, NULL FROM parsed r JOIN existing x ON x.known_id = r.external_id"
            f" AND x.known_source = :source WHERE r.external_id IS NOT NULL {rest}",
            values,
        )
    session.execute(text("ANALYZE matched"))
    if "street" in said:
        _by_address(session, source, said)
    _doubles(session, said)


def _run(session: Session, select: str, values: dict[str, Any] | None = None) -> int:
    done: Any = session.execute(text(f"INSERT INTO matched (row_number, unit_id, reason) {select}"), values or {})
    return int(done.rowcount)


def _by_address(session: Session, source: str, said: set[str]) -> None:
    """Rows that no key has found, among units that no key of this source names."""
    open_units = (
        "SELECT x.*, {key} AS address_key FROM existing x WHERE x.known_source IS DISTINCT FROM :source"
        " AND NOT EXISTS (SELECT FROM matched m WHERE m.unit_id = x.unit_id)"
    )
    has_open = session.scalar(text(f"SELECT EXISTS ({open_units.format(key='1')})"), {"source": source})
    narrow = [name for name in ("floor", "object_type", "name") if name in said]
    whole = ", ".join(["address_key", *narrow])
    session.execute(text("DROP TABLE IF EXISTS lost"))
    session.execute(
        text(
            f"CREATE TEMP TABLE lost ON COMMIT DROP AS SELECT r.row_number, {_address('r', said)} AS address_key"
            f"{''.join(f', r.{name}' for name in narrow)} FROM parsed r"
            " WHERE r.street IS NOT NULL AND r.problems IS NULL"
            + (" AND r.external_id IS NULL" if "external_id" in said and not has_open else "")
            + " AND NOT EXISTS (SELECT FROM matched m WHERE m.row_number = r.row_number)"
        )
    )
    if has_open:
        session.execute(text("DROP TABLE IF EXISTS open_units"))
        made = open_units.format(key=_ADDRESS.format("x")).replace(":source", "current_setting('app.import_source')")
        session.execute(text(f"CREATE TEMP TABLE open_units ON COMMIT DROP AS {made}"))
        session.execute(text("ANALYZE lost (address_key, row_number)"))
        session.execute(text("ANALYZE open_units (address_key, unit_id)"))
        same = _same("x", "r", narrow)
        once = f"SELECT {whole}, min({{0}}) AS {{0}} FROM {{1}} GROUP BY {whole} HAVING count(*) = 1"
        _run(
            session,
            f"SELECT r.row_number, x.unit_id, NULL FROM ({once.format('row_number', 'lost')}) r"
            f" JOIN ({once.format('unit_id', 'open_units')}) x ON {same}",
        )
        for table, key, found in (("lost", "row_number", "row_number"), ("open_units", "unit_id", "unit_id")):
            session.execute(text(f"DELETE FROM {table} l USING matched m WHERE m.{found} = l.{key}"))
        near = ["address_key", *[name for name in narrow if name == "floor"]]
        listed = ", ".join(near)
        alone = f"SELECT {listed}, min({{0}}) AS {{0}} FROM {{1}} GROUP BY {listed} HAVING count(*) = 1"
        same = _same("x", "r", near[1:])
        _run(
            session,
            f"SELECT r.row_number, x.unit_id, NULL FROM ({alone.format('row_number', 'lost')}) r"
            f" JOIN ({alone.format('unit_id', 'open_units')}) x ON {same}",
        )
        session.execute(text("DELETE FROM lost l USING matched m WHERE m.row_number = l.row_number"))
        session.execute(text("DELETE FROM open_units l USING matched m WHERE m.unit_id = l.unit_id"))
        _run(
            session,
            "SELECT DISTINCT r.row_number, NULL::integer, 'MEHRDEUTIG' FROM lost r JOIN open_units x"
            " USING (address_key)",
        )
        session.execute(text("DELETE FROM lost l USING matched m WHERE m.row_number = l.row_number"))
    if "external_id" not in said:
        _run(
            session,
            f"SELECT l.row_number, NULL::integer, 'GETEILT' FROM lost l JOIN (SELECT {whole} FROM lost GROUP BY {whole}"
            f" HAVING count(*) > 1) d ON {_same('d', 'l', narrow)}",
        )


def _same(one: str, other: str, names: Sequence[str]) -> str:
    """Joins two tables by address and more. Rows that are looked for have an address, so that plain equality serves, by
    which the database can hash; the rest may be missing on both sides.
    """
    rest = [f"{one}.{name} IS NOT DISTINCT FROM {other}.{name}" for name in names]
    return " AND ".join([f"{one}.address_key = {other}.address_key", *rest])


def _doubles(session: Session, said: set[str]) -> None:
    """Rows of one file that speak of the same unit, or have the same key."""
    session.execute(
        text(
            "UPDATE matched m SET reason = 'DOPPELT' FROM (SELECT unit_id FROM matched WHERE unit_id IS NOT NULL"
            " GROUP BY unit_id HAVING count(*) > 1) d WHERE d.unit_id = m.unit_id"
        )
    )
    if "external_id" in said:
        session.execute(text("DROP TABLE IF EXISTS doubled"))
        session.execute(
            text(
                "CREATE TEMP TABLE doubled ON COMMIT DROP AS SELECT r.row_number FROM parsed r JOIN (SELECT external_id"
                " FROM parsed WHERE external_id IS NOT NULL GROUP BY external_id HAVING count(*) > 1) d"
                " USING (external_id)"
            )
        )
        session.execute(text("ANALYZE doubled"))
        session.execute(
            text("UPDATE matched m SET reason = 'DOPPELT' FROM doubled d WHERE d.row_number = m.row_number")
        )
        _run(
            session,
            "SELECT d.row_number, NULL::integer, 'DOPPELT' FROM doubled d"
            " WHERE NOT EXISTS (SELECT FROM matched m WHERE m.row_number = d.row_number)",
        )
