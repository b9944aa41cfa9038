"""The history of a member in words."""

from typing import Any

from geo.alliance.codes import KINDS
from geo.alliance.schemas import MEMBER_LABELS
from geo.core.access import Action
from geo.core.history import Change
from webapp import entries

TABLES = {
    "alliance_members": entries.Words(
        {name: label for name, label in MEMBER_LABELS.items() if name != "municipality_id"},
        {"kind": entries.coded(KINDS), **dict.fromkeys(("joined_on", "known_on", "left_on"), entries.day)},
    ),
    "alliance_group_members": entries.Words(
        {"task": "Aufgabe", "leads": "Leitung", "since": "seit", "until": "bis vor"},
        {"since": entries.day, "until": entries.day},
        row="Arbeitsgruppe",
    ),
}
ACTIONS = {
    str(Action.ALLIANCE_EDIT): "Mitglied bearbeitet",
    str(Action.SAMPLE_LOAD): "Beispielregister geladen",
}


def history(changes: list[Change]) -> list[dict[str, Any]]:
    """The entries for macros/history.html."""
    return entries.entries(changes, TABLES, ACTIONS, "Mitglied angelegt")
