"""Planners who work on the same stops at the same moment, over real connections; and what must hold in the table after.

Each try is one thing that a planner does: add a visit, move it, assign trees, change or remove it, decide it, let the trees
arrive, or give a stop more or less room. What the register refuses is counted; whatever else goes wrong is a mistake.
"""

import random
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from geo.core.access import SYSTEM
from geo.core.db import Database
from geo.core.errors import Conflict, Invalid, NotFound
from geo.trees import service as trees
from geo.trees.model import Stop
from geo.trees.queries.internal import stop_values_of
from geo.trees.schemas import FleetInput, ScheduleInput, TreeInput, parse_stop
from geo.trees.visits import service
from geo.trees.visits.model import Visit
from geo.trees.visits.schemas import VisitInput, VisitMove, VisitWords
from geo.trees.wording import bounds, period
from tests import factories
from tests.geo.trees import rows
from webapp.errors import constraint_sentence

MONDAY = date(2099, 6, 1)  # the room of a stop is guarded for days to come
SEASON = period(MONDAY, MONDAY + timedelta(days=7 * 12 - 1))
STOPS, TREES, CAPACITY = 4, 9, 4


@dataclass(frozen=True)
class Stage:
    """A fleet with its plan and stops, by their ids."""

    town: int
    schedule: int
    stops: tuple[int, ...]
    trees: tuple[int, ...]


