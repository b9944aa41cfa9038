"""Imports and their rows as pages show them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask import url_for

from geo.core import systems
from geo.core.codes import label
from geo.vacancies.codes import OBJECT_TYPES, STATES
from geo.vacancies.columns import Column, Kind
from geo.vacancies.dates import in_words
from geo.vacancies.importing.cli import sentence
from geo.vacancies.importing.codes import IMPORT_STATES, ROW_CLASSES, RowClass
from geo.vacancies.importing.model import UnitImport
from geo.vacancies.importing.plan import FIELDS
from geo.vacancies.schemas import number_text
from webapp.vacancies import present

SYSTEMS = [(str(srid), name) for srid, name in systems.CHOICES.items()]
TONES = {
    "GELESEN": ("ring", "rest"),
    "GEPRUEFT": ("half", "active"),
    "UEBERNOMMEN": ("disc", "good"),
    "ZURUECKGENOMMEN": ("cross", "rest"),
}
TABS = (*RowClass, "FEHLT")


def imported(one: UnitImport) -> dict[str, Any]:
    """An import in a list or at the head of its pages."""
    shape, tone = TONES.get(one.state, ("ring", "rest"))
    is_open = one.state == "GELESEN"
    return {
        "id": one.id,
        "name": one.file_name,
        "source": one.source or "",
        "state": one.state,
        "state_label": label(IMPORT_STATES, one.state) if one.plan or not is_open else "noch nicht gelesen",
        "shape": shape,
        "tone": tone,
        "created_at": one.created_at,
        "accepted_at": one.accepted_at,
        "taken_back_at": one.taken_back_at,
        "counts": one.counts or {},
        "left": one.left_rows or [],
        "rows": one.reading.get("row_count"),
        "can_discard": one.state in {"GELESEN", "GEPRUEFT"},
        "url": url_for(f"vacancies_intern.{'import_columns' if is_open else 'import_preview'}", import_id=one.id),
    }


def choices(column: Column) -> list[tuple[str, str]] | None:
    """The options of what holds for every row; None where it is typed."""
    if column.kind == Kind.FLAG:
        return [("ja", "ja"), ("nein", "nein")]
    return [(str(code), label(column.codes, code)) for code in column.codes] if column.codes else None


def tabs(counts: dict[str, Any], chosen: str) -> list[dict[str, Any]]:
    """The classes with their numbers, as links."""
    found = []
    for one in TABS:
        name = "nicht in der Datei" if one == "FEHLT" else label(ROW_CLASSES, one)
        number = counts.get("vanished" if one == "FEHLT" else str(one), 0)
        found.append({"key": str(one), "name": name, "count": number, "is_chosen": str(one) == chosen})
    return found


def row(one: Any, columns: Mapping[str, int] | None = None) -> dict[str, Any]:
    """A row of the file; `columns` says where each field stands in it, so that a problem can quote what it is about."""
    address = present.address(one)
    kind = label(OBJECT_TYPES, one.object_type) if one.object_type else ""
    waits = one.__getattr__("class") in {RowClass.FAULTY, RowClass.CONFLICT, RowClass.UNPLACED}
    return {
        "number": one.row_number,
        "title": ", ".join(part for part in (one.name, address) if part) or f"Zeile {one.row_number}",
        "facts": ", ".join(part for part in (kind, label(STATES, one.state) if one.state else "") if part),
        "since": in_words(one.since, one.since_precision or "TAG") if one.since else "",
        "unit_id": one.unit_id,
        "is_chosen": one.is_chosen,
        "reason": sentence(one) if waits else "",
        "problems": [
            {"field": FIELDS[key].de if key in FIELDS else "Lage", "found": _cell(one, columns, key), "sentence": said}
            for key, said in (one.problems or {}).items()
        ],
        "changes": [
            {
                "field": FIELDS[key].de if key in FIELDS else "Lage",
                "old": _said(key, pair[0]),
                "new": _said(key, pair[1]),
            }
            for key, pair in (one.changes or {}).items()
        ],
    }


def _cell(one: Any, columns: Mapping[str, int] | None, key: str) -> str:
    """What the file says in this field, shortened; empty where it says nothing."""
    place, cells = (columns or {}).get(key), one.cells or []
    found = (cells[place] or "").strip() if place is not None and place < len(cells) else ""
    return f"{found[:60]}…" if len(found) > 60 else found


def _said(key: str, value: Any) -> str | None:
    """A value of the staged JSON in words."""
    if value in (None, "", []) or value == [None, None]:
        return None
    column = FIELDS.get(key)
    if column is None:
        return str(value).replace(".", ",")
    match column.kind:
        case Kind.CODE:
            is_number = any(isinstance(code, int) for code in column.codes or {})
            return label(column.codes or {}, int(value) if is_number else value)
        case Kind.CODES:
            return ", ".join(label(column.codes or {}, code) for code in value)
        case Kind.FLAG:
            return "ja" if value else "nein"
        case Kind.SINCE | Kind.UNTIL:
            return in_words(date.fromisoformat(value[0]), value[1] or "TAG") if value[0] else None
        case Kind.DAY:
            return in_words(date.fromisoformat(value))
        case Kind.NUMBER:
            return f"{number_text(Decimal(str(value)))} {column.unit}".strip()
        case _:
            return str(value)
