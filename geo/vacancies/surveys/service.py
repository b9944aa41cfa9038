"""Every write of a survey round: setting it up, its order, closing it. What is seen is written by `recording`."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import Action, Actor
from geo.core.errors import Conflict, Invalid, NotFound
from geo.core.history import perform
from geo.vacancies.surveys import queries, snapshot, ways
from geo.vacancies.surveys.model import SurveyRound, SurveySnapshot
from geo.vacancies.surveys.route import propose
from geo.vacancies.surveys.schemas import RoundInput

STALE = "Jemand anderes hat diese Begehung in der Zwischenzeit geändert."
CLOSED = "Diese Begehung ist geschlossen."
# More than anybody walks in one round, and more than a phone should hold.
MOST_UNITS = 2_000
Move = Literal["hoch", "runter", "anfang"]


class RoundClosed(Conflict):
    """The round was closed: nothing can be added to it."""

    def __init__(self) -> None:
        super().__init__(CLOSED)


@dataclass(frozen=True)
class Closing:
    """The closed round and its frozen result."""

    survey: SurveyRound
    snapshot: SurveySnapshot


def create(session: Session, actor: Actor, municipality_id: int, data: RoundInput) -> SurveyRound:
    """A round with its proposed walking order, along the town's street network where there is one.

    Raises `Invalid` where there is nothing to walk to.
    """
    with perform(session, actor, Action.SURVEY_EDIT, municipality_id):
        if data.zone_id is not None:
            known = {zone.id for zone in queries.zones(session, municipality_id, data.reference_day)}
            if data.zone_id not in known:
                raise Invalid({"zone_id": "Diese Zone gibt es am Stichtag nicht."})
        stops = queries.stops(session, municipality_id, data.zone_id, data.scope, clock.today())
        if not stops:
            raise Invalid({"scope": "Dazu gibt es keine Nutzungseinheit. Bitte Gebiet oder Umfang ändern."})
        if len(stops) > MOST_UNITS:
            raise Invalid(
                {
                    "zone_id": f"Das sind {len(stops)} Nutzungseinheiten; eine Begehung hat höchstens {MOST_UNITS}."
                    " Bitte eine kleinere Zone wählen."
                }
            )
        survey = SurveyRound(
            municipality_id=municipality_id,
            zone_id=data.zone_id,
            name=data.name,
            reference_day=data.reference_day,
            scope=data.scope,
            route=propose(stops, ways.among(session, municipality_id, stops).between),
        )
        session.add(survey)
        session.flush()
    return survey


def order_anew(session: Session, actor: Actor, round_id: int, version: int) -> SurveyRound:
    """Propose the walking order again, with units that came into the zone since."""
    survey = queries.get(session, round_id)
    with perform(session, actor, Action.SURVEY_EDIT, survey.municipality_id):
        survey = _expected(session, round_id, version)
        stops = queries.stops(session, survey.municipality_id, survey.zone_id, survey.scope, clock.today())
        kept = queries.stops_of(session, survey.route, clock.today())
        walked = list({stop.id: stop for stop in (*kept, *stops)}.values())
        survey.route = propose(walked, ways.among(session, survey.municipality_id, walked).between)
    return survey


def move(session: Session, actor: Actor, round_id: int, version: int, unit_id: int, to: Move) -> SurveyRound:
    """Put a unit one step up or down, or begin the walk with it (what stood before it comes last)."""
    survey = queries.get(session, round_id)
    with perform(session, actor, Action.SURVEY_EDIT, survey.municipality_id):
        survey = _expected(session, round_id, version)
        route = list(survey.route)
        if unit_id not in route:
            raise NotFound("Die Nutzungseinheit", unit_id)
        at = route.index(unit_id)
        if to == "anfang":
            route = route[at:] + route[:at]
        else:
            other = at + (1 if to == "runter" else -1)
            if 0 <= other < len(route):
                route[at], route[other] = route[other], route[at]
        survey.route = route
    return survey


def delete(session: Session, actor: Actor, round_id: int, version: int) -> None:
    """Remove a round that was set up by mistake; one on which something was seen stays."""
    survey = queries.get(session, round_id)
    with perform(session, actor, Action.SURVEY_EDIT, survey.municipality_id):
        survey = _expected(session, round_id, version)
        if queries.summary(session, round_id).entries:
            raise Conflict("Auf dieser Begehung wurde schon etwas aufgenommen; sie bleibt.")
        session.delete(survey)


def close(session: Session, actor: Actor, round_id: int, version: int) -> Closing:
    """End a round and freeze its result, with figures and hash. Nothing can be added to it afterwards."""
    survey = queries.get(session, round_id)
    with perform(session, actor, Action.SURVEY_EDIT, survey.municipality_id):
        survey = _expected(session, round_id, version)
        survey.state, survey.closed_at = "GESCHLOSSEN", datetime.now(UTC)
        session.flush()
        content = snapshot.canonical(snapshot.content_of(session, survey, clock.today()))
        frozen = SurveySnapshot(
            municipality_id=survey.municipality_id,
            round_id=survey.id,
            reference_day=survey.reference_day,
            content=content,
            sha256=snapshot.sha256(content),
        )
        session.add(frozen)
        session.flush()
    return Closing(survey, frozen)


def _expected(session: Session, round_id: int, version: int) -> SurveyRound:
    survey = queries.get(session, round_id, locked=True)
    if survey.state != "OFFEN":
        raise RoundClosed
    if survey.version != version:
        raise Conflict(STALE, version=survey.version)
    return survey
