"""Pilot projects for tests."""

from typing import Any

import pytest
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.pilots import service
from geo.pilots.dates import Moment, parse_moment
from geo.pilots.model import PilotPhase, PilotProject, PilotSite, ProjectMilestone, WorkingGroup
from geo.pilots.schemas import parse_phase, parse_site

FORM = {
    "name": "Musterstadt, Marktstraße",
    "longitude": "11,05",
    "latitude": "50,93",
    "street": "Marktstraße",
    "is_chosen": "1",
    "tree_count": "15",
    "note": "Bäume in Kübeln",
    "note_en": "Trees in planters",
    "source": "Bericht vom 15. November 2023",
}


def form(**changes: Any) -> dict[str, Any]:
    return {**FORM, **changes}


def moment(text: str) -> Moment:
    found = parse_moment(text)
    assert found is not None
    return found


def a_project(session: Session, slug: str = "probe") -> PilotProject:
    """A project of a working group, with a milestone."""
    with perform(session, SYSTEM, Action.PILOT_EDIT):
        group = WorkingGroup(slug=f"ag-{slug}", name=f"AG {slug}", name_en=f"Group {slug}", description="Sucht Wege.")
        session.add(group)
        session.flush()
        made = PilotProject(
            working_group_id=group.id,
            slug=slug,
            part="trees",
            name="Probeallee",
            name_en="Trial avenue",
            summary="Bäume ziehen um.",
            summary_en="Trees move.",
            source="Bericht",
            is_public=True,
        )
        session.add(made)
        session.flush()
        when = moment("zweites Halbjahr 2023")
        session.add(
            ProjectMilestone(
                pilot_project_id=made.id,
                position=1,
                title="Übergabe",
                title_en="Handed over",
                during=Range(when.first, when.after),
                precision=when.precision,
                was_planned=True,
                source="Bericht",
            )
        )
    return made


def a_site(session: Session, project: PilotProject, town: int, *, actor: Any = SYSTEM, **changes: Any) -> PilotSite:
    return service.create_site(session, actor, project.id, town, parse_site(form(**changes)))


def a_phase(session: Session, site: PilotSite, phase: str, start: str, end: str = "", **texts: str) -> PilotPhase:
    data = parse_phase({"phase": phase, "start": start, "end": end, **texts})
    return service.add_phase(session, SYSTEM, site.id, site.version, data)


@pytest.fixture
def project(staff: Session) -> PilotProject:
    return a_project(staff)


@pytest.fixture
def site(staff: Session, towns: Any, project: PilotProject) -> PilotSite:
    return a_site(staff, project, towns.own)
