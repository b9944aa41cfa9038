"""Tables of what lies below every part: a municipality with its period, a zone, one physical spot."""

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
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

from geo.core.db import Base
from geo.core.geometry import line_rule, line_type, outline_rule, outline_type, point_rule, point_type


class District(Base):
    """A Landkreis or a town that is its own district; `key` is the first five digits of the AGS."""

    __tablename__ = "districts"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(CHAR(5))
    name: Mapped[str]
    kind: Mapped[str]
    during: Mapped[Range[date]]
    outline: Mapped[WKBElement] = mapped_column(outline_type())

    __table_args__ = (
        ExcludeConstraint(("key", "="), ("during", "&&"), name="districts_one_at_a_time"),
        CheckConstraint("NOT isempty(during)", name="districts_period"),
        CheckConstraint(outline_rule("outline"), name="districts_outline"),
    )


class Municipality(Base):
    """A municipality for as long as its key (AGS) was in force; `successor` is who took over its territory."""

    __tablename__ = "municipalities"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    ags: Mapped[str] = mapped_column(CHAR(8))
    ars: Mapped[str | None] = mapped_column(CHAR(12))
    name: Mapped[str]
    kind: Mapped[str]
    district_id: Mapped[int | None] = mapped_column(ForeignKey("register.districts.id"))
    during: Mapped[Range[date]]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("register.municipalities.id"))
    source: Mapped[str]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    district: Mapped[District | None] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        ExcludeConstraint(("ags", "="), ("during", "&&"), name="municipalities_one_at_a_time"),
        CheckConstraint("NOT isempty(during)", name="municipalities_period"),
        CheckConstraint("ags ~ '^16[0-9]{6}$'", name="municipalities_ags"),
        CheckConstraint("ars ~ '^16[0-9]{10}$'", name="municipalities_ars"),
        CheckConstraint("successor_id <> id", name="municipalities_successor"),
    )


class MunicipalityOutline(Base):
    """A municipality's territory in a period: boundaries change while the key stays."""

    __tablename__ = "municipality_outlines"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id", ondelete="CASCADE"))
    during: Mapped[Range[date]]
    outline: Mapped[WKBElement] = mapped_column(outline_type())
    source: Mapped[str]

    __table_args__ = (
        ExcludeConstraint(("municipality_id", "="), ("during", "&&"), name="municipality_outlines_one_at_a_time"),
        CheckConstraint("NOT isempty(during)", name="municipality_outlines_period"),
        CheckConstraint(outline_rule("outline"), name="municipality_outlines_outline"),
        Index("municipality_outlines_outline_idx", "outline", postgresql_using="gist"),
    )


class Zone(Base):
    """An area of a town that counts for something: survey area, central supply area, redevelopment area, ...

    `line_width_m` is set where the outline is the area along a line that was drawn, so many metres wide.
    """

    __tablename__ = "zones"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    kind: Mapped[str]
    name: Mapped[str]
    during: Mapped[Range[date]]
    outline: Mapped[WKBElement] = mapped_column(outline_type())
    note: Mapped[str | None]
    source: Mapped[str | None]
    line_width_m: Mapped[Decimal | None]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("id", "municipality_id"),
        CheckConstraint("NOT isempty(during)", name="zones_period"),
        CheckConstraint("length(trim(name)) > 0", name="zones_name"),
        CheckConstraint("line_width_m BETWEEN 1 AND 500", name="zones_line_width"),
        CheckConstraint(outline_rule("outline"), name="zones_outline"),
        CheckConstraint(
            "kind IN ('ERHEBUNGSGEBIET','ZENTRALER_VERSORGUNGSBEREICH','FUSSGAENGERZONE','SANIERUNGSGEBIET',"
            "'VORKAUFSSATZUNG','STAEDTEBAUFOERDERGEBIET','BEBAUUNGSPLAN','QUARTIER','STRASSENABSCHNITT')",
            name="zones_kind",
        ),
        Index("zones_outline_idx", "outline", postgresql_using="gist"),
        Index("zones_municipality_id_idx", "municipality_id"),
    )


