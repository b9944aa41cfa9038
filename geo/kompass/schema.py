"""What a matrix must look like: reads the data of an edition, and says every mistake in a sentence at its path."""

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from geo.core.errors import Invalid
from geo.core.paths import DATA
from geo.kompass.model import (
    BEGINS,
    EMPTY,
    FACTS,
    FITS,
    RULES_OUT,
    Answer,
    Area,
    Cell,
    Matrix,
    Measure,
    Phase,
    Question,
    Rung,
    Situation,
    Statement,
    Step,
    Text,
)

# The longest text of a new edition, in characters, so that a card stays a card and the council's page one page.
LONGEST = 1200
LENGTHS = {
    **dict.fromkeys(("title", "label", "clause", "council", "area_resolution", "effort", "time"), 80),
    **dict.fromkeys(("ask", "hint", "actors"), 160),
    **dict.fromkeys(("text", "next"), 400),
}
QUESTIONS = ("object", "cause", "condition", "location", "owner", "duration")
CONTEXT = ("key", "danger")
PHASES = 8
COSTS = ("€", "€–€€", "€€", "€€–€€€", "€–€€€", "€€€")
_T = TypeVar("_T")


class _Reader:
    """One table of the data, with the path to it; mistakes are noted in a list that all readers share.

    `is_new`: what is being written must keep rules that an edition of long ago need not keep to be read.
    """

    def __init__(self, data: Any, path: str, errors: dict[str, str], *, is_new: bool):
        self.path, self.errors, self.is_new = path, errors, is_new
        if not isinstance(data, Mapping):
            self.fail("", "Hier wird eine Tabelle erwartet.")
        self.data: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        self.used: set[str] = set()

    def inner(self, data: Any, name: str) -> "_Reader":
        """The reader of a table in this one."""
        return _Reader(data, f"{self.path}{'.' if self.path else ''}{name}", self.errors, is_new=self.is_new)

    def fail(self, name: str, sentence: str) -> None:
        self.errors.setdefault(f"{self.path}{'.' if self.path and name else ''}{name}", sentence)

    def get(self, name: str) -> Any:
        self.used.add(name)
        return self.data.get(name)

    def close(self) -> None:
        """Notes names that nothing reads: a slip of the pen must not be silent."""
        for name in self.data.keys() - self.used:
            self.fail(str(name), "Diese Angabe kennt der Kompass nicht.")

    def whole(self, name: str, least: int, most: int) -> int:
        value = self.get(name)
        if type(value) is not int or not least <= value <= most:
            self.fail(name, f"Bitte eine ganze Zahl von {least} bis {most} angeben.")
            return least
        return value

    def word(self, name: str, allowed: Sequence[str] | None = None) -> str:
        value = self.get(name)
        if not isinstance(value, str) or not value or len(value) > 40 or (allowed is not None and value not in allowed):
            self.fail(name, "Bitte einen der vorgesehenen Werte angeben.")
            return ""
        return value

    def flag(self, name: str, default: bool) -> bool:
        value = self.get(name)
        if value is not None and type(value) is not bool:
            self.fail(name, "Bitte wahr oder falsch angeben.")
        return default if value is None else bool(value)

    def text(self, name: str, *, required: bool = True) -> Text:
        value = self.get(name)
        longest = LENGTHS.get(name, LONGEST) if self.is_new else LONGEST
        if value is None and not required:
            return EMPTY
        if (
            not isinstance(value, list | tuple)
            or len(value) != 2
            or not all(isinstance(one, str) and one.strip() and len(one) <= longest for one in value)
        ):
            self.fail(name, f"Bitte einen deutschen und einen englischen Text angeben, je höchstens {longest} Zeichen.")
            return EMPTY
        return Text(*value)

    def codes(self, name: str, allowed: Sequence[Any]) -> tuple[Any, ...]:
        value = self.get(name)
        if not isinstance(value, list | tuple) or any(one not in allowed for one in value):
            self.fail(name, "Bitte nur Werte nennen, die es im Kompass gibt.")
            return ()
        return tuple(value)

    def each(self, name: str, make: Callable[["_Reader"], _T], *, key: str = "code") -> tuple[_T, ...]:
        """Everything in a list of tables, each by its own reader; a code may come only once."""
        value, made, seen = self.get(name), [], set()
        if not isinstance(value, list | tuple):
            self.fail(name, "Hier wird eine Liste erwartet.")
            return ()
        for number, one in enumerate(value):
            code = one.get(key, number) if isinstance(one, Mapping) else number
            label = code if isinstance(code, str | int) else number
            reader = self.inner(one, f"{name}.{label}")
            if label in seen:
                reader.fail("", "Diesen Eintrag gibt es doppelt.")
            seen.add(label)
            made.append(make(reader))
            reader.close()
        return tuple(made)


