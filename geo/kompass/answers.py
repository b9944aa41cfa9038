"""Answers to the six questions: from a form, and as they are kept."""

from collections.abc import Mapping
from typing import Any

from geo.core.errors import Invalid
from geo.core.parsing import Fields
from geo.kompass.model import Matrix
from geo.kompass.scoring import Answers

# How a question is called in a form and in an address.
NAMES = {
    "object": "objekt",
    "cause": "ursache",
    "condition": "zustand",
    "location": "lage",
    "owner": "eigentuemer",
    "duration": "dauer",
    "key": "schluessel",
    "danger": "gefahr",
}
AREAS, TRIED = "gebiet", "versucht"


def parse_answers(matrix: Matrix, data: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The answers given, by question; a question without one is left out. Raises `Invalid` at the questions."""
    fields, given = Fields(data), {}
    for key, question in matrix.asked.items():
        chosen = fields.several(NAMES[key], question.by_code)
        if len(chosen) > question.most:
            number = "eine Antwort" if question.most == 1 else f"{question.most} Antworten"
            fields.fail(NAMES[key], f"Bitte höchstens {number} wählen.")
        if chosen:
            given[key] = tuple(chosen)
    fields.check()
    return given


def parse_context(matrix: Matrix, data: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Legal areas and measures tried, where nobody but the person asked can say. Raises `Invalid`."""
    fields = Fields(data)
    areas, tried = fields.several(AREAS, matrix.by_area), fields.several(TRIED, matrix.by_code)
    fields.check()
    return tuple(areas), tuple(tried)


def form_values(answers: Answers) -> dict[str, list[str]]:
    """Answers as the values of their form."""
    return {NAMES[key]: list(codes) for key, codes in answers.items() if key in NAMES}


def kept(matrix: Matrix, stored: Any) -> dict[str, tuple[str, ...]]:
    """Stored answers, as far as the matrix has them. Raises `Invalid` where they are none."""
    if not isinstance(stored, Mapping):
        raise Invalid({"": "Die Antworten sind nicht lesbar."})
    return {
        key: tuple(code for code in stored[key] if code in question.by_code)
        for key, question in matrix.asked.items()
        if stored.get(key)
    }
