"""Reads of pilot sites for staff. What the public reads is in `public`, what belongs to projects in `projects`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor, may, scope
from geo.core.db import for_municipality
from geo.core.errors import NotFound
from geo.core.history import Change, changes_of
from geo.core.undo import Part, Root, last_change, rows_of
from geo.pilots.model import PilotFunding, PilotObservation, PilotPartner, PilotPhase, PilotProject, PilotSite
from geo.places.model import Municipality, Place

P = TypeVar("P", PilotPartner, PilotFunding, PilotObservation)
PART_NAMES = {PilotPartner: "Der Beteiligte", PilotFunding: "Die Förderung", PilotObservation: "Die Beobachtung"}


def phase_on(phases: Sequence[PilotPhase], day: date) -> PilotPhase | None:
    """The phase that holds on the day."""
    return next((one for one in phases if day in one.during), None)


@dataclass(frozen=True)
class Record:
    """A site with everything that belongs to it."""

    site: PilotSite
    project: PilotProject
    municipality: str
    place: Place
    phases: tuple[PilotPhase, ...]
    partners: Sequence[PilotPartner] = ()
    funding: Sequence[PilotFunding] = ()
    observations: Sequence[PilotObservation] = ()

    @property
    def id(self) -> int:
        return self.site.id

    @property
    def is_made_up(self) -> bool:
        """Whether there is no such site: its project is invented, or it alone."""
        return self.project.is_made_up or self.site.is_made_up

    def phase(self, day: date) -> PilotPhase | None:
        return phase_on(self.phases, day)


@dataclass(frozen=True)
class Filters:
    """What somebody looks for: short names of project and working group, a phase of the day; None: everything."""

    project: str | None = None
    group: str | None = None
    phase: str | None = None

    @property
    def count(self) -> int:
        return sum(bool(getattr(self, name)) for name in self.__dataclass_fields__)


@dataclass(frozen=True)
class ListRow:
    """A site in the internal list and on its timeline, with the phase of the day."""

    id: int
    municipality_id: int
    municipality: str
    name: str
    project: str
    project_slug: str
    part: str | None
    is_example: bool
    phase: str | None
    opening: Range[date] | None
    opening_precision: str | None
    opening_was_planned: bool
    source: str | None
    phases: Sequence[PilotPhase]


def find_visible(session: Session, actor: Actor, site_id: int) -> PilotSite:
    """The site, if the actor may see its town's pilot sites. Raises `NotFound`."""
    site = session.get(PilotSite, site_id)
    if site is None or not may(actor, Action.PILOT_VIEW, site.municipality_id):
        raise NotFound("Der Pilotstandort", site_id)
    return site


def find(session: Session, site_id: int) -> PilotSite | None:
    """The site, if there is one (still)."""
    return session.get(PilotSite, site_id)


def get(session: Session, actor: Actor, site_id: int) -> Record:
    """A site with its project, place and phases. Raises `NotFound`."""
    site = find_visible(session, actor, site_id)
    with for_municipality(session, site.municipality_id):
        place = session.get(Place, site.place_id)
        project = session.get(PilotProject, site.pilot_project_id)
        if place is None or project is None:
            raise NotFound("Der Ort des Pilotstandorts", site_id)
        name = session.scalar(select(Municipality.name).where(Municipality.id == site.municipality_id))
        return Record(
            site,
            project,
            name or "",
            place,
            tuple(phase_rows(session, site.id)),
            _parts(session, PilotPartner, site.id, PilotPartner.name, PilotPartner.id),
            _parts(session, PilotFunding, site.id, PilotFunding.id),
            _parts(session, PilotObservation, site.id, PilotObservation.observed_on.desc(), PilotObservation.id.desc()),
        )


def _parts(session: Session, model: type[P], site_id: int, *order: Any) -> Sequence[P]:
    return session.scalars(select(model).where(model.pilot_site_id == site_id).order_by(*order)).all()


