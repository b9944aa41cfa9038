"""The rules of visits, each as a function that passes or raises a sentence."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import and_, func, or_, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.core.codes import label
from geo.core.errors import Conflict, Invalid, NeedsConfirmation
from geo.trees.codes import GONE, WEEKDAYS
from geo.trees.model import Fleet, Schedule, Stay, Stop, Tree
from geo.trees.queries.occupation import ACTUAL, DECIDED, DRAFT, Layer, fullest_day, occupants
from geo.trees.site.opening import blocked, out_of_season
from geo.trees.visits.model import Visit
from geo.trees.wording import ONE_DAY, bounds, day, span

_CLASSES = (("modules_s", "S"), ("modules_l", "L"))


def check_stop(stop: Stop) -> None:
    """Visits are for streets; in winter quarters trees just stand."""
    if stop.kind != "STRASSE":
        raise Invalid({"stop_id": f"„{stop.name}“ ist ein Winterquartier. Besuche gibt es nur in der Straße."})


def check_season(schedule: Schedule, during: Range[date]) -> None:
    """The visit lies within its schedule's season."""
    if not schedule.season.contains(during):
        raise Invalid({"first": f"Der Umzugsplan „{schedule.name}“ gilt {span(schedule.season)}."})


def check_weekday(schedule: Schedule, layer: str, during: Range[date], *, confirmed: bool = False) -> None:
    """A planned visit begins on the schedule's day of moving; a decided one may be put off when that is confirmed."""
    first = bounds(during)[0]
    if layer == ACTUAL or first.isoweekday() == schedule.move_weekday:
        return
    sentence = (
        f"Umzugstag dieses Plans ist {label(WEEKDAYS, str(schedule.move_weekday))},"
        f" der {day(first)} ist ein {label(WEEKDAYS, str(first.isoweekday()))}."
    )
    if layer == DRAFT:
        raise Invalid({"first": sentence})
    if not confirmed:
        raise NeedsConfirmation("weekday_confirmed", {"first": sentence})


def check_open(session: Session, visit: Visit, schedule: Schedule, stop: Stop, layer: Layer) -> None:
    """The stop is not blocked then; a decided visit lies in the season too. With a reason it may be otherwise."""
    said = closed(session, visit, schedule, stop, with_season=layer.name == DECIDED)
    if said and layer.name != ACTUAL:
        raise NeedsConfirmation("exception_reason", {"first": said})


def check_decidable(session: Session, visit: Visit, schedule: Schedule, stop: Stop) -> None:
    """The same for a draft that is to be decided, where there is no field to give the reason in."""
    if said := closed(session, visit, schedule, stop, with_season=True):
        raise Conflict(f"{said} Soll der Besuch trotzdem stattfinden, gehört der Grund der Ausnahme auf seine Seite.")


def closed(session: Session, visit: Visit, schedule: Schedule, stop: Stop, *, with_season: bool) -> str | None:
    """Why a visit cannot be at its stop then, unless the visit says why it is there all the same."""
    if visit.exception_reason:
        return None
    season = out_of_season(fleet_of(session, schedule), stop, visit.during) if with_season else None
    return blocked(session, stop, visit.during) or season


def check_modules(session: Session, schedule: Schedule, stop: Stop, modules_s: int, modules_l: int) -> None:
    """The stop takes so many modules of these classes, and the fleet has them."""
    asked = {"modules_s": modules_s, "modules_l": modules_l}
    if modules_s + modules_l < 1:
        raise Invalid({"modules_s": "Ein Besuch hat mindestens ein Modul."})
    has = fleet_sizes(session, schedule.fleet_id)
    for name, module_class in _CLASSES:
        if asked[name] and module_class not in stop.module_classes:
            raise Invalid({name: f"Am Standplatz „{stop.name}“ ist die Modulklasse {module_class} nicht zugelassen."})
        if asked[name] > has[module_class]:
            raise Invalid({name: f"Die Allee hat {_trees(has[module_class])} der Klasse {module_class}."})
    if modules_s + modules_l > stop.capacity:
        named, asked_for = "modules_s" if modules_s else "modules_l", modules_s + modules_l
        raise Invalid({named: f"Der Standplatz „{stop.name}“ hat Platz für {stop.capacity}, gefragt sind {asked_for}."})


def check_alone(session: Session, visit: Visit, stop: Stop, during: Range[date], layer: Layer) -> None:
    """No other visit is at the stop in that period, in the visit's layer; a decided one minds actual ones too."""
    for other in rivals(session, layer, stop.id, during, ignoring=[visit.id] if visit.id else []):
        raise Conflict(f"Am Standplatz „{stop.name}“ ist {span(other.during)} schon ein Besuch{_titled(other)}.")


