"""The poster of a point as a drawing, in tenths of a millimetre on A4; A3 is the same, larger."""

import base64
import math
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import segno
from flask import g, render_template
from flask_babel import gettext as _

from geo.core.printing import PHOTO
from geo.viewpoints.direction import Sector
from geo.viewpoints.locating import Ring
from geo.viewpoints.skylines.public import Silhouette
from geo.viewpoints.terrain.strip import GAP_PX, LEAST_PX_A_DEGREE, WIDE_PX
from webapp.viewpoints import present

SIZES = {"a4": (210, 297), "a3": (297, 420)}
# Wide letters fill a line sooner: an em holds about two of them.
TITLE_CHARACTERS, STORY_CHARACTERS, FACT_CHARACTERS = 30, 52, 58
MOST_STORY_LINES = 9
# A strip is drawn over the whole width of the text; the fewer pixels it has of its own, the larger are its words.
STRIP_WIDE, STRIP_HIGH, STRIP_PX = 1860, 470, 760
_VIEW_BOX = re.compile(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"')


@dataclass(frozen=True)
class Picture:
    """A photo that may be passed on: its bytes, its proportions, the line to print beside it."""

    content: bytes
    credit: str

    @property
    def address(self) -> str:
        return f"{PHOTO}{base64.b64encode(self.content).decode()}"


def qr_path(address: str) -> tuple[str, int]:
    """A QR code as one SVG path of unit squares, and how many of them are on a side (the quiet zone not counted)."""
    matrix = segno.make(address, error="m", micro=False).matrix
    parts = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark]
    return "".join(parts), len(matrix)


def lines(text: str, width: int, most: int = 99) -> list[str]:
    """Text in lines of so many characters; what does not fit ends in an ellipsis."""
    made = [line for part in text.split("\n") if part.strip() for line in textwrap.wrap(part, width)]
    return (
        made
        if len(made) <= most
        else [*made[: most - 1], textwrap.shorten(made[most - 1] + " …", width, placeholder="…")]
    )


def locator(rings: Sequence[Ring], longitude: float, latitude: float, size: float) -> dict[str, Any]:
    """The town's outline as a path in a square of `size`, and where the point lies in it."""
    if not rings:
        return {"path": "", "x": size / 2, "y": size / 2}
    squeeze = math.cos(math.radians(latitude))
    flat = [[(x * squeeze, -y) for x, y in ring] for ring in rings]
    xs = [x for ring in flat for x, _y in ring]
    ys = [y for ring in flat for _x, y in ring]
    scale = size / max(max(xs) - min(xs), max(ys) - min(ys))
    left = min(xs) - (size / scale - (max(xs) - min(xs))) / 2
    top = min(ys) - (size / scale - (max(ys) - min(ys))) / 2

    def at(x: float, y: float) -> tuple[float, float]:
        return (x - left) * scale, (y - top) * scale

    path = "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in (at(*spot) for spot in ring)) + "Z" for ring in flat)
    x, y = at(longitude * squeeze, -latitude)
    return {"path": path, "x": round(x, 1), "y": round(y, 1)}


def fans(sectors: Sequence[Sector], radius: float) -> list[tuple[str, bool]]:
    """Sectors as paths around (0, 0)."""
    made = []
    for one in sectors:
        if one.is_panorama:
            arc = f"a{radius:g} {radius:g} 0 1 1 0 "
            made.append((f"M0 {-radius:g}{arc}{2 * radius:g}{arc}{-2 * radius:g}Z", one.is_assumed))
            continue
        ends = [_on_circle(float(value), radius) for value in (one.from_deg, one.from_deg + one.span)]
        large = int(one.span > 180)
        made.append((f"M0 0L{ends[0]}A{radius:g} {radius:g} 0 {large} 1 {ends[1]}Z", one.is_assumed))
    return made


def strip_px(sectors: Sequence[Sector]) -> int:
    """How many pixels wide a strip is to be for a poster: few, unless the sectors need more to stay in one row."""
    span = sum(float(one.span) for one in sectors) or 360.0
    needed = math.ceil(span * LEAST_PX_A_DEGREE) + GAP_PX * len(sectors)
    return min(WIDE_PX, max(STRIP_PX, needed))


def strip_height(strip: str) -> int:
    """How high the strip stands on the poster."""
    found = _VIEW_BOX.search(strip)
    return min(STRIP_HIGH, round(STRIP_WIDE * float(found[2]) / float(found[1]))) if found else STRIP_HIGH


def _on_circle(degrees: float, radius: float) -> str:
    angle = math.radians(degrees)
    return f"{radius * math.sin(angle):.1f} {-radius * math.cos(angle):.1f}"


def draw(
    size: str,
    *,
    point: Any,
    address: str,
    rings: Sequence[Ring],
    picture: Picture | None = None,
    strip: Silhouette | None = None,
    landmarks: Sequence[str] = (),
) -> str:
    """The poster as SVG. `address` is what the QR code leads to, `strip` the silhouette."""
    lang = g.lang
    story, story_lang = point.in_language("story", lang)
    best, _best_lang = point.in_language("best_time", lang)
    code, modules = qr_path(address)
    facts = [(_("Wohin man schaut"), "; ".join(present.directions(point.sectors, lang)))]
    if landmarks:
        facts.append((_("Zu sehen, von links nach rechts"), ", ".join(landmarks)))
    if best:
        facts.append((_("Beste Zeit"), best))
    if point.address:
        facts.append((_("Wo"), f"{point.address}, {point.locality or point.municipality}"))
    words = {
        "kicker": _("Der schönste Blick der Stadt"),
        "phone": _("Mehr auf dem Telefon"),
        "example": _("Beispiel, erfunden"),
    }
    width, height = SIZES[size]
    return render_template(
        "viewpoints/kit/poster.svg",
        width=width,
        height=height,
        words=words,
        point=point,
        title=lines(point.title(lang), TITLE_CHARACTERS, 3),
        story=lines(story or "", STORY_CHARACTERS, MOST_STORY_LINES if not (strip and landmarks) else 6),
        story_lang=story_lang,
        facts=[(name, lines(value, FACT_CHARACTERS, 3)) for name, value in facts],
        code=code,
        modules=modules,
        shown_address=address.partition("://")[2],
        fans=fans(point.sectors, 430),
        ticks=[index * 15 for index in range(24)],
        letters=list(zip(present.COMPASS_LETTERS[lang], ((0, -500), (500, 0), (0, 500), (-500, 0)), strict=True)),
        map=locator(rings, point.longitude, point.latitude, 420),
        map_fans=fans(point.sectors, 70),
        picture=picture,
        strip_high=0 if strip is None else strip_height(strip.svg),
        strip=None if strip is None else "data:image/svg+xml;base64," + base64.b64encode(strip.svg.encode()).decode(),
        credits=[
            *([picture.credit] if picture else []),
            *([_("Gelände: %(credit)s", credit=strip.credit)] if strip and strip.credit else []),
        ],
    )
