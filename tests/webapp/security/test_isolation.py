"""A row of another town answers exactly as one that is not there: same status, same page, whatever is done to it.

Routes and arguments come from the URL map; a new one is asked without being named here.
"""

import itertools
import re

import pytest
from sqlalchemy import text

from geo.core.access import SYSTEM
from webapp.access import mark_of
from webapp.auth import UNMARKED

# The rows that a route's argument can mean.
ROWS = {
    "unit_id": ["Einheit0", "Einheit3"],
    "seeker_id": ["seeker"],
    "match_id": ["match"],
    "package_id": ["package_hidden"],
    "plan_id": ["planEinheit0"],
    "photo_id": ["photoEinheit0", "tree_photo"],
    "block_id": ["block"],
    "event_id": ["event"],
    "stop_caretaker_id": ["stop_caretaker"],
    "stop_id": ["stop", "hidden_stop"],
    "stay_id": ["stay_stop", "draft_stay"],
    "fleet_id": ["fleet"],
    "tree_id": ["tree"],
    "run_id": ["run"],
    "visit_id": ["visit", "watered_visit"],
    "schedule_id": ["schedule", "published_schedule"],
    "viewpoint_id": ["viewpoint", "idea"],
    "site_id": ["site"],
    "phase_id": ["phase"],
    "partner_id": ["partner"],
    "funding_id": ["funding"],
    "observation_id": ["observation"],
    "status_id": ["status"],
    "milestone_id": ["milestone"],
    "membership_id": ["membership"],
    "account_id": ["account"],
    "session_id": ["session"],
    "passkey_id": ["account"],
    "spell_id": ["Einheit0"],
    "building_id": ["buildingEinheit0"],
    "parcel_id": ["parcelEinheit0"],
    "job_id": ["job"],
    "zone_id": ["zone"],
    "bulk_id": ["bulk", "case_bulk"],
    "case_id": ["case", "kompass_case"],
    "round_id": ["survey", "closed_survey"],
    "import_id": ["import"],
    "row": ["import_row"],
    "application_id": ["application"],
    "letter_id": ["letter"],
    "feedback_id": ["feedback"],
    "address_id": ["feed"],
    "log_id": ["watering_log"],
    "patron_id": ["patron"],
    "defect_id": ["defect"],
    "report_id": ["report", "decided_report"],
    "notice_id": ["notice"],
    "document_id": ["document"],
    "feed_id": ["view_feed", "case_feed"],
    "landmark_id": ["landmark"],
    "model_id": ["model"],
    "ranking_id": ["ranking"],
    "owner_id": ["owner"],
    "ownership_id": ["ownership"],
    "member_id": ["owner_member"],
    "consent_id": ["consent"],
    "contact_id": ["owner_contact"],
    "campaign_id": ["campaign"],
    "owner_letter_id": ["owner_letter"],
    "answer_id": ["answer"],
    "measure_id": ["measure"],
    "town_id": ["the_town"],
    "meeting_id": ["alliance_draft"],
    "task_id": ["alliance_taskBUERO"],
    "work_id": ["alliance_work"],
    "count_id": ["alliance_count"],
    "card_id": ["card_draft", "card_elsewhere"],
    "reviewer_id": ["call_reviewer"],
    "attachment_id": ["call_attachment"],
}
# Where an argument means another kind of row than elsewhere. Members of the alliance are for everybody in it (their
# contacts have tests of their own).
ELSEWHERE: dict[tuple[str, str], list[str]] = {
    ("calls_intern", "application_id"): ["call_application"],
    ("alliance_intern", "member_id"): [],
}
# Where the office sees sums of the towns, none of them of fewer than ten units, as far as each town shares them.
OFFICE = {"vacancies_intern.totals", "vacancies_intern.totals_file", "vacancies_intern.totals_town"}
# Projects, editions and phases of the Kompass and years belong to the alliance: everybody may know of them. So do
# published calls, of which those with another row's number are asked for.
SHARED, COMMON = {"project_id", "number", "year"}, {"call_id": "closed_call"}
NOT_THERE = 987_654_321


