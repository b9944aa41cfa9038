"""The silhouette strip: the horizon as one sees it, with the landmarks' names and the points of the compass, as SVG.

The drawing takes its colour from the text around it, so that it is right on light and dark pages and in print; it says
what it shows in `title` and `desc`. What is far away is drawn pale, what is near darker.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

import numpy as np
import shapely

from geo.viewpoints.direction import Sector, in_words, name_of
from geo.viewpoints.terrain.naming import Flag, placed
from geo.viewpoints.terrain.sights import Sight, seen_from_left_to_right

WIDE_PX = 1120  # a file, or a sheet of paper
COLUMN_PX = 760  # the column of a page, where letters must not shrink
NARROW_PX = 340
LEAST_PX_A_DEGREE = 3.1
MOST_PX_A_DEGREE = 16.0
GAP_PX = 24
DRAWING_PX = 120
AXIS_PX = 34
LETTER_PX = 7.3
TEXT_PX = 13
ROW_GAP_PX = 18
LEVEL_PX = 18
LEAST_RANGE_DEG = 3.0
OPACITIES = (0.55, 0.32, 0.15)  # near, middling, far
PEAKS = {"BERG"}
# What is named first where not all names find room.
RANKS = ("BURG", "KIRCHE", "DENKMAL", "TURM", "BERG")
LETTERS = {
    "de": ("N", "NNO", "NO", "ONO", "O", "OSO", "SO", "SSO", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"),
    "en": ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"),
}
WORDS = {
    "de": {
        "title": "Horizont vom Blickpunkt {name}",
        "looks": "Blick {where}.",
        "row": "Von links nach rechts: {names}.",
        "none": "Benannte Landmarken sind nicht zu sehen.",
        "one": "{name} im {direction}, {distance} entfernt",
        "scale": "Höhen {times}-fach überhöht",
    },
    "en": {
        "title": "Horizon from the viewpoint {name}",
        "looks": "View {where}.",
        "row": "From left to right: {names}.",
        "none": "No named landmarks can be seen.",
        "one": "{name} in the {direction}, {distance} away",
        "scale": "heights exaggerated {times} times",
    },
}


@dataclass(frozen=True)
class _Panel:
    """A part of the horizon on the drawing: from `start` clockwise over `span` degrees, its left side at `x`."""

    start: float
    span: float
    x: float

    def at(self, azimuth: float, scale: float) -> float | None:
        """Where a direction lies; None outside of the panel."""
        turn = (azimuth - self.start) % 360
        if turn > self.span:
            turn = 0.0 if 360 - turn <= 1.5 else self.span if turn - self.span <= 1.5 else turn
        return self.x + turn * scale if turn <= self.span else None


def strip_svg(
    angles_deg: Sequence[float],
    layers_deg: Sequence[Sequence[float]],
    sights: Sequence[Sight],
    sectors: Sequence[Sector],
    *,
    name: str,
    lang: str = "de",
    width: int = WIDE_PX,
    key: str = "strip",
    standalone: bool = False,
) -> str:
    """The strip of a viewpoint called `name`, `width` pixels wide; `key` makes its ids the only ones on the page.

    `angles_deg` is the skyline every 0.1 degree from north, `layers_deg` near, middling and far ridges alike. A narrow
    strip has several rows. `standalone` gives it colours of its own, for a file or a poster.
    """
    seen = [one for one in seen_from_left_to_right(sights, sectors) if one.is_visible is not False]
    rows, scale = _rows(sectors, width)
    values = np.asarray(angles_deg, np.float64)
    low, high = _range(values, seen, sectors)
    exaggeration = max(1, round(DRAWING_PX / (high - low) / scale))
    tall = exaggeration * scale
    drawing = (high - low) * tall
    parts: list[str] = []
    top = 2.0
    for row in rows:
        flags = _flags(row, seen, scale, width, lang)
        room = LEVEL_PX * (1 + max((flag.level for flag in flags), default=-1)) + 6
        base = top + room + drawing
        parts += _drawn(row, values, layers_deg, base, tall, low, scale)
        parts += _named(flags, base, tall, low, top + room, values)
        parts += _axis(row, base, scale, lang)
        top = base + AXIS_PX + ROW_GAP_PX
    words = WORDS[lang]
    note = words["scale"].format(times=exaggeration) if exaggeration > 1 else ""
    height = top - ROW_GAP_PX + (18 if note else 0)
    if note:
        parts.append(f'<text x="{width}" y="{height - 4:.0f}" text-anchor="end" font-size="12">{note}</text>')
    title, told = escape(words["title"].format(name=name)), escape(description(seen, sectors, lang))
    own = ' color="#14283c" font-family="Fira Sans, Liberation Sans, sans-serif"' if standalone else ""
    back = f'<rect width="{width}" height="{height:.0f}" fill="#fff"/>' if standalone else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="strip" viewBox="0 0 {width} {height:.0f}" width="{width}"'
        f' height="{height:.0f}" role="img" lang="{lang}" aria-labelledby="{key}-title {key}-desc"'
        f' font-size="{TEXT_PX}" fill="currentColor"{own}><title id="{key}-title">{title}</title>'
        f'<desc id="{key}-desc">{told}</desc>{back}{"".join(parts)}</svg>'
    )


def description(seen: Sequence[Sight], sectors: Sequence[Sector], lang: str) -> str:
    """What the strip shows, for people who hear it."""
    words = WORDS[lang]
    where = "; ".join(in_words(one, lang) for one in sectors)
    names = "; ".join(in_direction(one, lang) for one in seen)
    looks = words["looks"].format(where=where) + " " if where else ""
    return looks + (words["row"].format(names=names) if names else words["none"])


def in_direction(sight: Sight, lang: str) -> str:
    """A landmark with its direction and distance in words."""
    direction = name_of(Decimal(str(sight.azimuth_deg)), lang)
    return WORDS[lang]["one"].format(name=sight.title(lang), direction=direction, distance=distance(sight, lang))


def distance(sight: Sight, lang: str) -> str:
    """How far it is: metres to the next ten below one kilometre, else kilometres."""
    if sight.distance_m < 995:
        return f"{max(10, round(sight.distance_m, -1))} m"
    text = f"{sight.distance_m / 1000:.1f}" if sight.distance_m < 9950 else f"{sight.distance_m / 1000:.0f}"
    return f"{text.replace('.', ',') if lang == 'de' else text} km"


def _rows(sectors: Sequence[Sector], width: int) -> tuple[list[list[_Panel]], float]:
    """The sectors laid side by side, cut where a row is full; and pixels a degree, the same for all."""
    most = width / LEAST_PX_A_DEGREE
    pieces: list[tuple[float, float]] = []
    for start, span in [(float(one.from_deg), float(one.span)) for one in sectors] or [(0.0, 360.0)]:
        count = math.ceil(span / most)
        pieces += [(start + span / count * at, span / count) for at in range(count)]
    rows: list[list[tuple[float, float]]] = [[]]
    for piece in pieces:
        wide = sum(span for _, span in rows[-1]) + piece[1]
        if rows[-1] and wide > most - len(rows[-1]) * GAP_PX / LEAST_PX_A_DEGREE:
            rows.append([])
        rows[-1].append(piece)
    scale = min((width - GAP_PX * (len(row) - 1)) / sum(span for _, span in row) for row in rows)
    scale = min(scale, MOST_PX_A_DEGREE)
    return [_side_by_side(row, scale) for row in rows], scale


def _side_by_side(row: Sequence[tuple[float, float]], scale: float) -> list[_Panel]:
    panels, x = [], 0.0
    for start, span in row:
        panels.append(_Panel(start % 360, span, x))
        x += span * scale + GAP_PX
    return panels


def _range(values: np.ndarray, seen: Sequence[Sight], sectors: Sequence[Sector]) -> tuple[float, float]:
    """The lowest and highest angle that is drawn, with some ground below the ridge."""
    angles = np.concatenate([_within(values, float(one.from_deg), float(one.span)) for one in sectors] or [values])
    tops = [one.angle_deg for one in seen if one.angle_deg is not None]
    high = max([float(angles.max()), *tops])
    low = float(np.maximum(angles, -10).min())
    below = max(0.6, (high - low) * 0.35)
    return low - below, max(high, low - below + LEAST_RANGE_DEG) + 0.1


def _within(values: np.ndarray, start: float, span: float) -> np.ndarray:
    """The angles from one direction clockwise, both ends included."""
    count = len(values)
    first = round(start * count / 360)
    return values[np.arange(first, first + round(span * count / 360) + 1) % count]


def _drawn(
    row: Sequence[_Panel],
    values: np.ndarray,
    layers: Sequence[Sequence[float]],
    base: float,
    tall: float,
    low: float,
    scale: float,
) -> Iterator[str]:
    bounds = [np.full(len(values), low), *np.maximum.accumulate(np.asarray(layers, np.float64), axis=0)]
    for panel in row:
        for below, above, opacity in zip(bounds, bounds[1:], OPACITIES, strict=False):
            upper, lower = (_line(panel, one, base, tall, low, scale) for one in (above, below))
            yield f'<path d="{_path(upper)}L{_path(lower[::-1])[1:]}Z" fill-opacity="{opacity}"/>'
        line = _line(panel, values, base, tall, low, scale)
        yield f'<path d="{_path(line)}" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"/>'


def _line(
    panel: _Panel, values: np.ndarray, base: float, tall: float, low: float, scale: float
) -> list[tuple[float, float]]:
    angles = _within(values, panel.start, panel.span)
    x = panel.x + np.linspace(0, panel.span * scale, len(angles))
    y = base - np.maximum(angles - low, 0) * tall
    kept = shapely.LineString(np.column_stack((x, y))).simplify(0.35, preserve_topology=False)
    return [(float(a), float(b)) for a, b in shapely.get_coordinates(kept)]


def _path(line: Sequence[tuple[float, float]]) -> str:
    first, *rest = [f"{x:.1f} {y:.1f}".replace(".0", "") for x, y in line]
    return f"M{first}L{' '.join(rest)}"


def _flags(row: Sequence[_Panel], seen: Sequence[Sight], scale: float, width: int, lang: str) -> list[Flag]:
    """The names that find room on this row, each on the lowest level on which it crosses no other."""
    inside = [(x, one) for panel in row for one in seen if (x := panel.at(one.azimuth_deg, scale)) is not None]
    most = max(8, width // 32)
    ranked = sorted(
        inside, key=lambda pair: (RANKS.index(pair[1].kind) if pair[1].kind in RANKS else 9, pair[1].distance_m)
    )
    kept = sorted(ranked[:most], key=lambda pair: pair[0])
    return placed([(min(max(x, 5), width - 5), one.title(lang), one) for x, one in kept], width, LETTER_PX)


def _named(
    flags: Sequence[Flag], base: float, tall: float, low: float, top: float, values: np.ndarray
) -> Iterator[str]:
    for flag in flags:
        sight = flag.sight
        ridge = float(values[round(sight.azimuth_deg * len(values) / 360) % len(values)])
        angle = ridge if sight.angle_deg is None else sight.angle_deg
        foot = base - max(angle - low, 0) * tall
        hill = base - max(ridge - low, 0) * tall
        head = top - 6 - LEVEL_PX * flag.level
        yield (
            f'<path d="M{flag.x:.1f} {head - 13:.1f}V{foot:.1f}" fill="none" stroke="currentColor" stroke-width="1"/>'
            + (
                f'<path d="M{flag.x:.1f} {foot:.1f}V{hill:.1f}" stroke="currentColor" stroke-width="3"/>'
                if foot < hill
                else ""
            )
            + _mark(sight, flag.x, foot)
            + f'<text x="{flag.x + (4 if flag.to_right else -4):.1f}" y="{head - 2:.1f}"'
            + ("" if flag.to_right else ' text-anchor="end"')
            + f">{escape(flag.text)}</text>"
        )


def _mark(sight: Sight, x: float, y: float) -> str:
    """A triangle for a mountain, a dot for everything else."""
    if sight.kind in PEAKS:
        return f'<path d="M{x - 4.5:.1f} {y + 3:.1f}h9l-4.5-8z"/>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'


def _axis(row: Sequence[_Panel], base: float, scale: float, lang: str) -> Iterator[str]:
    """Ticks every ten degrees, and the points of the compass as dense as they can be read."""
    step = next((degrees for degrees in (22.5, 45, 90) if degrees * scale >= 44), 90)
    for panel in row:
        right = panel.x + panel.span * scale
        yield f'<path d="M{panel.x:.1f} {base:.1f}H{right:.1f}" fill="none" stroke="currentColor" stroke-width="1"/>'
        ticks = "".join(
            f"M{panel.x + turn * scale:.1f} {base:.1f}v4" for turn in _multiples(panel.start, panel.span, 10)
        )
        if ticks:
            yield f'<path d="{ticks}" fill="none" stroke="currentColor" stroke-width="1"/>'
        for turn in _multiples(panel.start, panel.span, step):
            x = panel.x + turn * scale
            letter = LETTERS[lang][round((panel.start + turn) / 22.5) % 16]
            anchor = "start" if x < 12 else "end" if x > right - 8 and turn > panel.span - 1 else "middle"
            yield (
                f'<path d="M{x:.1f} {base:.1f}v8" fill="none" stroke="currentColor" stroke-width="2"/>'
                f'<text x="{x:.1f}" y="{base + 24:.1f}" text-anchor="{anchor}" font-weight="600">{letter}</text>'
            )


def _multiples(start: float, span: float, step: float) -> list[float]:
    """How far after the start the multiples of the step lie, up to the end."""
    first = -start % step
    return [first + step * at for at in range(int((span - first) // step) + 1)] if first <= span else []
