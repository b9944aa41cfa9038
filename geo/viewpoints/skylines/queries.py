"""Reads: the elevation models, what was computed for a viewpoint, and whether it still holds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import shapely
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo.core import geometry
from geo.core.access import Action, Actor, require
from geo.core.db import for_municipality
from geo.core.errors import NotFound
from geo.jobs.model import Job
from geo.viewpoints import queries as viewpoints
from geo.viewpoints.landmarks import queries as landmarks
from geo.viewpoints.skylines.codes import KIND
from geo.viewpoints.skylines.computing import USUAL_EYE_M, Inputs
from geo.viewpoints.skylines.files import Store
from geo.viewpoints.skylines.model import ElevationModel, Renewal, Skyline
from geo.viewpoints.terrain.ground import Grid

REACH_DEG = 0.9  # 60 km to the east or west at this latitude


def models(session: Session) -> list[ElevationModel]:
    """All elevation models, the finest first."""
    found = session.scalars(select(ElevationModel).order_by(ElevationModel.resolution_m, ElevationModel.id))
    return list(found)


def get_model(session: Session, actor: Actor, model_id: int) -> ElevationModel:
    """A model, for those who look after them. Raises `NotFound` or `NotPermitted`."""
    require(actor, Action.TERRAIN_EDIT)
    found = session.get(ElevationModel, model_id)
    if found is None:
        raise NotFound("Das Geländemodell", model_id)
    return found


class Reach:
    """Which of the models know something of the ground around a spot; their areas are taken apart once."""

    def __init__(self, found: Sequence[ElevationModel]) -> None:
        self._known = [(one, geometry.shape_of(one.extent)) for one in found if one.extent is not None]

    def near(self, longitude: float, latitude: float) -> list[ElevationModel]:
        """Those within reach of the spot; none where none knows the spot itself."""
        spot = shapely.Point(longitude, latitude)
        if not any(extent.covers(spot) for _, extent in self._known):
            return []
        return [one for one, extent in self._known if extent.distance(spot) < REACH_DEG]


def models_near(session: Session, longitude: float, latitude: float) -> list[ElevationModel]:
    """Those that know something of the ground within reach of the spot; none where none knows the spot itself."""
    return Reach(models(session)).near(longitude, latitude)


def grids(store: Store, found: Sequence[ElevationModel]) -> list[Grid]:
    """The models' heights; a model whose file is gone is left out."""
    there = [one for one in found if store.path(one.file).is_file()]
    return [
        store.grid(
            one.file, one.row_count, one.column_count, (one.west, one.north, one.cell_width, one.cell_height), one.srid
        )
        for one in there
    ]


def inputs_of(session: Session, actor: Actor, viewpoint_id: int, observer_height_m: float | None = None) -> Inputs:
    """What would be computed with today; the height of the eyes is the one of last time unless one is given."""
    town = viewpoints.find_visible(session, actor, viewpoint_id).municipality_id
    (found,) = _known(session, town, [viewpoint_id])
    return found.inputs if observer_height_m is None else replace(found.inputs, observer_height_m=observer_height_m)


def find(session: Session, viewpoint_id: int) -> Skyline | None:
    """What was computed for the viewpoint, if anything."""
    return session.scalars(select(Skyline).where(Skyline.viewpoint_id == viewpoint_id)).one_or_none()


def due_since(session: Session, viewpoint_id: int) -> datetime | None:
    """The mark of the last change after which the viewpoint was not computed anew."""
    return session.scalar(select(Renewal.since).where(Renewal.viewpoint_id == viewpoint_id))


def open_job(session: Session, municipality_id: int, viewpoint_id: int) -> int | None:
    """The job that waits, or runs, for the viewpoint."""
    jobs = _open_jobs(session, municipality_id)
    return next((job.id for job in jobs if viewpoint_id in job.arguments["viewpoints"]), None)


def ids_under_way(session: Session, municipality_id: int) -> set[int]:
    """The viewpoints for which a job of the town waits or runs."""
    return {one for job in _open_jobs(session, municipality_id) for one in job.arguments["viewpoints"]}


