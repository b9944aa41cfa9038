"""What belongs to a fleet and to a tree, for their history and for taking a change back."""

from geo.core.undo import Part, Root


def fleet_root(fleet_id: int) -> Root:
    """A fleet with the sizes of its modules."""
    return Root("fleets", fleet_id, (Part("module_classes", "fleet_id", fleet_id),))


def tree_root(tree_id: int) -> Root:
    """A tree with its states."""
    return Root("trees", tree_id, (Part("tree_states", "tree_id", tree_id),))
