"""Reads of applications: for the form, for the town, for whoever applied, and for the planner."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, or_, select, text
from sqlalchemy.orm import Session

from geo.accounts import links
from geo.core import clock
from geo.core.access import Action, Actor, may, require
from geo.core.db import for_municipality
from geo.core.errors import NotFound
from geo.trees.applications.model import TreeApplicant, TreeApplication, TreeSettings
from geo.trees.applications.waiting import Waiting, Weight, ranked, weight_per_stop


@dataclass(frozen=True)
class ApplicationTown:
    """A town that takes applications, with what it says about them."""

    municipality_id: int
    ags: str
    name: str
    note: str | None
    note_en: str | None
    lon: float | None
    lat: float | None


@dataclass(frozen=True)
class ApplicationRow:
    """An application without whose it is."""

    id: int
    version: int
    municipality_id: int
    municipality: str
    stop_id: int | None
    stop: str | None
    street: str | None
    house_number: str | None
    lon: float | None
    lat: float | None
    signatures: int
    stored_state: str
    reason: str | None
    note: str | None
    received_at: datetime
    confirmed_on: date | None
    listed_on: date | None
    closed_on: date | None
    is_erased: bool
    has_photo: bool
    is_example: bool

    @property
    def address(self) -> str:
        return " ".join(part for part in (self.street, self.house_number) if part)

    def state(self, day: date) -> str:
        """The state as it was at the end of the day."""
        if self.confirmed_on is None or self.confirmed_on > day:
            return "UNBESTAETIGT"
        if self.closed_on is not None and self.closed_on <= day:
            return self.stored_state
        return "WARTELISTE" if self.listed_on is not None and self.listed_on <= day else "NEU"

    def as_waiting(self) -> Waiting | None:
        """The same for the waiting list; None for one that never was on it."""
        if self.listed_on is None:
            return None
        return Waiting(self.id, self.stop_id, self.signatures, self.listed_on, self.closed_on)


@dataclass(frozen=True)
class QueuePlace:
    """A line of the waiting list as applicants see it: no address, no name."""

    rank: int
    is_own: bool
    weight: Weight


# The map of the form begins amid the town's stops, or within its boundary.
_TOWNS = text(
    """
    SELECT t.municipality_id, t.ags, t.municipality, t.application_note, t.application_note_en,
           round(ST_X(c.spot)::numeric, 5)::float8 AS lon, round(ST_Y(c.spot)::numeric, 5)::float8 AS lat
    FROM published.application_towns t
    CROSS JOIN LATERAL (SELECT coalesce(
        (SELECT ST_Centroid(ST_Collect(s.point)) FROM published.stops s WHERE s.municipality_id = t.municipality_id),
        (SELECT ST_PointOnSurface(o.outline) FROM published.municipality_outlines o
         WHERE o.municipality_id = t.municipality_id AND o.during @> current_date LIMIT 1)) AS spot) c
    ORDER BY t.municipality, t.ags
    """
)
_ROWS = """
    SELECT a.id, a.version, a.municipality_id, m.name AS municipality, a.stop_id, s.name AS stop, a.street,
           a.house_number, ST_X(a.point) AS lon, ST_Y(a.point) AS lat, a.signatures, a.state AS stored_state, a.reason,
           a.note, a.received_at, a.confirmed_at AS confirmed_on, a.listed_on,
           a.closed_on, a.erased_at IS NOT NULL AS is_erased,
           EXISTS (SELECT FROM register.tree_applicants p
                   WHERE p.application_id = a.id AND p.photo_sha256 IS NOT NULL) AS has_photo, a.is_example
    FROM register.tree_applications a
    JOIN register.municipalities m ON m.id = a.municipality_id
    LEFT JOIN register.stops s ON s.id = a.stop_id
"""
_OF_TOWN = text(f"{_ROWS} WHERE a.municipality_id = :town AND a.confirmed_at IS NOT NULL ORDER BY a.received_at DESC")
_ONE = text(f"{_ROWS} WHERE a.municipality_id = :town AND a.id = :id AND a.confirmed_at IS NOT NULL")
_TAKING_PART = text("SELECT municipality_id FROM register.tree_towns")
_LAST_VISITS = text(
    """
    SELECT y.stop_id, max(upper(y.during)) - 1 AS last FROM register.stays y
    WHERE y.municipality_id = :town AND y.layer <> 'ENTWURF' AND lower(y.during) <= :day GROUP BY y.stop_id
    """
)


def towns(session: Session) -> list[ApplicationTown]:
    """The towns that take applications; any role may ask."""
    return [ApplicationTown(*row) for row in session.execute(_TOWNS)]


def towns_with_trees(session: Session) -> list[int]:
    """The towns that have a stop for everybody to see: those in which somebody may have applied or helped."""
    return list(session.scalars(text("SELECT DISTINCT municipality_id FROM published.stops ORDER BY 1")))


def settings_of(session: Session, municipality_id: int) -> TreeSettings:
    """What the town has set (the caller works in it); the defaults, with version 0, where it has set nothing."""
    found = session.scalar(
        select(TreeSettings)
        .where(TreeSettings.municipality_id == municipality_id)
        .execution_options(populate_existing=True)
    )
    return found or TreeSettings(
        municipality_id=municipality_id, takes_applications=False, application_note=None, application_note_en=None,
        yard_email=None, yard_after_days=1, litres_s=20, litres_l=20, once_first=301, once_last=1130, twice_first=501,
        twice_last=930, hot_above_c=30, hot_litres=10, version=0,
    )  # fmt: skip


def listing(session: Session, actor: Actor, municipality_id: int | None, day: date) -> list[ApplicationRow]:
    """The confirmed applications of a town, or (None) of every town that the actor may look into, as of the day."""
    if municipality_id is None:
        return [row for town in _visible(session, actor) for row in listing(session, actor, town, day)]
    require(actor, Action.TREE_VIEW, municipality_id)
    with for_municipality(session, municipality_id):
        rows = [_row(row) for row in session.execute(_OF_TOWN, {"town": municipality_id})]
    return [row for row in rows if row.confirmed_on is not None and row.confirmed_on <= day]


def get(session: Session, actor: Actor, application_id: int, municipality_id: int | None) -> ApplicationRow:
    """A confirmed application of a town that the actor may look into. Raises `NotFound`."""
    towns_to_ask = _visible(session, actor) if municipality_id is None else [municipality_id]
    for town in towns_to_ask:
        if may(actor, Action.TREE_VIEW, town):
            with for_municipality(session, town):
                row = session.execute(_ONE, {"town": town, "id": application_id}).first()
            if row is not None:
                return _row(row)
    raise NotFound("Der Antrag", application_id)


def contact(session: Session, actor: Actor, row: ApplicationRow) -> TreeApplicant | None:
    """Who applied: for the town's own editors; None when that was erased. Raises `NotPermitted`."""
    require(actor, Action.APPLICATION_CONTACT, row.municipality_id)
    with for_municipality(session, row.municipality_id):
        return session.get(TreeApplicant, row.id)


