"""Writes that give a draft's visits their trees by name."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import Actor
from geo.core.errors import Conflict
from geo.trees.codes import GONE
from geo.trees.planning.naming import NamedTree, Place, Wanted, name_trees
from geo.trees.planning.queries import PlanBoard, plan_board
from geo.trees.queries import internal
from geo.trees.visits import service as visits
from geo.trees.visits.model import Visit

# Where the draft's trees stand by name, and where they stand already by what has begun of other plans.
_PLACES = text(
    """
    SELECT y.tree_id, y.stop_id, lower(y.during) AS first, upper(y.during) - 1 AS last, y.visit_id, t.module_class
    FROM register.stays y JOIN register.trees t ON t.id = y.tree_id
    WHERE t.fleet_id = :fleet AND (y.schedule_id = :schedule OR (y.layer <> 'ENTWURF' AND lower(y.during) <= :today))
    """
)
_DEPOT = text("SELECT ST_X(f.depot_point) AS lon, ST_Y(f.depot_point) AS lat FROM register.fleets f WHERE f.id = :id")


def fill(session: Session, actor: Actor, schedule_id: int, *, today: date | None = None) -> tuple[int, int, set[int]]:
    """Give every visit of a draft the trees that it still lacks, as far as there are free ones.

    The number of trees that were given a place, of places that stay without one, and the towns that were changed.
    """
    now = today or clock.today()
    here: PlanBoard = plan_board(session, actor, schedule_id, today=now)
    if here.plan.state != "ENTWURF":
        raise Conflict("Bäume zuteilen lassen sich hier nur in einem Entwurf.")
    asked = {"fleet": here.plan.fleet_id, "schedule": schedule_id, "today": now}
    rows = session.execute(_PLACES, asked).all()
    have: dict[int, dict[str, int]] = {}
    assigned: dict[int, list[int]] = {}
    for row in rows:
        if row.visit_id is not None:
            of_visit = have.setdefault(row.visit_id, {"S": 0, "L": 0})
            of_visit[row.module_class] += 1
            assigned.setdefault(row.visit_id, []).append(row.tree_id)
    wanted = []
    for visit in here.board.visits:
        own = have.get(visit.id, {})
        missing = {"S": visit.modules_s - own.get("S", 0), "L": visit.modules_l - own.get("L", 0)}
        if visit.is_movable and any(number > 0 for number in missing.values()):
            wanted.append(Wanted(visit.id, visit.stop_id, visit.first, visit.last, missing))
    trees = [
        NamedTree(tree.id, tree.label, tree.module_class)
        for tree in internal.trees_of(session, here.plan.fleet_id)
        if tree.state not in GONE
    ]
    spots = {stop.id: (stop.lon, stop.lat) for stop in here.stops if stop.lon is not None and stop.lat is not None}
    depot = session.execute(_DEPOT, {"id": here.plan.fleet_id}).one()
    places = [Place(row.tree_id, row.stop_id, row.first, row.last) for row in rows]
    found = name_trees(wanted, trees, places, spots, None if depot.lon is None else (depot.lon, depot.lat))
    given, towns = 0, set()
    for visit_id, tree_ids in found.items():
        if tree_ids:
            stored = session.get_one(Visit, visit_id)
            visits.set_trees(session, actor, visit_id, stored.version, {*assigned.get(visit_id, ()), *tree_ids})
            given += len(tree_ids)
            towns.add(stored.municipality_id)
    lacking = sum(max(0, number) for one in wanted for number in one.missing.values())
    return given, lacking - given, towns