def _routes(app):
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in UNMARKED and mark_of(app.view_functions[rule.endpoint]).kind not in {
            "public",
            "sign_in",
        }:
            numbers = [
                name
                for name in sorted(rule.arguments)
                if f"<int:{name}>" in rule.rule and name not in {*SHARED, *COMMON}
            ]
            if numbers:
                yield rule, numbers


def _filled(rule, values):
    return re.sub(r"<int:([a-z_]+)>", lambda found: str(values.get(found[1], NOT_THERE)), rule.rule)


def _asked(visitor, path, **send):
    """The answer; what it would flash on the next page is read away."""
    answer = visitor.open(path, **send)
    if answer.location:
        visitor.get("/intern/konto")
    return answer


def _alike(answer, values):
    """The answer without what differs by chance, and without the numbers that were asked for."""
    page = re.sub(r"[0-9a-f]{32}|[\w.-]{60,}", "", f"{answer.status_code} {answer.location} {answer.text}")
    for value in values:
        page = re.sub(rf"\b{value}\b", "N", page)
    return page


def _rows(db, town):
    """Everything that the town has, to see that nothing of it changes."""
    with db.owner() as session:
        tables = session.scalars(
            text("SELECT table_name FROM information_schema.columns WHERE table_schema = 'register'"
                 " AND column_name = 'municipality_id' ORDER BY 1")
        ).all()  # fmt: skip
        return {
            table: session.scalar(
                text(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM register.{table} t"
                     " WHERE t.municipality_id = :town"), {"town": town.id}
            ) for table in tables
        }  # fmt: skip


@pytest.fixture
def connection(filled_connection):
    return filled_connection


@pytest.fixture
def town(whole_town):
    return whole_town


def test_every_argument_is_known(app):
    known = set(ROWS)
    assert {name for _, numbers in _routes(app) for name in numbers} <= known


@pytest.mark.parametrize("role", ["viewer", "editor", "manager"])
def test_foreign_and_missing_are_alike(app, db, sign_in, towns, town, role):
    app.config["WTF_CSRF_ENABLED"] = False
    stranger = sign_in(role, towns.foreign)
    before, differing = _rows(db, town), []
    common = {argument: town.ids[name] for argument, name in COMMON.items()}
    form = {"version": "1", "change": "1", "confirm": "1", "bestaetigt": "1", "name": "x", "_key": ""}
    for rule, numbers in _routes(app):
        of = rule.endpoint.partition(".")[0]
        for names in itertools.product(*(ELSEWHERE.get((of, name), ROWS[name]) for name in numbers)):
            theirs = {argument: town.ids[name] for argument, name in zip(numbers, names, strict=True)}
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                send = {"method": method, "data": form if method == "POST" else None}
                real = _asked(stranger, _filled(rule, common | theirs), **send)
                none = _asked(stranger, _filled(rule, common), **send)
                asked = [*theirs.values(), NOT_THERE]
                if _alike(real, asked) != _alike(none, asked):
                    differing.append(f"{method} {rule.rule} {names}: {real.status_code} and {none.status_code}")
    assert differing == []
    assert _rows(db, town) == before


def test_numbers_in_forms(app, db, sign_in, towns, town):
    """Foreign rows named in a field instead of the address: refused as if they were not there, and untouched."""
    app.config["WTF_CSRF_ENABLED"] = False
    stranger = sign_in("editor", towns.foreign)
    before = _rows(db, town)
    stay = {"first": "2026-11-20", "last": "2026-11-30"}
    ids = town.ids
    tries = [
        (
            "/intern/baeume/standzeit/neu",
            {**stay, "stop_id": "stop", "schedule_id": "published_schedule", "trees": "tree"},
        ),
        (
            "/intern/baeume/standzeit/neu",
            {**stay, "stop_id": "hidden_stop", "schedule_id": "schedule", "trees": "tree"},
        ),
    ]
    for path, fields in tries:

        def sent(real, fields=fields):
            return {
                name: str(ids[value] if real else NOT_THERE) if value in ids else value
                for name, value in fields.items()
            }

        theirs, none = (stranger.post(path, data=sent(real)) for real in (True, False))
        assert theirs.status_code == none.status_code == 404, path
    for path in ("/intern/leerstand/neu", "/intern/blicke/neu", "/intern/baeume/neu"):
        for name in ("municipality_id", "gemeinde", "place_id", "unit_id", "id"):
            assert stranger.post(path, data={name: str(town.id), "name": "x"}).status_code == 422
    for numbers in (["stay_stop"], ["stay_stop", "stay_winter"], ["draft_stay"]):
        chosen = [str(ids[name]) for name in numbers]
        answer = stranger.post(f"/intern/baeume/{ids['stop']}/bestaetigen", data={"stays": chosen})
        assert answer.status_code == 404
    assert _rows(db, town) == before


