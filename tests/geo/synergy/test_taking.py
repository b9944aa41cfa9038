"""A ranking of real rows, taken over for the planner, heeded by it, and taken back."""

from datetime import date

import pytest
from sqlalchemy import text

from geo.core.access import SYSTEM, Action
from geo.core.errors import Conflict, Invalid, NotFound, NotPermitted
from geo.core.history import perform
from geo.synergy import service
from geo.synergy.anchors import STOP
from geo.synergy.candidates import candidates
from geo.synergy.ranking import REASONS, rank
from geo.synergy.rankings import holding, taken_over, wishes
from tests import factories
from tests.geo.synergy.rows import Register, spot

DAY = date(2026, 3, 1)
USUAL = dict.fromkeys(REASONS, 50)
ONLY = {name: {**dict.fromkeys(REASONS, 0), name: 50} for name in REASONS}
_STOP = text(
    "INSERT INTO register.stops (municipality_id, place_id, name, capacity, quarter, heat_need, sealed_share)"
    " VALUES (:town, :place, :name, 4, :quarter, :heat, :sealed) RETURNING id"
)


@pytest.fixture
def register(staff, towns):
    return Register(staff, towns.own)


def a_stop(register, name, east, *, quarter=None, heat=None, sealed=None):
    place = register.place(spot(east, 0), "Platz")
    with perform(register.session, SYSTEM, Action.STOP_EDIT, register.town):
        asked = {
            "town": register.town,
            "place": place,
            "name": name,
            "quarter": quarter,
            "heat": heat,
            "sealed": sealed,
        }
        return register.session.scalar(_STOP, asked)


def shops(register, east, states, **more):
    for number, state in enumerate(states):
        register.unit(spot(east + 3 * number, 20), "Gasse", [(date(2015, 1, 1), None, state)], **more)


def test_each_reason_is_read_from_the_register(register, staff):
    full = a_stop(register, "Voll", 0, quarter="Altstadt", heat=80, sealed=95)
    bare = a_stop(register, "Leer", 2000)
    shops(register, 0, ["LEER", "LEER", "GENUTZT", "NICHT_MARKTAKTIV"], location="A")
    register.viewpoint(spot(-3000, 0), None, "Idee eines Blicks")
    found = {(one.kind, one.id): one.reasons for one in candidates(staff, SYSTEM, register.town, DAY)}
    assert len(found) == 3
    full_one, bare_one = found[STOP, full], found[STOP, bare]
    assert full_one["vacancies"].value == 0.2 and full_one["vacancies"].words == "2 Leerstände bis 150 m"
    assert (full_one["heat"].value, full_one["sealed"].value, full_one["passing"].value) == (0.8, 0.95, 1.0)
    assert "nicht gezählt" in full_one["passing"].words and "4 Läden" in full_one["passing"].words
    assert bare_one["vacancies"].value == 0.0 and bare_one["vacancies"].words == "kein Leerstand bis 150 m"
    assert bare_one["heat"].value is bare_one["sealed"].value is bare_one["passing"].value is None
    assert "nur ein Quartier" in full_one["equity"].words and bare_one["equity"].words == "kein Quartier angegeben"


def test_a_quarter_that_was_served_less_comes_first(register, staff):
    register.zone("QUARTIER", (-50, -50, 50, 50))
    idea = register.viewpoint(spot(10, 0), None, "Idee")
    other = a_stop(register, "Anderswo", 3000, quarter="Neustadt")
    with perform(staff, SYSTEM, Action.VISIT_EDIT, register.town):
        staff.execute(
            text(
                """
                INSERT INTO register.fleets (municipality_id, name) VALUES (:town, 'Allee');
                """
            ),
            {"town": register.town},
        )
        fleet = staff.scalar(text("SELECT max(id) FROM register.fleets"))
        tree = staff.scalar(
            text(
                "INSERT INTO register.trees (fleet_id, municipality_id, label) VALUES (:fleet, :town, '1') RETURNING id"
            ),
            {"fleet": fleet, "town": register.town},
        )
        plan = staff.scalar(
            text(
                "INSERT INTO register.schedules (fleet_id, municipality_id, name, season, state) VALUES (:fleet, :town, '2025', '[2025-01-01,2026-01-01)', 'VEROEFFENTLICHT') RETURNING id"
            ),
            {"fleet": fleet, "town": register.town},
        )
        for month in (5, 7):
            staff.execute(
                text(
                    "INSERT INTO register.stays (schedule_id, tree_id, stop_id, slot, municipality_id, during, layer) VALUES (:plan, :tree, :stop, 1, :town, daterange(:first, :end), 'TATSAECHLICH')"
                ),
                {
                    "plan": plan,
                    "tree": tree,
                    "stop": other,
                    "town": register.town,
                    "first": date(2025, month, 1),
                    "end": date(2025, month, 20),
                },
            )
    ranked = rank(candidates(staff, SYSTEM, register.town, DAY), ONLY["equity"])
    assert [(one.candidate.id, one.score) for one in ranked] == [(idea, 100.0), (other, 0.0)]
    assert "Neustadt: bisher 2-mal bedacht" in ranked[1].shares[-1].words
    assert "nicht bedacht" in ranked[0].shares[-1].words
    early = rank(candidates(staff, SYSTEM, register.town, date(2025, 6, 1)), ONLY["equity"])
    assert "einmal" in early[1].shares[-1].words


