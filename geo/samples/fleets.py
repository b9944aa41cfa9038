"""Puts the made-up stops, fleets and schedules into the database."""

from sqlalchemy.dialects.postgresql import Range

from geo.samples import sites
from geo.samples.inserting import Inserter, Row
from geo.samples.model import FleetSample, PlaceSample, Sample
from geo.samples.rows import without
from geo.trees.events.model import CalendarEvent
from geo.trees.fleet.model import ModuleClass, TreeState
from geo.trees.model import Fleet, Schedule, Stay, Stop, Tree
from geo.trees.visits.model import Visit


class Fleets(Inserter):
    """Stops, fleets with their schedules, and what happens in the streets, at places that are there."""

    def add(self, sample: Sample, places: dict[PlaceSample, int]) -> None:
        """Everything of the trees."""
        stops = self._stops(sample, places)
        for fleet in sample.fleets:
            self._fleet(fleet, stops)
        events = [{"municipality_id": self.town(ags), **row} for ags, row in sites.events(self.today)]
        self._insert(CalendarEvent, events)

    def _stops(self, sample: Sample, places: dict[PlaceSample, int]) -> dict[str, tuple[int, int]]:
        rows: list[Row] = [
            {
                "municipality_id": self.town(stop.place.ags),
                "place_id": places[stop.place],
                "name": stop.name,
                "kind": stop.kind,
                "capacity": stop.capacity,
                "module_classes": list(stop.module_classes),
                "note": stop.note,
                "is_example": True,
                **sites.stop_values(stop),
            }
            for stop in sample.stops
        ]
        ids = self._insert_with_ids(Stop, rows)
        return {
            stop.key: (stop_id, row["municipality_id"])
            for stop, stop_id, row in zip(sample.stops, ids, rows, strict=True)
        }

    def _fleet(self, fleet: FleetSample, stops: dict[str, tuple[int, int]]) -> None:
        common = {"municipality_id": self.town(fleet.ags) if fleet.ags else None, "is_example": True}
        (fleet_id,) = self._insert_with_ids(
            Fleet,
            [{"name": fleet.name, "home": fleet.home, "note": fleet.note, **sites.fleet_values(fleet), **common}],
        )
        self._insert(ModuleClass, [{"fleet_id": fleet_id, **row, **common} for row in sites.modules(fleet)])
        labels = [tree.label for tree in fleet.trees]
        trees = self._insert_with_ids(Tree, [{"fleet_id": fleet_id, **vars(tree), **common} for tree in fleet.trees])
        tree_ids = dict(zip(labels, trees, strict=True))
        self._insert(TreeState, [{**row, **common} for row in sites.states(fleet, tree_ids, self.today)])
        schedules = self._insert_with_ids(
            Schedule,
            [
                {
                    "fleet_id": fleet_id,
                    "name": schedule.name,
                    "season": Range(schedule.season_start, schedule.season_end),
                    "state": schedule.state,
                    "published_at": schedule.season_start if schedule.state == "VEROEFFENTLICHT" else None,
                    "move_weekday": schedule.move_weekday,
                    **common,
                }
                for schedule in fleet.schedules
            ],
        )
        visits = {
            (schedule_id, visit.stop, visit.start): visit
            for schedule, schedule_id in zip(fleet.schedules, schedules, strict=True)
            for visit in schedule.visits
        }
        rows = [
            {
                "schedule_id": key[0],
                "stop_id": stops[visit.stop][0],
                "municipality_id": stops[visit.stop][1],
                "during": Range(visit.start, visit.end),
                "is_example": True,
                **without(visit, "stop", "start", "end"),
            }
            for key, visit in visits.items()
        ]
        visit_ids = dict(zip(visits, self._insert_with_ids(Visit, rows), strict=True))
        stays = [
            {
                "schedule_id": schedule_id,
                "visit_id": visit_ids.get((schedule_id, stay.stop, stay.start)),
                "tree_id": tree_ids[stay.tree],
                "stop_id": stops[stay.stop][0],
                "municipality_id": stops[stay.stop][1],
                "slot": stay.slot,
                "during": Range(stay.start, stay.end),
                "layer": stay.layer,
                "note": stay.note,
                "is_example": True,
            }
            for schedule, schedule_id in zip(fleet.schedules, schedules, strict=True)
            for stay in schedule.stays
        ]
        self._insert(Stay, stays)