def test_the_town_cannot_be_switched_to(sign_in, towns, town):
    stranger = sign_in("editor", towns.foreign)
    theirs = stranger.get(f"/intern/gemeinde?gemeinde={town.id}")
    none = stranger.get(f"/intern/gemeinde?gemeinde={NOT_THERE}")
    assert theirs.status_code == none.status_code == 404
    assert _alike(theirs, [town.id, NOT_THERE]) == _alike(none, [town.id, NOT_THERE])
    assert "Musterstadt" not in stranger.get("/intern").text


def test_the_second_wall_holds_alone(db, towns, town):
    """With the application's own checks out of the way, row level security shows and changes nothing that is internal."""
    with db.staff(SYSTEM, towns.foreign) as session:
        for table in (
            "units",
            "places",
            "photos",
            "occupancy_spells",
            "zones",
            "tree_settings",
            "tree_applications",
            "tree_applicants",
            "patrons",
            "watering_turns",
            "watering_logs",
            "care_entries",
            "weather_days",
            "watering_alarms",
            "owners",
            "owner_members",
            "ownerships",
            "owner_consents",
            "owner_contacts",
            "owner_campaigns",
            "owner_letters",
            "owner_letter_units",
            "owner_links",
            "owner_answers",
            "owner_proposals",
        ):
            assert session.scalar(text(f"SELECT count(*) FROM register.{table} WHERE municipality_id = :id"),
                                  {"id": town.id}) == 0, table  # fmt: skip
        hidden = text("SELECT count(*) FROM history.owner_changes WHERE municipality_id = :id")
        assert session.scalar(hidden, {"id": town.id}) == 0
        assert (
            session.scalar(text("SELECT count(*) FROM history.changes WHERE municipality_id = :id"), {"id": town.id})
            == 0
        )
        session.execute(text("SELECT set_config('app.action', 'stay.edit', true)"))
        for table in ("stops", "stays", "viewpoints", "pilot_sites", "fleets", "trees", "schedules", "memberships"):
            changed = session.execute(
                text(f"UPDATE register.{table} SET municipality_id = municipality_id WHERE municipality_id = :id"),
                {"id": town.id},
            )
            assert changed.rowcount == 0, table


@pytest.mark.parametrize("role", ["planner", "curator", "office", "admin"])
def test_the_alliance_has_no_business_with_vacancies(app, db, sign_in, town, role):
    """The roles of the alliance may look into every town, but not at what stands empty there: on no route, by no name."""
    app.config["WTF_CSRF_ENABLED"] = False
    visitor = sign_in(role)
    assert visitor.get(f"/intern/gemeinde?gemeinde={town.id}").status_code == 303
    before, ids = _rows(db, town), {"unit_id": "Einheit2", "photo_id": "photoEinheit2", "spell_id": "Einheit2"}
    for rule in app.url_map.iter_rules():
        sums_only = role == "office" and rule.endpoint in OFFICE
        if rule.endpoint.startswith(("vacancies_intern.", "owners_intern.", "photos_intern.")) and not sums_only:
            address = _filled(
                rule, {name: town.ids[ids.get(name, ROWS[name][0])] for name in rule.arguments if name in ROWS}
            )
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                answer = visitor.open(address, method=method, data={"version": "1"} if method == "POST" else None)
                assert answer.status_code == 403, f"{role} {method} {rule.rule}"
    page = visitor.get("/intern").text
    assert [word for word in town.words if "Einheit" in word and word in page] == []
    assert _rows(db, town) == before
