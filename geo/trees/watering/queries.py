"""Reads of watering: what a visit needs and got, who helps, the record of a tree, the weather, calls to the yard."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from geo.accounts import links
from geo.core.access import Action, Actor, may, require
from geo.core.db import for_municipality
from geo.core.errors import NotFound
from geo.trees.applications.model import TreeSettings
from geo.trees.applications.queries import settings_of
from geo.trees.queries.internal import is_visible
from geo.trees.watering.model import Patron
from geo.trees.watering.need import DueDay, Poured, Rule, Trees, needs, settled

AHEAD = timedelta(days=20)


@dataclass(frozen=True)
class WateredVisit:
    """A public visit: where, when (days included) and how many modules stand there."""

    id: int
    municipality_id: int
    municipality: str
    stop_id: int
    stop: str
    first: date
    last: date
    modules_s: int
    modules_l: int
    is_example: bool

    @property
    def trees(self) -> Trees:
        return Trees(self.first, self.last, self.modules_s, self.modules_l)

    @property
    def count(self) -> int:
        return self.modules_s + self.modules_l


@dataclass(frozen=True)
class LogRow:
    """Water that was poured. `by`: the patron's name, for those who may see it."""

    id: int
    version: int
    visit_id: int
    stop: str
    day: date
    litres: float
    trees: int
    by_kind: str
    patron_id: int | None
    tree: str | None
    logged_at: datetime


@dataclass(frozen=True)
class RotaDay:
    """A day on which water is needed: what for, what was poured, who took it."""

    due: DueDay
    patron_id: int | None

    @property
    def day(self) -> date:
        return self.due.need.day


@dataclass(frozen=True)
class CareRow:
    """Something that was done for trees other than watering."""

    id: int
    version: int
    day: date
    kind: str
    note: str | None
    tree_id: int | None
    tree: str | None
    visit_id: int | None
    stop: str | None


@dataclass(frozen=True)
class AlarmRow:
    """A day that nobody watered on."""

    id: int
    municipality_id: int
    municipality: str
    visit_id: int
    stop: str
    day: date
    litres: int
    raised_at: datetime
    told_at: datetime | None
    done_at: datetime | None


@dataclass(frozen=True)
class TurnChange:
    """A day that a patron took, `changes` times changed since; given back again, or not."""

    day: date
    changes: int
    is_given_back: bool
    changed_at: datetime


@dataclass(frozen=True)
class WeatherRow:
    """The highest temperature of a day."""

    day: date
    max_c: float
    source: str
    station: str | None


