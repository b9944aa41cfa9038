"""Lists of cases as they stood on a day: pages of a table, columns of a board, what is due, and counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.paging import MOST_COUNTED, SIZE, Page, decode_key, encode_key
from geo.vacancies.cases.codes import ENDED, HELD, WORKING
from geo.vacancies.cases.model import SNAPSHOT
from geo.vacancies.cases.queries import limits
from geo.vacancies.cases.types import DERIVED, DERIVED_FROM
from geo.vacancies.counted import IN_ZONE, in_states
from geo.vacancies.queries import pattern

# Which cases, by the names in addresses: those that are open on the day come first, and are what a list shows.
SCOPES = {"offen": "offene", "beendet": "beendete", "alle": "alle"}
DUE = {"ueberfaellig": "überfällig", "heute": "heute", "woche": "in den nächsten 7 Tagen", "ohne": "ohne Termin"}
WEEK = timedelta(days=7)
NOBODY = 0


@dataclass(frozen=True)
class CaseFilters:
    """What a list of cases is narrowed to, on a day. `responsible`: an account, or `NOBODY`."""

    day: date
    scope: str = "offen"
    state: str | None = None
    responsible: int | None = None
    kind: str | None = None
    priority: int | None = None
    due: str | None = None
    text: str | None = None
    zone: int | None = None
    ids: tuple[int, ...] | None = None

    @property
    def active(self) -> int:
        """How many filters are set, the day apart."""
        rest = (value for name, value in vars(self).items() if name not in {"day", "scope", "responsible"})
        return sum(bool(value) for value in rest) + (self.responsible is not None) + (self.scope != "offen")


_STREET = "coalesce(p.street, p.locality, '')"
_NUMBER = "coalesce(substring(p.house_number FROM '^[0-9]{1,6}'), '0')::int"
_LAST = 99_999
_STATES = ", ".join(f"'{state}'" for state in (*WORKING, *HELD, *ENDED))
# Each order of the table: expressions that are never null, the id last.
SORTS = {
    "faellig": (f"coalesce(e.next_action_on - DATE '1900-01-01', {_LAST})", "e.priority::int", "c.id"),
    "adresse": (_STREET, _NUMBER, "c.id"),
    "stand": (f"array_position(ARRAY[{_STATES}], e.state)", "c.id"),
    "vorrang": ("e.priority::int", f"coalesce(e.next_action_on - DATE '1900-01-01', {_LAST})", "c.id"),
    "leer": (f"coalesce(v.empty_since - DATE '1900-01-01', {_LAST})", "c.id"),
    "zuletzt": ("l.last_on - DATE '1900-01-01'", "c.id"),
}
_COLUMNS = f"""
    c.id, c.version, c.unit_id, c.is_example, c.opened_on, c.resumes_as, {", ".join(f"e.{name}" for name in SNAPSHOT)},
    a.name AS responsible, coalesce(e.type_override, ({DERIVED})) AS kind, v.empty_since, l.last_on,
    u.name, u.object_type, u.floor, u.area_total_m2, p.street, p.house_number, p.locality,
    s.state AS use, ST_X(p.point) AS longitude, ST_Y(p.point) AS latitude
"""
# How a case stood on a past day is its last step up to it; today it is the case itself.
_TODAY = "JOIN register.cases e ON e.id = c.id"
_PAST = """JOIN LATERAL (SELECT w.* FROM register.case_events w
    WHERE w.case_id = c.id AND w.on_day <= CAST(:day AS date) ORDER BY w.on_day DESC, w.id DESC LIMIT 1) e ON true"""
_FROM = f"""
    FROM register.cases c
    {{stood}}
    JOIN register.units u ON u.id = c.unit_id
    JOIN register.places p ON p.id = u.place_id AND p.municipality_id = :municipality_id
    LEFT JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.municipality_id = :municipality_id
        AND lower(s.during) <= CAST(:day AS date) AND coalesce(upper(s.during), 'infinity') > CAST(:day AS date)
    LEFT JOIN register.accounts a ON a.id = e.responsible_id
    CROSS JOIN LATERAL (SELECT max(w.on_day) AS last_on FROM register.case_events w
        WHERE w.case_id = c.id AND w.on_day <= CAST(:day AS date)) l
    {DERIVED_FROM}
