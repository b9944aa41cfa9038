"""What staff see: stops with their true place, every layer of stays, fleets, schedules, and who is free when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor, may, require
from geo.core.db import for_municipality
from geo.core.errors import NotFound
from geo.places.model import Place
from geo.trees.codes import GONE
from geo.trees.model import Schedule, Stop, Tree
from geo.trees.queries.occupation import ACTUAL, Layer, Occupant, trees_elsewhere
from geo.trees.queries.public import Standing
from geo.trees.schemas import stop_values


@dataclass(frozen=True)
class StopRow:
    """A stop with the point that its own town knows."""

    id: int
    version: int
    municipality_id: int
    municipality: str
    name: str
    kind: str
    capacity: int
    module_classes: tuple[str, ...]
    note: str | None
    quarter: str | None
    heat_need: int | None
    sealed_share: int | None
    address: str
    place_id: int
    is_example: bool
    lon: float
    lat: float
    drafts: int


@dataclass(frozen=True)
class StayRow:
    """A stay in any layer with the names around it. `is_confirmed`: decided, and an actual stay says the same."""

    id: int
    version: int
    layer: str
    first: date
    last: date
    note: str | None
    is_example: bool
    is_confirmed: bool
    schedule_id: int
    schedule: str
    schedule_state: str
    tree_id: int
    tree: str
    module_class: str
    fleet_id: int
    fleet: str
    fleet_municipality_id: int | None
    stop_id: int
    stop: str
    kind: str
    municipality_id: int
    municipality: str

    def waits(self, day: date) -> bool:
        """Whether somebody should say that it came true."""
        return self.layer == "BESCHLOSSEN" and not self.is_confirmed and self.first <= day

    def as_standing(self) -> Standing:
        """The same for the season's table."""
        return Standing(
            self.tree_id, self.tree, None, self.fleet_id, self.fleet, self.stop_id, self.stop, self.municipality,
            self.kind, self.first, self.last, self.layer == ACTUAL,
        )  # fmt: skip


@dataclass(frozen=True)
class StayGroup:
    """Stays of several trees that say the same: where, when, in which plan and layer."""

    stays: tuple[StayRow, ...]

    @property
    def one(self) -> StayRow:
        return self.stays[0]


@dataclass(frozen=True)
class FleetRow:
    """A fleet in a list."""

    id: int
    version: int
    municipality_id: int | None
    municipality: str | None
    name: str
    home: str | None
    note: str | None
    source: str | None
    is_example: bool
    trees: int


@dataclass(frozen=True)
class ScheduleRow:
    """A schedule in a list."""

    id: int
    version: int
    fleet_id: int
    fleet: str
    municipality_id: int | None
    name: str
    first: date
    last: date
    state: str
    published_at: datetime | None
    is_example: bool
    move_weekday: int
    stays: int


@dataclass(frozen=True)
class TreeChoice:
    """A tree that may be picked for a period, or the sentence that says why not."""

    id: int
    label: str
    species: str | None
    module_class: str
    state: str
    in_the_way: Occupant | None = None


