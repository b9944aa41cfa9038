"""Takes the sample register out again: exactly what is marked, and nothing that a real row needs.

A made-up row to which something real was attached stays, loses its mark (the town has adopted it) and is reported.
Parts without a mark of their own (sectors, phases, milestones) go with what they are parts of.
"""

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import CursorResult, text
from sqlalchemy.orm import Session

from geo.core.access import SYSTEM, Action
from geo.core.history import perform


@dataclass(frozen=True)
class MarkedTable:
    """A table with sample rows: the column that marks them, and what may hang on a row (table and column)."""

    name: str
    mark: str = "is_example"
    held_by: tuple[tuple[str, str], ...] = ()
    has_version: bool = True


# What real people did at an example keeps it.
_CARED = (("watering_logs", "tree_id"), ("care_entries", "tree_id"))
_WATERED = tuple((table, "visit_id") for table in ("watering_logs", "care_entries", "patrons"))
_OF_OWNERS = ("ownerships", "owner_consents", "owner_contacts", "owner_letters", "owner_answers")
# Children before what they hang on, so that whatever still hangs on a row is real.
TABLES = (
    MarkedTable("knowledge_cards", mark="is_sample"),
    MarkedTable("photos"),
    MarkedTable("citizen_reports", held_by=(("citizen_reporters", "report_id"),)),
    MarkedTable("report_settings"),
    MarkedTable("town_shares"),
    MarkedTable("tree_applications"),
    MarkedTable("tree_settings"),
    MarkedTable("calendar_entries", has_version=False),
    MarkedTable("stays"),
    MarkedTable("tree_states", has_version=False),
    MarkedTable("stop_blocks"),
    MarkedTable("calendar_events", held_by=(("stop_blocks", "event_id"),)),
    MarkedTable("module_classes"),
    MarkedTable("watering_logs"),
    MarkedTable("care_entries"),
    MarkedTable("weather_days"),
    MarkedTable("visits", held_by=(*_WATERED, ("stays", "visit_id"), ("visits", "planned_visit_id"))),
    MarkedTable("owner_proposals"),
    MarkedTable("owner_answers", held_by=(("owner_proposals", "answer_id"),)),
    MarkedTable("owner_contacts"),
    MarkedTable("owner_letters", held_by=(("owner_answers", "letter_id"),)),
    MarkedTable("owner_campaigns", held_by=(("owner_letters", "campaign_id"), ("owner_contacts", "campaign_id"))),
    MarkedTable("owner_consents"),
    MarkedTable("ownerships"),
    MarkedTable("owner_settings"),
    MarkedTable("owners", held_by=tuple((table, "owner_id") for table in _OF_OWNERS)),
    MarkedTable("occupancy_spells"),
    MarkedTable("case_events", has_version=False),
    MarkedTable("case_assessments", has_version=False),
    MarkedTable("case_measures"),
    MarkedTable("town_assessments", has_version=False),
    MarkedTable(
        "cases",
        held_by=tuple(
            (table, "case_id") for table in ("case_events", "case_assessments", "case_measures", "citizen_reports")
        ),
    ),
    MarkedTable("viewpoint_statuses", has_version=False),
    MarkedTable("viewpoint_checks", has_version=False),
    MarkedTable("viewpoint_notices", has_version=False),
    MarkedTable("viewpoint_defects", held_by=(("viewpoint_reporters", "defect_id"),)),
    MarkedTable("zones", held_by=(("survey_rounds", "zone_id"),)),
    MarkedTable("parcel_links", has_version=False),
    MarkedTable("floor_plans"),
    MarkedTable("matches"),
    MarkedTable("seekers", held_by=(("matches", "seeker_id"),)),
    MarkedTable("site_package_units", has_version=False),
    MarkedTable("site_packages", held_by=(("site_package_units", "package_id"),)),
    MarkedTable("unit_successions", has_version=False),
    MarkedTable("addresses", has_version=False),
    MarkedTable("pois", has_version=False),
    MarkedTable(
        "units",
        held_by=(
            ("occupancy_spells", "unit_id"),
            ("parcel_links", "unit_id"),
            ("floor_plans", "unit_id"),
            ("matches", "unit_id"),
            ("site_package_units", "unit_id"),
            ("unit_successions", "from_unit_id"),
            ("unit_successions", "to_unit_id"),
            ("cases", "unit_id"),
            ("ownerships", "unit_id"),
            ("owner_consents", "unit_id"),
            ("owner_proposals", "unit_id"),
            ("citizen_reports", "unit_id"),
        ),
    ),
    MarkedTable("buildings", held_by=(("units", "building_id"),)),
    MarkedTable(
        "viewpoints",
        held_by=tuple(
            (f"viewpoint_{part}", "viewpoint_id") for part in ("statuses", "checks", "notices", "defects", "documents")
        ),
    ),
    MarkedTable("landmarks", held_by=(("viewpoint_landmarks", "landmark_id"),)),
    MarkedTable("schedules", held_by=(("stays", "schedule_id"), ("visits", "schedule_id"))),
    MarkedTable(
        "trees", held_by=(("stays", "tree_id"), ("tree_states", "tree_id"), ("tree_photos", "tree_id"), *_CARED)
    ),
    MarkedTable(
        "stops",
        held_by=(
            ("stays", "stop_id"),
            ("visits", "stop_id"),
            ("stop_blocks", "stop_id"),
            ("stop_caretakers", "stop_id"),
            ("tree_applications", "stop_id"),
            ("tree_states", "stop_id"),
            ("trees", "planted_stop_id"),
        ),
    ),
    MarkedTable(
        "fleets",
        held_by=(
            ("trees", "fleet_id"),
            ("schedules", "fleet_id"),
            ("module_classes", "fleet_id"),
            ("plan_runs", "fleet_id"),
        ),
    ),
    MarkedTable("alliance_meetings", held_by=(("alliance_documents", "meeting_id"),)),
    MarkedTable("alliance_group_members", has_version=False),
    MarkedTable(
        "alliance_members",
        held_by=tuple(
            (f"alliance_{part}", "member_id") for part in ("group_members", "attendance", "tasks", "contacts")
        ),
    ),
    MarkedTable("alliance_counts", has_version=False),
    MarkedTable("calls", held_by=(("call_applications", "call_id"),)),
    MarkedTable("pilot_sites", "is_sample"),
    MarkedTable(
        "pilot_projects",
        "is_sample",
        tuple((table, "pilot_project_id") for table in ("pilot_sites", "project_documents", "calls")),
    ),
    MarkedTable(
        "working_groups",
        "is_sample",
        (
            ("pilot_projects", "working_group_id"),
            ("alliance_group_members", "working_group_id"),
            ("alliance_meetings", "working_group_id"),
            ("knowledge_cards", "working_group_id"),
        ),
    ),
    MarkedTable(
        "places",
        held_by=tuple((table, "place_id") for table in ("units", "stops", "viewpoints", "pilot_sites", "photos")),
    ),
    MarkedTable(
        "accounts",
        held_by=(
            ("call_reviewers", "account_id"),
            *(("cases", "responsible_id"), ("case_events", "responsible_id"), ("case_events", "account_id")),
            *(("owner_contacts", "made_by"), ("owner_campaigns", "made_by")),
            *(("owner_answers", "done_by"), ("owner_proposals", "decided_by")),
            *(("stop_rankings", "taken_by"), ("stop_rankings", "withdrawn_by")),
        ),
    ),
)
# A case that stays belongs to nobody when its made-up person goes.
_LEAVE = (
    "UPDATE register.cases SET responsible_id = NULL, version = version + 1"
    " WHERE responsible_id IN (SELECT id FROM register.accounts WHERE is_example)",
    "UPDATE register.case_events SET responsible_id = NULL"
    " WHERE responsible_id IN (SELECT id FROM register.accounts WHERE is_example)",
    "UPDATE register.case_events SET account_id = NULL"
    " WHERE account_id IN (SELECT id FROM register.accounts WHERE is_example)",
    # Applications that the sample brought go with its calls; one that a town wrote keeps the call.
    "DELETE FROM register.call_applications WHERE call_id IN (SELECT id FROM register.calls WHERE is_example)"
    " AND id IN (SELECT row_id FROM history.changes WHERE table_name = 'call_applications' AND operation = 'INSERT'"
    " AND action = 'sample.load')",
)
# Facts about the alliance, avenues and landmarks are no examples either; nor are trees, stops and what hangs on them.
_FACT_TABLES = (
    *("stays", "tree_states", "visits", "schedules", "trees", "stops", "fleets", "landmarks"),
    *("alliance_members", "alliance_counts"),
)
_BROUGHT = (
    "(is_example OR id IN (SELECT row_id FROM history.changes WHERE table_name = '{table}' AND operation = 'INSERT'"
    " AND action = 'sample.load' AND new_values ->> 'is_example' = 'false'))"
)
# The place of a fact is no example, so the history says whether the sample brought it.
_BROUGHT_PLACES = (
    "is_example OR id IN (SELECT row_id FROM history.changes"
    " WHERE table_name = 'places' AND operation = 'INSERT' AND action = 'sample.load')"
)


