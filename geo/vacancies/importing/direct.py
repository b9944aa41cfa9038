"""Rows that need no look at the register beside the one they name: new ones of a source whose keys tell them apart, and
those that say what their source said before. All others are judged by `difference`.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from pyarrow import csv as arrow_csv
from shapely.geometry.base import BaseGeometry
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.vacancies.importing import cells
from geo.vacancies.importing.parsing import Batch, Parser
from geo.vacancies.importing.plan import Plan

_NEEDED_OF_NEW = {"external_id", "object_type", "state"}
_KNOWN = """
    COPY (SELECT u.external_id, u.id, u.version, coalesce(k.content, 0), k.content IS NOT NULL FROM register.units u
        LEFT JOIN register.imported_units k ON k.unit_id = u.id AND k.source = u.external_source
        WHERE u.municipality_id = %(town)s AND u.external_source = %(source)s AND u.external_id IS NOT NULL)
    TO STDOUT (FORMAT csv)
"""
_HAS_OTHERS = """
    SELECT EXISTS (SELECT FROM register.units u
        WHERE u.municipality_id = :town AND (u.external_source IS DISTINCT FROM :source OR u.external_id IS NULL))
"""
_OUTLINE = """
    SELECT ST_AsBinary(o.outline) FROM register.municipality_outlines o
    WHERE o.municipality_id = :town AND o.during @> current_date LIMIT 1
"""


@dataclass(frozen=True)
class Sorted:
    """A batch by what is to be done with its rows: masks, and of the unchanged ones unit and version (in their order)."""

    new: np.ndarray
    unchanged: np.ndarray
    units: np.ndarray
    versions: np.ndarray

    @property
    def to_judge(self) -> np.ndarray:
        return ~(self.new | self.unchanged)


def settled_none(rows: int) -> Sorted:
    """A batch of which every row is to be judged."""
    none = np.zeros(rows, bool)
    return Sorted(none, none, np.zeros(0, np.int32), np.zeros(0, np.int32))


@dataclass(frozen=True)
class _Known:
    """The units that the source names already, in the order of the keys' hashes."""

    hashes: np.ndarray
    keys: pa.Array
    units: np.ndarray
    versions: np.ndarray
    contents: np.ndarray
    has_content: np.ndarray


_PART = 100_000
_ZERO = np.zeros(0, np.int32)
_NONE = _Known(_ZERO.astype(np.uint64), pa.array([], pa.string()), _ZERO, _ZERO, _ZERO, _ZERO.astype(bool))


@dataclass
class Sorter:
    """Sorts the batches of one file. `has_others`: the town has units that this source does not name by key."""

    can_sort: bool
    has_others: bool
    _known: _Known
    _area: BaseGeometry | None = None
    _seen: list[np.ndarray] = field(default_factory=list)

    @classmethod
    def of(cls, session: Session, town: int, plan: Plan, parser: Parser) -> "Sorter":
        """What the town has now."""
        can_sort = "external_id" in plan.columns and "register_id" not in parser.names
        has_others = bool(session.scalar(text(_HAS_OTHERS), {"town": town, "source": plan.source}))
        if not can_sort:
            return cls(can_sort, has_others, _NONE)
        outline = None
        if not has_others and parser.has_spots and set(parser.names) >= _NEEDED_OF_NEW:
            outline = session.scalar(text(_OUTLINE), {"town": town})
        area = None if outline is None else shapely.from_wkb(bytes(outline))
        return cls(can_sort, has_others, _known(session, town, plan.source), area)

    def sort(self, batch: Batch) -> Sorted:
        """What is to be done with each row."""
        rows = len(batch)
        if not self.can_sort:
            return settled_none(rows)
        keys, hashes = batch.columns["external_id"], batch.keys
        clear = keys.is_valid().to_numpy(zero_copy_only=False) & batch.problems.is_null().to_numpy(zero_copy_only=False)
        self._seen.append(hashes[keys.is_valid().to_numpy(zero_copy_only=False)])
        at, is_known = self._find(keys, hashes)
        same = clear & is_known
        same[same] = self._known.has_content[at[same]] & (self._known.contents[at[same]] == batch.content[same])
        new = clear & ~is_known & self._is_complete(batch) if self._area is not None else np.zeros(rows, bool)
        return Sorted(new, same, self._known.units[at[same]], self._known.versions[at[same]])

    @property
    def known(self) -> int:
        """How many units the source names, ended ones too."""
        return len(self._known.hashes)

    def doubled(self) -> np.ndarray:
        """The hashes of keys that stand in more than one of the rows that were sorted."""
        hashes = np.sort(np.concatenate(self._seen)) if self._seen else np.zeros(0, np.uint64)
        return np.unique(hashes[1:][hashes[1:] == hashes[:-1]])

    def _find(self, keys: pa.Array, hashes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where in the known units each key is, and whether it is there at all."""
        known = self._known
        if not len(known.hashes):
            return np.zeros(len(hashes), np.int64), np.zeros(len(hashes), bool)
        at = np.minimum(np.searchsorted(known.hashes, hashes), len(known.hashes) - 1)
        is_same = pc.fill_null(pc.equal(known.keys.take(pa.array(at)), keys), False)
        return at, is_same.to_numpy(zero_copy_only=False)

    def _is_complete(self, batch: Batch) -> np.ndarray:
        """Rows that say all that a new unit must have, at a spot inside the municipality."""
        complete = np.ones(len(batch), bool)
        for name in _NEEDED_OF_NEW:
            complete &= batch.columns[name].is_valid().to_numpy(zero_copy_only=False)
        if "until" in batch.columns:  # its end is compared with the file's day where it has no beginning
            complete &= batch.columns["until"].is_null().to_numpy(zero_copy_only=False)
        if batch.spots is None or self._area is None:
            return np.zeros(len(batch), bool)
        shapely.prepare(self._area)
        there = np.flatnonzero(complete & np.isfinite(batch.spots.x))
        inside = np.zeros(len(batch), bool)
        inside[there] = shapely.contains_xy(self._area, batch.spots.x[there], batch.spots.y[there])
        return inside


def _known(session: Session, town: int, source: str) -> _Known:
    driver: Any = session.connection().connection.driver_connection
    sink = pa.BufferOutputStream()
    with driver.cursor() as cursor, cursor.copy(_KNOWN, {"town": town, "source": source}) as copy:
        for block in copy:
            sink.write(block)
    data = sink.getvalue()
    if not data.size:
        return _NONE
    names = ("key", "unit", "version", "content", "has_content")
    types = dict(zip(names, (pa.string(), pa.int32(), pa.int32(), pa.int64(), pa.string()), strict=True))
    table = arrow_csv.read_csv(
        pa.BufferReader(data),
        read_options=arrow_csv.ReadOptions(column_names=list(names), use_threads=False),
        parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
        convert_options=arrow_csv.ConvertOptions(column_types=types, strings_can_be_null=False),
    ).combine_chunks()
    keys = table["key"].chunk(0)
    # A part at a time: each text becomes an object for a moment.
    hashes = np.concatenate([cells.hashed(keys.slice(at, _PART)) for at in range(0, len(keys), _PART)])
    order = np.argsort(hashes, kind="stable")

    def column(name: str) -> np.ndarray:
        return table[name].chunk(0).to_numpy(zero_copy_only=False)[order]

    return _Known(
        hashes[order],
        keys.take(pa.array(order)),
        column("unit"),
        column("version"),
        column("content"),
        column("has_content") == "t",
    )