class Place(Base):
    """One physical spot. Units, stops, viewpoints and pilot sites stand at places and do not know each other.

    `public_point` is what everything public reads: the point itself or the centre of its 100 m cell. `outside_m` is
    kept by a trigger: metres outside of the municipality, over 200 only when somebody confirmed it.
    """

    __tablename__ = "places"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    street: Mapped[str | None]
    house_number: Mapped[str | None]
    postcode: Mapped[str | None] = mapped_column(CHAR(5))
    locality: Mapped[str | None]
    point: Mapped[WKBElement] = mapped_column(point_type())
    public_point: Mapped[WKBElement] = mapped_column(point_type())
    outline: Mapped[WKBElement | None] = mapped_column(outline_type(nullable=True))
    outside_m: Mapped[Decimal | None]
    outside_confirmed: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    municipality: Mapped[Municipality] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("id", "municipality_id"),
        CheckConstraint("outside_m <= 200 OR outside_confirmed", name="places_inside_municipality"),
        CheckConstraint("postcode ~ '^[0-9]{5}$'", name="places_postcode"),
        CheckConstraint(point_rule("point"), name="places_point"),
        CheckConstraint(point_rule("public_point"), name="places_public_point"),
        CheckConstraint(outline_rule("outline"), name="places_outline"),
        Index("places_point_idx", "point", postgresql_using="gist"),
        Index("places_municipality_id_idx", "municipality_id"),
        Index(
            "places_order_idx",
            "municipality_id",
            text("COALESCE(street, locality, ''::text)"),
            text("""(COALESCE("substring"(house_number, '^[0-9]{1,6}'::text), '0'::text)::integer)"""),
            "id",
        ),
    )

    @property
    def address(self) -> str:
        """Street and number, or the locality where there is no street."""
        return " ".join(part for part in (self.street, self.house_number) if part) or (self.locality or "")


class Address(Base):
    """An entry of the town's own address list (Hauskoordinaten): where a street and a house number are.

    `street_key` is the street as it is compared: lower case, "straße" as "str", without spaces, dots and hyphens.
    """

    __tablename__ = "addresses"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    street: Mapped[str]
    street_key: Mapped[str]
    house_number: Mapped[str]
    postcode: Mapped[str | None] = mapped_column(CHAR(5))
    locality: Mapped[str | None]
    point: Mapped[WKBElement] = mapped_column(point_type())
    source: Mapped[str]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    __table_args__ = (
        CheckConstraint(point_rule("point"), name="addresses_point"),
        CheckConstraint("postcode ~ '^[0-9]{5}$'", name="addresses_postcode"),
        Index("addresses_street_key_idx", "municipality_id", "street_key", "house_number"),
        Index("addresses_point_idx", "point", postgresql_using="gist"),
    )


class StreetEdge(Base):
    """A line of the town's street network, to walk along; replaced source by source."""

    __tablename__ = "street_edges"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    name: Mapped[str | None]
    line: Mapped[WKBElement] = mapped_column(line_type())
    source: Mapped[str]

    __table_args__ = (
        CheckConstraint(line_rule("line"), name="street_edges_line"),
        Index("street_edges_municipality_id_idx", "municipality_id", "source"),
        Index("street_edges_line_idx", "line", postgresql_using="gist"),
    )


class Poi(Base):
    """A place that a visitor needs near a spot (gastronomy, shop, toilet, stop, …); replaced source by source."""

    __tablename__ = "pois"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    kind: Mapped[str]
    name: Mapped[str | None]
    point: Mapped[WKBElement] = mapped_column(point_type())
    opening_hours: Mapped[str | None]
    website: Mapped[str | None]
    wheelchair: Mapped[str | None]
    source: Mapped[str]
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    __table_args__ = (
        CheckConstraint(point_rule("point"), name="pois_point"),
        CheckConstraint(
            "kind IN ('GASTRONOMIE','LADEN','TOURISTINFO','WC','TRINKWASSER','HALTESTELLE','PARKPLATZ')",
            name="pois_kind",
        ),
        CheckConstraint("wheelchair IN ('JA','TEILWEISE','NEIN')", name="pois_wheelchair"),
        CheckConstraint("website ~ '^https?://'", name="pois_website"),
        Index("pois_municipality_id_idx", "municipality_id", "source"),
        Index("pois_point_idx", "point", postgresql_using="gist"),
    )


class Photo(Base):
    """A photo of a place: the file lies in the store under its hash; author, licence and alternative text are facts.

    One that `stays_internal` came from somebody who has not agreed that it be shown.
    """

    __tablename__ = "photos"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    place_id: Mapped[int]
    sha256: Mapped[str] = mapped_column(CHAR(64))
    width_px: Mapped[int]
    height_px: Mapped[int]
    alt_text: Mapped[str]
    alt_text_en: Mapped[str | None]
    author: Mapped[str]
    licence: Mapped[str]
    taken_on: Mapped[date | None]
    position: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    is_public: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    stays_internal: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        ForeignKeyConstraint(
            ["place_id", "municipality_id"], ["register.places.id", "register.places.municipality_id"]
        ),
        UniqueConstraint("place_id", "sha256"),
        CheckConstraint("NOT (is_public AND stays_internal)", name="photos_stays_internal"),
        CheckConstraint("length(trim(alt_text)) > 0", name="photos_alt_text"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="photos_sha256"),
        CheckConstraint("width_px > 0 AND height_px > 0", name="photos_size"),
    )
