"""The site finder's weights from the address, and its candidates in their order."""

from typing import Any

from flask import request

from geo import siting
from geo.core.access import Actor
from geo.viewpoints.finder import CRITERIA, MOST_WEIGHT, USUAL_WEIGHT, Ranked, rank
from webapp import parameters

STEPS = list(range(MOST_WEIGHT + 1))
__all__ = ["CRITERIA", "STEPS", "candidates", "weights"]


def weights() -> dict[str, int]:
    """How much each criterion counts, 0 to 3; what the address does not say counts as usual."""
    found = {}
    for name in CRITERIA:
        raw = request.args.get(name, "")
        found[name] = int(raw) if raw in {str(step) for step in STEPS} else USUAL_WEIGHT
    return found


def candidates(session: Any, actor: Actor, municipality_id: int | None, weighed: dict[str, int]) -> list[Ranked]:
    """The candidates, the best first."""
    return rank(siting.candidates(session, actor, municipality_id, parameters.day()), weighed)
