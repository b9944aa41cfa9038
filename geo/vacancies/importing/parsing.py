"""The file's rows, as the sandbox wrote them, into typed values with the faults of each row: COPY, then one statement.

Two temporary tables: `raw` holds the cells as text, `parsed` what they say.
"""

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from geo.core import geometry
from geo.vacancies.importing import cells
from geo.vacancies.importing.model import IMPORT_ROWS, staged_names
from geo.vacancies.importing.plan import FIELDS, Plan

_BLOCK = 1 << 20
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # as SQLAlchemy has it
_SALES = "Die Verkaufsfläche kann nicht größer sein als die Gesamtfläche."
_DIVISIBLE = "Die kleinste Teilfläche kann nicht größer sein als die Gesamtfläche."
_UNTIL = "Das Ende muss nach dem Anfang liegen."
_NO_SPOT = "Bitte den Ort auf der Karte wählen oder Länge und Breite in Grad eintragen."
_SWAPPED = "Länge und Breite sind vermutlich vertauscht: der Punkt läge nicht in Thüringen."
_ELSEWHERE = "Der Punkt liegt nicht in Thüringen."
_NO_POINT = "Die Geometrie der Zeile ist kein Punkt und keine Fläche."
# Street and number of one cell: the number is the last word that begins with a digit, with its letter or its range.
_NUMBER_LAST = r"^(.*[^[:space:],])[[:space:],]+([0-9]+[[:space:]]*[a-zA-Z]?([[:space:]]*[-–/+][[:space:]]*[0-9]*[[:space:]]*[a-zA-Z]?)?)$"
CROSS_RULES = (
    ("area_sales_m2", ("area_sales_m2", "area_total_m2"), "{0} > {1}", _SALES),
    ("divisible_from_m2", ("divisible_from_m2", "area_total_m2"), "{0} > {1}", _DIVISIBLE),
    ("until", ("until", "since"), "{0} <= {1}", _UNTIL),
)


def copy_rows(session: Session, rows: Path, width: int, *, has_geometry: bool) -> None:
    """The rows file into the temporary table `raw`, in blocks: the memory used does not grow with the file."""
    columns = ", ".join(f"c{index}" for index in range(width))
    typed = ", ".join(f"c{index} text" for index in range(width))
    session.execute(text("DROP TABLE IF EXISTS raw"))
    shape = ", shape text" if has_geometry else ""
    session.execute(text(f"CREATE TEMP TABLE raw (row_number integer, {typed}{shape}) ON COMMIT DROP"))
    listed = f"row_number, {columns}{', shape' if has_geometry else ''}"
    driver: Any = session.connection().connection.driver_connection
    statement = f"COPY raw ({listed}) FROM STDIN (FORMAT csv)"
    with rows.open("rb") as file, driver.cursor() as cursor, cursor.copy(statement) as copy:
        while block := file.read(_BLOCK):
            copy.write(block)


def parse(session: Session, plan: Plan, *, shape_srid: int | None, today: date) -> int:
    """Fills the temporary table `parsed` from `raw`; returns the number of rows."""
    texts = _texts(plan)
    values: dict[str, Any] = {f"constant_{key}": value for key, value in plan.constants.items()}
    values |= cells.bound_words((FIELDS[key] for key in texts), plan.words)
    day_keys = [key for key in texts if cells.uses_days(FIELDS[key])]
    _read_days(session, texts, day_keys, values)
    names = [name for name in staged_names() if _is_said(name, texts)]
    has_point = shape_srid is not None or "latitude" in texts
    session.execute(text("DROP TABLE IF EXISTS parsed"))
    session.execute(text(f"CREATE TEMP TABLE parsed ({_table(names, has_point, shape_srid)}) ON COMMIT DROP"))
    query = _query(plan, texts, names, today=today, shape_srid=shape_srid, values=values)
    done: Any = session.execute(text(query), values)
    keys = [name for name in ("register_id", "external_id", "street") if name in names]
    session.execute(text(f"ANALYZE parsed ({', '.join(['row_number', *keys])})"))
    return int(done.rowcount)


def _texts(plan: Plan) -> dict[str, str]:
    """For each field that the file (or a constant) says something of: the SQL of its trimmed text."""
    texts = {}
    for key, index in plan.columns.items():
        texts[key] = cells.trimmed(index, f"constant_{key}" if key in plan.constants else None)
    for key in plan.constants:
        texts.setdefault(key, f"CAST(:constant_{key} AS text)")
    return texts


