"""Visits in words: for pages, forms and the history."""

from datetime import date
from typing import Any

from babel.dates import format_datetime

from geo.core.clock import BERLIN
from geo.core.codes import label
from geo.trees.codes import LAYERS
from geo.trees.queries.internal import TreeChoice
from geo.trees.visits.codes import DECISIONS, PERMIT_STATES
from geo.trees.visits.deadlines import DUTIES, STATES, Deadline
from geo.trees.visits.letters.codes import KINDS
from geo.trees.visits.queries import VisitRow
from geo.trees.visits.schemas import VISIT_LABELS
from geo.trees.wording import bounds
from webapp.entries import Words, coded, period
from webapp.trees import words

NAMES = VISIT_LABELS | {
    "during": "Besuch",
    "layer": "Ebene",
    "permit_state": "Genehmigung",
    "permit_applied_on": "Beantragt am",
    "permit_decided_on": "Entschieden am",
    "permit_reference": "Aktenzeichen",
    "has_parade": "Umzug als Versammlung",
    "parade_filed_on": "Versammlung angezeigt am",
    "signs_up_on": "Schilder stehen seit",
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
_TONES = {"ERLEDIGT": "good", "UEBERFAELLIG": "bad", "BALD": "warn", "ABGELEHNT": "bad"}
_SHAPES = {"ERLEDIGT": "disc", "UEBERFAELLIG": "cross", "BALD": "triangle", "ABGELEHNT": "cross", "SPAETER": "ring"}
_PERMITS = {
    "GENEHMIGT": ("Genehmigung erteilt", "good", "disc"),
    "BEANTRAGT": ("Genehmigung beantragt", "active", "half"),
    "ABGELEHNT": ("Genehmigung abgelehnt", "bad", "cross"),
    "OFFEN": ("Genehmigung noch zu beantragen", "warn", "ring"),
    "NICHT_NOETIG": ("keine Genehmigung nötig", "rest", "dash"),
}


def about(visit: VisitRow) -> str:
    """A visit in one line."""
    return f"{visit.stop}, {words.span_words(visit.stands_from, visit.stands_until)}"


def modules(visit: VisitRow) -> str:
    """5 Module der Klasse S, 2 der Klasse L"""
    parts = [(visit.modules_s, "S"), (visit.modules_l, "L")]
    told = [f"{count} {'Modul' if count == 1 else 'Module'} der Klasse {name}" for count, name in parts if count]
    return " und ".join(told)


def layer(visit: VisitRow) -> tuple[str, str]:
    """The layer as code and words: what was decided and came true says both."""
    if visit.layer == "BESCHLOSSEN" and visit.actual_id is not None:
        return "TATSAECHLICH", "geplant, angekommen"
    return visit.layer, label(LAYERS, visit.layer)


def permit(visit: VisitRow) -> tuple[str, str, str]:
    """The permit's state in words, with tone and shape."""
    return _PERMITS[visit.permit_state]


def duty(one: Deadline) -> str:
    """What has to be done."""
    return label(DUTIES, one.duty)


def due(one: Deadline, day: date) -> tuple[str, str, str]:
    """A duty's state in words with the days that are left, with tone and shape."""
    said = label(STATES, one.state)
    left = (one.due - day).days
    if one.state == "UEBERFAELLIG":
        said += f", seit {-left} " + ("Tag" if left == -1 else "Tagen")
    elif one.is_open:
        said = "heute fällig" if left == 0 else f"noch {_days(left)}"
    return said, _TONES.get(one.state, "rest"), _SHAPES.get(one.state, "dash")


def opening(visit: VisitRow) -> str:
    """Samstag, 9. Mai 2026, 14:00 Uhr"""
    if visit.opening_at is None:
        return ""
    return format_datetime(visit.opening_at.astimezone(BERLIN), "EEEE, d. MMMM y, HH:mm 'Uhr'", locale="de")


def letter(kind: str) -> str:
    """A kind of letter in words."""
    return label(KINDS, kind)


def decision(visit: VisitRow) -> str:
    """The result in words."""
    return label(DECISIONS, visit.decision)


def values(visit: VisitRow) -> dict[str, Any]:
    """A visit as the values of its forms."""
    own = {name: getattr(visit, name) for name in [*VISIT_LABELS, *NAMES] if hasattr(visit, name)}
    told = {name: value.isoformat() if isinstance(value, date) else value for name, value in own.items()}
    if visit.opening_at is not None:
        told["opening_at"] = visit.opening_at.astimezone(BERLIN).strftime("%Y-%m-%dT%H:%M")
    return told | {"version": visit.version}


def asked_again(visit: VisitRow, permit_state: str) -> str:
    """What a move has made of the permit."""
    if permit_state == visit.permit_state:
        return ""
    return " Die Genehmigung galt für den alten Ort und Zeitraum und ist wieder offen."


def tree_hint(tree: TreeChoice, visit: VisitRow) -> str:
    """What is known of a tree, and whether it is free."""
    known = ", ".join(part for part in (tree.species, f"Klasse {tree.module_class}") if part)
    if tree.label in visit.trees:
        return f"Zugeteilt. {known}"
    if tree.in_the_way is not None:
        one = tree.in_the_way
        return f"Nicht frei: {one.stop}, {words.span_words(*bounds(one.during))}. {known}"
    return f"Frei. {known}"


def _days(count: int) -> str:
    return "1 Tag" if count == 1 else f"{count} Tage"
