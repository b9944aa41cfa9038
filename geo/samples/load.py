"""Puts the sample register into the database: the alliance's facts (`is_sample`) and made-up objects (`is_example`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.accounts.model import Account
from geo.core import geometry
from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.pilots.model import PilotPhase, PilotProject, PilotSite, ProjectMilestone, WorkingGroup
from geo.places.model import Address, Place, Poi, Zone
from geo.samples import areas, cases, content, generate, landmarks, owners, portfolio, reports, residents, sites
from geo.samples import viewpoints as viewpoint_content
from geo.samples.avenues import Avenues
from geo.samples.inserting import Inserter, Row
from geo.samples.model import FleetSample, PlaceSample, Sample, ViewpointSample
from geo.samples.people import DOMAIN, SignIn, add_people
from geo.samples.rows import exact_places, unit_row, without
from geo.trees.events.model import CalendarEvent
from geo.trees.fleet.model import ModuleClass, TreeState
from geo.trees.model import Fleet, Schedule, Stay, Stop, Tree
from geo.trees.visits.model import Visit
from geo.vacancies.figures.model import UnitConfirmation
from geo.vacancies.model import Building, OccupancySpell, ParcelLink, Unit, UnitSuccession
from geo.viewpoints.care.model import Check, Defect, Furniture, Notice
from geo.viewpoints.model import Sector, Viewpoint, ViewpointStatus

_VIEWPOINT = (
    *("name", "name_en", "story", "story_en", "story_easy", "step_free", "access_note", "access_note_en"),
    *("best_time", "best_time_en", "toilet", "responsible_body", "is_featured"),
    *("path_surface", "path_steps", "stop_distance_m", "parking", "shade", "evening_light", "prune_month"),
)


@dataclass(frozen=True)
class Loaded:
    """What the load added (nothing when the register was there), and the sign-ins with their new passwords."""

    was_there: bool
    counts: dict[str, int]
    sign_ins: tuple[SignIn, ...] = ()

    @property
    def passwords(self) -> dict[str, str]:
        """The new passwords by e-mail address; empty where none were made."""
        return {one.email: one.password for one in self.sign_ins if one.password}


def load(session: Session, today: date, *, with_passwords: bool) -> Loaded:
    """Add the sample register as of the day; with the sample accounts there already, nothing is done.

    The passwords are in the answer and nowhere else. Needs the reference data and the owner's session.
    """
    if session.scalar(select(Account.id).where(Account.is_example).limit(1)) is not None:
        return Loaded(was_there=True, counts={})
    loader = _Loader(session, today)
    with perform(session, SYSTEM, Action.SAMPLE_LOAD):
        loader.facts()
        loader.made_up(generate.build(today))
        loader.counts |= portfolio.add(session, today)
        loader.counts |= landmarks.add(session, loader.town)
        for part in (residents, owners, reports):
            loader.counts |= part.add(session, loader.town, today)
        Avenues(session, today, loader.counts).add(content.facts()["avenues"])
        sign_ins = add_people(session, loader.town, with_passwords=with_passwords)
        loader.counts |= cases.add(session, loader.town, today, DOMAIN)
    loader.counts["accounts"] = len(sign_ins)
    return Loaded(was_there=False, counts=loader.counts, sign_ins=sign_ins)


_LOADED = text(
    "SELECT EXISTS (SELECT FROM published.viewpoints WHERE is_example) OR EXISTS (SELECT FROM published.fleets WHERE"
    " is_example) OR EXISTS (SELECT FROM published.vacancies WHERE is_example)"
)


def is_loaded(session: Session) -> bool:
    """Whether made-up objects are on show; any role may ask."""
    return bool(session.scalar(_LOADED))


class _Loader(Inserter):
    """The facts of the alliance, and the made-up objects."""

    def facts(self) -> None:
        """Working groups, projects and sites of the alliance. What somebody already recorded is left alone."""
        facts = content.facts()
        groups = self._by_slug(WorkingGroup, [_group(record) for record in facts["working_groups"]])
        there = set(self.session.scalars(select(PilotProject.slug)))
        new = [record for record in facts["projects"] if record["slug"] not in there]
        projects = self._by_slug(PilotProject, [_project(record, groups) for record in new])
        milestones = [
            _milestone(record, projects[project["slug"]], position)
            for project in new
            for position, record in enumerate(project.get("milestones", []), start=1)
        ]
        self._insert(ProjectMilestone, milestones)
        self._sites([site for site in facts["sites"] if site["project"] not in there], projects)

    def _by_slug(self, model: type[WorkingGroup] | type[PilotProject], rows: list[Row]) -> dict[str, int]:
        there = {row.slug: row.id for row in self.session.execute(select(model.slug, model.id))}
        new = [row for row in rows if row["slug"] not in there]
        ids = self._insert_with_ids(model, new)
        return there | {row["slug"]: row_id for row, row_id in zip(new, ids, strict=True)}

    def _sites(self, records: list[Row], projects: dict[str, int]) -> None:
        places = self._insert_with_ids(Place, [self._site_place(record) for record in records])
        rows = [
            {
                "pilot_project_id": projects[record["project"]],
                "municipality_id": self.town(record["ags"]),
                "place_id": place_id,
                "is_sample": True,
                **_given(record, "name name_en is_chosen tree_count grant_eur note note_en source"),
            }
            for record, place_id in zip(records, places, strict=True)
        ]
        ids = self._insert_with_ids(PilotSite, rows)
        phases = [
            {
                "pilot_site_id": site_id,
                "municipality_id": self.town(record["ags"]),
                "during": Range(phase["start"], phase.get("end")),
                **_given(phase, "phase start_precision end_precision note note_en source"),
            }
            for record, site_id in zip(records, ids, strict=True)
            for phase in record["phases"]
        ]
        self._insert(PilotPhase, phases)

    def _site_place(self, record: Row) -> Row:
        spot = geometry.point(record["lon"], record["lat"])
        locality = self._towns[self.town(record["ags"])].name
        return {
            "municipality_id": self.town(record["ags"]),
            "street": record.get("street"),
            "locality": locality,
            "point": spot,
            "public_point": spot,
        }

    # --- made-up objects ---------------------------------------------------------------------

    def made_up(self, sample: Sample) -> None:
        """Units with their spells, stops, fleets with their schedules, viewpoints: all marked as examples."""
        exact = exact_places(sample.units)
        spots = [*(unit.place for unit in sample.units), *(v.place for v in sample.viewpoints)]
        spots = list(dict.fromkeys([*spots, *(stop.place for stop in sample.stops)]))
        on_grid = {unit.place for unit in sample.units} - exact
        rows = [self._place(spot, on_grid=spot in on_grid) for spot in spots]
        places = dict(zip(spots, self._insert_with_ids(Place, rows), strict=True))
        self._units(sample, places)
        stops = self._stops(sample, places)
        for fleet in sample.fleets:
            self._fleet(fleet, stops)
        events = [{"municipality_id": self.town(ags), **row} for ags, row in sites.events(self.today)]
        self._insert(CalendarEvent, events)
        self._viewpoints(sample.viewpoints, places)
        near = viewpoint_content.near_by(sample.viewpoints)
        self._insert(Poi, [{"municipality_id": self.town(ags), **row} for ags, row in near])
        zones, houses = areas.zones(self.today), areas.addresses(sample.units)
        self._insert(Zone, [{"municipality_id": self.town(ags), **row} for ags, row in zones])
        self._insert(Address, [{"municipality_id": self.town(ags), **row} for ags, row in houses])

    def _place(self, spot: PlaceSample, *, on_grid: bool) -> Row:
        point = geometry.point(spot.lon, spot.lat)
        return {
            "municipality_id": self.town(spot.ags),
            "street": spot.street,
            "house_number": spot.house_number,
            "postcode": spot.postcode,
            "locality": spot.locality or self._towns[self.town(spot.ags)].name,
            "point": point,
            "public_point": geometry.snapped(point) if on_grid else point,
            "is_example": True,
        }

    def _units(self, sample: Sample, places: dict[PlaceSample, int]) -> None:
        units = sample.units
        wanted = {unit.building for unit in units}
        houses = [house for house in sample.buildings if house.key in wanted]
        rows = [
            {"municipality_id": self.town(house.ags), "is_example": True, **without(house, "key", "ags")}
            for house in houses
        ]
        numbers = zip(houses, self._insert_with_ids(Building, rows), strict=True)
        buildings: dict[str | None, int] = {house.key: number for house, number in numbers}
        rows = [
            {
                "municipality_id": self.town(unit.place.ags),
                "place_id": places[unit.place],
                "building_id": buildings.get(unit.building),
                **unit_row(unit),
            }
            for unit in units
        ]
        ids = self._insert_with_ids(Unit, rows)
        parcels: list[Row] = [
            {
                "municipality_id": row["municipality_id"],
                "unit_id": unit_id,
                "parcel_key": unit.parcel_key,
                "is_example": True,
            }
            for unit, unit_id, row in zip(units, ids, rows, strict=True)
            if unit.parcel_key
        ]
        self._insert(ParcelLink, parcels)
        by_key = {unit.key: (unit_id, row) for unit, unit_id, row in zip(units, ids, rows, strict=True)}
        links: list[Row] = [
            {
                "municipality_id": by_key[link.from_key][1]["municipality_id"],
                "from_unit_id": by_key[link.from_key][0],
                "to_unit_id": by_key[link.to_key][0],
                "is_example": True,
                **without(link, "from_key", "to_key"),
            }
            for link in sample.successions
            if link.from_key in by_key and link.to_key in by_key
        ]
        self._insert(UnitSuccession, links)
        spells = [
            {
                **{name: value for name, value in vars(spell).items() if name not in {"start", "end"}},
                "unit_id": unit_id,
                "municipality_id": row["municipality_id"],
                "during": Range(spell.start, spell.end),
                "is_example": True,
            }
            for unit, unit_id, row in zip(units, ids, rows, strict=True)
            for spell in unit.spells
        ]
        self._insert(OccupancySpell, spells)
        confirmations = [
            {"unit_id": unit_id, "on_day": day, "municipality_id": row["municipality_id"], "by_kind": "BEGEHUNG"}
            for unit, unit_id, row in zip(units, ids, rows, strict=True)
            for day in unit.confirmed_on
        ]
        self._insert(UnitConfirmation, confirmations)

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

    def _viewpoints(self, viewpoints: Sequence[ViewpointSample], places: dict[PlaceSample, int]) -> None:
        towns = [self.town(viewpoint.place.ags) for viewpoint in viewpoints]
        rows = [
            {
                **{name: getattr(viewpoint, name) for name in _VIEWPOINT},
                "municipality_id": town,
                "place_id": places[viewpoint.place],
                "is_example": True,
            }
            for viewpoint, town in zip(viewpoints, towns, strict=True)
        ]
        ids = self._insert_with_ids(Viewpoint, rows)
        sectors, statuses, furniture, checks, defects, notices = [], [], [], [], [], []
        for viewpoint, viewpoint_id, town in zip(viewpoints, ids, towns, strict=True):
            common = {"viewpoint_id": viewpoint_id, "municipality_id": town}
            sectors += [
                {**common, "position": position, "from_deg": start, "to_deg": end}
                for position, (start, end) in enumerate(viewpoint.sectors, start=1)
            ]
            statuses += [
                {
                    **common,
                    "status": entry.status,
                    "during": Range(entry.start, entry.end),
                    "note": entry.note,
                    "is_example": True,
                }
                for entry in viewpoint.statuses
            ]
            furniture += [
                {**common, "kind": kind, "state": "BESCHAEDIGT" if kind in viewpoint.damaged else "GUT"}
                for kind in viewpoint.furniture
            ]
            made = {**common, "is_example": True}
            checks += [
                {**made, "checked_on": day, "result": "OFFEN_SICHT", "was_pruned": viewpoint.prune_month is not None}
                for day in viewpoint.checked_on
            ]
            defects += [{**made, **defect} for defect in viewpoint.defects]
            notices += [
                {**made, "text": one.text, "text_en": one.text_en, "during": Range(one.start, one.end)}
                for one in viewpoint.notices
            ]
        for model, parts in (
            *((Sector, sectors), (ViewpointStatus, statuses), (Furniture, furniture)),
            *((Check, checks), (Defect, defects), (Notice, notices)),
        ):
            self._insert(model, parts)


def _given(record: Row, names: str) -> Row:
    """The named entries, None for a missing one: all rows of an insert need the same columns."""
    return {name: record.get(name) for name in names.split()}


def _group(record: Row) -> Row:
    return {"is_sample": True, **_given(record, "slug name name_en description description_en")}


def _project(record: Row, groups: dict[str, int]) -> Row:
    names = "slug part name name_en summary summary_en source"
    return {"working_group_id": groups[record["working_group"]], "is_sample": True, **_given(record, names)}


def _milestone(record: Row, project_id: int, position: int) -> Row:
    known = record.get("start") is not None
    return {
        "pilot_project_id": project_id,
        "position": position,
        "during": Range(record["start"], record.get("end")) if known else None,
        **_given(record, "title title_en precision was_planned source"),
    }
