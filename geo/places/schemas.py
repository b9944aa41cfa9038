"""What a form says about a place, read once for every part that stands at one."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from geoalchemy2 import WKBElement

from geo.core import corners, geometry
from geo.core.errors import Invalid
from geo.core.parsing import Fields
from geo.places.model import Place

_POSTCODE = re.compile(r"[0-9]{5}")


@dataclass(frozen=True)
class PlaceInput:
    """One physical spot as somebody describes it; `outside_confirmed` says that it may lie beyond the boundary."""

    longitude: float
    latitude: float
    street: str | None = None
    house_number: str | None = None
    postcode: str | None = None
    locality: str | None = None
    outline: WKBElement | None = field(default=None, compare=False)
    outside_confirmed: bool = False


def parse_place(fields: Fields) -> PlaceInput:
    """The place in a form. Mistakes are noted in `fields`; use the result after `fields.check()` only."""
    longitude = fields.degrees("longitude", required=False)
    latitude = fields.degrees("latitude", required=False)
    if longitude is None or latitude is None:
        for name, value in (("longitude", longitude), ("latitude", latitude)):
            if value is None:
                fields.fail(name, "Bitte den Ort auf der Karte wählen oder Länge und Breite in Grad eintragen.")
    else:
        _note(fields, "longitude", geometry.point, longitude, latitude, "longitude")
    postcode = fields.text("postcode", longest=5)
    if postcode is not None and not _POSTCODE.fullmatch(postcode):
        fields.fail("postcode", "Eine Postleitzahl hat fünf Ziffern.")
    return PlaceInput(
        longitude=float("nan") if longitude is None else longitude,
        latitude=float("nan") if latitude is None else latitude,
        street=fields.text("street", longest=120),
        house_number=fields.text("house_number", longest=20),
        postcode=postcode,
        locality=fields.text("locality", longest=120),
        outline=_note(fields, "outline", _outline, fields.data.get("outline")),
        outside_confirmed=fields.flag("outside_confirmed"),
    )


def _outline(raw: object) -> WKBElement | None:
    return geometry.outline(corners.as_geojson(raw) if isinstance(raw, str) else raw or None)  # type: ignore[arg-type]


def _note(fields: Fields, name: str, read: Any, *arguments: Any) -> Any:
    try:
        return read(*arguments)
    except Invalid as error:
        fields.fail(name, str(error))
        return None


def place_values(place: Place | PlaceInput) -> dict[str, Any]:
    """A place, stored or typed, as the values of its form fields."""
    if isinstance(place, PlaceInput):
        longitude, latitude = place.longitude, place.latitude
    else:
        longitude, latitude = geometry.lon_lat(place.point)
    outline = geometry.as_geojson(place.outline)
    return {
        "street": place.street,
        "house_number": place.house_number,
        "postcode": place.postcode,
        "locality": place.locality,
        "longitude": f"{longitude:.6f}",
        "latitude": f"{latitude:.6f}",
        "outline": json.dumps(outline) if outline else "",
        "outside_confirmed": place.outside_confirmed,
    }