_VISIT = """
    SELECT v.id, v.municipality_id, m.name AS municipality, v.stop_id, s.name AS stop, lower(v.during) AS first,
           upper(v.during) - 1 AS last, v.modules_s, v.modules_l, v.is_example
    FROM published.visits v
    JOIN published.stops s ON s.id = v.stop_id
    JOIN published.municipalities m ON m.id = v.municipality_id
"""
_ONE = text(f"{_VISIT} WHERE v.id = :id")
_ON = text(
    f"{_VISIT} WHERE v.during && daterange(:first, :last, '[]') AND s.kind = 'STRASSE'"
    " AND (CAST(:town AS integer) IS NULL OR v.municipality_id = :town)"
    " AND (CAST(:stop AS integer) IS NULL OR v.stop_id = :stop)"
    " ORDER BY m.name, lower(v.during), s.name, v.id"
)
_LOGS = """
    SELECT g.id, g.version, g.visit_id, s.name AS stop, g.day, g.litres::float8 AS litres, g.trees, g.by_kind,
           g.patron_id, t.label AS tree, g.logged_at
    FROM register.watering_logs g
    JOIN register.visits v ON v.id = g.visit_id
    JOIN register.stops s ON s.id = v.stop_id
    LEFT JOIN register.trees t ON t.id = g.tree_id
"""
_OF_VISIT = text(f"{_LOGS} WHERE g.visit_id = :visit ORDER BY g.day DESC, g.id DESC")
# A tree's own water, and that of the visits with which it stood there on that day.
_OF_TREE = text(
    f"""
    {_LOGS}
    WHERE g.tree_id = :tree OR (g.tree_id IS NULL AND EXISTS (
        SELECT FROM register.stays y JOIN register.visits w ON w.id = y.visit_id
        WHERE y.tree_id = :tree AND y.during @> g.day AND g.visit_id IN (w.id, w.planned_visit_id)))
    ORDER BY g.day DESC, g.id DESC
    """
)
_TURNS = text("SELECT w.day, w.patron_id FROM register.watering_turns w WHERE w.visit_id = :visit")
_WEATHER = text(
    "SELECT w.day, w.max_c::float8 AS max_c, w.source, w.station FROM register.weather_days w"
    " WHERE w.municipality_id = :town AND w.day BETWEEN :first AND :last ORDER BY w.day DESC"
)
_CARE = """
    SELECT e.id, e.version, e.day, e.kind, e.note, e.tree_id, t.label AS tree, e.visit_id, s.name AS stop
    FROM register.care_entries e
    LEFT JOIN register.trees t ON t.id = e.tree_id
    LEFT JOIN register.visits v ON v.id = e.visit_id
    LEFT JOIN register.stops s ON s.id = v.stop_id
"""
_CARE_OF_VISIT = text(f"{_CARE} WHERE e.visit_id = :visit ORDER BY e.day DESC, e.id DESC")
_CARE_OF_TREE = text(
    f"""
    {_CARE}
    WHERE e.tree_id = :tree OR (e.tree_id IS NULL AND EXISTS (
        SELECT FROM register.stays y JOIN register.visits w ON w.id = y.visit_id
        WHERE y.tree_id = :tree AND y.during @> e.day AND e.visit_id IN (w.id, w.planned_visit_id)))
    ORDER BY e.day DESC, e.id DESC
    """
)
_ALARMS = """
    SELECT a.id, a.municipality_id, m.name AS municipality, a.visit_id, s.name AS stop, a.day, a.litres, a.raised_at,
           a.told_at, a.done_at
    FROM register.watering_alarms a
    JOIN register.visits v ON v.id = a.visit_id
    JOIN register.stops s ON s.id = v.stop_id
    JOIN register.municipalities m ON m.id = a.municipality_id
"""
_OPEN_ALARMS = text(f"{_ALARMS} WHERE a.done_at IS NULL AND a.municipality_id = :town ORDER BY a.day, s.name, a.id")
_ALARMS_BY_ID = text(f"{_ALARMS} WHERE a.id = ANY (:ids) ORDER BY m.name, a.day, s.name, a.id")
_TURN_HISTORY = text(
    """
    SELECT c.day, count(*)::int - 1 AS changes, (array_agg(c.operation ORDER BY c.id DESC))[1] = 'DELETE' AS given_back,
           max(c.changed_at) AS changed_at
    FROM (SELECT h.id, h.operation, h.changed_at, (coalesce(h.new_values, h.old_values) ->> 'day')::date AS day
          FROM history.changes h
          WHERE h.table_name = 'watering_turns' AND h.municipality_id = :town
            AND coalesce(h.new_values, h.old_values) ->> 'patron_id' = :patron) c
    GROUP BY c.day ORDER BY c.day
    """
)
_TREE_TOWN = text("SELECT t.municipality_id, t.label FROM register.trees t WHERE t.id = :id")
_TREES_OF_VISIT = text(
    """
    SELECT DISTINCT t.id, t.label FROM register.stays y JOIN register.visits w ON w.id = y.visit_id
    JOIN register.trees t ON t.id = y.tree_id WHERE :visit IN (w.id, w.planned_visit_id) ORDER BY t.label
    """
)


def find_visit(session: Session, visit_id: int) -> WateredVisit:
    """A public visit; any role may ask. Raises `NotFound`."""
    row = session.execute(_ONE, {"id": visit_id}).first()
    if row is None:
        raise NotFound("Der Besuch", visit_id)
    return WateredVisit(*row)


def visits_between(
    session: Session, first: date, last: date, *, town: int | None = None, stop: int | None = None
) -> list[WateredVisit]:
    """The public visits in streets that touch these days: of a town, of a stop, or of everybody."""
    asked = {"first": first, "last": last, "town": town, "stop": stop}
    return [WateredVisit(*row) for row in session.execute(_ON, asked)]


def get_visit(session: Session, actor: Actor, visit_id: int) -> WateredVisit:
    """A decided or actual visit of a town that the actor may look into. Raises `NotFound`."""
    found = find_visit(session, visit_id)
    if not may(actor, Action.TREE_VIEW, found.municipality_id):
        raise NotFound("Der Besuch", visit_id)
    return found


def rule_of(row: TreeSettings) -> Rule:
    """What a town has set."""
    return Rule(
        row.litres_s, row.litres_l, row.once_first, row.once_last, row.twice_first, row.twice_last, row.hot_above_c,
        row.hot_litres,
    )  # fmt: skip


def rota(session: Session, visit: WateredVisit, until: date) -> list[RotaDay]:
    """The visit's days that need water, from its first to `until`, with water and turns."""
    with for_municipality(session, visit.municipality_id):
        rule = rule_of(settings_of(session, visit.municipality_id))
        degrees = {one.day: one.max_c for one in weather(session, visit.municipality_id, visit.first, until)}
        poured = [Poured(log.day, log.litres) for log in _logs(session, _OF_VISIT, visit=visit.id)]
        turns = {row.day: row.patron_id for row in session.execute(_TURNS, {"visit": visit.id})}
    due = needs(visit.trees, rule, visit.first, until, degrees)
    return [RotaDay(one, turns.get(one.need.day)) for one in settled(due, poured)]


def weather(session: Session, municipality_id: int, first: date, last: date) -> list[WeatherRow]:
    """The days with a known temperature, the latest first (the caller works in the town)."""
    found = session.execute(_WEATHER, {"town": municipality_id, "first": first, "last": last})
    return [WeatherRow(*row) for row in found]


