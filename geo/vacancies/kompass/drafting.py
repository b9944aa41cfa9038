"""The forms with which the office edits the draft: entries of the matrix as fields, and fields as entries again.

Fields are named after their path in the data: `title_de`, `fit.cause.MIETE`, `weight.cause`. What is wrong with them
the schema of the matrix says; here nothing is judged.
"""

from collections.abc import Mapping
from typing import Any

from geo.core.parsing import Fields
from geo.kompass.model import FACTS, Matrix, Measure, Phase, Situation, Text
from geo.kompass.schema import COSTS
from geo.vacancies.kompass.editions import Data, replaced

_REQUIRED = ("title", "text", "actors", "effort", "time")
_OPTIONAL = ("legal", "example", "source", "council")
_NAMES = {
    "title": "Titel",
    "text": "Worum es geht",
    "actors": "Wer",
    "effort": "Aufwand",
    "time": "Wirkt nach",
    "legal": "Recht und Förderung",
    "example": "Aus der Praxis",
    "source": "Quelle",
    "council": "Was der Rat beschließt",
    "next": "Was zu tun ist, wo es noch nicht gilt",
}
STEPS = 3


def _both(names: tuple[str, ...]) -> dict[str, str]:
    return {
        f"{name}_{language}": _NAMES[name] + (" (englisch)" if language == "en" else "")
        for name in names
        for language in ("de", "en")
    }


MEASURE_LABELS = {**_both((*_REQUIRED, *_OPTIONAL)), "begin": "Beginnt", "cost": "Kostenrahmen"}
SITUATION_LABELS = {
    **_both(("title", "text")),
    **{f"steps.{n}.measures": f"Maßnahmen im {n + 1}. Schritt" for n in range(STEPS)},
    **{f"steps.{n}.text_de": f"Zusatz zum {n + 1}. Schritt" for n in range(STEPS)},
    **{f"steps.{n}.text_en": f"Zusatz zum {n + 1}. Schritt (englisch)" for n in range(STEPS)},
}
WEIGHT_LABELS = {"key_bonus": "Zuschlag für ein Schlüsselobjekt"}
PHASE_LABELS = _both(("title",))
COST_OPTIONS = [(cost, cost) for cost in COSTS]


def typed(form: Mapping[str, Any]) -> dict[str, Any]:
    """What somebody typed, to be shown again."""
    return {name: form[name] for name in form}


def field_of(path: str, prefix: str) -> str:
    """The field of a mistake's path; the whole form for one that is elsewhere."""
    if not path.startswith(prefix):
        return ""
    rest = path.removeprefix(prefix)
    last = rest.rpartition(".")[2]
    if rest.startswith("questions.") and last == "weight":
        return f"weight.{rest.split('.')[1]}"
    return f"{rest}_de" if last in _NAMES else rest


def _shown(name: str, text: Text) -> dict[str, str]:
    return {f"{name}_de": text.de, f"{name}_en": text.en}


def _read(form: Mapping[str, Any], name: str) -> list[str] | None:
    """Both languages of a text; None where neither is there."""
    both = [str(form.get(f"{name}_{language}", "")).replace("\r\n", "\n").strip() for language in ("de", "en")]
    return both if any(both) else None


def measure_values(matrix: Matrix, measure: Measure) -> dict[str, Any]:
    """A measure as the values of its form."""
    values: dict[str, Any] = {"begin": measure.begin, "cost": measure.cost}
    for name in (*_REQUIRED, *_OPTIONAL):
        values |= _shown(name, getattr(measure, name))
    values |= {f"{name}_checked": name not in measure.unchecked for name in FACTS}
    return values | {
        f"fit.{key}.{code}": str(measure.fit.get(key, {}).get(code, ""))
        for key, question in matrix.asked.items()
        for code in question.by_code
    }


def write_measure(data: Data, matrix: Matrix, code: str, form: Mapping[str, Any]) -> None:
    """Put a measure's form into the data. Its rung and the area that it needs are part of the method and stay."""
    values: dict[str, Any] = {name: _read(form, name) for name in (*_REQUIRED, *_OPTIONAL)}
    values |= {"begin": form.get("begin"), "cost": form.get("cost")}
    fields = Fields(form)
    values |= {f"{name}_checked": None if fields.flag(f"{name}_checked") else False for name in FACTS}
    fit: dict[str, dict[str, int | str]] = {}
    for key, question in matrix.asked.items():
        for answer in question.by_code:
            raw = str(form.get(f"fit.{key}.{answer}", "")).strip()
            if raw:
                fit.setdefault(key, {})[answer] = int(raw) if raw in ("2", "1", "-2") else raw
    replaced(data, "measures", code, {**values, "fit": fit})


def situation_values(situation: Situation) -> dict[str, Any]:
    """A situation as the values of its form."""
    values: dict[str, Any] = {**_shown("title", situation.title), **_shown("text", situation.text)}
    for number, step in enumerate(situation.steps):
        values[f"steps.{number}.measures"] = ", ".join(step.measures)
        values |= _shown(f"steps.{number}.text", step.text)
    return values


def write_situation(data: Data, code: str, form: Mapping[str, Any]) -> None:
    """Put a situation's form into the data; an empty step falls away. When it holds stays."""
    steps = []
    for number in range(STEPS):
        codes = [one.strip().upper() for one in str(form.get(f"steps.{number}.measures", "")).split(",")]
        step: dict[str, Any] = {"measures": [one for one in codes if one]}
        text = _read(form, f"steps.{number}.text")
        if text is not None:
            step["text"] = text
        if text is not None or step["measures"]:
            steps.append(step)
    replaced(data, "situations", code, {"title": _read(form, "title"), "text": _read(form, "text"), "steps": steps})


def weight_values(matrix: Matrix) -> dict[str, Any]:
    """The weights as the values of their form."""
    return {f"weight.{key}": question.weight for key, question in matrix.asked.items()} | {
        "key_bonus": matrix.key_bonus
    }


def write_weights(data: Data, form: Mapping[str, Any]) -> None:
    """Put the weights into the data."""
    for question in (*data["questions"], *data["context"]):
        question["weight"] = _number(form.get(f"weight.{question['key']}"))
    data["key_bonus"] = _number(form.get("key_bonus"))


def _number(raw: Any) -> Any:
    """A whole number, or what was typed: the schema says what is wrong with that."""
    text = str(raw or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else text


def phase_values(phase: Phase) -> dict[str, Any]:
    """A phase as the values of its form."""
    values: dict[str, Any] = _shown("title", phase.title)
    for one in phase.statements:
        values |= _shown(f"statements.{one.code}.text", one.text) | _shown(f"statements.{one.code}.next", one.next)
    return values


def write_phase(data: Data, number: int, form: Mapping[str, Any]) -> None:
    """Put a phase's words into the data; how many statements it has stays."""
    phase = next(one for one in data["phases"] if one["number"] == number)
    phase["title"] = _read(form, "title")
    for one in phase["statements"]:
        for name in ("text", "next"):
            one[name] = _read(form, f"statements.{one['code']}.{name}")
