"""Writes of fleets and their trees."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from geo.core import clock, geometry
from geo.core.access import Action, Actor
from geo.core.codes import label
from geo.core.errors import Conflict, Invalid
from geo.core.history import perform
from geo.trees.codes import GONE, TREE_STATES
from geo.trees.fleet import states
from geo.trees.fleet.model import ModuleClass
from geo.trees.fleet.modules import module_values
from geo.trees.fleet.queries import modules_of
from geo.trees.model import Fleet, Stop, Tree
from geo.trees.queries.occupation import future_of_tree
from geo.trees.schemas import FleetInput, TreeInput, fleet_values, tree_values
from geo.trees.service.rules import expect_version, find_visible, list_of


def create_fleet(session: Session, actor: Actor, municipality_id: int | None, data: FleetInput) -> Fleet:
    """A new fleet of a town, or of the alliance (None)."""
    with perform(session, actor, Action.FLEET_EDIT, municipality_id):
        fleet = Fleet(municipality_id=municipality_id)
        _fill(session, fleet, data)
    return fleet


def update_fleet(session: Session, actor: Actor, fleet_id: int, version: int, data: FleetInput) -> Fleet:
    """Change what is said about a fleet. Raises `Conflict` when it was changed since."""
    fleet: Fleet = find_visible(session, actor, Fleet, fleet_id, "Die Allee")
    with perform(session, actor, Action.FLEET_EDIT, fleet.municipality_id):
        expect_version(fleet, version, fleet_values(fleet) | module_values(modules_of(session, fleet.id)))
        _fill(session, fleet, data)
        flag_modified(fleet, "name")  # a change of its modules alone is a new version of the fleet too
    return fleet


def _fill(session: Session, fleet: Fleet, data: FleetInput) -> None:
    for name, value in vars(data).items():
        if name not in ("depot", "modules"):
            setattr(fleet, name, value)
    before = None if fleet.depot_point is None else geometry.lon_lat(fleet.depot_point)
    if before != data.depot:
        fleet.depot_point = None if data.depot is None else geometry.point(*data.depot, "depot_latitude")
    session.add(fleet)
    session.flush()
    known = {one.name: one for one in modules_of(session, fleet.id)}
    for module in data.modules:
        row = known.pop(module.name, None) or ModuleClass(fleet_id=fleet.id, municipality_id=fleet.municipality_id)
        for name, value in vars(module).items():
            if getattr(row, name) != value:
                setattr(row, name, value)
        session.add(row)
    for gone in known.values():
        session.delete(gone)


def create_tree(session: Session, actor: Actor, fleet_id: int, data: TreeInput) -> Tree:
    """A new tree of a fleet."""
    fleet: Fleet = find_visible(session, actor, Fleet, fleet_id, "Die Allee")
    with perform(session, actor, Action.FLEET_EDIT, fleet.municipality_id):
        _check_label(session, fleet.id, data.label)
        tree = Tree(fleet_id=fleet.id, municipality_id=fleet.municipality_id, is_example=False, **vars(data))
        session.add(tree)
        session.flush()
        states.begin(session, tree, tree.state, None)
    return tree


def update_tree(
    session: Session, actor: Actor, tree_id: int, version: int, data: TreeInput, *, today: date | None = None
) -> Tree:
    """Change a tree. Raises `Conflict` when it was changed since, or when what it still has to do forbids it."""
    tree: Tree = find_visible(session, actor, Tree, tree_id, "Der Baum")
    with perform(session, actor, Action.FLEET_EDIT, tree.municipality_id):
        expect_version(tree, version, tree_values(tree))
        if data.label != tree.label:
            _check_label(session, tree.fleet_id, data.label)
        now = today or clock.today()
        check_gone(session, tree, data.state, now)
        _check_class(session, tree, data, now)
        if data.state != tree.state:
            states.begin(session, tree, data.state, now)
            tree.planted_point = tree.planted_on = tree.planted_stop_id = None
        for name, value in vars(data).items():
            setattr(tree, name, value)
    return tree


def _check_label(session: Session, fleet_id: int, name: str) -> None:
    with session.no_autoflush:
        taken = session.scalar(
            select(func.count()).select_from(Tree).where(Tree.fleet_id == fleet_id, Tree.label == name)
        )
    if taken:
        raise Invalid({"label": f"Einen Baum „{name}“ gibt es in dieser Allee schon."})


def check_gone(session: Session, tree: Tree, state: str, today: date) -> None:
    """Raises `Conflict` for a tree that is to be gone while it still has stays."""
    if state not in GONE or tree.state in GONE:
        return
    coming = future_of_tree(session, tree.id, today)
    if coming:
        raise Conflict(
            f"Der Baum kann noch nicht als {label(TREE_STATES, state)} gelten: {list_of(coming)}"
            " Bitte diese Standzeiten zuerst beenden oder löschen."
        )


def _check_class(session: Session, tree: Tree, data: TreeInput, today: date) -> None:
    """A tree of another class only has stays at stops that admit it."""
    if data.module_class == tree.module_class:
        return
    coming = future_of_tree(session, tree.id, today)
    stop_ids = {one.stop_id for one in coming}
    closed = session.scalars(
        select(Stop.id).where(Stop.id.in_(stop_ids), ~Stop.module_classes.contains([data.module_class]))
    ).all()
    shut = [one for one in coming if one.stop_id in set(closed)]
    if shut:
        raise Conflict(f"Dort ist die Modulklasse {data.module_class} nicht zugelassen: {list_of(shut)}")
