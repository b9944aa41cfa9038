"""The history of a viewpoint in words, and two versions of its form side by side."""

from collections.abc import Mapping, Sequence
from typing import Any

from geo.core.access import Action
from geo.core.codes import label
from geo.core.history import Change
from geo.viewpoints.codes import CHECK_RESULTS, FURNITURE, FURNITURE_STATES, SHADE, STATUSES, STEP_FREE, SURFACES
from geo.viewpoints.schemas import LABELS, YES_NO
from webapp import entries, forms

TABLES = {
    "viewpoints": entries.Words(
        {**LABELS, "is_featured": "Hervorgehoben", "last_checked_on": "Zuletzt geprüft am"},
        {
            "furniture": entries.coded(FURNITURE),
            "step_free": entries.coded(STEP_FREE),
            "shade": entries.coded(SHADE),
            "path_surface": entries.coded(SURFACES),
            "last_checked_on": entries.day,
        },
    ),
    "viewpoint_sectors": entries.Words(
        {"from_deg": "von (Grad)", "to_deg": "bis (Grad)", "is_assumed": "Öffnung angenommen"}, row="Blickrichtung"
    ),
    "viewpoint_statuses": entries.Words(
        {"status": "Status", "during": "Status gilt", "note": "Begründung oder Anmerkung zum Status"},
        {"status": entries.coded(STATUSES), "during": entries.period},
    ),
    "viewpoint_furniture": entries.Words(
        {"kind": "Art", "state": "Zustand", "note": "Anmerkung"},
        {"kind": entries.coded(FURNITURE), "state": entries.coded(FURNITURE_STATES)},
        row="Ausstattung",
    ),
    "viewpoint_checks": entries.Words(
        {
            "checked_on": "Geprüft am",
            "checked_by": "Geprüft von",
            "result": "Ergebnis",
            "was_pruned": "Freigeschnitten",
            "note": "Anmerkung",
        },
        {"checked_on": entries.day, "result": entries.coded(CHECK_RESULTS)},
        row="Prüfung",
    ),
    "viewpoint_notices": entries.Words(
        {"text": "Text", "text_en": "Text (englisch)", "during": "Gilt"}, {"during": entries.period}, row="Hinweis"
    ),
    "places": entries.PLACES,
    "photos": entries.PHOTOS,
}
ACTIONS = {
    str(Action.VIEWPOINT_EDIT): "Blickpunkt bearbeitet",
    str(Action.VIEWPOINT_SELECT): "Auswahl durch die AG WULIS",
    str(Action.VIEWPOINT_OPEN): "Blickpunkt geöffnet",
    str(Action.VIEWPOINT_FEATURE): "Hervorhebung geändert",
    str(Action.PHOTO_EDIT): "Foto geändert",
    str(Action.SAMPLE_LOAD): "Beispielregister geladen",
}


def history(changes: list[Change]) -> list[dict[str, Any]]:
    """The entries for macros/history.html."""
    return entries.entries(changes, TABLES, ACTIONS, "Blickpunkt angelegt")


def side_by_side(
    mine: Mapping[str, Any], theirs: Mapping[str, Any], changes: Sequence[Change], version: int
) -> tuple[list[forms.Side], list[tuple[str, str]]]:
    """What differs between what somebody typed over that version and what is stored now."""
    others = entries.changed_since(changes, "viewpoints", version)
    changed = entries.fields_of(others, {"viewpoint_sectors": "direction", "viewpoint_furniture": "furniture"})
    return forms.side_by_side(LABELS, mine, theirs, _shown, changed)


_CODED = {"step_free": STEP_FREE, "shade": SHADE, "path_surface": SURFACES}


def _shown(name: str, value: Any) -> str:
    if name == "furniture":
        codes = value if isinstance(value, list | tuple) else [part for part in str(value or "").split(",") if part]
        return ", ".join(label(FURNITURE, code) for code in codes)
    if name in _CODED:
        return label(_CODED[name], value)
    if name in ("toilet", "evening_light"):
        return "" if value not in YES_NO else "ja" if YES_NO[value] else "nein"
    if name == "outside_confirmed":
        return "ja" if value else "nein"
    return forms.as_sent(value)
