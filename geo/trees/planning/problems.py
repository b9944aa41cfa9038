"""From a plan on its board to a problem of the planner, and from the planner's plan back to days.

Pure. The planner's weeks are the board's columns: week 0 is the first, and a visit that begins in a week begins on the
day on which the plan's trees move.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from geo.trees.planner.model import Fixed, Fleet, Pin, Problem, Stop, Visit, Weights
from geo.trees.planning.board import Board, BoardStop, BoardVisit, closed_because, group_names
from geo.trees.planning.possible import Limits
from geo.trees.planning.weeks import Weeks

# Where nobody has said how much a street needs trees, it counts as one in the middle.
USUAL_NEED = 50
# Of the module-weeks that the fleet has, so many per cent are shared out to quarters by their numbers of stops.
SHARED_PER_CENT = 70
# Where nobody has said what the people of a fleet manage in a week, nothing holds them back.
NO_LIMIT = 100_000
KM_PER_DEGREE = 111.32
WAITING_STEP = 0.25


@dataclass(frozen=True)
class Around:
    """What the board itself does not hold: the depot, the last visits, who waits, what is near, what is published."""

    depot: tuple[float, float] | None = None
    last_visits: Mapping[int, date] = field(default_factory=dict)
    waiting: Mapping[int, float] = field(default_factory=dict)
    near: Mapping[int, int] = field(default_factory=dict)
    published: tuple[BoardVisit, ...] = ()


def problem_of(
    board: Board,
    stops: Iterable[BoardStop],
    limits: Limits,
    *,
    fleet_id: int,
    fleet: str,
    weights: Weights | None = None,
    around: Around | None = None,
) -> Problem:
    """All that the planner has to heed for this plan. Its pins are what is pinned in the draft, and what has begun."""
    weeks, around = board.weeks, around or Around()
    streets = [stop for stop in stops if stop.kind == "STRASSE" and stop.lon is not None and stop.lat is not None]
    now = min(max(0, weeks.of(limits.today)), weeks.count)
    name = group_names(streets)
    pins = tuple(_pins(board, weeks, fleet_id, now, {stop.id for stop in streets}))
    several = visits_allowed(board.visits, pins)
    season = season_weight(weeks, streets, limits)
    return Problem(
        weeks=weeks.count,
        season_weight=season,
        fleets=(
            Fleet(
                str(fleet_id),
                fleet,
                {"S": limits.modules_s, "L": limits.modules_l},
                limits.crew or NO_LIMIT,
                limits.openings or NO_LIMIT,
            ),
        ),
        stops=tuple(
            replace(_stop(stop, streets, weeks, limits, name(stop), around, now), visits=several.get(stop.id, 1))
            for stop in streets
        ),
        min_weeks=limits.min_weeks,
        max_weeks=limits.max_weeks,
        targets=_targets([name(stop) for stop in streets], limits, season),
        weights=weights or Weights(),
        pins=pins,
        published=tuple(planned_visit(one, weeks, fleet_id) for one in around.published if not one.rests),
        now=now,
        first_monday=weeks.monday,
    )


def visits_allowed(visits: Iterable[BoardVisit], pins: Iterable[Pin]) -> dict[int, int]:
    """How many visits a stop may have in the season: one, or as many as are fast there, or as one of them says why."""
    own: dict[int, list[BoardVisit]] = {}
    for visit in visits:
        if not visit.rests:
            own.setdefault(visit.stop_id, []).append(visit)
    said = {stop_id: len(here) for stop_id, here in own.items() if any(visit.exception_reason for visit in here)}
    fast = Counter(int(pin.visit.stop) for pin in pins)
    return {stop_id: max(1, said.get(stop_id, 1), fast[stop_id]) for stop_id in own}


def season_weight(weeks: Weeks, stops: Iterable[BoardStop], limits: Limits) -> tuple[int, ...]:
    """How much a week counts: 10 at the edges of the season, 20 in its middle, 0 where no stop is in its season."""
    known = list(stops)
    inside = [
        week
        for week in weeks
        if _in_plan(weeks, week, limits)
        and any(not (stop.closed_on(weeks.first_day(week)) or stop.closed_on(weeks.last_day(week))) for stop in known)
    ]
    if not inside:
        return (0,) * weeks.count
    first, length = inside[0], inside[-1] + 1 - inside[0]
    return tuple(
        round(10 * (1 + math.sin(math.pi * (week - first) / length))) if week in set(inside) else 0 for week in weeks
    )


def _in_plan(weeks: Weeks, week: int, limits: Limits) -> bool:
    first, last = limits.season_first, limits.season_last
    return (first is None or weeks.first_day(week) >= first) and (last is None or weeks.last_day(week) <= last)


def _stop(
    stop: BoardStop,
    streets: list[BoardStop],
    weeks: Weeks,
    limits: Limits,
    district: str,
    around: Around,
    now: int,
) -> Stop:
    reasons = {
        week: reason
        for week in weeks
        if (reason := closed_because(stop, weeks, week) or _outside(weeks, week, limits)) is not None
    }
    x_km, y_km = _km(stop, streets[0])
    return Stop(
        id=str(stop.id),
        name=stop.name,
        district=district,
        capacity=stop.capacity,
        min_modules=min(stop.min_modules, stop.capacity),
        classes=tuple(name for name in ("S", "L") if name in stop.module_classes),
        need=USUAL_NEED if stop.heat_need is None else stop.heat_need,
        open=tuple(week not in reasons for week in weeks),
        x_km=x_km,
        y_km=y_km,
        depot_km=0.0 if around.depot is None else _distance(stop, around.depot),
        earliest=max(0, math.ceil(((limits.today - weeks.start).days + stop.permit_lead_weeks * 7) / 7), now),
        waiting=round(around.waiting.get(stop.id, 0) / WAITING_STEP),
        near=around.near.get(stop.id, 0),
        seasons_since=_seasons_since(stop, weeks, around),
        closed_because=reasons,
    )


def _outside(weeks: Weeks, week: int, limits: Limits) -> str | None:
    return None if _in_plan(weeks, week, limits) else "außerhalb der Saison des Plans"


def _seasons_since(stop: BoardStop, weeks: Weeks, around: Around) -> int | None:
    last = around.last_visits.get(stop.id)
    return None if last is None else max(0, weeks.start.year - last.year)


def _targets(districts: list[str], limits: Limits, season: tuple[int, ...]) -> dict[str, int]:
    """Each quarter's share of the module-weeks, by its number of stops; nothing where there is but one quarter."""
    counts = Counter(districts)
    if len(counts) < 2:
        return {}
    total = (limits.modules_s + limits.modules_l) * sum(1 for weight in season if weight)
    return {name: total * SHARED_PER_CENT * own // (100 * len(districts)) for name, own in counts.items()}


def _pins(board: Board, weeks: Weeks, fleet_id: int, now: int, street_ids: set[int]) -> Iterable[Pin]:
    for visit in board.visits:
        if visit.rests or visit.stop_id not in street_ids:
            continue
        one = planned_visit(visit, weeks, fleet_id)
        if one.end <= 0 or one.start >= weeks.count:
            continue
        if visit.is_movable and visit.layer == "ENTWURF" and not visit.is_pinned:
            continue
        kind = (
            Fixed.PAST if one.start < now else Fixed.PINNED if visit.is_movable and visit.is_pinned else Fixed.DECIDED
        )
        yield Pin(one, kind)


def planned_visit(visit: BoardVisit, weeks: Weeks, fleet_id: int) -> Visit:
    """A visit in whole weeks; what began before the first week begins with it."""
    begin, end = weeks.span(visit.first, visit.last)
    modules = {name: number for name, number in (("S", visit.modules_s), ("L", visit.modules_l)) if number}
    return Visit(str(visit.stop_id), max(0, begin), max(1, end - max(0, begin) + 1), modules, str(fleet_id))


def days_of(visit: Visit, weeks: Weeks) -> tuple[date, date]:
    """First and last day of a planned visit."""
    return weeks.first_day(visit.start), weeks.last_day(visit.start + visit.weeks - 1)


def as_board_visits(visits: Iterable[Visit], weeks: Weeks) -> list[BoardVisit]:
    """Planned visits as the board shows them; their numbers count down from -1, for they are stored nowhere."""
    found = []
    for number, visit in enumerate(visits, start=1):
        first, last = days_of(visit, weeks)
        found.append(
            BoardVisit(
                id=-number,
                version=0,
                stop_id=int(visit.stop),
                first=first,
                last=last,
                modules_s=visit.modules.get("S", 0),
                modules_l=visit.modules.get("L", 0),
                layer="ENTWURF",
                is_movable=False,
            )
        )
    return found


def _km(stop: BoardStop, origin: BoardStop) -> tuple[float, float]:
    """East and north of the first stop, in kilometres; exact enough within a state."""
    east, north = _way((origin.lon or 0.0, origin.lat or 0.0), stop)
    return round(east, 3), round(north, 3)


def _distance(stop: BoardStop, depot: tuple[float, float]) -> float:
    return round(math.hypot(*_way(depot, stop)), 3)


def _way(origin: tuple[float, float], stop: BoardStop) -> tuple[float, float]:
    """Kilometres to the east and to the north."""
    lon, lat = origin
    east = ((stop.lon or lon) - lon) * KM_PER_DEGREE * math.cos(math.radians(lat))
    return east, ((stop.lat or lat) - lat) * KM_PER_DEGREE
