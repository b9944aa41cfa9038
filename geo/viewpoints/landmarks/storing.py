"""The write of what is seen from a viewpoint: its landmarks from left to right."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy.orm import Session

from geo.viewpoints.landmarks import queries
from geo.viewpoints.landmarks.model import ViewpointLandmark
from geo.viewpoints.terrain.sights import Sight


def store_sights(
    session: Session, viewpoint_id: int, municipality_id: int, sights: Sequence[Sight], *, only_laid_out: bool = False
) -> None:
    """What was computed for a viewpoint, from left to right; what a person has seen stays. Inside of a `perform`.

    With `only_laid_out` directions and distances alone are known: where they are as they were, so is what is hidden.
    """
    rows = {row.landmark_id: row for row in queries.rows_of(session, viewpoint_id)}
    for position, sight in enumerate(sights, 1):
        row = rows.pop(sight.key, None)
        if row is None:
            row = ViewpointLandmark(viewpoint_id=viewpoint_id, landmark_id=sight.key, municipality_id=municipality_id)
            row.is_by_hand = False
            session.add(row)
        there = (Decimal(str(sight.azimuth_deg)), sight.distance_m)
        is_as_it_was = (row.azimuth_deg, row.distance_m) == there
        row.position = position
        row.azimuth_deg, row.distance_m = there
        if not row.is_by_hand and not (only_laid_out and is_as_it_was):
            row.is_visible = sight.is_visible
    for row in rows.values():
        session.delete(row)
    session.flush()
