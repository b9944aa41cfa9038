"""The matrix: questions, situations, measures with their table of fit, phases. Every text in German and English."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

# What a cell of the table may say: how an answer fits a measure. `RULES_OUT` is no number: it is never added up.
FITS = (2, 1, -2)
RULES_OUT = "x"
Cell = int | str
NOW, YEAR = "sofort", "jahr"
BEGINS = {
    NOW: ("sofort (bis 4 Wochen)", "now (within 4 weeks)"),
    YEAR: ("nächste 12 Monate", "next 12 months"),
}
# The facts of a measure that may be unverified, each with `<name>_checked` beside it.
FACTS = ("effort", "time", "legal", "example")


class Text(NamedTuple):
    """A text in both languages."""

    de: str
    en: str

    def in_language(self, language: str) -> str:
        return self.en if language == "en" else self.de

    def __bool__(self) -> bool:
        return bool(self.de)


EMPTY = Text("", "")


@dataclass(frozen=True)
class Answer:
    """One answer to a question; `clause` completes “weil …” and “because …”. `internal`: as with the question."""

    code: str
    label: Text
    clause: Text
    hint: Text = EMPTY
    internal: bool = False


@dataclass(frozen=True)
class Question:
    """A question with its weight in the score and the most answers it takes.

    `internal`: the answer is about a person (the owner's attitude) and is left out of what is shown in public.
    """

    key: str
    weight: int
    most: int
    title: Text
    ask: Text
    answers: tuple[Answer, ...]
    internal: bool = False

    @cached_property
    def by_code(self) -> dict[str, Answer]:
        return {answer.code: answer for answer in self.answers}

    def is_internal(self, answer: Answer) -> bool:
        """Whether the answer says something about a person."""
        return self.internal or answer.internal


@dataclass(frozen=True)
class Rung:
    """A rung of the ladder; one of the rungs `after` must have been tried before this one is proposed."""

    rung: int
    title: Text
    after: tuple[int, ...]


@dataclass(frozen=True)
class Area:
    """A legal area: the kind of a zone."""

    code: str
    label: Text


@dataclass(frozen=True)
class Step:
    """A step of a situation: measures (alternatives) and a word of its own."""

    measures: tuple[str, ...]
    text: Text = EMPTY


@dataclass(frozen=True)
class Situation:
    """A leading situation. `when`: alternatives, in each of which every question named has one of the answers."""

    code: str
    title: Text
    text: Text
    when: tuple[Mapping[str, tuple[str, ...]], ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Measure:
    """A measure with its card and its row of the table: `fit[question][answer]`."""

    code: str
    rung: int
    begin: str
    title: Text
    text: Text
    actors: Text
    cost: str
    effort: Text
    time: Text
    legal: Text = EMPTY
    example: Text = EMPTY
    source: Text = EMPTY
    council: Text = EMPTY
    areas: tuple[str, ...] = ()
    area_resolution: Text = EMPTY
    in_danger: bool = False
    unchecked: frozenset[str] = frozenset()
    fit: Mapping[str, Mapping[str, Cell]] = field(default_factory=dict)


@dataclass(frozen=True)
class Statement:
    """A statement about a town, and what to do where it does not hold."""

    code: str
    text: Text
    next: Text


@dataclass(frozen=True)
class Phase:
    """One of the eight phases, with the statements by which a town sees how far it is."""

    number: int
    title: Text
    statements: tuple[Statement, ...]
    measures: tuple[str, ...]


@dataclass(frozen=True)
class Matrix:
    """The whole Kompass of one edition."""

    key_bonus: int
    questions: tuple[Question, ...]
    context: tuple[Question, ...]
    rungs: tuple[Rung, ...]
    areas: tuple[Area, ...]
    situations: tuple[Situation, ...]
    measures: tuple[Measure, ...]
    phases: tuple[Phase, ...]

    @cached_property
    def asked(self) -> dict[str, Question]:
        """Questions and context values by key."""
        return {question.key: question for question in (*self.questions, *self.context)}

    @cached_property
    def by_code(self) -> dict[str, Measure]:
        return {measure.code: measure for measure in self.measures}

    @cached_property
    def by_area(self) -> dict[str, Area]:
        return {area.code: area for area in self.areas}

    def statements(self) -> Iterator[Statement]:
        return (statement for phase in self.phases for statement in phase.statements)
