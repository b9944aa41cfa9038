"""Every write of the trees' part. Each function is the verb of a page; none commits."""

from geo.trees.service.fleets import create_fleet, create_tree, update_fleet, update_tree
from geo.trees.service.schedules import create_schedule, publish, supersede, update_schedule
from geo.trees.service.stays import add_stays, change_stay, change_stays, confirm_stays, remove_stay, swap_trees
from geo.trees.service.stops import create_stop, update_stop
from geo.trees.service.undo import undo_at_stop, undo_fleet, undo_tree

__all__ = [
    "add_stays",
    "change_stay",
    "change_stays",
    "confirm_stays",
    "create_fleet",
    "create_schedule",
    "create_stop",
    "create_tree",
    "publish",
    "remove_stay",
    "supersede",
    "swap_trees",
    "undo_at_stop",
    "undo_fleet",
    "undo_tree",
    "update_fleet",
    "update_schedule",
    "update_stop",
    "update_tree",
]
