"""Visits in words, for the history."""

from typing import Any

from geo.trees.codes import LAYERS
from geo.trees.visits.codes import DECISIONS, PERMIT_STATES
from geo.trees.visits.schemas import VISIT_LABELS
from webapp.entries import Words, coded, period

NAMES = VISIT_LABELS | {
    "during": "Besuch",
    "layer": "Ebene",
    "permit_state": "Genehmigung",
    "permit_applied_on": "Beantragt am",
    "permit_decided_on": "Entschieden am",
    "permit_reference": "Aktenzeichen",
    "decision": "Ergebnis",
    "decision_note": "Begründung",
}
_FORMATS: dict[str, Any] = {
    "during": period,
    "layer": coded(LAYERS),
    "permit_state": coded(PERMIT_STATES),
    "decision": coded(DECISIONS),
}
# The stop and the plan are ids; where the page is about one of them it says so by itself.
HISTORY = Words({name: label for name, label in NAMES.items() if name not in ("stop_id", "schedule_id")}, _FORMATS)