_STOPS = text(
    """
    SELECT s.id, s.version, s.municipality_id, m.name AS municipality, s.name, s.kind, s.capacity, s.module_classes,
           s.note, s.quarter, s.heat_need, s.sealed_share,
           concat_ws(' ', p.street, p.house_number) AS address, s.place_id, s.is_example,
           ST_X(p.point) AS lon, ST_Y(p.point) AS lat,
           (SELECT count(*) FROM register.stays y JOIN register.schedules c ON c.id = y.schedule_id
            WHERE y.stop_id = s.id AND y.layer = 'ENTWURF' AND c.state = 'ENTWURF') AS drafts
    FROM register.stops s
    JOIN register.places p ON p.id = s.place_id
    JOIN register.municipalities m ON m.id = s.municipality_id
    WHERE s.municipality_id = :municipality AND (CAST(:id AS integer) IS NULL OR s.id = :id)
    ORDER BY m.name, s.kind, s.name, s.id
    """
)
_TOWNS_WITH_STOPS = text(
    "SELECT DISTINCT s.municipality_id, m.name FROM register.stops s"
    " JOIN register.municipalities m ON m.id = s.municipality_id ORDER BY m.name"
)
_STAYS = """
    SELECT y.id, y.version, y.layer, lower(y.during) AS first, upper(y.during) - 1 AS last, y.note, y.is_example,
           y.layer = 'BESCHLOSSEN' AND EXISTS (SELECT FROM register.stays a WHERE a.plane = -1
               AND a.tree_id = y.tree_id AND a.stop_id = y.stop_id AND a.during && y.during) AS is_confirmed,
           y.schedule_id, c.name AS schedule, c.state AS schedule_state, y.tree_id, t.label AS tree, t.module_class,
           f.id AS fleet_id, f.name AS fleet, f.municipality_id AS fleet_municipality_id, y.stop_id, s.name AS stop,
           s.kind, y.municipality_id, m.name AS municipality
    FROM register.stays y
    JOIN register.schedules c ON c.id = y.schedule_id
    JOIN register.trees t ON t.id = y.tree_id
    JOIN register.fleets f ON f.id = t.fleet_id
    JOIN register.stops s ON s.id = y.stop_id
    JOIN register.municipalities m ON m.id = y.municipality_id
"""
_ORDER = " ORDER BY lower(y.during), s.name, y.layer DESC, t.label, y.id"
# A withdrawn plan's drafts are nobody's plan any more.
_ALIVE = " AND NOT (y.layer = 'ENTWURF' AND c.state = 'UEBERHOLT')"
_FLEETS = text(
    """
    SELECT f.id, f.version, f.municipality_id, m.name AS municipality, f.name, f.home, f.note, f.source, f.is_example,
           (SELECT count(*) FROM register.trees t WHERE t.fleet_id = f.id) AS trees
    FROM register.fleets f LEFT JOIN register.municipalities m ON m.id = f.municipality_id
    WHERE (CAST(:municipality AS integer) IS NULL OR f.municipality_id IS NULL OR f.municipality_id = :municipality)
      AND (CAST(:id AS integer) IS NULL OR f.id = :id)
    ORDER BY f.name, f.id
    """
)
_SCHEDULES = text(
    """
    SELECT c.id, c.version, c.fleet_id, f.name AS fleet, c.municipality_id, c.name, lower(c.season) AS first,
           upper(c.season) - 1 AS last, c.state, c.published_at, c.is_example, c.move_weekday,
           (SELECT count(*) FROM register.stays y WHERE y.schedule_id = c.id) AS stays
    FROM register.schedules c JOIN register.fleets f ON f.id = c.fleet_id
    WHERE (CAST(:fleet AS integer) IS NULL OR c.fleet_id = :fleet) AND (CAST(:id AS integer) IS NULL OR c.id = :id)
    ORDER BY lower(c.season) DESC, c.id DESC
    """
)


def is_visible(actor: Actor, municipality_id: int | None) -> bool:
    """Whether the actor may know of what this town (None: the alliance) keeps of its trees."""
    return municipality_id is None or may(actor, Action.TREE_VIEW, municipality_id)


def stops(session: Session, actor: Actor, municipality_id: int | None) -> list[StopRow]:
    """The stops of a town, or (None) of every town that the actor may look into."""
    if municipality_id is None:
        towns = [row.municipality_id for row in session.execute(_TOWNS_WITH_STOPS)]
        return [stop for town in towns if may(actor, Action.TREE_VIEW, town) for stop in stops(session, actor, town)]
    require(actor, Action.TREE_VIEW, municipality_id)
    with for_municipality(session, municipality_id):
        return [_stop(row) for row in session.execute(_STOPS, {"municipality": municipality_id, "id": None})]


