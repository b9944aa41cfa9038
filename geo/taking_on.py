"""A chosen application becomes a pilot site, with one click: calls and pilot projects together.

The site gets the place, the town and the phase “ausgewählt” of the day of the decision; out of an invented call comes
an invented site, which says so. There is one site at most for an application; deleting it (or taking it back here)
frees the application again.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from geo.calls import queries as calls
from geo.calls.applying import queries as applications
from geo.calls.judging import queries as judging
from geo.calls.judging import service as judging_service
from geo.core import clock
from geo.core.access import Action, Actor, require
from geo.core.errors import Conflict, NotFound
from geo.pilots import queries as pilots
from geo.pilots import service as pilot_service
from geo.pilots.dates import Moment
from geo.pilots.model import PilotSite
from geo.pilots.schemas import PhaseInput, SiteInput
from geo.places.schemas import PlaceInput


def take_on(session: Session, actor: Actor, application_id: int) -> PilotSite:
    """Make the pilot site of a chosen and announced application. Raises `Conflict` for any other, or a second time."""
    require(actor, Action.PILOT_EDIT)
    record = applications.handed_in(session, actor, application_id)
    application = record.application
    call = calls.get(session, actor, application.call_id)
    decision = judging.decisions(session, call.id).get(application_id)
    if call.pilot_project_id is None:
        raise Conflict("Ein Wettbewerb gehört zu keinem Pilotprojekt: Aus ihm wird kein Pilotstandort.")
    if call.decided_at is None or decision is None or decision.outcome != "AUSGEWAEHLT":
        raise Conflict("Ein Pilotstandort wird nur aus einer ausgewählten und bekannt gegebenen Bewerbung.")
    if application_id in judging.sites(session, call.id):
        raise Conflict("Aus dieser Bewerbung ist schon ein Pilotstandort geworden.")
    if record.spot is None:
        raise Conflict("Die Bewerbung nennt keinen Punkt auf der Karte. Bitte den Standort von Hand anlegen.")
    day = clock.day_of(decision.decided_at)
    source = f"Aufruf „{call.title}“, Entscheidung vom {day:%d.%m.%Y}"[:300]
    site = pilot_service.create_site(
        session,
        actor,
        call.pilot_project_id,
        application.municipality_id,
        _site(record, source),
        is_made_up=call.is_example,
    )
    chosen = PhaseInput("AUSGEWAEHLT", Moment(day, day + timedelta(days=1), "TAG"), source=source)
    pilot_service.add_phase(session, actor, site.id, site.version, chosen)
    judging_service.link_site(session, actor, application_id, site.id)
    return site


def _site(record: applications.Record, source: str) -> SiteInput:
    application = record.application
    longitude, latitude = record.spot or (float("nan"), float("nan"))
    place = PlaceInput(
        longitude=longitude,
        latitude=latitude,
        street=application.street,
        house_number=application.house_number,
        postcode=application.postcode,
        locality=application.locality,
        outside_confirmed=True,
    )
    name = record.municipality + (f", {application.street}" if application.street else "")
    return SiteInput(name=name[:120], place=place, source=source)


def take_back(session: Session, actor: Actor, application_id: int, now: datetime) -> None:
    """Remove the site again, if nobody went on working at it. Raises `NotFound`, `Conflict`."""
    require(actor, Action.PILOT_EDIT)
    application = applications.handed_in(session, actor, application_id).application
    site_id = judging.sites(session, application.call_id).get(application_id)
    site = None if site_id is None else pilots.find(session, site_id)
    if site is None:
        raise NotFound("Der Pilotstandort")
    if len(pilots.phase_rows(session, site.id)) > 1:
        raise Conflict("An dem Pilotstandort wurde weitergearbeitet. Bitte ihn dort löschen, wenn das so sein soll.")
    pilot_service.delete_site(session, actor, site.id, site.version)
