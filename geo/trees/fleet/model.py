"""Sizes of modules by fleet and class, states of trees in time, photos of trees."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Identity, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import CHAR

from geo.core.db import Base


class ModuleClass(Base):
    """What a module of a fleet's class S or L measures: length along the street, width across, height without tree."""

    __tablename__ = "module_classes"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    fleet_id: Mapped[int] = mapped_column(ForeignKey("register.fleets.id"))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("register.municipalities.id"))
    name: Mapped[str] = mapped_column("class")
    length_cm: Mapped[int] = mapped_column(SmallInteger)
    width_cm: Mapped[int] = mapped_column(SmallInteger)
    height_cm: Mapped[int | None] = mapped_column(SmallInteger)
    weight_kg: Mapped[int | None]
    seats: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("fleet_id", "class"),
        CheckConstraint("class IN ('S', 'L')", name="module_classes_class"),
        CheckConstraint(
            "length_cm BETWEEN 30 AND 1000 AND width_cm BETWEEN 30 AND 500 AND height_cm BETWEEN 10 AND 500"
            " AND weight_kg BETWEEN 1 AND 50000 AND seats BETWEEN 0 AND 50",
            name="module_classes_size",
        ),
    )


class TreeState(Base):
    """What a tree was in a period; without a beginning where nobody knows since when, without an end while it is so.

    `stop_id`: where, for a tree in winter quarters.
    """

    __tablename__ = "tree_states"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    tree_id: Mapped[int] = mapped_column(ForeignKey("register.trees.id"))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("register.municipalities.id"))
    state: Mapped[str]
    during: Mapped[Range[date]]
    stop_id: Mapped[int | None] = mapped_column(ForeignKey("register.stops.id"))
    note: Mapped[str | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    __table_args__ = (
        CheckConstraint(
            "state IN ('IM_EINSATZ','WINTERQUARTIER','WERKSTATT','AUSGEPFLANZT','ABGEGANGEN','UNBEKANNT')",
            name="tree_states_state",
        ),
        CheckConstraint("NOT isempty(during)", name="tree_states_period"),
        ExcludeConstraint(
            ("tree_id", "="),
            ("during", "&&"),
            name="tree_states_one_at_a_time",
            deferrable=True,
            initially="DEFERRED",
        ),
    )


class TreePhoto(Base):
    """A photo of a tree: the file lies in the store of photos under its hash, in the folder of the fleet's town."""

    __tablename__ = "tree_photos"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    tree_id: Mapped[int] = mapped_column(ForeignKey("register.trees.id"))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("register.municipalities.id"))
    sha256: Mapped[str] = mapped_column(CHAR(64))
    width_px: Mapped[int]
    height_px: Mapped[int]
    alt_text: Mapped[str]
    alt_text_en: Mapped[str | None]
    author: Mapped[str]
    licence: Mapped[str]
    taken_on: Mapped[date | None]
    is_public: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("tree_id", "sha256"),
        CheckConstraint("length(trim(alt_text)) > 0", name="tree_photos_alt_text"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="tree_photos_sha256"),
        CheckConstraint("width_px > 0 AND height_px > 0", name="tree_photos_size"),
    )
