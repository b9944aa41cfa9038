"""Elevation models, what was computed from them, and what is to be computed anew."""

from datetime import datetime
from typing import Any

from geoalchemy2 import WKBElement
from sqlalchemy import (
    REAL,
    CheckConstraint,
    Double,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geo.core import surroundings
from geo.core.db import Base


class ElevationModel(Base):
    """Heights of the ground that the operator gave: a file in the home's store, and where its cells lie.

    `west` and `north` are the outer corner of the first cell in the system `srid`, cells are `cell_width` by
    `cell_height` of its units; `resolution_m` is the longer side of a cell in metres. `credit` is the source as it has
    to be named, `licence` its terms.
    """

    __tablename__ = "elevation_models"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str]
    file: Mapped[str]
    sha256: Mapped[str]
    source: Mapped[str]
    licence: Mapped[str]
    srid: Mapped[int]
    column_count: Mapped[int]
    row_count: Mapped[int]
    west: Mapped[float] = mapped_column(Double())
    north: Mapped[float] = mapped_column(Double())
    cell_width: Mapped[float] = mapped_column(Double())
    cell_height: Mapped[float] = mapped_column(Double())
    resolution_m: Mapped[float] = mapped_column(Double())
    extent: Mapped[WKBElement | None] = mapped_column(surroundings.area_type())
    lowest_m: Mapped[float] = mapped_column(Double())
    highest_m: Mapped[float] = mapped_column(Double())
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("sha256"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="elevation_models_sha256"),
        CheckConstraint(
            "length(trim(name)) > 0 AND length(trim(source)) > 0 AND length(trim(licence)) > 0",
            name="elevation_models_words",
        ),
        CheckConstraint(
            "column_count > 1 AND row_count > 1 AND cell_width > 0 AND cell_height > 0 AND resolution_m > 0",
            name="elevation_models_cells",
        ),
        CheckConstraint(surroundings.area_rule("extent"), name="elevation_models_extent"),
    )


class Skyline(Base):
    """What was computed for a viewpoint; made anew as a whole, and never while somebody looks at a page.

    `angles_deg` is the elevation angle of the horizon at 0.0, 0.1, ... 359.9 degrees from true north, `distances_m`
    how far away that ridge is; `layers_deg` the same angles of what lies near, middling and far, one after the other.
    `point` and `inputs_hash` say for what: where they differ from today's, the result is out of date.
    """

    __tablename__ = "viewpoint_skylines"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    viewpoint_id: Mapped[int]
    municipality_id: Mapped[int]
    point: Mapped[WKBElement] = mapped_column(surroundings.point_type())
    observer_height_m: Mapped[float] = mapped_column(Double())
    ground_m: Mapped[float] = mapped_column(Double())
    reach_m: Mapped[int]
    angles_deg: Mapped[list[float]] = mapped_column(ARRAY(REAL()))
    distances_m: Mapped[list[int]] = mapped_column(ARRAY(Integer()))
    layers_deg: Mapped[list[float]] = mapped_column(ARRAY(REAL()))
    visible_area: Mapped[WKBElement | None] = mapped_column(surroundings.area_type())
    visible_km2: Mapped[float] = mapped_column(Double())
    strips: Mapped[dict[str, Any]] = mapped_column(JSONB)
    model_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer()))
    inputs_hash: Mapped[str]
    seconds: Mapped[float] = mapped_column(Double())
    computed_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        ForeignKeyConstraint(
            ["viewpoint_id", "municipality_id"],
            ["register.viewpoints.id", "register.viewpoints.municipality_id"],
            ondelete="CASCADE",
        ),
        UniqueConstraint("viewpoint_id"),
        CheckConstraint(
            "cardinality(angles_deg) = 3600 AND cardinality(distances_m) = 3600", name="viewpoint_skylines_angles"
        ),
        CheckConstraint("observer_height_m BETWEEN 0 AND 100", name="viewpoint_skylines_observer"),
        CheckConstraint(surroundings.point_rule("point"), name="viewpoint_skylines_point"),
        CheckConstraint(surroundings.area_rule("visible_area"), name="viewpoint_skylines_area"),
        Index("viewpoint_skylines_municipality_id_idx", "municipality_id"),
    )


class Renewal(Base):
    """What was computed for the viewpoint is of before a change; computing it anew takes the row away."""

    __tablename__ = "viewpoint_renewals"

    viewpoint_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    municipality_id: Mapped[int]
    since: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(
            ["viewpoint_id", "municipality_id"],
            ["register.viewpoints.id", "register.viewpoints.municipality_id"],
            ondelete="CASCADE",
        ),
        Index("viewpoint_renewals_municipality_id_idx", "municipality_id"),
    )
