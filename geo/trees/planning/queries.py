"""Reads for the board of a plan: its stops, its visits, what its fleet has."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import Actor
from geo.core.errors import NotFound
from geo.trees.events.queries import background
from geo.trees.planning.board import Block, Board, BoardStop, BoardVisit, build
from geo.trees.planning.possible import Limits
from geo.trees.planning.weeks import Weeks, weeks_of
from geo.trees.queries import internal
from geo.trees.queries.internal import ScheduleRow

# A decided visit for which trees have come is a fact: it is shown as it really was and stays where it is. Unless the
# plan is past, what has begun of the fleet's other plans is shown too: its modules stand there.
_VISITS = text(
    """
    SELECT v.id, v.version, v.stop_id, lower(coalesce(a.during, v.during)) AS first,
           upper(coalesce(a.during, v.during)) - 1 AS last, coalesce(a.modules_s, v.modules_s) AS modules_s,
           coalesce(a.modules_l, v.modules_l) AS modules_l,
           CASE WHEN a.id IS NULL THEN v.layer ELSE a.layer END AS layer, v.is_pinned, v.title, v.permit_state,
           v.exception_reason,
           v.layer <> 'TATSAECHLICH' AND a.id IS NULL AND v.schedule_id = :schedule AS is_movable,
           s.kind <> 'STRASSE' AS rests,
           (SELECT count(*) FROM register.stays y WHERE y.visit_id = v.id) AS named
    FROM register.visits v
    JOIN register.stops s ON s.id = v.stop_id
    LEFT JOIN register.visits a ON a.planned_visit_id = v.id
    JOIN register.schedules c ON c.id = v.schedule_id
    WHERE v.planned_visit_id IS NULL AND (
        (v.schedule_id = :schedule AND (v.layer <> 'ENTWURF' OR :is_draft))
        OR (:is_alive AND c.fleet_id = :fleet AND v.schedule_id <> :schedule AND v.layer <> 'ENTWURF'
            AND (a.id IS NOT NULL OR lower(v.during) <= :today) AND v.during && daterange(:first, :last, '[]')))
    ORDER BY lower(v.during), v.id
    """
)
_WEEKDAY = text("SELECT c.move_weekday FROM register.schedules c WHERE c.id = :id")
_MODULES = text(
    "SELECT count(*) FILTER (WHERE t.module_class = 'S') AS s, count(*) FILTER (WHERE t.module_class = 'L') AS l"
    " FROM register.trees t WHERE t.fleet_id = :fleet AND t.state NOT IN ('AUSGEPFLANZT', 'ABGEGANGEN')"
)
_STOPS = text(
    """
    SELECT s.id, s.quarter, s.min_modules, s.heat_need, s.permit_lead_weeks, coalesce(s.season_first, f.season_first)
           AS season_first, coalesce(s.season_last, f.season_last) AS season_last
    FROM register.stops s CROSS JOIN register.fleets f
    WHERE f.id = :fleet AND s.id = ANY (CAST(:ids AS integer[]))
    """
)
_BLOCKS = text(
    """
    SELECT b.stop_id, lower(b.during) AS first, upper(b.during) - 1 AS last, b.reason FROM register.stop_blocks b
    WHERE b.stop_id = ANY (CAST(:ids AS integer[])) AND b.during && daterange(:first, :last, '[]')
    ORDER BY lower(b.during), b.id
    """
)
_FLEET = text(
    "SELECT f.crew_per_week, f.openings_per_week, f.visit_min_weeks, f.visit_max_weeks FROM register.fleets f"
    " WHERE f.id = :fleet"
)
_PLANS_COMING = text(
    """
    SELECT DISTINCT c.id, c.name FROM register.schedules c JOIN register.visits v ON v.schedule_id = c.id
    WHERE v.stop_id = :stop AND c.state = 'VEROEFFENTLICHT' AND v.layer <> 'ENTWURF' AND upper(v.during) > :day
    ORDER BY c.name, c.id
    """
)
_PLAN_OF_VISIT = text("SELECT v.schedule_id FROM register.visits v WHERE v.id = :id")


@dataclass(frozen=True)
class PlanBoard:
    """A plan with its board, and what its fleet can do."""

    plan: ScheduleRow
    board: Board
    limits: Limits
    stops: tuple[BoardStop, ...]

    def stop(self, stop_id: int) -> BoardStop:
        """Raises `NotFound`, also for a stop of a town that the person may not look into."""
        found = next((stop for stop in self.stops if stop.id == stop_id), None)
        if found is None:
            raise NotFound("Der Standplatz", stop_id)
        return found

    def visit(self, visit_id: int) -> BoardVisit:
        """Raises `NotFound`."""
        found = next((visit for visit in self.board.visits if visit.id == visit_id), None)
        if found is None:
            raise NotFound("Der Besuch", visit_id)
        return found


def plan_board(session: Session, actor: Actor, schedule_id: int, *, today: date | None = None) -> PlanBoard:
    """The board of a plan that the person may look into. Raises `NotFound`."""
    now = today or clock.today()
    plan = internal.get_schedule(session, actor, schedule_id)
    stops = stops_of_plan(session, actor, plan)
    weeks = weeks_of_plan(session, plan)
    first, last = weeks.first_day(0), weeks.last_day(weeks.count - 1)
    known = [(one.first, one.last, one.title) for one in background(session, plan.municipality_id, first, last)]
    return PlanBoard(
        plan,
        build(weeks, stops, visits_of(session, plan, now), known),
        limits_of(session, plan, now),
        stops,
    )


def board_of_visit(session: Session, actor: Actor, visit_id: int) -> PlanBoard:
    """The board of the plan that a visit belongs to. Raises `NotFound`."""
    schedule_id = session.scalar(_PLAN_OF_VISIT, {"id": visit_id})
    try:
        if schedule_id is None:
            raise NotFound("Der Besuch", visit_id)
        found = plan_board(session, actor, schedule_id)
        found.visit(visit_id)
    except NotFound as missing:  # whose plan it is that one may not see is not to be told either
        raise NotFound("Der Besuch", visit_id) from missing
    return found


def visits_of(session: Session, plan: ScheduleRow, today: date) -> list[BoardVisit]:
    """The visits of a plan: as drafted, or as decided and, where trees have come, as it was."""
    asked = {
        "schedule": plan.id,
        "fleet": plan.fleet_id,
        "is_draft": plan.state == "ENTWURF",
        "is_alive": plan.state != "UEBERHOLT",
        "first": plan.first,
        "last": plan.last,
        "today": today,
    }
    return [BoardVisit(**row._mapping) for row in session.execute(_VISITS, asked)]


def stops_of_plan(session: Session, actor: Actor, plan: ScheduleRow) -> tuple[BoardStop, ...]:
    """The stops that the plan's fleet can visit (of its town; of the alliance's: everywhere), as far as the person may
    see them, with what blocks them during the plan.
    """
    known = internal.stops(session, actor, plan.municipality_id)
    ids = [stop.id for stop in known]
    more = {row.id: row for row in session.execute(_STOPS, {"ids": ids, "fleet": plan.fleet_id})}
    blocks: dict[int, list[Block]] = {}
    for row in session.execute(_BLOCKS, {"ids": ids, "first": plan.first, "last": plan.last}):
        blocks.setdefault(row.stop_id, []).append(Block(row.first, row.last, row.reason))
    return tuple(
        BoardStop(
            id=stop.id,
            municipality_id=stop.municipality_id,
            municipality=stop.municipality,
            name=stop.name,
            kind=stop.kind,
            capacity=stop.capacity,
            module_classes=stop.module_classes,
            quarter=more[stop.id].quarter,
            min_modules=more[stop.id].min_modules,
            heat_need=more[stop.id].heat_need,
            permit_lead_weeks=more[stop.id].permit_lead_weeks,
            season_first=more[stop.id].season_first if stop.kind == "STRASSE" else None,
            season_last=more[stop.id].season_last if stop.kind == "STRASSE" else None,
            lon=stop.lon,
            lat=stop.lat,
            blocks=tuple(blocks.get(stop.id, ())),
        )
        for stop in known
    )


def weeks_of_plan(session: Session, plan: ScheduleRow) -> Weeks:
    """The plan's weeks, which begin on the day of the week on which its trees move."""
    return weeks_of(plan.first, plan.last, session.scalar(_WEEKDAY, {"id": plan.id}) or 1)


