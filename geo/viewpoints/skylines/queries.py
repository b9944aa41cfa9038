"""Reads: the elevation models, what was computed for a viewpoint, and whether it still holds."""

from collections.abc import Sequence
from dataclasses import dataclass
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


def models_near(session: Session, longitude: float, latitude: float) -> list[ElevationModel]:
    """Those that know something of the ground within reach of the spot; none where none knows the spot itself."""
    known = [(one, geometry.shape_of(one.extent)) for one in models(session) if one.extent is not None]
    spot = shapely.Point(longitude, latitude)
    if not any(extent.covers(spot) for _, extent in known):
        return []
    return [one for one, extent in known if extent.distance(spot) < REACH_DEG]


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
    record = viewpoints.get(session, actor, viewpoint_id)
    (longitude, latitude), (easting, northing) = viewpoints.coordinates(record.place)
    before = find(session, viewpoint_id)
    last = USUAL_EYE_M if before is None else before.observer_height_m
    by_hand = {
        row.landmark_id: bool(row.is_visible) for row in landmarks.rows_of(session, viewpoint_id) if row.is_by_hand
    }
    return Inputs(
        viewpoint_id,
        record.viewpoint.name,
        record.viewpoint.name_en,
        longitude,
        latitude,
        round(easting, 2),
        round(northing, 2),
        last if observer_height_m is None else observer_height_m,
        record.sectors,
        tuple(landmarks.targets(session, record.municipality_id)),
        dict(sorted(by_hand.items())),
        tuple(one.sha256 for one in models_near(session, longitude, latitude)),
    )


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


def _open_jobs(session: Session, municipality_id: int) -> Sequence[Job]:
    """The town's computations that wait or run, the newest first."""
    asked = select(Job).where(Job.kind == KIND, Job.municipality_id == municipality_id, Job.ended_at.is_(None))
    with for_municipality(session, municipality_id):
        return session.scalars(asked.order_by(Job.id.desc()).execution_options(populate_existing=True)).all()


def ids_of_town(session: Session, municipality_id: int) -> list[int]:
    """The viewpoints of a town."""
    return [row.id for row in session.execute(_TOWN, {"town": municipality_id})]


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
    found = session.execute(_TOWN, {"town": municipality_id}).all()
    under_way = {one for job in _open_jobs(session, municipality_id) for one in job.arguments["viewpoints"]}
    rows = []
    for row in found:
        state = state_of(session, actor, row.id)
        at = None if state.skyline is None else state.skyline.computed_at
        rows.append(Overview(row.id, row.name, at, state.has_model, state.is_outdated, row.id in under_way))
    return rows


_TOWN = text("SELECT id, name FROM register.viewpoints WHERE municipality_id = :town ORDER BY name, id")
