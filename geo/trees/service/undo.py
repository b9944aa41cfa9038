"""Takes the last change of a stop, its stays, a tree or a fleet back."""

from sqlalchemy.orm import Session

from geo.core.access import Action, Actor
from geo.core.db import for_municipality
from geo.core.errors import Conflict, NotFound
from geo.core.undo import Root, revert
from geo.trees.fleet.parts import fleet_root, tree_root
from geo.trees.model import Fleet, Tree
from geo.trees.queries.changes import LastChange, last_change_at_stop
from geo.trees.queries.internal import get_stop
from geo.trees.service.rules import find_visible, settle

# Publishing touches several towns at once; it has its own way back (`supersede`).
UNDOABLE = (Action.STOP_EDIT, Action.STAY_EDIT, Action.VISIT_EDIT)


def undo_at_stop(session: Session, actor: Actor, stop_id: int, change_id: int) -> LastChange:
    """Take back the newest change of a stop or its stays, if it is the one named.

    Raises `Conflict` when something newer happened, or when the place has been taken since.
    """
    stop = get_stop(session, actor, stop_id)
    last = last_change_at_stop(session, stop)
    if last is None:
        raise NotFound("Die letzte Änderung")
    if last.id != change_id:
        raise Conflict("Inzwischen gibt es eine neuere Änderung. Rückgängig machen lässt sich nur die letzte.")
    if last.action not in UNDOABLE:
        raise Conflict("Eine Veröffentlichung lässt sich nicht rückgängig machen, aber der Umzugsplan zurückziehen.")
    with for_municipality(session, stop.municipality_id):
        revert(session, actor, Root(last.table, last.row_id, others=last.rows), last.id)
        settle(session)
    return last


def undo_tree(session: Session, actor: Actor, tree_id: int, change_id: int) -> None:
    """Take back the last change of a tree."""
    tree: Tree = find_visible(session, actor, Tree, tree_id, "Der Baum")
    with for_municipality(session, tree.municipality_id):
        revert(session, actor, tree_root(tree_id), change_id)


def undo_fleet(session: Session, actor: Actor, fleet_id: int, change_id: int) -> None:
    """Take back the last change of a fleet."""
    fleet: Fleet = find_visible(session, actor, Fleet, fleet_id, "Die Allee")
    with for_municipality(session, fleet.municipality_id):
        revert(session, actor, fleet_root(fleet_id), change_id)
