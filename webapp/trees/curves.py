"""The curve of a run as numbers for an SVG: seconds to the right, value and bound upwards. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 220, 70, 26, 12


@dataclass(frozen=True)
class Curve:
    """Two lines as SVG points, and the marks of the axes as (position, words)."""

    value: str
    bound: str
    across: tuple[tuple[float, str], ...]
    upward: tuple[tuple[float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT


def curve_of(points: Sequence[Sequence[float | None]], seconds: int) -> Curve | None:
    """The curve, or None where there is nothing to draw: no plan yet, or the first one was proven best at once.

    Points are [seconds, value, bound].
    """
    values = [(one[0] or 0.0, one[1]) for one in points if one[1] is not None]
    bounds = [(one[0] or 0.0, one[2]) for one in points if one[2] is not None]
    if not values or (bounds and {number for _, number in values} == {bounds[-1][1]}):
        return None
    low, most = min(number for _, number in values), max(number for _, number in values)
    # A bound far above all plans would press the plans flat: what is drawn ends at half as much again.
    top = min(max([most, *(number for _, number in bounds)]), max(most * 1.5, most))
    margin = (top - low) * 0.08 or abs(top) * 0.05 or 1.0
    low, high = low - margin, top + margin
    last = max(float(seconds), *(when for when, _ in values + bounds), 1.0)

    def at(when: float, number: float) -> tuple[float, float]:
        right = LEFT + (WIDTH - LEFT - 10) * when / last
        down = TOP + (HEIGHT - TOP - BOTTOM) * (high - min(max(number, low), high)) / (high - low)
        return round(right, 1), round(down, 1)

    def steps(line: Sequence[tuple[float, float]]) -> str:
        drawn: list[tuple[float, float]] = []
        for when, number in line:
            spot = at(when, number)
            if drawn:
                drawn.append((spot[0], drawn[-1][1]))
            drawn.append(spot)
        return " ".join(f"{x},{y}" for x, y in drawn)

    middle = (low + high) / 2
    return Curve(
        steps(values),
        steps(bounds),
        tuple((at(last * part / 4, low)[0], f"{last * part / 4:.3g} s".replace(".", ",")) for part in range(5)),
        tuple((at(0, number)[1], _number(number)) for number in (low + margin, middle, high - margin)),
    )


def _number(value: float) -> str:
    return f"{value:,.0f}".replace(",", ".")
