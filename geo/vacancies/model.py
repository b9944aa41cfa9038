"""Units and their occupancy spells. A vacancy is a spell, never an attribute of a unit."""

from datetime import date, datetime
from decimal import Decimal

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
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import Text

from geo.core.db import Base
from geo.places.model import Place
from geo.vacancies.codes import ACCESSIBLE, ENTRANCES, LOCATION_CLASSES, OBJECT_TYPES, PRECISIONS, STATES, one_of


class Unit(Base):
    """One usable unit: shop, flat, whole building, plot. The stock is all of them, empty or not."""

    __tablename__ = "units"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    place_id: Mapped[int]
    during: Mapped[Range[date]]
    name: Mapped[str | None]
    object_type: Mapped[str]
    floor: Mapped[int | None] = mapped_column(SmallInteger)
    is_ground_floor_frontage: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    area_total_m2: Mapped[Decimal | None]
    area_sales_m2: Mapped[Decimal | None]
    area_side_m2: Mapped[Decimal | None]
    area_storage_m2: Mapped[Decimal | None]
    divisible_from_m2: Mapped[Decimal | None]
    frontage_m: Mapped[Decimal | None]
    windows_n: Mapped[int | None] = mapped_column(SmallInteger)
    clear_height_m: Mapped[Decimal | None]
    entrance: Mapped[str | None]
    accessible: Mapped[str] = mapped_column(default="UNBEKANNT", server_default=text("'UNBEKANNT'"))
    equipment: Mapped[list[str]] = mapped_column(ARRAY(Text()), default=list, server_default=text("'{}'"))
    condition: Mapped[int | None] = mapped_column(SmallInteger)
    location_class: Mapped[str | None]
    note: Mapped[str | None]
    verified_on: Mapped[date | None]
    verified_by_kind: Mapped[str | None]
    publication_level: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    published_during: Mapped[Range[date] | None]
    consent_kind: Mapped[str | None]
    public_title: Mapped[str | None]
    public_title_en: Mapped[str | None]
    public_text: Mapped[str | None]
    public_text_en: Mapped[str | None]
    rent_eur_m2: Mapped[Decimal | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    place: Mapped[Place] = relationship(lazy="raise", viewonly=True)
    spells: Mapped[list["OccupancySpell"]] = relationship(
        lazy="raise", viewonly=True, order_by="OccupancySpell.during.desc()"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        ForeignKeyConstraint(
            ["place_id", "municipality_id"], ["register.places.id", "register.places.municipality_id"]
        ),
        UniqueConstraint("id", "municipality_id"),
        CheckConstraint("NOT isempty(during)", name="units_period"),
        CheckConstraint(one_of("object_type", OBJECT_TYPES), name="units_object_type"),
        CheckConstraint(one_of("entrance", ENTRANCES), name="units_entrance"),
        CheckConstraint(one_of("accessible", ACCESSIBLE), name="units_accessible"),
        CheckConstraint(one_of("location_class", LOCATION_CLASSES), name="units_location_class"),
        CheckConstraint("condition BETWEEN 1 AND 5", name="units_condition"),
        CheckConstraint("floor BETWEEN -5 AND 40", name="units_floor"),
        # NaN counts as greater than every number, so the upper bound keeps it out.
        CheckConstraint(
            "least(area_total_m2, area_sales_m2, area_side_m2, area_storage_m2, divisible_from_m2, frontage_m,"
            " windows_n, clear_height_m, rent_eur_m2) >= 0 AND greatest(area_total_m2, area_sales_m2, area_side_m2,"
            " area_storage_m2, divisible_from_m2, frontage_m, windows_n, clear_height_m, rent_eur_m2) < 1000000",
            name="units_amounts",
        ),
        CheckConstraint("area_sales_m2 <= area_total_m2", name="units_sales_area"),
        CheckConstraint("publication_level BETWEEN 0 AND 4", name="units_publication_level"),
        CheckConstraint(
            "publication_level < 2 OR (published_during IS NOT NULL AND NOT isempty(published_during)"
            " AND NOT upper_inf(published_during) AND NOT lower_inf(published_during))",
            name="units_publication_period",
        ),
        CheckConstraint("publication_level < 3 OR consent_kind IS NOT NULL", name="units_publication_consent"),
        Index("units_place_id_idx", "place_id"),
        Index("units_municipality_id_idx", "municipality_id"),
    )


class OccupancySpell(Base):
    """A period in which a unit was in one state. Spells of a unit never overlap; the last one may be open."""

    __tablename__ = "occupancy_spells"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    unit_id: Mapped[int]
    municipality_id: Mapped[int]
    during: Mapped[Range[date]]
    start_precision: Mapped[str] = mapped_column(default="TAG", server_default=text("'TAG'"))
    end_precision: Mapped[str] = mapped_column(default="TAG", server_default=text("'TAG'"))
    state: Mapped[str]
    occupant: Mapped[str | None]
    wz_code: Mapped[str | None]
    sortiment: Mapped[str | None]
    end_reason: Mapped[str | None]
    source: Mapped[str | None]
    observed_on: Mapped[date | None]
    confidence: Mapped[str | None]
    note: Mapped[str | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        ForeignKeyConstraint(
            ["unit_id", "municipality_id"],
            ["register.units.id", "register.units.municipality_id"],
            ondelete="CASCADE",
        ),
        ExcludeConstraint(
            ("unit_id", "="),
            ("during", "&&"),
            name="occupancy_spells_no_overlap",
            deferrable=True,
            initially="DEFERRED",
        ),
        CheckConstraint("NOT isempty(during) AND NOT lower_inf(during)", name="occupancy_spells_period"),
        CheckConstraint(one_of("state", STATES), name="occupancy_spells_state"),
        CheckConstraint(one_of("start_precision", PRECISIONS), name="occupancy_spells_start_precision"),
        CheckConstraint(one_of("end_precision", PRECISIONS), name="occupancy_spells_end_precision"),
        Index("occupancy_spells_municipality_id_idx", "municipality_id"),
    )
