"""What the columns of a file probably are: by a profile of the town, else by their names and what stands in them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import PurePath
from typing import Any

from sqlalchemy.orm import Session

from geo.core.errors import NotFound
from geo.imports import mapping
from geo.imports.profiles import Profile, ready
from geo.vacancies.importing import queries
from geo.vacancies.importing.model import ImportProfile, UnitImport
from geo.vacancies.importing.plan import CONSTANT_KEYS, FIELDS, Plan, from_json, known_words

_UNIT = re.compile(r"\s*[(\[].*?[)\]]\s*$|\s+in\s+(?:m²|m2|qm|m)$")


READY = "bereit:"  # before the name of a profile that comes with the register


def find_profile(session: Session, town: int, name: str) -> ImportProfile | Profile:
    """The town's profile of this name, else the ready one; after `READY` only that. Raises `NotFound`."""
    for one in queries.profiles(session, town) if not name.startswith(READY) else []:
        if one.name == name:
            return one
    for known in ready():
        if known.name == name.removeprefix(READY):
            return known
    raise NotFound("Das Profil", name)


def propose(
    reading: Mapping[str, Any], file_name: str, day: date, profile: ImportProfile | Profile | None = None
) -> Plan:
    """A plan to start from. A column that no name fits stays unused."""
    if isinstance(profile, Profile):
        return _by_ready(reading, file_name, day, profile)
    headers = list(reading["columns"])
    if profile is not None:
        wanted = [(header, key) for header, key in profile.plan.get("columns", {}).items() if key in FIELDS]
        columns = _first(headers, wanted)
        constants = {k: str(v) for k, v in profile.plan.get("constants", {}).items() if k in CONSTANT_KEYS}
        srid = profile.plan.get("srid") or reading.get("srid")
        words = known_words(profile.plan.get("words") or {})
        return Plan(columns, profile.source, day, constants, srid, words, profile.name)
    found = mapping.propose(headers, reading["samples"], list(FIELDS.values())).proposals
    # A column that has a field's very name is that field, whatever another one is called.
    columns = _first(headers, [(word, key) for key, one in FIELDS.items() for word in (one.de, one.en)])
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


def of_mended(reading: Mapping[str, Any], before: UnitImport) -> Plan:
    """The plan for the faulty rows of an import that come back mended: the same source and meaning, and a part only."""
    plan, had, headers = from_json(before.plan), before.reading["columns"], list(reading["columns"])
    columns = _first(headers, [(had[index], key) for key, index in plan.columns.items()])
    if before.reading["has_geometry"] and "latitude" not in plan.columns:  # handed out as two columns in degrees
        plan = replace(plan, srid=None)
    known = {"fehler", *map(_plain, had)}
    for key, index in propose(reading, "", plan.day).columns.items():  # what stands in a column that is new
        if key not in columns and _plain(headers[index]) not in known:
            columns[key] = index
    return replace(plan, columns=columns, is_part=True)


def has_place(columns: Mapping[str, int], reading: Mapping[str, Any]) -> bool:
    """Whether a row can be found in the register or on the map."""
    return bool(reading["has_geometry"] or {"id", "external_id", "street", "address", "latitude"} & set(columns))


def advice(columns: Mapping[str, int], reading: Mapping[str, Any]) -> str:
    """Which kind of file this seems not to be: none whose rows could become units. Empty when all is well."""
    if not columns:
        return "none"
    if not has_place(columns, reading):
        return "place"
    return "" if {"state", "object_type", "id", "external_id"} & set(columns) else "kind"


def _by_ready(reading: Mapping[str, Any], file_name: str, day: date, profile: Profile) -> Plan:
    """The columns that the profile names, the rest by their names; what its words mean, what holds for all rows."""
    plan = propose(reading, file_name, day)
    columns: dict[str, int] = {}
    for index, header in enumerate(reading["columns"]):
        key = profile.field_of(header)
        if key in FIELDS and key not in columns:
            columns[str(key)] = index
    taken = set(columns.values())
    columns |= {key: index for key, index in plan.columns.items() if key not in columns and index not in taken}
    constants = {key: value for key, value in profile.constants.items() if key in CONSTANT_KEYS}
    return Plan(columns, plan.source, day, constants, plan.srid, known_words(profile.values), READY + profile.name)


def _whole(header: str) -> str:
    return re.sub(r"[\s._\-/]+", " ", header.strip().casefold().replace("ß", "ss")).strip()


def _plain(header: str) -> str:
    """The header without the unit of measure behind it."""
    return _whole(_UNIT.sub("", header.strip()))


def _first(headers: Sequence[str], words: Sequence[tuple[str, str]]) -> dict[str, int]:
    """The first column of each field; `words` are headers with the field they mean.

    What stands in brackets is a unit of measure, or tells two fields apart: „Branche (WZ 2008)“ from „Branche (WZ 2025)“.
    """
    whole = {_whole(word): key for word, key in words}
    means: dict[str, set[str]] = {}
    for word, key in words:
        means.setdefault(_plain(word), set()).add(key)
    columns: dict[str, int] = {}
    for index, header in enumerate(headers):
        loosely = means.get(_plain(header), set())
        found = whole.get(_whole(header)) or (next(iter(loosely)) if len(loosely) == 1 else None)
        if found is not None and found not in columns:
            columns[found] = index
    return columns
