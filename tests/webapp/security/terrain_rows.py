"""A landmark that is seen from a point nobody outside may know, what was computed there, and an elevation model."""

from datetime import UTC, datetime
from typing import Any

from shapely.geometry import box
from sqlalchemy import delete
from sqlalchemy.orm import Session

from geo.core import geometry
from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.viewpoints.landmarks import service
from geo.viewpoints.landmarks.model import ViewpointLandmark
from geo.viewpoints.landmarks.schemas import LandmarkInput
from geo.viewpoints.skylines.model import ElevationModel, Renewal, Skyline


def some_terrain(session: Session, town: Any) -> None:
    """Landmarks of the town at its idea of a viewpoint."""
    data = LandmarkInput(town.secret("LANDMARKE"), "TURM", 11.3, 50.8, source=town.secret("LANDMARKENQUELLE"))
    landmark = service.create(session, SYSTEM, town.id, data)
    town.ids["landmark"] = landmark.id
    with perform(session, SYSTEM, Action.VIEWPOINT_EDIT, town.id):
        session.execute(delete(ViewpointLandmark).where(ViewpointLandmark.landmark_id == landmark.id))
        for viewpoint, visible in (("viewpoint", False), ("idea", True)):
            session.add(
                ViewpointLandmark(
                    viewpoint_id=town.ids[viewpoint],
                    landmark_id=landmark.id,
                    municipality_id=town.id,
                    position=1,
                    azimuth_deg=10,
                    distance_m=5,
                    is_visible=visible,
                )
            )
        session.add(skyline(town.ids["idea"], town.id, {"de": {"wide": town.secret("STREIFEN")}}))
        session.add(Renewal(viewpoint_id=town.ids["idea"], municipality_id=town.id, since=datetime.now(UTC)))
    with perform(session, SYSTEM, Action.TERRAIN_EDIT):
        model = elevation_model()
        session.add(model)
        session.flush()
    town.ids["model"] = model.id


def skyline(viewpoint_id: int, town: int, strips: dict[str, Any], point: tuple[float, float] = (11.0, 50.9)) -> Skyline:
    """What was computed for a point, level all around."""
    return Skyline(
        viewpoint_id=viewpoint_id,
        municipality_id=town,
        point=geometry.point(*point),
        observer_height_m=1.7,
        ground_m=300,
        reach_m=60_000,
        angles_deg=[0.0] * 3600,
        distances_m=[1000] * 3600,
        layers_deg=[0.0] * 10_800,
        visible_area=geometry.stored(box(11.0, 50.8, 11.1, 50.9)),
        visible_km2=70,
        strips=strips,
        model_ids=[],
        inputs_hash="0" * 64,
        seconds=1,
    )


def elevation_model(**changes: Any) -> ElevationModel:
    values = {
        "name": "Modell", "file": "keine.f32", "sha256": "b" * 64, "source": "Vermessungsamt", "licence": "frei", "srid": 4326,
        "column_count": 10, "row_count": 10, "west": 11, "north": 51, "cell_width": 0.1, "cell_height": 0.1,
        "resolution_m": 10_000, "lowest_m": 100, "highest_m": 300, "extent": geometry.stored(box(11, 50, 12, 51)),
    }  # fmt: skip
    return ElevationModel(**{**values, **changes})
