"""What a form says about a viewpoint, and a stored viewpoint as the values of that form."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from geo.core.errors import Invalid
from geo.core.parsing import Fields
from geo.places.model import Place
from geo.places.schemas import PlaceInput, parse_place, place_values
from geo.viewpoints.codes import FURNITURE, SHADE, STATUSES, STEP_FREE, SURFACES
from geo.viewpoints.direction import Sector, parse, render
from geo.viewpoints.model import Viewpoint
from geo.viewpoints.stages import reason_asked

YES_NO = {"JA": True, "NEIN": False}
_OSM = re.compile(r"(node|way|relation)/[1-9][0-9]{0,14}")
_OSM_PAGE = re.compile(r"^https://(www\.)?openstreetmap\.org/", re.IGNORECASE)
_THUECAT = re.compile(r"https://thuecat\.org/resources/[0-9a-zA-Z_.-]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

# Each field of the form in its order, with its name for people: for forms, history, two versions side by side.
LABELS = {
    "name": "Name",
    "name_en": "Name (englisch)",
    "street": "Straße",
    "house_number": "Hausnummer",
    "postcode": "Postleitzahl",
    "locality": "Ort oder Ortsteil",
    "longitude": "Länge",
    "latitude": "Breite",
    "outside_confirmed": "Außerhalb der Gemeinde bestätigt",
    "direction": "Blickrichtung",
    "elevation_m": "Höhe über dem Meer",
    "story": "Was es zu sehen gibt",
    "story_en": "Was es zu sehen gibt (englisch)",
    "story_easy": "In Leichter Sprache",
    "best_time": "Beste Zeit",
    "best_time_en": "Beste Zeit (englisch)",
    "furniture": "Ausstattung",
    "step_free": "Stufenloser Zugang",
    "access_note": "Weg zum Punkt",
    "access_note_en": "Weg zum Punkt (englisch)",
    "toilet": "Toilette in der Nähe",
    "public_transport": "Bus und Bahn",
    "responsible_body": "Zuständige Stelle",
    "path_surface": "Belag der letzten 300 m",
    "path_slope_percent": "Größte Steigung der letzten 300 m",
    "path_steps": "Stufen auf den letzten 300 m",
    "stop_distance_m": "Entfernung der Haltestelle",
    "parking": "Parken",
    "shade": "Schatten",
    "evening_light": "Abendlicht",
    "responsible_email": "E-Mail der zuständigen Stelle",
    "check_every_months": "Prüfen alle",
    "prune_month": "Freischneiden im",
    "mend_within_days": "Frist für Mängel",
    "wikidata": "Wikidata-Kennung",
    "osm": "OSM-Kennung",
    "thuecat": "ThüCAT-Adresse",
    "status": "Status",
    "since": "Gilt ab",
    "note": "Begründung oder Anmerkung",
}


@dataclass(frozen=True)
class ViewpointInput:
    """A viewpoint as somebody describes it."""

    name: str
    place: PlaceInput
    sectors: tuple[Sector, ...] = ()
    name_en: str | None = None
    story: str | None = None
    story_en: str | None = None
    story_easy: str | None = None
    elevation_m: Decimal | None = None
    best_time: str | None = None
    best_time_en: str | None = None
    furniture: tuple[str, ...] = ()
    step_free: str = "UNBEKANNT"
    access_note: str | None = None
    access_note_en: str | None = None
    toilet: bool | None = None
    public_transport: str | None = None
    responsible_body: str | None = None
    path_surface: str | None = None
    path_slope_percent: Decimal | None = None
    path_steps: int | None = None
    stop_distance_m: int | None = None
    parking: str | None = None
    shade: str = "UNBEKANNT"
    evening_light: bool | None = None
    responsible_email: str | None = None
    check_every_months: int = 12
    prune_month: int | None = None
    mend_within_days: int = 14
    wikidata: str | None = None
    osm: str | None = None
    thuecat: str | None = None


@dataclass(frozen=True)
class StatusInput:
    """A status and the first day on which it holds."""

    status: str
    since: date
    note: str | None = None


# The input's fields that are columns of the viewpoint itself under the same name.
COLUMNS = tuple(name for name in ViewpointInput.__dataclass_fields__ if name not in {"place", "sectors", "furniture"})


def parse_viewpoint(data: Mapping[str, Any]) -> ViewpointInput:
    """A viewpoint from a form. Raises `Invalid` with every mistake at its field."""
    fields = Fields({**data, "furniture": _several(data, "furniture")})
    given = ViewpointInput(
        name=fields.text("name", required=True, longest=120) or "",
        name_en=fields.text("name_en", longest=120),
        place=parse_place(fields),
        sectors=_sectors(fields),
        story=fields.text("story", longest=4000),
        story_en=fields.text("story_en", longest=4000),
        story_easy=fields.text("story_easy", longest=2000),
        elevation_m=fields.number("elevation_m", least=50, most=1100, places=1),
        best_time=fields.text("best_time"),
        best_time_en=fields.text("best_time_en"),
        furniture=tuple(fields.several("furniture", FURNITURE)),
        step_free=fields.choice("step_free", STEP_FREE) or "UNBEKANNT",
        access_note=fields.text("access_note", longest=500),
        access_note_en=fields.text("access_note_en", longest=500),
        toilet=YES_NO.get(fields.choice("toilet", YES_NO) or ""),
        public_transport=fields.text("public_transport"),
        responsible_body=fields.text("responsible_body"),
        path_surface=fields.choice("path_surface", SURFACES),
        path_slope_percent=fields.number("path_slope_percent", most=100, places=1),
        path_steps=fields.whole("path_steps", most=2000),
        stop_distance_m=fields.whole("stop_distance_m", most=20_000),
        parking=fields.text("parking"),
        shade=fields.choice("shade", SHADE) or "UNBEKANNT",
        evening_light=YES_NO.get(fields.choice("evening_light", YES_NO) or ""),
        responsible_email=_email(fields),
        check_every_months=fields.whole("check_every_months", least=1, most=60) or 12,
        prune_month=fields.whole("prune_month", least=1, most=12),
        mend_within_days=fields.whole("mend_within_days", least=1, most=365) or 14,
        wikidata=_wikidata(fields),
        osm=_osm(fields),
        thuecat=_thuecat(fields),
    )
    fields.check()
    return given


def parse_status(data: Mapping[str, Any]) -> StatusInput:
    """A status from a form. Raises `Invalid`."""
    fields = Fields(data)
    status = fields.choice("status", STATUSES, required=True)
    since = fields.day("since", required=True)
    note = fields.text("note", longest=500)
    asked = reason_asked(None, status) if status else None
    if asked is not None and note is None and "note" not in fields.errors:
        fields.fail("note", asked)
    fields.check()
    return StatusInput(status or "", since or date.min, note)


def _several(data: Mapping[str, Any], name: str) -> list[str]:
    """Ticked boxes, or the same as one text with commas, which is how two versions side by side send them."""
    getlist = getattr(data, "getlist", None)
    raw: Iterable[Any] = getlist(name) if getlist else (data.get(name) or [])
    if isinstance(raw, str):
        raw = [raw]
    return [part.strip() for text in raw for part in str(text).split(",") if part.strip()]


def _sectors(fields: Fields) -> tuple[Sector, ...]:
    raw = str(fields.data.get("direction") or "")
    if not raw.strip():
        return ()
    try:
        return parse(raw)
    except Invalid as refused:
        fields.fail("direction", refused.fields["direction"])
        return ()


def _wikidata(fields: Fields) -> str | None:
    value = fields.text("wikidata", longest=20)
    if value is not None:
        value = value.upper()
        if not (value.startswith("Q") and value[1:].isdecimal() and value.isascii()):
            fields.fail("wikidata", "Eine Wikidata-Kennung beginnt mit Q, dann folgen Ziffern.")
    return value


def _osm(fields: Fields) -> str | None:
    """An element of OpenStreetMap, as its key or as the address of its page."""
    value = fields.text("osm", longest=100)
    if value is not None:
        value = _OSM_PAGE.sub("", value).strip().lower()
        if not _OSM.fullmatch(value):
            fields.fail("osm", "Eine OSM-Kennung sieht so aus: node/123456.")
    return value


def _thuecat(fields: Fields) -> str | None:
    value = fields.text("thuecat", longest=200)
    if value is not None and not _THUECAT.fullmatch(value):
        fields.fail("thuecat", "Eine ThüCAT-Adresse sieht so aus: https://thuecat.org/resources/123456789012-abcd.")
    return value


def _email(fields: Fields) -> str | None:
    value = fields.text("responsible_email")
    if value is not None and not _EMAIL.fullmatch(value):
        fields.fail("responsible_email", "Bitte eine gültige E-Mail-Adresse angeben.")
    return value


def viewpoint_values(
    viewpoint: Viewpoint, sectors: Iterable[Sector], place: Place, furniture: Iterable[str]
) -> dict[str, Any]:
    """A stored viewpoint as the values of its form."""
    return _values(viewpoint, place_values(place), tuple(sectors), furniture)


def input_values(data: ViewpointInput) -> dict[str, Any]:
    """What somebody typed, written like the stored values, so that the two can be compared."""
    place = {
        "street": data.place.street,
        "house_number": data.place.house_number,
        "postcode": data.place.postcode,
        "locality": data.place.locality,
        "longitude": f"{data.place.longitude:.6f}",
        "latitude": f"{data.place.latitude:.6f}",
        "outside_confirmed": data.place.outside_confirmed,
    }
    return _values(data, place, data.sectors, data.furniture)


def _values(
    one: Viewpoint | ViewpointInput, place: dict[str, Any], sectors: tuple[Sector, ...], furniture: Iterable[str]
) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(one, name) for name in COLUMNS}
    values.update(place)
    values["direction"] = render(sectors)
    values["furniture"] = sorted(furniture, key=list(FURNITURE).index)
    for name in ("toilet", "evening_light"):
        said = getattr(one, name)
        values[name] = None if said is None else "JA" if said else "NEIN"
    for name in ("elevation_m", "path_slope_percent"):
        values[name] = _german(getattr(one, name))
    return {name: values[name] for name in LABELS if name in values}


def _german(number: Decimal | None) -> str | None:
    return None if number is None else f"{number.normalize():f}".replace(".", ",")
