"""The history of a card in words, and two versions of its form side by side."""

from collections.abc import Mapping, Sequence
from typing import Any

from geo.core.access import Action
from geo.core.codes import label
from geo.core.fields_of_action import FIELDS_OF_ACTION
from geo.core.history import Change
from geo.knowledge.schemas import LABELS
from webapp import entries, forms

ACTIONS = {
    str(Action.KNOWLEDGE_PROPOSE): "Vorschlag bearbeitet",
    str(Action.KNOWLEDGE_EDIT): "Beispiel bearbeitet",
    str(Action.SAMPLE_LOAD): "Beispielregister geladen",
}


def _fields(codes: Any) -> str:
    return ", ".join(label(FIELDS_OF_ACTION, code) for code in codes or [])


def _codes(codes: Any) -> str:
    return ", ".join(codes or [])


TABLES = {
    "knowledge_cards": entries.Words(
        {**LABELS, "point": "Lage", "published_on": "Veröffentlicht am", "is_proposal": "Vorschlag einer Gemeinde"},
        {"fields_of_action": _fields, "measures": _codes, "point": entries.point, "published_on": entries.day},
    )
}


def history(changes: list[Change]) -> list[dict[str, Any]]:
    """The entries for macros/history.html."""
    return entries.entries(changes, TABLES, ACTIONS, "Beispiel angelegt")


def side_by_side(
    mine: Mapping[str, Any], theirs: Mapping[str, Any], changes: Sequence[Change], version: int
) -> tuple[list[forms.Side], list[tuple[str, str]]]:
    """What differs between what somebody typed over that version and what is stored now."""
    others = entries.changed_since(changes, "knowledge_cards", version)
    changed = entries.fields_of(others, {"point": "longitude"})
    return forms.side_by_side(LABELS, mine, theirs, _shown, changed)


def _shown(name: str, value: Any) -> str:
    if name == "is_checked":
        return "ja" if value else "nein"
    if name == "fields_of_action":
        return _fields(value)
    if name == "measures":
        return _codes(value)
    return forms.as_sent(value)
