"""Judges the rows of the temporary table `parsed` against the register: what each would do to it, field by field.

Set-based SQL on one connection; accepting uses what is written here and never reads the file again.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.vacancies.columns import COLUMNS
from geo.vacancies.importing import matching, parsing
from geo.vacancies.importing.cells import literal
from geo.vacancies.importing.codes import RowClass
from geo.vacancies.importing.model import staged_names
from geo.vacancies.importing.plan import Plan

PLACE_KEYS = ("street", "house_number", "postcode", "locality")
SPELL_FACTS = (
    "occupant",
    "sortiment",
    "wz_code",
    "wz_2025",
    "operator_kind",
    "area_used_m2",
    "threatened_from",
    "source",
    "observed_on",
    "confidence",
    "spell_note",
)
_SPELL_ONLY = {*SPELL_FACTS, "state", "since", "since_precision", "until", "until_precision", "end_reason"}
UNIT_KEYS = tuple(
    name for name in staged_names() if name not in {*PLACE_KEYS, *_SPELL_ONLY, "register_id", "external_id"}
)
_MISSING = "Bitte ausfüllen."


def judge(session: Session, import_id: int, town: int, plan: Plan, said: set[str], *, by_key: bool) -> None:
    """Writes the staged rows of `parsed`. `said`: the values that they can hold; `by_key`: the source's keys alone tell
    which unit a row speaks of.
    """
    existing = matching.gather(session, town, plan.source, said, by_key=by_key)
    matching.match(session, plan.source, said, existing)
    has_spots = _spots(session, town, said)
    values = {"import": import_id, "town": town, "day": plan.day}
    session.execute(text(_difference(said, has_spots=has_spots)), values)


def _spots(session: Session, town: int, said: set[str]) -> bool:
    """The temporary table `spots`: where the addresses are of rows that say no point; whether there is one."""
    session.execute(text("DROP TABLE IF EXISTS spots"))
    if "street" not in said:
        return False
    without = "r.point IS NULL AND " if "point" in said else ""
    needs = (
        f"FROM parsed r WHERE {without} r.problems IS NULL AND r.street IS NOT NULL AND NOT EXISTS"
        " (SELECT FROM matched m WHERE m.row_number = r.row_number AND m.unit_id IS NOT NULL)"
    )
    if not session.scalar(text(f"SELECT EXISTS (SELECT {needs})")):
        return False
    key = "register.street_key({0}.street) AS street_key, coalesce(register.house_number_key({0}.house_number), '') AS number"
    own = key.format("r")
    if "house_number" not in said:
        own = own.replace("(r.house_number)", "(NULL::text)")
    session.execute(
        text(
            f"CREATE TEMP TABLE spots ON COMMIT DROP AS WITH wanted AS (SELECT r.row_number, {own} {needs}),"
            " known AS (SELECT DISTINCT ON (street_key, number) street_key, number, point FROM ("
            "  SELECT a.street_key, register.house_number_key(a.house_number) AS number, a.point, 1 AS rank"
            "  FROM register.addresses a WHERE a.municipality_id = current_setting('app.municipality_id')::integer"
            f"  UNION ALL SELECT {key.format('p')}, p.point, 2 FROM register.places p"
            "  WHERE p.municipality_id = current_setting('app.municipality_id')::integer AND p.street IS NOT NULL) a"
            "  ORDER BY street_key, number, rank)"
            " SELECT w.row_number, k.point FROM wanted w JOIN known k USING (street_key, number)"
        )
    )
    return True


def _differs(name: str) -> str:
    if name == "verified_on":
        return "coalesce(r.verified_on > coalesce(x.verified_on, '-infinity'), false)"
    if name in {"verified_by_kind", "locality"}:  # no fact of its own; a place's locality may be worded otherwise
        return f"(r.{name} IS NOT NULL AND x.{name} IS NULL)" if name == "locality" else "false"
    return f"(r.{name} IS NOT NULL AND r.{name} IS DISTINCT FROM x.{name})"


def _difference(said: set[str], *, has_spots: bool) -> str:
    """The statement that writes the staged rows. Levels: what belongs together, the spell, what changes, the class."""
    facts = [name for name in said if name in UNIT_KEYS or name in PLACE_KEYS]
    spell_facts = [name for name in SPELL_FACTS if name in said]
    has_spell = bool(_SPELL_ONLY & said)
    values = [name for name in staged_names() if name in said]
    point = "r.point" if "point" in said else "NULL::geometry"
    spot = f"coalesce({point}, t.point)" if has_spots else point
    moved = (
        "(x.unit_id IS NOT NULL AND r.given IS NOT NULL AND (abs(ST_X(r.given) - ST_X(x.point)) > 0.0000015"
        " OR abs(ST_Y(r.given) - ST_Y(x.point)) > 0.0000015))"
        if "point" in said
        else "false"
    )
    step = _spell_step(said) if has_spell else "'KEINER'"
    attributes = " OR ".join(_differs(name) for name in spell_facts) or "false"
    if "end_reason" in said:
        attributes += f" OR {_differs('end_reason')}"
    start = "(r.since IS NOT NULL AND (r.since, r.since_precision) IS DISTINCT FROM (x.spell_start, x.spell_precision))"
    begin = start if "since" in said else "false"
    end = (
        "(r.until IS NOT NULL AND (r.until, r.until_precision) IS DISTINCT FROM (x.until, x.until_precision))"
        if "until" in said
        else "false"
    )
    other_state = "(r.state IS NOT NULL AND r.state IS DISTINCT FROM x.state)" if "state" in said else "false"
    spell_changes = (
        f"(step IN ('WECHSEL', 'NEU') OR (step IN ('ANGABEN', 'ABSCHNITT') AND ({attributes} OR {begin} OR {end}"
        f" OR {other_state})))"
    )
    key_differs = "(r.external_id IS NOT NULL AND x.known_id IS NULL)" if "external_id" in said else "false"
    unit_changes = " OR ".join([_differs(name) for name in facts] + [moved, key_differs])
    return f"""
        INSERT INTO register.import_rows (import_id, municipality_id, row_number, class, reason, problems, changes,
            content, unit_id, unit_version, place_id, place_version, spell_id, spell_version, spell_step, spell_start,
            spell_start_precision, point, {"outline, " if "outline" in said else ""}outside_m, {", ".join(values)})
        SELECT :import, :town, r.row_number, r.class,
            CASE WHEN r.class = 'KONFLIKT' THEN r.why END, r.faults,
            CASE WHEN r.class IN ('GEAENDERT', 'KONFLIKT') AND r.unit_id IS NOT NULL
                THEN {_changes(said, facts, spell_facts)} END,
            r.content, r.unit_id, x.unit_version, x.place_id, x.place_version, x.spell_id, x.spell_version, r.step,
            r.begin, r.begin_precision, r.given, {"r.outline, " if "outline" in said else ""}r.outside,
            {", ".join(f"r.{name}" for name in values)}
        FROM (
            SELECT r.*, {_class()} AS class FROM (
                SELECT r.*, x.known_content, x.known_version, x.unit_version AS version_now,
                    {unit_changes} OR {spell_changes} AS is_changed,
                    {moved} AS is_moved, {_faults(said)} AS faults, {_why()} AS why
                FROM (
                    SELECT r.*, {step} AS step, {_begin(said)},
                        CASE WHEN r.given IS NOT NULL AND (x.unit_id IS NULL OR {moved})
                            THEN CASE WHEN ST_Intersects((SELECT o.outline FROM register.municipality_outlines o
                                    WHERE o.municipality_id = :town AND o.during @> current_date LIMIT 1), r.given)
                                THEN 0 ELSE register.outside_m(:town, r.given) END END AS outside
                    FROM (
                        SELECT r.*, m.unit_id, m.reason, {spot} AS given FROM parsed r
                        LEFT JOIN matched m ON m.row_number = r.row_number
                        {"LEFT JOIN spots t ON t.row_number = r.row_number" if has_spots else ""}
                    ) r LEFT JOIN existing x ON x.unit_id = r.unit_id OFFSET 0
                ) r LEFT JOIN existing x ON x.unit_id = r.unit_id OFFSET 0
            ) r OFFSET 0
        ) r LEFT JOIN existing x ON x.unit_id = r.unit_id
    """


def _spell_step(said: set[str]) -> str:
    """What the row means for the unit's spells; the rules are those of `service.set_state`."""
    state = "r.state" if "state" in said else "NULL::text"
    since = "r.since" if "since" in said else "NULL::date"
    same_state = f"({state} IS NULL OR {state} = x.state)"
    other_user = "(r.occupant IS NOT NULL AND x.occupant IS NOT NULL AND r.occupant <> x.occupant)"
    known_past = (
        f"EXISTS (SELECT FROM register.occupancy_spells e WHERE e.unit_id = x.unit_id AND e.during @> {since}"
        f" AND lower(e.during) = {since} AND ({state} IS NULL OR e.state = {state}))"
    )
    return f"""
        CASE
            WHEN x.spell_id IS NULL THEN CASE WHEN {state} IS NULL THEN 'KEINER' ELSE 'NEU' END
            WHEN x.spell_end <= coalesce({since}, CAST(:day AS date)) AND {state} IS NOT NULL THEN 'NEU'
            WHEN {since} < x.spell_start AND {known_past} THEN 'KEINER'
            WHEN {same_state} AND ({since} IS NULL OR {since} = x.spell_start) THEN 'ANGABEN'
            WHEN {same_state} AND {since} > x.spell_start
                THEN CASE WHEN {other_user if "occupant" in said else "false"} THEN 'WECHSEL' ELSE 'ANGABEN' END
            WHEN {same_state} THEN CASE WHEN x.before_end > {since} THEN 'FRUEHER' ELSE 'ANGABEN' END
            WHEN coalesce({since}, CAST(:day AS date)) > x.spell_start THEN 'WECHSEL'
            WHEN x.before_end > {since} THEN 'FRUEHER'
            ELSE 'ABSCHNITT'
        END
    """


