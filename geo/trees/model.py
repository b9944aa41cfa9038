"""Fleets, trees, stops with slots, schedules and stays.

A tree at one stop at a time and a stop never over its capacity are rules of the database: a stay takes one slot of
its stop, and two EXCLUDE constraints guard tree and slot. They are checked at commit, so that two trees can swap.
"""

from datetime import date, datetime
from decimal import Decimal

from geoalchemy2 import WKBElement
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

from geo.core import metric
from geo.core.db import Base
from geo.core.geometry import optional_point_type, point_rule
from geo.places.model import Place

# Days of a year are numbers of month and day: 501 is the first of May.
_DAY_OF_YEAR = "({0} % 100 >= 1 AND (ARRAY[31,29,31,30,31,30,31,31,30,31,30,31])[{0} / 100] >= {0} % 100) IS TRUE"
_FIRST_DAY, _LAST_DAY = _DAY_OF_YEAR.format("season_first"), _DAY_OF_YEAR.format("season_last")


class Fleet(Base):
    """A set of mobile trees that moves together or in groups; of one town, or of the alliance (no municipality).

    `crew_per_week`: so many trees can be moved in a week; `openings_per_week`: so many visits can begin in one (both
    None: not said). The season's days are month * 100 + day.
    """

    __tablename__ = "fleets"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("register.municipalities.id"))
    name: Mapped[str]
    home: Mapped[str | None]
    note: Mapped[str | None]
    source: Mapped[str | None]
    crew_per_week: Mapped[int | None] = mapped_column(SmallInteger)
    openings_per_week: Mapped[int | None] = mapped_column(SmallInteger)
    season_first: Mapped[int] = mapped_column(SmallInteger, default=501, server_default=text("501"))
    season_last: Mapped[int] = mapped_column(SmallInteger, default=1031, server_default=text("1031"))
    visit_min_weeks: Mapped[int] = mapped_column(SmallInteger, default=3, server_default=text("3"))
    visit_max_weeks: Mapped[int] = mapped_column(SmallInteger, default=8, server_default=text("8"))
    depot_point: Mapped[WKBElement | None] = mapped_column(optional_point_type())
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint("length(trim(name)) > 0", name="fleets_name"),
        CheckConstraint("crew_per_week BETWEEN 1 AND 2000 AND openings_per_week BETWEEN 1 AND 100", name="fleets_crew"),
        CheckConstraint(f"{_FIRST_DAY} AND {_LAST_DAY} AND season_first <= season_last", name="fleets_season"),
        CheckConstraint(
            "visit_min_weeks >= 1 AND visit_max_weeks <= 52 AND visit_min_weeks <= visit_max_weeks",
            name="fleets_visit_weeks",
        ),
        CheckConstraint(f"depot_point IS NULL OR ({point_rule('depot_point')})", name="fleets_depot_point"),
    )


class Tree(Base):
    """One tree in its planter module; class S is pushed by hand, L needs a forklift.

    `state` is today's; what it was on another day stands in `TreeState`. Where a tree that was planted out grows for
    good: `planted_point`, since `planted_on`, at the stop it had visited, if it is one.
    """

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
    north_mark: Mapped[str | None]
    planted_point: Mapped[WKBElement | None] = mapped_column(optional_point_type())
    planted_on: Mapped[date | None]
    planted_stop_id: Mapped[int | None] = mapped_column(ForeignKey("register.stops.id"))
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    fleet: Mapped[Fleet] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("fleet_id", "label"),
        CheckConstraint("module_class IN ('S', 'L')", name="trees_module_class"),
        CheckConstraint("height_m > 0 AND height_m < 30", name="trees_height"),
        CheckConstraint(
            "state IN ('IM_EINSATZ','WINTERQUARTIER','WERKSTATT','AUSGEPFLANZT','ABGEGANGEN','UNBEKANNT')",
            name="trees_state",
        ),
        CheckConstraint(f"planted_point IS NULL OR ({point_rule('planted_point')})", name="trees_planted_point"),
        CheckConstraint(
            "state = 'AUSGEPFLANZT' OR (planted_point IS NULL AND planted_on IS NULL AND planted_stop_id IS NULL)",
            name="trees_planted",
        ),
        Index("trees_planted_stop_id_idx", "planted_stop_id", postgresql_where=text("planted_stop_id IS NOT NULL")),
    )


