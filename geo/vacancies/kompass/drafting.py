"""The forms with which the office edits the draft: entries of the matrix as fields, and fields as entries again.

Fields are named after their path in the data: `title_de`, `fit.cause.MIETE`, `weight.cause`. What is wrong with them
the schema of the matrix says; here nothing is judged.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from geo.core.parsing import Fields
from geo.kompass.differences import NAMES
from geo.kompass.model import FACTS, Matrix, Measure, Phase, Question, Situation, Text
from geo.kompass.schema import COSTS
from geo.vacancies.kompass.editions import Data, replaced

_REQUIRED = ("title", "text", "actors", "effort", "time")
_OPTIONAL = ("legal", "example", "source", "council", "area_resolution")
_ANSWER = ("label", "hint", "clause")
STEPS, CONDITIONS = 3, 3


def _both(names: tuple[str, ...]) -> dict[str, str]:
    return {
        f"{name}_{language}": NAMES[name] + (" (englisch)" if language == "en" else "")
        for name in names
        for language in ("de", "en")
    }


MEASURE_LABELS = {
    **_both((*_REQUIRED, *_OPTIONAL)),
    "begin": "Beginnt",
    "cost": "Kostenrahmen",
    "rung": "Stufe der Leiter",
    "areas": "Nur in einem dieser Gebiete",
}
SITUATION_LABELS = {
    **_both(("title", "text")),
    "when": "Gilt, wenn",
    **{f"steps.{n}.measures": f"Maßnahmen im {n + 1}. Schritt" for n in range(STEPS)},
    **{f"steps.{n}.text_de": f"Zusatz zum {n + 1}. Schritt" for n in range(STEPS)},
    **{f"steps.{n}.text_en": f"Zusatz zum {n + 1}. Schritt (englisch)" for n in range(STEPS)},
}
QUESTION_LABELS = _both(("title", "ask"))
WEIGHT_LABELS = {"key_bonus": "Zuschlag für ein Schlüsselobjekt"}
PHASE_LABELS = {**_both(("title",)), "measures": "Was hilft"}
COST_OPTIONS = [(cost, cost) for cost in COSTS]


def typed(form: Any) -> dict[str, Any]:
    """What somebody typed, to be shown again: of tick boxes all that are ticked."""
    many = {name for name in form if name in ("areas", "measures") or name.startswith("when.")}
    return {name: form.getlist(name) if name in many else form[name] for name in form}


def mistakes(found: Mapping[str, str], prefix: str) -> dict[str, str]:
    """Mistakes by the fields of the form for what lies under `prefix`; those elsewhere in the draft say where."""
    errors: dict[str, str] = {}
    for path, sentence in found.items():
        name = _field(path, prefix)
        before = f"{errors[name]} " if name == "" and name in errors else ""
        errors[name] = f"{before}An anderer Stelle ({path}): {sentence}" if name == "" and path else sentence
    return errors


def _field(path: str, prefix: str) -> str:
    """The field of a mistake's path; the whole form for one that is elsewhere."""
    if not path.startswith(prefix):
        return ""
    rest = path.removeprefix(prefix)
    last = rest.rpartition(".")[2]
    if rest.startswith(("questions.", "context.")) and last == "weight":
        return f"weight.{rest.split('.')[1]}"
    return f"{rest}_de" if last in (*NAMES, *_ANSWER) else "when" if rest.startswith("when") else rest


def _shown(name: str, text: Text) -> dict[str, str]:
    return {f"{name}_de": text.de, f"{name}_en": text.en}


def _read(form: Mapping[str, Any], name: str) -> list[str] | None:
    """Both languages of a text; None where neither is there."""
    both = [str(form.get(f"{name}_{language}", "")).replace("\r\n", "\n").strip() for language in ("de", "en")]
    return both if any(both) else None


def _several(form: Any, name: str) -> list[str]:
    return [one for one in form.getlist(name) if one]


