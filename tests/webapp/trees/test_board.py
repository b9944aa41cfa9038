"""The planner's screen by the test client: what it shows, moving by its form, steps back, two planners at once."""

import re
from collections import namedtuple
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from geo.core import clock
from geo.core.access import SYSTEM, Action
from geo.core.errors import Conflict
from geo.core.history import perform
from geo.trees.applications.waiting import Weight
from geo.trees.model import Schedule
from geo.trees.planning.board import BoardStop
from geo.trees.planning.waiting import open_of
from geo.trees.schemas import ScheduleInput
from geo.trees.service import create_schedule, publish
from geo.trees.site import service as site
from geo.trees.site.schemas import BlockInput
from geo.trees.visits import service as visits
from geo.trees.visits.schemas import VisitInput, VisitWords
from geo.trees.wording import period
from tests.geo.trees import rows
from tests.webapp.trees.test_intern import ok, send, went_to

YEAR = clock.today().year + 1
FIRST = date(YEAR, 5, 1) + timedelta(days=-date(YEAR, 5, 1).weekday())  # a Monday
SEASON = period(FIRST, FIRST + timedelta(weeks=20, days=-1))


def day(week):
    return FIRST + timedelta(weeks=week)


@pytest.fixture
def plan(staff, towns, app):
    """A town's fleet with a draft for next year: a visit of two small modules at the market from its third week on."""
    app.config["WTF_CSRF_ENABLED"] = False
    made = rows.avenue(staff, towns.own)
    made.more["draft"] = create_schedule(staff, SYSTEM, made.fleet.id, ScheduleInput("Sommerplan", SEASON))
    made.more["visit"] = put(made, made.market, 2, 4, 2)
    staff.flush()
    return made


def put(avenue, stop, week, weeks, s, schedule=None):
    data = VisitInput(
        (schedule or avenue.more["draft"]).id, stop.id, period(day(week), day(week + weeks) - timedelta(days=1)),
        VisitWords(modules_s=s),
    )  # fmt: skip
    return visits.add(avenue.session, SYSTEM, data)


def address(plan, *more):
    return "/".join(("/intern/baeume/plan", str(plan.more["draft"].id), "tafel", *more))


def stored(plan):
    """The draft's visits as (stop, week, weeks, S)."""
    found = plan.session.execute(
        text(
            "SELECT stop_id, lower(during) AS first, upper(during) AS until, modules_s FROM register.visits"
            " WHERE schedule_id = :id ORDER BY lower(during), stop_id"
        ),
        {"id": plan.more["draft"].id},
    )
    return [
        (one.stop_id, (one.first - FIRST).days / 7, (one.until - one.first).days / 7, one.modules_s) for one in found
    ]


def form_of(client, plan, visit_id, **changed):
    page = ok(client.get(f"/intern/baeume/besuch/{visit_id}/verschieben"))
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    return {
        "version": version, "stop_id": plan.market.id, "first": day(2).isoformat(), "weeks": "4", "modules_s": "2",
        "modules_l": "0", "anyway": "1",
    } | changed  # fmt: skip


def test_the_board_shows_visits_what_is_open_and_the_clocks_day(sign_in, plan, towns):
    client = sign_in("editor", towns.own)
    page = ok(client.get(address(plan) + f"?am={day(3).isoformat()}"))
    for words in ("Sommerplan", "Hauptmarkt Musterallee", "Noch nicht eingeplant", "Einplanen: Neumarkt Musterallee"):
        assert words in page
    assert "2 Module" in page and "an 1 Standplatz" in page
    assert ok(client.get(address(plan) + f"?am={day(9).isoformat()}")).count("an 0 Standplätzen") == 1
    points = client.get(address(plan, "punkte") + f"?am={day(3).isoformat()}").get_json(force=True)["features"]
    assert {one["properties"]["title"]: one["properties"]["mark"] for one in points} == {
        "Hauptmarkt Musterallee": "2", "Neumarkt Musterallee": "",
    }  # fmt: skip


def test_who_may_only_read_cannot_move(sign_in, plan, towns):
    viewer = sign_in("viewer", towns.own)
    page = ok(viewer.get(address(plan)))
    assert "data-visit" not in page and "Besuch eintragen" not in page
    ok(viewer.get(f"/intern/baeume/besuch/{plan.more['visit'].id}/verschieben"), 403)
    stranger = sign_in("editor", towns.foreign)
    ok(stranger.get(address(plan)), 404)
    ok(stranger.get(f"/intern/baeume/besuch/{plan.more['visit'].id}/verschieben"), 404)
    ok(send(stranger, address(plan, "rueckgaengig")), 404)