def find_part(session: Session, actor: Actor, model: type[P], row_id: int) -> P:
    """A partner, source of money or observation, if the actor may see its site. Raises `NotFound`."""
    row = session.get(model, row_id)
    if row is None or not may(actor, Action.PILOT_VIEW, row.municipality_id):
        raise NotFound(PART_NAMES[model], row_id)
    return row


def find_phase(session: Session, actor: Actor, phase_id: int) -> PilotPhase:
    """The phase, if the actor may see its site. Raises `NotFound`."""
    phase = session.get(PilotPhase, phase_id)
    if phase is None or not may(actor, Action.PILOT_VIEW, phase.municipality_id):
        raise NotFound("Die Phase", phase_id)
    return phase


def phase_rows(session: Session, site_id: int) -> Sequence[PilotPhase]:
    """The phases of a site, the earliest first."""
    return session.scalars(
        select(PilotPhase).where(PilotPhase.pilot_site_id == site_id).order_by(text("lower(during)"), PilotPhase.id)
    ).all()


_LIST = text(
    """
    SELECT s.id, s.municipality_id, m.name AS municipality, s.name, p.name AS project, p.slug AS project_slug, p.part,
           p.is_made_up OR s.is_made_up AS is_example, h.phase, s.opening, s.opening_precision, s.opening_was_planned,
           s.source
    FROM register.pilot_sites s
    JOIN register.municipalities m ON m.id = s.municipality_id
    JOIN register.pilot_projects p ON p.id = s.pilot_project_id
    JOIN register.working_groups g ON g.id = p.working_group_id
    LEFT JOIN register.pilot_phases h ON h.pilot_site_id = s.id AND h.during @> CAST(:day AS date)
    WHERE (:everywhere OR s.municipality_id = ANY(CAST(:towns AS integer[])))
      AND (CAST(:project AS text) IS NULL OR p.slug = :project)
      AND (CAST(:group AS text) IS NULL OR g.slug = :group)
      AND (CAST(:phase AS text) IS NULL OR h.phase = :phase)
    ORDER BY g.id, p.is_made_up, p.id, m.name, s.name, s.id
    """
)


def listed(
    session: Session, actor: Actor, municipality_id: int | None, day: date, filters: Filters | None = None
) -> list[ListRow]:
    """The sites of the town as of the day, or of all towns whose sites the actor may see, by project."""
    where = scope(actor, Action.PILOT_VIEW)
    if municipality_id is not None:
        towns = [municipality_id] if may(actor, Action.PILOT_VIEW, municipality_id) else []
    else:
        towns = list(where.municipality_ids)
    everywhere = municipality_id is None and where.everywhere
    filters = filters or Filters()
    asked = {"project": filters.project, "group": filters.group, "phase": filters.phase}
    found = session.execute(_LIST, {**asked, "day": day, "everywhere": everywhere, "towns": towns}).all()
    phases: dict[int, list[PilotPhase]] = {}
    of_sites = select(PilotPhase).where(PilotPhase.pilot_site_id.in_([row.id for row in found]))
    for phase in session.scalars(of_sites.order_by(text("lower(during)"), PilotPhase.id)):
        phases.setdefault(phase.pilot_site_id, []).append(phase)
    return [ListRow(**row._mapping, phases=phases.get(row.id, [])) for row in found]


_PARTS = ("phases", "partners", "funding", "observations")


def root_of(site: PilotSite) -> Root:
    """The site with its parts, for history and undo."""
    return Root(
        "pilot_sites",
        site.id,
        parts=tuple(Part(f"pilot_{name}", "pilot_site_id", site.id) for name in _PARTS),
        others=(("places", site.place_id),),
    )


def history(session: Session, actor: Actor, site_id: int) -> list[Change]:
    """Everything that happened to the site, its place and its phases, newest first."""
    site = find_visible(session, actor, site_id)
    with for_municipality(session, site.municipality_id):
        return changes_of(session, rows_of(session, root_of(site)))


def newest_change(session: Session, site: PilotSite) -> int | None:
    """The id of the last change, which an undo names."""
    with for_municipality(session, site.municipality_id):
        return last_change(session, "pilot_sites", site.id)
