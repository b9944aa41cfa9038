"""Reads of municipalities and place names; all from the published views, so any role may ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shapely.geometry import Point
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.geometry import as_ewkb


@dataclass(frozen=True)
class MunicipalityRow:
    """A municipality in force on a day."""

    id: int
    ags: str
    name: str
    kind: str
    district: str | None

    @property
    def in_district(self) -> str:
        """Its name with the district that tells it from others of the name: "Bufleben (Landkreis Gotha)"."""
        if not self.district or self.kind == "Kreisfreie Stadt":
            return self.name
        is_said = "kreis" in self.district.lower()  # as in Wartburgkreis
        return f"{self.name} ({self.district if is_said else f'Landkreis {self.district}'})"


@dataclass(frozen=True)
class Territory:
    """The outline (WKB, longitude and latitude) of a municipality on a day."""

    municipality_id: int
    ags: str
    name: str
    kind: str
    district_key: str | None
    district: str | None
    district_kind: str | None
    outline: bytes
    source: str


@dataclass(frozen=True)
class BoundaryState:
    """Which boundaries are in force on a day: `version` changes when one of them does."""

    version: str
    day: date
    sources: tuple[str, ...]


# A day before the first known boundaries is shown with the first ones: where the towns lay has hardly changed.
_STATE = text(
    """
    WITH day AS (SELECT greatest(CAST(:day AS date), min(lower(during))) AS day FROM published.municipality_outlines)
    SELECT day.day, md5(coalesce(string_agg(concat_ws('|', o.id, m.name, m.kind, m.district), ',' ORDER BY o.id), ''))
           AS version, array_agg(DISTINCT o.source) FILTER (WHERE o.id IS NOT NULL) AS sources
    FROM day
    LEFT JOIN published.municipality_outlines o ON o.during @> day.day
    LEFT JOIN published.municipalities m ON m.id = o.municipality_id
    GROUP BY day.day
    """
)
_TERRITORIES = text(
    """
    SELECT o.municipality_id, m.ags, m.name, m.kind, d.key::text AS district_key, d.name AS district,
           d.kind AS district_kind, ST_AsBinary(o.outline) AS outline, o.source
    FROM published.municipality_outlines o
    JOIN published.municipalities m ON m.id = o.municipality_id
    LEFT JOIN published.districts d ON d.id = m.district_id
    WHERE o.during @> CAST(:day AS date)
    ORDER BY m.ags
    """
)
_MUNICIPALITIES = text(
    """
    SELECT id, ags, name, kind, district FROM published.municipalities
    WHERE during @> CAST(:day AS date) ORDER BY name, ags
    """
)
_AT = text(
    """
    SELECT m.id, m.ags, m.name, m.kind, m.district
    FROM published.municipality_outlines o JOIN published.municipalities m ON m.id = o.municipality_id
    WHERE o.during @> CAST(:day AS date) AND ST_Intersects(o.outline, ST_GeomFromEWKB(:point))
    ORDER BY m.ags LIMIT 1
    """
)


def boundary_state(session: Session, day: date) -> BoundaryState:
    """Version and sources of the boundaries in force on the day, without reading them."""
    row = session.execute(_STATE, {"day": day}).one()
    return BoundaryState(row.version, row.day or day, tuple(row.sources or ()))


def territories(session: Session, day: date) -> Sequence[Territory]:
    """All municipalities with their outlines as of the day (ask `boundary_state` for a day that has some)."""
    return [_territory(row) for row in session.execute(_TERRITORIES, {"day": day})]


def _territory(row: Any) -> Territory:
    values = {**row._mapping, "outline": bytes(row.outline)}
    return Territory(**values)


def municipalities(session: Session, day: date) -> Sequence[MunicipalityRow]:
    """All municipalities in force on the day, by name."""
    return [MunicipalityRow(**row._mapping) for row in session.execute(_MUNICIPALITIES, {"day": day})]


def municipality_at(session: Session, longitude: float, latitude: float, day: date) -> MunicipalityRow | None:
    """The municipality in which the point lies on the day."""
    row = session.execute(_AT, {"day": day, "point": as_ewkb(Point(longitude, latitude))}).one_or_none()
    return None if row is None else MunicipalityRow(**row._mapping)


_MIDDLE = text(
    """
    SELECT ST_X(c.spot) AS longitude, ST_Y(c.spot) AS latitude
    FROM (SELECT coalesce(
        (SELECT ST_Centroid(ST_Collect(p.point)) FROM register.places p WHERE p.municipality_id = :id),
        (SELECT ST_PointOnSurface(o.outline) FROM register.municipality_outlines o
         WHERE o.municipality_id = :id AND o.during @> CURRENT_DATE LIMIT 1)) AS spot) c
    """
)


def middle(session: Session, municipality_id: int) -> list[float] | None:
    """Latitude and longitude where a map of the town begins: amid its places, or within its boundary."""
    found = session.execute(_MIDDLE, {"id": municipality_id}).one()
    return None if found.longitude is None else [round(found.latitude, 5), round(found.longitude, 5)]


def municipality_by_ags(session: Session, ags: str) -> int | None:
    """The id of the municipality that has this key today."""
    query = text("SELECT id FROM published.municipalities WHERE ags = :ags AND during @> CURRENT_DATE")
    return session.scalar(query, {"ags": ags})


def ags_of(session: Session, municipality_id: int) -> str:
    """The key of a municipality."""
    query = text("SELECT ags::text FROM published.municipalities WHERE id = :id ORDER BY during DESC LIMIT 1")
    return session.scalar(query, {"id": municipality_id}) or ""
