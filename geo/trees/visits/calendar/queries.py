"""What calendars are made of: the public entries of visits, what a crew needs besides, and secret addresses."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from geo.accounts import links
from geo.core.access import Actor
from geo.core.db import for_municipality
from geo.core.errors import NotFound
from geo.trees.queries.internal import is_visible
from geo.trees.visits.calendar.model import FeedAddress

# A calendar goes back so far; what is older is history, not an appointment.
PAST = timedelta(days=366)


@dataclass(frozen=True)
class Announced:
    """A visit as it was announced at a stop. Days are included."""

    uid: uuid.UUID
    stop_id: int
    stop: str
    municipality_id: int
    ags: str
    municipality: str
    fleet_id: int
    fleet: str
    visit_id: int
    first: date
    last: date
    modules_s: int
    modules_l: int
    title: str | None
    public_text: str | None
    opening_at: datetime | None
    last_opening_at: datetime | None
    sequence: int
    revision: int
    is_cancelled: bool
    changed_at: datetime
    is_example: bool
    lon: float | None
    lat: float | None

    @property
    def modules(self) -> int:
        return self.modules_s + self.modules_l


@dataclass(frozen=True)
class Carried:
    """What a crew needs to know of a visit: its trees by name, where they stand before it and go after it."""

    trees: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Turn:
    """A day on which somebody waters a visit's trees, or was to."""

    visit_uid: uuid.UUID
    stop: str
    municipality: str
    day: date
    sequence: int
    is_cancelled: bool
    changed_at: datetime


# The town reads one event a day, whoever took it; numbers of several people add up, so that they only ever grow.
_TURNS = text(
    """
    SELECT v.uid AS visit_uid, s.name AS stop, m.name AS municipality, c.day,
           sum(c.sequence + 1)::integer - 1 AS sequence, bool_and(c.is_cancelled) AS is_cancelled,
           max(c.changed_at) AS changed_at
    FROM register.calendar_turns c
    JOIN register.visits v ON v.id = c.visit_id
    JOIN register.stops s ON s.id = v.stop_id
    JOIN register.municipalities m ON m.id = v.municipality_id
    WHERE c.municipality_id = :town AND c.day > :since
    GROUP BY v.uid, s.name, m.name, c.day ORDER BY c.day, v.uid
    """
)
_ENTRIES = text(
    """
    SELECT e.uid, e.stop_id, e.stop, e.municipality_id, e.ags, e.municipality, e.fleet_id, e.fleet, e.visit_id,
           lower(e.during) AS first, upper(e.during) - 1 AS last, e.modules_s, e.modules_l, e.title, e.public_text,
           e.opening_at, e.last_opening_at, e.sequence, e.revision, e.is_cancelled, e.changed_at, e.is_example,
           ST_X(e.point) AS lon, ST_Y(e.point) AS lat
    FROM published.calendar_entries e
    WHERE upper(e.during) > :since
      AND (CAST(:town AS integer) IS NULL OR e.municipality_id = :town)
      AND (CAST(:stop AS integer) IS NULL OR e.stop_id = :stop)
      AND (CAST(:fleet AS integer) IS NULL OR e.fleet_id = :fleet)
    ORDER BY lower(e.during), e.uid, e.is_cancelled, e.changed_at DESC
    """
)
_TOLD = text("SELECT t.uid, t.duty FROM register.told_duties(:town) t")
_TOWN = text(
    "SELECT DISTINCT s.municipality_id AS id, s.municipality AS name FROM published.stops s WHERE s.ags = :ags"
)
_STOP = text("SELECT s.name || ', ' || s.municipality FROM published.stops s WHERE s.id = :id AND s.kind = 'STRASSE'")
_FLEET = text("SELECT f.name FROM published.fleets f WHERE f.id = :id")
_TREES = text(
    "SELECT y.visit_id AS id, t.label AS name FROM register.stays y JOIN register.trees t ON t.id = y.tree_id"
    " WHERE y.visit_id = ANY (:ids) ORDER BY t.label"
)
_NEIGHBOURS = """
    SELECT y.visit_id AS id, s.name FROM register.stays y
    JOIN LATERAL (SELECT o.stop_id FROM register.stays o
                  WHERE o.tree_id = y.tree_id AND o.plane = y.plane AND {when} LIMIT 1) o ON true
    JOIN register.stops s ON s.id = o.stop_id
    WHERE y.visit_id = ANY (:ids) GROUP BY y.visit_id, s.name ORDER BY s.name
"""
_BEFORE = text(_NEIGHBOURS.format(when="upper(o.during) <= lower(y.during) ORDER BY upper(o.during) DESC"))
_AFTER = text(_NEIGHBOURS.format(when="lower(o.during) >= upper(y.during) ORDER BY lower(o.during)"))


