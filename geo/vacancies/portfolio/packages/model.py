"""Site packages, and the units in them."""

from datetime import date

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.db import Base


class SitePackage(Base):
    """Offers that belong together, public until a day; each of them only for as long as it is public by itself."""

    __tablename__ = "site_packages"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("register.municipalities.id"))
    title: Mapped[str]
    title_en: Mapped[str | None]
    description: Mapped[str | None]
    description_en: Mapped[str | None]
    until: Mapped[date]
    is_public: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("id", "municipality_id"),
        CheckConstraint("length(trim(title)) > 0", name="site_packages_title"),
        Index("site_packages_municipality_id_idx", "municipality_id"),
    )


class SitePackageUnit(Base):
    """That a unit belongs to a package."""

    __tablename__ = "site_package_units"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    municipality_id: Mapped[int]
    package_id: Mapped[int]
    unit_id: Mapped[int]
    position: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    is_example: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    __table_args__ = (
        ForeignKeyConstraint(
            ["package_id", "municipality_id"],
            ["register.site_packages.id", "register.site_packages.municipality_id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["unit_id", "municipality_id"],
            ["register.units.id", "register.units.municipality_id"],
            ondelete="CASCADE",
        ),
        UniqueConstraint("package_id", "unit_id"),
        Index("site_package_units_unit_id_idx", "unit_id"),
    )
