"""The history of an object in words, for macros/history.html: one entry a request, each changed field with its name."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby, takewhile
from typing import Any

from babel.dates import format_date

from geo.core.history import Change

Format = Callable[[Any], str]
_PERIOD = re.compile(r"\[(\d{4}-\d{2}-\d{2}),(\d{4}-\d{2}-\d{2})?\)")

YES, NO = "ja", "nein"
# Columns that are not named here (keys, sizes, what is derived from something shown) say nothing to a person.
PLACE_FIELDS = {
    "street": "Straße",
    "house_number": "Hausnummer",
    "postcode": "Postleitzahl",
    "locality": "Ort oder Ortsteil",
    "point": "Lage",
    "outline": "Umriss",
    "outside_confirmed": "Außerhalb der Gemeinde bestätigt",
}


@dataclass(frozen=True)
class Words:
    """How one table's changes read: its columns' names, formats for some of them, and what a row is called."""

    labels: Mapping[str, str]
    formats: Mapping[str, Format] = field(default_factory=dict)
    row: str = ""


def entries(
    changes: Iterable[Change], tables: Mapping[str, Words], actions: Mapping[str, str], created: str
) -> list[dict[str, Any]]:
    """Changes, newest first, as entries of the history; what one request did is one entry."""
    found = []
    for _, group in groupby(changes, key=lambda one: (one.request_id, one.actor, one.action)):
        rows = list(group)
        order = list(tables)
        ordered = sorted(rows, key=lambda one: (order.index(one.table) if one.table in tables else 0, one.id))
        fields = [line for change in ordered for line in _lines(change, tables)]
        main = order[0]
        is_new = any(one.operation == "INSERT" and one.table == main for one in rows)
        newest = rows[0]
        if fields or is_new:
            found.append(
                {
                    "at": newest.changed_at,
                    "who": newest.actor,
                    "action": created if is_new else actions.get(newest.action, newest.action),
                    "changes": fields,
                }
            )
    return found


def changed_since(changes: Sequence[Change], table: str, version: int) -> list[Change]:
    """What happened after the object had that version: the changes of later requests, newest first."""
    seen = next((one for one in changes if one.table == table and one.version == version), None)
    if seen is None:
        return list(changes)
    return list(takewhile(lambda one: one.request_id != seen.request_id, changes))


def fields_of(changes: Iterable[Change], parts: Mapping[str, str]) -> set[str]:
    """The form fields that these changes touched; `parts` names the field that a part's table fills."""
    found: set[str] = set()
    for change in changes:
        if change.table in parts:
            found.add(parts[change.table])
        else:
            found |= {one.name for one in change.fields}
    return found | ({"longitude", "latitude"} if "point" in found else set())


def _lines(change: Change, tables: Mapping[str, Words]) -> list[dict[str, Any]]:
    words = tables.get(change.table)
    if words is None:
        return []
    changed = {one.name: one for one in change.fields}
    lines = []
    for column, name in words.labels.items():
        if column not in changed:
            continue
        shown = words.formats.get(column, plain)
        old, new = (None if value is None else shown(value) for value in (changed[column].old, changed[column].new))
        lines.append({"field": f"{words.row}: {name}" if words.row else name, "old": old, "new": new})
    # What is new is told by what it has; that it lacks the rest goes without saying.
    return [
        line
        for line in lines
        if line["old"] or line["new"] not in (None, "", NO if change.operation == "INSERT" else "")
    ]


def plain(value: Any) -> str:
    """A value as it stands in the history: text, number, yes or no, list."""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    return str(value)


def day(value: str) -> str:
    """2026-05-01 as 1. Mai 2026."""
    return format_date(date.fromisoformat(value), "d. MMMM yyyy", locale="de")


def period(value: str) -> str:
    """[2025-05-01,) as "seit 1. Mai 2025"; the day after the last one is not part of a period."""
    found = _PERIOD.fullmatch(value)
    if not found:
        return value
    if not found[2]:
        return f"ab {day(found[1])}"
    last = date.fromisoformat(found[2]) - timedelta(days=1)
    return f"{day(found[1])} bis {day(last.isoformat())}"


def point(value: Any) -> str:
    """A point in the history (GeoJSON) as latitude and longitude."""
    try:
        longitude, latitude = value["coordinates"]
    except (TypeError, KeyError, ValueError):
        return "geändert"
    return f"{latitude:.6f}, {longitude:.6f}"


def coded(codes: Mapping[str, tuple[str, str]]) -> Format:
    """The German name of a code, or of each code of a list."""

    def shown(value: Any) -> str:
        many = value if isinstance(value, list) else [value]
        return ", ".join(codes[one][0] if one in codes else str(one) for one in many)

    return shown


PLACES = Words(PLACE_FIELDS, {"point": point, "outline": lambda _value: "Fläche"})
PHOTOS = Words(
    {
        "alt_text": "Alternativtext",
        "alt_text_en": "Alternativtext (englisch)",
        "author": "Urheber",
        "licence": "Lizenz",
        "taken_on": "aufgenommen am",
        "is_public": "öffentlich",
    },
    {"taken_on": day},
    row="Foto",
)