def _begin(said: set[str]) -> str:
    """From when the row's state holds: as it says, else since some day before the file's."""
    if "since" not in said:
        return "CAST(:day AS date) AS begin, 'VOR' AS begin_precision"
    return "coalesce(r.since, CAST(:day AS date)) AS begin, coalesce(r.since_precision, 'VOR') AS begin_precision"


def _faults(said: set[str]) -> str:
    """The faults of the cells, and those that only show beside what the register holds."""
    state, kind = ("r.state" if "state" in said else "NULL"), ("r.object_type" if "object_type" in said else "NULL")
    new = f"""
        CASE WHEN r.unit_id IS NULL AND r.problems IS NULL AND ({state} IS NULL OR {kind} IS NULL) THEN
            jsonb_strip_nulls(jsonb_build_object('state', CASE WHEN {state} IS NULL THEN {literal(_MISSING)} END,
                'object_type', CASE WHEN {kind} IS NULL THEN {literal(_MISSING)} END)) END
    """
    parts = [new]
    for key, names, rule, sentence in parsing.CROSS_RULES:
        if key == "until" or not any(name in said for name in names):
            continue
        merged = [f"coalesce(r.{name}, x.{name})" if name in said else f"x.{name}" for name in names]
        broken = f"r.unit_id IS NOT NULL AND r.problems IS NULL AND {rule.format(*merged)}"
        parts.append(f"CASE WHEN {broken} THEN jsonb_build_object('{key}', {literal(sentence)}) END")
    if "until" in said:
        broken = "r.problems IS NULL AND r.until <= CASE WHEN r.step = 'ANGABEN' THEN coalesce(r.begin, x.spell_start)"
        broken += " ELSE r.begin END"
        if "since" not in said:
            broken = broken.replace("coalesce(r.begin, x.spell_start)", "x.spell_start")
        parts.append(f"CASE WHEN {broken} THEN jsonb_build_object('until', {literal(parsing.CROSS_RULES[2][3])}) END")
    return f"coalesce(r.problems, {', '.join(parts)})"


