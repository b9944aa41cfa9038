"""What the form for neighbours says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo.core.errors import Invalid
from geo.core.parsing import Fields
from geo.trees.visits.feedback.codes import MOODS, PLANT

LONGEST = 1000


@dataclass(frozen=True)
class FeedbackInput:
    """An answer."""

    mood: str
    plant: str
    words: str | None = None


def parse_feedback(data: Mapping[str, Any]) -> FeedbackInput:
    """An answer from the public form, whose sentences are translated where it is shown. Raises `Invalid`."""
    fields = Fields(data)
    mood, plant = fields.choice("mood", MOODS), fields.choice("plant", PLANT)
    for name, value in (("mood", mood), ("plant", plant)):
        if value is None:
            fields.errors[name] = "Bitte eine Antwort wählen."
    words = fields.text("words", longest=LONGEST)
    if "words" in fields.errors and "Höchstens" in fields.errors["words"]:
        fields.errors["words"] = "Der Text ist zu lang."
    if fields.errors:
        raise Invalid(fields.errors)
    return FeedbackInput(mood or "", plant or "", words)