class Stop(Base):
    """A street location that can take trees: as many as it has slots.

    `bays` are its parking bays in metres (EPSG:25832); `gap_cm` is what stays free between modules. The season's days
    are month * 100 + day (None: the fleet's). What is not known of the place is None, which is not fulfilled.
    """

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
    bays: Mapped[WKBElement | None] = mapped_column(metric.area_type())
    gap_cm: Mapped[int] = mapped_column(SmallInteger, default=50, server_default=text("50"))
    quarter: Mapped[str | None]
    season_first: Mapped[int | None] = mapped_column(SmallInteger)
    season_last: Mapped[int | None] = mapped_column(SmallInteger)
    heat_need: Mapped[int | None] = mapped_column(SmallInteger)
    heat_source: Mapped[str | None]
    sealed_share: Mapped[int | None] = mapped_column(SmallInteger)
    sealed_source: Mapped[str | None]
    permit_office: Mapped[str | None]
    permit_lead_weeks: Mapped[int] = mapped_column(SmallInteger, default=6, server_default=text("6"))
    min_modules: Mapped[int] = mapped_column(SmallInteger, default=3, server_default=text("3"))
    clear_height_m: Mapped[Decimal | None]
    lane_width_m: Mapped[Decimal | None]
    speed_limit_kmh: Mapped[int | None] = mapped_column(SmallInteger)
    slope_percent: Mapped[Decimal | None]
    junction_m: Mapped[Decimal | None]
    crossing_m: Mapped[Decimal | None]
    level_crossing_m: Mapped[Decimal | None]
    has_bus_line: Mapped[bool | None]
    has_tram_wire: Mapped[bool | None]
    is_before_monument: Mapped[bool | None]
    special_bay: Mapped[str | None]
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
        CheckConstraint(metric.area_rule("bays", 0.5, 20_000), name="stops_bays"),
        CheckConstraint("gap_cm BETWEEN 0 AND 1000", name="stops_gap"),
        CheckConstraint(
            f"(season_first IS NULL OR {_FIRST_DAY}) AND (season_last IS NULL OR {_LAST_DAY})"
            " AND (season_first IS NULL OR season_last IS NULL OR season_first <= season_last)",
            name="stops_season",
        ),
        CheckConstraint("heat_need BETWEEN 0 AND 100", name="stops_heat_need"),
        CheckConstraint("sealed_share BETWEEN 0 AND 100", name="stops_sealed_share"),
        CheckConstraint("permit_lead_weeks BETWEEN 0 AND 52", name="stops_permit_lead_weeks"),
        CheckConstraint("min_modules BETWEEN 1 AND 200", name="stops_min_modules"),
        CheckConstraint(
            "clear_height_m BETWEEN 0 AND 50 AND lane_width_m BETWEEN 0 AND 30 AND speed_limit_kmh BETWEEN 0 AND 130"
            " AND slope_percent BETWEEN 0 AND 30 AND junction_m BETWEEN 0 AND 1000 AND crossing_m BETWEEN 0 AND 1000"
            " AND level_crossing_m BETWEEN 0 AND 1000",
            name="stops_site",
        ),
        CheckConstraint(
            "special_bay IN ('KEINE','BEHINDERTE','LADEZONE','TAXI','LADESAEULE','CARSHARING','FAHRRAD','FEUERWEHR',"
            "'EINFAHRT')",
            name="stops_special_bay",
        ),
        Index("stops_place_id_idx", "place_id"),
        Index("stops_municipality_id_idx", "municipality_id"),
    )


class StopSlot(Base):
    """One of the spaces of a stop, numbered from 1 to its capacity. Kept by a trigger on `stops.capacity`."""

    __tablename__ = "stop_slots"

    stop_id: Mapped[int] = mapped_column(ForeignKey("register.stops.id", ondelete="CASCADE"), primary_key=True)
    slot: Mapped[int] = mapped_column(SmallInteger, primary_key=True)


class Schedule(Base):
    """All visits and stays of a fleet in a season: draft, published, or superseded.

    `move_weekday` is the day on which its trees move, 1 for Monday to 7 for Sunday.
    """

    __tablename__ = "schedules"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    fleet_id: Mapped[int] = mapped_column(ForeignKey("register.fleets.id"))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("register.municipalities.id"))
    name: Mapped[str]
    season: Mapped[Range[date]]
    state: Mapped[str] = mapped_column(default="ENTWURF", server_default=text("'ENTWURF'"))
    published_at: Mapped[datetime | None]
    move_weekday: Mapped[int] = mapped_column(SmallInteger, default=1, server_default=text("1"))
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        CheckConstraint(
            "NOT isempty(season) AND NOT lower_inf(season) AND NOT upper_inf(season)", name="schedules_season"
        ),
        CheckConstraint("state IN ('ENTWURF','VEROEFFENTLICHT','UEBERHOLT')", name="schedules_state"),
        CheckConstraint("move_weekday BETWEEN 1 AND 7", name="schedules_move_weekday"),
    )


class Stay(Base):
    """One tree at one slot of a stop for a period, in one of three layers: draft, decided, actual.

    `plane` says within what a stay excludes others: a draft within its own schedule, decided stays among each other,
    actual ones among each other. It is computed by the database. A stay that belongs to a visit stands at its stop, in
    its layer and within its period.
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
    visit_id: Mapped[int | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    plane: Mapped[int] = mapped_column(
        Computed("CASE layer WHEN 'ENTWURF' THEN schedule_id WHEN 'BESCHLOSSEN' THEN 0 ELSE -1 END", persisted=True)
    )
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        ForeignKeyConstraint(["stop_id", "municipality_id"], ["register.stops.id", "register.stops.municipality_id"]),
        ForeignKeyConstraint(["stop_id", "slot"], ["register.stop_slots.stop_id", "register.stop_slots.slot"]),
        ForeignKeyConstraint(
            ["visit_id", "stop_id", "plane"],
            ["register.visits.id", "register.visits.stop_id", "register.visits.plane"],
            name="stays_visit_id_stop_id_plane_fkey",
            deferrable=True,
            initially="DEFERRED",
        ),
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
        Index("stays_visit_id_idx", "visit_id", postgresql_where=text("visit_id IS NOT NULL")),
        Index("stays_during_idx", "during", postgresql_using="gist"),
    )
