"""Who waits for trees that a plan does not bring yet: applications first, by their weight, then the other stops."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import Actor
from geo.trees.applications import queries as applications
from geo.trees.applications.queries import ApplicationRow
from geo.trees.applications.waiting import Weight
from geo.trees.planning.board import BoardStop
from geo.trees.planning.queries import PlanBoard


@dataclass(frozen=True)
class Open:
    """A stop, or an application without one, that the plan does not serve."""

    stop: BoardStop | None
    applications: tuple[ApplicationRow, ...] = ()
    weight: Weight | None = None

    @property
    def value(self) -> float:
        return 0.0 if self.weight is None else self.weight.value


def weights_of(session: Session, actor: Actor, here: PlanBoard, day: date) -> Mapping[int, Weight]:
    """The waiting weight of each stop of the plan's fleet, for the planner."""
    return applications.weights(session, actor, here.plan.municipality_id, day)


def open_ones(session: Session, actor: Actor, here: PlanBoard, day: date) -> list[Open]:
    """What is not planned yet, the heaviest application first; stops without one follow by their need of trees."""
    rows = [
        row
        for row in applications.listing(session, actor, here.plan.municipality_id, day)
        if row.state(day) == "WARTELISTE"
    ]
    weights = weights_of(session, actor, here, day)
    return open_of(here.board.unvisited, {visit.stop_id for visit in here.board.visits}, rows, weights)


def open_of(
    unvisited: Sequence[BoardStop],
    visited: set[int],
    rows: Sequence[ApplicationRow],
    weights: Mapping[int, Weight],
) -> list[Open]:
    """The list, from the stops without a visit and the applications that wait."""
    by_stop: dict[int, list[ApplicationRow]] = {}
    for row in rows:
        if row.stop_id is not None and row.stop_id not in visited:
            by_stop.setdefault(row.stop_id, []).append(row)
    stops = [Open(stop, tuple(by_stop.get(stop.id, ())), weights.get(stop.id)) for stop in unvisited]
    waiting = sorted((one for one in stops if one.applications), key=lambda one: -one.value)
    placeless = [Open(None, (row,)) for row in rows if row.stop_id is None]
    return [*waiting, *placeless, *(one for one in stops if not one.applications)]


@dataclass(frozen=True)
class Answer:
    """An application, and what the planner's result means for it."""

    application: ApplicationRow
    weight: Weight | None
    is_served: bool
    sentence: str


def applicants_of(
    session: Session, actor: Actor, here: PlanBoard, left_out: Mapping[int, str], served: set[int]
) -> list[Answer]:
    """Each application that waits today, with whether the result serves it and, where not, why not."""
    today = clock.today()
    rows = [
        row
        for row in applications.listing(session, actor, here.plan.municipality_id, today)
        if row.state(today) == "WARTELISTE"
    ]
    weights = weights_of(session, actor, here, today)
    found = [_answer(row, weights, left_out, served) for row in rows]
    return sorted(found, key=lambda one: (one.is_served, -(one.weight.value if one.weight else 0)))


def _answer(
    row: ApplicationRow, weights: Mapping[int, Weight], left_out: Mapping[int, str], served: set[int]
) -> Answer:
    if row.stop_id is None:
        sentence = "Für diesen Ort gibt es noch keinen Standplatz. Ohne ihn kann nicht geplant werden."
        return Answer(row, None, False, sentence)
    if row.stop_id in served:
        return Answer(row, weights.get(row.stop_id), True, "Kommt dran.")
    sentence = left_out.get(row.stop_id, "Kommt in diesem Ergebnis nicht dran.")
    return Answer(row, weights.get(row.stop_id), False, sentence)