def matrix_from(data: Any, *, is_new: bool = False) -> Matrix:
    """The matrix of an edition. Raises `Invalid` with every mistake at its path ("measures.M05.fit.cause.MIETE").

    `is_new`: it is being written now, and keeps today's rules; what was published stays readable without them.
    """
    errors: dict[str, str] = {}
    root = _Reader(data, "", errors, is_new=is_new)
    questions = root.each("questions", _question, key="key")
    context = root.each("context", _question, key="key")
    if tuple(one.key for one in questions) != QUESTIONS or tuple(one.key for one in context) != CONTEXT:
        root.fail("questions", "Der Kompass hat sechs Fragen und zwei Angaben zum Objekt, in fester Reihenfolge.")
    asked = {one.key: [answer.code for answer in one.answers] for one in (*questions, *context)}
    rungs = root.each("rungs", _rung, key="rung")
    areas = root.each("areas", lambda r: Area(r.word("code"), r.text("label")))
    known = [one.get("code") for one in root.data.get("measures") or () if isinstance(one, Mapping)]
    numbers, zones = [one.rung for one in rungs], [one.code for one in areas]
    matrix = Matrix(
        key_bonus=root.whole("key_bonus", 0, 10),
        questions=questions,
        context=context,
        rungs=rungs,
        areas=areas,
        situations=root.each("situations", lambda r: _situation(r, asked, known)),
        measures=root.each("measures", lambda r: _measure(r, asked, numbers, zones)),
        phases=root.each("phases", lambda r: _phase(r, known), key="number"),
    )
    root.close()
    for one in matrix.situations[:-1]:
        if {} in one.when:
            root.fail(f"situations.{one.code}.when", "Nur die letzte Lage gilt ohne Bedingung.")
    if not matrix.situations or matrix.situations[-1].when != ({},):
        root.fail("situations", "Die letzte Lage muss ohne Bedingung gelten.")
    if [phase.number for phase in matrix.phases] != list(range(PHASES)):
        root.fail("phases", f"Der Kompass hat {PHASES} Phasen, der Reihe nach.")
    if errors:
        raise Invalid(errors)
    return matrix


def _question(read: _Reader) -> Question:
    return Question(
        key=read.word("key", (*QUESTIONS, *CONTEXT)),
        weight=read.whole("weight", 0, 10),
        most=read.whole("most", 1, 10),
        title=read.text("title"),
        ask=read.text("ask"),
        internal=read.flag("internal", False),
        answers=read.each(
            "answers",
            lambda r: Answer(
                code=r.word("code"),
                label=r.text("label"),
                clause=r.text("clause"),
                hint=r.text("hint", required=False),
                internal=r.flag("internal", False),
            ),
        ),
    )


def _rung(read: _Reader) -> Rung:
    number = read.whole("rung", 0, 6)
    return Rung(number, read.text("title"), read.codes("after", range(number)))


