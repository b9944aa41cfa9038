"""Fleets, trees, stops with slots, schedules and stays.

A tree at one stop at a time and a stop never over its capacity are rules of the database: a stay takes one slot of
its stop, and two EXCLUDE constraints guard tree and slot. They are checked at commit, so that two trees can swap.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    SmallInteger,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import Text

from geo.core.db import Base
from geo.places.model import Place


class Fleet(Base):
    """A set of mobile trees that moves together or in groups; of one town, or of the alliance (no municipality)."""

    __tablename__ = "fleets"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("register.municipalities.id"))
    name: Mapped[str]
    home: Mapped[str | None]
    note: Mapped[str | None]
    source: Mapped[str | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (CheckConstraint("length(trim(name)) > 0", name="fleets_name"),)


class Tree(Base):
    """One tree in its planter module; class S is pushed by hand, L needs a forklift."""

    __tablename__ = "trees"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    fleet_id: Mapped[int] = mapped_column(ForeignKey("register.fleets.id"))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("register.municipalities.id"))
    label: Mapped[str]
    species: Mapped[str | None]
    species_latin: Mapped[str | None]
    module_class: Mapped[str] = mapped_column(default="S", server_default=text("'S'"))
    height_m: Mapped[Decimal | None]
    state: Mapped[str] = mapped_column(default="IM_EINSATZ", server_default=text("'IM_EINSATZ'"))
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    fleet: Mapped[Fleet] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("fleet_id", "label"),
        CheckConstraint("module_class IN ('S', 'L')", name="trees_module_class"),
        CheckConstraint("height_m > 0 AND height_m < 30", name="trees_height"),
        CheckConstraint(
            "state IN ('IM_EINSATZ','WINTERQUARTIER','WERKSTATT','AUSGEPFLANZT','ABGEGANGEN')", name="trees_state"
        ),
    )


class Stop(Base):
    """A street location that can take trees: as many as it has slots."""

    __tablename__ = "stops"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    place_id: Mapped[int]
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default="STRASSE", server_default=text("'STRASSE'"))
    capacity: Mapped[int] = mapped_column(SmallInteger)
    module_classes: Mapped[list[str]] = mapped_column(
        ARRAY(Text()), default=lambda: ["S", "L"], server_default=text("'{S,L}'")
    )
    note: Mapped[str | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    place: Mapped[Place] = relationship(lazy="raise", viewonly=True)

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        ForeignKeyConstraint(
            ["place_id", "municipality_id"], ["register.places.id", "register.places.municipality_id"]
        ),
        UniqueConstraint("id", "municipality_id"),
        CheckConstraint("capacity BETWEEN 1 AND 200", name="stops_capacity"),
        CheckConstraint("kind IN ('STRASSE', 'WINTERQUARTIER')", name="stops_kind"),
        CheckConstraint("module_classes <@ '{S,L}' AND cardinality(module_classes) > 0", name="stops_module_classes"),
        CheckConstraint("length(trim(name)) > 0", name="stops_name"),
        Index("stops_place_id_idx", "place_id"),
        Index("stops_municipality_id_idx", "municipality_id"),
    )


class StopSlot(Base):
    """One of the spaces of a stop, numbered from 1 to its capacity. Kept by a trigger on `stops.capacity`."""

    __tablename__ = "stop_slots"

    stop_id: Mapped[int] = mapped_column(ForeignKey("register.stops.id", ondelete="CASCADE"), primary_key=True)
    slot: Mapped[int] = mapped_column(SmallInteger, primary_key=True)


class Schedule(Base):
    """All stays of a fleet in a season: draft, published, or superseded."""

    __tablename__ = "schedules"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    fleet_id: Mapped[int] = mapped_column(ForeignKey("register.fleets.id"))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("register.municipalities.id"))
    name: Mapped[str]
    season: Mapped[Range[date]]
    state: Mapped[str] = mapped_column(default="ENTWURF", server_default=text("'ENTWURF'"))
    published_at: Mapped[datetime | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint(
            "NOT isempty(season) AND NOT lower_inf(season) AND NOT upper_inf(season)", name="schedules_season"
        ),
        CheckConstraint("state IN ('ENTWURF','VEROEFFENTLICHT','UEBERHOLT')", name="schedules_state"),
    )


class Stay(Base):
    """One tree at one slot of a stop for a period, in one of three layers: draft, decided, actual.

    `plane` says within what a stay excludes others: a draft within its own schedule, decided stays among each other,
    actual ones among each other. It is computed by the database.
    """

    __tablename__ = "stays"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("register.schedules.id", ondelete="CASCADE"))
    tree_id: Mapped[int] = mapped_column(ForeignKey("register.trees.id"))
    stop_id: Mapped[int]
    slot: Mapped[int] = mapped_column(SmallInteger)
    municipality_id: Mapped[int]
    during: Mapped[Range[date]]
    layer: Mapped[str] = mapped_column(default="ENTWURF", server_default=text("'ENTWURF'"))
    note: Mapped[str | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    plane: Mapped[int] = mapped_column(
        Computed("CASE layer WHEN 'ENTWURF' THEN schedule_id WHEN 'BESCHLOSSEN' THEN 0 ELSE -1 END", persisted=True)
    )
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        ForeignKeyConstraint(["stop_id", "municipality_id"], ["register.stops.id", "register.stops.municipality_id"]),
        ForeignKeyConstraint(["stop_id", "slot"], ["register.stop_slots.stop_id", "register.stop_slots.slot"]),
        ExcludeConstraint(
            ("plane", "="),
            ("tree_id", "="),
            ("during", "&&"),
            name="stays_tree_at_one_place",
            deferrable=True,
            initially="DEFERRED",
        ),
        ExcludeConstraint(
            ("plane", "="),
            ("stop_id", "="),
            ("slot", "="),
            ("during", "&&"),
            name="stays_stop_capacity",
            deferrable=True,
            initially="DEFERRED",
        ),
        CheckConstraint("NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)", name="stays_period"),
        CheckConstraint("layer IN ('ENTWURF','BESCHLOSSEN','TATSAECHLICH')", name="stays_layer"),
        Index("stays_schedule_id_idx", "schedule_id"),
        Index("stays_during_idx", "during", postgresql_using="gist"),
    )
