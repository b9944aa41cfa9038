"""Real avenues of mobile trees, as far as sources tell of them: facts, not made up, each with its source."""

from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import Range

from geo.core import geometry
from geo.places.model import Place
from geo.samples.inserting import Inserter, Row
from geo.trees.fleet.model import TreeState
from geo.trees.model import Fleet, Schedule, Stay, Stop, Tree
from geo.trees.visits.model import Visit


class Avenues(Inserter):
    """Adds fleets that stood at one place for one season, each tree of one species and of the same module."""

    def add(self, records: Sequence[Row]) -> None:
        """All of them, under the names that the sources give."""
        for record in records:
            self._avenue(record)

    def _avenue(self, record: Row) -> None:
        town = self.town(record["ags"])
        spot = geometry.point(record["lon"], record["lat"])
        name, count = self._towns[town].name, record["tree_count"]
        place = {"municipality_id": town, "street": record["street"], "locality": name}
        (place_id,) = self._insert_with_ids(Place, [{**place, "point": spot, "public_point": spot}])
        told = {"name": record["name"], "note": record["note"], "source": record["source"]}
        (fleet_id,) = self._insert_with_ids(Fleet, [{"municipality_id": town, **told}])
        common: Row = {"municipality_id": town, "fleet_id": fleet_id}
        kind = {one: record[one] for one in ("species", "species_latin", "module_class", "state")}
        trees = self._insert_with_ids(Tree, [{**common, "label": f"Nr. {n:02}", **kind} for n in range(1, count + 1)])
        stop = {"municipality_id": town, "place_id": place_id, "name": record["street"], "capacity": count}
        (stop_id,) = self._insert_with_ids(Stop, [{**stop, "note": record.get("stop_note")}])
        during = Range(record["start"], record["end"])
        plan = {"name": record["season"], "season": during, "state": "VEROEFFENTLICHT"}
        (schedule_id,) = self._insert_with_ids(
            Schedule, [{**common, **plan, "move_weekday": record["start"].isoweekday()}]
        )
        stood: Row = {"municipality_id": town, "schedule_id": schedule_id, "stop_id": stop_id, "during": during}
        stood["layer"] = "TATSAECHLICH"
        modules = {"modules_s": 0, "modules_l": 0} | {f"modules_{record['module_class'].lower()}": count}
        visit = {**stood, **modules, "public_text": record["public_text"], "end_precision": record["end_precision"]}
        (visit_id,) = self._insert_with_ids(Visit, [visit])
        self._insert(
            Stay,
            [
                {**stood, "visit_id": visit_id, "tree_id": tree_id, "slot": slot}
                for slot, tree_id in enumerate(trees, start=1)
            ],
        )
        states = [
            {"municipality_id": town, "tree_id": tree_id, "state": state, "during": period, "note": None}
            for tree_id in trees
            for state, period in (("IM_EINSATZ", during), (record["state"], Range(record["end"], None)))
        ]
        self._insert(TreeState, states)