def get_stop(session: Session, actor: Actor, stop_id: int) -> StopRow:
    """A stop. Raises `NotFound`, also for a stop of a town that the actor may not look into."""
    town = session.scalar(text("SELECT municipality_id FROM register.stops WHERE id = :id"), {"id": stop_id})
    if town is None or not may(actor, Action.TREE_VIEW, town):
        raise NotFound("Der Standplatz", stop_id)
    with for_municipality(session, town):
        return _stop(session.execute(_STOPS, {"municipality": town, "id": stop_id}).one())


def stop_values_of(session: Session, actor: Actor, stop_id: int) -> dict[str, Any]:
    """A stop with its place as the values of its form, and its version."""
    stop = get_stop(session, actor, stop_id)
    with for_municipality(session, stop.municipality_id):
        row, place = session.get_one(Stop, stop.id), session.get_one(Place, stop.place_id)
        return stop_values(row, place) | {"version": row.version}


def stop_choices(session: Session, actor: Actor, municipality_id: int | None) -> list[tuple[int, str]]:
    """Stops for a list to choose from; with their town's name when they are of several."""
    found = stops(session, actor, municipality_id)
    several = len({stop.municipality_id for stop in found}) > 1
    return [(stop.id, f"{stop.municipality}: {stop.name}" if several else stop.name) for stop in found]


def stays_of_stop(session: Session, stop_id: int) -> list[StayRow]:
    """All stays at a stop, in every layer."""
    return _stays(session, "y.stop_id = :id", stop_id)


def stays_of_tree(session: Session, tree_id: int) -> list[StayRow]:
    """All stays of a tree, in every layer."""
    return _stays(session, "y.tree_id = :id", tree_id)


def stays_of_schedule(session: Session, schedule_id: int) -> list[StayRow]:
    """All stays of a schedule."""
    query = text(f"{_STAYS} WHERE y.schedule_id = :id {_ORDER}")
    return [StayRow(*row) for row in session.execute(query, {"id": schedule_id})]


def get_stay(session: Session, actor: Actor, stay_id: int) -> StayRow:
    """A stay of a town or fleet that the actor may look into. Raises `NotFound`."""
    row = session.execute(text(f"{_STAYS} WHERE y.id = :id"), {"id": stay_id}).first()
    if row is None:
        raise NotFound("Die Standzeit", stay_id)
    stay = StayRow(*row)
    if not any(is_visible(actor, town) for town in (stay.municipality_id, stay.fleet_municipality_id)):
        raise NotFound("Die Standzeit", stay_id)
    return stay


def grouped(rows: Iterable[StayRow]) -> list[StayGroup]:
    """Stays that say the same as one, in the order in which they come."""
    found: dict[tuple[object, ...], list[StayRow]] = {}
    for row in rows:
        key = (row.first, row.last, row.stop_id, row.schedule_id, row.layer, row.is_confirmed, row.note)
        found.setdefault(key, []).append(row)
    return [StayGroup(tuple(sorted(own, key=lambda one: one.tree))) for own in found.values()]


def together_with(session: Session, stay: StayRow) -> list[StayRow]:
    """The stays that say the same as this one, itself included."""
    groups = grouped(stays_of_schedule(session, stay.schedule_id))
    return list(next(group.stays for group in groups if stay.id in {one.id for one in group.stays}))


def waiting_for_confirmation(session: Session, municipality_id: int | None, day: date) -> list[StayRow]:
    """The decided stays that have begun and that nobody has confirmed yet, newest first."""
    query = text(
        f"{_STAYS} WHERE y.layer = 'BESCHLOSSEN' AND lower(y.during) <= :day"
        f" AND (CAST(:town AS integer) IS NULL OR y.municipality_id = :town) {_ORDER}"
    )
    rows = [StayRow(*row) for row in session.execute(query, {"day": day, "town": municipality_id})]
    return [row for row in reversed(rows) if not row.is_confirmed]