def test_weeks_are_told_with_what_speaks_against_them(sign_in, plan, towns):
    client = sign_in("editor", towns.own)
    query = f"?platz={plan.market.id}&wochen=4&s=2&l=0"
    other = client.get(address(plan, "wochen") + query).json["weeks"]
    assert any("dort stehen schon 2 S" in reason for reason in other[3]["reasons"])
    own = client.get(address(plan, "wochen") + query + f"&besuch={plan.more['visit'].id}").json["weeks"]
    assert not any("dort stehen schon" in reason for week in own for reason in week["reasons"])
    assert own[0]["first"] == FIRST.isoformat() and len(own) == 20
    for wrong in (
        "",
        "?platz=x&wochen=1",
        f"?platz={plan.market.id}&wochen=0",
        f"?platz={plan.market.id}&wochen=9&s=900",
    ):
        ok(client.get(address(plan, "wochen") + wrong), 422)
    ok(client.get(address(plan, "wochen") + "?platz=99999999&wochen=3"), 404)


def test_a_visit_is_put_moved_taken_back_and_done_again(sign_in, plan, towns):
    client = sign_in("editor", towns.own)
    start = [(plan.market.id, 2, 4, 2)]
    assert stored(plan) == start
    new = {"stop_id": plan.square.id, "first": day(8).isoformat(), "weeks": "3", "modules_s": "1", "anyway": "1"}
    where = went_to(send(client, address(plan, "besuch"), **new))
    assert "besuch=" in where and "Neumarkt" in ok(client.get(where))
    both = [*start, (plan.square.id, 8, 3, 1)]
    assert stored(plan) == both
    visit_id = plan.more["visit"].id
    went_to(
        send(
            client,
            f"/intern/baeume/besuch/{visit_id}/verschieben",
            **form_of(client, plan, visit_id, first=day(4).isoformat()),
        )
    )
    moved = [(plan.market.id, 4, 4, 2), both[1]]
    assert stored(plan) == moved
    page = ok(client.get(address(plan)))
    assert "verschoben nach" in page  # what undo would take back
    went_to(send(client, address(plan, "rueckgaengig")))
    assert stored(plan) == both
    went_to(send(client, address(plan, "rueckgaengig")))
    assert stored(plan) == start
    ok(send(client, address(plan, "rueckgaengig")), 409)
    for expected in (both, moved):
        went_to(send(client, address(plan, "wiederholen")))
        assert stored(plan) == expected
    ok(send(client, address(plan, "wiederholen")), 409)
    page = ok(client.get(f"/intern/baeume/besuch/{visit_id}/herausnehmen"))
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    went_to(send(client, f"/intern/baeume/besuch/{visit_id}/herausnehmen", version=version))
    assert stored(plan) == [both[1]]
    went_to(send(client, address(plan, "rueckgaengig")))
    assert stored(plan) == moved


def test_a_planner_of_all_towns_takes_a_step_back_on_a_towns_board_and_does_it_again(sign_in, plan, towns):
    client = sign_in("planner")
    start, new = (plan.market.id, 2, 4, 2), (plan.square.id, 8, 3, 1)
    data = {"stop_id": plan.square.id, "first": day(8).isoformat(), "weeks": "3", "modules_s": "1", "anyway": "1"}
    went_to(send(client, address(plan, "besuch"), **data))
    assert stored(plan) == [start, new]
    for _ in range(2):  # what was done again can be taken back again
        went_to(send(client, address(plan, "rueckgaengig")))
        assert stored(plan) == [start]
        ok(send(client, address(plan, "rueckgaengig")), 409)
        went_to(send(client, address(plan, "wiederholen")))
        assert stored(plan) == [start, new]


