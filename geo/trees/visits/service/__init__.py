"""Every write of visits. Each function is the verb of a page; none commits."""

from geo.trees.visits.service.assigning import set_trees
from geo.trees.visits.service.happening import arrive, leave
from geo.trees.visits.service.permits import set_permit, set_verdict
from geo.trees.visits.service.planning import add, change, decide, move, remove, undo

__all__ = [
    "add",
    "arrive",
    "change",
    "decide",
    "leave",
    "move",
    "remove",
    "set_permit",
    "set_trees",
    "set_verdict",
    "undo",
]
