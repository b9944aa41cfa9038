"""Reads of the address list: for the staff session, in the town's context."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shapely.geometry import Point
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.core.geometry import as_ewkb, points_ewkb
from geo.places.addresses.keys import house_key, street_key, taken_apart

SUGGESTIONS = 8
NEAR_M = 60


@dataclass(frozen=True)
class Found:
    """An address with its spot; `source` says who answered: the town's own list, or the name of the geocoder."""

    street: str
    house_number: str
    postcode: str | None
    locality: str | None
    longitude: float
    latitude: float
    source: str
    is_example: bool = False
    distance_m: float | None = None

    @property
    def label(self) -> str:
        """The address as a person reads it."""
        first = " ".join(part for part in (self.street, self.house_number) if part)
        second = " ".join(part for part in (self.postcode, self.locality) if part)
        return ", ".join(part for part in (first, second) if part)


_COLUMNS = """
    a.street, a.house_number, a.postcode, a.locality, ST_X(a.point) AS longitude, ST_Y(a.point) AS latitude, a.source,
    a.is_example
"""
_NUMBER = "coalesce(substring(a.house_number FROM '^[0-9]{1,6}'), '0')::int"
# Streets that begin with the words come first, then those in which a later word does; in a street by house number.
_SUGGEST = text(
    f"""
    SELECT {_COLUMNS} FROM (
        SELECT a.*, row_number() OVER (PARTITION BY a.street_key, a.house_number ORDER BY a.id) AS n
        FROM register.addresses a
        WHERE a.municipality_id = :town AND a.street_key LIKE '%' || :key || '%'
          AND (:number = '' OR a.house_number LIKE :number || '%')
    ) a
    WHERE a.n = 1
    ORDER BY (a.street_key <> :key), (a.street_key NOT LIKE :key || '%'), (a.house_number <> :number),
             a.street_key, {_NUMBER}, a.house_number
    LIMIT :most
    """  # noqa: S608 (own columns)
)
_NEAREST = text(
    f"""
    SELECT {_COLUMNS}, ST_Distance(a.point::geography, ST_GeomFromEWKB(:point)::geography) AS distance_m
    FROM register.addresses a
    WHERE a.municipality_id = :town AND ST_DWithin(a.point::geography, ST_GeomFromEWKB(:point)::geography, :near)
    ORDER BY distance_m, a.id LIMIT 1
    """  # noqa: S608 (own columns)
)
_LOCATE = text(
    f"""
    SELECT DISTINCT ON (w.n) w.n, {_COLUMNS}
    FROM unnest(CAST(:keys AS text[]), CAST(:numbers AS text[]), CAST(:postcodes AS text[]))
         WITH ORDINALITY AS w(key, number, postcode, n)
    JOIN register.addresses a ON a.municipality_id = :town AND a.street_key = w.key AND a.house_number = w.number
    ORDER BY w.n, (a.postcode IS DISTINCT FROM w.postcode), a.id
    """  # noqa: S608 (own columns)
)
_SOURCES = text(
    """
    SELECT a.source, count(*) AS addresses, count(DISTINCT a.street_key) AS streets, bool_or(a.is_example) AS is_example
    FROM register.addresses a WHERE a.municipality_id = :town GROUP BY a.source ORDER BY a.source
    """
)


def suggest(session: Session, municipality_id: int, typed: str, most: int = SUGGESTIONS) -> list[Found]:
    """Addresses of the town that fit what somebody types: "Markt 5", "bahnhofstr 1", "Markt"."""
    street, number = taken_apart(typed)
    key = street_key(street)
    if not key:
        return []
    values = {"town": municipality_id, "key": key, "number": _plain(number), "most": most}
    return [_found(row) for row in session.execute(_SUGGEST, values)]


def _plain(number: str) -> str:
    return re.sub(r"[%_\\]", "", number)


def nearest(session: Session, municipality_id: int, longitude: float, latitude: float) -> Found | None:
    """The town's address next to a spot, at most `NEAR_M` metres away."""
    values = {"town": municipality_id, "point": as_ewkb(Point(longitude, latitude)), "near": NEAR_M}
    row = session.execute(_NEAREST, values).one_or_none()
    return None if row is None else _found(row)


def locate(session: Session, municipality_id: int, wanted: Sequence[tuple[str, str, str | None]]) -> list[Found | None]:
    """For each street, house number and postcode (or None) the address in the town's list, in the same order.

    Two houses of the same name are told apart by the postcode where it is given.
    """
    values = {
        "town": municipality_id,
        "keys": [street_key(street) for street, _, _ in wanted],
        "numbers": [house_key(number) for _, number, _ in wanted],
        "postcodes": [postcode for _, _, postcode in wanted],
    }
    answers: list[Found | None] = [None] * len(wanted)
    for row in session.execute(_LOCATE, values):
        answers[row.n - 1] = _found(row)
    return answers


_INSIDE = text(
    """
    SELECT w.n FROM unnest(CAST(:points AS bytea[])) WITH ORDINALITY AS w(point, n)
    WHERE NOT EXISTS (SELECT FROM register.municipality_outlines o
                      WHERE o.municipality_id = :town AND o.during @> CURRENT_DATE)
       OR EXISTS (SELECT FROM register.municipality_outlines o
                  WHERE o.municipality_id = :town AND o.during @> CURRENT_DATE
                    AND ST_DWithin(o.outline, ST_GeomFromEWKB(w.point), :margin))
    """
)
MARGIN_DEG = 0.003


def in_town(session: Session, municipality_id: int, spots: Sequence[tuple[float, float]]) -> list[bool]:
    """For each spot (longitude, latitude) whether it lies in the town, or just beside it (about 200 m)."""
    if not spots:
        return []
    values = {"town": municipality_id, "points": points_ewkb(spots), "margin": MARGIN_DEG}
    inside = set(session.scalars(_INSIDE, values))
    return [number in inside for number in range(1, len(spots) + 1)]


def sources(session: Session, municipality_id: int) -> Sequence[Row[Any]]:
    """What the town's list consists of: each source with its counts of addresses and streets."""
    return session.execute(_SOURCES, {"town": municipality_id}).all()


def _found(row: Row[Any]) -> Found:
    distance = getattr(row, "distance_m", None)
    return Found(
        row.street,
        row.house_number,
        row.postcode,
        row.locality,
        row.longitude,
        row.latitude,
        row.source,
        row.is_example,
        None if distance is None else round(distance, 1),
    )