def logs_of_visit(session: Session, visit: WateredVisit) -> list[LogRow]:
    """What was poured at a visit, the latest first."""
    with for_municipality(session, visit.municipality_id):
        return _logs(session, _OF_VISIT, visit=visit.id)


def care_of_visit(session: Session, visit: WateredVisit) -> list[CareRow]:
    """What else was done at a visit."""
    with for_municipality(session, visit.municipality_id):
        return [CareRow(*row) for row in session.execute(_CARE_OF_VISIT, {"visit": visit.id})]


def trees_of_visit(session: Session, visit: WateredVisit) -> list[tuple[int, str]]:
    """The trees that are, or are to be, at a visit, to choose from."""
    return [(row.id, row.label) for row in session.execute(_TREES_OF_VISIT, {"visit": visit.id})]


def record_of_tree(
    session: Session, actor: Actor, tree_id: int, town: int | None
) -> tuple[str, list[LogRow], list[CareRow]]:
    """A tree's label and its record of care: of the town worked in, or (None) of every town that the actor may see."""
    row = session.execute(_TREE_TOWN, {"id": tree_id}).first()
    if row is None or not is_visible(actor, row.municipality_id):
        raise NotFound("Der Baum", tree_id)
    logs: list[LogRow] = []
    care: list[CareRow] = []
    for one in [town] if town is not None else _towns_of(session, actor):
        with for_municipality(session, one):
            logs += _logs(session, _OF_TREE, tree=tree_id)
            care += [CareRow(*found) for found in session.execute(_CARE_OF_TREE, {"tree": tree_id})]
    logs.sort(key=lambda log: (log.day, log.id), reverse=True)
    care.sort(key=lambda entry: (entry.day, entry.id), reverse=True)
    return row.label, logs, care


def patrons_of(session: Session, actor: Actor, visit: WateredVisit) -> list[Patron]:
    """Who helps at a visit: for the town's own editors. Raises `NotPermitted`."""
    require(actor, Action.APPLICATION_CONTACT, visit.municipality_id)
    with for_municipality(session, visit.municipality_id):
        return list(
            session.scalars(
                select(Patron).where(Patron.visit_id == visit.id, Patron.confirmed_at.is_not(None)).order_by(Patron.id)
            )
        )


def count_patrons(session: Session, visit: WateredVisit) -> int:
    """How many help at a visit."""
    query = text("SELECT count(*) FROM register.patrons WHERE visit_id = :id AND confirmed_at IS NOT NULL")
    with for_municipality(session, visit.municipality_id):
        return int(session.scalar(query, {"id": visit.id}) or 0)


def by_link(session: Session, token: str) -> Patron:
    """Whose link it is. Raises `NotFound`."""
    town, hashed = links.read(token)
    return _patron(session, town, or_(Patron.link_sha256 == hashed, Patron.again_sha256 == hashed))


def by_confirmation(session: Session, token: str, now: datetime) -> Patron:
    """Who is to confirm with this link, while it works. Raises `NotFound`."""
    town, hashed = links.read(token)
    return _patron(session, town, Patron.confirm_sha256 == hashed, Patron.confirm_until > now)


def turns_of(session: Session, patron: Patron) -> list[date]:
    """The days that a patron took, in order."""
    query = text("SELECT w.day FROM register.watering_turns w WHERE w.patron_id = :id ORDER BY w.day")
    with for_municipality(session, patron.municipality_id):
        return list(session.scalars(query, {"id": patron.id}))


def turn_history(session: Session, patron: Patron) -> list[TurnChange]:
    """Each day that a patron ever took, with how often that changed, and whether they still have it."""
    with for_municipality(session, patron.municipality_id):
        asked = {"patron": str(patron.id), "town": patron.municipality_id}
        return [TurnChange(*row) for row in session.execute(_TURN_HISTORY, asked)]


def open_alarms(session: Session, actor: Actor, municipality_id: int | None) -> list[AlarmRow]:
    """The missed days of a town, or (None) of every town that the actor may see."""
    towns = [municipality_id] if municipality_id is not None else _towns_of(session, actor)
    found: list[AlarmRow] = []
    for town in towns:
        if may(actor, Action.TREE_VIEW, town):
            with for_municipality(session, town):
                found += [AlarmRow(*row) for row in session.execute(_OPEN_ALARMS, {"town": town})]
    return found


def alarms(session: Session, ids: Sequence[int]) -> list[AlarmRow]:
    """These missed days; needs the owner's session."""
    return [AlarmRow(*row) for row in session.execute(_ALARMS_BY_ID, {"ids": list(ids)})]


def _patron(session: Session, town: int, *which: Any) -> Patron:
    with for_municipality(session, town):
        found = session.scalar(select(Patron).where(*which))
    if found is None:
        raise NotFound(links.WHAT)
    return found


def _logs(session: Session, statement: Any, **which: int) -> list[LogRow]:
    return [LogRow(**row._mapping) for row in session.execute(statement, which)]


def _towns_of(session: Session, actor: Actor) -> list[int]:
    towns = session.scalars(text("SELECT municipality_id FROM register.tree_towns"))
    return [town for town in towns if may(actor, Action.TREE_VIEW, town)]
