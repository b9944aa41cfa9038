"""Reads of viewpoints for everybody: from the published views alone, as of a day.

A point is there while its status today is a public one; asked for another day, it shows the status of that day.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.core.errors import NotFound
from geo.core.paging import SIZE, Page, decode_key, encode_key
from geo.core.translated import Named
from geo.viewpoints.codes import VISITABLE
from geo.viewpoints.direction import Sector
from geo.viewpoints.feature import VIEWPOINTS
from geo.viewpoints.standing import shown

NEIGHBOURS = 3
# So far at most is the walk from a stop to a point that is called reachable by public transport.
WALK_TO_STOP_M = 600
SHOWN_STATUS = shown("v.id", "t.status")
SHOWN_OF_ONE = shown("v.id", "t.status", only=":id")


@dataclass(frozen=True)
class Filters:
    """What a visitor looks for; None and False: everything."""

    ags: str | None = None
    status: str | None = None
    step_free: bool = False
    toilet: bool = False
    is_open: bool = False
    transport: bool = False
    evening: bool = False
    shade: bool = False
    text: str | None = None

    @property
    def count(self) -> int:
        """How many filters are set."""
        return sum(bool(getattr(self, name)) for name in self.__dataclass_fields__)


@dataclass(frozen=True)
class Point(Named):
    """A public viewpoint: `values` are the columns its feature declares, by name."""

    status: str
    since: date
    status_note: str | None
    longitude: float
    latitude: float
    sectors: tuple[Sector, ...]

    @property
    def address(self) -> str:
        """Street and number, as far as known."""
        return " ".join(part for part in (self.values["street"], self.values["house_number"]) if part)


@dataclass(frozen=True)
class Neighbour:
    """Another viewpoint near by: how far in a straight line, and in which direction."""

    point: Point
    distance_m: float
    bearing_deg: Decimal


@dataclass(frozen=True)
class Photo:
    """A published photo."""

    id: int
    sha256: str
    width_px: int
    height_px: int
    alt_text: str
    author: str
    licence: str
    taken_on: date | None
    alt_text_en: str | None


_SELECT = f"""
    SELECT {VIEWPOINTS.select_list("v")}, {SHOWN_STATUS} AS status, lower(t.during) AS since, t.note AS status_note,
           public.ST_X(v.point) AS longitude, public.ST_Y(v.point) AS latitude,
           (SELECT json_agg(json_build_array(s.from_deg::text, s.to_deg::text, s.is_assumed) ORDER BY s.position)
            FROM published.viewpoint_sectors s WHERE s.viewpoint_id = v.id) AS sectors
"""  # noqa: S608 (columns from the declaration)
_FROM = """
    FROM published.viewpoints v
    JOIN published.viewpoint_statuses t ON t.viewpoint_id = v.id AND t.during @> CAST(:day AS date)
    JOIN published.municipalities m ON m.id = v.municipality_id
"""
_WHERE = rf"""
    WHERE (CAST(:ags AS text) IS NULL OR m.ags = :ags)
      AND (CAST(:status AS text) IS NULL OR {SHOWN_STATUS} = :status)
      AND (NOT :step_free OR v.step_free = 'JA')
      AND (NOT :toilet OR v.toilet)
      AND (NOT :is_open OR {SHOWN_STATUS} = ANY(:visitable))
      AND (NOT :transport OR v.public_transport IS NOT NULL OR v.stop_distance_m <= {WALK_TO_STOP_M})
      AND (NOT :evening OR v.evening_light)
      AND (NOT :shade OR v.shade IN ('JA', 'TEILWEISE'))
      AND (CAST(:like AS text) IS NULL OR public.unaccent(concat_ws(' ', v.name, v.name_en, v.municipality, v.street,
           v.locality)) ILIKE public.unaccent(:like))
