"""Reads the forms of the Kompass at work: measures of a case, a town's look at itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from geo.core import clock
from geo.core.parsing import Fields
from geo.kompass.model import Matrix
from geo.vacancies.kompass.codes import EFFECTS, HOLDS
from geo.vacancies.kompass.model import CaseMeasure

MEASURE_LABELS = {
    "code": "Maßnahme",
    "actors": "Wer",
    "starts_on": "Beginn",
    "ends_on": "Ende",
    "cost_eur": "Kosten",
    "funding": "Förderung aus",
    "funding_eur": "davon gefördert",
    "effect": "Wirkung",
    "result": "Ergebnis",
    "lesson": "Was wir gelernt haben",
}


@dataclass(frozen=True)
class MeasureInput:
    """A measure as its form describes it; amounts in euros."""

    code: str
    actors: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    cost_eur: Decimal | None = None
    funding: str | None = None
    funding_eur: Decimal | None = None
    effect: str | None = None
    result: str | None = None
    lesson: str | None = None


def parse_measure(
    matrix: Matrix, data: Mapping[str, Any], *, code: str | None = None, today: date | None = None
) -> MeasureInput:
    """A measure from its form. `code`: the one that it has and keeps. Raises `Invalid`, each mistake at its field."""
    fields, today = Fields(data), today or clock.today()
    made = MeasureInput(
        code=code or fields.choice("code", matrix.by_code, required=True) or "",
        actors=fields.text("actors", longest=200),
        starts_on=fields.day("starts_on"),
        ends_on=fields.day("ends_on"),
        cost_eur=fields.number("cost_eur", most=100_000_000),
        funding=fields.text("funding", longest=200),
        funding_eur=fields.number("funding_eur", most=100_000_000),
        effect=fields.choice("effect", EFFECTS),
        result=fields.text("result", longest=2000),
        lesson=fields.text("lesson", longest=2000),
    )
    if made.ends_on is not None and made.starts_on is None:
        fields.fail("starts_on", "Wer ein Ende angibt, gibt auch den Beginn an.")
    if made.starts_on is not None and made.ends_on is not None and made.ends_on < made.starts_on:
        fields.fail("ends_on", "Das Ende liegt vor dem Beginn.")
    if made.effect is not None and (made.ends_on is None or made.ends_on > today):
        fields.fail("ends_on", "Die Wirkung steht erst fest, wenn die Maßnahme beendet ist: Bitte den Tag angeben.")
    if made.funding_eur is not None and (made.cost_eur is None or made.funding_eur > made.cost_eur):
        fields.fail("funding_eur", "Gefördert wird höchstens, was es kostet: Bitte die Kosten angeben oder prüfen.")
    fields.check()
    return made


def measure_values(measure: CaseMeasure | MeasureInput) -> dict[str, Any]:
    """A measure as the values of its form."""
    values = {name: getattr(measure, name) for name in MEASURE_LABELS}
    for name in ("starts_on", "ends_on"):
        values[name] = values[name].isoformat() if values[name] else ""
    for name in ("cost_eur", "funding_eur"):
        amount = values[name]
        values[name] = "" if amount is None else f"{amount.normalize():f}".replace(".", ",")
    return {name: "" if value is None else value for name, value in values.items()}


def parse_town(matrix: Matrix, data: Mapping[str, Any]) -> tuple[dict[str, str], str | None]:
    """What a town says of itself, statement by statement, and a note. Raises `Invalid`, also when it says nothing."""
    fields = Fields(data)
    given = {one.code: fields.choice(one.code, HOLDS) for one in matrix.statements()}
    note = fields.text("note", longest=2000)
    said = {code: value for code, value in given.items() if value is not None}
    if not said:
        fields.fail("", "Bitte mindestens eine Aussage bewerten.")
    fields.check()
    return said, note