def _why() -> str:
    """The reason of a conflict, the gravest first."""
    return """
        CASE WHEN r.reason IS NOT NULL THEN r.reason
            WHEN r.step = 'FRUEHER' THEN 'FRUEHER'
            WHEN x.known_version <> x.unit_version THEN 'INZWISCHEN'
            WHEN r.step = 'ABSCHNITT' THEN 'ABSCHNITT'
            WHEN r.outside > 200 THEN 'AUSSERHALB' END
    """


def _class() -> str:
    return f"""
        CASE WHEN r.faults IS NOT NULL THEN '{RowClass.FAULTY}'
            WHEN r.reason = 'DOPPELT' THEN '{RowClass.CONFLICT}'
            WHEN r.unit_id IS NULL AND r.given IS NULL THEN '{RowClass.UNPLACED}'
            WHEN r.unit_id IS NULL AND r.why IS NULL THEN '{RowClass.NEW}'
            WHEN r.unit_id IS NOT NULL AND r.known_content = r.content THEN '{RowClass.UNCHANGED}'
            WHEN r.unit_id IS NOT NULL AND NOT r.is_changed THEN '{RowClass.UNCHANGED}'
            WHEN r.why IS NOT NULL THEN '{RowClass.CONFLICT}'
            ELSE '{RowClass.CHANGED}' END
    """


