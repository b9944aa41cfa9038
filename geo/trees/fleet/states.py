"""A tree's states in time: what it was on a day, and how a new state follows an old one."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.trees.fleet.model import TreeState
from geo.trees.model import Tree


def of_tree(session: Session, tree_id: int) -> list[TreeState]:
    """All states of a tree, the newest first."""
    rows = session.scalars(select(TreeState).where(TreeState.tree_id == tree_id)).all()
    return sorted(rows, key=lambda row: row.during.lower or date.min, reverse=True)


def begin(
    session: Session, tree: Tree, state: str, since: date | None, *, stop_id: int | None = None, note: str | None = None
) -> TreeState:
    """Let a tree be something from a day on (None: nobody knows since when); what was said of later days goes.

    Call inside `perform`.
    """
    with session.no_autoflush:
        known = of_tree(session, tree.id) if tree.id is not None else []
    for row in known:
        if since is None or (row.during.lower is not None and row.during.lower >= since):
            session.delete(row)
        elif row.during.upper is None or row.during.upper > since:
            row.during = Range(row.during.lower, since)
    session.flush()
    made = TreeState(
        tree_id=tree.id,
        municipality_id=tree.municipality_id,
        state=state,
        during=Range(since, None),
        stop_id=stop_id,
        note=note,
        is_example=tree.is_example,
    )
    session.add(made)
    session.flush()
    return made