def fleets(session: Session, municipality_id: int | None) -> list[FleetRow]:
    """The fleets of a town and of the alliance; all of them for None."""
    return [FleetRow(*row) for row in session.execute(_FLEETS, {"municipality": municipality_id, "id": None})]


def get_fleet(session: Session, actor: Actor, fleet_id: int) -> FleetRow:
    """A fleet of the alliance, or of a town that the actor may look into. Raises `NotFound`."""
    row = session.execute(_FLEETS, {"municipality": None, "id": fleet_id}).first()
    if row is None or not is_visible(actor, row.municipality_id):
        raise NotFound("Die Allee", fleet_id)
    return FleetRow(*row)


def trees_of(session: Session, fleet_id: int) -> list[Tree]:
    """The trees of a fleet by their labels."""
    return list(session.scalars(select(Tree).where(Tree.fleet_id == fleet_id).order_by(Tree.label, Tree.id)))


def tree_labels(session: Session) -> dict[int, str]:
    """What the trees are called, of every fleet that the session may see."""
    return {row.id: row.label for row in session.execute(select(Tree.id, Tree.label))}


def get_tree(session: Session, actor: Actor, tree_id: int) -> Tree:
    """A tree of such a fleet. Raises `NotFound`."""
    tree = session.get(Tree, tree_id)
    if tree is None or not is_visible(actor, tree.municipality_id):
        raise NotFound("Der Baum", tree_id)
    return tree


def schedules(session: Session, fleet_id: int | None = None) -> list[ScheduleRow]:
    """The schedules of a fleet (or of all), newest season first."""
    return [ScheduleRow(*row) for row in session.execute(_SCHEDULES, {"fleet": fleet_id, "id": None})]


def get_schedule(session: Session, actor: Actor, schedule_id: int) -> ScheduleRow:
    """A schedule of such a fleet. Raises `NotFound`."""
    row = session.execute(_SCHEDULES, {"fleet": None, "id": schedule_id}).first()
    if row is None or not is_visible(actor, row.municipality_id):
        raise NotFound("Der Umzugsplan", schedule_id)
    return ScheduleRow(*row)


def swap_choices(session: Session, stay: StayRow) -> list[StayRow]:
    """The stays whose trees could change places with this one's: same plan and layer, other tree and stop."""
    return [
        other
        for other in stays_of_schedule(session, stay.schedule_id)
        if other.layer == stay.layer and other.tree_id != stay.tree_id and other.stop_id != stay.stop_id
    ]


def tree_choices(
    session: Session,
    schedule: Schedule | ScheduleRow,
    stop_id: int,
    during: Range[date] | None,
    *,
    is_actual: bool = False,
) -> list[TreeChoice]:
    """The fleet's trees, each with what keeps it from coming to the stop in that period (if one is given)."""
    layer = Layer(ACTUAL, schedule.id) if is_actual else Layer(_layer_of(schedule), schedule.id)
    trees = [tree for tree in trees_of(session, schedule.fleet_id) if tree.state not in GONE]
    busy: Mapping[int, Occupant] = {}
    if during is not None and trees:
        found = trees_elsewhere(session, layer, [tree.id for tree in trees], stop_id=stop_id, during=during)
        busy = {one.tree_id: one for one in reversed(found)}
    return [
        TreeChoice(tree.id, tree.label, tree.species, tree.module_class, tree.state, busy.get(tree.id))
        for tree in trees
    ]


def _layer_of(schedule: Schedule | ScheduleRow) -> str:
    return "ENTWURF" if schedule.state == "ENTWURF" else "BESCHLOSSEN"


def _stays(session: Session, condition: str, key: int) -> list[StayRow]:
    query = text(f"{_STAYS} WHERE {condition}{_ALIVE} {_ORDER}")
    return [StayRow(*row) for row in session.execute(query, {"id": key})]


def _stop(row: Row) -> StopRow:
    return StopRow(**{**row._mapping, "module_classes": tuple(row.module_classes)})
