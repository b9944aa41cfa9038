"""A season at once: every stop with every visit from the season's first day on, so that a slider asks nothing more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.trees.queries.public import STANDINGS, WANTED, Filters, Standing, StopOnDay, parameters, stops_on

_FROM_DAY = text(
    f"{STANDINGS} WHERE y.whole && daterange(CAST(:day AS date), NULL) AND upper(y.during) > CAST(:day AS date)"
    f" AND {WANTED} ORDER BY y.stop_id, y.fleet_id, y.during, y.layer, t.label, t.id"
)

BEFORE = timedelta(days=31)
_BETWEEN = text(
    f"{STANDINGS} WHERE y.whole && daterange(CAST(:from AS date), CAST(:last AS date), '[]')"
    f" AND y.during && daterange(CAST(:from AS date), CAST(:last AS date), '[]') AND {WANTED}"
    " ORDER BY y.tree_id, y.during"
)


@dataclass(frozen=True)
class Position:
    """Trees of one fleet at one stop over the same days, all of them confirmed or none."""

    stop_id: int
    fleet_id: int
    first: date
    last: date
    is_sure: bool
    to_month: bool
    tree_ids: tuple[int, ...]


@dataclass(frozen=True)
class Resting:
    """Winter quarters: a name and a town, no address."""

    id: int
    name: str
    municipality: str


@dataclass(frozen=True)
class Positions:
    """The stops in streets by town and name, winter quarters, the trees by label, and who is where when."""

    first: date
    last: date
    stops: tuple[StopOnDay, ...]
    resting: tuple[Resting, ...]
    trees: tuple[tuple[int, str], ...]
    fleets: tuple[tuple[int, str], ...]
    visits: tuple[Position, ...]


def positions(session: Session, season: tuple[date, date], filters: Filters) -> Positions:
    """Who stands where from the first day of the season on: what comes after the season too, for what comes next."""
    first, last = season
    found = [Standing(*row) for row in session.execute(_FROM_DAY, parameters(filters, first))]
    everywhere = Filters(filters.ags, filters.fleet_id)
    stops = sorted(stops_on(session, first, everywhere), key=lambda stop: (stop.municipality, stop.name, stop.id))
    resting = {one.stop_id: Resting(one.stop_id, one.stop, one.municipality) for one in found if one.kind != "STRASSE"}
    return Positions(
        first,
        last,
        tuple(stops),
        tuple(sorted(resting.values(), key=lambda one: (one.name, one.municipality))),
        tuple(sorted({(one.tree_id, one.tree) for one in found}, key=lambda tree: (tree[1], tree[0]))),
        tuple(sorted({(one.fleet_id, one.fleet) for one in found}, key=lambda fleet: fleet[0])),
        tuple(_visits(found)),
    )


def standings_of(session: Session, first: date, last: date, filters: Filters) -> list[Standing]:
    """Who stands where from the first to the last day, and what was there just before: a move has two ends."""
    asked = {**parameters(filters, first), "from": first - BEFORE, "last": last}
    return [Standing(*row) for row in session.execute(_BETWEEN, asked)]


def _visits(standings: Iterable[Standing]) -> Iterable[Position]:
    def key(one: Standing) -> tuple[int, int, date, date, bool, bool]:
        return one.stop_id, one.fleet_id, one.first, one.last, one.is_sure, one.to_month

    for same, group in groupby(sorted(standings, key=key), key):
        yield Position(*same, tree_ids=tuple(one.tree_id for one in group))