def _changes(said: set[str], facts: list[str], spell_facts: list[str]) -> str:
    """Field by field, what it is and what it would become: {"field": [old, new]}."""
    built = []
    for name in sorted(facts, key=list(COLUMNS).index):
        if name != "verified_by_kind":
            built.append(f"'{name}', CASE WHEN {_differs(name)} THEN jsonb_build_array(x.{name}, r.{name}) END")
    if "external_id" in said:
        built.append(
            "'external_id', CASE WHEN r.external_id IS NOT NULL AND x.known_id IS NULL"
            " THEN jsonb_build_array(NULL, r.external_id) END"
        )
    if "point" in said:
        spot = "round(ST_Y({0})::numeric, 6)::text || ' / ' || round(ST_X({0})::numeric, 6)::text"
        built.append(
            f"'point', CASE WHEN r.is_moved THEN jsonb_build_array({spot.format('x.point')}, {spot.format('r.given')}) END"
        )
    if _SPELL_ONLY & said:
        if "state" in said:
            built.append(
                "'state', CASE WHEN r.state <> x.state OR r.step IN ('WECHSEL', 'NEU')"
                " THEN jsonb_build_array(x.state, r.state) END"
            )
        if "since" in said:
            start = "(r.since, r.since_precision) IS DISTINCT FROM (x.spell_start, x.spell_precision)"
            said_so = f"r.since IS NOT NULL AND r.step <> 'KEINER' AND {start}"
        else:
            said_so = "false"
        built.append(
            f"'since', CASE WHEN ({said_so}) OR r.step IN ('WECHSEL', 'NEU') THEN jsonb_build_array(jsonb_build_array("
            "x.spell_start, x.spell_precision), jsonb_build_array(r.begin, r.begin_precision)) END"
        )
        if "until" in said:
            built.append(
                "'until', CASE WHEN r.until IS NOT NULL AND r.step <> 'KEINER' AND (r.until, r.until_precision) IS DISTINCT"
                " FROM (x.until, x.until_precision) THEN jsonb_build_array(jsonb_build_array(x.until, x.until_precision),"
                " jsonb_build_array(r.until, r.until_precision)) END"
            )
        for name in [*spell_facts, *(["end_reason"] if "end_reason" in said else [])]:
            built.append(
                f"'{name}', CASE WHEN r.step <> 'KEINER' AND {_differs(name)} THEN jsonb_build_array(x.{name}, r.{name}) END"
            )
    pairs = f"jsonb_each(jsonb_build_object({', '.join(built)}))"
    return f"(SELECT jsonb_object_agg(c.key, c.value) FROM {pairs} c WHERE jsonb_typeof(c.value) <> 'null')"
