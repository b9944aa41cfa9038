"""Reads of viewpoints for staff: with everything the town knows, as of a day. What the public reads is in `public`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from geo.core import geometry
from geo.core.access import Action, Actor, may, scope
from geo.core.db import for_municipality
from geo.core.errors import NotFound
from geo.core.history import Change, changes_of
from geo.core.undo import Part, Root, last_change, rows_of
from geo.places.model import Municipality, Photo, Place
from geo.viewpoints.care.model import Check, Furniture
from geo.viewpoints.codes import FURNITURE
from geo.viewpoints.direction import Sector
from geo.viewpoints.model import Sector as SectorRow
from geo.viewpoints.model import Viewpoint, ViewpointStatus
from geo.viewpoints.standing import shown


def status_on(statuses: Sequence[ViewpointStatus], day: date) -> ViewpointStatus | None:
    """The status that holds on the day; None before the first one."""
    return next((one for one in statuses if day in one.during), None)


def sectors_of(rows: Sequence[SectorRow]) -> tuple[Sector, ...]:
    """Stored sectors as directions."""
    return tuple(Sector(row.from_deg, row.to_deg, row.is_assumed) for row in rows)


@dataclass(frozen=True)
class Record:
    """A viewpoint with everything that belongs to it."""

    viewpoint: Viewpoint
    municipality: str
    place: Place
    sectors: tuple[Sector, ...]
    statuses: tuple[ViewpointStatus, ...]
    photos: tuple[Photo, ...] = ()
    furniture: tuple[Furniture, ...] = ()
    last_checked_on: date | None = None

    @property
    def id(self) -> int:
        return self.viewpoint.id

    @property
    def municipality_id(self) -> int:
        return self.viewpoint.municipality_id

    def status(self, day: date) -> ViewpointStatus | None:
        return status_on(self.statuses, day)


@dataclass(frozen=True)
class ListRow:
    """A viewpoint in the internal list."""

    id: int
    municipality_id: int
    place_id: int
    municipality: str
    name: str
    status: str
    since: date
    has_direction: bool
    step_free: str
    responsible_body: str | None
    last_checked_on: date | None
    is_featured: bool
    is_example: bool


@dataclass(frozen=True)
class MapRow:
    """A viewpoint on the internal map."""

    row: ListRow
    longitude: float
    latitude: float
    sectors: tuple[Sector, ...]


def find_visible(session: Session, actor: Actor, viewpoint_id: int) -> Viewpoint:
    """The viewpoint, if the actor may see its town's viewpoints. Raises `NotFound`."""
    viewpoint = session.get(Viewpoint, viewpoint_id)
    if viewpoint is None or not may(actor, Action.VIEWPOINT_VIEW, viewpoint.municipality_id):
        raise NotFound("Der Blickpunkt", viewpoint_id)
    return viewpoint


def find(session: Session, viewpoint_id: int) -> Viewpoint | None:
    """The viewpoint, if there is one (still)."""
    return session.get(Viewpoint, viewpoint_id)


def get(session: Session, actor: Actor, viewpoint_id: int) -> Record:
    """A viewpoint with its place, sectors, statuses and photos. Raises `NotFound`."""
    viewpoint = find_visible(session, actor, viewpoint_id)
    with for_municipality(session, viewpoint.municipality_id):
        place = session.get(Place, viewpoint.place_id)
        if place is None:
            raise NotFound("Der Ort des Blickpunkts", viewpoint_id)
        municipality = session.scalar(select(Municipality.name).where(Municipality.id == viewpoint.municipality_id))
        photos = session.scalars(
            select(Photo).where(Photo.place_id == place.id).order_by(Photo.position, Photo.id)
        ).all()
        return Record(
            viewpoint,
            municipality or "",
            place,
            sectors_of(sector_rows(session, viewpoint.id)),
            tuple(status_rows(session, viewpoint.id)),
            tuple(photos),
            tuple(furniture_rows(session, viewpoint.id)),
            last_check(session, viewpoint.id),
        )


def sector_rows(session: Session, viewpoint_id: int) -> Sequence[SectorRow]:
    """The stored sectors in their order."""
    return session.scalars(
        select(SectorRow).where(SectorRow.viewpoint_id == viewpoint_id).order_by(SectorRow.position)
    ).all()


def status_rows(session: Session, viewpoint_id: int) -> Sequence[ViewpointStatus]:
    """The statuses, the earliest first."""
    return session.scalars(
        select(ViewpointStatus)
        .where(ViewpointStatus.viewpoint_id == viewpoint_id)
        .order_by(text("lower(during)"), ViewpointStatus.id)
    ).all()


def furniture_rows(session: Session, viewpoint_id: int) -> Sequence[Furniture]:
    """What stands at the point, in the order of the code list."""
    rows = session.scalars(select(Furniture).where(Furniture.viewpoint_id == viewpoint_id)).all()
    return sorted(rows, key=lambda row: list(FURNITURE).index(row.kind))


_SHOWN = text(
    f"SELECT {shown('t.viewpoint_id', 't.status', only=':id')} FROM register.viewpoint_statuses t"  # noqa: S608 (our own words)
    " WHERE t.viewpoint_id = :id AND t.during @> CAST(:day AS date)"
)


def shown_status(session: Session, viewpoint_id: int, day: date) -> str | None:
    """The status that everybody sees on the day: an open point that something limits is limited."""
    return session.scalar(_SHOWN, {"id": viewpoint_id, "day": day})


