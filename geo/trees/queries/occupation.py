"""Who is where in the layer that a stay is made in: what the writes ask before they write."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session, aliased

from geo.trees.model import Stay, Stop, Tree

DRAFT, DECIDED, ACTUAL = "ENTWURF", "BESCHLOSSEN", "TATSAECHLICH"


@dataclass(frozen=True)
class Layer:
    """Where a stay is made: within one draft, among the decided stays, or among the actual ones."""

    name: str
    schedule_id: int

    def same(self) -> ColumnElement[bool]:
        """The stays that the database keeps apart from a stay of this layer."""
        if self.name == DRAFT:
            return and_(Stay.layer == DRAFT, Stay.schedule_id == self.schedule_id)
        return Stay.layer == self.name


@dataclass(frozen=True)
class Occupant:
    """A stay with the names that a sentence needs."""

    stay_id: int
    tree_id: int
    tree: str
    stop_id: int
    stop: str
    during: Range[date]


def trees_elsewhere(
    session: Session,
    layer: Layer,
    tree_ids: Collection[int],
    *,
    stop_id: int,
    during: Range[date],
    ignoring: Collection[int] = (),
) -> list[Occupant]:
    """The stays that keep these trees from coming to the stop in that period.

    A decided stay also minds where a tree actually stands, unless that is the same stop.
    """
    rivals = layer.same()
    if layer.name == DECIDED:
        rivals = or_(rivals, and_(Stay.layer == ACTUAL, Stay.stop_id != stop_id))
    return _occupants(session, rivals, Stay.tree_id.in_(tree_ids), Stay.during.overlaps(during), ignoring=ignoring)


def occupants(session: Session, layer: Layer, stop_id: int, during: Range[date]) -> list[Occupant]:
    """The trees that take up room at the stop in that period.

    Decided and actual stays share the room; a decided stay that was confirmed counts through its actual one alone.
    """
    rivals = layer.same()
    if layer.name != DRAFT:
        confirmed = aliased(Stay)
        rivals = or_(
            Stay.layer == ACTUAL,
            and_(
                Stay.layer == DECIDED,
                ~exists(
                    select(confirmed.id).where(
                        confirmed.layer == ACTUAL,
                        confirmed.tree_id == Stay.tree_id,
                        confirmed.stop_id == Stay.stop_id,
                        confirmed.during.overlaps(Stay.during),
                    )
                ),
            ),
        )
    return _occupants(session, rivals, Stay.stop_id == stop_id, Stay.during.overlaps(during))


def counterparts(session: Session, stay: Stay, layer: str) -> Sequence[Stay]:
    """The stays of another layer that say the same tree stands at the same stop at the time."""
    return session.scalars(
        select(Stay).where(
            Stay.layer == layer,
            Stay.tree_id == stay.tree_id,
            Stay.stop_id == stay.stop_id,
            Stay.during.overlaps(stay.during),
        )
    ).all()


def future_of_tree(session: Session, tree_id: int, today: date) -> list[Occupant]:
    """What is still to come, or goes on, for a tree in any layer."""
    return _occupants(session, Stay.tree_id == tree_id, Stay.during.overlaps(Range(today, None)))


def future_at_stop(session: Session, stop_id: int, today: date, module_classes: Collection[str]) -> list[Occupant]:
    """The stays of today and later at a stop whose trees are of none of these classes."""
    wrong = Tree.module_class.not_in(module_classes)
    return _occupants(session, Stay.stop_id == stop_id, Stay.during.overlaps(Range(today, None)), wrong)


def fullest_day(stays: Iterable[tuple[int, Range[date]]], periods: Sequence[Range[date]]) -> tuple[date, int]:
    """The first day of the periods on which most trees stand, and how many those are. `stays`: tree and period."""
    known = list(stays)
    starts = {one.lower for one in [*periods, *(own for _, own in known)] if one.lower is not None}
    best = (date.min, 0)
    for day in sorted(start for start in starts if any(one.contains(start) for one in periods)):
        count = len({tree for tree, own in known if own.contains(day)})
        if count > best[1]:
            best = (day, count)
    return best


def _occupants(session: Session, *conditions: ColumnElement[bool], ignoring: Collection[int] = ()) -> list[Occupant]:
    rows = session.execute(
        select(Stay.id, Stay.tree_id, Tree.label, Stay.stop_id, Stop.name, Stay.during)
        .join(Tree, Tree.id == Stay.tree_id)
        .join(Stop, Stop.id == Stay.stop_id)
        .where(*conditions, Stay.id.not_in(ignoring))
        .order_by(Stay.during, Tree.label, Stay.id)
    )
    return [Occupant(*row) for row in rows]