def announced(
    session: Session,
    day: date,
    *,
    municipality_id: int | None = None,
    stop_id: int | None = None,
    fleet_id: int | None = None,
) -> list[Announced]:
    """What calendars say as of a day. A visit that moved within the calendar's reach stands there once."""
    asked = {"since": day - PAST, "town": municipality_id, "stop": stop_id, "fleet": fleet_id}
    found: dict[uuid.UUID, Announced] = {}
    for row in session.execute(_ENTRIES, asked):  # what is alive comes first, then what was called off last
        one = Announced(*row)
        known = found.get(one.uid)
        if known is None or (one.is_cancelled, known.changed_at) < (known.is_cancelled, one.changed_at):
            found[one.uid] = one
    return list(found.values())


def turns(session: Session, day: date, municipality_id: int) -> list[Turn]:
    """The days of watering in a town as of a day, without the names of patrons. Needs a staff session."""
    asked = {"town": municipality_id, "since": day - PAST}
    with for_municipality(session, municipality_id):
        return [Turn(*row) for row in session.execute(_TURNS, asked)]


def told_duties(session: Session, municipality_id: int) -> set[tuple[uuid.UUID, str]]:
    """Visits and the duties before them that the town's calendar has told at some time. Needs a staff session."""
    with for_municipality(session, municipality_id):
        return {(row.uid, row.duty) for row in session.execute(_TOLD, {"town": municipality_id})}


def public_town(session: Session, ags: str) -> tuple[int, str]:
    """Id and name of a town that has public stops. Raises `NotFound`."""
    row = session.execute(_TOWN, {"ags": ags}).first()
    if row is None:
        raise NotFound("Die Stadt", ags)
    return row.id, row.name


def public_stop(session: Session, stop_id: int) -> str:
    """The name of a public stop in a street. Raises `NotFound`."""
    return _name(session, _STOP, "Der Standplatz", stop_id)


def public_fleet(session: Session, fleet_id: int) -> str:
    """The name of a fleet. Raises `NotFound`."""
    return _name(session, _FLEET, "Die Allee", fleet_id)


def carried(session: Session, visit_ids: list[int]) -> dict[int, Carried]:
    """What crews need, by visit. Needs a staff session."""
    trees, before, after = (_by_visit(session, query, visit_ids) for query in (_TREES, _BEFORE, _AFTER))
    return {key: Carried(trees.get(key, ()), before.get(key, ()), after.get(key, ())) for key in visit_ids}


def addresses(session: Session, actor: Actor, municipality_id: int | None) -> list[FeedAddress]:
    """The internal calendars of a town (None: of the alliance), the newest first; revoked ones too."""
    if not is_visible(actor, municipality_id):
        return []
    query = select(FeedAddress).where(FeedAddress.municipality_id.is_not_distinct_from(municipality_id))
    with for_municipality(session, municipality_id):
        return list(session.scalars(query.order_by(FeedAddress.id.desc())))


def by_secret(session: Session, token: str) -> FeedAddress:
    """The calendar of a secret address. Raises `NotFound` when there is none, or it was revoked."""
    town, hashed = links.read(token)
    with for_municipality(session, town or None):
        found = session.scalar(select(FeedAddress).where(FeedAddress.secret_sha256 == hashed))
    if found is None or found.revoked_at is not None:
        raise NotFound("Der Kalender")
    return found


def _name(session: Session, query: object, what: str, key: int) -> str:
    name = session.scalar(query, {"id": key})  # type: ignore[call-overload]  # one of the texts above
    if name is None:
        raise NotFound(what, key)
    return str(name)


def _by_visit(session: Session, query: object, visit_ids: list[int]) -> dict[int, tuple[str, ...]]:
    rows: list[Row[tuple[int, str]]] = list(session.execute(query, {"ids": visit_ids}))  # type: ignore[call-overload]  # as above
    found: dict[int, tuple[str, ...]] = {}
    for row in rows:
        found[row.id] = (*found.get(row.id, ()), row.name)
    return found
