"""What the columns of a file probably are: by a profile of the town, else by their names and what stands in them."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import PurePath
from typing import Any

from geo.imports import mapping
from geo.vacancies.importing.model import ImportProfile
from geo.vacancies.importing.plan import CONSTANT_KEYS, FIELDS, Plan

_UNIT = re.compile(r"\s*[(\[].*?[)\]]\s*$|\s+in\s+(?:m²|m2|qm|m)$")


def propose(reading: Mapping[str, Any], file_name: str, day: date, profile: ImportProfile | None = None) -> Plan:
    """A plan to start from. A column that no name fits stays unused."""
    headers = list(reading["columns"])
    if profile is not None:
        wanted = {_plain(header): key for header, key in profile.plan.get("columns", {}).items() if key in FIELDS}
        columns = _first(headers, wanted)
        constants = {k: str(v) for k, v in profile.plan.get("constants", {}).items() if k in CONSTANT_KEYS}
        return Plan(columns, profile.source, day, constants, profile.plan.get("srid") or reading.get("srid"))
    found = mapping.propose(headers, reading["samples"], list(FIELDS.values())).proposals
    # A column that has a field's very name is that field, whatever another one is called.
    columns = _first(headers, {_plain(word): key for key, one in FIELDS.items() for word in (one.de, one.en)})
    for index, proposal in enumerate(found):
        if index in columns.values():
            continue
        if proposal.field in FIELDS and proposal.field not in columns:
            columns[str(proposal.field)] = index
    if "address" in columns and "street" in columns:
        del columns["address"]
    if ("latitude" in columns) != ("longitude" in columns):
        columns.pop("latitude", None)
        columns.pop("longitude", None)
    return Plan(columns, PurePath(file_name).stem[:120] or "Liste", day, {}, reading.get("srid"))


def _plain(header: str) -> str:
    words = _UNIT.sub("", header.strip().casefold()).replace("ß", "ss")
    return re.sub(r"[\s._\-/]+", " ", words).strip()


def _first(headers: Sequence[str], words: Mapping[str, str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, header in enumerate(headers):
        key = words.get(_plain(header))
        if key is not None and key not in columns:
            columns[key] = index
    return columns
