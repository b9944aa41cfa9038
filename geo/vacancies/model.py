"""Units and their occupancy spells. A vacancy is a spell, never an attribute of a unit."""

from datetime import date, datetime
from decimal import Decimal

from geoalchemy2 import WKBElement
from sqlalchemy import (
    CHAR,
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
from geo.core.geometry import outline_rule, outline_type
from geo.places.model import Place
from geo.vacancies.branches import RETAIL_GROUPS
from geo.vacancies.codes import (
    ACCESSIBLE,
    CONFIDENCES,
    END_REASONS,
    ENERGY_CLASSES,
    ENTRANCES,
    HEATINGS,
    LOCATION_CLASSES,
    MONUMENTS,
    OBJECT_TYPES,
    OFFER_KINDS,
    OPERATOR_KINDS,
    PRECISIONS,
    STATES,
    SUCCESSION_KINDS,
    one_of,
)


class Building(Base):
    """A building in which units lie: what the cadastre says of it, and what a person sees of it from the street."""

    __tablename__ = "buildings"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    name: Mapped[str | None]
    alkis_gml_id: Mapped[str | None]
    function_code: Mapped[str | None]
    outline: Mapped[WKBElement | None] = mapped_column(outline_type(nullable=True))
    built_year: Mapped[int | None] = mapped_column(SmallInteger)
    storeys: Mapped[int | None] = mapped_column(SmallInteger)
    monument: Mapped[str | None]
    energy_class: Mapped[str | None]
    condition: Mapped[int | None] = mapped_column(SmallInteger)
    is_hazard: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_landmark: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    note: Mapped[str | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("id", "municipality_id"),
        UniqueConstraint("municipality_id", "alkis_gml_id"),
        CheckConstraint(outline_rule("outline"), name="buildings_outline"),
        CheckConstraint("built_year BETWEEN 1000 AND 2100", name="buildings_built_year"),
        CheckConstraint("storeys BETWEEN 1 AND 60", name="buildings_storeys"),
        CheckConstraint(one_of("monument", MONUMENTS), name="buildings_monument"),
        CheckConstraint(one_of("energy_class", dict.fromkeys(ENERGY_CLASSES)), name="buildings_energy_class"),
        CheckConstraint("condition BETWEEN 1 AND 5", name="buildings_condition"),
        Index("buildings_outline_idx", "outline", postgresql_using="gist"),
    )


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
    building_id: Mapped[int | None]
    heating: Mapped[str | None]
    energy_kwh_m2a: Mapped[Decimal | None]
    energy_class: Mapped[str | None]
    parking_n: Mapped[int | None] = mapped_column(SmallInteger)
    external_source: Mapped[str | None]
    external_id: Mapped[str | None]
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
    offer_kinds: Mapped[list[str]] = mapped_column(ARRAY(Text()), default=list, server_default=text("'{}'"))
    available_from: Mapped[date | None]
    min_term_months: Mapped[int | None] = mapped_column(SmallInteger)
    max_term_months: Mapped[int | None] = mapped_column(SmallInteger)
    side_costs_eur_m2: Mapped[Decimal | None]
    price_eur: Mapped[Decimal | None]
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
        ForeignKeyConstraint(
            ["building_id", "municipality_id"], ["register.buildings.id", "register.buildings.municipality_id"]
        ),
        UniqueConstraint("id", "municipality_id"),
        CheckConstraint("NOT isempty(during)", name="units_period"),
        CheckConstraint(one_of("heating", HEATINGS), name="units_heating"),
        CheckConstraint(one_of("energy_class", dict.fromkeys(ENERGY_CLASSES)), name="units_energy_class"),
        CheckConstraint("energy_kwh_m2a >= 0 AND energy_kwh_m2a < 10000", name="units_energy"),
        CheckConstraint("parking_n BETWEEN 0 AND 9999", name="units_parking"),
        CheckConstraint("(external_id IS NULL) = (external_source IS NULL)", name="units_external"),
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
        CheckConstraint(f"offer_kinds <@ ARRAY[{', '.join(map(repr, OFFER_KINDS))}]", name="units_offer_kinds"),
        CheckConstraint(
            "least(min_term_months, max_term_months) >= 1 AND greatest(min_term_months, max_term_months) <= 1200"
            " AND coalesce(min_term_months <= max_term_months, true)",
            name="units_terms",
        ),
        CheckConstraint(
            "least(side_costs_eur_m2, price_eur) >= 0 AND greatest(side_costs_eur_m2, price_eur) < 1000000000",
            name="units_money",
        ),
        CheckConstraint("publication_level BETWEEN 0 AND 4", name="units_publication_level"),
        CheckConstraint(
            "publication_level < 2 OR (published_during IS NOT NULL AND NOT isempty(published_during)"
            " AND NOT upper_inf(published_during) AND NOT lower_inf(published_during))",
            name="units_publication_period",
        ),
        CheckConstraint("publication_level < 3 OR consent_kind IS NOT NULL", name="units_publication_consent"),
        Index("units_place_id_idx", "place_id"),
        Index("units_municipality_id_idx", "municipality_id"),
        Index("units_counted_idx", "municipality_id", postgresql_where=text("publication_level >= 1")),
        Index("units_example_idx", "id", postgresql_where=text("is_example")),
        Index("units_building_id_idx", "building_id", postgresql_where=text("building_id IS NOT NULL")),
        Index(
            "units_external_key",
            "municipality_id",
            "external_source",
            "external_id",
            unique=True,
            postgresql_where=text("external_id IS NOT NULL"),
        ),
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
    wz_2025: Mapped[str | None]
    sortiment: Mapped[str | None]
    operator_kind: Mapped[str | None]
    area_used_m2: Mapped[Decimal | None]
    threatened_from: Mapped[date | None]
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
        CheckConstraint(one_of("sortiment", RETAIL_GROUPS), name="occupancy_spells_sortiment"),
        CheckConstraint(one_of("operator_kind", OPERATOR_KINDS), name="occupancy_spells_operator_kind"),
        CheckConstraint(one_of("end_reason", END_REASONS), name="occupancy_spells_end_reason"),
        CheckConstraint(one_of("confidence", CONFIDENCES), name="occupancy_spells_confidence"),
        CheckConstraint("area_used_m2 >= 0 AND area_used_m2 < 1000000", name="occupancy_spells_area_used"),
        CheckConstraint(one_of("start_precision", PRECISIONS), name="occupancy_spells_start_precision"),
        CheckConstraint(one_of("end_precision", PRECISIONS), name="occupancy_spells_end_precision"),
        Index("occupancy_spells_municipality_id_idx", "municipality_id"),
        Index("occupancy_spells_unit_id_idx", "unit_id"),
    )


