"""What everybody may see: where the trees stand on a day, where they go next, and what stood where when.

Reads `published.*` only. A public session gets no further, and a staff session sees here what the public sees.
"""

# ruff: noqa: S608 (statements are put together from the declarations of public columns, never from input)

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.core.errors import NotFound
from geo.trees.feature import FLEETS, STOPS, TREES


@dataclass(frozen=True)
class Filters:
    """Which stops are asked for: of a town, of a fleet, only those where something stands."""

    ags: str | None = None
    fleet_id: int | None = None
    only_taken: bool = False

    @property
    def count(self) -> int:
        """How many filters are set."""
        return sum(bool(value) for value in (self.ags, self.fleet_id, self.only_taken))


@dataclass(frozen=True)
class Standing:
    """A tree at a stop from the first to the last day, both included. `is_sure`: confirmed, not only planned.

    `to_month`: of the last day no more than the month is known.
    """

    tree_id: int
    tree: str
    species: str | None
    fleet_id: int
    fleet: str
    stop_id: int
    stop: str
    municipality: str
    kind: str
    first: date
    last: date
    is_sure: bool
    to_month: bool = False

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Arrival:
    """Trees of a fleet that come to a stop on a day."""

    day: date
    stop_id: int
    stop: str
    municipality: str
    kind: str
    fleet_id: int
    fleet: str
    count: int


@dataclass(frozen=True)
class StopOnDay:
    """A stop with what stands there on the day asked for, and what comes next."""

    id: int
    municipality_id: int
    municipality: str
    ags: str
    name: str
    kind: str
    capacity: int
    module_classes: tuple[str, ...]
    street: str | None
    house_number: str | None
    postcode: str | None
    locality: str | None
    is_example: bool
    lon: float | None
    lat: float | None
    here: tuple[Standing, ...] = ()
    coming: Arrival | None = None

    @property
    def until(self) -> date | None:
        """The last day of the tree that stays longest."""
        return max((one.last for one in self.here), default=None)

    @property
    def until_month(self) -> bool:
        """Whether no more than the month of that day is known."""
        return bool(self.here) and max(self.here, key=lambda one: one.last).to_month

    @property
    def address(self) -> str:
        return " ".join(part for part in (self.street, self.house_number) if part)


@dataclass(frozen=True)
class TreePage:
    """A tree with its whole life so far and what is planned for it."""

    id: int
    fleet_id: int
    fleet: str
    label: str
    species: str | None
    species_latin: str | None
    module_class: str
    height_m: Decimal | None
    state: str
    is_example: bool
    life: tuple[Standing, ...] = ()


@dataclass(frozen=True)
class FleetPage:
    """A fleet, its trees, and the published seasons there are (first and last day, newest first)."""

    id: int
    municipality_id: int | None
    municipality: str | None
    name: str
    note: str | None
    source: str | None
    is_example: bool
    trees: tuple[TreePage, ...] = ()
    seasons: tuple[tuple[str, date, date], ...] = ()


@dataclass(frozen=True)
class Summary:
    """How many trees stand in streets on a day, which rest where, and when the next come back to a street."""

    in_streets: int
    stops_taken: int
    resting: tuple[tuple[str, str, int], ...] = ()
    returns_on: date | None = None
    arrivals: tuple[Arrival, ...] = field(default=())


