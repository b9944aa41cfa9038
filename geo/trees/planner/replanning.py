"""A new plan in the middle of the season, after a stop has dropped out, that changes as little as it can."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from geo.trees.planner.model import Costs, Fixed, Pin, Plan, Problem, Visit, plan_of
from geo.trees.planner.solving import Progress, Result, solve

STEADY = 8  # times what a kept date counts usually: residents have been told


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a visit: kept, moved (other dates), resized (other modules), dropped, new."""

    kind: str
    before: Visit | None
    after: Visit | None


@dataclass(frozen=True)
class Replanned:
    """The new problem, its result, and the difference to the plan before."""

    problem: Problem
    result: Result
    changes: tuple[Change, ...]

    @property
    def told(self) -> tuple[Change, ...]:
        """What became of the visits still to come; the lost stop's own do not count."""
        now = self.problem.now
        shut = {stop.id for stop in self.problem.stops if not any(stop.open[now:])}
        return tuple(
            one for one in self.changes if one.before and one.before.start >= now and one.before.stop not in shut
        )

    @property
    def kept(self) -> int:
        """How many of those keep their dates."""
        return sum(one.kind in ("kept", "resized") for one in self.told)

    @property
    def kept_share(self) -> float:
        """The share of those that keep their dates."""
        return self.kept / len(self.told) if self.told else 1.0


def after_loss(problem: Problem, plan: Plan, stop: str, week: int, reason: str = "fällt aus") -> tuple[Problem, Plan]:
    """The problem from a week on in which a stop is lost, and what is left of the plan.

    What has begun is a fact; a visit that stands at the lost stop ends with that week. Dates told count much.
    """
    pins: list[Pin] = []
    told: list[Visit] = []
    for visit in plan.visits:
        lost = visit.stop == stop
        if visit.start < week:
            stays = min(visit.weeks, week - visit.start) if lost else visit.weeks
            pins.append(Pin(replace(visit, weeks=stays), Fixed.PAST))
        elif not lost:
            told.append(visit)
    decided = [pin for pin in problem.pins if pin.kind is not Fixed.PAST and pin.visit in told]
    costs = replace(problem.costs, kept=STEADY * max(Costs().kept, problem.costs.kept))
    stops = tuple(
        replace(
            one,
            open=tuple(is_open and number < week for number, is_open in enumerate(one.open)),
            closed_because=dict.fromkeys(range(week, problem.weeks), reason),
        )
        if one.id == stop
        else one
        for one in problem.stops
    )
    changed = replace(problem, stops=stops, pins=(*pins, *decided), published=tuple(told), now=week, costs=costs)
    return changed, plan_of([*(pin.visit for pin in pins), *told])


def replan(
    problem: Problem,
    plan: Plan,
    stop: str,
    week: int,
    *,
    reason: str = "fällt aus",
    seconds: float | None = 2.0,
    work: int | None = None,
    seed: int = 0,
    on_progress: Callable[[Progress], None] | None = None,
    ending: Callable[[], bool] = lambda: False,
) -> Replanned:
    """A new plan after the loss of a stop from a week on; announced visits keep their dates where that is possible.

    Ends sooner where the plan is proven best, or when `ending` says so.
    """
    changed, left = after_loss(problem, plan, stop, week, reason)
    result = solve(
        changed, seconds=seconds, work=work, seed=seed, on_progress=on_progress, stop=ending, start=left, alone=True
    )
    return Replanned(changed, result, difference(plan, result.plan or left))


def difference(before: Plan, after: Plan) -> tuple[Change, ...]:
    """What became of each visit, and which are new; by stop, in the order of time."""
    changes: list[Change] = []
    new = after.by_stop()
    for stop, visits in before.by_stop().items():
        later = sorted(new.pop(stop, []), key=lambda visit: visit.start)
        for visit in sorted(visits, key=lambda visit: visit.start):
            same = next((other for other in later if other.dates == visit.dates), later[0] if later else None)
            if same is None:
                changes.append(Change("dropped", visit, None))
                continue
            later.remove(same)
            kind = "moved" if same.dates != visit.dates else "kept" if same.modules == visit.modules else "resized"
            changes.append(Change(kind, visit, same))
        changes += [Change("new", None, visit) for visit in later]
    changes += [Change("new", None, visit) for visits in new.values() for visit in visits]
    return tuple(changes)
