"""Landmarks that a town knows, and which of them is seen from which viewpoint."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from geoalchemy2 import WKBElement
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    SmallInteger,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from geo.core import surroundings
from geo.core.db import Base


class Landmark(Base):
    """Something that people know and see from afar; it may stand beyond the town's border and the state's.

    `height_m` is metres above the ground; None: not known, then what is usual for its kind is computed with.
    `external_id` is its key in the source, so that a file read again finds it.
    """

    __tablename__ = "landmarks"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    name: Mapped[str]
    name_en: Mapped[str | None]
    kind: Mapped[str]
    point: Mapped[WKBElement] = mapped_column(surroundings.point_type())
    height_m: Mapped[Decimal | None]
    source: Mapped[str | None]
    external_id: Mapped[str | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("id", "municipality_id"),
        UniqueConstraint("municipality_id", "external_id"),
        CheckConstraint("length(trim(name)) > 0", name="landmarks_name"),
        CheckConstraint(
            "kind IN ('BERG','TURM','BURG','KIRCHE','DENKMAL','GEBAEUDE','BLICKPUNKT','ORT','SONSTIGES')",
            name="landmarks_kind",
        ),
        CheckConstraint("height_m BETWEEN 0 AND 400", name="landmarks_height"),
        CheckConstraint(surroundings.point_rule("point"), name="landmarks_point"),
        Index("landmarks_municipality_id_idx", "municipality_id"),
    )


class ViewpointLandmark(Base):
    """A landmark as it lies from a viewpoint, in the order from left to right.

    `azimuth_deg` is clockwise from north, `distance_m` along the ground. `is_visible`: None is not computed;
    `is_by_hand`: a person has looked, and no computation changes it.
    """

    __tablename__ = "viewpoint_landmarks"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    viewpoint_id: Mapped[int]
    landmark_id: Mapped[int]
    municipality_id: Mapped[int]
    position: Mapped[int] = mapped_column(SmallInteger)
    azimuth_deg: Mapped[Decimal]
    distance_m: Mapped[int]
    is_visible: Mapped[bool | None]
    is_by_hand: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    __table_args__ = (
        ForeignKeyConstraint(
            ["viewpoint_id", "municipality_id"],
            ["register.viewpoints.id", "register.viewpoints.municipality_id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["landmark_id", "municipality_id"],
            ["register.landmarks.id", "register.landmarks.municipality_id"],
            ondelete="CASCADE",
        ),
        UniqueConstraint("viewpoint_id", "landmark_id"),
        CheckConstraint("azimuth_deg >= 0 AND azimuth_deg < 360", name="viewpoint_landmarks_azimuth"),
        CheckConstraint("distance_m BETWEEN 0 AND 200000", name="viewpoint_landmarks_distance"),
        CheckConstraint("NOT is_by_hand OR is_visible IS NOT NULL", name="viewpoint_landmarks_by_hand"),
        Index("viewpoint_landmarks_landmark_id_idx", "landmark_id"),
    )