"""
_ORDER = " ORDER BY v.municipality, v.name, v.id"
_ALL = text(_SELECT + _FROM + _WHERE + _ORDER)
_PART = text(
    _SELECT
    + _FROM
    + _WHERE
    + " AND (NOT :from_key OR (v.municipality, v.name, v.id) > (:town, :name, :id))"
    + _ORDER
    + " LIMIT :size"
)
_COUNT = text("SELECT count(*)" + _FROM + _WHERE)
_ONE = text(_SELECT.replace(SHOWN_STATUS, SHOWN_OF_ONE) + _FROM + " WHERE v.id = :id")
_TOWNS = text("SELECT DISTINCT v.municipality, m.ags" + _FROM + " ORDER BY 1, 2")
_NEAR = text(
    """
    WITH here AS MATERIALIZED (SELECT h.point FROM published.viewpoints h WHERE h.id = :id),
    near AS MATERIALIZED (
        SELECT o.id, public.ST_DistanceSphere(o.point, here.point) AS distance_m,
               degrees(public.ST_Azimuth(here.point::public.geography, o.point::public.geography)) AS bearing_deg
        FROM published.viewpoints o
        JOIN published.viewpoint_statuses s ON s.viewpoint_id = o.id AND s.during @> CAST(:day AS date)
        CROSS JOIN here WHERE o.id <> :id ORDER BY 2, 1 LIMIT :most
    )"""  # noqa: S608 (columns from the declaration)
    + _SELECT.replace(SHOWN_STATUS, shown("v.id", "t.status", only="v.id"))
    + ", near.distance_m, near.bearing_deg"
    + _FROM
    + " JOIN near ON near.id = v.id ORDER BY near.distance_m, v.id"
)
_HISTORY = text(
    "SELECT t.status, lower(t.during) AS since, upper(t.during) - 1 AS until, t.note"
    " FROM published.viewpoint_statuses t WHERE t.viewpoint_id = :id ORDER BY t.during DESC"
)
_PHOTOS = text(
    "SELECT f.place_id, f.id, f.sha256, f.width_px, f.height_px, f.alt_text, f.author, f.licence, f.taken_on,"
    " f.alt_text_en"
    " FROM published.photos f WHERE f.place_id = ANY(CAST(:places AS integer[])) ORDER BY f.position, f.id"
)


def everything(session: Session, filters: Filters, day: date) -> list[Point]:
    """All public viewpoints that pass the filters, by town and name: what map and list show together."""
    return [_point(row) for row in session.execute(_ALL, _bound(filters, day))]


def search(session: Session, filters: Filters, day: date, after: str | None = None, size: int = SIZE) -> Page[Point]:
    """A page of the same list; `after` is the page's `next_key`. Raises `Invalid` for a key not made here."""
    key = decode_key(after, (str, str, int))
    town, name, last = key or ("", "", 0)
    bound = _bound(filters, day)
    rows = [
        _point(row)
        for row in session.execute(
            _PART,
            {
                **bound,
                "from_key": key is not None,
                "town": str(town),
                "name": str(name),
                "id": last if isinstance(last, int) else 0,
                "size": size + 1,
            },
        )
    ]
    more = rows[size - 1] if len(rows) > size else None
    next_key = encode_key([more.municipality, more.name, more.id]) if more else None
    return Page(rows[:size], next_key, session.scalar(_COUNT, bound) or 0)


def get(session: Session, viewpoint_id: int, day: date) -> Point:
    """A public viewpoint as of the day. Raises `NotFound` when it was not public then, or is not today."""
    row = session.execute(_ONE, {"id": viewpoint_id, "day": day}).first()
    if row is None:
        raise NotFound("Der Blickpunkt", viewpoint_id)
    return _point(row)


def neighbours(session: Session, viewpoint_id: int, day: date) -> list[Neighbour]:
    """The nearest other viewpoints."""
    found = session.execute(_NEAR, {"id": viewpoint_id, "day": day, "most": NEIGHBOURS})
    return [Neighbour(_point(row), row.distance_m, Decimal(str(round(row.bearing_deg or 0, 1)))) for row in found]


def bearing(one: Point, other: Point) -> float:
    """The direction from one point to another, in degrees clockwise from north; exact enough within the state."""
    east = (other.longitude - one.longitude) * math.cos(math.radians((one.latitude + other.latitude) / 2))
    return math.degrees(math.atan2(east, other.latitude - one.latitude)) % 360


def statuses(session: Session, viewpoint_id: int) -> Sequence[Row[Any]]:
    """The public statuses the point had, has and will have, the newest first."""
    return session.execute(_HISTORY, {"id": viewpoint_id}).all()


def photos(session: Session, place_id: int) -> list[Photo]:
    """The published photos of the point's place."""
    return photos_of(session, [place_id]).get(place_id, [])


def photos_of(session: Session, place_ids: Sequence[int]) -> dict[int, list[Photo]]:
    """The same for many points at once, by their places; a place without a photo is not there."""
    found: dict[int, list[Photo]] = defaultdict(list)
    for row in session.execute(_PHOTOS, {"places": list(place_ids)}):
        values = dict(row._mapping)
        found[values.pop("place_id")].append(Photo(**values))
    return dict(found)


def towns(session: Session, day: date) -> list[tuple[str, str]]:
    """The towns that have a public viewpoint on the day: key (AGS) and name."""
    return [(row.ags, row.municipality) for row in session.execute(_TOWNS, {"day": day})]


def _bound(filters: Filters, day: date) -> dict[str, Any]:
    words = None
    if filters.text:
        escaped = filters.text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        words = f"%{escaped}%"
    return {
        "day": day,
        "ags": filters.ags,
        "status": filters.status,
        "step_free": filters.step_free,
        "toilet": filters.toilet,
        "is_open": filters.is_open,
        "visitable": list(VISITABLE),
        "transport": filters.transport,
        "evening": filters.evening,
        "shade": filters.shade,
        "like": words,
    }


def _point(row: Row[Any]) -> Point:
    found = row._mapping
    return Point(
        values={name: found[name] for name in VIEWPOINTS.columns},
        status=row.status,
        since=row.since,
        status_note=row.status_note,
        longitude=row.longitude,
        latitude=row.latitude,
        sectors=tuple(Sector(Decimal(a), Decimal(b), assumed) for a, b, assumed in row.sectors or []),
    )
