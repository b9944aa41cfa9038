"""Writes the chosen staged rows into the register: places, units and spells by the set, in the caller's transaction.

The caller has opened `perform()` for the town and holds its lock. What somebody changed since the rows were judged is
left as it is and reported.
"""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core import geometry
from geo.core.db import set_local
from geo.core.errors import Conflict
from geo.vacancies.codes import ON_THE_STREET
from geo.vacancies.counted import in_states
from geo.vacancies.importing.codes import UNSETTLED, RowClass
from geo.vacancies.importing.difference import PLACE_KEYS, SPELL_FACTS, UNIT_KEYS
from geo.vacancies.importing.plan import Plan
from geo.vacancies.importing.staging import Progress, quiet

STEPS = 7
# The columns of `units` that a row fills, and those of a spell by the staged value.
_UNIT = tuple(name for name in UNIT_KEYS if name not in {"verified_on", "verified_by_kind"})
_SPELL = {("note" if name == "spell_note" else name): name for name in SPELL_FACTS}
_DEFAULTS = {
    "accessible": "'UNBEKANNT'",
    "equipment": "'{}'::text[]",
    "is_ground_floor_frontage": f"(coalesce(r.floor, 0) = 0 AND {in_states(ON_THE_STREET, 'r.object_type')})",
}
_SPELL_KEYS = ["state", "since", "until", "end_reason", *SPELL_FACTS]
_CHOSEN = "r.import_id = :import AND coalesce(r.is_chosen, r.class = ANY (:classes)) AND r.class = ANY (:acceptable)"
# What came too late stays out: a unit that was changed since, and a new one whose key the register has by now.
_LATE = """
    WITH late AS (
        UPDATE register.import_rows r SET class = 'KONFLIKT', reason = CASE WHEN k.is_new THEN 'SCHON_DA' ELSE 'INZWISCHEN' END,
            is_chosen = NULL
        FROM picks k WHERE r.import_id = :import AND k.row_number = r.row_number AND CASE WHEN k.is_new
            THEN EXISTS (SELECT FROM register.units u WHERE u.municipality_id = :town AND u.external_source = :source
                AND u.external_id = r.external_id)
            ELSE NOT EXISTS (SELECT FROM register.units u JOIN register.places p ON p.id = u.place_id
                WHERE u.id = r.unit_id AND u.version = r.unit_version AND p.id = r.place_id AND p.version = r.place_version)
            END
        RETURNING r.row_number)
    DELETE FROM picks k USING late l WHERE l.row_number = k.row_number
"""
# In the order of the points, so that each finds its neighbours' page of the index at hand.
_NEW_PLACES = """
    CREATE TEMP TABLE new_places ON COMMIT DROP AS
    SELECT spot, row_number, nextval('register.places_id_seq')::integer AS place_id FROM (
        SELECT n.spot, n.row_number FROM (
            SELECT spot, min(row_number) AS row_number FROM picks WHERE is_new AND place_id IS NULL GROUP BY spot) n
        JOIN register.import_rows r ON r.import_id = current_setting('app.import_id')::integer
            AND r.row_number = n.row_number
        ORDER BY r.point) o
"""


def accept(
    session: Session, import_id: int, town: int, plan: Plan, classes: list[str], progress: Progress = quiet
) -> dict[str, int]:
    """Takes the rows over; returns how many units were created and changed, and how many rows were too late.

    Raises `Conflict` when two chosen rows speak of the same unit.
    """
    acceptable = [RowClass.NEW, RowClass.CHANGED, RowClass.CONFLICT]
    values: dict[str, Any] = {"import": import_id, "town": town, "source": plan.source, "day": plan.day}
    values |= {"classes": list(classes), "acceptable": acceptable}
    progress(0, STEPS, "Die gewählten Zeilen werden zusammengestellt")
    _pick(session, values)
    done: Any = session.execute(text(_LATE), values)
    late = int(done.rowcount)
    session.execute(text("ANALYZE picks"))
    progress(1, STEPS, "Neue Orte werden eingetragen")
    _create_places(session, values)
    progress(2, STEPS, "Neue Nutzungseinheiten werden eingetragen")
    created = _create_units(session, values)
    progress(3, STEPS, "Ihre Nutzungsabschnitte werden eingetragen")
    _create_spells(session, values, "k.is_new")
    progress(4, STEPS, "Geänderte Nutzungsabschnitte werden fortgeschrieben")
    changed = session.scalar(text("SELECT count(*) FROM picks WHERE NOT is_new")) or 0
    if changed:
        _change_spells(session, values)
        progress(5, STEPS, "Geänderte Nutzungseinheiten werden fortgeschrieben")
        _change_places(session, values)
        _change_units(session, values)
    progress(6, STEPS, "Es wird vermerkt, was die Quelle kennt")
    _mark(session, values)
    for table in ("picks", "new_places"):
        session.execute(text(f"DROP TABLE {table}"))
    return {"created": created, "changed": int(changed), "late": late}


