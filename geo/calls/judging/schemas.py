"""What reviewers' and the office's forms say: marks with reasons, conflicts of interest, decisions, letters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geo.calls.codes import MOST_POINTS, OUTCOMES
from geo.calls.judging.model import Letter, Mark
from geo.calls.model import Criterion
from geo.core.parsing import Fields
from geo.letters.language import LONGEST, mistakes

LETTER_LABELS = {"sender": "Absender", "subject": "Betreff", "body": "Text", "signature": "Unterschrift"}
DECISION_LABELS = {"outcome": "Ergebnis", "reason": "Begründung"}
# What a letter's text may name in braces.
FACTS = {
    "gemeinde": "die Gemeinde",
    "ansprechperson": "die Ansprechperson der Bewerbung",
    "aufruf": "der Titel des Aufrufs",
    "vorhaben": "der Titel des Vorhabens",
    "begruendung": "die Begründung der Entscheidung",
    "datum": "der Tag der Bekanntgabe",
}


@dataclass(frozen=True)
class MarkInput:
    """Points for one criterion, 0 to 10, with their reason; both may still be missing in a draft."""

    criterion_id: int
    points: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class DecisionInput:
    """What the office decides about an application; `after` is the number of the last decision it saw (0: none)."""

    outcome: str
    reason: str
    after: int = 0
    confirmed: bool = False


@dataclass(frozen=True)
class LetterInput:
    """What the letters of one outcome say."""

    sender: str
    subject: str
    body: str
    signature: str


def parse_marks(data: Mapping[str, Any], criteria: Sequence[Criterion], *, whole: bool = False) -> list[MarkInput]:
    """The marks of a form; `whole` when they are handed in. Raises `Invalid` with every mistake at its field."""
    fields = Fields(data)
    found = [
        MarkInput(
            one.id,
            fields.whole(f"points-{one.id}", most=MOST_POINTS, required=whole),
            fields.text(f"reason-{one.id}", longest=2000, required=whole),
        )
        for one in criteria
    ]
    fields.check()
    return found


def parse_conflict(data: Mapping[str, Any]) -> str:
    """Why somebody does not review an application. Raises `Invalid`."""
    fields = Fields(data)
    reason = fields.text("reason", required=True, longest=500)
    if not fields.flag("confirmed"):
        fields.fail("confirmed", "Bitte bestätigen: Das lässt sich nicht zurücknehmen.")
    fields.check()
    return reason or ""


def parse_decision(data: Mapping[str, Any]) -> DecisionInput:
    """A decision from a form. Raises `Invalid`."""
    fields = Fields(data)
    given = DecisionInput(
        fields.choice("outcome", OUTCOMES, required=True) or "",
        fields.text("reason", required=True, longest=2000) or "",
        fields.whole("after", most=1000) or 0,
        fields.flag("confirmed"),
    )
    fields.check()
    return given


def parse_letter(data: Mapping[str, Any]) -> LetterInput:
    """The texts of a letter; every placeholder must be one that there is. Raises `Invalid`."""
    fields = Fields(data)
    given = LetterInput(
        fields.text("sender", required=True, longest=400) or "",
        fields.text("subject", required=True, longest=200) or "",
        fields.text("body", required=True, longest=LONGEST) or "",
        fields.text("signature", required=True, longest=300) or "",
    )
    for name in ("subject", "body"):
        found = mistakes(getattr(given, name), FACTS, ())
        if found:
            fields.fail(name, " ".join(found[:5]))
    fields.check()
    return given


def mark_values(marks: Sequence[Mark]) -> dict[str, Any]:
    """Stored marks as the values of their form."""
    values: dict[str, Any] = {}
    for one in marks:
        values |= {f"points-{one.criterion_id}": one.points, f"reason-{one.criterion_id}": one.reason}
    return values


def letter_values(letter: Letter | LetterInput) -> dict[str, Any]:
    """A letter, stored or typed, as the values of its form."""
    return {name: getattr(letter, name) for name in LETTER_LABELS}
