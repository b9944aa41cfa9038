"""Reads of a fleet in detail: its modules' sizes, its form's values; a tree's states with the stops they name."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo.core import geometry
from geo.core.access import Actor
from geo.trees.fleet.model import ModuleClass
from geo.trees.fleet.modules import module_values
from geo.trees.model import Fleet, Tree
from geo.trees.queries.internal import get_fleet
from geo.trees.schemas import fleet_values

_STATES = text(
    """
    SELECT y.state, lower(y.during) AS first, upper(y.during) - 1 AS last, y.stop_id, s.name AS stop, y.note
    FROM register.tree_states y LEFT JOIN register.stops s ON s.id = y.stop_id
    WHERE y.tree_id = :tree ORDER BY lower(y.during) DESC NULLS LAST
    """
)

_STATES_ON = text(
    "SELECT y.tree_id, y.state FROM register.tree_states y JOIN register.trees t ON t.id = y.tree_id"
    " WHERE t.fleet_id = :fleet AND y.during @> CAST(:day AS date)"
)


@dataclass(frozen=True)
class StateRow:
    """What a tree was from the first to the last day; the first is None where nobody knows, the last while it is so."""

    state: str
    first: date | None
    last: date | None
    stop_id: int | None
    stop: str | None
    note: str | None


@dataclass(frozen=True)
class Planted:
    """Where a tree grows for good."""

    longitude: float
    latitude: float
    on: date | None
    stop_id: int | None


def modules_of(session: Session, fleet_id: int) -> list[ModuleClass]:
    """The sizes of a fleet's modules, S before L."""
    query = select(ModuleClass).where(ModuleClass.fleet_id == fleet_id).order_by(ModuleClass.name.desc())
    return list(session.scalars(query))


def fleet_form(session: Session, actor: Actor, fleet_id: int) -> dict[str, Any]:
    """A fleet with the sizes of its modules as the values of its form, and its version. Raises `NotFound`."""
    row = get_fleet(session, actor, fleet_id)
    fleet = session.get_one(Fleet, row.id)
    return fleet_values(fleet) | module_values(modules_of(session, fleet_id)) | {"version": fleet.version}


def details(session: Session, actor: Actor, fleet_id: int) -> Fleet:
    """A fleet with its season, crew and depot. Raises `NotFound`."""
    return session.get_one(Fleet, get_fleet(session, actor, fleet_id).id)


def states_of(session: Session, tree_id: int) -> list[StateRow]:
    """A tree's states, the newest first."""
    return [StateRow(*row) for row in session.execute(_STATES, {"tree": tree_id})]


def states_on(session: Session, fleet_id: int, day: date) -> dict[int, str]:
    """What each tree of a fleet was on a day; a tree of which nobody knows is left out."""
    return {row.tree_id: row.state for row in session.execute(_STATES_ON, {"fleet": fleet_id, "day": day})}


def planted(tree: Tree) -> Planted | None:
    """Where the tree was planted out, if it was."""
    if tree.planted_point is None:
        return None
    longitude, latitude = geometry.lon_lat(tree.planted_point)
    return Planted(longitude, latitude, tree.planted_on, tree.planted_stop_id)
