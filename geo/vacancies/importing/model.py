"""Tables of imports: what was handed in, the rows as they are judged, what each source knows, a town's profiles."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CHAR,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base
from geo.core.geometry import outline_type, point_type
from geo.vacancies.columns import Kind, importable
from geo.vacancies.importing.codes import IMPORT_STATES


class ImportProfile(Base):
    """How a town reads the files of one source: `plan` says which column is what."""

    __tablename__ = "import_profiles"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    name: Mapped[str]
    source: Mapped[str]
    plan: Mapped[dict[str, Any]] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("municipality_id", "name"),
        CheckConstraint(
            "length(name) BETWEEN 1 AND 120 AND length(source) BETWEEN 1 AND 120", name="import_profiles_name"
        ),
    )


class UnitImport(Base):
    """One file that was handed in, and what became of it.

    `reading` is how it was read, `plan` what its columns are, `counts` how many rows fell into each class (and
    "vanished"), `transaction_id` the one transaction that accepted it, `left_rows` what taking it back left alone.
    """

    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    state: Mapped[str] = mapped_column(default="GELESEN", server_default=text("'GELESEN'"))
    file_name: Mapped[str]
    file_sha256: Mapped[str] = mapped_column(CHAR(64))
    file_bytes: Mapped[int] = mapped_column(BigInteger)
    file_day: Mapped[date]
    reading: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    plan: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    source: Mapped[str | None]
    counts: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    started_by: Mapped[int | None] = mapped_column(ForeignKey("register.accounts.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    staged_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    taken_back_at: Mapped[datetime | None]
    transaction_id: Mapped[str | None]
    left_rows: Mapped[list[Any] | None] = mapped_column(JSONB)
    job_id: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("id", "municipality_id"),
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in IMPORT_STATES)})", name="imports_state"),
        CheckConstraint("file_sha256 ~ '^[0-9a-f]{64}$' AND file_bytes >= 0", name="imports_file"),
        Index("imports_municipality_id_idx", "municipality_id", "id"),
    )


class ImportedUnit(Base):
    """That a source knows a unit: what it last said of it (`content`, a hash) in which row of its file, and the unit's version
    after that.
    """

    __tablename__ = "imported_units"

    municipality_id: Mapped[int]
    unit_id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    import_id: Mapped[int]
    unit_version: Mapped[int]
    content: Mapped[int] = mapped_column(BigInteger)
    row_number: Mapped[int | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["unit_id", "municipality_id"],
            ["register.units.id", "register.units.municipality_id"],
            ondelete="CASCADE",
        ),
        Index("imported_units_source_idx", "municipality_id", "source"),
    )


_TYPES: dict[Kind, Any] = {
    Kind.NUMBER: Numeric,
    Kind.WHOLE: Integer,
    Kind.FLAG: Boolean,
    Kind.CODES: lambda: ARRAY(Text()),
    Kind.DAY: Date,
    Kind.SINCE: Date,
    Kind.UNTIL: Date,
}


def staged_names() -> list[str]:
    """The names of the staged values, in the order of the table; the keys of `columns`, but for the register's id."""
    names: list[str] = []
    for column in importable():
        if column.kind != Kind.DEGREES:
            names.append("register_id" if column.key == "id" else column.key)
            if column.kind in {Kind.SINCE, Kind.UNTIL}:
                names.append(f"{column.key}_precision")
    return names


def _values() -> list[Column[Any]]:
    kinds = {column.key: column.kind for column in importable()} | {"register_id": Kind.WHOLE}
    made = []
    for name in staged_names():
        kind = SmallInteger if name == "condition" else _TYPES.get(kinds.get(name, Kind.TEXT), Text)
        made.append(Column(name, kind()))
    return made


# Its one part, `inlet.import_rows`, is unlogged: after a crash of the server it is empty, the import says so, and its file
# is judged again. Rows come into that part by COPY, which PostgreSQL has not for a table with row level security.
IMPORT_ROWS = Table(
    "import_rows",
    Base.metadata,
    Column("import_id", Integer, nullable=False),
    Column("municipality_id", Integer, nullable=False),
    Column("row_number", Integer, nullable=False),
    Column("class", Text, nullable=False),
    Column("reason", Text),
    Column("problems", JSONB),
    Column("cells", ARRAY(Text())),
    Column("changes", JSONB),
    Column("is_chosen", Boolean),
    Column("content", BigInteger),
    Column("unit_id", Integer),
    Column("unit_version", Integer),
    Column("place_id", Integer),
    Column("place_version", Integer),
    Column("spell_id", Integer),
    Column("spell_version", Integer),
    Column("spell_step", Text),
    Column("spell_start", Date),
    Column("spell_start_precision", Text),
    Column("point", point_type()),
    Column("outline", outline_type(nullable=True)),
    Column("outside_m", Numeric),
    *_values(),
    PrimaryKeyConstraint("import_id", "row_number"),
    Index("import_rows_unit_id_idx", "import_id", "unit_id", postgresql_where=text("unit_id IS NOT NULL")),
    postgresql_partition_by="RANGE (import_id)",
)
