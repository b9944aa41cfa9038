"""Writes of what hangs on a site: each is a change of the site, raises its version, and can be taken back with it."""

from dataclasses import fields

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor
from geo.core.errors import STALE, Conflict, Invalid
from geo.core.history import perform
from geo.pilots import queries
from geo.pilots.model import PilotPartner, PilotSite
from geo.pilots.particulars.schemas import MODELS, Particular, PartnerInput, Row, values_of
from geo.pilots.service import check_version, locked, raise_version

# So many of each may hang on a site.
MOST = 200


def add(session: Session, actor: Actor, site_id: int, version: int, data: Particular) -> Row:
    """Another partner, source of money or observation of a site; `version` is the site's."""
    visible = queries.find_visible(session, actor, site_id)
    with perform(session, actor, Action.PILOT_EDIT, visible.municipality_id):
        site = locked(session, visible)
        check_version(site, version)
        model = MODELS[type(data)]
        if (session.scalar(select(func.count()).where(model.pilot_site_id == site.id)) or 0) >= MOST:
            raise Invalid({"": f"Mehr als {MOST} sind an einem Standort nicht vorgesehen."})
        _check_name(session, site, data)
        row: Row = model(pilot_site_id=site.id, municipality_id=site.municipality_id)
        _fill(row, data)
        session.add(row)
        raise_version(session, site)
        return row


def change(session: Session, actor: Actor, row: Row, version: int, data: Particular) -> PilotSite:
    """Change it; `version` is its site's. Raises `Conflict` with the stored values when that was changed since."""
    visible = queries.find_visible(session, actor, row.pilot_site_id)
    with perform(session, actor, Action.PILOT_EDIT, visible.municipality_id):
        site = locked(session, visible)
        session.refresh(row)
        if site.version != version:
            raise Conflict(STALE, theirs=values_of(row), version=site.version)
        _check_name(session, site, data, row.id)
        _fill(row, data)
        if session.is_modified(row):
            raise_version(session, site)
        return site


def remove(session: Session, actor: Actor, row: Row, version: int) -> PilotSite:
    """Take it away; `version` is its site's."""
    visible = queries.find_visible(session, actor, row.pilot_site_id)
    with perform(session, actor, Action.PILOT_EDIT, visible.municipality_id):
        site = locked(session, visible)
        check_version(site, version)
        session.delete(row)
        raise_version(session, site)
        return site


def _check_name(session: Session, site: PilotSite, data: Particular, own: int | None = None) -> None:
    """A partner stands at a site once."""
    if not isinstance(data, PartnerInput):
        return
    there = session.scalar(
        select(PilotPartner.id).where(PilotPartner.pilot_site_id == site.id, PilotPartner.name == data.name)
    )
    if there is not None and there != own:
        raise Invalid({"name": "Dieser Beteiligte steht hier schon."})


def _fill(row: Row, data: Particular) -> None:
    for field in fields(data):
        if getattr(row, field.name) != getattr(data, field.name):
            setattr(row, field.name, getattr(data, field.name))
