"""Runs of the planner: started from the draft, computed by the job, told on their page, taken into a draft, taken back."""

import re

import pytest
from sqlalchemy import text

from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.jobs import run_now
from geo.trees.planning.model import PlanRun
from tests.webapp.trees.test_board import FIRST, address, day, form_of, plan, put, stored
from tests.webapp.trees.test_intern import ok, send, went_to
from webapp.trees.curves import curve_of

__all__ = ["plan"]
WEIGHTS = dict.fromkeys(
    ("heat", "fairness", "transport", "effort", "waiting", "near", "revisit", "stability"), "100"
) | {"seconds": "2", "seed": "1"}  # fmt: skip


@pytest.fixture
def easy(plan, towns):
    """Stops that two trees are enough for, without a permit's time, in need of shade: there is something to gain."""
    with perform(plan.session, SYSTEM, Action.STOP_EDIT, towns.own):
        changes = "min_modules = 1, permit_lead_weeks = 0, heat_need = 100, version = version + 1"
        assert plan.session.execute(text(f"UPDATE register.stops SET {changes}")).rowcount
    plan.session.expire_all()
    return plan


def start(client, plan, **changed):
    url = f"/intern/baeume/plan/{plan.more['draft'].id}/rechnen"
    assert "Was wie viel zählt" in ok(client.get(url))
    where = went_to(send(client, url, **(WEIGHTS | changed)))
    return where, int(where.rsplit("/", 1)[1])


def compute(db, plan, run_id, home):
    with db.owner() as session:
        job = session.scalar(text("SELECT job_id FROM register.plan_runs WHERE id = :id"), {"id": run_id})
    run_now(db, job, home)
    plan.session.expire_all()
    with db.owner() as session:
        return session.get(PlanRun, run_id)


def test_a_run_is_started_computed_told_and_taken(sign_in, db, easy, towns, tmp_path):
    client = sign_in("editor", towns.own)
    where, run_id = start(client, easy)
    page = ok(client.get(where))
    assert "wartet" in page and "Anhalten und nehmen, was da ist" in page and "data-run-open" in page
    run = compute(db, easy, run_id, tmp_path)
    assert run.state == "FERTIG" and run.plan and run.value > 0
    page = ok(client.get(where))
    for words in (
        "Was jede Regel bringt und kostet",
        "Baumwochen nach Hitzebedarf",
        "Tabelle: Feste Runden",
        "Als Tabelle",
    ):
        assert words in page
    ok(send(client, f"{where}/anhalten"), 409)
    before = stored(easy)
    assert "Was nicht festgehalten ist, wird ersetzt" in ok(client.get(f"{where}/uebernehmen"))
    went_to(send(client, f"{where}/uebernehmen", into="same"))
    taken = stored(easy)
    assert {(str(stop), start_, weeks, s) for stop, start_, weeks, s in taken} == {
        (one["stop"], one["start"], one["weeks"], one["modules"].get("S", 0)) for one in run.plan
    }
    went_to(send(client, address(easy, "rueckgaengig")))
    assert stored(easy) == before
    # As a draft of its own, the one that it was made for stays.
    board = went_to(send(client, f"{where}/uebernehmen", into="new", name="Berechnet"))
    assert "Berechnet" in ok(client.get(board)) and stored(easy) == before
    ok(send(client, f"{where}/uebernehmen", into="new", name=""), 422)


def test_a_draft_that_was_changed_meanwhile_is_not_replaced_unasked(sign_in, db, easy, towns, tmp_path):
    client = sign_in("editor", towns.own)
    where, run_id = start(client, easy)
    compute(db, easy, run_id, tmp_path)
    visit_id = easy.more["visit"].id
    went_to(
        send(
            client,
            f"/intern/baeume/besuch/{visit_id}/verschieben",
            **form_of(client, easy, visit_id, first=day(5).isoformat()),
        )
    )
    moved = stored(easy)
    page = ok(send(client, f"{where}/uebernehmen", into="same"), 422)
    assert "seit dem Beginn der Berechnung geändert" in page and stored(easy) == moved
    went_to(send(client, f"{where}/uebernehmen", into="same", confirmed="1"))
    assert stored(easy) != moved