def test_what_speaks_against_a_week_is_asked_before_it_is_saved(sign_in, plan, towns):
    client = sign_in("editor", towns.own)
    visit_id = plan.more["visit"].id
    sent = form_of(client, plan, visit_id, weeks="1", anyway="")
    page = ok(send(client, f"/intern/baeume/besuch/{visit_id}/verschieben", **sent), 422)
    assert "Dagegen spricht: " in page and 'name="anyway"' in page
    assert stored(plan) == [(plan.market.id, 2, 4, 2)]
    went_to(send(client, f"/intern/baeume/besuch/{visit_id}/verschieben", **sent | {"anyway": "1"}))
    assert stored(plan) == [(plan.market.id, 2, 1, 2)]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("modules_s", "0", "mindestens ein Modul"),
        ("modules_s", "3", "Plätze"),
        ("weeks", "0", "Zahl von 1 bis 104"),
        ("first", "gestern", "Datum"),
        ("first", "2031-05-05", "Umzugsplan"),
        ("stop_id", "", "ausfüllen"),
    ],
)
def test_wrong_input_is_said_in_the_form(sign_in, plan, towns, field, value, words):
    client = sign_in("editor", towns.own)
    visit_id = plan.more["visit"].id
    answer = send(
        client, f"/intern/baeume/besuch/{visit_id}/verschieben", **form_of(client, plan, visit_id, **{field: value})
    )
    assert answer.status_code in (409, 422), answer.text[:300]
    assert words in answer.text
    assert stored(plan) == [(plan.market.id, 2, 4, 2)]


def test_the_second_planner_sees_both_versions_and_overwrites_nothing(sign_in, plan, towns):
    one, other = sign_in("editor", towns.own), sign_in("planner")
    visit_id = plan.more["visit"].id
    url = f"/intern/baeume/besuch/{visit_id}/verschieben"
    stale = form_of(other, plan, visit_id, first=day(10).isoformat())
    went_to(send(one, url, **form_of(one, plan, visit_id, first=day(5).isoformat())))
    page = ok(send(other, url, **stale), 409)
    assert "Zwei Fassungen" in page and day(5).isoformat() in page and day(10).isoformat() in page
    assert stored(plan) == [(plan.market.id, 5, 4, 2)]
    # The first one cannot take back what the second one has changed since.
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    went_to(send(other, url, **stale | {"version": version}))
    assert stored(plan) == [(plan.market.id, 10, 4, 2)]
    refused = ok(send(one, address(plan, "rueckgaengig")), 409)
    assert "neuere Änderung" in refused or "inzwischen" in refused
    assert stored(plan) == [(plan.market.id, 10, 4, 2)]


def test_a_plan_is_copied_and_compared(sign_in, plan, towns):
    client = sign_in("editor", towns.own)
    url = f"/intern/baeume/plan/{plan.more['draft'].id}/kopieren"
    assert "Sommerplan, Variante" in ok(client.get(url))
    ok(send(client, url, name="", first=FIRST.isoformat()), 422)
    where = went_to(send(client, url, name="Variante B", first=FIRST.isoformat()))
    copied = int(re.search(r"/plan/(\d+)/", where)[1])
    put(plan, plan.square, 8, 3, 1, plan.session.get_one(Schedule, copied))
    plan.session.flush()
    page = ok(client.get(f"/intern/baeume/plan/{copied}/tafel/vergleich?mit={plan.more['draft'].id}"))
    assert "kommt neu" in page and "Neumarkt" in page and "In Zahlen" in page
    # Next year's season from this one: every visit goes along by whole weeks.
    later = went_to(send(client, url, name="Übernächste Saison", first=(FIRST + timedelta(weeks=52)).isoformat()))
    key = int(re.search(r"/plan/(\d+)/", later)[1])
    first = plan.session.scalar(text("SELECT lower(during) FROM register.visits WHERE schedule_id = :id"), {"id": key})
    assert first == day(2 + 52)


def test_a_draft_is_published_as_it_was_looked_at(sign_in, plan, towns):
    editor, planner = sign_in("editor", towns.own), sign_in("planner")
    url = f"/intern/baeume/plan/{plan.more['draft'].id}/veroeffentlichen"

    def sent(page):
        return {name: re.search(rf'name="{name}" value="(\w+)"', page)[1] for name in ("mark", "version")}

    seen = sent(ok(planner.get(url)))
    visit_id = plan.more["visit"].id
    moving = f"/intern/baeume/besuch/{visit_id}/verschieben"
    went_to(send(editor, moving, **form_of(editor, plan, visit_id, first=day(5).isoformat())))
    page = ok(send(planner, url, **seen), 409)
    assert "seit Sie ihn angesehen haben" in page
    went_to(send(planner, url, **sent(page)))
    # What is decided is only looked at here: the public would see every try.
    page = ok(editor.get(address(plan)))
    assert "data-visit" not in page and "hier wird er nur angesehen" in page
    assert "nur ein Entwurf geändert" in ok(send(editor, moving, **form_of(editor, plan, visit_id)), 409)
    # The next draft tells what it changes of what is published now.
    copy = f"/intern/baeume/plan/{plan.more['draft'].id}/kopieren"
    where = went_to(send(editor, copy, name="Nachtrag", first=FIRST.isoformat()))
    copied = int(re.search(r"/plan/(\d+)/", where)[1])
    put(plan, plan.square, 8, 3, 1, plan.session.get_one(Schedule, copied))
    page = ok(planner.get(f"/intern/baeume/plan/{copied}/veroeffentlichen"))
    assert "Was sich gegenüber „Sommerplan“ ändert" in page and page.count("kommt neu") == 1
    assert "verschoben" not in page
    went_to(send(planner, f"/intern/baeume/plan/{copied}/veroeffentlichen", **sent(page)))


