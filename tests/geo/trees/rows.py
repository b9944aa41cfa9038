"""A small town with mobile trees for the tests, made through the services."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy.orm import Session

from geo.core.access import SYSTEM
from geo.places.schemas import PlaceInput
from geo.trees import service
from geo.trees.model import Fleet, Schedule, Stay, Stop, Tree
from geo.trees.schemas import FleetInput, ScheduleInput, StayInput, StopInput, TreeInput
from geo.trees.wording import period

TODAY = date(2026, 5, 20)
SEASON = period(date(2026, 4, 1), date(2026, 10, 31))
MAY = period(date(2026, 5, 4), date(2026, 6, 7))
SUMMER = period(date(2026, 6, 8), date(2026, 7, 31))
AUTUMN = period(date(2026, 9, 1), date(2026, 10, 15))


@dataclass
class Avenue:
    """A fleet with four trees (B 1 to B 3 of class S, L 1 of class L), two stops with room for two each, one plan."""

    session: Session
    town: int
    fleet: Fleet
    trees: dict[str, Tree]
    market: Stop
    square: Stop
    schedule: Schedule
    more: dict[str, object] = field(default_factory=dict)

    def put(self, labels, stop, during, *, actual=False, schedule=None, actor=SYSTEM, today=TODAY) -> list[Stay]:
        labels = [labels] if isinstance(labels, str) else labels
        data = StayInput(
            schedule_id=(schedule or self.schedule).id,
            stop_id=stop.id,
            tree_ids=tuple(self.trees[name].id for name in labels),
            during=during,
            is_actual=actual,
        )
        return service.add_stays(self.session, actor, data, today=today)

    def publish(self, schedule=None, today=TODAY) -> Schedule:
        schedule = schedule or self.schedule
        return service.publish(self.session, SYSTEM, schedule.id, schedule.version, today=today)

    def plan(self, name="Zweiter Plan", season=SEASON, fleet=None) -> Schedule:
        return service.create_schedule(self.session, SYSTEM, (fleet or self.fleet).id, ScheduleInput(name, season))


def stop(session, town, name, *, lon=11.05, lat=50.93, capacity=2, classes=("S", "L"), kind="STRASSE") -> Stop:
    place = PlaceInput(longitude=lon, latitude=lat, street=name, locality="Musterstadt")
    data = StopInput(name=name, place=place, capacity=capacity, kind=kind, module_classes=classes)
    return service.create_stop(session, SYSTEM, town, data)


def avenue(session: Session, town: int, name: str = "Musterallee") -> Avenue:
    fleet = service.create_fleet(
        session, SYSTEM, town, FleetInput(name, home="Bauhof", season_first=101, season_last=1231)
    )
    trees = {
        label: service.create_tree(
            session, SYSTEM, fleet.id, TreeInput(label, species="Feldahorn", module_class=label[0].replace("B", "S"))
        )
        for label in ("B 1", "B 2", "B 3", "L 1")
    }
    return Avenue(
        session,
        town,
        fleet,
        trees,
        stop(session, town, f"Hauptmarkt {name}"),
        stop(session, town, f"Neumarkt {name}", lon=11.06, classes=("S",)),
        service.create_schedule(session, SYSTEM, fleet.id, ScheduleInput("Saison 2026", SEASON)),
    )


def later(stay: Stay, days: int) -> date:
    return stay.during.lower + timedelta(days=days)
