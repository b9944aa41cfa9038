"""The drawing of a stop to scale: bays, modules, house numbers, streets, north arrow, scale bar, on one sheet A4. Pure.

Millimetres on paper, metres on the ground (EPSG:25832). The sheet is turned so that the bays lie across it; the arrow
says where north is. The largest usual scale at which everything fits is taken.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

from babel.dates import format_date
from babel.numbers import format_decimal
from shapely.affinity import rotate
from shapely.geometry import LineString, MultiPolygon, Point, box
from shapely.geometry.base import BaseGeometry

from geo.core import printing
from geo.trees.site import packing
from geo.trees.site.packing import Placed

SCALES = (50, 100, 200, 250, 500, 1000, 2000)
PAGE_W, PAGE_H, MARGIN = 297.0, 210.0, 10.0
FRAME_W, FRAME_H = PAGE_W - 2 * MARGIN, 138.0
INK, SOFT, PAPER = "#14233a", "#43506a", "#ffffff"
FONT = "Liberation Sans, Fira Sans, Arial, sans-serif"
# So many house numbers near the bays lie on the sheet for sure; where there is none, the nearest from farther away.
NUMBERS_NEAR, NEAR_M, NEAREST_M = 4, 25.0, 45.0


@dataclass(frozen=True)
class House:
    """A house number of the town's address list where it stands."""

    street: str
    number: str
    spot: Point


@dataclass(frozen=True)
class Street:
    """A named line of the street network."""

    name: str
    line: LineString


@dataclass(frozen=True)
class Size:
    """What a class of modules measures, for the legend: centimetres and kilograms."""

    name: str
    length_cm: int
    width_cm: int
    height_cm: int | None = None
    weight_kg: int | None = None


@dataclass(frozen=True)
class Sheet:
    """All that stands on the drawing."""

    name: str
    place: str
    day: date
    bays: MultiPolygon
    placed: Sequence[Placed]
    sizes: Sequence[Size]
    gap_cm: int
    houses: Sequence[House] = ()
    streets: Sequence[Street] = ()
    is_example: bool = False


def svg(sheet: Sheet) -> str:
    """The sheet as SVG, without style or script, so that it may be shown under a strict policy."""
    view = _View.of(sheet)
    parts = [
        *_streets(sheet, view),
        *_bays(sheet, view),
        *_modules(sheet, view),
        *_houses(sheet, view),
    ]
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{PAGE_W:g}mm" height="{PAGE_H:g}mm"'
        f' viewBox="0 0 {PAGE_W:g} {PAGE_H:g}" role="img" aria-labelledby="t d" font-family="{FONT}" fill="{INK}">\n'
        f'<title id="t">{escape(_heading(sheet))}</title>\n<desc id="d">{escape(in_words(sheet))}</desc>\n'
        f'<rect width="{PAGE_W:g}" height="{PAGE_H:g}" fill="{PAPER}"/>\n'
        f'<clipPath id="c"><rect x="{MARGIN:g}" y="{MARGIN:g}" width="{FRAME_W:g}" height="{FRAME_H:g}"/></clipPath>\n'
        f'<g clip-path="url(#c)">\n{body}\n</g>\n'
        f'<rect x="{MARGIN:g}" y="{MARGIN:g}" width="{FRAME_W:g}" height="{FRAME_H:g}" fill="none" stroke="{INK}"'
        ' stroke-width="0.35"/>\n'
        f"{_north(view)}\n{_bar(view)}\n{_block(sheet, view)}\n</svg>\n"
    )


def pdf(sheet: Sheet) -> bytes:
    """The sheet as PDF/UA. Raises `SetupError` when the machine cannot set it."""
    title, alt = escape(_heading(sheet)), escape(in_words(sheet), {'"': "&quot;"})
    return printing.set_in_type(
        f'<!doctype html><html lang="de"><head><meta charset="utf-8"><title>{title}</title><style>'
        "@page { size: A4 landscape; margin: 0 } body { margin: 0 } img { display: block; width: 297mm }"
        f'</style></head><body><img src="{printing.drawing(svg(sheet))}" alt="{alt}"></body></html>'
    )