def test_whoever_may_not_see_vacancies_counts_what_is_on_offer(db, register, staff):
    stop = a_stop(register, "Platz", 0)
    shops(register, 0, ["LEER"] * 4, location="A")
    planner = factories.actor(db, "planner")
    (one,) = candidates(staff, planner, register.town, DAY)
    assert one.id == stop and one.reasons["vacancies"].words == "kein angebotener Leerstand bis 150 m"
    assert one.reasons["passing"].value is None  # four shops are too few to tell


def test_what_is_taken_over_is_what_the_planner_gets(db, register, staff, towns):
    editor = factories.actor(db, "editor", towns.own)
    near, far = a_stop(register, "Nah", 0, heat=10), a_stop(register, "Fern", 3000, heat=90)
    shops(register, 0, ["LEER"] * 5)
    assert wishes(staff, editor, [near, far], DAY).points == {} and holding(staff, towns.own) is None
    first = service.take(staff, editor, towns.own, ONLY["vacancies"], DAY)
    wished = wishes(staff, editor, [near, far], DAY)
    assert wished.points == {near: 5} and wished.weights == {"heat": 0, "fairness": 0, "near": 33}
    second = service.take(staff, editor, towns.own, {**USUAL, "sealed": 0, "passing": 0}, DAY)
    assert holding(staff, towns.own).id == second.id
    assert wishes(staff, editor, [near, far], DAY).weights["heat"] == 100
    (newest, before) = taken_over(staff, towns.own)
    assert (newest.taken_by, newest.stops, newest.counts_all) == (editor.name, 2, True)
    service.withdraw(staff, editor, towns.own, second.id, newest.version)
    assert holding(staff, towns.own).id == first.id == before.id
    with pytest.raises(Conflict):
        service.withdraw(staff, editor, towns.own, second.id, newest.version)
    service.withdraw(staff, editor, towns.own, first.id, before.version)
    assert wishes(staff, editor, [near, far], DAY).rankings == ()


def test_what_cannot_be_taken_over_is_refused(db, register, staff, towns):
    editor = factories.actor(db, "editor", towns.own)
    with pytest.raises(Invalid, match="keinen Standplatz"):
        service.take(staff, editor, towns.own, USUAL, DAY)
    a_stop(register, "Platz", 0)
    with pytest.raises(Invalid, match="Mindestens ein Grund"):
        service.take(staff, editor, towns.own, {}, DAY)
    with pytest.raises(Invalid, match="zwischen 0 und 100"):
        service.take(staff, editor, towns.own, {**USUAL, "heat": 101}, DAY)
    with pytest.raises(NotFound):
        service.withdraw(staff, editor, towns.own, 999_999, 1)
    for role, town in (("viewer", towns.own), ("curator", None), ("office", None), ("manager", towns.foreign)):
        with pytest.raises(NotPermitted):
            service.take(staff, factories.actor(db, role, town), towns.own, USUAL, DAY)


def test_another_town_reads_nothing_of_a_ranking(db, register, staff, towns):
    stop = a_stop(register, "Platz", 0, sealed=90)
    service.take(staff, SYSTEM, towns.own, ONLY["sealed"], DAY)
    foreign = factories.actor(db, "manager", towns.foreign)
    assert wishes(staff, foreign, [stop], DAY).rankings == ()
    assert wishes(staff, factories.actor(db, "planner"), [stop], DAY).points == {stop: 9}
