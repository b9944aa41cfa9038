"""The history of pilot projects and sites in words, and two versions of their forms side by side."""

from collections.abc import Mapping, Sequence
from typing import Any

from geo.core.access import Action
from geo.core.fields_of_action import FIELDS_OF_ACTION
from geo.core.history import Change
from geo.pilots.codes import (
    CRITERIA,
    PARTNER_ROLES,
    PHASES,
    PRECISIONS,
    RATINGS,
    STATUSES,
    TARGET_GROUPS,
)
from geo.pilots.particulars.schemas import FUNDING_LABELS, OBSERVATION_LABELS, PARTNER_LABELS
from geo.pilots.projects.schemas import DOCUMENT_LABELS, PROJECT_LABELS
from geo.pilots.schemas import SITE_LABELS
from webapp import entries, forms

_DATED = {
    "during": "Zeitraum",
    "start_precision": "Beginn auf … genau",
    "end_precision": "Ende auf … genau",
    "note": "Anmerkung",
    "note_en": "Anmerkung (englisch)",
    "source": "Quelle",
}
_DATED_FORMATS = {
    "during": entries.period,
    "start_precision": entries.coded(PRECISIONS),
    "end_precision": entries.coded(PRECISIONS),
}
TABLES = {
    "pilot_sites": entries.Words(
        {**SITE_LABELS, "opening_precision": "Eröffnung auf … genau"},
        {"opening": entries.period, "opening_precision": entries.coded(PRECISIONS)},
    ),
    "pilot_phases": entries.Words(
        {"phase": "Art", **_DATED}, {"phase": entries.coded(PHASES), **_DATED_FORMATS}, row="Phase"
    ),
    "pilot_partners": entries.Words(PARTNER_LABELS, {"role": entries.coded(PARTNER_ROLES)}, row="Beteiligt"),
    "pilot_funding": entries.Words(FUNDING_LABELS, row="Förderung"),
    "pilot_observations": entries.Words(OBSERVATION_LABELS, {"observed_on": entries.day}, row="Beobachtung"),
    "places": entries.PLACES,
}
ACTIONS = {
    str(Action.PILOT_EDIT): "Pilotstandort bearbeitet",
    str(Action.SAMPLE_LOAD): "Beispielregister geladen",
}
PARTS = {"vacancies": ("Leerstand", ""), "trees": ("Wanderbäume", ""), "viewpoints": ("Blickpunkte", "")}


def _project_tables(groups: Mapping[int, str]) -> dict[str, entries.Words]:
    return {
        "pilot_projects": entries.Words(
            PROJECT_LABELS,
            {
                "working_group_id": lambda value: groups.get(value, str(value)),
                "part": entries.coded(PARTS),
                "fields_of_action": entries.coded(FIELDS_OF_ACTION),
                "target_groups": entries.coded(TARGET_GROUPS),
            },
        ),
        "project_statuses": entries.Words(
            {"status": "Art", "was_planned": "Nur angekündigt", **_DATED},
            {"status": entries.coded(STATUSES), **_DATED_FORMATS},
            row="Stand",
        ),
        "project_milestones": entries.Words(
            {
                "title": "Was",
                "title_en": "Was (englisch)",
                "during": "Zeitraum",
                "precision": "Auf … genau",
                "was_planned": "Nur angekündigt",
                "source": "Quelle",
            },
            {"during": entries.period, "precision": entries.coded(PRECISIONS)},
            row="Schritt",
        ),
        "project_ratings": entries.Words(
            {
                "criterion": "Merkmal",
                "rating": "Bewertung",
                "reason": "Begründung",
                "reason_en": "Begründung (englisch)",
            },
            {"criterion": entries.coded(CRITERIA), "rating": lambda value: RATINGS[str(value)][0]},
            row="Merkmale",
        ),
        "project_documents": entries.Words({**DOCUMENT_LABELS, "file_name": "Dateiname"}, row="Unterlage"),
    }


PROJECT_ACTIONS = {**ACTIONS, str(Action.PILOT_EDIT): "Pilotprojekt bearbeitet"}


def project_history(changes: list[Change], groups: Mapping[int, str]) -> list[dict[str, Any]]:
    """The entries for macros/history.html; `groups` names the working groups by their ids."""
    return entries.entries(changes, _project_tables(groups), PROJECT_ACTIONS, "Pilotprojekt angelegt")


def project_side_by_side(
    mine: Mapping[str, Any],
    theirs: Mapping[str, Any],
    changes: Sequence[Change],
    version: int,
    groups: Mapping[int, str],
) -> tuple[list[forms.Side], list[tuple[str, str]]]:
    """What differs between what somebody typed over that version and what is stored now."""
    formats = _project_tables(groups)["pilot_projects"].formats

    def shown(name: str, value: Any) -> str:
        if isinstance(value, bool):
            return "ja" if value else "nein"
        return formats[name](value) if value and name in formats else forms.as_sent(value)

    others = entries.changed_since(changes, "pilot_projects", version)
    changed = {one.name for change in others if change.table == "pilot_projects" for one in change.fields}
    return forms.side_by_side(PROJECT_LABELS, mine, theirs, shown, changed)


def history(changes: list[Change]) -> list[dict[str, Any]]:
    """The entries for macros/history.html."""
    return entries.entries(changes, TABLES, ACTIONS, "Pilotstandort angelegt")


def side_by_side(
    mine: Mapping[str, Any], theirs: Mapping[str, Any], changes: Sequence[Change], version: int
) -> tuple[list[forms.Side], list[tuple[str, str]]]:
    """What differs between what somebody typed over that version and what is stored now."""
    others = entries.changed_since(changes, "pilot_sites", version)
    changed = entries.fields_of([one for one in others if one.table in {"pilot_sites", "places"}], {})
    return forms.side_by_side(SITE_LABELS, mine, theirs, _shown, changed)


def _shown(name: str, value: Any) -> str:
    if name in {"is_chosen", "outside_confirmed", "opening_was_planned"}:
        return "ja" if value else "nein"
    return forms.as_sent(value)
