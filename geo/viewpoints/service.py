"""Writes of viewpoints: describe a point, say since when which status holds, feature it, take a change back.

What is computed from terrain depends on a point's place, view and name: it is asked for anew after each such change.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date, timedelta

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from geo.core import clock
from geo.core.access import Action, Actor, may
from geo.core.errors import Conflict, Invalid, NotFound
from geo.core.history import perform
from geo.core.undo import revert
from geo.places.model import Municipality
from geo.places.service import create_place, find_place, remove_place, update_place
from geo.viewpoints import queries, stages
from geo.viewpoints.care.model import Furniture
from geo.viewpoints.codes import HIDDEN, STATUSES, VISITABLE
from geo.viewpoints.direction import Sector
from geo.viewpoints.model import Sector as SectorRow
from geo.viewpoints.model import Viewpoint, ViewpointStatus
from geo.viewpoints.schemas import COLUMNS, StatusInput, ViewpointInput, viewpoint_values
from geo.viewpoints.skylines.renewing import renew

NEEDS_DIRECTION = "Ein Punkt, den man besuchen kann, braucht eine Blickrichtung: erst sie sagt, wohin man schauen soll."
STALE = "Jemand anderes hat den Blickpunkt in der Zwischenzeit geändert."


def create(
    session: Session, actor: Actor, municipality_id: int, data: ViewpointInput, status: StatusInput
) -> Viewpoint:
    """A new viewpoint with its first status. Raises `Invalid` for an open point without a direction.

    What is public from the start needs the permission to select (`stages.action_for`).
    """
    with perform(session, actor, stages.action_for(None, status.status), municipality_id):
        if session.get(Municipality, municipality_id) is None:
            raise NotFound("Die Gemeinde", municipality_id)
        _check_direction(data.sectors, [status.status])
        _check_reason([None], status)
        place = create_place(session, municipality_id, data.place, public="exact")
        viewpoint = Viewpoint(municipality_id=municipality_id, place_id=place.id)
        _fill(viewpoint, data)
        session.add(viewpoint)
        session.flush()
        _set_sectors(session, viewpoint, data.sectors)
        _set_furniture(session, viewpoint, data.furniture)
        session.add(_status(viewpoint, status))
    renew(session, actor, municipality_id, [viewpoint.id])
    return viewpoint


def update(session: Session, actor: Actor, viewpoint_id: int, version: int, data: ViewpointInput) -> Viewpoint:
    """Change what is known of the point. Raises `Conflict` with the stored values when somebody was faster."""
    visible = queries.find_visible(session, actor, viewpoint_id)
    with perform(session, actor, Action.VIEWPOINT_EDIT, visible.municipality_id):
        viewpoint = locked(session, visible, version)
        holding = [one.status for one in queries.status_rows(session, viewpoint.id) if _counts(one)]
        _check_direction(data.sectors, holding)
        before = find_place(session, viewpoint.place_id).version
        place = update_place(session, viewpoint.place_id, data.place, public="exact")
        changed = _set_sectors(session, viewpoint, data.sectors)
        changed |= _set_furniture(session, viewpoint, data.furniture)
        changed |= _fill(viewpoint, data)
        if changed or place.version != before:
            raise_version(session, viewpoint)
    renew(session, actor, viewpoint.municipality_id, [viewpoint.id])
    return viewpoint


def set_status(session: Session, actor: Actor, viewpoint_id: int, version: int, status: StatusInput) -> Viewpoint:
    """From a day on another status holds; the one before ends there. On the same first day it is a correction.

    Raises `NotPermitted` for a step that belongs to somebody else (`stages`), `Invalid` without the reason it asks for.
    """
    visible = queries.find_visible(session, actor, viewpoint_id)
    with perform(session, actor, Action.VIEWPOINT_EDIT, visible.municipality_id):
        viewpoint = locked(session, visible, version)
        statuses = queries.status_rows(session, viewpoint.id)
        last = statuses[-1] if statuses else None
        held = [one.status for one in statuses]
        replaced = last if last is not None and last.during.lower == status.since else None
        if replaced is not None:
            _check_correction(actor, viewpoint, held, status)
        before = ([None, *held])[-2 if replaced is not None else -1]
        with perform(session, actor, stages.action_for(before, status.status), viewpoint.municipality_id):
            _check_direction(queries.sector_rows(session, viewpoint.id), [status.status], field="status")
            if last is not None:
                _check_order(last, status)
            _check_reason({before, last.status if last is not None else None}, status)
            if replaced is not None:
                replaced.status, replaced.note = status.status, status.note
            else:
                if last is not None:
                    last.during = Range(last.during.lower, status.since)
                session.add(_status(viewpoint, status))
            raise_version(session, viewpoint)
        return viewpoint


def feature(session: Session, actor: Actor, viewpoint_id: int, version: int, is_featured: bool) -> Viewpoint:
    """Put the point in front of the others, or no longer: for the curators."""
    visible = queries.find_visible(session, actor, viewpoint_id)
    with perform(session, actor, Action.VIEWPOINT_FEATURE, visible.municipality_id):
        viewpoint = locked(session, visible, version)
        current = queries.status_on(queries.status_rows(session, viewpoint.id), clock.today())
        if is_featured and (current is None or current.status in HIDDEN):
            raise Invalid({"is_featured": "Hervorheben lässt sich nur ein Punkt, der öffentlich ist."})
        viewpoint.is_featured = is_featured
        return viewpoint


def delete(session: Session, actor: Actor, viewpoint_id: int, version: int) -> None:
    """Remove a point that never was public; one that was is closed instead, so that its address goes on to answer."""
    visible = queries.find_visible(session, actor, viewpoint_id)
    with perform(session, actor, Action.VIEWPOINT_EDIT, visible.municipality_id):
        viewpoint = locked(session, visible, version)
        if any(one.status not in HIDDEN for one in queries.status_rows(session, viewpoint.id)):
            raise Invalid(
                {"": "Ein Blickpunkt, der schon öffentlich war, wird nicht gelöscht. Setzen Sie ihn auf „geschlossen“."}
            )
        session.delete(viewpoint)
        session.flush()
        remove_place(session, viewpoint.place_id)


def undo(session: Session, actor: Actor, viewpoint_id: int, change_id: int) -> None:
    """Take back the last change of the point, named by its id. Raises `Conflict` when it is not the last any more."""
    viewpoint = queries.find_visible(session, actor, viewpoint_id)
    municipality_id = viewpoint.municipality_id
    with perform(session, actor, Action.VIEWPOINT_EDIT, municipality_id):
        revert(session, actor, queries.root_of(viewpoint), change_id)
        if queries.find(session, viewpoint_id) is not None:
            renew(session, actor, municipality_id, [viewpoint_id])


def locked(session: Session, visible: Viewpoint, version: int) -> Viewpoint:
    """The row as it is now, kept from others until the transaction ends. Raises `Conflict` for a stale version."""
    session.refresh(visible, with_for_update=True)
    if visible.version != version:
        place = find_place(session, visible.place_id)
        sectors = queries.sectors_of(queries.sector_rows(session, visible.id))
        kinds = [row.kind for row in queries.furniture_rows(session, visible.id)]
        raise Conflict(STALE, theirs=viewpoint_values(visible, sectors, place, kinds), version=visible.version)
    return visible


def raise_version(session: Session, viewpoint: Viewpoint) -> None:
    """A change of the point's parts is a change of the point: the next stale edit is noticed."""
    flag_modified(viewpoint, "name")
    session.flush()


