"""Takes a newer state of the municipalities into the register: versions keys and outlines, and says what changed.

Nothing that was true before the reference day is overwritten: keys and outlines end on it, and new ones begin.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor
from geo.core.errors import Invalid
from geo.core.geometry import as_ewkb
from geo.core.history import perform
from geo.places.boundary_changes import Changes, Known, compare, differs_by, union
from geo.places.boundary_files import Boundary
from geo.places.moving import Moved, move_to_successors, unplaced


@dataclass(frozen=True)
class Imported:
    """What was changed (or would be), for people and programs."""

    reference_day: date
    changes: Changes
    districts: tuple[str, ...] = ()
    moved: tuple[Moved, ...] = ()
    waiting: tuple[Moved, ...] = ()
    people_left: int = 0
    successors_set: tuple[tuple[str, str], ...] = field(default=())


_KNOWN = text(
    """
    SELECT m.id, m.ags::text AS ags, m.ars::text AS ars, m.name, m.kind, ST_AsBinary(o.outline) AS outline
    FROM register.municipalities m
    JOIN register.municipality_outlines o ON o.municipality_id = m.id AND o.during @> CAST(:day AS date)
    WHERE m.during @> CAST(:day AS date) AND m.ags LIKE '16%'
    ORDER BY m.ags
    """
)
_NEWEST = text(
    "SELECT max(day) FROM (SELECT max(lower(during)) AS day FROM register.municipality_outlines"
    " UNION ALL SELECT max(lower(during)) FROM register.municipalities) AS days"
)


def import_municipalities(
    session: Session,
    actor: Actor,
    boundaries: Sequence[Boundary],
    reference_day: date,
    *,
    successors: Mapping[str, str] | None = None,
    accept: bool = False,
    credit: str | None = None,
) -> Imported:
    """Bring the register to the file's state as of the day. Needs the owner's session; the caller commits or not.

    `accept`: what stands in an ended municipality moves to its successor. Raises `Invalid` for a day before what the
    register has, and for successors that do not exist.
    """
    wanted = dict(successors or {})
    credit = credit or f"© GeoBasis-DE / BKG {reference_day.year} (Daten verändert)"
    with perform(session, actor, Action.MUNICIPALITY_IMPORT):
        changes = compare(_known(session, reference_day), boundaries, wanted)
        _check(session, changes, reference_day, wanted, {one.ags for one in boundaries})
        writer = _Writer(session, reference_day, credit)
        writer.write(changes)
        writer.set_successors(wanted)
        districts = writer.districts({one.ags[:5]: one.district for one in boundaries if one.district}, changes)
        moved = move_to_successors(session) if accept else ()
        waiting, people = unplaced(session)
    return Imported(reference_day, changes, districts, tuple(moved), tuple(waiting), people, tuple(wanted.items()))


def _known(session: Session, day: date) -> list[Known]:
    rows = session.execute(_KNOWN, {"day": day})
    return [Known(row.id, row.ags, row.ars, row.name, row.kind, shapely.from_wkb(bytes(row.outline))) for row in rows]


def _check(session: Session, changes: Changes, day: date, successors: Mapping[str, str], in_file: set[str]) -> None:
    newest = session.scalar(_NEWEST)
    if not changes.is_empty and newest is not None and newest >= day:
        raise Invalid(
            {
                "reference_day": f"Das Register kennt schon Grenzen vom {newest:%d.%m.%Y}; der Stichtag"
                f" {day:%d.%m.%Y} muss danach liegen."
            }
        )
    ended = {one.known.ags for one in changes.ended}
    ended |= set(session.scalars(text("SELECT ags::text FROM register.municipalities WHERE NOT upper_inf(during)")))
    for old, new in successors.items():
        if old not in ended:
            raise Invalid({"successor": f"{old} ist keine Gemeinde, die endet."})
        if new not in in_file:
            raise Invalid({"successor": f"{new} steht nicht in der Datei."})


class _Writer:
    """Writes the changes of one import; everything ends or begins on one day."""

    def __init__(self, session: Session, day: date, credit: str):
        self.session, self.day, self.credit = session, day, credit

    def _run(self, statement: str, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            self.session.execute(text(statement), [{"day": self.day, "credit": self.credit, **row} for row in rows])

    def write(self, changes: Changes) -> None:
        """Keys and outlines; successors last, when the new municipalities exist."""
        ended = [{"id": one.known.id} for one in changes.ended]
        outlines = [(change.known.id, change.boundary.outline) for change in changes.outlines]
        self._run(_END_OUTLINE, ended + [{"id": row_id} for row_id, _ in outlines])
        self._run(_END_MUNICIPALITY, ended)
        self._run(_RENAME, [{"id": known.id, "name": one.name} for known, one in changes.renamed])
        new = [
            {"ags": one.ags, "key": one.ags[:5], "ars": one.ars, "name": one.name, "kind": one.kind or "Gemeinde"}
            for one in changes.new
        ]
        self._run(_BEGIN_MUNICIPALITY, new)
        ids = self._current_ids()
        outlines += [(ids[one.ags], one.outline) for one in changes.new]
        self._run(_BEGIN_OUTLINE, [{"id": row_id, "outline": as_ewkb(area)} for row_id, area in outlines])
        taken = [{"id": one.known.id, "successor": ids[one.successor]} for one in changes.ended if one.successor]
        self._run(_SUCCESSOR, taken)

    def _current_ids(self) -> dict[str, int]:
        query = text("SELECT ags::text AS ags, id FROM register.municipalities WHERE during @> CAST(:day AS date)")
        return {row.ags: row.id for row in self.session.execute(query, {"day": self.day})}

    def set_successors(self, successors: Mapping[str, str]) -> None:
        """Successors named by the operator, also of municipalities that ended in an earlier import."""
        ids = self._current_ids()
        rows = [{"ags": old, "successor": ids[new]} for old, new in successors.items()]
        self._run(_SUCCESSOR_BY_KEY, rows)

    def districts(self, names: Mapping[str, str], changes: Changes) -> tuple[str, ...]:
        """End, begin or redraw the districts whose municipalities changed; returns their keys."""
        touched = {one.ags[:5] for one in changes.new} | {one.known.ags[:5] for one in changes.ended}
        touched |= {change.known.ags[:5] for change in changes.outlines if not change.is_redrawn_only}
        return tuple(key for key in sorted(touched) if self._district(key, names.get(key)))

    def _district(self, key: str, name: str | None) -> bool:
        values = {"key": key, "day": self.day}
        known = self.session.execute(text(_DISTRICT), values).one_or_none()
        parts = self.session.scalars(text(_DISTRICT_PARTS), values).all()
        area = union(shapely.from_wkb([bytes(part) for part in parts])) if parts else None
        if known is not None and area is not None and not differs_by(shapely.from_wkb(bytes(known.outline)), area)[0]:
            self.session.execute(text(_ENTER_DISTRICT), values | {"id": known.id})
            return False
        if known is not None:
            self.session.execute(text(_END_DISTRICT), values)
        if area is not None:
            kind = "Kreisfreie Stadt" if len(parts) == 1 else "Landkreis"
            row = values | {
                "name": name or (known.name if known else f"Kreis {key}"),
                "kind": known.kind if known else kind,
                "outline": as_ewkb(area),
            }
            new_id = self.session.scalar(text(_BEGIN_DISTRICT), row)
            self.session.execute(text(_ENTER_DISTRICT), values | {"id": new_id})
        return True


_END_OUTLINE = (
    "UPDATE register.municipality_outlines SET during = daterange(lower(during), :day)"
    " WHERE municipality_id = :id AND during @> CAST(:day AS date)"
)
_END_MUNICIPALITY = (
    "UPDATE register.municipalities SET during = daterange(lower(during), :day), version = version + 1 WHERE id = :id"
)
_RENAME = "UPDATE register.municipalities SET name = :name, version = version + 1 WHERE id = :id"
_BEGIN_MUNICIPALITY = (
    "INSERT INTO register.municipalities (ags, ars, name, kind, district_id, during, source)"
    " SELECT :ags, :ars, :name, :kind, (SELECT id FROM register.districts WHERE key = :key"
    " AND during @> CAST(:day AS date)), daterange(:day, NULL), :credit"
)
_BEGIN_OUTLINE = (
    "INSERT INTO register.municipality_outlines (municipality_id, during, outline, source)"
    " VALUES (:id, daterange(:day, NULL), ST_Multi(ST_GeomFromEWKB(:outline)), :credit)"
)
_SUCCESSOR = "UPDATE register.municipalities SET successor_id = :successor, version = version + 1 WHERE id = :id"
_SUCCESSOR_BY_KEY = (
    "UPDATE register.municipalities SET successor_id = :successor, version = version + 1"
    " WHERE ags = :ags AND NOT upper_inf(during) AND successor_id IS DISTINCT FROM :successor"
    " AND id = (SELECT id FROM register.municipalities WHERE ags = :ags ORDER BY lower(during) DESC LIMIT 1)"
)
_DISTRICT = (
    "SELECT id, name, kind, ST_AsBinary(outline) AS outline FROM register.districts"
    " WHERE key = :key AND during @> CAST(:day AS date)"
)
_DISTRICT_PARTS = (
    "SELECT ST_AsBinary(o.outline) FROM register.municipalities m JOIN register.municipality_outlines o"
    " ON o.municipality_id = m.id AND o.during @> CAST(:day AS date)"
    " WHERE left(m.ags, 5) = :key AND m.during @> CAST(:day AS date)"
)
_END_DISTRICT = (
    "UPDATE register.districts SET during = daterange(lower(during), :day)"
    " WHERE key = :key AND during @> CAST(:day AS date)"
)
_BEGIN_DISTRICT = (
    "INSERT INTO register.districts (key, name, kind, during, outline) VALUES (:key, :name, :kind,"
    " daterange(:day, NULL), ST_Multi(ST_GeomFromEWKB(:outline))) RETURNING id"
)
_ENTER_DISTRICT = (
    "UPDATE register.municipalities SET district_id = :id, version = version + 1"
    " WHERE left(ags, 5) = :key AND during @> CAST(:day AS date) AND district_id IS DISTINCT FROM :id"
)
