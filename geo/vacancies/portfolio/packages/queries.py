"""Reads of site packages: what the town has put together, and what everybody sees of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from geo.core.errors import NotFound
from geo.vacancies import offers
from geo.vacancies.portfolio.packages.model import SitePackage, SitePackageUnit

WHAT = "Das Standortpaket"


def of_town(session: Session, municipality_id: int) -> Sequence[Row[Any]]:
    """The town's packages with the number of their units, those that end last first."""
    query = text(
        "SELECT p.id, p.title, p.until, p.is_public, p.is_example, (SELECT count(*) FROM register.site_package_units u"
        " WHERE u.package_id = p.id) AS units, (SELECT count(*) FROM published.site_package_units u"
        " WHERE u.package_id = p.id) AS shown FROM register.site_packages p WHERE p.municipality_id = :town"
        " ORDER BY p.until DESC, p.id DESC"
    )
    return session.execute(query, {"town": municipality_id}).all()


def get(session: Session, package_id: int) -> SitePackage:
    """A package of the own town. Raises `NotFound`."""
    found = session.get(SitePackage, package_id, populate_existing=True)
    if found is None:
        raise NotFound(WHAT, package_id)
    return found


def unit_ids(session: Session, package_id: int) -> list[int]:
    """The units of a package in order."""
    chosen = select(SitePackageUnit.unit_id).where(SitePackageUnit.package_id == package_id)
    return list(session.scalars(chosen.order_by(SitePackageUnit.position, SitePackageUnit.id)))


def to_choose(session: Session, municipality_id: int, chosen: Sequence[int] = ()) -> Sequence[Row[Any]]:
    """The units that may be put into a package: what is public now, and what stands in it already."""
    query = text(
        "SELECT u.id, p.street, p.house_number, p.locality, u.name, u.object_type, u.floor, u.area_total_m2,"
        " u.publication_level FROM register.units u JOIN register.places p ON p.id = u.place_id"
        " WHERE u.municipality_id = :town AND ((u.publication_level >= 2 AND u.published_during @> current_date)"
        " OR u.id = ANY (CAST(:chosen AS integer[]))) ORDER BY p.street, p.house_number, u.id LIMIT 500"
    )
    return session.execute(query, {"town": municipality_id, "chosen": list(chosen)}).all()


def published(session: Session, day: date) -> Sequence[Row[Any]]:
    """The public packages that have something on offer on the day, by town, with how many."""
    query = text(
        "SELECT p.*, (SELECT count(*) FROM published.site_package_units u WHERE u.package_id = p.id"
        " AND u.published_during @> CAST(:day AS date)) AS units FROM published.site_packages p"
        " WHERE p.until >= CAST(:day AS date) ORDER BY p.municipality, p.title, p.id"
    )
    return [row for row in session.execute(query, {"day": day}) if row.units]


def public_package(session: Session, package_id: int, day: date) -> tuple[Row[Any], list[Row[Any]]]:
    """A public package, and its offers as of the day. Raises `NotFound` for one that shows nothing on that day."""
    query = text("SELECT p.* FROM published.site_packages p WHERE p.id = :id AND p.until >= CAST(:day AS date)")
    found = session.execute(query, {"id": package_id, "day": day}).first()
    shown: list[Row[Any]] = []
    if found is not None:
        of_package = text("SELECT u.unit_id FROM published.site_package_units u WHERE u.package_id = :id"
                          " ORDER BY u.position, u.unit_id")  # fmt: skip
        shown = offers.several(session, session.scalars(of_package, {"id": package_id}).all(), day)
    if found is None or not shown:
        raise NotFound(WHAT, package_id)
    return found, shown
