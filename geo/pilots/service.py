"""Writes of pilot projects: texts of a project, sites, and the phases of a site. The office alone writes here."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from geo.core.access import Action, Actor
from geo.core.errors import STALE, Conflict, Invalid, NotFound
from geo.core.history import perform
from geo.core.undo import revert
from geo.pilots import queries
from geo.pilots.codes import PHASES
from geo.pilots.dates import ONE_DAY, last_day, period_in_words
from geo.pilots.model import PilotPhase, PilotProject, PilotSite
from geo.pilots.schemas import (
    SITE_COLUMNS,
    PhaseInput,
    ProjectInput,
    SiteInput,
    phase_values,
    project_values,
    site_values,
)
from geo.places.model import Municipality
from geo.places.service import create_place, find_place, remove_place, update_place


def update_project(session: Session, actor: Actor, project_id: int, version: int, data: ProjectInput) -> PilotProject:
    """Change a project's texts. Raises `Conflict` with the stored values when somebody was faster."""
    with perform(session, actor, Action.PILOT_EDIT):
        project = session.get(PilotProject, project_id, with_for_update=True, populate_existing=True)
        if project is None:
            raise NotFound("Das Pilotprojekt", project_id)
        if project.version != version:
            raise Conflict(STALE, theirs=project_values(project), version=project.version)
        for field in fields(data):
            if getattr(project, field.name) != getattr(data, field.name):
                setattr(project, field.name, getattr(data, field.name))
        return project


def create_site(session: Session, actor: Actor, project_id: int, municipality_id: int, data: SiteInput) -> PilotSite:
    """A new site of a project in a town; its phases are added one by one."""
    with perform(session, actor, Action.PILOT_EDIT, municipality_id):
        if session.get(PilotProject, project_id) is None:
            raise NotFound("Das Pilotprojekt", project_id)
        if session.get(Municipality, municipality_id) is None:
            raise NotFound("Die Gemeinde", municipality_id)
        place = create_place(session, municipality_id, data.place, public="exact")
        site = PilotSite(pilot_project_id=project_id, municipality_id=municipality_id, place_id=place.id)
        _fill(site, data)
        session.add(site)
        session.flush()
        return site


def update_site(session: Session, actor: Actor, site_id: int, version: int, data: SiteInput) -> PilotSite:
    """Change what is known of a site. Raises `Conflict` with the stored values when somebody was faster."""
    visible = queries.find_visible(session, actor, site_id)
    with perform(session, actor, Action.PILOT_EDIT, visible.municipality_id):
        site = _locked(session, visible)
        place = find_place(session, site.place_id)
        if site.version != version:
            raise Conflict(STALE, theirs=site_values(site, place), version=site.version)
        before = place.version
        place = update_place(session, site.place_id, data.place, public="exact")
        if _fill(site, data) or place.version != before:
            _raise_version(session, site)
        return site


def delete_site(session: Session, actor: Actor, site_id: int, version: int) -> None:
    """Remove a site that was entered by mistake, with its phases; one that ended gets a last phase instead."""
    visible = queries.find_visible(session, actor, site_id)
    with perform(session, actor, Action.PILOT_EDIT, visible.municipality_id):
        site = _locked(session, visible)
        _check_version(site, version)
        session.delete(site)
        session.flush()
        remove_place(session, site.place_id)


def add_phase(session: Session, actor: Actor, site_id: int, version: int, data: PhaseInput) -> PilotPhase:
    """Another phase of a site. An open phase before it ends where this one begins."""
    visible = queries.find_visible(session, actor, site_id)
    with perform(session, actor, Action.PILOT_EDIT, visible.municipality_id):
        site = _locked(session, visible)
        _check_version(site, version)
        others = queries.phase_rows(session, site.id)
        during = _fitted(data, others)
        for other in others:
            if other.during.upper is None and _first_day(other.during) < _first_day(during):
                other.during = Range(other.during.lower, during.lower)
                other.end_precision = data.start.precision
        phase = PilotPhase(pilot_site_id=site.id, municipality_id=site.municipality_id)
        _fill_phase(phase, data, during, others)
        session.add(phase)
        _raise_version(session, site)
        return phase


def change_phase(session: Session, actor: Actor, phase_id: int, version: int, data: PhaseInput) -> PilotPhase:
    """Change a phase; `version` is its site's. Raises `Conflict` with the stored values when that was changed since."""
    phase = queries.find_phase(session, actor, phase_id)
    visible = queries.find_visible(session, actor, phase.pilot_site_id)
    with perform(session, actor, Action.PILOT_EDIT, visible.municipality_id):
        site = _locked(session, visible)
        session.refresh(phase)
        if site.version != version:
            raise Conflict(STALE, theirs=phase_values(phase), version=site.version)
        others = [one for one in queries.phase_rows(session, site.id) if one is not phase]
        _fill_phase(phase, data, _fitted(data, others, phase), others)
        if session.is_modified(phase):
            _raise_version(session, site)
        return phase


