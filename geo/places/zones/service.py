"""Writes of zones: draw, change, delete, take back."""

from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.core import geometry
from geo.core.access import Action, Actor
from geo.core.bundles import revert_bundle
from geo.core.errors import Conflict, Invalid, NotFound
from geo.core.history import Change, changes_of, perform
from geo.core.undo import Root, revert
from geo.places.model import Zone
from geo.places.zones import queries
from geo.places.zones.schemas import ZoneInput, zone_values

STALE = "Jemand anderes hat diese Zone in der Zwischenzeit geändert."


def create(session: Session, actor: Actor, municipality_id: int, data: ZoneInput) -> Zone:
    """A new zone. Raises `Invalid` for one that lies in another town, or is there already."""
    with perform(session, actor, Action.ZONE_EDIT, municipality_id):
        zone = Zone(municipality_id=municipality_id)
        _fill(session, zone, data)
        session.add(zone)
    return zone


def create_many(session: Session, actor: Actor, municipality_id: int, zones: Sequence[ZoneInput]) -> list[Zone]:
    """Many zones at once, all or none."""
    with perform(session, actor, Action.ZONE_EDIT, municipality_id):
        made = []
        for data in zones:
            zone = Zone(municipality_id=municipality_id)
            _fill(session, zone, data)
            session.add(zone)
            made.append(zone)
        session.flush()
    return made


def update(session: Session, actor: Actor, zone_id: int, version: int, data: ZoneInput) -> Zone:
    """Change a zone. Raises `Conflict` with what is stored now when `version` is stale."""
    municipality_id = queries.get(session, zone_id).municipality_id
    with perform(session, actor, Action.ZONE_EDIT, municipality_id):
        zone = _expected(session, zone_id, version)
        _fill(session, zone, data)
    return zone


def delete(session: Session, actor: Actor, zone_id: int, version: int) -> None:
    """Remove a zone that was entered by mistake. One that no longer holds gets an end instead."""
    municipality_id = queries.get(session, zone_id).municipality_id
    with perform(session, actor, Action.ZONE_EDIT, municipality_id):
        session.delete(_expected(session, zone_id, version))


def undo(session: Session, actor: Actor, zone_id: int, change_id: int) -> None:
    """Take back the last change of a zone; also of one that was just deleted."""
    revert(session, actor, Root("zones", zone_id), change_id)


def undo_many(session: Session, actor: Actor, change_id: int) -> int:
    """Take back all zones that one request made. Raises `ChangedSince` when one of them was changed again."""
    return revert_bundle(session, actor, change_id, ("zones",))


def history(session: Session, zone_id: int) -> list[Change]:
    """What happened to a zone, newest first."""
    return changes_of(session, [("zones", zone_id)])


def _fill(session: Session, zone: Zone, data: ZoneInput) -> None:
    if queries.lies_elsewhere(session, zone.municipality_id, geometry.element_ewkb(data.outline)):
        raise Invalid({"outline": "Die Fläche liegt ganz außerhalb der Gemeinde."})
    values = {
        "kind": data.kind,
        "name": data.name,
        "during": Range(data.start, data.end),
        "source": data.source,
        "note": data.note,
    }
    for name, value in values.items():
        if getattr(zone, name) != value:
            setattr(zone, name, value)
    if not geometry.is_as_shown(zone.outline, data.outline):
        zone.outline, zone.line_width_m = data.outline, data.line_width_m


def _expected(session: Session, zone_id: int, version: int) -> Zone:
    zone = session.get(Zone, zone_id, with_for_update=True, populate_existing=True)
    if zone is None:
        raise NotFound("Die Zone", zone_id)
    if zone.version != version:
        raise Conflict(STALE, {**zone_values(zone)}, zone.version)
    return zone
