"""The charts of the ripple view as SVG text, made on the server: the course of both groups, the intervals."""

import math
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from babel.dates import format_date

from geo.synergy.effect import Estimate
from geo.synergy.ripple import Compared
from geo.synergy.wording import OUTCOMES, points
from geo.vacancies.figures import charts
from geo.vacancies.figures.charts import FONT, GRID, INK, LOOKS, PAPER, SOFT, TEXT_SIZE, Line, Words

WIDTH, LEFT, RIGHT, STEP, TOP = 520, 224, 66, 34, 30  # with room for the larger words on a phone


def course(one: Compared) -> str:
    """Both groups' mean share over the days, with the opening marked."""
    outcome = OUTCOMES[one.outcome]
    drawn = [Line("im Umkreis", one.line(True)), Line("Vergleich", one.line(False))]
    opened = one.panel.opened
    words = Words(
        f"verlauf-{one.outcome}-{one.within_m}",
        f"{outcome.name} im Umkreis von {one.within_m} m und in den Vergleichsstraßen",
        f"Zwei Linien über die Monate vor und nach dem {format_date(opened, 'd. MMMM yyyy', locale='de')}."
        " Die Werte stehen in der Tabelle.",
    )
    return charts.lines(words, drawn, mark=(opened, "Beginn"))


def intervals(rows: Sequence[tuple[str, Estimate | None, bool]], key: str) -> str:
    """Each estimate as a mark with its interval in percentage points; hollow where nothing is concluded from it."""
    known = [(name, one, counts) for name, one, counts in rows if one is not None]
    if not known:
        return ""
    far = _round_up(max(max(abs(one.low), abs(one.high)) for _, one, _ in known))
    height = TOP + STEP * len(known) + 26
    svg = Element("svg", {
        "xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {WIDTH} {height}", "class": "chart__svg",
        "role": "img", "aria-labelledby": f"{key}-titel {key}-text", "font-family": FONT, "font-size": str(TEXT_SIZE),
    })  # fmt: skip
    SubElement(svg, "title", {"id": f"{key}-titel"}).text = "Unterschied zu den Vergleichsstraßen"
    said = "; ".join(f"{name} {points(one.points)}" for name, one, _ in known)
    SubElement(svg, "desc", {"id": f"{key}-text"}).text = f"Prozentpunkte mit 95-%-Intervall: {said}."

    def x(value: float) -> float:
        return LEFT + (value + far) / (2 * far) * (WIDTH - LEFT - RIGHT)

    for tick in (-far, -far / 2, 0.0, far / 2, far):
        colour, width = (INK, "1.5") if tick == 0 else (GRID, "1")
        line = {"d": f"M{x(tick):.1f} {TOP - 8}V{height - 24}", "stroke": colour, "stroke-width": width, "fill": "none"}
        SubElement(svg, "path", line)
        shown = points(tick) if tick else "0"
        _text(svg, x(tick), height - 8, shown.replace(",0", ""), SOFT, "middle")
    _text(svg, x(0) - 8, TOP - 14, "← weniger", SOFT, "end")
    _text(svg, x(0) + 8, TOP - 14, "mehr →", SOFT, "start")
    for index, (name, one, counts) in enumerate(known):
        at = TOP + STEP * index + STEP / 2
        colour = LOOKS[0][0] if counts else SOFT
        _text(svg, LEFT - 12, at + 5, name, INK, "end")
        bar = {
            "d": f"M{x(one.low):.1f} {at:.1f}H{x(one.high):.1f}",
            "stroke": colour,
            "stroke-width": "2.5",
            "fill": "none",
        }
        SubElement(svg, "path", bar | ({} if counts else {"stroke-dasharray": "5 4"}))
        for end in (one.low, one.high):
            cap = {"d": f"M{x(end):.1f} {at - 6:.1f}v12", "stroke": colour, "stroke-width": "2.5", "fill": "none"}
            SubElement(svg, "path", cap)
        mark = {"cx": f"{x(one.points):.1f}", "cy": f"{at:.1f}", "r": "5.5", "stroke": colour, "stroke-width": "2"}
        SubElement(svg, "circle", mark | {"fill": colour if counts else PAPER})
        _text(svg, WIDTH - RIGHT + 14, at + 5, points(one.points), INK, "start", "600")
    return tostring(svg, encoding="unicode", short_empty_elements=True)


def _round_up(value: float) -> float:
    """A round number at or above the value, so that half of it is round as well."""
    if value <= 0:
        return 2.0
    size = 10.0 ** math.floor(math.log10(value))
    return next(factor * size for factor in (1.0, 2.0, 4.0, 6.0, 8.0, 10.0) if factor * size >= value)


def _text(svg: Element, x: float, y: float, words: str, colour: str, anchor: str, weight: str = "400") -> None:
    look = {"x": f"{x:.1f}", "y": f"{y:.1f}", "fill": colour, "text-anchor": anchor}
    SubElement(svg, "text", look | ({"font-weight": weight} if weight != "400" else {})).text = words