def _pick(session: Session, values: dict[str, Any]) -> None:
    """The temporary table `picks`: the chosen rows with the ids of what they become."""
    for table in ("picks", "new_places"):
        session.execute(text(f"DROP TABLE IF EXISTS {table}"))
    session.execute(
        text(
            "CREATE TEMP TABLE picks (row_number integer, is_new boolean, unit_id integer, place_id integer, spot bigint)"
            " ON COMMIT DROP"
        )
    )
    spot = (
        "hash_record_extended(ROW(lower(r.street), lower(r.house_number), round(ST_X(r.point) * 1000000),"
        " round(ST_Y(r.point) * 1000000)), 0)"
    )
    session.execute(
        text(
            f"INSERT INTO picks SELECT r.row_number, r.unit_id IS NULL, coalesce(r.unit_id,"
            f" nextval('register.units_id_seq')), r.place_id, CASE WHEN r.unit_id IS NULL THEN {spot} END"
            f" FROM register.import_rows r WHERE {_CHOSEN} AND NOT coalesce(r.reason = ANY (:unsettled), false)"
        ),
        {**values, "unsettled": list(UNSETTLED)},
    )
    # Without statistics the joins below would be nested loops over every place of the town.
    session.execute(text("ANALYZE picks"))
    twice = session.scalars(
        text(
            "SELECT row_number FROM picks WHERE unit_id IN (SELECT unit_id FROM picks WHERE NOT is_new GROUP BY unit_id"
            " HAVING count(*) > 1) ORDER BY row_number LIMIT 6"
        )
    ).all()
    if twice:
        listed = ", ".join(map(str, twice))
        raise Conflict(
            f"Die Zeilen {listed} beschreiben dieselbe Nutzungseinheit. Bitte höchstens eine davon auswählen."
        )
    # Units of one building stand at one place: one that is there already, at the same address and spot.
    known = spot.replace("r.", "p.")
    session.execute(
        text(
            f"UPDATE picks k SET place_id = p.id FROM (SELECT DISTINCT ON (spot) {known} AS spot, p.id"
            " FROM register.places p JOIN register.units u ON u.place_id = p.id"
            " WHERE p.municipality_id = :town ORDER BY spot, p.id) p WHERE k.is_new AND k.spot = p.spot"
        ),
        values,
    )


def _create_places(session: Session, values: dict[str, Any]) -> None:
    set_local(session, app__import_id=str(values["import"]))  # a utility statement takes no bound values
    session.execute(text(_NEW_PLACES))
    session.execute(text("ANALYZE new_places"))
    session.execute(
        text(
            "INSERT INTO register.places (id, municipality_id, street, house_number, postcode, locality, point,"
            " public_point, outline, outside_m, outside_confirmed)"
            " SELECT n.place_id, :town, r.street, r.house_number, r.postcode, r.locality, r.point,"
            f" {geometry.snapped_sql('r.point')}, r.outline, r.outside_m, coalesce(r.outside_m > 200, false)"
            " FROM new_places n JOIN register.import_rows r ON r.import_id = :import AND r.row_number = n.row_number"
            " ORDER BY n.place_id"
        ),
        values,
    )


