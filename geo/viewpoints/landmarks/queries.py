"""Reads of landmarks: a town's list, and what is seen from a viewpoint."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from geo.core import geometry
from geo.core.access import Action, Actor, may
from geo.core.db import for_municipality
from geo.core.errors import NotFound
from geo.core.history import Change, changes_of
from geo.viewpoints.landmarks.codes import USUAL_HEIGHT_M
from geo.viewpoints.landmarks.model import Landmark, ViewpointLandmark
from geo.viewpoints.terrain.sights import Sight, Target


def find_visible(session: Session, actor: Actor, landmark_id: int) -> Landmark:
    """The landmark, if the actor may see its town's viewpoints. Raises `NotFound`."""
    landmark = session.get(Landmark, landmark_id)
    if landmark is None or not may(actor, Action.VIEWPOINT_VIEW, landmark.municipality_id):
        raise NotFound("Die Landmarke", landmark_id)
    return landmark


@dataclass(frozen=True)
class Row:
    """A landmark in its town's list: from how many viewpoints it is seen, and of how many nobody knows."""

    landmark: Landmark
    longitude: float
    latitude: float
    seen_from: int
    unchecked: int


def of_town(session: Session, municipality_id: int) -> list[Row]:
    """The town's landmarks by name."""
    seen = (
        select(
            ViewpointLandmark.landmark_id,
            func.count().filter(ViewpointLandmark.is_visible.is_(True)).label("seen"),
            func.count().filter(ViewpointLandmark.is_visible.is_(None)).label("unchecked"),
        )
        .where(ViewpointLandmark.municipality_id == municipality_id)
        .group_by(ViewpointLandmark.landmark_id)
        .subquery()
    )
    found = session.execute(
        select(Landmark, func.coalesce(seen.c.seen, 0), func.coalesce(seen.c.unchecked, 0))
        .outerjoin(seen, seen.c.landmark_id == Landmark.id)
        .where(Landmark.municipality_id == municipality_id)
        .order_by(Landmark.name, Landmark.id)
    )
    return [Row(one, *geometry.lon_lat(one.point), *counts) for one, *counts in found]


def history(session: Session, landmark: Landmark) -> list[Change]:
    """What happened to the landmark, newest first."""
    with for_municipality(session, landmark.municipality_id):
        return changes_of(session, [("landmarks", landmark.id)])


def targets(session: Session, municipality_id: int) -> list[Target]:
    """The town's landmarks to be looked for, with the height that is usual for their kind where none is known."""
    found = session.scalars(
        select(Landmark).where(Landmark.municipality_id == municipality_id).order_by(Landmark.id)
    ).all()
    return [target_of(one) for one in found]


def target_of(landmark: Landmark) -> Target:
    """A landmark to be looked for."""
    easting, northing = geometry.utm(landmark.point)
    usual = Decimal(USUAL_HEIGHT_M.get(landmark.kind, 0))
    height = usual if landmark.height_m is None else landmark.height_m
    return Target(
        landmark.id,
        landmark.name,
        round(easting, 1),
        round(northing, 1),
        float(height),
        landmark.name_en,
        landmark.kind,
        is_peak=landmark.kind == "BERG",
    )


@dataclass(frozen=True)
class Seen:
    """A landmark from a viewpoint, with what staff knows of it."""

    sight: Sight
    is_by_hand: bool
    height_m: Decimal | None


_FROM_POINT = text(
    """
    SELECT l.id, l.name, l.name_en, l.kind, l.height_m, w.azimuth_deg, w.distance_m, w.is_visible, w.is_by_hand
    FROM register.viewpoint_landmarks w JOIN register.landmarks l ON l.id = w.landmark_id
    WHERE w.viewpoint_id = :id ORDER BY w.position, w.id
    """
)


def seen_from(session: Session, viewpoint_id: int) -> list[Seen]:
    """The landmarks of a viewpoint from left to right, hidden ones too."""
    return [
        Seen(_sight(row), row.is_by_hand, row.height_m) for row in session.execute(_FROM_POINT, {"id": viewpoint_id})
    ]


def _sight(row: Any) -> Sight:
    return Sight(row.id, row.name, float(row.azimuth_deg), row.distance_m, row.is_visible, None, row.name_en, row.kind)


def rows_of(session: Session, viewpoint_ids: Sequence[int]) -> dict[int, list[ViewpointLandmark]]:
    """The stored rows of viewpoints, by the viewpoint."""
    found: dict[int, list[ViewpointLandmark]] = {}
    asked = select(ViewpointLandmark).where(ViewpointLandmark.viewpoint_id.in_(viewpoint_ids))
    for row in session.scalars(asked):
        found.setdefault(row.viewpoint_id, []).append(row)
    return found


def by_hand(session: Session, viewpoint_ids: Sequence[int]) -> dict[int, dict[int, bool]]:
    """What a person has said of landmarks, by viewpoint and landmark (in its order): whether they are seen."""
    found: dict[int, dict[int, bool]] = {}
    asked = (
        select(ViewpointLandmark.viewpoint_id, ViewpointLandmark.landmark_id, ViewpointLandmark.is_visible)
        .where(ViewpointLandmark.viewpoint_id.in_(viewpoint_ids), ViewpointLandmark.is_by_hand)
        .order_by(ViewpointLandmark.landmark_id)
    )
    for viewpoint_id, landmark_id, is_visible in session.execute(asked):
        found.setdefault(viewpoint_id, {})[landmark_id] = bool(is_visible)
    return found
