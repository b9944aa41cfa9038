"""Writes: an elevation model added or removed, a computation asked for."""

from collections.abc import Sequence
from pathlib import Path

import shapely
from shapely.geometry import box
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.core import geometry, surroundings
from geo.core.access import Action, Actor
from geo.core.errors import Conflict, Invalid
from geo.core.history import perform
from geo.jobs import service as jobs
from geo.jobs.model import Job
from geo.viewpoints import queries as viewpoints
from geo.viewpoints.codes import points_in_words
from geo.viewpoints.skylines import queries
from geo.viewpoints.skylines.files import ReadModel, Store
from geo.viewpoints.skylines.jobs import KIND
from geo.viewpoints.skylines.model import ElevationModel
from geo.viewpoints.skylines.renewing import MOST_AT_ONCE, renew_everywhere

ELSEWHERE = "Das Geländemodell liegt nicht in Thüringen oder der Umgebung. Stimmt das Koordinatensystem?"


def add_model(
    session: Session,
    actor: Actor,
    store: Store,
    path: Path,
    file_name: str,
    source: str,
    licence: str,
    srid: int | None = None,
    *,
    title: str | None = None,
) -> ElevationModel:
    """Keep a model, read in the sandbox under the file's own name; it is called `title`, or so.

    What it changes is queued to be computed. Raises `Invalid` at `file` or `srid`, `Conflict` for a known one.
    """
    with perform(session, actor, Action.TERRAIN_EDIT):
        found = store.take(path, file_name, srid)
        grid = store.grid(
            found.file,
            found.rows,
            found.columns,
            (found.west, found.north, found.cell_width, found.cell_height),
            found.srid,
        )
        extent = _extent(found)
        if session.scalar(select(ElevationModel.id).where(ElevationModel.sha256 == found.sha256)):
            raise Conflict("Dieses Geländemodell ist schon vorhanden.")
        model = ElevationModel(
            name=title or file_name,
            file=found.file,
            sha256=found.sha256,
            source=source,
            licence=licence,
            srid=found.srid,
            column_count=found.columns,
            row_count=found.rows,
            west=found.west,
            north=found.north,
            cell_width=found.cell_width,
            cell_height=found.cell_height,
            resolution_m=round(grid.resolution_m, 2),
            extent=geometry.stored(extent),
            lowest_m=found.lowest_m,
            highest_m=found.highest_m,
        )
        session.add(model)
        session.flush()
        store.sweep(set(session.scalars(select(ElevationModel.file))))
    renew_everywhere(session)
    return model


def _extent(found: ReadModel) -> shapely.Geometry:
    """The model's area in degrees. Raises `Invalid` when nothing of it lies around the state."""
    south = found.north - found.rows * found.cell_height
    east = found.west + found.columns * found.cell_width
    around = shapely.segmentize(box(found.west, south, east, found.north), (east - found.west) / 20)
    extent = geometry.in_degrees_from(around, found.srid)
    if not shapely.is_valid(extent) or not extent.intersects(box(*surroundings.FAR_BOX)):
        raise Invalid({"file": ELSEWHERE})
    return extent


def remove_model(session: Session, actor: Actor, model_id: int, version: int) -> str:
    """Take a model out; says its name. What was computed with it is queued to be computed without.

    Its file goes when the next one is added, so that a transaction that fails has lost nothing.
    """
    with perform(session, actor, Action.TERRAIN_EDIT):
        model = queries.get_model(session, actor, model_id)
        session.refresh(model, with_for_update=True)
        if model.version != version:
            raise Conflict("Das Geländemodell wurde in der Zwischenzeit geändert.")
        session.delete(model)
        session.flush()
    renew_everywhere(session)
    return model.name


def start(
    session: Session,
    actor: Actor,
    municipality_id: int,
    viewpoint_ids: Sequence[int],
    *,
    observer_height_m: float | None = None,
    origin: str | None = None,
) -> Job:
    """Queue the computation for viewpoints of a town. Raises `Invalid` for none, `NotFound` for those of another."""
    if not viewpoint_ids:
        raise Invalid({"": "Alle Ergebnisse sind auf dem neuesten Stand."})
    names = [viewpoints.find_visible(session, actor, one).name for one in viewpoint_ids[:MOST_AT_ONCE]]
    title = f"Gelände berechnen: {names[0]}" if len(names) == 1 else f"Gelände berechnen: {points_in_words(len(names))}"
    arguments = {"viewpoints": list(viewpoint_ids[:MOST_AT_ONCE]), "observer_height_m": observer_height_m}
    return jobs.start(
        session,
        actor,
        KIND,
        municipality_id,
        arguments,
        action=Action.VIEWPOINT_EDIT,
        title=title,
        origin=origin,
    )
