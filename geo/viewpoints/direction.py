"""The direction of a view, in the grammar of OpenStreetMap's `direction` key, and in words.

Degrees run clockwise from north. `67-292` is a range read clockwise, `;` joins several, `0-360` is the full panorama
while a lone `360` is north, and the 16 compass points stand for their degrees (`ENE-WNW`). Forgiven on input: blanks
around a value, a `°` behind a number, an en dash, lower case, and the German O for east (NO, SO, ...), which is no
English compass letter and so cannot be mistaken. A decimal may have a comma. Everything else is refused with a
sentence; nothing is ever read as a panorama because it could not be read.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from geo.core.errors import Invalid

CIRCLE = Decimal(360)
ASSUMED_OPENING = Decimal(45)
MOST_SECTORS = 12
LONGEST = 200

COMPASS = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")
NAMES = {
    "de": (
        "Norden",
        "Nordnordosten",
        "Nordosten",
        "Ostnordosten",
        "Osten",
        "Ostsüdosten",
        "Südosten",
        "Südsüdosten",
        "Süden",
        "Südsüdwesten",
        "Südwesten",
        "Westsüdwesten",
        "Westen",
        "Westnordwesten",
        "Nordwesten",
        "Nordnordwesten",
    ),
    "en": (
        "north",
        "north-northeast",
        "northeast",
        "east-northeast",
        "east",
        "east-southeast",
        "southeast",
        "south-southeast",
        "south",
        "south-southwest",
        "southwest",
        "west-southwest",
        "west",
        "west-northwest",
        "northwest",
        "north-northwest",
    ),
}
STEP = CIRCLE / len(COMPASS)
EXAMPLES = "67-292, ONO-WNW, 180 oder 0-360 für den Rundblick"

_NUMBER = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,2}))?\s*°?")
_DASH = re.compile(r"\s*[-–]\s*")


@dataclass(frozen=True)
class Sector:
    """A part of the horizon, clockwise from `from_deg` to `to_deg`; a view that ends in the north ends at 360."""

    from_deg: Decimal
    to_deg: Decimal
    is_assumed: bool = False

    @property
    def is_panorama(self) -> bool:
        return self.span == CIRCLE

    @property
    def span(self) -> Decimal:
        """How wide the sector is, in degrees; more than 0, at most 360."""
        return (self.to_deg - self.from_deg + CIRCLE) % CIRCLE or CIRCLE

    @property
    def centre(self) -> Decimal:
        """The direction in the middle."""
        return (self.from_deg + self.span / 2) % CIRCLE


PANORAMA = Sector(Decimal(0), CIRCLE)


def parse(text: str, field: str = "direction") -> tuple[Sector, ...]:
    """The sectors that `text` names, in its order. Raises `Invalid` for text outside the grammar, and for none."""
    if not text.strip():
        raise Invalid({field: f"Bitte eine Blickrichtung angeben, zum Beispiel {EXAMPLES}."})
    if len(text) > LONGEST:
        raise Invalid({field: f"Höchstens {LONGEST} Zeichen für die Blickrichtung (jetzt {len(text)})."})
    parts = text.split(";")
    if len(parts) > MOST_SECTORS:
        raise Invalid({field: f"Höchstens {MOST_SECTORS} Blickrichtungen (jetzt {len(parts)})."})
    return tuple(_sector(part.strip(), field) for part in parts)


def _sector(part: str, field: str) -> Sector:
    if not part:
        raise Invalid({field: "Vor oder hinter einem Semikolon fehlt eine Blickrichtung."})
    ends = _DASH.split(part)
    if len(ends) > 2 or not all(ends):
        raise Invalid({field: _unreadable(part)})
    degrees = [_degrees(end, part, field) for end in ends]
    if len(degrees) == 1:
        return assumed(degrees[0] % CIRCLE)
    if degrees == [0, CIRCLE] and all(end[0].isdigit() for end in ends):
        return PANORAMA
    start, end = (value % CIRCLE for value in degrees)
    if start == end:
        raise Invalid(
            {field: f"„{part}“ beginnt und endet in derselben Richtung. Der Rundblick wird als 0-360 geschrieben."}
        )
    return Sector(start, end or CIRCLE)


def _degrees(text: str, part: str, field: str) -> Decimal:
    number = _NUMBER.fullmatch(text)
    if number:
        value = Decimal(f"{number[1]}.{number[2] or 0}")
        if value > CIRCLE:
            raise Invalid({field: f"Grad gehen von 0 bis 360: „{text}“ liegt darüber."})
        return value
    letters = text.upper().replace("O", "E")
    if letters not in COMPASS or not text.isascii():
        raise Invalid({field: _unreadable(part)})
    return COMPASS.index(letters) * STEP


def _unreadable(part: str) -> str:
    return f"„{part[:40]}“ ist keine Blickrichtung. Möglich sind zum Beispiel {EXAMPLES}."


def assumed(centre: Decimal) -> Sector:
    """The sector around a single direction, whose opening nobody has measured."""
    half = ASSUMED_OPENING / 2
    return Sector((centre - half + CIRCLE) % CIRCLE, (centre + half) % CIRCLE or CIRCLE, is_assumed=True)


def render(sectors: Sequence[Sector]) -> str:
    """The sectors as text that `parse` reads back to the same sectors."""
    return ";".join(_text(sector) for sector in sectors)


def _text(sector: Sector) -> str:
    if sector.is_assumed:
        return plain(sector.centre)
    return f"{plain(sector.from_deg)}-{plain(sector.to_deg)}"


def plain(value: Decimal) -> str:
    """A number without needless zeros."""
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


def name_of(degrees: Decimal, lang: str = "de") -> str:
    """The nearest of the 16 compass points in words."""
    return NAMES[lang][int((degrees % CIRCLE + STEP / 2) // STEP) % len(COMPASS)]


def in_words(sector: Sector, lang: str = "de") -> str:
    """The sector as a person would say it: "von Nordwesten über Norden bis Nordosten (315° bis 45°)".

    The degrees stay on one line: the blanks between them do not break.
    """
    if sector.is_panorama:
        return "Rundblick in alle Richtungen" if lang == "de" else "panorama in all directions"
    middle = name_of(sector.centre, lang)
    if sector.is_assumed:
        degrees = _shown(sector.centre, lang)
        if lang == "de":
            return f"nach {middle} ({degrees}°; Öffnung von 45° angenommen)"
        return f"towards the {middle} ({degrees}°; an opening of 45° is assumed)"
    first, last = name_of(sector.from_deg, lang), name_of(sector.to_deg, lang)
    ends = f"{_shown(sector.from_deg, lang)}°", f"{_shown(sector.to_deg, lang)}°"
    if lang == "de":
        way = f"nach {first}" if first == last and sector.span < STEP else f"von {first} über {middle} bis {last}"
        if first != last and middle in (first, last):
            way = f"von {first} bis {last}"
        return f"{way} ({ends[0]}\u00a0bis\u00a0{ends[1]})"
    way = f"towards the {first}" if first == last and sector.span < STEP else f"from {first} via {middle} to {last}"
    if first != last and middle in (first, last):
        way = f"from {first} to {last}"
    return f"{way} ({ends[0]}\u00a0to\u00a0{ends[1]})"


def _shown(degrees: Decimal, lang: str) -> str:
    text = plain(degrees)
    return text.replace(".", ",") if lang == "de" else text