@dataclass(frozen=True)
class Removed:
    """Rows removed by table, and rows that stayed because something real needs them."""

    removed: dict[str, int]
    kept: dict[str, int]


def remove(session: Session) -> Removed:
    """Take out the sample register. Needs the owner's session, which sees every town's rows."""
    removed, kept = {}, {}
    with perform(session, SYSTEM, Action.SAMPLE_LOAD):
        for statement in _LEAVE:
            session.execute(text(statement))
        for table in TABLES:
            gone, left = _changed(session, _delete(table)), _changed(session, _unmark(table))
            if gone:
                removed[table.name] = gone
            if left:
                kept[table.name] = left
    return Removed(removed, kept)


def _changed(session: Session, statement: str) -> int:
    """How many rows the statement changed."""
    return cast("CursorResult[Any]", session.execute(text(statement))).rowcount


def _delete(table: MarkedTable) -> str:
    which = _BROUGHT_PLACES if table.name == "places" else table.mark
    if table.name in _FACT_TABLES:
        which = _BROUGHT.format(table=table.name)
    free = "".join(
        f" AND NOT EXISTS (SELECT FROM register.{child} c WHERE c.{column} = t.id"
        + (f" AND NOT c.{table.mark})" if child == table.name else ")")  # marked ones go in the same statement
        for child, column in table.held_by
    )
    return f"DELETE FROM register.{table.name} t WHERE ({which}){free}"  # noqa: S608 (names from the list above)


def _unmark(table: MarkedTable) -> str:
    version = ", version = version + 1" if table.has_version else ""
    return f"UPDATE register.{table.name} SET {table.mark} = false{version} WHERE {table.mark}"  # noqa: S608 (as above)
