"""Landmarks of the sample's towns: facts with their sources. From where they are seen is computed, not told."""

from collections.abc import Callable

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from geo.core import geometry
from geo.core.access import SYSTEM
from geo.samples.content import Record, read
from geo.samples.inserting import Row
from geo.viewpoints.landmarks.model import Landmark, ViewpointLandmark
from geo.viewpoints.skylines.renewing import renew


def add(session: Session, town: Callable[[str], int]) -> dict[str, int]:
    """The landmarks, and where they lie from the towns' viewpoints. Says how many rows; inside of a `perform`."""
    content = read("landmarks")
    rows = [_row(record, content["sources"], town) for record in content["landmarks"]]
    session.execute(insert(Landmark), rows)
    for municipality_id in sorted({row["municipality_id"] for row in rows}):
        renew(session, SYSTEM, municipality_id)
    seen = session.scalar(select(func.count()).select_from(ViewpointLandmark)) or 0
    return {"landmarks": len(rows), "viewpoint_landmarks": seen}


def _row(record: Record, sources: dict[str, str], town: Callable[[str], int]) -> Row:
    return {
        "municipality_id": town(record["ags"]),
        "name": record["name"],
        "name_en": record.get("name_en"),
        "kind": record["kind"],
        "point": geometry.point(record["lon"], record["lat"]),
        "height_m": record.get("height_m"),
        "source": sources[record["from"]],
        "external_id": f"id:{record['id']}",  # as a file from there has it, so that reading one in finds it
        "is_example": False,
    }
