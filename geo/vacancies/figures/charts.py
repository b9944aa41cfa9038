"""Charts as SVG text, made on the server: for the pages and for the printed report alike.

Colours are attributes, because a page's style sheet does not reach into a printed report; every line has a dash and a
mark of its own and its name at its end, so that nothing is said by colour alone. Each chart stands beside a table of
the same values.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from xml.etree.ElementTree import Element, SubElement, tostring

from babel.numbers import format_decimal

INK, SOFT, GRID, PAPER = "#14233a", "#43506a", "#d5dae3", "#ffffff"
# Colour, dash and mark of the first, second and third line or column.
LOOKS = (("#a33a1c", "", "disc"), ("#1d4396", "7 3", "square"), ("#1f6b3a", "2 3", "triangle"))
FONT = "Fira Sans, Liberation Sans, sans-serif"
WIDTH, HEIGHT = 520, 270
LEFT, RIGHT, TOP, BOTTOM = 54, 142, 16, 30  # with room for the larger words on a phone
TEXT_SIZE = 13


@dataclass(frozen=True)
class Line:
    """A named line over days; None is a gap."""

    name: str
    points: Sequence[tuple[date, float | None]]


@dataclass(frozen=True)
class Words:
    """What a chart is called, and what it says in a sentence, for those who do not see it."""

    key: str
    title: str
    description: str


def number(value: float, digits: int = 1) -> str:
    """A number as Germans write it."""
    pattern = "#,##0" if digits == 0 else f"#,##0.{'0' * digits}"
    return format_decimal(value, pattern, locale="de_DE")


def lines(words: Words, drawn: Sequence[Line], unit: str = "%", mark: tuple[date, str] | None = None) -> str:
    """Lines over time, with a named day marked if told. Empty when no line has a value."""
    days = [day for line in drawn for day, _ in line.points]
    values = [value for line in drawn for _, value in line.points if value is not None]
    if not values or min(days) == max(days):
        return ""
    svg = _frame(words, WIDTH, HEIGHT)
    first, last, top = min(days), max(days), _ceiling(max(values))

    def x(day: date) -> float:
        return LEFT + (day - first).days / (last - first).days * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM)

    _scale(svg, top, unit, y, WIDTH - RIGHT)
    _years(svg, first, last, x)
    if mark is not None and first <= mark[0] <= last:
        _path(svg, [(x(mark[0]), TOP), (x(mark[0]), HEIGHT - BOTTOM)], INK, "4 3", width=1.5)
        beside = x(mark[0]) < (LEFT + WIDTH - RIGHT) / 2
        _text(svg, x(mark[0]) + (6 if beside else -6), TOP + 4, mark[1], INK, "start" if beside else "end", "600")
    names: list[tuple[float, str, str]] = []
    for line, (colour, dash, sign) in zip(drawn, LOOKS, strict=False):
        for run in _runs(line.points):
            spots = [(x(day), y(value)) for day, value in run]
            if len(spots) > 1:
                _path(svg, spots, colour, dash)
            else:
                _mark(svg, sign, spots[0], colour)
        known = [(x(day), y(value)) for day, value in line.points if value is not None]
        if known:
            _mark(svg, sign, known[-1], colour)
            value = line.points[-1][1]  # a line that ends in a gap has no value now
            name = line.name if value is None else f"{line.name} {number(value)}"
            names.append((known[-1][1], name, colour))
    for at, name, colour in _apart(names):
        _text(svg, WIDTH - RIGHT + 8, at + 4, name, colour, weight="600")
    return _written(svg)


def columns(words: Words, labels: Sequence[str], series: Sequence[tuple[str, Sequence[int]]]) -> str:
    """Groups of columns, one group a label; the numbers stand above their columns."""
    if not labels or not any(value for _, values in series for value in values):
        return ""
    svg = _frame(words, WIDTH, HEIGHT)
    top, legend, left, right = _ceiling(max(value for _, values in series for value in values), whole=True), 24, 36, 8

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM - legend)

    _scale(svg, top, "", y, WIDTH - right, left, digits=0)
    group = (WIDTH - left - right) / len(labels)
    width = group * 0.76 / len(series)
    for index, label in enumerate(labels):
        start = left + index * group + group * 0.12
        for place, (_, values) in enumerate(series):
            colour, is_hollow, value = LOOKS[place][0], place > 0, values[index]
            high = y(0) - y(value)
            if high > 0:
                _rect(svg, (start + place * width, y(value), width - 1.5, high), colour, is_hollow)
            if len(labels) <= 12 and value:
                _text(svg, start + (place + 0.5) * width, y(value) - 4, number(value, 0), INK, "middle", size=11)
        _text(svg, left + (index + 0.5) * group, HEIGHT - 10, label, SOFT, "middle")
    at = float(left)
    for place, (name, _) in enumerate(series):
        _rect(svg, (at, 6, 14, 12), LOOKS[place][0], place > 0)
        _text(svg, at + 20, 17, name, INK)
        at += 42 + 7.4 * len(name)
    return _written(svg)


def bars(words: Words, rows: Sequence[tuple[str, float]], digits: int = 0, unit: str = "") -> str:
    """One bar a row, its name to the left and its value at its end."""
    if not rows:
        return ""
    step, left = 25, 232
    height = len(rows) * step + 10
    svg = _frame(words, WIDTH, height)
    top = max(value for _, value in rows) or 1
    for index, (name, value) in enumerate(rows):
        at = 6 + index * step
        _text(svg, left - 10, at + 15, name, INK, "end")
        length = value / top * (WIDTH - left - 70)
        _rect(svg, (left, at + 2, max(length, 1), step - 8), LOOKS[0][0], False)
        shown = f"{number(value, digits)}{f' {unit}' if unit else ''}"
        _text(svg, left + length + 7, at + 15, shown, INK, weight="600")
    return _written(svg)


def survival(said: Words, steps: Sequence[tuple[float, float, float, float]], median: float | None) -> str:
    """A curve of shares (0 to 1) that still last after so many months, with its band and the median."""
    if not steps:
        return ""
    svg = _frame(said, WIDTH, HEIGHT)
    most = _ceiling(steps[-1][0], whole=True)
    right = 16

    def x(months: float) -> float:
        return LEFT + min(months / most, 1) * (WIDTH - LEFT - right)

    def y(share: float) -> float:
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    band = [*_stairs([(0.0, 1.0), *((time, high) for time, _, _, high in steps)])]
    band += reversed([*_stairs([(0.0, 1.0), *((time, low) for time, _, low, _ in steps)])])
    corners = " ".join(f"{x(time):.1f},{y(share):.1f}" for time, share in band)
    SubElement(svg, "polygon", {"points": corners, "fill": "#f1d9d0", "class": "chart__band"})
    for share in (0, 0.25, 0.5, 0.75, 1):
        _grid(svg, y(share), WIDTH - right, LEFT)
        _text(svg, LEFT - 6, y(share) + 4, f"{share * 100:.0f} %", SOFT, "end")
    for tick in range(5):
        words = f"{number(most * tick / 4, 0)}{' Monate' if tick == 4 else ''}"
        _text(svg, x(most * tick / 4), HEIGHT - 10, words, SOFT, "middle" if tick < 4 else "end")
    _path(
        svg,
        [(x(time), y(share)) for time, share in _stairs([(0.0, 1.0), *((s[0], s[1]) for s in steps)])],
        LOOKS[0][0],
        "",
    )
    if median is not None:
        _path(svg, [(LEFT, y(0.5)), (x(median), y(0.5)), (x(median), y(0))], INK, "4 3", width=1.5)
        beside = x(median) < WIDTH * 0.6
        _text(
            svg,
            x(median) + (8 if beside else -8),
            y(0.5) - 8,
            f"Median {number(median)} Monate",
            INK,
            "start" if beside else "end",
            "600",
        )
    return _written(svg)


# --- parts -----------------------------------------------------------------------------------


def _frame(words: Words, width: float, height: float) -> Element:
    ids = f"{words.key}-titel {words.key}-text"
    svg = Element("svg", {
        "xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {width:g} {height:g}", "class": "chart__svg",
        "role": "img", "aria-labelledby": ids, "font-family": FONT, "font-size": str(TEXT_SIZE),
    })  # fmt: skip
    SubElement(svg, "title", {"id": f"{words.key}-titel"}).text = words.title
    SubElement(svg, "desc", {"id": f"{words.key}-text"}).text = words.description
    return svg


def _written(svg: Element) -> str:
    return tostring(svg, encoding="unicode", short_empty_elements=True)


def _ceiling(value: float, *, whole: bool = False) -> float:
    """A round number at or above the value that four steps divide evenly."""
    if value <= 0:
        return 4
    size = 10 ** math.floor(math.log10(value))
    for factor in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10):
        top = factor * size
        if top >= value and (not whole or top % 4 == 0 or top >= 40):
            return top
    return 4 * math.ceil(value / 4)


def _scale(
    svg: Element, top: float, unit: str, y: object, until: float, left: float = LEFT, digits: int | None = None
) -> None:
    for tick in range(5):
        value = top * tick / 4
        at = y(value)  # type: ignore[operator]  # a function of this module
        _grid(svg, at, until, left)
        shown = number(value, digits if digits is not None else (0 if top % 4 == 0 else 1))
        _text(svg, left - 6, at + 4, f"{shown} {unit}".strip(), SOFT, "end")


def _grid(svg: Element, at: float, until: float, left: float) -> None:
    SubElement(svg, "path", {"d": f"M{left:g} {at:.1f}H{until:g}", "stroke": GRID, "stroke-width": "1", "fill": "none"})


def _years(svg: Element, first: date, last: date, x: object) -> None:
    years = [year for year in range(first.year, last.year + 1) if first <= date(year, 1, 1) <= last]
    step = max(1, math.ceil(len(years) / 6))
    for year in years[::step]:
        at = x(date(year, 1, 1))  # type: ignore[operator]  # a function of this module
        attributes = {"d": f"M{at:.1f} {HEIGHT - BOTTOM}v5", "stroke": SOFT, "stroke-width": "1", "fill": "none"}
        SubElement(svg, "path", attributes)
        _text(svg, at, HEIGHT - 10, str(year), SOFT, "middle")


def _runs(points: Sequence[tuple[date, float | None]]) -> list[list[tuple[date, float]]]:
    """The stretches without a gap."""
    found: list[list[tuple[date, float]]] = [[]]
    for day, value in points:
        if value is None:
            found.append([])
        else:
            found[-1].append((day, value))
    return [run for run in found if run]


def _stairs(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    corners = [points[0]]
    for (_, before), (time, share) in pairwise(points):
        corners += [(time, before), (time, share)]
    return corners


def _apart(names: list[tuple[float, str, str]], gap: float = 19) -> list[tuple[float, str, str]]:
    """Names at the ends of lines, moved down as far as they would lie on each other."""
    placed: list[tuple[float, str, str]] = []
    for at, name, colour in sorted(names):
        lowest = placed[-1][0] + gap if placed else at
        placed.append((max(at, lowest), name, colour))
    return placed


def _path(svg: Element, spots: Sequence[tuple[float, float]], colour: str, dash: str, width: float = 2.4) -> None:
    drawn = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
    attributes = {
        "d": drawn,
        "fill": "none",
        "stroke": colour,
        "stroke-width": f"{width:g}",
        "stroke-linejoin": "round",
    }
    SubElement(svg, "path", attributes | ({"stroke-dasharray": dash} if dash else {}))


def _mark(svg: Element, mark: str, spot: tuple[float, float], colour: str) -> None:
    x, y = spot
    look = {"fill": colour, "stroke": PAPER, "stroke-width": "1.2"}
    if mark == "disc":
        SubElement(svg, "circle", {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": "4.5", **look})
    elif mark == "square":
        SubElement(svg, "rect", {"x": f"{x - 4:.1f}", "y": f"{y - 4:.1f}", "width": "8", "height": "8", **look})
    else:
        SubElement(svg, "path", {"d": f"M{x:.1f} {y - 5:.1f}l5 9h-10z", **look})


def _rect(svg: Element, box: tuple[float, float, float, float], colour: str, is_hollow: bool) -> None:
    x, y, width, height = box
    look = {"fill": PAPER if is_hollow else colour, "stroke": colour, "stroke-width": "1.5" if is_hollow else "0"}
    inset = 0.75 if is_hollow else 0
    SubElement(svg, "rect", {
        "x": f"{x + inset:.1f}", "y": f"{y + inset:.1f}", "width": f"{max(width - 2 * inset, 0.5):.1f}",
        "height": f"{max(height - inset, 0.5):.1f}", **look,
    })  # fmt: skip


def _text(
    svg: Element,
    x: float,
    y: float,
    words: str,
    colour: str,
    anchor: str = "start",
    weight: str = "400",
    size: int = TEXT_SIZE,
) -> None:
    attributes = {"x": f"{x:.1f}", "y": f"{y:.1f}", "fill": colour, "text-anchor": anchor}
    extra = ({"font-weight": weight} if weight != "400" else {}) | (
        {"font-size": str(size)} if size != TEXT_SIZE else {}
    )
    SubElement(svg, "text", attributes | extra).text = words