def _create_units(session: Session, values: dict[str, Any]) -> int:
    columns = ", ".join(_UNIT)
    given = ", ".join(f"coalesce(r.{name}, {_DEFAULTS[name]})" if name in _DEFAULTS else f"r.{name}" for name in _UNIT)
    done: Any = session.execute(
        text(
            f"INSERT INTO register.units (id, municipality_id, place_id, during, {columns}, external_source, external_id,"
            " verified_on, verified_by_kind)"
            " SELECT k.unit_id, :town, coalesce(k.place_id, n.place_id), CASE WHEN r.state = 'ENTFALLEN' THEN daterange(NULL, r.spell_start)"
            f" ELSE daterange(NULL, NULL) END, {given}, CASE WHEN r.external_id IS NOT NULL THEN :source END,"
            " r.external_id, coalesce(r.verified_on, :day), coalesce(r.verified_by_kind, 'REGISTER')"
            " FROM picks k JOIN register.import_rows r ON r.import_id = :import AND r.row_number = k.row_number"
            " LEFT JOIN new_places n ON k.place_id IS NULL AND n.spot = k.spot"
            " WHERE k.is_new ORDER BY k.unit_id"
        ),
        values,
    )
    return int(done.rowcount)


def _create_spells(session: Session, values: dict[str, Any], which: str) -> None:
    columns, given = ", ".join(_SPELL), ", ".join(f"r.{name}" for name in _SPELL.values())
    session.execute(
        text(
            "INSERT INTO register.occupancy_spells (unit_id, municipality_id, during, start_precision, end_precision,"
            f" state, {columns}) SELECT k.unit_id, :town, daterange(r.spell_start, r.until), r.spell_start_precision,"
            f" coalesce(r.until_precision, 'TAG'), r.state, {given}"
            " FROM picks k JOIN register.import_rows r ON r.import_id = :import AND r.row_number = k.row_number"
            f" WHERE r.state IS NOT NULL AND {which}"
        ),
        values,
    )


def _change_spells(session: Session, values: dict[str, Any]) -> None:
    """A later state ends the running spell and begins another; anything else corrects the spell that is there."""
    rows = "FROM picks k JOIN register.import_rows r ON r.import_id = :import AND r.row_number = k.row_number"
    session.execute(
        text(
            "UPDATE register.occupancy_spells s SET during = daterange(lower(s.during), r.spell_start),"
            " end_precision = r.spell_start_precision, end_reason = coalesce(r.end_reason, s.end_reason),"
            f" version = s.version + 1 {rows} WHERE NOT k.is_new AND r.spell_step = 'WECHSEL' AND s.id = r.spell_id"
            " AND (upper_inf(s.during) OR upper(s.during) > r.spell_start)"
        ),
        values,
    )
    facts = ", ".join(f"{column} = coalesce(r.{name}, s.{column})" for column, name in _SPELL.items())
    session.execute(
        text(
            "UPDATE register.occupancy_spells s SET state = coalesce(r.state, s.state),"
            " during = daterange(coalesce(r.since, lower(s.during)), coalesce(r.until, upper(s.during))),"
            " start_precision = coalesce(r.since_precision, s.start_precision),"
            " end_precision = coalesce(r.until_precision, s.end_precision),"
            f" end_reason = coalesce(r.end_reason, s.end_reason), {facts}, version = s.version + 1 {rows}"
            " WHERE NOT k.is_new AND r.spell_step IN ('ANGABEN', 'ABSCHNITT') AND s.id = r.spell_id"
            " AND r.changes ?| CAST(:spell_keys AS text[])"
        ),
        {**values, "spell_keys": _SPELL_KEYS},
    )
    switched = "NOT k.is_new AND r.spell_step IN ('WECHSEL', 'NEU') AND r.changes ?| ARRAY['state', 'since']"
    # A change of occupant alone keeps the state of the spell before.
    session.execute(
        text(
            "UPDATE register.import_rows r SET state = s.state FROM register.occupancy_spells s"
            " WHERE r.import_id = :import AND r.spell_step = 'WECHSEL' AND r.state IS NULL AND s.id = r.spell_id"
        ),
        values,
    )
    _create_spells(session, values, switched)


