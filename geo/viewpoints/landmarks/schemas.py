"""What a form says about a landmark, and a stored landmark as the values of that form."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from geo.core import geometry, surroundings
from geo.core.errors import Invalid
from geo.core.parsing import Fields
from geo.viewpoints.landmarks.codes import KINDS
from geo.viewpoints.landmarks.model import Landmark

LABELS = {
    "name": "Name",
    "name_en": "Name (englisch)",
    "kind": "Art",
    "longitude": "Länge",
    "latitude": "Breite",
    "height_m": "Höhe über dem Boden",
    "source": "Quelle",
}
LONGEST_NAME = 80


@dataclass(frozen=True)
class LandmarkInput:
    """A landmark as somebody describes it, or as a file has it; `external_id` is its key there."""

    name: str
    kind: str
    longitude: float
    latitude: float
    name_en: str | None = None
    height_m: Decimal | None = None
    source: str | None = None
    external_id: str | None = None


def parse_landmark(data: Mapping[str, Any]) -> LandmarkInput:
    """A landmark from a form. Raises `Invalid` with every mistake at its field."""
    fields = Fields(data)
    name = fields.text("name", required=True, longest=LONGEST_NAME)
    name_en = fields.text("name_en", longest=LONGEST_NAME)
    kind = fields.choice("kind", KINDS, required=True)
    longitude = fields.number("longitude", least=-180, most=180, places=8, required=True)
    latitude = fields.number("latitude", least=-90, most=90, places=8, required=True)
    height = fields.number("height_m", least=0, most=400, places=1)
    source = fields.text("source", longest=200)
    if longitude is not None and latitude is not None:
        try:
            surroundings.far_point(float(longitude), float(latitude), "latitude")
        except Invalid as refused:
            fields.fail("latitude", refused.fields["latitude"])
    fields.check()
    return LandmarkInput(name or "", kind or "", float(longitude or 0), float(latitude or 0), name_en, height, source)


def landmark_values(landmark: Landmark) -> dict[str, Any]:
    """A stored landmark as the values of its form."""
    longitude, latitude = geometry.lon_lat(landmark.point)
    height = None if landmark.height_m is None else f"{landmark.height_m.normalize():f}".replace(".", ",")
    return {
        "name": landmark.name,
        "name_en": landmark.name_en,
        "kind": landmark.kind,
        "longitude": f"{longitude:.6f}",
        "latitude": f"{latitude:.6f}",
        "height_m": height,
        "source": landmark.source,
        "version": landmark.version,
    }
