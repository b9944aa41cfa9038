"""The write of what is seen from viewpoints: their landmarks from left to right."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from geo.viewpoints.landmarks import queries
from geo.viewpoints.landmarks.model import ViewpointLandmark
from geo.viewpoints.terrain.sights import Sight


def store_sights(
    session: Session, municipality_id: int, found: Mapping[int, Sequence[Sight]], *, only_laid_out: bool = False
) -> None:
    """What was computed for viewpoints (by their numbers), from left to right; what a person has seen stays.

    Inside of a `perform`. With `only_laid_out` directions and distances alone are known: where they are as they were,
    so is what is hidden.
    """
    known = queries.rows_of(session, list(found))
    new: list[ViewpointLandmark] = []
    changed: dict[ViewpointLandmark, dict[str, Any]] = {}
    gone: list[int] = []
    for viewpoint_id, sights in found.items():
        rows = {row.landmark_id: row for row in known.get(viewpoint_id, [])}
        for position, sight in enumerate(sights, 1):
            row, values = rows.pop(sight.key, None), _values(position, sight)
            if row is None:
                of = {"viewpoint_id": viewpoint_id, "landmark_id": sight.key, "municipality_id": municipality_id}
                new.append(ViewpointLandmark(**of, **values, is_visible=sight.is_visible, is_by_hand=False))
                continue
            is_as_it_was = (row.azimuth_deg, row.distance_m) == (values["azimuth_deg"], values["distance_m"])
            keeps = row.is_by_hand or (only_laid_out and is_as_it_was)
            values["is_visible"] = row.is_visible if keeps else sight.is_visible
            if any(getattr(row, name) != value for name, value in values.items()):
                changed[row] = values
        gone += [row.id for row in rows.values()]
    _write(session, new, changed, gone)


def _values(position: int, sight: Sight) -> dict[str, Any]:
    return {"position": position, "azimuth_deg": Decimal(str(sight.azimuth_deg)), "distance_m": sight.distance_m}


def _write(
    session: Session,
    new: Sequence[ViewpointLandmark],
    changed: Mapping[ViewpointLandmark, Mapping[str, Any]],
    gone: Sequence[int],
) -> None:
    """One statement for each of the three, whatever the number of rows."""
    if gone:
        session.execute(delete(ViewpointLandmark).where(ViewpointLandmark.id.in_(gone)))
    if changed:
        session.execute(update(ViewpointLandmark), [{"id": row.id, **values} for row, values in changed.items()])
        for row in changed:
            session.expire(row)
    session.add_all(new)
    session.flush()