def by_link(session: Session, token: str) -> tuple[TreeApplication, TreeApplicant]:
    """What an applicant's own link leads to. Raises `NotFound`."""
    town, hashed = links.read(token)
    with for_municipality(session, town):
        person = session.scalar(
            select(TreeApplicant).where(or_(TreeApplicant.link_sha256 == hashed, TreeApplicant.again_sha256 == hashed))
        )
        application = None if person is None else session.get(TreeApplication, person.application_id)
    if person is None or application is None:
        raise NotFound(links.WHAT)
    return application, person


def by_confirmation(session: Session, token: str, now: datetime) -> tuple[TreeApplication, TreeApplicant]:
    """What a link that confirms leads to, while it works. Raises `NotFound`."""
    town, hashed = links.read(token)
    with for_municipality(session, town):
        person = session.scalar(
            select(TreeApplicant).where(TreeApplicant.confirm_sha256 == hashed, TreeApplicant.confirm_until > now)
        )
        application = None if person is None else session.get(TreeApplication, person.application_id)
    if person is None or application is None:
        raise NotFound(links.WHAT)
    return application, person


def queue(session: Session, municipality_id: int, day: date, own_id: int | None = None) -> list[QueuePlace]:
    """The waiting list of a town on a day, for applicants: ranks and weights."""
    with for_municipality(session, municipality_id):
        rows = [_row(row) for row in session.execute(_OF_TOWN, {"town": municipality_id})]
        visited = _last_visits(session, municipality_id, day)
    return [QueuePlace(rank, one.id == own_id, weight) for rank, one, weight in ranked(_waiting(rows), day, visited)]


def weights(session: Session, actor: Actor, municipality_id: int | None, day: date) -> dict[int, Weight]:
    """The waiting weight of each stop on the day, for the planner: of a town, or of all that the actor may see."""
    if municipality_id is None:
        found: dict[int, Weight] = {}
        for town in _visible(session, actor):
            found |= weights(session, actor, town, day)
        return found
    rows = listing(session, actor, municipality_id, day)
    with for_municipality(session, municipality_id):
        visited = _last_visits(session, municipality_id, day)
    return weight_per_stop(_waiting(rows), day, visited)


def ranks(session: Session, actor: Actor, municipality_id: int | None, day: date) -> dict[int, tuple[int, Weight]]:
    """Rank and weight of each application that waits on the day, in its own town's list."""
    if municipality_id is None:
        found: dict[int, tuple[int, Weight]] = {}
        for town in _visible(session, actor):
            found |= ranks(session, actor, town, day)
        return found
    rows = listing(session, actor, municipality_id, day)
    with for_municipality(session, municipality_id):
        visited = _last_visits(session, municipality_id, day)
    return {one.id: (rank, weight) for rank, one, weight in ranked(_waiting(rows), day, visited)}


def unplaced(session: Session, actor: Actor, municipality_id: int | None, day: date) -> list[ApplicationRow]:
    """The applications that wait on the day and are not yet counted for any stop."""
    rows = listing(session, actor, municipality_id, day)
    return [row for row in rows if row.stop_id is None and row.state(day) == "WARTELISTE"]


def photos(session: Session) -> set[tuple[int, str]]:
    """Town and hash of every photo that came with an application; needs the owner's session, which sees all towns."""
    found = select(TreeApplicant.municipality_id, TreeApplicant.photo_sha256).where(
        TreeApplicant.photo_sha256.is_not(None)
    )
    return {(row.municipality_id, row.photo_sha256) for row in session.execute(found)}


def _visible(session: Session, actor: Actor) -> list[int]:
    return [town for town in session.scalars(_TAKING_PART) if may(actor, Action.TREE_VIEW, town)]


def _waiting(rows: Iterable[ApplicationRow]) -> list[Waiting]:
    return [one for row in rows if (one := row.as_waiting()) is not None]


def _last_visits(session: Session, municipality_id: int, day: date) -> dict[int, date]:
    found = session.execute(_LAST_VISITS, {"town": municipality_id, "day": day})
    return {row.stop_id: row.last for row in found}


def _row(row: Row[Any]) -> ApplicationRow:
    """With the day of the confirmation."""
    confirmed = row.confirmed_on
    return ApplicationRow(**{**row._mapping, "confirmed_on": confirmed and clock.day_of(confirmed)})