# Each tree at each stop, over `published.standings y`; and which stops and fleets are wanted of them.
STANDINGS = """
    SELECT y.tree_id, t.label AS tree, t.species, y.fleet_id, t.fleet, y.stop_id, s.name AS stop, s.municipality,
           s.kind, lower(y.during) AS first, upper(y.during) - 1 AS last, y.layer = 'TATSAECHLICH' AS is_sure,
           upper(y.during) = upper(y.whole)
               AND EXISTS (SELECT FROM published.month_ends e WHERE e.stay_id = y.stay_id) AS to_month
    FROM published.standings y
    JOIN published.trees t ON t.id = y.tree_id
    JOIN published.stops s ON s.id = y.stop_id
"""
_STOP_COLUMNS = f"{STOPS.select_list('s')}, ST_X(s.point) AS lon, ST_Y(s.point) AS lat"
WANTED = """
    (CAST(:ags AS text) IS NULL OR s.ags = :ags)
    AND (CAST(:fleet AS integer) IS NULL OR y.fleet_id = :fleet)
"""
_ON_DAY = text(
    f"{STANDINGS} WHERE y.whole @> CAST(:day AS date) AND y.during @> CAST(:day AS date) AND {WANTED}"
    " ORDER BY s.municipality, s.name, t.label"
)
_STOPS = text(
    f"""
    SELECT {_STOP_COLUMNS}
    FROM published.stops s
    WHERE s.kind = 'STRASSE' AND (CAST(:ags AS text) IS NULL OR s.ags = :ags)
      AND (CAST(:fleet AS integer) IS NULL
           OR EXISTS (SELECT FROM published.standings y WHERE y.stop_id = s.id AND y.fleet_id = :fleet))
    ORDER BY s.municipality, s.name, s.id
    """
)
_STOP = text(f"SELECT {_STOP_COLUMNS} FROM published.stops s WHERE s.id = :id")
_ARRIVALS = text(
    f"""
    SELECT lower(y.during) AS day, s.id AS stop_id, s.name AS stop, s.municipality, s.kind, t.fleet_id, t.fleet,
           count(DISTINCT y.tree_id) AS count
    FROM published.standings y
    JOIN published.trees t ON t.id = y.tree_id
    JOIN published.stops s ON s.id = y.stop_id
    WHERE y.whole && daterange(CAST(:day AS date), NULL) AND lower(y.during) > CAST(:day AS date) AND {WANTED}
    GROUP BY lower(y.during), s.id, s.name, s.municipality, s.kind, t.fleet_id, t.fleet
    ORDER BY lower(y.during), s.municipality, s.name, s.id
    """
)
_OF_STOP = text(f"{STANDINGS} WHERE y.stop_id = :id ORDER BY lower(y.during), t.fleet, t.label")
_OF_TREE = text(f"{STANDINGS} WHERE y.tree_id = :id ORDER BY lower(y.during)")
_OF_FLEET = text(
    f"{STANDINGS} WHERE y.fleet_id = :id AND y.whole && daterange(:first, :last, '[]')"
    " AND y.during && daterange(:first, :last, '[]')"
    " ORDER BY s.kind, lower(y.during), s.municipality, s.name, t.label"
)
_TREE = text(f"SELECT {TREES.select_list('t')} FROM published.trees t WHERE t.id = :id")
_FLEET = text(f"SELECT {FLEETS.select_list('f')} FROM published.fleets f WHERE f.id = :id")
_FLEET_TREES = text(f"SELECT {TREES.select_list('t')} FROM published.trees t WHERE t.fleet_id = :id ORDER BY t.label")
_SEASONS = text(
    "SELECT c.name, lower(c.season) AS first, upper(c.season) - 1 AS last FROM published.schedules c"
    " WHERE CAST(:fleet AS integer) IS NULL OR c.fleet_id = :fleet ORDER BY lower(c.season) DESC, c.id DESC"
)
_TOWNS = text(
    "SELECT DISTINCT s.ags, s.municipality FROM published.stops s WHERE s.kind = 'STRASSE'"
    " ORDER BY s.municipality, s.ags"
)
_FLEETS = text(
    "SELECT f.id, f.name FROM published.fleets f"
    " WHERE EXISTS (SELECT FROM published.stays y WHERE y.fleet_id = f.id) ORDER BY f.name"
)


def stops_on(session: Session, day: date, filters: Filters = Filters()) -> list[StopOnDay]:
    """The stops in streets, each with the trees that stand there on the day and what comes next.

    First where trees stand, then where some are to come, then the rest; each by town and name.
    """
    wanted = parameters(filters, day)
    here = _by_stop(standing_on(session, day, filters))
    coming = _first_by_stop(_arrivals(session, wanted))
    found = [_stop(row, here.get(row.id, ()), coming.get(row.id)) for row in session.execute(_STOPS, wanted)]
    found.sort(key=lambda stop: (not stop.here, stop.coming is None))  # stable: by town and name within
    return [stop for stop in found if stop.here] if filters.only_taken else found


def standing_on(session: Session, day: date, filters: Filters = Filters()) -> list[Standing]:
    """Where each tree stands on the day: what was confirmed before what was planned. Winter quarters included."""
    return [Standing(*row) for row in session.execute(_ON_DAY, parameters(filters, day))]


def summary(session: Session, day: date, filters: Filters = Filters(), moves: int = 6) -> Summary:
    """The day in a few numbers, and the next arrivals."""
    standing = standing_on(session, day, filters)
    resting: dict[tuple[str, str], int] = {}
    for one in standing:
        if one.kind != "STRASSE":
            resting[one.stop, one.municipality] = resting.get((one.stop, one.municipality), 0) + 1
    arrivals = _arrivals(session, parameters(filters, day))
    in_streets = [one for one in standing if one.kind == "STRASSE"]
    return Summary(
        in_streets=len(in_streets),
        stops_taken=len({one.stop_id for one in in_streets}),
        resting=tuple((stop, town, count) for (stop, town), count in sorted(resting.items())),
        returns_on=next((one.day for one in arrivals if one.kind == "STRASSE"), None),
        arrivals=tuple(arrivals[:moves]),
    )


def get_stop(session: Session, stop_id: int, day: date) -> StopOnDay:
    """One stop on a day. Raises `NotFound`."""
    row = session.execute(_STOP, {"id": stop_id}).first()
    if row is None:
        raise NotFound("Der Standplatz", stop_id)
    life = stop_life(session, stop_id)
    return _stop(row, tuple(one for one in life if one.covers(day)), None)


def stop_life(session: Session, stop_id: int) -> list[Standing]:
    """Everything that stood, stands and is to stand at a stop, in order."""
    return [Standing(*row) for row in session.execute(_OF_STOP, {"id": stop_id})]