def scale_of(sheet: Sheet) -> int:
    """The denominator of the sheet's scale."""
    return _View.of(sheet).scale


def in_words(sheet: Sheet) -> str:
    """What the drawing shows, for whoever does not see it."""
    sides = packing.outlines(sheet.bays)
    bays = "; ".join(f"Bucht {i}: {_m(length)} lang, {_m(width)} breit" for i, (length, width) in enumerate(sides, 1))
    numbers = sorted({f"{one.street} {one.number}" for one in _near(sheet)})
    beside = f" Daneben: {', '.join(numbers)}." if numbers else ""
    return (
        f"{sheet.name}, {sheet.place}. {_counted(sheet)}. {bays}. Abstand zwischen den Modulen"
        f" {_m(sheet.gap_cm / 100)}. Maßstab 1 zu {scale_of(sheet)} auf A4 quer.{beside}"
    )


@dataclass(frozen=True)
class _View:
    """From the ground to the paper: turned by `turn_deg`, around the middle, at 1 to `scale`."""

    turn_deg: float
    middle: tuple[float, float]
    scale: int

    @classmethod
    def of(cls, sheet: Sheet) -> "_View":
        turn = packing.main_direction(sheet.bays)
        shown: list[BaseGeometry] = [sheet.bays.buffer(3), *(one.spot.buffer(2) for one in _near(sheet))]
        boxes = [rotate(one, -turn, origin=(0, 0)).bounds for one in shown]
        west, south = min(one[0] for one in boxes), min(one[1] for one in boxes)
        east, north = max(one[2] for one in boxes), max(one[3] for one in boxes)
        room_w, room_h = FRAME_W - 10, FRAME_H - 14
        fits = [
            one for one in SCALES if (east - west) * 1000 / one <= room_w and (north - south) * 1000 / one <= room_h
        ]
        return cls(turn, ((west + east) / 2, (south + north) / 2), fits[0] if fits else SCALES[-1])

    def mm(self, metres: float) -> float:
        return metres * 1000 / self.scale

    def flat(self, shape: BaseGeometry) -> BaseGeometry:
        return rotate(shape, -self.turn_deg, origin=(0, 0))

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A turned spot on paper."""
        return (
            MARGIN + FRAME_W / 2 + self.mm(x - self.middle[0]),
            MARGIN + FRAME_H / 2 - self.mm(y - self.middle[1]),
        )

    def path(self, shape: BaseGeometry) -> str:
        rings = [shape.exterior, *shape.interiors] if hasattr(shape, "exterior") else [shape]
        closing = "Z" if hasattr(shape, "exterior") else ""
        drawn = []
        for ring in rings:
            spots = [self.at(x, y) for x, y, *_ in self.flat(ring).coords]
            drawn.append("M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in spots) + closing)
        return "".join(drawn)

    def window(self) -> BaseGeometry:
        """What of the turned ground lies on the paper."""
        half_w, half_h = FRAME_W * self.scale / 2000, FRAME_H * self.scale / 2000
        x, y = self.middle
        return box(x - half_w, y - half_h, x + half_w, y + half_h)


def _near(sheet: Sheet) -> list[House]:
    by_distance = sorted(sheet.houses, key=lambda one: one.spot.distance(sheet.bays))[:NUMBERS_NEAR]
    near = [one for one in by_distance if one.spot.distance(sheet.bays) <= NEAR_M]
    return near or [one for one in by_distance[:1] if one.spot.distance(sheet.bays) <= NEAREST_M]


def _text(x: float, y: float, size: float, words: str, extra: str = "", width: float | None = None) -> str:
    """Words on paper, cut off where they are wider than `width`."""
    most = int(width / (size * 0.52)) if width is not None else len(words)
    words = words if len(words) <= most else words[: max(1, most - 1)].rstrip() + "…"
    return f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:g}"{extra}>{escape(words)}</text>'


def _streets(sheet: Sheet, view: _View) -> list[str]:
    drawn, told = [], set()
    for street in sheet.streets:
        seen = view.flat(street.line).intersection(view.window())
        if seen.is_empty:
            continue
        drawn.append(
            f'<path d="{view.path(street.line)}" fill="none" stroke="{SOFT}" stroke-width="0.25"'
            ' stroke-dasharray="4 1 0.6 1"/>'
        )
        if street.name in told or view.mm(seen.length) < 25:
            continue
        told.add(street.name)
        longest = max(getattr(seen, "geoms", [seen]), key=lambda part: part.length)
        drawn.append(_along(longest, view, street.name))
    return drawn


def _along(line: BaseGeometry, view: _View, words: str) -> str:
    """A name along a turned line, in its middle, never upside down."""
    before = line.interpolate(0.35, normalized=True)
    after = line.interpolate(0.65, normalized=True)
    (x1, y1), (x2, y2) = view.at(before.x, before.y), view.at(after.x, after.y)
    angle = math.degrees(math.atan2(y2 - y1, x2 - x1))
    angle = angle - 180 if angle > 90 else angle + 180 if angle < -90 else angle
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    turned = f' text-anchor="middle" fill="{SOFT}" transform="rotate({angle:.1f} {x:.2f} {y:.2f}) translate(0 -1.2)"'
    return _text(x, y, 3.4, words, turned)


def _houses(sheet: Sheet, view: _View) -> list[str]:
    window, drawn = view.window(), []
    for house in sheet.houses:
        spot = view.flat(house.spot)
        if not window.contains(spot):
            continue
        x, y = view.at(spot.x, spot.y)
        drawn.append(f'<circle cx="{x:.2f}" cy="{y:.2f}" r="0.5"/>')
        for edge in (f' stroke="{PAPER}" stroke-width="0.9" stroke-linejoin="round"', ""):  # readable on bays too
            drawn.append(_text(x, y - 1.2, 3.6, house.number, f' text-anchor="middle" font-weight="700"{edge}'))
    return drawn


def _bays(sheet: Sheet, view: _View) -> list[str]:
    drawn = []
    for number, (part, (length, width)) in enumerate(
        zip(sheet.bays.geoms, packing.outlines(sheet.bays), strict=True), start=1
    ):
        drawn.append(
            f'<path d="{view.path(part)}" fill="#f3f5f8" stroke="{INK}" stroke-width="0.35" stroke-dasharray="2 1"/>'
        )
        left, low, right, _ = view.flat(part).bounds
        x, y = view.at((left + right) / 2, low)
        words = f"Bucht {number}: {_m(length)} × {_m(width)}"
        drawn.append(_text(x, y + 4, 2.8, words, ' text-anchor="middle"'))
    return drawn


def _modules(sheet: Sheet, view: _View) -> list[str]:
    drawn = []
    numbers: dict[str, int] = {}
    for one in sheet.placed:
        numbers[one.name] = numbers.get(one.name, 0) + 1
        side = view.mm(min(packing.outlines(MultiPolygon([one.outline]))[0]))
        middle = view.flat(one.outline).centroid
        x, y = view.at(middle.x, middle.y)
        drawn.append(f'<path d="{view.path(one.outline)}" fill="{PAPER}" stroke="{INK}" stroke-width="0.4"/>')
        drawn.append(
            f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{side * 0.42:.2f}" fill="#dcebdf" stroke="#1f6b3a"'
            ' stroke-width="0.2"/>'
        )
        if side >= 4:
            size = min(3.0, side * 0.36)
            label = f"{one.name}{numbers[one.name]}"
            drawn.append(_text(x, y + size * 0.36, round(size, 2), label, ' text-anchor="middle" font-weight="700"'))
    return drawn


def _north(view: _View) -> str:
    x, y = PAGE_W - MARGIN - 15, MARGIN + 15
    turned = f"rotate({view.turn_deg:.1f} {x:g} {y:g})"
    return f'<g transform="{turned}"><path d="M{x:g} {y - 8:g}l3.2 12l-3.2 -2.4l-3.2 2.4Z" fill="{INK}"/></g>' + _text(
        *_beyond(x, y, view.turn_deg, 10.5),
        4,
        "N",
        ' text-anchor="middle" font-weight="700" dominant-baseline="central"',
    )


def _beyond(x: float, y: float, turn_deg: float, distance: float) -> tuple[float, float]:
    angle = math.radians(turn_deg)
    return x + math.sin(angle) * distance, y - math.cos(angle) * distance


def _bar(view: _View) -> str:
    step = next((one for one in (1, 2, 5, 10, 20, 50, 100) if view.mm(one) >= 8), 100)
    x, y, wide = MARGIN + 6, MARGIN + FRAME_H - 8, view.mm(step)
    drawn = [f'<rect x="{x - 2:g}" y="{y - 5:g}" width="{wide * 4 + 14:.2f}" height="10" fill="{PAPER}"/>']
    for number in range(4):
        fill = INK if number % 2 == 0 else PAPER
        drawn.append(
            f'<rect x="{x + number * wide:.2f}" y="{y:g}" width="{wide:.2f}" height="2" fill="{fill}" stroke="{INK}"'
            ' stroke-width="0.25"/>'
        )
    for number in (0, 1, 2, 4):
        words = f"{number * step} m" if number == 4 else str(number * step)
        drawn.append(_text(x + number * wide, y - 1.2, 2.8, words, ' text-anchor="middle"'))
    return "\n".join(drawn)


def _block(sheet: Sheet, view: _View) -> str:
    """The title block below the drawing."""
    top = MARGIN + FRAME_H
    x, y = sheet.bays.centroid.x, sheet.bays.centroid.y
    sources = [f"Buchten und Module: Innenstadtregister, {format_date(sheet.day, 'd.M.yyyy', locale='de')}"]
    if sheet.houses:
        sources.append("Hausnummern: Adressliste der Gemeinde")
    else:
        sources.append("Hausnummern: die Adressliste der Gemeinde hat hier keine")
    if sheet.streets:
        sources.append("Straßen: Straßennetz der Gemeinde")
    left = [
        _text(MARGIN, top + 9, 6, _heading(sheet), ' font-weight="700"', 190),
        _text(MARGIN, top + 15.5, 4, sheet.place, "", 190),
        _text(MARGIN, top + 22.5, 3.6, _counted(sheet), ' font-weight="700"', 190),
    ]
    at = top + 28
    for size in sheet.sizes:
        left.append(_text(MARGIN, at, 3.4, _measured(size), "", 190))
        at += 4.8
    left.append(_text(MARGIN, at, 3.4, f"Abstand zwischen den Modulen mindestens {_m(sheet.gap_cm / 100)}", "", 190))
    right_x, width = 206.0, PAGE_W - MARGIN - 206
    lines: list[tuple[float, float, str, str]] = [
        (9, 6, f"Maßstab 1 : {view.scale}", ' font-weight="700"'),
        (14.5, 3, "auf A4 quer, ohne Anpassung an die Seite gedruckt", ""),
        (20, 3, f"Mitte: {x:.0f} Ost, {y:.0f} Nord (ETRS89/UTM 32N)", ""),
        *((25 + number * 4.4, 3, words, "") for number, words in enumerate(sources)),
    ]
    right = [_text(right_x, top + down, size, words, extra, width) for down, size, words, extra in lines]
    return "\n".join([*left, *right])


def _heading(sheet: Sheet) -> str:
    return f"Lageskizze: {sheet.name}" + (" (Beispiel)" if sheet.is_example else "")


def _counted(sheet: Sheet) -> str:
    counts = {size.name: sum(one.name == size.name for one in sheet.placed) for size in sheet.sizes}
    told = [
        f"{count} Module der Klasse {name}" if count != 1 else f"1 Modul der Klasse {name}"
        for name, count in counts.items()
        if count
    ]
    return " und ".join(told) or "Kein Modul"


def _measured(size: Size) -> str:
    words = f"Klasse {size.name}: {_m(size.length_cm / 100)} × {_m(size.width_cm / 100)}"
    if size.height_cm:
        words += f", {_m(size.height_cm / 100)} hoch ohne Baum"
    if size.weight_kg:
        words += f", {format_decimal(size.weight_kg, locale='de')} kg"
    return words


def _m(metres: float) -> str:
    return f"{format_decimal(metres, format='0.00', locale='de')} m"
