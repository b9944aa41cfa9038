"""Writes of landmarks: describe one, take many from a file, say what is seen from a point.

What is computed for the town's viewpoints depends on them all, so each write asks for it to be computed anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.core import geometry, surroundings
from geo.core.access import Action, Actor
from geo.core.errors import Conflict, Invalid, NotFound
from geo.core.history import perform
from geo.viewpoints import queries as viewpoints
from geo.viewpoints.landmarks import queries
from geo.viewpoints.landmarks.model import Landmark, ViewpointLandmark
from geo.viewpoints.landmarks.schemas import LandmarkInput, landmark_values
from geo.viewpoints.skylines.renewing import renew

MOST_OF_A_TOWN = 2000
STALE = "Jemand anderes hat die Landmarke in der Zwischenzeit geändert."


def create(session: Session, actor: Actor, municipality_id: int, data: LandmarkInput) -> Landmark:
    """A new landmark of the town."""
    with perform(session, actor, Action.VIEWPOINT_EDIT, municipality_id):
        landmark = Landmark(municipality_id=municipality_id)
        _fill(landmark, data)
        session.add(landmark)
        session.flush()
    renew(session, actor, municipality_id)
    return landmark


def update(session: Session, actor: Actor, landmark_id: int, version: int, data: LandmarkInput) -> Landmark:
    """Change a landmark. Raises `Conflict` with the stored values when somebody was faster."""
    visible = queries.find_visible(session, actor, landmark_id)
    with perform(session, actor, Action.VIEWPOINT_EDIT, visible.municipality_id):
        landmark = _locked(session, visible, version)
        _fill(landmark, data)
        session.flush()
    renew(session, actor, landmark.municipality_id)
    return landmark


def delete(session: Session, actor: Actor, landmark_id: int, version: int) -> None:
    """Remove a landmark, and with it that it is seen from anywhere."""
    visible = queries.find_visible(session, actor, landmark_id)
    with perform(session, actor, Action.VIEWPOINT_EDIT, visible.municipality_id):
        session.delete(_locked(session, visible, version))
        session.flush()
    renew(session, actor, visible.municipality_id)


@dataclass(frozen=True)
class Taken:
    """How many landmarks of a file are new, changed, and known as they were."""

    new: int
    changed: int
    same: int


def take(session: Session, actor: Actor, municipality_id: int, rows: Sequence[LandmarkInput]) -> Taken:
    """Landmarks with keys of their source: known ones are brought up to date, none is removed.

    Raises `Invalid` for more than a town can look at.
    """
    with perform(session, actor, Action.VIEWPOINT_EDIT, municipality_id):
        found = session.scalars(select(Landmark).where(Landmark.municipality_id == municipality_id)).all()
        known = {one.external_id: one for one in found if one.external_id}
        fresh = {one.external_id: one for one in rows if one.external_id}
        if len(found) + len(fresh.keys() - known.keys()) > MOST_OF_A_TOWN:
            raise Invalid(
                {"file": f"Eine Gemeinde hat höchstens {MOST_OF_A_TOWN} Landmarken. Bitte weniger auswählen."}
            )
        new = changed = 0
        for key, data in fresh.items():
            landmark = known.get(key)
            if landmark is None:
                landmark = Landmark(municipality_id=municipality_id)
                session.add(landmark)
                new += 1
                _fill(landmark, data)
            else:
                changed += _fill(landmark, data, keep_heights=True)
        session.flush()
    if new or changed:
        renew(session, actor, municipality_id)
    return Taken(new, changed, len(fresh) - new - changed)


def set_visible(
    session: Session, actor: Actor, viewpoint_id: int, landmark_id: int, is_visible: bool | None
) -> ViewpointLandmark:
    """Somebody has looked: the landmark is seen from the point, or is not; None leaves it to the computation again."""
    viewpoint = viewpoints.find_visible(session, actor, viewpoint_id)
    with perform(session, actor, Action.VIEWPOINT_EDIT, viewpoint.municipality_id):
        rows = queries.rows_of(session, [viewpoint_id]).get(viewpoint_id, [])
        row = next((one for one in rows if one.landmark_id == landmark_id), None)
        if row is None:
            raise NotFound("Die Landmarke bei diesem Blickpunkt", landmark_id)
        row.is_visible, row.is_by_hand = is_visible, is_visible is not None
        session.flush()
    renew(session, actor, viewpoint.municipality_id, [viewpoint_id])
    return row


def _fill(landmark: Landmark, data: LandmarkInput, *, keep_heights: bool = False) -> bool:
    """Whether anything changed. With `keep_heights` what somebody has entered is not emptied by a file."""
    changed = False
    for name in ("name", "kind", "name_en", "height_m", "source", "external_id"):
        value = getattr(data, name)
        if name == "external_id" and value is None:
            continue
        if keep_heights and value is None and name in {"height_m", "name_en"}:
            continue
        if getattr(landmark, name) != value:
            setattr(landmark, name, value)
            changed = True
    point = surroundings.far_point(round(data.longitude, 6), round(data.latitude, 6))
    if landmark.point is None or not geometry.is_as_shown(landmark.point, point):
        landmark.point = point
        changed = True
    return changed


def _locked(session: Session, visible: Landmark, version: int) -> Landmark:
    session.refresh(visible, with_for_update=True)
    if visible.version != version:
        raise Conflict(STALE, theirs=landmark_values(visible), version=visible.version)
    return visible
