"""What the office's forms say about calls, and stored ones as the values of those forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from geo.calls.model import Call, Criterion, Question
from geo.calls.timing import moment_field, typed
from geo.core.parsing import Fields

CALL_LABELS = {
    "title": "Titel",
    "title_en": "Titel (englisch)",
    "body": "Text des Aufrufs",
    "body_en": "Text des Aufrufs (englisch)",
    "contact": "Auskunft",
    "pilot_project_id": "Pilotprojekt",
    "asks_site": "Bewerbung nennt einen Standort",
    "opens_at": "Beginn",
    "closes_at": "Schluss",
}
CRITERION_LABELS = {
    "name": "Kriterium",
    "name_en": "Kriterium (englisch)",
    "description": "Erläuterung",
    "description_en": "Erläuterung (englisch)",
    "weight": "Gewicht",
}
QUESTION_LABELS = {"question": "Frage", "hint": "Hinweis", "is_required": "Pflicht"}
EXTENSION_LABELS = {"closes_at": "Neuer Schluss", "reason": "Grund"}
CALL_OFF_LABELS = {"reason": "Grund", "reason_en": "Grund (englisch)"}
MOST_ROWS = 20


@dataclass(frozen=True)
class CallInput:
    """A call as the office writes it; without a project it is a contest."""

    title: str
    body: str
    opens_at: datetime
    closes_at: datetime
    title_en: str | None = None
    body_en: str | None = None
    contact: str | None = None
    pilot_project_id: int | None = None
    asks_site: bool = True


@dataclass(frozen=True)
class CriterionInput:
    """A criterion; with the id of the stored one that it takes the place of."""

    name: str
    weight: int
    name_en: str | None = None
    description: str | None = None
    description_en: str | None = None
    id: int | None = None


@dataclass(frozen=True)
class QuestionInput:
    """A question; with the id of the stored one that it takes the place of."""

    question: str
    hint: str | None = None
    is_required: bool = True
    id: int | None = None


@dataclass(frozen=True)
class ExtensionInput:
    """A later end of a call, with the reason that is told to everybody."""

    closes_at: datetime
    reason: str


@dataclass(frozen=True)
class CallOffInput:
    """Why a call is called off, told to everybody."""

    reason: str
    reason_en: str | None = None


def parse_call(data: Mapping[str, Any]) -> CallInput:
    """A call from a form. Raises `Invalid` with every mistake at its field."""
    fields = Fields(data)
    opens_at, closes_at = moment_field(fields, "opens_at"), moment_field(fields, "closes_at")
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        fields.fail("closes_at", "Der Schluss muss nach dem Beginn liegen.")
    given = {
        "title": fields.text("title", required=True, longest=160) or "",
        "title_en": fields.text("title_en", longest=160),
        "body": fields.text("body", required=True, longest=12_000) or "",
        "body_en": fields.text("body_en", longest=12_000),
        "contact": fields.text("contact", longest=300),
        "pilot_project_id": fields.whole("pilot_project_id", least=1, most=2_000_000_000),
        "asks_site": fields.flag("asks_site"),
    }
    fields.check()
    if opens_at is None or closes_at is None:  # `check` has raised; the type checker cannot know
        raise AssertionError
    return CallInput(opens_at=opens_at, closes_at=closes_at, **given)  # type: ignore[arg-type]  # as named above


def parse_criteria(data: Mapping[str, Any]) -> list[CriterionInput]:
    """The rows of the criteria's form, those without a name left out. Raises `Invalid`."""
    fields = Fields(data)
    found = []
    for number in _rows(data, "name"):
        name = fields.text(f"name-{number}", longest=120)
        rest = {
            key: fields.text(f"{key}-{number}", longest=600) for key in ("name_en", "description", "description_en")
        }
        if name is None:
            if any(rest.values()) or fields.text(f"weight-{number}") is not None:
                fields.fail(f"name-{number}", "Bitte einen Namen angeben oder die Zeile ganz leeren.")
            continue
        weight = fields.whole(f"weight-{number}", least=1, most=100, required=True)
        found.append(CriterionInput(name, weight or 1, id=fields.whole(f"id-{number}", most=2_000_000_000), **rest))
    if not found and not fields.errors:
        fields.fail("name-0", "Ein Aufruf braucht mindestens ein Kriterium.")
    names = [one.name.casefold() for one in found]
    for number, one in enumerate(found):
        if names.index(one.name.casefold()) != number:
            fields.fail("", f"„{one.name}“ steht zweimal in der Liste.")
    fields.check()
    return found


def parse_questions(data: Mapping[str, Any]) -> list[QuestionInput]:
    """The rows of the questions' form, those without a question left out. Raises `Invalid`."""
    fields = Fields(data)
    found = []
    for number in _rows(data, "question"):
        question = fields.text(f"question-{number}", longest=300)
        hint = fields.text(f"hint-{number}", longest=600)
        if question is None:
            if hint:
                fields.fail(f"question-{number}", "Bitte eine Frage angeben oder die Zeile ganz leeren.")
            continue
        row_id = fields.whole(f"id-{number}", most=2_000_000_000)
        found.append(QuestionInput(question, hint, fields.flag(f"is_required-{number}"), row_id))
    fields.check()
    return found


def _rows(data: Mapping[str, Any], name: str) -> list[int]:
    return [number for number in range(MOST_ROWS) if f"{name}-{number}" in data]


def parse_extension(data: Mapping[str, Any]) -> ExtensionInput:
    """A later end from a form. Raises `Invalid`."""
    fields = Fields(data)
    closes_at = moment_field(fields, "closes_at")
    reason = fields.text("reason", required=True, longest=500)
    fields.check()
    if closes_at is None or reason is None:  # as above
        raise AssertionError
    return ExtensionInput(closes_at, reason)


def parse_call_off(data: Mapping[str, Any]) -> CallOffInput:
    """Why a call is called off, from a form. Raises `Invalid`."""
    fields = Fields(data)
    given = CallOffInput(fields.text("reason", required=True, longest=500) or "", fields.text("reason_en", longest=500))
    fields.check()
    return given


def call_values(call: Call | CallInput) -> dict[str, Any]:
    """A call, stored or typed, as the values of its form."""
    values = {name: getattr(call, name) for name in CALL_LABELS}
    return {**values, "opens_at": typed(call.opens_at), "closes_at": typed(call.closes_at)}


def criteria_values(criteria: Sequence[Criterion]) -> dict[str, Any]:
    """The stored criteria as the values of their form."""
    names = ("id", *CRITERION_LABELS)
    return {f"{name}-{number}": getattr(one, name) for number, one in enumerate(criteria) for name in names}


def question_values(questions: Sequence[Question]) -> dict[str, Any]:
    """The stored questions as the values of their form."""
    names = ("id", *QUESTION_LABELS)
    return {f"{name}-{number}": getattr(one, name) for number, one in enumerate(questions) for name in names}