def _situation(read: _Reader, asked: Mapping[str, list[str]], known: Sequence[Any]) -> Situation:
    alternatives = read.get("when")
    when = []
    if not isinstance(alternatives, list | tuple) or not alternatives:
        read.fail("when", "Bitte mindestens eine Bedingung angeben.")
        alternatives = ()
    for one in alternatives:
        rule = read.inner(one, "when")
        when.append({key: rule.codes(key, asked.get(key, ())) for key in rule.data})
        if any(not codes for codes in when[-1].values()):
            read.fail("when", "Eine Bedingung nennt zu jeder Frage mindestens eine Antwort.")
    return Situation(
        code=read.word("code"),
        title=read.text("title"),
        text=read.text("text"),
        when=tuple(when),
        steps=read.each("steps", lambda r: _step(r, known), key=""),
    )


def _step(read: _Reader, known: Sequence[Any]) -> Step:
    step = Step(read.codes("measures", known), read.text("text", required=False))
    if not step.measures and not step.text:
        read.fail("", "Ein Schritt nennt eine Maßnahme oder hat einen Text.")
    return step


def _measure(read: _Reader, asked: Mapping[str, list[str]], rungs: Sequence[int], areas: Sequence[str]) -> Measure:
    needed = read.codes("areas", areas) if "areas" in read.data else ()
    resolution = read.text("area_resolution", required=bool(needed))
    rung = read.whole("rung", 0, 6)
    if rung not in rungs:
        read.fail("rung", "Diese Stufe gibt es nicht.")
    source, example = read.text("source", required=False), read.text("example", required=False)
    unchecked = {name for name in FACTS if not read.flag(f"{name}_checked", True)}
    if example and not source and "example" not in unchecked:
        if read.is_new:
            read.fail("source", "Ein Beispiel, das als geprüft gilt, braucht eine Quelle.")
        unchecked.add("example")
    return Measure(
        code=read.word("code"),
        rung=rung,
        begin=read.word("begin", tuple(BEGINS)),
        title=read.text("title"),
        text=read.text("text"),
        actors=read.text("actors"),
        cost=read.word("cost", COSTS),
        effort=read.text("effort"),
        time=read.text("time"),
        legal=read.text("legal", required=False),
        example=example,
        source=source,
        council=read.text("council", required=False),
        areas=needed,
        area_resolution=resolution,
        in_danger=read.flag("in_danger", False),
        unchecked=frozenset(unchecked),
        fit=_fit(read, asked),
    )


def _fit(read: _Reader, asked: Mapping[str, list[str]]) -> dict[str, dict[str, Cell]]:
    table = read.inner(read.get("fit"), "fit")
    fit: dict[str, dict[str, Cell]] = {}
    for key in table.data:
        cells = table.inner(table.data[key], str(key))
        if key not in asked:
            cells.fail("", "Diese Frage gibt es nicht.")
            continue
        for code, value in cells.data.items():
            if code not in asked[key]:
                cells.fail(str(code), "Diese Antwort gibt es nicht.")
            elif value != RULES_OUT and (type(value) is not int or value not in FITS):
                cells.fail(str(code), "Erlaubt sind 2, 1, -2 und x.")
            else:
                fit.setdefault(str(key), {})[str(code)] = value
    return fit


def _phase(read: _Reader, known: Sequence[Any]) -> Phase:
    phase = Phase(
        number=read.whole("number", 0, PHASES - 1),
        title=read.text("title"),
        statements=read.each("statements", lambda r: Statement(r.word("code"), r.text("text"), r.text("next"))),
        measures=read.codes("measures", known),
    )
    if not phase.statements:
        read.fail("statements", "Eine Phase hat mindestens eine Aussage.")
    return phase


@lru_cache(maxsize=1)
def shipped_data() -> str:
    """The data that come with the register, as the JSON text of an edition; measures in the order of their codes."""
    folder = DATA / "kompass"
    data: dict[str, Any] = {"measures": []}
    for file in sorted(folder.glob("*.toml")):
        part = tomllib.loads(file.read_text(encoding="utf-8"))
        data["measures"] += part.pop("measures", [])
        data |= part
    data["measures"].sort(key=lambda measure: str(measure["code"]))
    return json.dumps(data, ensure_ascii=False, sort_keys=True)


@lru_cache(maxsize=1)
def shipped() -> Matrix:
    """The matrix that comes with the register."""
    return matrix_from(json.loads(shipped_data()), is_new=True)