def _is_said(name: str, texts: dict[str, str]) -> bool:
    key = {"register_id": "id"}.get(name, name.removesuffix("_precision"))
    return key in texts or (key in {"street", "house_number"} and "address" in texts)


def _table(names: list[str], has_point: bool, shape_srid: int | None) -> str:
    columns = ["row_number integer", "problems jsonb", "content bigint"]
    columns += [f"{name} {IMPORT_ROWS.columns[name].type.compile(_DIALECT)}" for name in names]
    if has_point:
        columns.append("point geometry")
    if shape_srid is not None:
        columns.append("outline geometry")
    return ", ".join(columns)


def _read_days(session: Session, texts: dict[str, str], keys: list[str], values: dict[str, Any]) -> None:
    """Each text that stands for a day is read once, however many rows hold it."""
    session.execute(text("DROP TABLE IF EXISTS days"))
    session.execute(text("CREATE TEMP TABLE days (cell text, day date, since date, precision text) ON COMMIT DROP"))
    if not keys:
        return
    union = " UNION ".join(f"SELECT DISTINCT {texts[key]} AS cell FROM raw r" for key in keys)
    used = {name: value for name, value in values.items() if any(f":{name} " in texts[key] for key in keys)}
    session.execute(
        text(
            "INSERT INTO days SELECT d.cell, register.read_day(d.cell), s.day, s.exactness"
            f" FROM ({union}) d CROSS JOIN LATERAL register.read_since(d.cell) s WHERE length(d.cell) <= 40"
        ),
        used,
    )
    session.execute(text("ANALYZE days"))


def _query(
    plan: Plan, texts: dict[str, str], names: list[str], *, today: date, shape_srid: int | None, values: dict[str, Any]
) -> str:
    """Four levels: the trimmed texts, the values, the point, the faults; each evaluated once (OFFSET 0)."""
    is_metric = plan.srid not in (None, geometry.WGS84)
    level_1, level_2, faults, joins = ["r.row_number"], ["r.*"], {}, []
    for key, words in texts.items():
        column = FIELDS[key]
        level_1.append(f"{words} AS t_{key}")
        name = "register_id" if key == "id" else key
        read = cells.cell(column, today=today, is_metric=is_metric)
        if key == "address":
            level_2 += _address()
        else:
            level_2.append(f"{read.value} AS {name}")
        level_2 += [f"{value} AS {more}" for more, value in read.more.items()]
        faults[key] = read.fault
        if cells.uses_days(column):
            joins.append(f"LEFT JOIN days d_{key} ON d_{key}.cell = r.t_{key}")
    if "id" in faults:
        faults["id"] = faults["id"].replace(" id BETWEEN", " register_id BETWEEN")
    if "address" in faults:
        faults["address"] = cells.text_fault(FIELDS["address"], "t_address")
    # Seen once in all of a row's cells: few rows hold such a sign, and only theirs are looked through one by one.
    given = [f"r.c{index}" for index in plan.columns.values()]
    given += [f"CAST(:constant_{key} AS text)" for key in plan.constants]
    level_1.append(f"concat({', '.join(given)}) ~ '{cells.CONTROL}' AS has_control")
    level_3 = ["r.*"]
    if shape_srid is not None:
        level_1.append("r.shape")
        level_3 += _from_shape(faults, values, shape_srid)
    elif "latitude" in texts:
        level_3.append(_from_coordinates(faults, values, plan.srid or geometry.WGS84))
    for key, needed, rule, sentence in CROSS_RULES:
        if all(one in texts for one in needed):
            broken = rule.format(*needed)
            faults[key] = f"coalesce({faults[key]}, CASE WHEN {broken} THEN {cells.literal(sentence)} END)"
    marked = ", ".join(f"{fault} AS f_{key}" for key, fault in faults.items())
    any_fault = " OR ".join(f"r.f_{key} IS NOT NULL" for key in faults)
    built = ", ".join(f"'{key}', r.f_{key}" for key in faults)
    content = ", ".join([f"r.{name}" for name in names] + (["ST_AsBinary(r.point)"] if len(level_3) > 1 else []))
    extra = (["point"] if len(level_3) > 1 else []) + (["outline"] if shape_srid is not None else [])
    into = ", ".join(["row_number", "problems", "content", *names, *extra])
    chosen = ", ".join(f"r.{name}" for name in [*names, *extra])
    return (
        f"INSERT INTO parsed ({into}) SELECT r.row_number,"
        f" CASE WHEN {any_fault} THEN jsonb_strip_nulls(jsonb_build_object({built})) END,"
        f" hash_record_extended(ROW({content}), 0), {chosen} FROM (SELECT r.*, {marked} FROM (SELECT {', '.join(level_3)}"
        f" FROM (SELECT {', '.join(level_2)} FROM (SELECT {', '.join(level_1)} FROM raw r OFFSET 0) r {' '.join(joins)}"
        " OFFSET 0) r OFFSET 0) r OFFSET 0) r"
    )


