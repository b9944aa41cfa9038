"""Pilot projects with every text marked that the public does not read: a project that is not public, what is internal
of a public one and of its site.
"""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.pilots.dates import parse_moment
from geo.pilots.model import PilotProject, ProjectDocument
from geo.pilots.particulars import service as particulars
from geo.pilots.particulars.schemas import FundingInput, ObservationInput, PartnerInput
from geo.pilots.projects import service as projects
from geo.pilots.projects.schemas import MilestoneInput, ProjectInput, RatingInput, StatusInput
from tests.geo.pilots.conftest import a_phase, a_project, a_site

READERS = Action.ALLIANCE_VIEW  # everybody of the alliance, in whatever town
TEXTS = ("background", "aim", "approach", "requirements")


def some_pilots(session: Session, town: Any) -> None:
    """A public project with a site, and one that is not public with another; both with all that hangs on them."""
    project = a_project(session)
    site = a_site(session, project, town.id)
    town.ids |= {"site": site.id, "phase": a_phase(session, site, "UMSETZUNG", "21.08.2023").id}
    _on_site(session, town, site)
    _of_project(session, town, project, READERS, is_public=True)
    hidden = projects.create(session, SYSTEM, _idea(town, project.working_group_id))
    with perform(session, SYSTEM, Action.PILOT_EDIT):
        hidden.slug = "verborgen"
        session.flush()
    _of_project(session, town, hidden, READERS, is_public=False)
    asked, town.asked = town.asked, Action.PILOT_VIEW
    unseen = a_site(session, hidden, town.id, name=town.secret("PILOTORT"), note=town.secret("PILOTNOTIZ"))
    town.asked = asked
    town.ids["site_hidden"] = unseen.id


def _idea(town: Any, group: int) -> ProjectInput:
    texts = {
        f"{name}{end}": town.secret(f"PROJEKT{name}{end}".upper(), READERS) for name in TEXTS for end in ("", "_en")
    }
    return ProjectInput(
        name=town.secret("PROJEKTNAME", READERS),
        name_en=town.secret("PROJEKTNAMEEN", READERS),
        working_group_id=group,
        summary=town.secret("PROJEKTKURZ", READERS),
        summary_en=town.secret("PROJEKTKURZEN", READERS),
        source=town.secret("PROJEKTQUELLE", READERS),
        **texts,
    )


def _on_site(session: Session, town: Any, site: Any) -> None:
    """A partner and funding, which everybody may read, and an observation, which is the alliance's."""
    kept = (
        ("partner", PartnerInput("Verein Probe", "PARTNER")),
        ("funding", FundingInput("Stiftung Probe", amount_eur=500)),
        (
            "observation",
            ObservationInput(
                date(2024, 1, 1),
                town.secret("BEOBACHTUNG", Action.PILOT_VIEW),
                town.secret("BEOBACHTUNGEN", Action.PILOT_VIEW),
            ),
        ),
    )
    for name, data in kept:
        town.ids[name] = particulars.add(session, SYSTEM, site.id, site.version, data).id


def _of_project(session: Session, town: Any, project: PilotProject, readers: Action, *, is_public: bool) -> None:
    """Status, milestone, rating and a document, marked where the project is not public; the document always."""
    word = "offen" if is_public else town.secret("PROJEKTTEIL", readers)
    moment = parse_moment("2024")
    assert moment is not None
    made = projects.add_status(session, SYSTEM, project.id, project.version, StatusInput("IDEE", moment, note=word))
    step = projects.add_milestone(session, SYSTEM, project.id, project.version, MilestoneInput(word, word, moment))
    rated = {"INNOVATION": RatingInput(2, word)}
    projects.rate(session, SYSTEM, project.id, project.version, rated, date(2024, 1, 1))
    with perform(session, SYSTEM, Action.PILOT_EDIT):
        document = ProjectDocument(pilot_project_id=project.id, is_public=not is_public)
        document.title = town.secret(f"PROJEKTUNTERLAGE{is_public}".upper(), readers)
        document.file_name, document.media_type = town.secret(f"PROJEKTDATEI{is_public}".upper(), readers), "text/plain"
        document.size_bytes, document.sha256 = 1, ("a" if is_public else "b") * 64
        session.add(document)
        session.flush()
    if is_public:
        town.ids |= {"status": made.id, "milestone": step.id, "document_of_project": document.id}
