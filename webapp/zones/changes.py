"""A zone in words: its facts, its history, and two versions of its form side by side."""

from collections.abc import Mapping, Sequence
from typing import Any

from geo.core import geometry
from geo.core.access import Action
from geo.core.codes import label
from geo.core.history import Change
from geo.places.model import Zone
from geo.places.zones.codes import KINDS
from geo.places.zones.schemas import LABELS
from webapp import entries, forms
from webapp.zones import present

_COLUMNS = {
    "kind": "Art",
    "name": "Name",
    "during": "Gilt",
    "outline": "Fläche",
    "line_width_m": "Als Linie gezeichnet, Breite",
    "source": "Quelle",
    "note": "Notiz",
}
ACTIONS = {str(Action.ZONE_EDIT): "Zone bearbeitet", str(Action.SAMPLE_LOAD): "Beispielregister geladen"}
# The form's fields that a column fills.
_FIELDS = {"during": ("since", "until"), "outline": ("outline",), "line_width_m": ()}


def facts(zone: Zone) -> list[tuple[str, str]]:
    """Label and text of everything about a zone."""
    width = None if zone.line_width_m is None else f"{metres(zone.line_width_m)}, entlang einer gezeichneten Linie"
    found = [
        ("Art", label(KINDS, zone.kind)),
        ("Gilt", present.period(zone.during.lower, zone.during.upper)),
        ("Fläche", present.size(geometry.area_m2(zone.outline))),
        ("Breite", width),
        ("Quelle", zone.source),
        ("Notiz", zone.note),
    ]
    return [(name, text) for name, text in found if text]


def metres(value: Any) -> str:
    return f"{float(value):g} m".replace(".", ",")


def own_map(zone: Zone) -> dict[str, Any]:
    """The map of one zone's page."""
    shape = geometry.as_geojson(zone.outline)
    properties = {"id": zone.id, "zone_kind": zone.kind, "title": zone.name, "kind_label": label(KINDS, zone.kind)}
    return {
        "shapes": [{"type": "Feature", "id": zone.id, "geometry": shape, "properties": properties}],
        "label": f"Lage der Zone {zone.name}",
        "bounds": geometry.bounds(zone.outline),
        "kind": present.KIND,
        "remember": False,
    }


def _period(value: Any) -> str:
    text = str(value)
    if text == "(,)":
        return "unbefristet"
    if text.startswith("(,"):
        return "bis " + entries.period(f"[2000-01-01,{text[2:-1]})").partition(" bis ")[2]
    return entries.period(text)


TABLES = {
    "zones": entries.Words(
        _COLUMNS,
        {
            "kind": entries.coded(KINDS),
            "during": _period,
            "outline": lambda value: f"Fläche mit {_corners(value)} Ecken",
            "line_width_m": metres,
        },
    )
}


def _corners(value: Any) -> int:
    return sum(len(ring) - 1 for polygon in value["coordinates"] for ring in polygon)


def history(changes: list[Change]) -> list[dict[str, Any]]:
    """The entries for macros/history.html."""
    return entries.entries(changes, TABLES, ACTIONS, "Zone angelegt")


def side_by_side(
    mine: Mapping[str, Any], theirs: Mapping[str, Any], changes: Sequence[Change], version: int
) -> tuple[list[forms.Side], list[tuple[str, str]]]:
    """What differs between what somebody typed over that version and what is stored now."""
    columns = entries.fields_of(entries.changed_since(changes, "zones", version), {})
    changed = {name for column in columns for name in _FIELDS.get(column, (column,))}
    labels = {name: text for name, text in LABELS.items() if name != "width_m"}
    return forms.side_by_side(labels, mine, theirs, _shown, changed)


def _shown(name: str, value: Any) -> str:
    if name == "outline":
        return "gezeichnete Fläche"
    return label(KINDS, value) if name == "kind" else str(value or "")
