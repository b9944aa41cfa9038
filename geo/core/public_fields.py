"""Fields of public forms: their mistakes are short sentences without numbers, which the pages translate."""

from decimal import Decimal

from geo.core import geometry
from geo.core.errors import Invalid
from geo.core.parsing import Fields

NEGATIVE, TOO_LARGE = "Die Zahl kann nicht kleiner als null sein.", "Die Zahl ist zu groß."
ODD_POINT = "Bitte den Punkt auf der Karte setzen oder beide Felder leer lassen."


def optional_spot(fields: Fields, at: str = "latitude") -> tuple[float, float] | None:
    """The fields `longitude` and `latitude`, both or neither, in degrees; a mistake is noted at the field `at`."""
    raw = [str(fields.data.get(name) or "").strip().replace(",", ".") for name in ("longitude", "latitude")]
    if not any(raw):
        return None
    try:
        longitude, latitude = float(raw[0]), float(raw[1])
        geometry.point(longitude, latitude)
    except ValueError:
        fields.fail(at, ODD_POINT)
        return None
    except Invalid as refused:
        fields.fail(at, str(refused))
        return None
    return longitude, latitude


def short_text(fields: Fields, name: str, longest: int, *, required: bool = False) -> str | None:
    """Text of at most so many characters, whose mistake is one sentence without a number in it."""
    value = fields.text(name, required=required, longest=10**7)
    if value is not None and len(value) > longest:
        fields.fail(name, "Der Text ist zu lang.")
        return None
    return value


def short_line(fields: Fields, name: str, longest: int, *, required: bool = False) -> str | None:
    """The same on one line."""
    value = short_text(fields, name, longest, required=required)
    return None if value is None else " ".join(value.split()) or None


def short_number(fields: Fields, name: str, most: int) -> Decimal | None:
    """A number from 0 to `most`, whose mistake is one sentence without a number in it."""
    value = fields.number(name, least=float("-inf"), most=float("inf"))
    if value is not None and not 0 <= value <= most:
        fields.fail(name, NEGATIVE if value < 0 else TOO_LARGE)
        return None
    return value


def short_whole(fields: Fields, name: str, most: int) -> int | None:
    """The same without decimal places."""
    value = short_number(fields, name, most)
    if value is not None and value != int(value):
        fields.fail(name, "Bitte eine ganze Zahl angeben.")
        return None
    return None if value is None else int(value)
