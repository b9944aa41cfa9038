"""The Kaplan-Meier estimate of how long something lasts when many of the observed are not over yet."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

Z_95 = 1.959964


@dataclass(frozen=True)
class Step:
    """After `time` the share `survival` still lasts; `low` and `high` are its 95 % band."""

    time: float
    survival: float
    low: float
    high: float


@dataclass(frozen=True)
class Median:
    """The time after which half are over, with its 95 % band; None where the curve does not fall that far."""

    value: float | None
    low: float | None
    high: float | None
    observed: int
    ended: int


def curve(durations: Sequence[tuple[float, bool]]) -> list[Step]:
    """The steps of the curve. Each duration says how long it was seen to last, and whether it ended then.

    The band is Greenwood's on the logarithm of the share, as the usual statistics programs compute it by default.
    """
    steps: list[Step] = []
    survival, spread, at_risk = 1.0, 0.0, len(durations)
    seen, ended = Counter(length for length, _ in durations), Counter(length for length, over in durations if over)
    for time in sorted(seen):
        ends = ended[time]
        if ends:
            survival *= 1 - ends / at_risk
            if survival > 0:
                spread += ends / (at_risk * (at_risk - ends))
                width = math.exp(Z_95 * math.sqrt(spread))
                steps.append(Step(time, survival, survival / width, min(1.0, survival * width)))
            else:
                steps.append(Step(time, 0.0, 0.0, 0.0))
        at_risk -= seen[time]
    return steps


def median(durations: Sequence[tuple[float, bool]]) -> Median:
    """The median duration and its 95 % band (where the curve's own band crosses one half)."""
    steps = curve(durations)
    values = [_half([(step.time, getattr(step, name)) for step in steps]) for name in ("survival", "low", "high")]
    return Median(values[0], values[1], values[2], len(durations), sum(1 for _, ended in durations if ended))


def _half(steps: Sequence[tuple[float, float]]) -> float | None:
    """The first time at which the share is a half or less; amid two times where it is exactly a half between them."""
    for index, (time, share) in enumerate(steps):
        if math.isclose(share, 0.5, abs_tol=1e-12):
            return (time + steps[index + 1][0]) / 2 if index + 1 < len(steps) else time
        if share < 0.5:
            return time
    return None