def measure_values(matrix: Matrix, measure: Measure) -> dict[str, Any]:
    """A measure as the values of its form."""
    values: dict[str, Any] = {"begin": measure.begin, "cost": measure.cost, "rung": str(measure.rung)}
    values["areas"] = list(measure.areas)
    for name in (*_REQUIRED, *_OPTIONAL):
        values |= _shown(name, getattr(measure, name))
    values |= {f"{name}_checked": name not in measure.unchecked for name in FACTS}
    return values | {
        f"fit.{key}.{code}": str(measure.fit.get(key, {}).get(code, ""))
        for key, question in matrix.asked.items()
        for code in question.by_code
    }


def write_measure(data: Data, matrix: Matrix, code: str, form: Any) -> None:
    """Put a measure's form into the data. That danger lets it in is part of the method and stays."""
    values: dict[str, Any] = {name: _read(form, name) for name in (*_REQUIRED, *_OPTIONAL)}
    values |= {"begin": form.get("begin"), "cost": form.get("cost"), "rung": _number(form.get("rung"))}
    values["areas"] = _several(form, "areas") or None
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
    for number, rule in enumerate(situation.when):
        values |= {f"when.{number}.{key}": list(codes) for key, codes in rule.items()}
    return values


def write_situation(data: Data, code: str, form: Any) -> None:
    """Put a situation's form into the data; an empty step and an empty condition fall away, but not the last one's."""
    steps = []
    for number in range(STEPS):
        codes = [one.strip().upper() for one in str(form.get(f"steps.{number}.measures", "")).split(",")]
        step: dict[str, Any] = {"measures": [one for one in codes if one]}
        text = _read(form, f"steps.{number}.text")
        if text is not None:
            step["text"] = text
        if text is not None or step["measures"]:
            steps.append(step)
    values: dict[str, Any] = {"title": _read(form, "title"), "text": _read(form, "text"), "steps": steps}
    if code != data["situations"][-1]["code"]:
        keys = [one["key"] for one in (*data["questions"], *data["context"])]
        rules = [{key: _several(form, f"when.{n}.{key}") for key in keys} for n in range(CONDITIONS)]
        values["when"] = [rule for rule in ({k: v for k, v in rule.items() if v} for rule in rules) if rule]
    replaced(data, "situations", code, values)


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


def question_values(question: Question) -> dict[str, Any]:
    """A question's words as the values of their form."""
    values: dict[str, Any] = _shown("title", question.title) | _shown("ask", question.ask)
    for answer in question.answers:
        for name in _ANSWER:
            values |= _shown(f"answers.{answer.code}.{name}", getattr(answer, name))
    return values


def write_question(data: Data, key: str, form: Mapping[str, Any]) -> None:
    """Put a question's words into the data; which answers it has stays, or the table would not know them."""
    question = next(one for one in (*data["questions"], *data["context"]) if one["key"] == key)
    _put(question, form, ("title", "ask"), "")
    for answer in question["answers"]:
        _put(answer, form, _ANSWER, f"answers.{answer['code']}.")


def _put(entry: dict[str, Any], form: Mapping[str, Any], names: Sequence[str], prefix: str) -> None:
    for name in names:
        text = _read(form, f"{prefix}{name}")
        if text is None:
            entry.pop(name, None)
        else:
            entry[name] = text


def phase_values(phase: Phase) -> dict[str, Any]:
    """A phase as the values of its form."""
    values: dict[str, Any] = {**_shown("title", phase.title), "measures": list(phase.measures)}
    for one in phase.statements:
        values |= _shown(f"statements.{one.code}.text", one.text) | _shown(f"statements.{one.code}.next", one.next)
    return values


def write_phase(data: Data, number: int, form: Any) -> None:
    """Put a phase's words and measures into the data; how many statements it has stays."""
    phase = next(one for one in data["phases"] if one["number"] == number)
    _put(phase, form, ("title",), "")
    phase["measures"] = _several(form, "measures")
    for one in phase["statements"]:
        _put(one, form, ("text", "next"), f"statements.{one['code']}.")
