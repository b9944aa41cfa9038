"""What a change of many units would do: old and new for each, and which stay as they are, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.core.codes import label
from geo.vacancies import queries
from geo.vacancies.bulk.schemas import FACTS, BulkInput
from geo.vacancies.changes import FIELDS
from geo.vacancies.codes import OBJECT_TYPES, STATES, VERIFIED_BY
from geo.vacancies.dates import in_words
from geo.vacancies.queries import Filters

# So many units are changed within one request.
MOST = 5_000
NAMES = {name: FIELDS["units"][name][0] for name in FACTS}


@dataclass(frozen=True)
class Line:
    """One unit: what changes, as (label, old, new); or why it stays (`reason`)."""

    unit_id: int
    version: int
    title: str
    changes: tuple[tuple[str, str, str], ...] = ()
    reason: str | None = None


@dataclass(frozen=True)
class Plan:
    """The units that would change and those that would not, in the order of the list."""

    changing: tuple[Line, ...]
    staying: tuple[Line, ...]

    @property
    def versions(self) -> dict[int, int]:
        """The version of each unit that changes: what was looked at."""
        return {line.unit_id: line.version for line in self.changing}


_UNITS = text(
    f"""
    SELECT u.id, u.version, u.name, u.verified_on, u.verified_by_kind, p.street, p.house_number, p.locality,
        {", ".join(f"u.{name}" for name in FACTS)},
        s.state AS last_state, lower(s.during) AS last_start, upper(s.during) AS last_end,
        s.start_precision AS last_precision, s.id AS last_id, s.version AS last_version
    FROM register.units u
    JOIN register.places p ON p.id = u.place_id
    LEFT JOIN LATERAL (SELECT * FROM register.occupancy_spells x WHERE x.unit_id = u.id
                       ORDER BY x.during DESC LIMIT 1) s ON true
    WHERE u.municipality_id = :town AND u.id = ANY (:ids)
    ORDER BY coalesce(p.street, p.locality, ''), p.house_number, u.floor, u.id
    """  # noqa: S608 (names of columns above)
)


def chosen_by(session: Session, municipality_id: int, filters: Filters) -> tuple[list[int], int]:
    """The ids of the units that a filter shows, at most one more than `MOST`, and how many it shows in all."""
    ids = queries.ids(session, municipality_id, filters, MOST + 1)
    total = len(ids) if len(ids) <= MOST else queries.search(session, municipality_id, filters).total
    return ids, total


def make(session: Session, municipality_id: int, ids: Sequence[int], data: BulkInput) -> Plan:
    """The plan for these units; ids that the town does not have are left out."""
    judge = {"angaben": _facts, "bestaetigen": _verification, "zustand": _state}[data.action]
    changing: list[Line] = []
    staying: list[Line] = []
    for row in session.execute(_UNITS, {"town": municipality_id, "ids": list(ids)}):
        changes, reason = judge(row, data)
        line = Line(row.id, row.version, title(row), tuple(changes), reason)
        (staying if reason else changing).append(line)
    return Plan(tuple(changing), tuple(staying))


def title(row: Row[Any], language: str = "de") -> str:
    """A unit by its address, its name or kind, and its floor: those of one house are told apart."""
    address = " ".join(part for part in (row.street, row.house_number) if part) or row.locality
    kind = row.name or label(OBJECT_TYPES, row.object_type, language)
    parts = (address, kind, _floor(row.floor, language))
    return ", ".join(part for part in parts if part) or f"Nutzungseinheit {row.id}"


def _floor(floor: int | None, language: str) -> str:
    if floor is None:
        return ""
    if language == "en":
        return "ground floor" if floor == 0 else f"floor {floor}"
    return "EG" if floor == 0 else f"{floor}. OG" if floor > 0 else f"{-floor}. UG"


Judged = tuple[list[tuple[str, str, str]], str | None]


def _facts(row: Row[Any], data: BulkInput) -> Judged:
    changes = []
    for name, new in data.facts.items():
        old = getattr(row, name)
        if old != new:
            changes.append((NAMES[name], said(name, old), said(name, new)))
    return changes, None if changes else "ist schon so"


def said(name: str, value: Any) -> str:
    """A fact as a person reads it."""
    return "" if value in (None, "") else FIELDS["units"][name][1](value)


def _verification(row: Row[Any], data: BulkInput) -> Judged:
    on, kind = data.verified_on, data.verified_by_kind
    assert on is not None  # noqa: S101 (the form asks for it)
    if row.verified_on is not None and row.verified_on > on:
        return [], f"ist schon am {in_words(row.verified_on)} bestätigt, also später"
    if (row.verified_on, row.verified_by_kind) == (on, kind):
        return [], "ist schon so bestätigt"
    old = f"{in_words(row.verified_on)}, {label(VERIFIED_BY, row.verified_by_kind)}" if row.verified_on else ""
    return [("Bestätigt", old, f"{in_words(on)}, {label(VERIFIED_BY, kind)}")], None


def _state(row: Row[Any], data: BulkInput) -> Judged:
    since = data.since
    assert since is not None  # noqa: S101 (the form asks for it)
    if row.last_state is not None:
        begin = in_words(row.last_start, row.last_precision)
        if row.last_state == data.state and (row.last_end is None or row.last_end > since) and row.last_start <= since:
            return [], f"ist schon „{label(STATES, row.last_state)}“, seit {begin}"
        if row.last_start >= since:
            return [], f"ab {begin} gilt schon „{label(STATES, row.last_state)}“"
    old = "unbekannt"
    if row.last_state is not None:
        running = row.last_end is None or row.last_end > since
        old = (
            f"{label(STATES, row.last_state)}, seit {in_words(row.last_start, row.last_precision)}" if running else old
        )
    return [("Nutzung", old, f"{label(STATES, data.state)}, seit {in_words(since, data.precision)}")], None


def titles(session: Session, municipality_id: int, ids: Sequence[int]) -> Mapping[int, str]:
    """The names of units by their ids."""
    rows = session.execute(_UNITS, {"town": municipality_id, "ids": list(ids)})
    return {row.id: title(row) for row in rows}


def looked_at(raw: str) -> dict[int, int]:
    """The versions that the form of the preview carries: `id:version,…`."""
    pairs = (part.partition(":") for part in raw.split(",") if part)
    return {
        int(unit_id): int(version)
        for unit_id, _, version in pairs
        if unit_id.isascii() and unit_id.isdecimal() and version.isascii() and version.isdecimal() and len(unit_id) < 11
    }
