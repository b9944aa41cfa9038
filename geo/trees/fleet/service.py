"""Writes of a tree's state, with the place where it was planted for good; and of many trees at once."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from geo.core import clock, geometry
from geo.core.access import Action, Actor
from geo.core.errors import Invalid
from geo.core.history import perform
from geo.trees.fleet import states
from geo.trees.fleet.schemas import ManyInput, StateInput
from geo.trees.model import Fleet, Stop, Tree
from geo.trees.schemas import tree_values
from geo.trees.service.fleets import check_gone
from geo.trees.service.rules import expect_version, find_visible

PLANTED, WINTERING = "AUSGEPFLANZT", "WINTERQUARTIER"


def set_state(
    session: Session, actor: Actor, tree_id: int, version: int, data: StateInput, *, today: date | None = None
) -> Tree:
    """Say what a tree is from a day on, and where it winters or was planted for good.

    Raises `Conflict` when it was changed since or still has stays, `Invalid` for a day before what follows is known.
    """
    tree: Tree = find_visible(session, actor, Tree, tree_id, "Der Baum")
    with perform(session, actor, Action.FLEET_EDIT, tree.municipality_id):
        expect_version(tree, version, tree_values(tree) | {"since": ""})
        check_gone(session, tree, data.state, today or clock.today())
        stop = _stop(session, actor, data)
        states.begin(
            session, tree, data.state, data.since, stop_id=stop.id if stop is not None else None, note=data.note
        )
        is_planted = data.state == PLANTED
        tree.state = data.state
        tree.planted_on = data.since if is_planted else None
        tree.planted_point = geometry.point(*data.planted) if is_planted and data.planted else None
        tree.planted_stop_id = stop.id if is_planted and stop is not None else None
        flag_modified(tree, "state")
    return tree


def create_trees(session: Session, actor: Actor, fleet_id: int, data: ManyInput) -> list[Tree]:
    """Several trees of one kind at once: all of them or none. Raises `Invalid` for labels that are taken."""
    fleet: Fleet = find_visible(session, actor, Fleet, fleet_id, "Die Allee")
    with perform(session, actor, Action.FLEET_EDIT, fleet.municipality_id):
        labels = data.labels()
        taken = session.scalars(
            select(Tree.label).where(Tree.fleet_id == fleet.id, Tree.label.in_(labels)).order_by(Tree.label)
        ).all()
        if taken:
            named = ", ".join(f"„{one}“" for one in taken[:5]) + (" und weitere" if len(taken) > 5 else "")
            raise Invalid({"first": f"Diese Bezeichnungen gibt es in der Allee schon: {named}."})
        made = [
            Tree(
                fleet_id=fleet.id,
                municipality_id=fleet.municipality_id,
                label=one,
                species=data.species,
                species_latin=data.species_latin,
                module_class=data.module_class,
                state="IM_EINSATZ",
                is_example=False,
            )
            for one in labels
        ]
        session.add_all(made)
        session.flush()
        for tree in made:
            states.begin(session, tree, tree.state, None)
    return made


def _stop(session: Session, actor: Actor, data: StateInput) -> Stop | None:
    """The stop that a state names: winter quarters for wintering, a place in a street for planting."""
    if data.stop_id is None or data.state not in (PLANTED, WINTERING):
        return None
    stop: Stop = find_visible(session, actor, Stop, data.stop_id, "Der Standplatz")
    if data.state == WINTERING and stop.kind != "WINTERQUARTIER":
        raise Invalid({"stop_id": f"„{stop.name}“ ist kein Winterquartier."})
    if data.state == PLANTED and stop.kind == "WINTERQUARTIER":
        raise Invalid({"stop_id": f"„{stop.name}“ ist ein Winterquartier; gepflanzt wird an einem Standplatz."})
    return stop