def check_room(session: Session, visit: Visit, stop: Stop, during: Range[date], layer: Layer) -> None:
    """Beside trees that stand at the stop without belonging to the visit there is room for its modules."""
    own = set(session.scalars(select(Stay.id).where(Stay.visit_id == visit.id))) if visit.id else set()
    others = [one for one in occupants(session, layer, stop.id, during) if one.stay_id not in own]
    if layer.name != DRAFT:
        planned = own | _counterpart_stays(session, visit)
        others = [one for one in others if one.stay_id not in planned]
    when, count = fullest_day([(one.tree_id, one.during) for one in others], [during])
    asked = visit.modules_s + visit.modules_l
    if count and count + asked > stop.capacity:
        raise Conflict(
            f"Am Standplatz „{stop.name}“ stehen am {day(when)} schon {_trees(count)} außerhalb eines Besuchs;"
            f" für {asked} Module ist mit {stop.capacity} Plätzen kein Raum."
        )


def check_fleet_enough(session: Session, fleet_id: int, visits: Sequence[Visit], *, ignoring: Collection[int]) -> None:
    """On no day do these visits, with what is decided already, need more modules of a class than the fleet has."""
    if not visits:
        return
    whole = Range(
        min(bounds(one.during)[0] for one in visits), max(bounds(one.during)[1] for one in visits), bounds="[]"
    )
    query = select(Visit).join(Schedule, Schedule.id == Visit.schedule_id)
    decided = session.scalars(
        query.where(
            Schedule.fleet_id == fleet_id,
            Visit.layer == DECIDED,
            Visit.during.overlaps(whole),
            Visit.id.not_in([*ignoring, *(one.id for one in visits)]),
        )
    ).all()
    has = fleet_sizes(session, fleet_id)
    for name, module_class in _CLASSES:
        found = busiest((one.during, getattr(one, name)) for one in [*decided, *visits])
        if found is not None and found[1] > has[module_class]:
            raise Conflict(
                f"Am {day(found[0])} brauchen die Besuche {found[1]} Module der Klasse {module_class},"
                f" die Allee hat {has[module_class]}."
            )


def busiest(periods: Iterable[tuple[Range[date], int]]) -> tuple[date, int] | None:
    """The first day on which most modules are needed, and how many; None without any period."""
    known = [(own, count) for own, count in periods if count]
    totals = [
        (sum(n for own, n in known if own.contains(first)), first) for first in {bounds(own)[0] for own, _ in known}
    ]
    if not totals:
        return None
    most = max(count for count, _ in totals)
    return min(first for count, first in totals if count == most), most


def fleet_sizes(session: Session, fleet_id: int) -> dict[str, int]:
    """How many trees of each class the fleet has that still move."""
    query = select(Tree.module_class, func.count()).where(Tree.fleet_id == fleet_id, Tree.state.not_in(GONE))
    found = {row[0]: row[1] for row in session.execute(query.group_by(Tree.module_class))}
    return {module_class: found.get(module_class, 0) for _, module_class in _CLASSES}


def rivals(
    session: Session, layer: Layer, stop_id: int, during: Range[date], *, ignoring: Collection[int] = ()
) -> Sequence[Visit]:
    """Visits that keep another one from the stop in that period."""
    same = and_(Visit.layer == layer.name, Visit.schedule_id == layer.schedule_id)
    if layer.name != DRAFT:
        same = Visit.layer == layer.name
    if layer.name == DECIDED:
        same = or_(
            same,
            and_(
                Visit.layer == ACTUAL,
                or_(Visit.planned_visit_id.is_(None), Visit.planned_visit_id.not_in(ignoring)),
            ),
        )
    return session.scalars(
        select(Visit)
        .where(same, Visit.stop_id == stop_id, Visit.during.overlaps(during), Visit.id.not_in(ignoring))
        .order_by(Visit.during, Visit.id)
    ).all()


def drafts_of(session: Session, schedule: Schedule) -> list[Visit]:
    """The draft visits of a schedule."""
    query = select(Visit).where(Visit.schedule_id == schedule.id, Visit.layer == DRAFT)
    return list(session.scalars(query.order_by(Visit.id)))


def fleet_of(session: Session, schedule: Schedule) -> Fleet:
    """The schedule's fleet."""
    return session.get_one(Fleet, schedule.fleet_id)


def weeks(during: Range[date]) -> int:
    """How many weeks a period begins."""
    first, last = bounds(during)
    return ((last + ONE_DAY - first).days + 6) // 7


def _counterpart_stays(session: Session, visit: Visit) -> set[int]:
    """The stays of the visit's other layer: the same trees, planned and really there."""
    if visit.id is None:
        return set()
    others = select(Visit.id).where(or_(Visit.planned_visit_id == visit.id, Visit.id == (visit.planned_visit_id or 0)))
    return set(session.scalars(select(Stay.id).where(Stay.visit_id.in_(others))))


def _titled(visit: Visit) -> str:
    return f" („{visit.title}“)" if visit.title else ""


def _trees(count: int) -> str:
    return "1 Baum" if count == 1 else f"{count} Bäume"
