"""A tour as a small drawing, north above: for paper and for whoever has no scripts. The list says it in words."""

import math
from dataclasses import dataclass

from geo.viewpoints.tours import Tour

WIDTH, HEIGHT, EDGE = 640.0, 400.0, 44.0
_METRES_A_DEGREE = 111_320
_LEAST_M = 200
_STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Sketch:
    """The legs as paths (with whether each is a straight line), the stops with their numbers, and a scale."""

    legs: tuple[tuple[str, bool], ...]
    stops: tuple[tuple[int, float, float], ...]
    scale_px: float
    scale_m: int
    size: tuple[float, float] = (WIDTH, HEIGHT)


def draw(tour: Tour) -> Sketch:
    """The tour as large as the picture allows."""
    spots = [(point.longitude, point.latitude) for point in tour.points]
    corners = [corner for leg in tour.legs for corner in leg.line] + spots
    shrink = math.cos(math.radians(spots[0][1]))
    flat = [(x * shrink, y) for x, y in corners]
    west, east = min(x for x, _y in flat), max(x for x, _y in flat)
    south, north = min(y for _x, y in flat), max(y for _x, y in flat)
    least = _LEAST_M / _METRES_A_DEGREE
    scale = min((WIDTH - 2 * EDGE) / max(east - west, least), (HEIGHT - 2 * EDGE) / max(north - south, least))

    def at(longitude: float, latitude: float) -> tuple[float, float]:
        x = WIDTH / 2 + (longitude * shrink - (west + east) / 2) * scale
        return round(x, 1), round(HEIGHT / 2 - (latitude - (south + north) / 2) * scale, 1)

    legs = [
        ("M" + "L".join(f"{x:g} {y:g}" for x, y in (at(*spot) for spot in leg.line)), not leg.by_street)
        for leg in tour.legs
    ]
    stops = [(number, *at(*spot)) for number, spot in enumerate(spots, 1)]
    metres = _round(WIDTH / 4 / scale * _METRES_A_DEGREE)
    return Sketch(tuple(legs), tuple(stops), round(metres * scale / _METRES_A_DEGREE, 1), metres)


def _round(most_m: float) -> int:
    """The longest of 1, 2, 5, 10, 20, … that is not longer."""
    power = 10 ** math.floor(math.log10(most_m))
    return int(max(step * power for step in _STEPS if step * power <= most_m))