def get_tree(session: Session, tree_id: int) -> TreePage:
    """A tree with its life. Raises `NotFound`."""
    row = session.execute(_TREE, {"id": tree_id}).first()
    if row is None:
        raise NotFound("Der Baum", tree_id)
    life = tuple(Standing(*one) for one in session.execute(_OF_TREE, {"id": tree_id}))
    return TreePage(**row._mapping, life=life)


def get_fleet(session: Session, fleet_id: int) -> FleetPage:
    """A fleet with its trees and seasons. Raises `NotFound`."""
    row = session.execute(_FLEET, {"id": fleet_id}).first()
    if row is None:
        raise NotFound("Die Allee", fleet_id)
    trees = tuple(TreePage(*one) for one in session.execute(_FLEET_TREES, {"id": fleet_id}))
    seasons = tuple((one.name, one.first, one.last) for one in session.execute(_SEASONS, {"fleet": fleet_id}))
    return FleetPage(**row._mapping, trees=trees, seasons=seasons)


def fleet_standings(session: Session, fleet_id: int, first: date, last: date) -> list[Standing]:
    """Where a fleet's trees stand in a season: streets first, each in the order of arrival."""
    return [Standing(*row) for row in session.execute(_OF_FLEET, {"id": fleet_id, "first": first, "last": last})]


def season_of(session: Session, day: date, fleet_id: int | None = None) -> tuple[date, date]:
    """First and last day of the season the day lies in: of all fleets together, or of one.

    Without a published schedule for the day it is the nearest one that comes or was, or else the calendar year.
    """
    seasons = [(one.first, one.last) for one in session.execute(_SEASONS, {"fleet": fleet_id})]
    around = [season for season in seasons if season[0] <= day <= season[1]]
    if not around and seasons:
        around = [min(seasons, key=lambda season: min(abs((season[0] - day).days), abs((season[1] - day).days)))]
    if not around:
        return date(day.year, 1, 1), date(day.year, 12, 31)
    return min(season[0] for season in around), max(season[1] for season in around)


def towns(session: Session) -> list[tuple[str, str]]:
    """The towns that have stops, by their keys."""
    return [(row.ags, row.municipality) for row in session.execute(_TOWNS)]


def fleets(session: Session) -> list[tuple[int, str]]:
    """The fleets that have stood somewhere, or are to."""
    return [(row.id, row.name) for row in session.execute(_FLEETS)]


@dataclass(frozen=True)
class Visit:
    """The trees of one fleet that stand at one stop over the same days."""

    first: date
    last: date
    fleet_id: int
    fleet: str
    stop_id: int
    stop: str
    municipality: str
    kind: str
    trees: tuple[Standing, ...]

    @property
    def is_sure(self) -> bool:
        return all(tree.is_sure for tree in self.trees)

    @property
    def to_month(self) -> bool:
        return any(tree.to_month for tree in self.trees)


def visits(standings: Iterable[Standing]) -> list[Visit]:
    """Stays of the same days, stop and fleet as one visit, in the order of their first day."""

    def key(one: Standing) -> tuple[date, date, int, int]:
        return one.first, one.last, one.stop_id, one.fleet_id

    found = []
    for (first, last, stop_id, fleet_id), group in groupby(sorted(standings, key=key), key):
        trees = tuple(group)
        one = trees[0]
        found.append(Visit(first, last, fleet_id, one.fleet, stop_id, one.stop, one.municipality, one.kind, trees))
    return found


def parameters(filters: Filters, day: date) -> dict[str, object]:
    """What a statement with `WANTED` is asked with."""
    return {"day": day, "ags": filters.ags, "fleet": filters.fleet_id}


def _arrivals(session: Session, wanted: dict[str, object]) -> list[Arrival]:
    return [Arrival(*row) for row in session.execute(_ARRIVALS, wanted)]


def _by_stop(standings: Sequence[Standing]) -> dict[int, tuple[Standing, ...]]:
    found: dict[int, tuple[Standing, ...]] = {}
    for one in standings:
        found[one.stop_id] = (*found.get(one.stop_id, ()), one)
    return found


def _first_by_stop(arrivals: Sequence[Arrival]) -> dict[int, Arrival]:
    found: dict[int, Arrival] = {}
    for one in arrivals:
        found.setdefault(one.stop_id, one)
    return found


def _stop(row: Row, here: tuple[Standing, ...], coming: Arrival | None) -> StopOnDay:
    return StopOnDay(
        id=row.id,
        municipality_id=row.municipality_id,
        municipality=row.municipality,
        ags=row.ags,
        name=row.name,
        kind=row.kind,
        capacity=row.capacity,
        module_classes=tuple(row.module_classes),
        street=row.street,
        house_number=row.house_number,
        postcode=row.postcode,
        locality=row.locality,
        is_example=row.is_example,
        lon=row.lon,
        lat=row.lat,
        here=here,
        coming=coming,
    )
