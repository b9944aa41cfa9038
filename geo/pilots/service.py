"""Writes of pilot sites and their phases. The office alone writes."""

from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from geo.core.access import Action, Actor
from geo.core.errors import STALE, Conflict, NotFound
from geo.core.history import perform
from geo.core.undo import revert
from geo.pilots import queries
from geo.pilots.codes import PHASES
from geo.pilots.model import PilotPhase, PilotProject, PilotSite
from geo.pilots.periods import apply, check_free, end_open_ones, fitted
from geo.pilots.schemas import (
    SITE_COLUMNS,
    PhaseInput,
    SiteInput,
    phase_values,
    site_values,
)
from geo.places.model import Municipality
from geo.places.service import create_place, find_place, remove_place, update_place


def create_site(
    session: Session,
    actor: Actor,
    project_id: int,
    municipality_id: int,
    data: SiteInput,
    *,
    is_made_up: bool = False,
) -> PilotSite:
    """A new site of a project in a town; its phases are added one by one.

    One that is made up says so on its page, and goes with the sample register that it came from.
    """
    with perform(session, actor, Action.PILOT_EDIT, municipality_id):
        if session.get(PilotProject, project_id) is None:
            raise NotFound("Das Pilotprojekt", project_id)
        if session.get(Municipality, municipality_id) is None:
            raise NotFound("Die Gemeinde", municipality_id)
        place = create_place(session, municipality_id, data.place, public="exact")
        place.is_example = is_made_up
        site = PilotSite(
            pilot_project_id=project_id,
            municipality_id=municipality_id,
            place_id=place.id,
            is_made_up=is_made_up,
            is_sample=is_made_up,
        )
        _fill(site, data)
        session.add(site)
        session.flush()
        return site


def update_site(session: Session, actor: Actor, site_id: int, version: int, data: SiteInput) -> PilotSite:
    """Change what is known of a site. Raises `Conflict` with the stored values when somebody was faster."""
    visible = queries.find_visible(session, actor, site_id)
    with perform(session, actor, Action.PILOT_EDIT, visible.municipality_id):
        site = locked(session, visible)
        place = find_place(session, site.place_id)
        if site.version != version:
            raise Conflict(STALE, theirs=site_values(site, place), version=site.version)
        before = place.version
        place = update_place(session, site.place_id, data.place, public="exact")
        if _fill(site, data) or place.version != before:
            raise_version(session, site)
        return site


def delete_site(session: Session, actor: Actor, site_id: int, version: int) -> None:
    """Remove a site entered by mistake, with all that hangs on it; one that ended gets a last phase instead."""
    visible = queries.find_visible(session, actor, site_id)
    with perform(session, actor, Action.PILOT_EDIT, visible.municipality_id):
        site = locked(session, visible)
        check_version(site, version)
        session.delete(site)
        session.flush()
        remove_place(session, site.place_id)


def add_phase(session: Session, actor: Actor, site_id: int, version: int, data: PhaseInput) -> PilotPhase:
    """Another phase of a site. An open phase before it ends where this one begins."""
    visible = queries.find_visible(session, actor, site_id)
    with perform(session, actor, Action.PILOT_EDIT, visible.municipality_id):
        site = locked(session, visible)
        check_version(site, version)
        others = queries.phase_rows(session, site.id)
        during = fitted(data, others)
        end_open_ones(data, during, others)
        phase = PilotPhase(pilot_site_id=site.id, municipality_id=site.municipality_id)
        _fill_phase(phase, data, during, others)
        session.add(phase)
        raise_version(session, site)
        return phase


def change_phase(session: Session, actor: Actor, phase_id: int, version: int, data: PhaseInput) -> PilotPhase:
    """Change a phase; `version` is its site's. Raises `Conflict` with the stored values when that was changed since."""
    phase = queries.find_phase(session, actor, phase_id)
    visible = queries.find_visible(session, actor, phase.pilot_site_id)
    with perform(session, actor, Action.PILOT_EDIT, visible.municipality_id):
        site = locked(session, visible)
        session.refresh(phase)
        if site.version != version:
            raise Conflict(STALE, theirs=phase_values(phase), version=site.version)
        others = [one for one in queries.phase_rows(session, site.id) if one is not phase]
        _fill_phase(phase, data, fitted(data, others, phase), others)
        if session.is_modified(phase):
            raise_version(session, site)
        return phase


def remove_phase(session: Session, actor: Actor, phase_id: int, version: int) -> PilotSite:
    """Take a phase away; `version` is its site's."""
    phase = queries.find_phase(session, actor, phase_id)
    visible = queries.find_visible(session, actor, phase.pilot_site_id)
    with perform(session, actor, Action.PILOT_EDIT, visible.municipality_id):
        site = locked(session, visible)
        check_version(site, version)
        session.delete(phase)
        raise_version(session, site)
        return site


def undo(session: Session, actor: Actor, site_id: int, change_id: int) -> None:
    """Take back the last change of the site, named by its id. Raises `Conflict` when it is not the last any more."""
    site = queries.find_visible(session, actor, site_id)
    with perform(session, actor, Action.PILOT_EDIT, site.municipality_id):
        revert(session, actor, queries.root_of(site), change_id)


def locked(session: Session, visible: PilotSite) -> PilotSite:
    """The row as it is now, kept from others until the transaction ends."""
    session.refresh(visible, with_for_update=True)
    return visible


def check_version(site: PilotSite, version: int) -> None:
    """Raises `Conflict` when the site was changed since."""
    if site.version != version:
        raise Conflict(STALE + " Bitte die Seite neu laden.", version=site.version)


def raise_version(session: Session, site: PilotSite) -> None:
    """A change of the site's parts is a change of the site: the next stale edit is noticed."""
    flag_modified(site, "name")
    session.flush()


def _fill(site: PilotSite, data: SiteInput) -> bool:
    changed = False
    for name in SITE_COLUMNS:
        if getattr(site, name) != getattr(data, name):
            setattr(site, name, getattr(data, name))
            changed = True
    opening = Range(data.opening.first, data.opening.after) if data.opening else None
    precision = data.opening.precision if data.opening else None
    if (site.opening, site.opening_precision) != (opening, precision):
        site.opening, site.opening_precision = opening, precision
        changed = True
    return changed


def _fill_phase(phase: PilotPhase, data: PhaseInput, during: Range, others: Sequence[PilotPhase]) -> None:
    check_free(during, others, lambda other: f"der Phase „{PHASES[other.phase][0]}“")
    phase.phase = data.phase
    apply(phase, data, during)
    phase.note, phase.note_en, phase.source = data.note, data.note_en, data.source