def test_who_waits_stands_before_the_other_stops():
    from_stop = BoardStop(5, 7, "Musterstadt", "Anger", "STRASSE", 4, ("S",), heat_need=90)
    other = replace(from_stop, id=6, name="Brühl", heat_need=None)
    waits = namedtuple("Row", "id stop_id")
    rows = [waits(1, 6), waits(2, None), waits(3, 9)]
    weight = Weight((1,), 3, 6, FIRST)
    found = open_of([from_stop, other], {9}, rows, {6: weight})
    assert [(one.stop and one.stop.name, one.value) for one in found] == [
        ("Brühl", weight.value), (None, 0.0), ("Anger", 0.0),
    ]  # fmt: skip


def test_trees_are_given_their_places_by_name_and_taken_back(sign_in, plan, towns):
    client = sign_in("editor", towns.own)
    put(plan, plan.square, 4, 3, 2)
    plan.session.flush()

    def named():
        query = "SELECT count(*) FROM register.stays WHERE schedule_id = :id AND visit_id IS NOT NULL"
        return plan.session.scalar(text(query), {"id": plan.more["draft"].id})

    assert "4 Plätze im Plan haben noch keinen Baum" in ok(client.get(address(plan)))
    where = went_to(send(client, address(plan, "baeume")))
    assert named() == 3  # the fleet has three small trees, and the weeks overlap
    assert "1 Platz bleibt ohne Baum" in ok(client.get(where))
    went_to(send(client, address(plan, "rueckgaengig")))
    assert named() == 0


def test_a_second_visit_and_a_blocked_stop_need_a_reason_that_stays_with_the_visit(sign_in, plan, towns):
    client, add = sign_in("editor", towns.own), address(plan, "besuch")
    second = {"stop_id": plan.market.id, "first": day(12).isoformat(), "weeks": "3", "modules_s": "2"}
    page = ok(send(client, add, **second), 422)
    assert "hat in diesem Plan schon einen Besuch" in page and 'name="exception_reason"' in page
    assert "Bitte den Grund angeben" in ok(send(client, add, **second, anyway="1"), 422)
    went_to(send(client, add, **second, anyway="1", exception_reason="Die Schule baut um"))
    assert "Ausnahme: Die Schule baut um" in ok(client.get(address(plan)))
    week = BlockInput(period(day(3), day(4)), "Kanalbau")
    site.add_block(plan.session, SYSTEM, plan.market.id, week)
    plan.session.flush()
    draft, visit = plan.more["draft"], plan.more["visit"]
    with pytest.raises(Conflict, match="gesperrt: Kanalbau.*Grund der Ausnahme"):
        publish(plan.session, SYSTEM, draft.id, draft.version)
    # Moved while it is blocked, the form asks for the reason, and keeps it.
    url = f"/intern/baeume/besuch/{visit.id}/verlegen"
    moved = {"stop_id": plan.market.id, "first": day(3).isoformat(), "last": (day(7) - timedelta(days=1)).isoformat()}
    assert "gesperrt: Kanalbau" in ok(send(client, url, **moved, version=str(visit.version)), 422)
    went_to(send(client, url, **moved, version=str(visit.version), exception_reason="Der Bau lässt Platz"))
    assert "Der Bau lässt Platz" in ok(client.get(f"/intern/baeume/besuch/{visit.id}"))
    plan.session.expire_all()
    publish(plan.session, SYSTEM, draft.id, draft.version)
    assert "Der Bau lässt Platz" not in ok(client.get("/baeume"))


def test_what_is_decided_lies_in_the_season_or_says_why_not(plan):
    with perform(plan.session, SYSTEM, Action.FLEET_EDIT, plan.town):
        plan.fleet.season_first, plan.fleet.season_last = 601, 930
    with pytest.raises(Conflict, match="steht vom 1. Juni bis 30. September zur Verfügung"):
        publish(plan.session, SYSTEM, plan.more["draft"].id, plan.more["draft"].version)