def _fill(viewpoint: Viewpoint, data: ViewpointInput) -> bool:
    changed = False
    for name in (field.name for field in fields(data) if field.name in COLUMNS):
        if getattr(viewpoint, name) != getattr(data, name):
            setattr(viewpoint, name, getattr(data, name))
            changed = True
    return changed


def _set_furniture(session: Session, viewpoint: Viewpoint, kinds: Sequence[str]) -> bool:
    """What stands at the point: what is new is in order, what was there keeps its state, what is gone goes."""
    rows = {row.kind: row for row in queries.furniture_rows(session, viewpoint.id)}
    new = [kind for kind in kinds if kind not in rows]
    gone = [row for kind, row in rows.items() if kind not in kinds]
    town = viewpoint.municipality_id
    session.add_all([Furniture(viewpoint_id=viewpoint.id, municipality_id=town, kind=kind) for kind in new])
    for row in gone:
        session.delete(row)
    return bool(new or gone)


def _set_sectors(session: Session, viewpoint: Viewpoint, sectors: Sequence[Sector]) -> bool:
    """Store the sectors in their order, touching only the rows that differ."""
    rows = {row.position: row for row in queries.sector_rows(session, viewpoint.id)}
    changed = False
    for position, sector in enumerate(sectors, 1):
        row = rows.pop(position, None)
        if row is None:
            row = SectorRow(viewpoint_id=viewpoint.id, municipality_id=viewpoint.municipality_id, position=position)
            session.add(row)
        elif Sector(row.from_deg, row.to_deg, row.is_assumed) == sector:
            continue
        row.from_deg, row.to_deg, row.is_assumed = sector.from_deg, sector.to_deg, sector.is_assumed
        changed = True
    for row in rows.values():
        session.delete(row)
        changed = True
    return changed