def test_what_is_pinned_stays_where_it_is(sign_in, db, easy, towns, tmp_path):
    client = sign_in("editor", towns.own)
    visit_id = easy.more["visit"].id
    pinned = form_of(client, easy, visit_id, is_pinned="1")
    went_to(send(client, f"/intern/baeume/besuch/{visit_id}/verschieben", **pinned))
    put(easy, easy.square, 1, 3, 1)
    where, run_id = start(client, easy)
    run = compute(db, easy, run_id, tmp_path)
    assert any(one["stop"] == str(easy.market.id) and one["start"] == 2 for one in run.plan)
    went_to(send(client, f"{where}/uebernehmen", into="same"))
    assert (easy.market.id, 2, 4, 2) in stored(easy)
    still = easy.session.scalar(text("SELECT is_pinned FROM register.visits WHERE id = :id"), {"id": visit_id})
    assert still is True


def test_a_run_is_stopped_with_what_it_has(sign_in, db, easy, towns, tmp_path):
    client = sign_in("editor", towns.own)
    where, run_id = start(client, easy, seconds="60")
    went_to(send(client, f"{where}/anhalten"))
    assert "endet gleich" in ok(client.get(where))
    run = compute(db, easy, run_id, tmp_path)
    assert run.state in ("FERTIG", "GESCHEITERT") and run.ended_at is not None
    assert (run.plan is not None) == (run.state == "FERTIG")
    ok(client.get(where))


def test_rules_that_clash_are_named(sign_in, db, easy, towns, tmp_path):
    client = sign_in("editor", towns.own)
    for stop in (easy.market, easy.square):
        put(easy, stop, 8, 4, 2)
    easy.session.flush()
    pin = "UPDATE register.visits SET is_pinned = true, version = version + 1 WHERE lower(during) = :day"
    with perform(easy.session, SYSTEM, Action.VISIT_EDIT, towns.own):
        assert easy.session.execute(text(pin), {"day": day(8)}).rowcount == 2
    where, run_id = start(client, easy)
    run = compute(db, easy, run_id, tmp_path)
    assert run.state == "UNLOESBAR" and run.plan is None
    page = ok(client.get(where))
    assert "Unter diesen Regeln gibt es keinen Plan" in page and "Module der Klasse S" in page
    ok(send(client, f"{where}/uebernehmen", into="same"), 422)


@pytest.mark.parametrize(
    ("field", "value"),
    [("heat", "-1"), ("heat", "301"), ("heat", "viel"), ("seconds", "0"), ("seconds", "9999"), ("seed", "x")],
)
def test_wrong_weights_are_said_at_the_slider(sign_in, plan, towns, field, value):
    client = sign_in("editor", towns.own)
    page = ok(send(client, f"/intern/baeume/plan/{plan.more['draft'].id}/rechnen", **(WEIGHTS | {field: value})), 422)
    assert "Bitte" in page and f'id="e-{field}"' in page


def test_a_foreign_run_and_a_fleet_without_trees(sign_in, db, easy, towns):
    client = sign_in("editor", towns.own)
    where, _ = start(client, easy)
    stranger = sign_in("manager", towns.foreign)
    for address_ in (where, f"{where}/uebernehmen"):
        ok(stranger.get(address_), 404)
    ok(send(stranger, f"{where}/anhalten"), 404)
    ok(sign_in("viewer", towns.own).get(where))
    with perform(easy.session, SYSTEM, Action.FLEET_EDIT, towns.own):
        gone = text("UPDATE register.trees SET state = 'ABGEGANGEN', version = version + 1")
        assert easy.session.execute(gone).rowcount == 4
    page = ok(send(client, f"/intern/baeume/plan/{easy.more['draft'].id}/rechnen", **WEIGHTS), 422)
    assert "keine Bäume" in page


def test_the_curve_rises_to_the_right_and_its_bound_stays_above():
    drawn = curve_of([[0.5, 100, None], [1, 120, 200], [4, 130, 150]], 10)
    ys = [float(spot.split(",")[1]) for spot in drawn.value.split()]
    xs = [float(spot.split(",")[0]) for spot in drawn.value.split()]
    assert ys == sorted(ys, reverse=True) and xs == sorted(xs) and len(xs) == 5
    assert max(float(spot.split(",")[1]) for spot in drawn.bound.split()) < min(ys)
    assert curve_of([[0, None, 5]], 10) is None and curve_of([], 10) is None
    assert curve_of([[0, 5, 9], [1, 5, 5]], 10) is None, "a first plan that is the best has no curve"
    assert re.fullmatch(r"[\d.]+", drawn.upward[0][1]) and FIRST