def limits_of(session: Session, plan: ScheduleRow, today: date) -> Limits:
    """What the plan's fleet has, and what its people manage in a week."""
    owned = session.execute(_MODULES, {"fleet": plan.fleet_id}).one()
    fleet = session.execute(_FLEET, {"fleet": plan.fleet_id}).one()
    return Limits(
        owned.s,
        owned.l,
        crew=fleet.crew_per_week,
        openings=fleet.openings_per_week,
        season_first=plan.first,
        season_last=plan.last,
        min_weeks=fleet.visit_min_weeks,
        max_weeks=fleet.visit_max_weeks,
        today=today,
    )


def plans_coming_to(session: Session, stop_id: int, day: date) -> list[tuple[int, str]]:
    """The published plans (id, name) that have something at a stop on that day or later."""
    return [(row.id, row.name) for row in session.execute(_PLANS_COMING, {"stop": stop_id, "day": day})]


def siblings(session: Session, plan: ScheduleRow) -> list[ScheduleRow]:
    """The plans of the same fleet that are alive, drafts first: what can be worked on or looked at beside this one."""
    found = [one for one in internal.schedules(session, plan.fleet_id) if one.state != "UEBERHOLT" or one.id == plan.id]
    return sorted(found, key=lambda one: (one.state != "ENTWURF", one.first, one.id))
