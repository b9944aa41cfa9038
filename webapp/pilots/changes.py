"""The history of a pilot site in words, and two versions of its form side by side."""

from collections.abc import Mapping, Sequence
from typing import Any

from geo.core.access import Action
from geo.core.history import Change
from geo.pilots.codes import PHASES, PRECISIONS
from geo.pilots.schemas import SITE_LABELS
from webapp import entries, forms

TABLES = {
    "pilot_sites": entries.Words(SITE_LABELS),
    "pilot_phases": entries.Words(
        {
            "phase": "Art",
            "during": "Zeitraum",
            "start_precision": "Beginn auf … genau",
            "end_precision": "Ende auf … genau",
            "note": "Anmerkung",
            "note_en": "Anmerkung (englisch)",
            "source": "Quelle",
        },
        {
            "phase": entries.coded(PHASES),
            "during": entries.period,
            "start_precision": entries.coded(PRECISIONS),
            "end_precision": entries.coded(PRECISIONS),
        },
        row="Phase",
    ),
    "places": entries.PLACES,
}
ACTIONS = {
    str(Action.PILOT_EDIT): "Pilotstandort bearbeitet",
    str(Action.SAMPLE_LOAD): "Beispielregister geladen",
}


def history(changes: list[Change]) -> list[dict[str, Any]]:
    """The entries for macros/history.html."""
    return entries.entries(changes, TABLES, ACTIONS, "Pilotstandort angelegt")


def side_by_side(
    mine: Mapping[str, Any], theirs: Mapping[str, Any], changes: Sequence[Change], version: int
) -> tuple[list[forms.Side], list[tuple[str, str]]]:
    """What differs between what somebody typed over that version and what is stored now."""
    others = entries.changed_since(changes, "pilot_sites", version)
    changed = entries.fields_of(others, {})
    return forms.side_by_side(SITE_LABELS, mine, theirs, _shown, changed)


def _shown(name: str, value: Any) -> str:
    if name in {"is_chosen", "outside_confirmed"}:
        return "ja" if value else "nein"
    return forms.as_sent(value)
