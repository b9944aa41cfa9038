"""Writes of site packages."""

from sqlalchemy import delete
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from geo.core.access import Action, Actor
from geo.core.errors import STALE, Conflict
from geo.core.history import perform
from geo.vacancies.portfolio.packages import queries
from geo.vacancies.portfolio.packages.model import SitePackage, SitePackageUnit
from geo.vacancies.portfolio.packages.schemas import PackageInput

_FIELDS = ("title", "title_en", "description", "description_en", "until", "is_public")


def create(session: Session, actor: Actor, municipality_id: int, data: PackageInput) -> SitePackage:
    """Put offers of a town together."""
    with perform(session, actor, Action.VACANCY_PUBLISH, municipality_id):
        made = SitePackage(municipality_id=municipality_id, **{name: getattr(data, name) for name in _FIELDS})
        session.add(made)
        session.flush()
        _set_units(session, made, data)
    return made


def update(session: Session, actor: Actor, package_id: int, version: int, data: PackageInput) -> SitePackage:
    """Change a package. Raises `NotFound`, and `Conflict` when somebody else did since `version`."""
    municipality_id = queries.get(session, package_id).municipality_id
    with perform(session, actor, Action.VACANCY_PUBLISH, municipality_id):
        row = _expected(session, package_id, version)
        for name in _FIELDS:
            setattr(row, name, getattr(data, name))
        flag_modified(row, "title")
        _set_units(session, row, data)
    return row


def remove(session: Session, actor: Actor, package_id: int, version: int) -> None:
    """Take a package apart; its offers stay what they are."""
    municipality_id = queries.get(session, package_id).municipality_id
    with perform(session, actor, Action.VACANCY_PUBLISH, municipality_id):
        session.delete(_expected(session, package_id, version))


def _set_units(session: Session, row: SitePackage, data: PackageInput) -> None:
    if queries.unit_ids(session, row.id) == list(data.unit_ids):
        return
    session.execute(delete(SitePackageUnit).where(SitePackageUnit.package_id == row.id))
    for position, unit_id in enumerate(data.unit_ids):
        session.add(
            SitePackageUnit(municipality_id=row.municipality_id, package_id=row.id, unit_id=unit_id, position=position)
        )
    session.flush()


def _expected(session: Session, package_id: int, version: int) -> SitePackage:
    row = session.get(SitePackage, package_id, with_for_update=True, populate_existing=True)
    if row is None or row.version != version:
        raise Conflict(STALE, version=None if row is None else row.version)
    return row
