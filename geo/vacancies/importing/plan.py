"""What the columns of a file are: which one fills which field, what holds for every row, where and when it is from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from geo.core import clock
from geo.core.errors import Invalid
from geo.core.parsing import parse_day
from geo.vacancies.columns import COLUMNS, Column, Kind, importable

# One cell that holds street and number, as lists often have it.
ADDRESS = Column(
    "address",
    "Straße und Hausnummer in einer Spalte",
    "Street and number in one column",
    Kind.TEXT,
    "p.street",
    longest=140,
    names=("Adresse", "Anschrift", "address", "Straße und Hausnummer", "Straße, Hausnummer", "Straße Hausnummer"),
)
FIELDS: dict[str, Column] = {column.key: column for column in importable()} | {ADDRESS.key: ADDRESS}
# What can be said once for all rows of a file: a list of vacancies seldom says in each row that it is one.
CONSTANT_KEYS = (
    "state",
    "object_type",
    "locality",
    "postcode",
    "is_ground_floor_frontage",
    "verified_by_kind",
    "floor",
)
LONGEST_SOURCE = 120
NOTHING = "-"  # what a word means that only says that nothing is known


@dataclass(frozen=True)
class Plan:
    """`columns` maps a field to the position of the column (from 0) that fills it; `constants` holds, as text, what a
    field is where the file says nothing; `day` is the file's reference day; `srid` that of coordinate columns; `words`, by
    field, what texts in lower case mean that are none of its values; `profile` the name of the one it began with;
    `is_part` that the file is a part of its source's list only, so that nothing is missing from it.
    """

    columns: Mapping[str, int]
    source: str
    day: date
    constants: Mapping[str, str] = field(default_factory=dict)
    srid: int | None = None
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    profile: str = ""
    is_part: bool = False

    def has(self, *keys: str) -> bool:
        """Whether the file (or a constant) says something of any of the fields."""
        return any(key in self.columns or key in self.constants for key in keys)

    def as_json(self) -> dict[str, Any]:
        return {
            "columns": dict(self.columns),
            "constants": dict(self.constants),
            "source": self.source,
            "day": self.day.isoformat(),
            "srid": self.srid,
            "words": {key: dict(words) for key, words in self.words.items()},
            "profile": self.profile,
            "is_part": self.is_part,
        }


def from_json(data: Mapping[str, Any]) -> Plan:
    """The plan as it is stored."""
    return Plan(
        columns={str(key): int(index) for key, index in (data.get("columns") or {}).items() if key in FIELDS},
        constants={str(k): str(v) for k, v in (data.get("constants") or {}).items() if k in CONSTANT_KEYS},
        source=str(data["source"]),
        day=date.fromisoformat(data["day"]),
        srid=data.get("srid"),
        words=known_words(data.get("words") or {}),
        profile=str(data.get("profile") or ""),
        is_part=bool(data.get("is_part")),
    )


def known_words(words: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """What stored words mean, for the fields that there are."""
    return {
        str(key): {str(word).lower(): str(meaning) for word, meaning in theirs.items()}
        for key, theirs in words.items()
        if key in FIELDS
    }


def parse_plan(  # noqa: PLR0912 (a rule a branch)
    data: Mapping[str, Any], headers: Sequence[str], *, today: date | None = None
) -> Plan:
    """The form of the columns: `column-<position>` holds a field's key, `constant-<key>` what holds for all rows.

    Raises `Invalid` with a sentence at each mistake.
    """
    errors: dict[str, str] = {}
    columns: dict[str, int] = {}
    for index, _header in enumerate(headers):
        key = str(data.get(f"column-{index}") or "")
        if not key:
            continue
        if key not in FIELDS:
            errors[f"column-{index}"] = "Bitte eines der angebotenen Felder wählen."
        elif key in columns:
            other = headers[columns[key]]
            errors[f"column-{index}"] = f"„{FIELDS[key].de}“ ist schon der Spalte „{other}“ zugeordnet."
        else:
            columns[key] = index
    constants = {
        key: str(data.get(f"constant-{key}") or "").strip()[:200]
        for key in CONSTANT_KEYS
        if str(data.get(f"constant-{key}") or "").strip()
    }
    source = " ".join(str(data.get("source") or "").split())
    if not source:
        errors["source"] = "Bitte sagen, woher die Liste stammt: daran wird sie beim nächsten Mal wiedererkannt."
    elif len(source) > LONGEST_SOURCE:
        errors["source"] = f"Höchstens {LONGEST_SOURCE} Zeichen (jetzt {len(source)})."
    day = parse_day(str(data.get("day") or "").strip())
    if day is None:
        errors["day"] = "Bitte ein Datum wie 01.05.2026 angeben."
    elif day > (today or clock.today()):
        errors["day"] = "Der Stand der Liste kann nicht in der Zukunft liegen."
    srid = str(data.get("srid") or "")
    if srid and not (srid.isdecimal() and len(srid) < 7):
        errors["srid"] = "Bitte eines der angebotenen Koordinatensysteme wählen."
    if not columns:
        errors.setdefault("columns", "Bitte mindestens eine Spalte einem Feld zuordnen.")
    if "address" in columns and ("street" in columns or "house_number" in columns):
        errors["columns"] = "Straße und Hausnummer bitte entweder in einer Spalte oder in zweien zuordnen."
    if ("latitude" in columns) != ("longitude" in columns):
        errors["columns"] = "Zu einem Ort gehören zwei Koordinaten: bitte Breite und Länge zuordnen."
    if errors or day is None:
        raise Invalid(errors)
    is_part = str(data.get("is_part") or "") == "1"
    return Plan(columns, source, day, constants, int(srid) if srid else None, is_part=is_part)


def column_of(key: str) -> Column:
    """A field's column."""
    return COLUMNS.get(key, ADDRESS)
