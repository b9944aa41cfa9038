"""Each parameter of an address is parsed once, in a function named after it."""

import json
import re
from collections.abc import Collection
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _

from geo.core import clock
from geo.core.corners import as_geojson
from geo.core.errors import Invalid
from geo.core.geometry import STATE_BOX
from geo.core.parsing import parse_day

_NUMBER = re.compile(r"[0-9]{1,7}(\.[0-9]{1,4})?")
_WHOLE = re.compile(r"-?[0-9]{1,16}")


def day() -> date:
    """`am`: the day that the page is asked for; today by default. Raises `Invalid` for text that is no day."""
    raw = request.args.get("am", "").strip()
    if not raw:
        return clock.today()
    value = parse_day(raw)
    if value is None:
        raise Invalid({"am": _("Das Datum in der Adresse ist nicht lesbar. Erwartet wird zum Beispiel am=2026-05-01.")})
    return value


def day_chosen(day: date) -> dict[str, Any]:
    """The day as a parameter of an address, left out when it is today."""
    return {} if day == clock.today() else {"am": day.isoformat()}


def whole(name: str, least: int = 0, most: int = 2_000_000_000) -> int | None:
    """A whole number from the address, if it is there."""
    raw = request.args.get(name, "").strip()
    if not raw:
        return None
    if not _WHOLE.fullmatch(raw) or not least <= int(raw) <= most:
        sentence = _(
            "„%(name)s“ muss eine ganze Zahl von %(least)s bis %(most)s sein.", name=name, least=least, most=most
        )
        raise Invalid({name: sentence})
    return int(raw)


def text(name: str, longest: int = 100) -> str | None:
    """Text from the address, cut to what a search can use."""
    raw = "".join(character for character in request.args.get(name, "") if character.isprintable()).strip()
    return raw[:longest] or None


def choice(name: str, codes: object) -> str | None:
    """One of the codes from the address, if it is there."""
    raw = request.args.get(name, "").strip()
    if not raw:
        return None
    if raw not in codes:  # type: ignore[operator]  # any container of text
        raise Invalid({name: _("„%(name)s“ kennt den Wert „%(value)s“ nicht.", name=name, value=raw[:40])})
    return raw


def number(name: str, most: int) -> float | None:
    """A number from the address, with a comma or a point, from 0 to `most`, if it is there."""
    raw = request.args.get(name, "").strip().replace(",", ".")
    if not raw:
        return None
    if not _NUMBER.fullmatch(raw) or float(raw) > most:
        raise Invalid({name: _("„%(name)s“ muss eine Zahl von 0 bis %(most)s sein.", name=name, most=most)})
    return float(raw)


def a_day(name: str) -> date | None:
    """A day from the address, if it is there."""
    raw = request.args.get(name, "").strip()
    value = parse_day(raw) if raw else None
    if raw and value is None:
        raise Invalid({name: _("„%(name)s“ muss ein Datum wie 2026-05-01 sein.", name=name)})
    return value


def several(name: str, codes: Collection[str]) -> tuple[str, ...]:
    """Codes from the address: the parameter may come more than once, or hold several with commas."""
    given = [part for text in request.args.getlist(name) for part in text.split(",") if part]
    for part in given:
        if part not in codes:
            raise Invalid({name: _("„%(name)s“ kennt den Wert „%(value)s“ nicht.", name=name, value=part[:40])})
    return tuple(dict.fromkeys(given))


def flag(name: str) -> bool:
    """A tick box in the address."""
    return request.args.get(name, "").lower() in {"1", "on", "ja", "true"}


def bbox() -> tuple[float, float, float, float] | None:
    """`bbox=west,south,east,north` in degrees, if it is there."""
    raw = request.args.get("bbox", "").strip()
    if not raw:
        return None
    try:
        west, south, east, north = (float(part) for part in raw.split(","))
    except ValueError:
        raise Invalid({"bbox": _("bbox braucht vier Zahlen: West,Süd,Ost,Nord.")}) from None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise Invalid({"bbox": _("bbox braucht West kleiner als Ost und Süd kleiner als Nord, in Grad.")})
    return west, south, east, north


def degrees(name: str) -> float:
    """A latitude or longitude from the address. Raises `Invalid` where it is missing or no number."""
    try:
        value = float(request.args.get(name, ""))
    except ValueError:
        value = 999.0
    if not -180 <= value <= 180:
        raise Invalid({name: f"„{name}“ muss eine Zahl in Grad sein."})
    return value


def ring(name: str, most: int = 200) -> tuple[tuple[float, float], ...]:
    """An area as `lon,lat,lon,lat,…` (or as a drawn GeoJSON polygon, or typed corners), inside the state's box.

    Empty if it is not there. Raises `Invalid` for less than three corners, and for more than `most`.
    """
    raw = request.args.get(name, "").strip()
    if not raw:
        return ()
    sentence = f"„{name}“ braucht mindestens drei Ecken: Länge,Breite,Länge,Breite,… in Grad."
    try:
        numbers = _typed_ring(raw, name) if raw.startswith("{") or "\n" in raw else list(map(float, raw.split(",")))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise Invalid({name: sentence}) from None
    corners = list(zip(numbers[::2], numbers[1::2], strict=False))
    west, south, east, north = STATE_BOX
    inside = all(west <= longitude <= east and south <= latitude <= north for longitude, latitude in corners)
    if len(numbers) % 2 or not len(set(corners)) >= 3 or len(corners) > most or not inside:
        raise Invalid({name: sentence})
    return tuple(corners)


def _typed_ring(raw: str, name: str) -> list[float]:
    """The outer ring of a drawn polygon as a flat list of numbers."""
    shape = json.loads(as_geojson(raw, name))
    if shape["type"] != "Polygon" or len(shape["coordinates"]) != 1:
        raise ValueError("one ring is wanted")
    ring = shape["coordinates"][0]
    return [float(value) for corner in ring for value in corner[:2]]
