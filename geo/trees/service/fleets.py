"""Writes of fleets and their trees."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor
from geo.core.codes import label
from geo.core.errors import Conflict, Invalid
from geo.core.history import perform
from geo.trees.codes import GONE, TREE_STATES
from geo.trees.model import Fleet, Stop, Tree
from geo.trees.queries.occupation import future_of_tree
from geo.trees.schemas import FleetInput, TreeInput, fleet_values, tree_values
from geo.trees.service.rules import expect_version, find_visible, list_of


def create_fleet(session: Session, actor: Actor, municipality_id: int | None, data: FleetInput) -> Fleet:
    """A new fleet of a town, or of the alliance (None)."""
    with perform(session, actor, Action.FLEET_EDIT, municipality_id):
        fleet = Fleet(municipality_id=municipality_id, **vars(data))
        session.add(fleet)
    return fleet


def update_fleet(session: Session, actor: Actor, fleet_id: int, version: int, data: FleetInput) -> Fleet:
    """Change what is said about a fleet. Raises `Conflict` when it was changed since."""
    fleet: Fleet = find_visible(session, actor, Fleet, fleet_id, "Die Allee")
    with perform(session, actor, Action.FLEET_EDIT, fleet.municipality_id):
        expect_version(fleet, version, fleet_values(fleet))
        for name, value in vars(data).items():
            setattr(fleet, name, value)
    return fleet


def create_tree(session: Session, actor: Actor, fleet_id: int, data: TreeInput) -> Tree:
    """A new tree of a fleet."""
    fleet: Fleet = find_visible(session, actor, Fleet, fleet_id, "Die Allee")
    with perform(session, actor, Action.FLEET_EDIT, fleet.municipality_id):
        _check_label(session, fleet.id, data.label)
        tree = Tree(fleet_id=fleet.id, municipality_id=fleet.municipality_id, **vars(data))
        session.add(tree)
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
        _check_future(session, tree, data, today or date.today())
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


def _check_future(session: Session, tree: Tree, data: TreeInput, today: date) -> None:
    """A tree that is gone has no stays left, and a tree of another class only stops that admit it."""
    coming = future_of_tree(session, tree.id, today)
    if data.state in GONE and tree.state not in GONE and coming:
        raise Conflict(
            f"Der Baum kann noch nicht als {label(TREE_STATES, data.state)} gelten: {list_of(coming)}"
            " Bitte diese Standzeiten zuerst beenden oder löschen."
        )
    if data.module_class != tree.module_class and coming:
        stop_ids = {one.stop_id for one in coming}
        closed = session.scalars(
            select(Stop.id).where(Stop.id.in_(stop_ids), ~Stop.module_classes.contains([data.module_class]))
        ).all()
        shut = [one for one in coming if one.stop_id in set(closed)]
        if shut:
            raise Conflict(f"Dort ist die Modulklasse {data.module_class} nicht zugelassen: {list_of(shut)}")