def last_check(session: Session, viewpoint_id: int) -> date | None:
    """The day on which somebody last looked."""
    return session.scalar(select(func.max(Check.checked_on)).where(Check.viewpoint_id == viewpoint_id))


_STATUS = shown("v.id", "s.status")
_LIST = text(
    f"""
    SELECT v.id, v.municipality_id, v.place_id, m.name AS municipality, v.name, lower(s.during) AS since,
           {_STATUS} AS status,
           EXISTS (SELECT FROM register.viewpoint_sectors d WHERE d.viewpoint_id = v.id) AS has_direction,
           v.step_free, v.responsible_body, v.is_featured, v.is_example,
           (SELECT max(c.checked_on) FROM register.viewpoint_checks c
            WHERE c.viewpoint_id = v.id AND c.checked_on <= CAST(:day AS date)) AS last_checked_on
    FROM register.viewpoints v
    JOIN register.municipalities m ON m.id = v.municipality_id
    JOIN register.viewpoint_statuses s ON s.viewpoint_id = v.id AND s.during @> CAST(:day AS date)
    WHERE (:everywhere OR v.municipality_id = ANY(CAST(:towns AS integer[])))
      AND (CAST(:status AS text) IS NULL OR {_STATUS} = :status)
    ORDER BY m.name, v.name, v.id
    """  # noqa: S608 (our own words)
)


def internal_list(
    session: Session, actor: Actor, municipality_id: int | None, day: date, status: str | None = None
) -> list[ListRow]:
    """The viewpoints of the town as of the day, or of all towns whose viewpoints the actor may see."""
    where = scope(actor, Action.VIEWPOINT_VIEW)
    if municipality_id is not None:
        towns = [municipality_id] if may(actor, Action.VIEWPOINT_VIEW, municipality_id) else []
    else:
        towns = list(where.municipality_ids)
    found = session.execute(
        _LIST,
        {
            "day": day,
            "status": status,
            "everywhere": municipality_id is None and where.everywhere,
            "towns": towns,
        },
    )
    return [ListRow(**row._mapping) for row in found]


# A viewpoint's public point is the true one.
_PUBLIC_POINTS = text(
    "SELECT v.place_id, public.ST_X(v.point) AS longitude, public.ST_Y(v.point) AS latitude"
    " FROM published.viewpoints v WHERE v.id = ANY(CAST(:ids AS integer[]))"
)
_POINTS = text(
    "SELECT p.id AS place_id, public.ST_X(p.point) AS longitude, public.ST_Y(p.point) AS latitude"
    " FROM register.places p WHERE p.id = ANY(CAST(:places AS integer[]))"
)


def internal_map(session: Session, rows: Sequence[ListRow]) -> list[MapRow]:
    """The same rows with their points. What is not public is read town by town, as row level security has it."""
    ids = [row.id for row in rows]
    spots = {one.place_id: (one.longitude, one.latitude) for one in session.execute(_PUBLIC_POINTS, {"ids": ids})}
    hidden: dict[int, list[int]] = {}
    for row in rows:
        if row.place_id not in spots:
            hidden.setdefault(row.municipality_id, []).append(row.place_id)
    for town, places in hidden.items():
        with for_municipality(session, town):
            for one in session.execute(_POINTS, {"places": places}):
                spots[one.place_id] = (one.longitude, one.latitude)
    sectors = sectors_by_point(session, ids)
    return [MapRow(row, *spots[row.place_id], sectors=sectors.get(row.id, ())) for row in rows if row.place_id in spots]


def sectors_by_point(session: Session, viewpoint_ids: Sequence[int]) -> dict[int, tuple[Sector, ...]]:
    """The directions of many viewpoints, by their numbers; none where none is given."""
    found: dict[int, list[SectorRow]] = {}
    asked = select(SectorRow).where(SectorRow.viewpoint_id.in_(viewpoint_ids))
    for row in session.scalars(asked.order_by(SectorRow.viewpoint_id, SectorRow.position)):
        found.setdefault(row.viewpoint_id, []).append(row)
    return {number: sectors_of(rows) for number, rows in found.items()}


def root_of(viewpoint: Viewpoint) -> Root:
    """The viewpoint with its parts, for history and undo."""
    return Root(
        "viewpoints",
        viewpoint.id,
        parts=(
            Part("viewpoint_sectors", "viewpoint_id", viewpoint.id),
            Part("viewpoint_statuses", "viewpoint_id", viewpoint.id),
            Part("viewpoint_furniture", "viewpoint_id", viewpoint.id),
            Part("viewpoint_checks", "viewpoint_id", viewpoint.id),
            Part("viewpoint_notices", "viewpoint_id", viewpoint.id),
            Part("photos", "place_id", viewpoint.place_id, moves_alone=True),
        ),
        others=(("places", viewpoint.place_id),),
    )


def history(session: Session, actor: Actor, viewpoint_id: int) -> list[Change]:
    """Everything that happened to the viewpoint, its place, sectors and statuses, newest first."""
    viewpoint = find_visible(session, actor, viewpoint_id)
    with for_municipality(session, viewpoint.municipality_id):
        return changes_of(session, rows_of(session, root_of(viewpoint)))


def newest_change(session: Session, viewpoint: Viewpoint) -> int | None:
    """The id of the last change, which an undo names."""
    with for_municipality(session, viewpoint.municipality_id):
        return last_change(session, "viewpoints", viewpoint.id)


def coordinates(place: Place) -> tuple[tuple[float, float], tuple[float, float]]:
    """Longitude and latitude, and easting and northing in UTM zone 32N."""
    return geometry.lon_lat(place.point), geometry.utm(place.point)
