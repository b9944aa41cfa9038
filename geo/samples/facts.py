"""Puts the alliance's facts into the database: working groups, projects and sites (`is_sample`)."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from geo.core import geometry
from geo.pilots.model import (
    PilotFunding,
    PilotPhase,
    PilotProject,
    PilotSite,
    ProjectMilestone,
    ProjectStatus,
    WorkingGroup,
)
from geo.places.model import Place
from geo.samples import content
from geo.samples.inserting import Inserter, Row


class Facts(Inserter):
    """Working groups, projects and sites of the alliance."""

    def add(self) -> None:
        """What somebody already recorded is left alone."""
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
        statuses = [
            _status(record, projects[project["slug"]]) for project in new for record in project.get("statuses", [])
        ]
        self._insert(ProjectStatus, statuses)
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
                "opening": Range(record["opening"], record["opening_end"]) if "opening" in record else None,
                "opening_was_planned": record.get("opening_was_planned", False),
                **_given(record, "name name_en is_chosen tree_count note note_en source"),
                **_given(record, "opening_precision opening_note opening_note_en"),
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
        funding = [
            {
                "pilot_site_id": site_id,
                "municipality_id": self.town(record["ags"]),
                **_given(source, "provider provider_en amount_eur source"),
            }
            for record, site_id in zip(records, ids, strict=True)
            for source in record.get("funding", [])
        ]
        self._insert(PilotFunding, funding)

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


def _given(record: Row, names: str) -> Row:
    """The named entries, None for a missing one: all rows of an insert need the same columns."""
    return {name: record.get(name) for name in names.split()}


def _group(record: Row) -> Row:
    return {"is_sample": True, **_given(record, "slug name name_en description description_en")}


def _project(record: Row, groups: dict[str, int]) -> Row:
    names = "slug part name name_en summary summary_en source"
    return {
        "working_group_id": groups[record["working_group"]],
        "is_sample": True,
        "is_public": True,
        "target_groups": record.get("target_groups", []),
        **_given(record, names),
    }


def _status(record: Row, project_id: int) -> Row:
    return {
        "pilot_project_id": project_id,
        "during": Range(record["start"], record.get("end")),
        **_given(record, "status start_precision end_precision was_planned note note_en source"),
    }


def _milestone(record: Row, project_id: int, position: int) -> Row:
    known = record.get("start") is not None
    return {
        "pilot_project_id": project_id,
        "position": position,
        "during": Range(record["start"], record.get("end")) if known else None,
        **_given(record, "title title_en precision was_planned source"),
    }
