"""Trees by name are assigned to a visit."""

from collections.abc import Collection

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from geo.core.access import Action, Actor
from geo.core.errors import Invalid
from geo.core.history import perform
from geo.trees.model import Stay
from geo.trees.queries.occupation import ACTUAL, Layer
from geo.trees.service import rules as stay_rules
from geo.trees.service.rules import expect_version, give_slots, lock, settle
from geo.trees.visits.model import Visit
from geo.trees.visits.schemas import visit_values
from geo.trees.visits.service.planning import found, stays_of


def set_trees(session: Session, actor: Actor, visit_id: int, version: int, tree_ids: Collection[int]) -> Visit:
    """Assign exactly these trees to a visit, for its whole period; those that are assigned already keep their stay.

    Raises `Invalid` for more trees of a class than the visit has modules, `Conflict` for a tree that is elsewhere.
    """
    visit, schedule, stop = found(session, actor, visit_id)
    if visit.layer == ACTUAL:
        raise Invalid({"": "Welche Bäume wirklich da sind, sagen ihre bestätigten Standzeiten."})
    with perform(session, actor, Action.VISIT_EDIT, visit.municipality_id):
        expect_version(visit, version, visit_values(visit))
        trees = stay_rules.trees_of(session, set(tree_ids))
        there = {stay.tree_id: stay for stay in stays_of(session, visit)}
        lock(session, [stop.id], {*there, *tree_ids})
        stay_rules.check_fleet(session, actor, schedule, trees)
        stay_rules.check_admitted(stop, trees)
        for module_class, room in (("S", visit.modules_s), ("L", visit.modules_l)):
            chosen = sum(tree.module_class == module_class for tree in trees)
            if chosen > room:
                raise Invalid(
                    {"trees": f"Der Besuch hat {room} Module der Klasse {module_class}, gewählt sind {chosen}."}
                )
        for tree_id, stay in there.items():
            if tree_id not in set(tree_ids):
                session.delete(stay)
        session.flush()
        layer = Layer(visit.layer, visit.schedule_id)
        new_ids = [tree.id for tree in trees if tree.id not in there]
        stay_rules.check_trees_free(session, layer, new_ids, stop_id=stop.id, during=visit.during)
        new = [
            Stay(
                schedule_id=visit.schedule_id,
                tree_id=tree_id,
                stop_id=stop.id,
                municipality_id=visit.municipality_id,
                during=visit.during,
                layer=visit.layer,
                visit_id=visit.id,
                is_example=visit.is_example,
            )
            for tree_id in new_ids
        ]
        give_slots(session, layer, stop, new)
        session.add_all(new)
        flag_modified(visit, "note")  # whoever assigns has changed the visit: two at once hear of each other
        settle(session)
    return visit