def _status(viewpoint: Viewpoint, status: StatusInput) -> ViewpointStatus:
    return ViewpointStatus(
        viewpoint_id=viewpoint.id,
        municipality_id=viewpoint.municipality_id,
        status=status.status,
        during=Range(status.since, None),
        note=status.note,
        is_example=viewpoint.is_example or False,
    )


def _counts(status: ViewpointStatus) -> bool:
    """Whether the status holds today or will hold."""
    return status.during.upper is None or status.during.upper > clock.today()


def _check_direction(sectors: Sequence[object], statuses: Sequence[str], field: str = "direction") -> None:
    if not sectors and any(status in VISITABLE for status in statuses):
        raise Invalid({field: NEEDS_DIRECTION})


def _check_reason(before: Iterable[str | None], status: StatusInput) -> None:
    asked = [sentence for one in before if (sentence := stages.reason_asked(one, status.status))]
    if asked and not status.note:
        raise Invalid({"note": asked[0]})


def _check_correction(actor: Actor, viewpoint: Viewpoint, held: Sequence[str], status: StatusInput) -> None:
    """Whose step somebody else took on that day stays, with its reason: the next one begins a day later."""
    needed = stages.correcting(held, status.status)
    if not all(may(actor, action, viewpoint.municipality_id) for action in needed):
        after = status.since + timedelta(days=1)
        label = STATUSES[held[-1]][0]
        raise Invalid(
            {
                "since": f"„{label}“ gilt seit diesem Tag und lässt sich hier nicht ersetzen. Ein neuer Status kann ab"
                f" dem {after:%d.%m.%Y} gelten."
            }
        )


def _check_order(last: ViewpointStatus, status: StatusInput) -> None:
    began: date = last.during.lower or date.min
    label = STATUSES[last.status][0]
    if status.since < began:
        raise Invalid(
            {
                "since": f"Seit dem {began:%d.%m.%Y} gilt „{label}“. Ein anderer Status kann frühestens an diesem Tag"
                " beginnen; an diesem Tag selbst ersetzt er ihn."
            }
        )
    if status.status == last.status and status.since > began:
        raise Invalid({"status": f"„{label}“ gilt schon seit dem {began:%d.%m.%Y}."})
    if status.since > clock.today() + timedelta(days=3660):
        raise Invalid({"since": "Der Tag liegt mehr als zehn Jahre in der Zukunft."})
