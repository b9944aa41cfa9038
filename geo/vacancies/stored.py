"""Tables that the database makes from the others and keeps in step with them; nothing in Python writes them.

The migration that made them says how. Read through `published.offers`, `published.offer_cells` and
`published.offer_version`.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from geo.core.db import Base
from geo.core.geometry import point_type

OFFERS = Table(
    "offers",
    Base.metadata,
    Column("spell_id", Integer, primary_key=True, autoincrement=False),
    Column("unit_id", Integer, nullable=False),
    Column("municipality_id", Integer, nullable=False),
    *(Column(name, Text, nullable=False) for name in ("municipality", "ags", "street")),
    Column("number", Integer, nullable=False),
    *(
        Column(name, Date, nullable=False)
        for name in ("since", "until", "shown_from", "shown_until", "published_until")
    ),
    Column("point", point_type(), nullable=False),
    Column("cell_x", Integer, nullable=False),
    Column("cell_y", Integer, nullable=False),
    Column("object_type", Text, nullable=False),
    Column("floor", SmallInteger),
    Column("area_total_m2", Numeric),
    Column("size_class", Integer),
    Column("accessible", Text, nullable=False),
    Column("entrance", Text),
    *(Column(name, Text, nullable=False) for name in ("search", "map_de", "map_en", "feature_de", "feature_en")),
    Column("frontage_m", Numeric),
    Column("rent_eur_m2", Numeric),
    Column("equipment", ARRAY(Text)),
    Column("offer_kinds", ARRAY(Text)),
    Column("available_from", Date),
    Index("offers_unit_id_idx", "unit_id"),
    Index("offers_order_idx", "municipality", "street", "number", "unit_id"),
    Index("offers_ags_idx", "ags"),
    # Every day and filter but words and boxes is answered from this index alone, without the texts.
    Index(
        "offers_days_idx",
        *("since", "until", "published_until", "shown_from", "shown_until", "cell_x", "cell_y"),
        postgresql_include=[*("object_type", "floor", "area_total_m2", "size_class", "accessible", "entrance", "ags")],
    ),
    Index("offers_point_idx", "point", postgresql_using="gist"),
    Index("offers_search_idx", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
)

OFFER_CELLS = Table(
    "offer_cells",
    Base.metadata,
    Column("level", SmallInteger, nullable=False),
    Column("x", Integer, nullable=False),
    Column("y", Integer, nullable=False),
    Column("day", Date, nullable=False),
    *(Column(name, BigInteger, nullable=False) for name in ("offers", "longitudes", "latitudes")),
    Column("is_settled", Boolean, nullable=False, server_default=text("false")),
    Index("offer_cells_cell_idx", "level", "x", "y"),
    Index("offer_cells_loose_idx", "level", postgresql_where=text("NOT is_settled")),
)

OFFER_CHANGES = Table(
    "offer_changes",
    Base.metadata,
    Column("writer", Integer, primary_key=True, autoincrement=False),
    Column("changes", BigInteger, nullable=False),
)

CODE_NAMES = Table(
    "code_names",
    Base.metadata,
    *(Column(name, Text, nullable=False) for name in ("list", "code", "name_de", "name_en")),
    PrimaryKeyConstraint("list", "code"),
)