"""  # noqa: S608 (own expressions)


def _tables(day: date) -> str:
    return _FROM.format(stood=_PAST if day < clock.today() else _TODAY)


def _where(session: Session, municipality_id: int, filters: CaseFilters) -> tuple[str, dict[str, Any]]:
    """The condition and what it binds, the thresholds of the types among it."""
    values = {"municipality_id": municipality_id} | limits(session, municipality_id).values(filters.day)
    conditions = ["c.municipality_id = :municipality_id"]
    ended = in_states(tuple(ENDED), "e.state")
    if filters.state:
        conditions.append("e.state = :state")
        values["state"] = filters.state
    elif filters.scope != "alle":
        conditions.append(ended if filters.scope == "beendet" else f"NOT {ended}")
    if filters.responsible is not None:
        nobody = filters.responsible == NOBODY
        conditions.append("e.responsible_id IS NULL" if nobody else "e.responsible_id = :responsible")
        values |= {} if nobody else {"responsible": filters.responsible}
    if filters.kind:
        conditions.append(f"coalesce(e.type_override, ({DERIVED})) = :kind")
        values["kind"] = filters.kind
    if filters.priority:
        conditions.append("e.priority = :priority")
        values["priority"] = filters.priority
    if filters.due:
        conditions.append(_DUE[filters.due])
        values["week"] = filters.day + WEEK
    if filters.text:
        words = "lower(concat_ws(' ', p.street, p.house_number, p.locality, u.name, e.next_action))"
        conditions.append(f"{words} LIKE lower(:pattern) ESCAPE '!'")
        values["pattern"] = pattern(filters.text)
    if filters.zone is not None:
        conditions.append(IN_ZONE)
        values["zone_id"] = filters.zone
    if filters.ids is not None:
        conditions.append("c.id = ANY (:ids)")
        values["ids"] = list(filters.ids)
    return " AND ".join(conditions), values


_DUE = {
    "ueberfaellig": "e.next_action_on < CAST(:day AS date)",
    "heute": "e.next_action_on = CAST(:day AS date)",
    "woche": "e.next_action_on BETWEEN CAST(:day AS date) AND CAST(:week AS date)",
    "ohne": "e.next_action_on IS NULL",
}


def search(
    session: Session, municipality_id: int, filters: CaseFilters, sort: str = "faellig", after: str | None = None
) -> Page[Row[Any]]:
    """A page of the town's cases. `sort` is one of `SORTS`, with a minus in front for the other direction."""
    where, values = _where(session, municipality_id, filters)
    tables, whole = _tables(filters.day), where
    keys = SORTS[sort.removeprefix("-")]
    direction, beyond = ("DESC", "<") if sort.startswith("-") else ("ASC", ">")
    position = decode_key(after, [str if key == _STREET else int for key in keys])
    count = text(f"SELECT count(*) FROM (SELECT 1 {tables} WHERE {whole} LIMIT {MOST_COUNTED + 1}) n")  # noqa: S608
    total = session.scalar(count, values) or 0
    if position is not None:
        where += f" AND ({', '.join(keys)}) {beyond} ({', '.join(f':k{index}' for index in range(len(keys)))})"
        values |= {f"k{index}": value for index, value in enumerate(position)}
    order = ", ".join(f"{key} {direction}" for key in keys)
    found = ", ".join(f"{key} AS key_{index}" for index, key in enumerate(keys))
    query = f"SELECT {_COLUMNS}, {found} {tables} WHERE {where} ORDER BY {order} LIMIT :limit"
    rows = session.execute(text(query), {**values, "limit": SIZE + 1}).all()
    next_key = None
    if len(rows) > SIZE:
        rows = rows[:SIZE]
        next_key = encode_key([getattr(rows[-1], f"key_{index}") for index in range(len(keys))])
    return Page(rows, next_key, min(total, MOST_COUNTED), total > MOST_COUNTED)


def rows_of(session: Session, municipality_id: int, filters: CaseFilters, most: int) -> Sequence[Row[Any]]:
    """The first cases that a filter shows, what is due first; one more than `most` where there are more."""
    where, values = _where(session, municipality_id, filters)
    order = ", ".join(SORTS["faellig"])
    query = f"SELECT {_COLUMNS} {_tables(filters.day)} WHERE {where} ORDER BY {order} LIMIT :limit"
    return session.execute(text(query), {**values, "limit": most + 1}).all()


def by_state(
    session: Session, municipality_id: int, filters: CaseFilters, most: int
) -> tuple[Sequence[Row[Any]], dict[str, int]]:
    """For a board: the first cases of each state, what is due first, and how many there are of each."""
    where, values = _where(session, municipality_id, filters)
    tables, order = _tables(filters.day), ", ".join(SORTS["vorrang"])
    query = (
        f"SELECT * FROM (SELECT {_COLUMNS}, row_number() OVER (PARTITION BY e.state ORDER BY {order}) AS place"  # noqa: S608
        f" {tables} WHERE {where}) found WHERE place <= :most ORDER BY place"
    )
    rows = session.execute(text(query), {**values, "most": most}).all()
    counted = text(f"SELECT e.state, count(*) AS n {tables} WHERE {where} GROUP BY e.state")
    return rows, {row.state: row.n for row in session.execute(counted, values)}


def one(session: Session, municipality_id: int, case_id: int, day: date) -> Row[Any] | None:
    """One case as lists show it, on a day; None where it had not begun."""
    found = rows_of(session, municipality_id, CaseFilters(day, scope="alle", ids=(case_id,)), 1)
    return found[0] if found else None


@dataclass(frozen=True)
class CaseFigures:
    """What waits for a person, and for whoever looks after the town's cases."""

    open: int
    mine: int
    mine_overdue: int
    mine_today: int
    overdue: int
    reported: int
    unassigned: int


_FIGURES = text(
    f"""
    SELECT count(*) AS open,
           count(*) FILTER (WHERE c.responsible_id = :account) AS mine,
           count(*) FILTER (WHERE c.responsible_id = :account AND c.next_action_on < CAST(:day AS date)),
           count(*) FILTER (WHERE c.responsible_id = :account AND c.next_action_on = CAST(:day AS date)),
           count(*) FILTER (WHERE c.next_action_on < CAST(:day AS date)) AS overdue,
           count(*) FILTER (WHERE c.state = 'GEMELDET') AS reported,
           count(*) FILTER (WHERE c.responsible_id IS NULL) AS unassigned
    FROM register.cases c WHERE c.municipality_id = :town AND NOT {in_states(tuple(ENDED), "c.state")}
    """  # noqa: S608 (own codes)
)


def figures(session: Session, town: int, account_id: int | None, day: date) -> CaseFigures:
    """Counts of the town's open cases; the session works in that town."""
    return CaseFigures(*session.execute(_FIGURES, {"town": town, "account": account_id, "day": day}).one())
