"""Writes: a ranking of where next is taken over for the planner, and withdrawn."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from geo.core.access import Action, Actor
from geo.core.errors import Conflict, Invalid, NotFound
from geo.core.history import perform
from geo.synergy.anchors import STOP
from geo.synergy.candidates import candidates, counts_all
from geo.synergy.model import StopRank, StopRanking
from geo.synergy.ranking import MOST_WEIGHT, REASONS, rank


def take(session: Session, actor: Actor, municipality_id: int, weights: Mapping[str, int], day: date) -> StopRanking:
    """Let the planner heed the ranking of today's stops under these weights. Raises `Invalid` where nothing counts."""
    wanted = {name: weights.get(name, 0) for name in REASONS}
    if not any(wanted.values()):
        raise Invalid({"": "Mindestens ein Grund muss zählen."})
    if any(not 0 <= value <= MOST_WEIGHT for value in wanted.values()):
        raise Invalid({"": f"Ein Gewicht liegt zwischen 0 und {MOST_WEIGHT}."})
    with perform(session, actor, Action.RANKING_TAKE, municipality_id):
        known = candidates(session, actor, municipality_id, day)
        stops = [one for one in rank(known, wanted) if one.candidate.kind == STOP]
        if not stops:
            raise Invalid({"": "Die Stadt hat noch keinen Standplatz, den der Planer bedenken könnte."})
        made = StopRanking(
            municipality_id=municipality_id,
            counts_all=counts_all(actor, municipality_id),
            taken_by=actor.account_id,
            **wanted,
        )
        session.add(made)
        session.flush()
        session.add_all(
            StopRank(
                ranking_id=made.id,
                municipality_id=municipality_id,
                stop_id=one.candidate.id,
                position=one.place,
                points=one.points,
            )
            for one in stops
            if one.points is not None
        )
    return made


def withdraw(session: Session, actor: Actor, municipality_id: int, ranking_id: int, version: int) -> StopRanking:
    """Take a ranking back: the one before it holds again, or none."""
    with perform(session, actor, Action.RANKING_TAKE, municipality_id):
        found = session.get(StopRanking, ranking_id)
        if found is None or found.municipality_id != municipality_id:
            raise NotFound("Die übernommene Rangfolge", ranking_id)
        if found.withdrawn_at is not None or found.version != version:
            raise Conflict("Diese Rangfolge hat inzwischen jemand zurückgenommen.")
        found.withdrawn_at, found.withdrawn_by = datetime.now(UTC), actor.account_id
    return found
