"""Reads of the rankings that were taken over, and what the planner gets of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor, scope
from geo.core.db import for_municipality
from geo.synergy.near import near_stops
from geo.synergy.ranking import REASONS, planner_weights


@dataclass(frozen=True)
class Taken:
    """A ranking that was taken over: its weights, who did it when, and who withdrew it when."""

    id: int
    municipality_id: int
    town: str
    weights: dict[str, int]
    counts_all: bool
    taken_by: str
    taken_at: datetime
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    version: int
    stops: int

    @property
    def planner_weights(self) -> dict[str, int]:
        return planner_weights(self.weights)


_TAKEN = text(
    """
    SELECT r.*, m.name AS town, coalesce(a.name, 'System') AS taker, b.name AS withdrawer,
        (SELECT count(*) FROM register.stop_ranks k WHERE k.ranking_id = r.id) AS stops
    FROM register.stop_rankings r JOIN register.municipalities m ON m.id = r.municipality_id
    LEFT JOIN register.accounts a ON a.id = r.taken_by LEFT JOIN register.accounts b ON b.id = r.withdrawn_by
    WHERE r.municipality_id = :town ORDER BY r.id DESC LIMIT :most
    """
)
_HOLDING = text(
    "SELECT r.id FROM register.stop_rankings r WHERE r.municipality_id = :town AND r.withdrawn_at IS NULL"
    " ORDER BY r.id DESC LIMIT 1"
)
_RANKS = text("SELECT k.stop_id, k.points FROM register.stop_ranks k WHERE k.ranking_id = :ranking")
_TOWNS = text("SELECT DISTINCT s.municipality_id FROM register.stops s WHERE s.id = ANY (CAST(:stops AS integer[]))")


def taken_over(session: Session, municipality_id: int, most: int = 10) -> list[Taken]:
    """The town's newest rankings, the newest first; the caller has checked that the person may see them."""
    with for_municipality(session, municipality_id):
        rows = session.execute(_TAKEN, {"town": municipality_id, "most": most}).all()
    return [
        Taken(
            row.id,
            row.municipality_id,
            row.town,
            {name: getattr(row, name) for name in REASONS},
            row.counts_all,
            row.taker,
            row.taken_at,
            row.withdrawer,
            row.withdrawn_at,
            row.version,
            row.stops,
        )
        for row in rows
    ]


def holding(session: Session, municipality_id: int) -> Taken | None:
    """The ranking that the planner heeds in a town: the newest that is not withdrawn."""
    with for_municipality(session, municipality_id):
        found = session.scalar(_HOLDING, {"town": municipality_id})
    if found is None:
        return None
    return next((one for one in taken_over(session, municipality_id, 1000) if one.id == found), None)


@dataclass(frozen=True)
class Wishes:
    """What the planner gets: points by stop (0 to 10), and the rankings that they come from, if any."""

    points: dict[int, int]
    rankings: tuple[Taken, ...]

    @property
    def weights(self) -> dict[str, int]:
        """The weights of the rules that the rankings set: of one town its own, of several their mean."""
        if not self.rankings:
            return {}
        own = [one.planner_weights for one in self.rankings]
        return {rule: round(sum(one[rule] for one in own) / len(own)) for rule in own[0]}


def wishes(session: Session, actor: Actor, stop_ids: Collection[int], day: date) -> Wishes:
    """Points of the stops for the planner: those of a ranking that holds, else the vacancies and viewpoints near by."""
    points = near_stops(session, stop_ids, day)
    where, rankings = scope(actor, Action.TREE_VIEW), []
    for town in sorted(session.scalars(_TOWNS, {"stops": sorted(stop_ids)})):
        if not (where.everywhere or town in where.municipality_ids):
            continue
        ranking = holding(session, town)
        if ranking is None:
            continue
        rankings.append(ranking)
        with for_municipality(session, town):
            for row in session.execute(_RANKS, {"ranking": ranking.id}):
                if row.stop_id in set(stop_ids):
                    points[row.stop_id] = row.points
    return Wishes({key: value for key, value in points.items() if value}, tuple(rankings))