def _address() -> list[str]:
    """Street and number out of one cell; all of it is the street where no number ends it."""
    return [
        f"coalesce(substring(t_address FROM '{_NUMBER_LAST}'), t_address) AS street",
        f"(regexp_match(t_address, '{_NUMBER_LAST}'))[2] AS house_number",
    ]


def _from_coordinates(faults: dict[str, str], values: dict[str, Any], srid: int) -> str:
    """The point of two coordinate columns, where they lie near the state; else the sentences at the columns."""
    west, south, east, north = geometry.box_in(srid)
    x, y = "longitude", "latitude"
    inside = f"{x} BETWEEN {west} AND {east} AND {y} BETWEEN {south} AND {north}"
    swapped = f"{y} BETWEEN {west} AND {east} AND {x} BETWEEN {south} AND {north}"
    for key, other in ((x, y), (y, x)):
        missing = f"CASE WHEN t_{key} IS NULL AND t_{other} IS NOT NULL THEN {cells.literal(_NO_SPOT)} END"
        faults[key] = f"coalesce({faults[key]}, {missing})"
    where = (
        f"CASE WHEN {x} IS NULL OR {y} IS NULL OR {inside} THEN NULL WHEN {swapped} THEN {cells.literal(_SWAPPED)}"
        f" ELSE {cells.literal(_ELSEWHERE)} END"
    )
    faults[x] = f"coalesce({faults[x]}, {where})"
    values["srid"] = srid
    spot = geometry.with_srid(f"ST_MakePoint({x}::float8, {y}::float8)", ":srid")
    moved = spot if srid == geometry.WGS84 else geometry.to_degrees(spot)
    return f"CASE WHEN {inside} THEN {moved} END AS point"


def _from_shape(faults: dict[str, str], values: dict[str, Any], srid: int) -> list[str]:
    """The point of a file's geometry; an area becomes the outline, and a point on it the place."""
    west, south, east, north = geometry.box_in(srid)
    values["srid"] = srid
    given = geometry.with_srid("ST_Force2D(r.shape::geometry)", ":srid")
    inside = (
        f"ST_XMin(g.shape) >= {west} AND ST_XMax(g.shape) <= {east} AND ST_YMin(g.shape) >= {south}"
        f" AND ST_YMax(g.shape) <= {north}"
    )
    moved = "g.shape" if srid == geometry.WGS84 else geometry.to_degrees("g.shape")
    kind = "GeometryType(g.shape)"
    single = f"CASE WHEN {kind} = 'MULTIPOINT' AND ST_NumGeometries({moved}) = 1 THEN ST_GeometryN({moved}, 1)"
    area = f"{kind} IN ('POLYGON', 'MULTIPOLYGON') AND ST_IsValid(g.shape)"
    point = (
        f"(SELECT CASE WHEN NOT ({inside}) THEN NULL WHEN {kind} = 'POINT' THEN {moved}"
        f" WHEN {area} THEN ST_PointOnSurface({moved}) ELSE {single} END END"
        f" FROM (SELECT {given} AS shape) g WHERE NOT ST_IsEmpty(g.shape)) AS point"
    )
    outline = (
        f"(SELECT CASE WHEN {area} AND {inside} THEN ST_Multi({moved}) END"
        f" FROM (SELECT {given} AS shape) g WHERE NOT ST_IsEmpty(g.shape)) AS outline"
    )
    is_kind = "GeometryType(r.shape::geometry) IN ('POINT', 'MULTIPOINT', 'POLYGON', 'MULTIPOLYGON')"
    faults["point"] = (
        f"CASE WHEN shape IS NULL OR point IS NOT NULL THEN NULL WHEN {is_kind.replace('r.shape', 'shape')}"
        f" THEN {cells.literal(_ELSEWHERE)} ELSE {cells.literal(_NO_POINT)} END"
    )
    return [point, outline]