def _change_places(session: Session, values: dict[str, Any]) -> None:
    level = (
        "(SELECT min(o.publication_level) FROM register.units o WHERE o.place_id = p.id AND o.publication_level >= 2)"
    )
    address = ", ".join(f"{name} = coalesce(r.{name}, p.{name})" for name in PLACE_KEYS)
    moved = "r.changes ? 'point'"
    shown = f"CASE WHEN {level} >= 3 THEN r.point ELSE {geometry.snapped_sql('r.point')} END"
    session.execute(
        text(
            f"UPDATE register.places p SET {address}, point = CASE WHEN {moved} THEN r.point ELSE p.point END,"
            f" public_point = CASE WHEN {moved} THEN {shown} ELSE p.public_point END,"
            f" outline = CASE WHEN {moved} THEN coalesce(r.outline, p.outline) ELSE p.outline END,"
            f" outside_confirmed = CASE WHEN {moved} THEN coalesce(r.outside_m > 200, false) ELSE p.outside_confirmed END,"
            " version = p.version + 1"
            " FROM (SELECT DISTINCT ON (r.place_id) r.* FROM picks k JOIN register.import_rows r"
            "   ON r.import_id = :import AND r.row_number = k.row_number WHERE NOT k.is_new"
            "   AND r.changes ?| CAST(:place_keys AS text[]) ORDER BY r.place_id, r.row_number) r WHERE p.id = r.place_id"
        ),
        {**values, "place_keys": [*PLACE_KEYS, "point"]},
    )


def _change_units(session: Session, values: dict[str, Any]) -> None:
    """The units' facts, how long they are in the stock (as `service` settles it), when they were confirmed."""
    facts = ", ".join(f"{name} = coalesce(r.{name}, u.{name})" for name in _UNIT)
    key = "r.external_id IS NOT NULL AND u.external_id IS NULL"
    session.execute(
        text(
            f"UPDATE register.units u SET {facts}, external_id = CASE WHEN {key} THEN r.external_id ELSE u.external_id END,"
            f" external_source = CASE WHEN {key} THEN :source ELSE u.external_source END,"
            " verified_on = greatest(u.verified_on, coalesce(r.verified_on, :day)),"
            " verified_by_kind = CASE WHEN coalesce(r.verified_on, :day) > coalesce(u.verified_on, '-infinity')"
            "   THEN coalesce(r.verified_by_kind, 'REGISTER') ELSE u.verified_by_kind END,"
            " during = CASE WHEN s.stock_end <= s.stock_begin THEN daterange(NULL, s.stock_end)"
            "   ELSE daterange(s.stock_begin, s.stock_end) END,"
            " version = u.version + 1"
            " FROM picks k JOIN register.import_rows r ON r.import_id = :import AND r.row_number = k.row_number"
            " JOIN LATERAL (SELECT CASE WHEN lower_inf(o.during) THEN NULL ELSE"
            "     least(lower(o.during), coalesce(min(lower(s.during)), lower(o.during))) END AS stock_begin,"
            "   max(lower(s.during)) FILTER (WHERE s.state = 'ENTFALLEN' AND s.is_last) AS stock_end"
            "   FROM register.units o LEFT JOIN (SELECT i.*, row_number() OVER (ORDER BY i.during DESC) = 1 AS is_last"
            "     FROM register.occupancy_spells i WHERE i.unit_id = k.unit_id) s ON s.unit_id = o.id"
            "   WHERE o.id = k.unit_id GROUP BY o.during) s ON true"
            " WHERE NOT k.is_new AND u.id = k.unit_id"
        ),
        values,
    )


def _mark(session: Session, values: dict[str, Any]) -> None:
    """What the source said of each unit, in which row, and the unit's version after that."""
    into = "INSERT INTO register.imported_units (municipality_id, unit_id, source, import_id, unit_version, content, row_number)"
    rows = "register.import_rows r ON r.import_id = :import AND r.row_number = k.row_number"
    session.execute(
        text(
            f"{into} SELECT :town, k.unit_id, :source, :import, 1, r.content, r.row_number FROM picks k JOIN {rows}"
            " WHERE k.is_new"
        ),
        values,
    )
    session.execute(
        text(
            f"{into} SELECT :town, u.id, :source, :import, u.version, r.content, r.row_number FROM picks k JOIN {rows}"
            " JOIN register.units u ON u.id = k.unit_id WHERE NOT k.is_new"
            " ON CONFLICT (unit_id, source) DO UPDATE SET import_id = excluded.import_id,"
            " unit_version = excluded.unit_version, content = excluded.content, row_number = excluded.row_number"
        ),
        values,
    )
    session.execute(
        text(
            f"{into} SELECT :town, r.unit_id, :source, :import, r.unit_version, r.content, r.row_number"
            " FROM register.import_rows r WHERE r.import_id = :import AND r.class = 'UNVERAENDERT'"
            " AND EXISTS (SELECT FROM register.units u WHERE u.id = r.unit_id AND u.version = r.unit_version)"
            " ON CONFLICT (unit_id, source) DO NOTHING"
        ),
        values,
    )