def remove_phase(session: Session, actor: Actor, phase_id: int, version: int) -> PilotSite:
    """Take a phase away; `version` is its site's."""
    phase = queries.find_phase(session, actor, phase_id)
    visible = queries.find_visible(session, actor, phase.pilot_site_id)
    with perform(session, actor, Action.PILOT_EDIT, visible.municipality_id):
        site = _locked(session, visible)
        _check_version(site, version)
        session.delete(phase)
        _raise_version(session, site)
        return site


def undo(session: Session, actor: Actor, site_id: int, change_id: int) -> None:
    """Take back the last change of the site, named by its id. Raises `Conflict` when it is not the last any more."""
    site = queries.find_visible(session, actor, site_id)
    with perform(session, actor, Action.PILOT_EDIT, site.municipality_id):
        revert(session, actor, queries.root_of(site), change_id)


def _locked(session: Session, visible: PilotSite) -> PilotSite:
    """The row as it is now, kept from others until the transaction ends."""
    session.refresh(visible, with_for_update=True)
    return visible


def _check_version(site: PilotSite, version: int) -> None:
    if site.version != version:
        raise Conflict(STALE + " Bitte die Seite neu laden.", version=site.version)


def _raise_version(session: Session, site: PilotSite) -> None:
    """A change of the site's parts is a change of the site: the next stale edit is noticed."""
    flag_modified(site, "name")
    session.flush()


def _fill(site: PilotSite, data: SiteInput) -> bool:
    changed = False
    for name in SITE_COLUMNS:
        if getattr(site, name) != getattr(data, name):
            setattr(site, name, getattr(data, name))
            changed = True
    return changed


def _fill_phase(phase: PilotPhase, data: PhaseInput, during: Range, others: Sequence[PilotPhase]) -> None:
    _check_free(during, others)
    phase.phase = data.phase
    if phase.during != during:
        phase.during = during
    phase.start_precision = data.start.precision
    phase.end_precision = data.end.precision if data.end else "UNGEWISS"
    phase.note, phase.note_en, phase.source = data.note, data.note_en, data.source


def _first_day(during: Range[date]) -> date:
    """The day a phase begins; a rule of the database says that there is one."""
    return during.lower or date.min


def _fitted(data: PhaseInput, others: Sequence[PilotPhase], stored: PilotPhase | None = None) -> Range:
    """The days of a phase whose ends may be known to the month only, say: "until October" and "from October" meet.

    What is said as before keeps its stored day. Else the two meet inside the month (half-year, year) that both name,
    so that each still reads as it was said.
    """
    start, after = data.start.first, data.end.after if data.end else None
    for other in others:
        begins, ends = other.during.lower, other.during.upper
        if ends is not None and data.start.first < ends < data.start.after:
            start = ends
        elif ends == data.start.after and other.end_precision == data.start.precision != "TAG":
            start = data.start.after - ONE_DAY
            other.during = Range(begins, start)
        if data.end is None or begins is None:
            continue
        if data.end.first < begins < data.end.after:
            after = begins
        elif begins == data.end.first and other.start_precision == data.end.precision != "TAG":
            after = data.end.after - ONE_DAY
            other.during = Range(after, ends)
    if stored is not None:
        start, after = _as_before(data, stored, start, after)
    if after is not None and after <= start:
        raise Invalid({"end": "Das Ende liegt vor dem Beginn."})
    return Range(start, after)


def _as_before(data: PhaseInput, stored: PilotPhase, start: date, after: date | None) -> tuple[date, date | None]:
    first, last = stored.during.lower, last_day(stored.during)
    if first is not None and first in data.start and stored.start_precision == data.start.precision:
        start = first
    if last is not None and data.end is not None and last in data.end and stored.end_precision == data.end.precision:
        after = last + ONE_DAY
    return start, after


def _check_free(during: Range, others: Sequence[PilotPhase]) -> None:
    for other in others:
        if other.during.overlaps(during):
            period = period_in_words(other.during, other.start_precision, other.end_precision)
            raise Invalid(
                {
                    "start": f"Das überschneidet sich mit der Phase „{PHASES[other.phase][0]}“ ({period})."
                    " Bitte erst deren Zeitraum ändern."
                }
            )