class ParcelLink(Base):
    """That a unit stands on a parcel; `parcel_key` is the Flurstückskennzeichen, 20 characters filled with `_`."""

    __tablename__ = "parcel_links"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int]
    unit_id: Mapped[int]
    parcel_key: Mapped[str] = mapped_column(CHAR(20))
    area_m2: Mapped[Decimal | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    __table_args__ = (
        ForeignKeyConstraint(
            ["unit_id", "municipality_id"],
            ["register.units.id", "register.units.municipality_id"],
            ondelete="CASCADE",
        ),
        UniqueConstraint("unit_id", "parcel_key"),
        CheckConstraint("parcel_key ~ '^16[0-9]{4}[0-9_]{3}[0-9]{5}[0-9_]{4}[0-9_]{2}$'", name="parcel_links_key"),
        CheckConstraint("area_m2 > 0 AND area_m2 < 100000000", name="parcel_links_area"),
    )


class UnitSuccession(Base):
    """That a unit became another one on a day, by being split or merged; both keep their own spells and history."""

    __tablename__ = "unit_successions"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int]
    from_unit_id: Mapped[int]
    to_unit_id: Mapped[int]
    on_day: Mapped[date]
    kind: Mapped[str]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    __table_args__ = (
        ForeignKeyConstraint(
            ["from_unit_id", "municipality_id"],
            ["register.units.id", "register.units.municipality_id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["to_unit_id", "municipality_id"],
            ["register.units.id", "register.units.municipality_id"],
            ondelete="CASCADE",
        ),
        UniqueConstraint("from_unit_id", "to_unit_id"),
        CheckConstraint("from_unit_id <> to_unit_id", name="unit_successions_apart"),
        CheckConstraint(one_of("kind", SUCCESSION_KINDS), name="unit_successions_kind"),
        Index("unit_successions_to_unit_id_idx", "to_unit_id"),
    )
