"""Stops on the ground and fleets in detail, all made up: bays, season, heat, rules; module sizes; states; an event."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from shapely.geometry import Point, box
from sqlalchemy.dialects.postgresql import Range

from geo.core import geometry, metric
from geo.samples.content import Record, read
from geo.samples.model import FleetSample, StopSample
from geo.samples.trees import WORKSHOP_SINCE

SOURCE = "Beispiel, erfunden"
# A bay is so wide, and so long for each place: the largest module with its gap, and a little more.
_BAY_M, _PLACE_M = 2.2, 2.25
_COLUMNS = (
    "bays",
    "quarter",
    "heat_need",
    "heat_source",
    "sealed_share",
    "sealed_source",
    "permit_office",
    "min_modules",
    "speed_limit_kmh",
    "lane_width_m",
    "clear_height_m",
    "slope_percent",
    "junction_m",
    "crossing_m",
    "level_crossing_m",
    "special_bay",
    "has_bus_line",
    "has_tram_wire",
    "is_before_monument",
)
_GOOD = {
    "speed_limit_kmh": 20, "lane_width_m": 3.75, "clear_height_m": 6, "slope_percent": 2, "junction_m": 12,
    "crossing_m": 1000, "level_crossing_m": 1000, "special_bay": "KEINE", "has_bus_line": False,
    "has_tram_wire": False, "is_before_monument": False,
}  # fmt: skip


def stop_values(stop: StopSample) -> dict[str, Any]:
    """What is known of a stop's place; every one has the same columns."""
    record = next(one for one in read("trees")["stops"] if one["key"] == stop.key)
    values: dict[str, Any] = dict.fromkeys(_COLUMNS)
    values["min_modules"] = 3
    if stop.kind != "STRASSE":
        return values
    values |= {name: record[name] for name in ("quarter", "heat_need", "sealed_share") if name in record}
    values |= {"heat_source": SOURCE, "sealed_source": SOURCE, "permit_office": "Straßenverkehrsbehörde der Stadt"}
    values |= _GOOD if record.get("checked") else {}
    spot = geometry.in_metres(Point(stop.place.lon, stop.place.lat))
    length = stop.capacity * _PLACE_M
    values["bays"] = metric.stored(box(spot.x - length / 2, spot.y + 4, spot.x + length / 2, spot.y + 4 + _BAY_M))
    return values


def fleet_values(fleet: FleetSample) -> dict[str, Any]:
    """The season and the crew of a fleet, as in its record."""
    record = _record(fleet)
    return {name: record[name] for name in ("season_first", "season_last", "crew_per_week", "openings_per_week")}


def modules(fleet: FleetSample) -> Sequence[Record]:
    """The sizes of its modules."""
    sizes = read("trees")["modules"]
    used = {tree.module_class for tree in fleet.trees}
    return [one for one in sizes if one["class"] in used]


def states(fleet: FleetSample, tree_ids: Mapping[str, int], today: date) -> list[dict[str, Any]]:
    """What each tree is and was: nobody knows since when a tree is in service, but since when it is away."""
    made: list[dict[str, Any]] = []
    for tree in fleet.trees:
        since = _since(fleet, tree.label, tree.state, today)
        periods = [("IM_EINSATZ", Range(None, since)), (tree.state, Range(since, None))]
        for state, during in periods if since is not None else periods[:1]:
            made.append({"tree_id": tree_ids[tree.label], "state": state, "during": during})
    return made


def _since(fleet: FleetSample, label: str, state: str, today: date) -> date | None:
    if state == "WERKSTATT":
        return today - WORKSHOP_SINCE
    if state == "WINTERQUARTIER":
        stays = [stay for schedule in fleet.schedules for stay in schedule.stays if stay.tree == label]
        return next((stay.start for stay in stays if stay.start <= today < stay.end), today)
    return None


def events(today: date) -> list[tuple[str, dict[str, Any]]]:
    """A market in each town, two weeks ahead or, near the end of the year, two weeks ago; with the town's key."""
    monday = today - timedelta(days=today.weekday())
    monday += timedelta(weeks=2 if (monday + timedelta(weeks=3)).year == today.year else -2)
    return [
        (
            record["ags"],
            {
                "uid": f"beispiel-{record['ags']}",
                "during": Range(monday + timedelta(days=4), monday + timedelta(days=7)),
                "title": record["title"],
                "kind": "MARKT",
                "blocks": False,
                "source": SOURCE,
                "is_example": True,
            },
        )
        for record in read("trees")["events"]
    ]


def _record(fleet: FleetSample) -> Record:
    return next(one for one in read("trees")["fleets"] if one["key"] == fleet.key)
