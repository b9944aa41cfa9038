"""Reads of zones: for the staff session, in the town's context."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.core.errors import NotFound
from geo.places.model import Zone

# A town has tens of zones, seldom hundreds.
MOST = 2_000
_COLUMNS = """
    z.id, z.kind, z.name, lower(z.during) AS start, upper(z.during) AS end, z.source, z.note, z.line_width_m,
    z.is_example, z.version, ST_Area(z.outline::geography) AS area_m2, ST_X(ST_PointOnSurface(z.outline)) AS longitude,
    ST_Y(ST_PointOnSurface(z.outline)) AS latitude
"""
_LIST = f"""
    SELECT {_COLUMNS}{{more}} FROM register.zones z
    WHERE z.municipality_id = :town AND (:every OR z.during @> CAST(:day AS date))
      AND (CAST(:kind AS text) IS NULL OR z.kind = :kind)
    ORDER BY array_position(ARRAY['ERHEBUNGSGEBIET', 'ZENTRALER_VERSORGUNGSBEREICH', 'FUSSGAENGERZONE',
        'SANIERUNGSGEBIET', 'VORKAUFSSATZUNG', 'STAEDTEBAUFOERDERGEBIET', 'BEBAUUNGSPLAN', 'QUARTIER',
        'STRASSENABSCHNITT'], z.kind),
        z.name, z.id
    LIMIT :most
"""  # noqa: S608 (own columns)
_OUTLINE = ", ST_AsGeoJSON(z.outline, 6) AS outline"


def on_day(
    session: Session, municipality_id: int, day: date, *, kind: str | None = None, every: bool = False
) -> Sequence[Row[Any]]:
    """The zones in force on the day (`every`: of all times), by kind and name."""
    values = {"town": municipality_id, "day": day, "kind": kind, "every": every, "most": MOST}
    return session.execute(text(_LIST.format(more="")), values).all()


def with_outlines(
    session: Session, municipality_id: int, day: date, *, kind: str | None = None, every: bool = False
) -> Sequence[Row[Any]]:
    """The same with their outlines as GeoJSON text, for a map."""
    values = {"town": municipality_id, "day": day, "kind": kind, "every": every, "most": MOST}
    return session.execute(text(_LIST.format(more=_OUTLINE)), values).all()


def get(session: Session, zone_id: int) -> Zone:
    """A zone. Raises `NotFound`, also for another town's."""
    zone = session.get(Zone, zone_id, populate_existing=True)
    if zone is None:
        raise NotFound("Die Zone", zone_id)
    return zone


def find(session: Session, zone_id: int) -> Zone | None:
    """A zone, or None where this session sees none."""
    return session.get(Zone, zone_id, populate_existing=True)


def choices(session: Session, municipality_id: int, day: date) -> list[tuple[int, str, str]]:
    """Id, name and kind of the zones in force on the day, for a field to choose from."""
    return [(row.id, row.name, row.kind) for row in on_day(session, municipality_id, day)]


_TOUCHING = text(
    """
    SELECT EXISTS (SELECT FROM register.municipality_outlines o
                   WHERE o.municipality_id = :town AND o.during @> CURRENT_DATE) AS has_outline,
           EXISTS (SELECT FROM register.municipality_outlines o
                   WHERE o.municipality_id = :town AND o.during @> CURRENT_DATE
                     AND ST_Intersects(o.outline, ST_GeomFromEWKB(:outline))) AS touches
    """
)


def lies_elsewhere(session: Session, municipality_id: int, outline: bytes) -> bool:
    """Whether an outline (EWKB) has nothing in common with the town's territory as it is known today."""
    row = session.execute(_TOUCHING, {"town": municipality_id, "outline": outline}).one()
    return bool(row.has_outline and not row.touches)
