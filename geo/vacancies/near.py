"""What already stands where somebody marks something: units near it or at the same address, and the building."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from shapely.geometry import Point
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.core.geometry import as_ewkb
from geo.places.addresses.keys import house_key, house_key_sql, street_key, street_key_sql

NEAR_M = 30
MOST = 12
# A degree of longitude is at least 69 km here, so that the box below holds every spot within the distance.
_M_PER_DEG = 69_000

_NEAR = text(
    f"""
    SELECT * FROM (
        SELECT u.id, u.name, u.object_type, u.floor, u.area_total_m2, u.is_example, p.street, p.house_number,
            p.locality, s.state, lower(s.during) AS since, s.start_precision,
            round(ST_Distance(p.point::geography, ST_GeomFromEWKB(:point)::geography)::numeric)::int AS distance_m,
            coalesce(:street <> '' AND :number <> '' AND {street_key_sql("p.street")} = :street
                AND {house_key_sql("p.house_number")} = :number, false) AS same_address,
            ST_Expand(ST_GeomFromEWKB(:point), :box) && p.point AS is_near
        FROM register.places p
        JOIN register.units u ON u.place_id = p.id
        LEFT JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.during @> CAST(:day AS date)
        WHERE p.municipality_id = :town AND u.during @> CAST(:day AS date) AND s.state IS DISTINCT FROM 'ENTFALLEN'
          AND u.id IS DISTINCT FROM CAST(:apart_from AS integer)
          AND (ST_Expand(ST_GeomFromEWKB(:point), :box) && p.point
            OR (:street <> '' AND :number <> '' AND {street_key_sql("p.street")} = :street))
    ) found
    WHERE same_address OR (is_near AND distance_m <= :near)
    ORDER BY NOT same_address, distance_m, id
    LIMIT :most
    """  # noqa: S608 (expressions of our own)
)


def units(
    session: Session,
    municipality_id: int,
    spot: tuple[float, float],
    address: tuple[str, str],
    day: date,
    *,
    apart_from: int | None = None,
    within_m: int = NEAR_M,
) -> Sequence[Row[Any]]:
    """Units of the stock within so many metres of a longitude and latitude, or at the same street and house number."""
    values = {
        "town": municipality_id,
        "point": as_ewkb(Point(spot)),
        "street": street_key(address[0]),
        "number": house_key(address[1]),
        "day": day,
        "near": within_m,
        "box": within_m / _M_PER_DEG,
        "most": MOST,
        "apart_from": apart_from,
    }
    return session.execute(_NEAR, values).all()


_BUILDING = text(
    """
    SELECT b.id, b.name, b.alkis_gml_id, ST_AsGeoJSON(b.outline, 6) AS outline
    FROM register.buildings b
    WHERE b.municipality_id = :town AND ST_Intersects(b.outline, ST_GeomFromEWKB(:point))
    ORDER BY ST_Area(b.outline), b.id LIMIT 1
    """
)


def building(session: Session, municipality_id: int, spot: tuple[float, float]) -> Row[Any] | None:
    """The building of the register that covers a longitude and latitude."""
    return session.execute(_BUILDING, {"town": municipality_id, "point": as_ewkb(Point(spot))}).one_or_none()


_BUILDINGS = text(
    """
    SELECT b.id, ST_AsGeoJSON(b.outline, 6) AS outline FROM register.buildings b
    WHERE b.municipality_id = :town AND b.outline IS NOT NULL
    ORDER BY b.outline <-> ST_GeomFromEWKB(:point) LIMIT 2000
    """
)


def buildings(session: Session, municipality_id: int, spot: tuple[float, float]) -> Sequence[Row[Any]]:
    """The outlines of the buildings nearest to a spot, at most 2,000, for the map on which a unit is marked."""
    return session.execute(_BUILDINGS, {"town": municipality_id, "point": as_ewkb(Point(spot))}).all()
