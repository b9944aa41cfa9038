"""What the page tells of a run: each rule's part in words, the plan beside others, why somebody was left out. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from geo.trees.planner.model import Plan, Problem, Visit
from geo.trees.planner.rules import check
from geo.trees.planner.worth import SENTENCES, worth


def outcome_of(
    problem: Problem,
    plan: Plan,
    *,
    rivals: Mapping[str, Plan],
    why: Iterable[tuple[str, str]] = (),
    is_stopped: bool = False,
) -> dict[str, Any]:
    """The result as JSON. `rivals` are the plans to compare with, by name; `why` are stops left out, with sentences."""
    found = worth(problem, plan)
    return {
        "lines": [
            {
                "rule": one.rule,
                "title": one.title,
                "points": one.points,
                "said": one.sentence,
                "why": SENTENCES[one.rule],
            }
            for one in found.lines
        ],
        "compared": [compared(problem, name, rival, found.value) for name, rival in rivals.items()],
        "own": compared(problem, "Dieses Ergebnis", plan, found.value),
        "why": [{"stop": stop, "sentence": sentence} for stop, sentence in why],
        "is_stopped": is_stopped,
    }


def compared(problem: Problem, name: str, plan: Plan, value: int) -> dict[str, Any]:
    """A plan in a few numbers; `more` is how much better (in per cent) the plan worth `value` is."""
    own = worth(problem, plan).value
    broken = check(problem, plan)
    return {
        "name": name,
        "value": own,
        "visits": len(plan.visits),
        "module_weeks": plan.module_weeks,
        "broken": len(broken),
        "first_broken": broken[0].sentence if broken else None,
        "more": round(100 * (value - own) / own, 1) if own > 0 else None,
    }


def as_json(visits: Iterable[Visit]) -> list[dict[str, Any]]:
    """A plan's visits as they are stored with a run."""
    return [
        {"stop": one.stop, "start": one.start, "weeks": one.weeks, "modules": dict(one.modules), "fleet": one.fleet}
        for one in visits
    ]