@dataclass
class Seen:
    """What became of the tries."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


def stage(database: Database) -> Stage:
    """Four stops with room for four, nine trees, one draft."""
    with database.owner() as session:
        town = factories.towns(session).own
    with database.staff(SYSTEM, town) as session:
        fleet = trees.create_fleet(session, SYSTEM, town, FleetInput("Wettlauf"))
        made = [trees.create_tree(session, SYSTEM, fleet.id, TreeInput(f"W {n}")) for n in range(TREES)]
        stops = [rows.stop(session, town, f"Platz {n}", lon=11.05 + n / 1000, capacity=CAPACITY) for n in range(STOPS)]
        plan = trees.create_schedule(session, SYSTEM, fleet.id, ScheduleInput("Wettlauf", SEASON))
        session.commit()
        return Stage(town, plan.id, tuple(stop.id for stop in stops), tuple(tree.id for tree in made))


def run(database: Database, where: Stage, planners: int, tries: int, seed: int = 1) -> Seen:
    """Let so many planners at once make so many tries together."""
    seen, gate = Seen(), threading.Barrier(planners)

    def plan(number: int) -> None:
        chance = random.Random(seed * 1000 + number)
        gate.wait(timeout=60)
        for turn in range(tries // planners):
            _one(database, where, chance, seen, f"{number}-{turn}")

    with ThreadPoolExecutor(planners) as pool:
        list(pool.map(plan, range(planners)))
    return seen


def _one(database: Database, where: Stage, chance: random.Random, seen: Seen, request: str) -> None:
    verb = chance.choices([_add, _move, _assign, _change, _remove, _decide, _resize], [6, 6, 4, 2, 2, 1, 1])[0]
    actor = replace(SYSTEM, request_id=request)
    kept, name = seen.refused, verb.__name__.strip("_")
    try:
        with database.staff(actor, where.town) as session:
            if verb(session, actor, where, chance):
                session.commit()
                kept = seen.done
    except (Conflict, Invalid, NotFound, StaleDataError):
        pass
    except DBAPIError as error:
        if constraint_sentence(error) is None:
            with seen.lock:
                seen.broken.append(f"{name}: {error}")
            return
    with seen.lock:
        kept[name] += 1


def _weeks(chance):
    first = MONDAY + timedelta(weeks=chance.randrange(11))
    return period(first, min(first + timedelta(weeks=chance.randint(1, 3), days=-1), bounds(SEASON)[1]))


def _some(session, where, chance) -> Visit | None:
    found: Sequence[int] = session.scalars(select(Visit.id).where(Visit.schedule_id == where.schedule)).all()
    return session.get(Visit, chance.choice(found)) if found else None


def _add(session, actor, where, chance):
    words = VisitWords(modules_s=chance.randint(1, CAPACITY + 1))
    service.add(session, actor, VisitInput(where.schedule, chance.choice(where.stops), _weeks(chance), words))
    return True


def _move(session, actor, where, chance):
    one = _some(session, where, chance)
    data = VisitMove(chance.choice(where.stops), _weeks(chance), release=chance.random() < 0.5)
    return one is not None and service.move(session, actor, one.id, one.version, data)


def _assign(session, actor, where, chance):
    one = _some(session, where, chance)
    if one is None:
        return False
    return service.set_trees(session, actor, one.id, one.version, chance.sample(where.trees, min(one.modules_s, TREES)))


def _change(session, actor, where, chance):
    one = _some(session, where, chance)
    words = VisitWords(modules_s=chance.randint(1, CAPACITY + 1))
    return one is not None and service.change(session, actor, one.id, one.version, words)


def _remove(session, actor, where, chance):
    one = _some(session, where, chance)
    if one is None:
        return False
    service.remove(session, actor, one.id, one.version)
    return True


def _decide(session, actor, where, chance):
    one = _some(session, where, chance)
    return one is not None and service.decide(session, actor, [(one.id, one.version)])


def _resize(session, actor, where, chance):
    stop_id = chance.choice(where.stops)
    values = stop_values_of(session, actor, stop_id)
    version = session.get_one(Stop, stop_id).version
    data = parse_stop(values | {"capacity": str(chance.randint(CAPACITY - 1, CAPACITY + 1))})
    return trees.update_stop(session, actor, stop_id, version, data)


BROKEN = {
    "two visits of a stop at once": """
        SELECT a.id, b.id FROM register.visits a JOIN register.visits b ON b.id > a.id AND b.plane = a.plane
            AND b.stop_id = a.stop_id AND b.during && a.during""",
    "a tree at two stops at once": """
        SELECT a.id, b.id FROM register.stays a JOIN register.stays b ON b.id > a.id AND b.plane = a.plane
            AND b.tree_id = a.tree_id AND b.during && a.during""",
    "a stop over its room": """
        SELECT v.id, s.id FROM register.visits v JOIN register.stops s ON s.id = v.stop_id
        WHERE v.modules_s + v.modules_l > s.capacity""",
    "more trees on a day than a stop has places": """
        SELECT y.stop_id, d.day FROM register.stays y
        JOIN LATERAL generate_series(lower(y.during), upper(y.during) - 1, interval '1 day') d(day) ON true
        JOIN register.stops s ON s.id = y.stop_id
        GROUP BY y.plane, y.stop_id, d.day, s.capacity HAVING count(*) > s.capacity""",
    "a stay outside of its visit": """
        SELECT y.id, v.id FROM register.stays y JOIN register.visits v ON v.id = y.visit_id
        WHERE NOT v.during @> y.during OR v.stop_id <> y.stop_id OR v.plane <> y.plane""",
    "more trees assigned than a visit has modules": """
        SELECT v.id, count(*) FROM register.visits v JOIN register.stays y ON y.visit_id = v.id
        GROUP BY v.id HAVING count(*) > v.modules_s + v.modules_l""",
    "a decided visit that no calendar knows, or knows otherwise": """
        SELECT v.id, e.visit_id FROM published.visits v LEFT JOIN register.calendar_entries e
            ON e.uid = v.uid AND e.stop_id = v.stop_id AND e.during = v.during AND NOT e.is_cancelled
        WHERE e.uid IS NULL""",
}


def what_is_broken(database: Database) -> dict[str, list]:
    """The promises that do not hold in the table, each with the rows that break it."""
    with database.owner() as session:
        found = {name: list(session.execute(text(query))) for name, query in BROKEN.items()}
    return {name: rows for name, rows in found.items() if rows}
