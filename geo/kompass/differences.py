"""What changed from one edition to the next, entry by entry and field by field, in German as the office reads it."""

from dataclasses import dataclass

from geo.kompass.model import BEGINS, FACTS, Matrix, Measure, Phase, Question, Situation, Text
from geo.kompass.wording import CELLS, rule

# How the office's pages call the texts.
NAMES = {
    "title": "Titel",
    "text": "Worum es geht",
    "actors": "Wer",
    "effort": "Aufwand",
    "time": "Wirkt nach",
    "legal": "Recht und Förderung",
    "example": "Aus der Praxis",
    "source": "Quelle",
    "council": "Was der Rat beschließt",
    "area_resolution": "Beschluss, der das Gebiet schafft",
    "ask": "Frage",
    "next": "Was zu tun ist, wo es noch nicht gilt",
}
NEUTRAL = "gleichgültig"
# An entry as lines: what a field is called, and what it says.
Lines = dict[str, str]


@dataclass(frozen=True)
class Difference:
    """An entry that differs: its fields before and after; before is empty in a new entry, after in one taken out."""

    name: str
    lines: tuple[tuple[str, str, str], ...]


def between(old: Matrix, new: Matrix) -> list[Difference]:
    """Every entry that differs, the measures first."""
    before, after = _entries(old), _entries(new)
    found = []
    for name in {**after, **before}:
        one, other = before.get(name, {}), after.get(name, {})
        lines = tuple((field, one.get(field, ""), other.get(field, "")) for field in {**one, **other})
        if changed := tuple(line for line in lines if line[1] != line[2]):
            title = {**one, **other}.get(NAMES["title"], "")
            found.append(Difference(f"{name}: {title}" if title else name, changed))
    return found


def _entries(matrix: Matrix) -> dict[str, Lines]:
    """The entries of an edition by their names, which stay when their titles change."""
    weights = {f"Gewicht: {one.title.de}": str(one.weight) for one in matrix.asked.values()}
    return {
        **{f"Maßnahme {one.code}": _measure(matrix, one) for one in matrix.measures},
        **{f"Lage {one.code}": _situation(matrix, one) for one in matrix.situations},
        **{f"Frage {number}": _question(one) for number, one in enumerate(matrix.asked.values(), start=1)},
        **{f"Phase {one.number}": _phase(matrix, one) for one in matrix.phases},
        "Rechnung": {**weights, "Zuschlag für ein Schlüsselobjekt": str(matrix.key_bonus)},
        "Leiter": {
            f"Stufe {one.rung}": f"{one.title.de}; nach {', '.join(map(str, one.after)) or 'nichts'}"
            for one in matrix.rungs
        },
    }


def _both(name: str, text: Text) -> Lines:
    return {name: text.de, f"{name} (englisch)": text.en}


def _measure(matrix: Matrix, measure: Measure) -> Lines:
    lines: Lines = {}
    for name in ("title", "text", "actors", "effort", "time", "legal", "example", "source", "council"):
        lines |= _both(NAMES[name], getattr(measure, name))
    lines |= {
        f"{NAMES[name]}: Angabe": "nicht geprüft" if name in measure.unchecked else "geprüft"
        for name in FACTS
        if getattr(measure, name)
    }
    lines |= {
        "Beginnt": BEGINS[measure.begin][0],
        "Kostenrahmen": measure.cost,
        "Stufe": str(measure.rung),
        "Nur in": ", ".join(matrix.by_area[code].label.de for code in measure.areas),
        **_both(NAMES["area_resolution"], measure.area_resolution),
    }
    for key, question in matrix.asked.items():
        for answer in question.answers:
            fit = measure.fit.get(key, {}).get(answer.code)
            lines[f"{question.title.de}: {answer.label.de}"] = NEUTRAL if fit is None else CELLS[fit].de
    return lines


def _situation(matrix: Matrix, situation: Situation) -> Lines:
    lines = {
        **_both(NAMES["title"], situation.title),
        **_both("Was sie heißt", situation.text),
        "Gilt, wenn": rule(matrix, situation, "de"),
    }
    for number, step in enumerate(situation.steps, start=1):
        lines |= {
            f"{number}. Schritt": " oder ".join(step.measures),
            **_both(f"Zusatz zum {number}. Schritt", step.text),
        }
    return lines


def _question(question: Question) -> Lines:
    lines = {**_both(NAMES["title"], question.title), **_both(NAMES["ask"], question.ask)}
    for one in question.answers:
        lines |= _both(f"Antwort {one.code}", one.label)
        lines |= {**_both(f"Hinweis zu {one.code}", one.hint), **_both(f"weil … bei {one.code}", one.clause)}
    return lines


def _phase(matrix: Matrix, phase: Phase) -> Lines:
    lines = _both(NAMES["title"], phase.title)
    for number, one in enumerate(phase.statements, start=1):
        lines |= {**_both(f"{number}. Aussage", one.text), **_both(f"Wo die {number}. nicht gilt", one.next)}
    return lines | {"Es hilft": ", ".join(phase.measures)}