def _open_jobs(session: Session, municipality_id: int) -> Sequence[Job]:
    """The town's computations that wait or run, the newest first."""
    asked = select(Job).where(Job.kind == KIND, Job.municipality_id == municipality_id, Job.ended_at.is_(None))
    with for_municipality(session, municipality_id):
        return session.scalars(asked.order_by(Job.id.desc()).execution_options(populate_existing=True)).all()


@dataclass(frozen=True)
class State:
    """How a viewpoint stands: computed or not, and whether that still holds.

    `has_model`: some model knows the point. `is_outdated`: computed for other inputs than today's.
    """

    skyline: Skyline | None
    has_model: bool
    is_outdated: bool
    inputs: Inputs


def state_of(session: Session, actor: Actor, viewpoint_id: int) -> State:
    """The state today."""
    inputs = inputs_of(session, actor, viewpoint_id)
    skyline = find(session, viewpoint_id)
    outdated = skyline is not None and skyline.inputs_hash != inputs.hash()
    return State(skyline, bool(inputs.models), outdated, inputs)


@dataclass(frozen=True)
class Brief:
    """The same of one among many: without what was computed, only from when it is."""

    id: int
    name: str
    computed_at: datetime | None
    has_model: bool
    is_outdated: bool
    inputs: Inputs


_KNOWN = text(
    """
    SELECT v.id, v.name, v.name_en, public.ST_X(p.point) AS longitude, public.ST_Y(p.point) AS latitude,
           s.observer_height_m, s.inputs_hash, s.computed_at
    FROM register.viewpoints v
    JOIN register.places p ON p.id = v.place_id
    LEFT JOIN register.viewpoint_skylines s ON s.viewpoint_id = v.id
    WHERE v.municipality_id = :town AND (CAST(:ids AS integer[]) IS NULL OR v.id = ANY(:ids))
    ORDER BY v.name, v.id
    """
)


def _known(session: Session, municipality_id: int, viewpoint_ids: Sequence[int] | None) -> list[Brief]:
    """The town's viewpoints (or these of them) by name, with what each would be computed with today; read at once."""
    with for_municipality(session, municipality_id):
        rows = session.execute(_KNOWN, {"town": municipality_id, "ids": viewpoint_ids}).all()
    ids = [row.id for row in rows]
    sectors, by_hand = viewpoints.sectors_by_point(session, ids), landmarks.by_hand(session, ids)
    targets, reach = tuple(landmarks.targets(session, municipality_id)), Reach(models(session))
    found = []
    for row in rows:
        easting, northing = geometry.utm(geometry.point(row.longitude, row.latitude))
        inputs = Inputs(
            row.id,
            row.name,
            row.name_en,
            row.longitude,
            row.latitude,
            round(easting, 2),
            round(northing, 2),
            USUAL_EYE_M if row.observer_height_m is None else row.observer_height_m,
            sectors.get(row.id, ()),
            targets,
            by_hand.get(row.id, {}),
            tuple(one.sha256 for one in reach.near(row.longitude, row.latitude)),
        )
        outdated = row.inputs_hash is not None and row.inputs_hash != inputs.hash()
        found.append(Brief(row.id, row.name, row.computed_at, bool(inputs.models), outdated, inputs))
    return found


def briefs(
    session: Session, actor: Actor, municipality_id: int, viewpoint_ids: Sequence[int] | None = None
) -> list[Brief]:
    """The state of the town's viewpoints (or of these of them) today, by name."""
    require(actor, Action.VIEWPOINT_VIEW, municipality_id)
    return _known(session, municipality_id, viewpoint_ids)


@dataclass(frozen=True)
class Overview:
    """A viewpoint in the list of the terrain page."""

    id: int
    name: str
    computed_at: datetime | None
    has_model: bool
    is_outdated: bool
    is_under_way: bool


def of_town(session: Session, actor: Actor, municipality_id: int) -> list[Overview]:
    """The town's viewpoints, each with the state of its terrain."""
    under_way = ids_under_way(session, municipality_id)
    return [
        Overview(one.id, one.name, one.computed_at, one.has_model, one.is_outdated, one.id in under_way)
        for one in briefs(session, actor, municipality_id)
    ]
