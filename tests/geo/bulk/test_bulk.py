"""Many units are changed as one and taken back as one; what would break a rule or changed meanwhile is named."""

import pytest
from sqlalchemy import text

from geo.core.errors import Conflict, Invalid, NotFound, NotPermitted
from geo.vacancies import queries
from geo.vacancies import service as single
from geo.vacancies.bulk import plan as plans
from geo.vacancies.bulk import service
from geo.vacancies.bulk.schemas import parse_bulk, parse_ids
from geo.vacancies.queries import Filters
from geo.vacancies.schemas import parse_spell, parse_verification
from tests import factories
from tests.geo.vacancies.stock import TODAY, acting, mark

CONFIRM = {"action": "bestaetigen", "verified_on": "2026-11-20", "verified_by_kind": "BEGEHUNG"}
FACTS = {"action": "angaben", "fields": ["location_class", "condition"], "location_class": "A", "condition": "2"}
STATE = {"action": "zustand", "state": "ZWISCHENGENUTZT", "since": "01.10.2026", "source": "Sammelbegehung"}


@pytest.fixture
def units(staff, towns):
    return [mark(staff, towns.own, street=f"Gasse {number}") for number in range(4)]


def all_of(session, town):
    return plans.chosen_by(session, town, Filters(TODAY))[0]


def do(session, town, form, ids=None):
    data = parse_bulk(form, TODAY)
    plan = plans.make(session, town, ids or all_of(session, town), data)
    return plan, service.carry_out(session, acting(), town, data, plan.versions, "alle")


def snapshot(session, town):
    """Every value of the town's units and uses, versions and the ids of uses apart."""
    session.flush()
    return {
        table: session.execute(
            text(f"SELECT to_jsonb(t) - 'version' - 'id' FROM register.{table} t WHERE municipality_id = :town ORDER BY id"),
            {"town": town},
        ).scalars().all()
        for table in ("units", "occupancy_spells")
    }  # fmt: skip


@pytest.mark.parametrize(
    "form", [CONFIRM, FACTS, STATE, {**STATE, "state": "ENTFALLEN"}], ids=lambda form: form.get("state", form["action"])
)
def test_all_are_changed_and_all_go_back(staff, towns, units, form):
    before = snapshot(staff, towns.own)
    plan, bulk = do(staff, towns.own, form)
    assert (len(plan.changing), len(plan.staying), bulk.units_n) == (4, 0, 4)
    assert all(line.changes for line in plan.changing)
    after = snapshot(staff, towns.own)
    assert after != before
    assert service.units_of(staff, bulk) == sorted(unit.id for unit in units)
    assert [queries.get(staff, unit.id).version for unit in units] == [2, 2, 2, 2]
    assert service.undo(staff, acting(), bulk.id) == 4
    assert snapshot(staff, towns.own) == before
    assert service.get(staff, bulk.id).undone_at is not None
    with pytest.raises(Conflict, match="schon zurückgenommen"):
        service.undo(staff, acting(), bulk.id)


@pytest.mark.parametrize("state", ["GENUTZT", "ENTFALLEN", "NICHT_MARKTAKTIV"])
def test_many_at_once_are_the_same_as_one_by_one(staff, towns, units, state):
    """The set-based statements leave what the service for one unit leaves."""
    one, other = units[:2]
    form = {**STATE, "state": state}
    do(staff, towns.own, form, [one.id])
    data = parse_spell({"state": state, "since": form["since"], "source": form["source"]}, TODAY)
    single.set_state(staff, acting(), other.id, queries.get(staff, other.id).version, data)
    query = text(
        "SELECT to_jsonb(s) - 'id' - 'unit_id', u.during::text FROM register.occupancy_spells s"
        " JOIN register.units u ON u.id = s.unit_id WHERE u.id = :id ORDER BY s.during"
    )
    staff.flush()
    assert staff.execute(query, {"id": one.id}).all() == staff.execute(query, {"id": other.id}).all()


def test_what_stays_is_said_with_its_reason(staff, towns, units):
    single.verify(
        staff,
        acting(),
        units[0].id,
        1,
        parse_verification({"verified_on": "2026-11-21", "verified_by_kind": "TELEFON"}, TODAY),
    )
    single.verify(
        staff,
        acting(),
        units[1].id,
        1,
        parse_verification({"verified_on": "2026-11-20", "verified_by_kind": "BEGEHUNG"}, TODAY),
    )
    plan, _ = do(staff, towns.own, CONFIRM)
    assert {line.unit_id: line.reason for line in plan.staying} == {
        units[0].id: "ist schon am 21. November 2026 bestätigt, also später",
        units[1].id: "ist schon so bestätigt",
    }
    empty = parse_bulk({**STATE, "state": "LEER"}, TODAY)
    assert {line.reason for line in plans.make(staff, towns.own, [units[2].id], empty).staying} == {
        "ist schon „leer“, seit März 2024"
    }
    early = parse_bulk({**STATE, "since": "2023"}, TODAY)
    assert "gilt schon „leer“" in plans.make(staff, towns.own, [units[2].id], early).staying[0].reason


def test_nothing_happens_when_one_was_changed_meanwhile(staff, towns, units):
    data = parse_bulk(FACTS, TODAY)
    plan = plans.make(staff, towns.own, all_of(staff, towns.own), data)
    single.verify(
        staff,
        acting(),
        units[1].id,
        1,
        parse_verification({"verified_on": "2026-11-20", "verified_by_kind": "BEGEHUNG"}, TODAY),
    )
    before = snapshot(staff, towns.own)
    with pytest.raises(service.ChangedMeanwhile) as refused:
        service.carry_out(staff, acting(), towns.own, data, plan.versions, "alle")
    assert refused.value.units == [units[1].id]
    assert snapshot(staff, towns.own) == before


def test_nothing_goes_back_when_one_was_changed_since(staff, towns, units):
    _, bulk = do(staff, towns.own, STATE)
    later = parse_spell({"state": "GENUTZT", "since": "10.11.2026"}, TODAY)
    single.set_state(staff, acting(), units[2].id, 2, later)
    before = snapshot(staff, towns.own)
    assert service.in_the_way(staff, bulk) == [units[2].id]
    with pytest.raises(service.ChangedMeanwhile) as refused:
        service.undo(staff, acting(), bulk.id)
    assert refused.value.units == [units[2].id]
    assert snapshot(staff, towns.own) == before


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"action": "loeschen"}, "action"),
        ({"action": "angaben"}, "fields"),
        ({"action": "angaben", "fields": ["area_total_m2"]}, "fields"),
        ({"action": "angaben", "fields": ["object_type"], "object_type": ""}, "object_type"),
        ({"action": "angaben", "fields": ["condition"], "condition": "9"}, "condition"),
        ({**CONFIRM, "verified_on": "2026-12-24"}, "verified_on"),
        ({**CONFIRM, "verified_by_kind": ""}, "verified_by_kind"),
        ({**STATE, "since": "bald"}, "since"),
        ({**STATE, "state": "VOLL"}, "state"),
    ],
)
def test_wrong_input_is_said_at_its_field(form, field):
    with pytest.raises(Invalid) as refused:
        parse_bulk(form, TODAY)
    assert field in refused.value.fields


@pytest.mark.parametrize("raw", ["", ",", "1,x", "-1", "1," * 6000, "99999999999999"])
def test_ids_that_are_none_are_refused(raw):
    with pytest.raises(Invalid):
        parse_ids(raw, plans.MOST)


def test_ids_are_read_once_each():
    assert parse_ids("3,1, 3", plans.MOST) == [3, 1]


def test_only_who_may_and_only_the_own_town(db, staff, towns, units):
    data = parse_bulk(FACTS, TODAY)
    plan = plans.make(staff, towns.own, all_of(staff, towns.own), data)
    with pytest.raises(NotPermitted):
        service.carry_out(staff, factories.actor(db, "viewer", towns.own), towns.own, data, plan.versions, "alle")
    bulk_id = service.carry_out(staff, acting(), towns.own, data, plan.versions, "alle").id
    ids = [unit.id for unit in units]
    with db.staff(acting(), towns.foreign) as session:
        assert plans.make(session, towns.foreign, ids, data).changing == ()
        with pytest.raises(service.ChangedMeanwhile):
            service.carry_out(session, acting(), towns.foreign, data, dict.fromkeys(ids, 2), "alle")
        with pytest.raises(NotFound):
            service.undo(session, acting(), bulk_id)


def test_an_area_chooses_and_the_list_is_capped(staff, towns, units, monkeypatch):
    mark(staff, towns.own, longitude="11.09")
    ring = ((11.05, 50.93), (11.06, 50.93), (11.06, 50.94), (11.05, 50.94))
    ids, total = plans.chosen_by(staff, towns.own, Filters(TODAY, area=ring))
    assert set(ids) == {unit.id for unit in units} and total == 4
    monkeypatch.setattr(plans, "MOST", 2)
    assert plans.chosen_by(staff, towns.own, Filters(TODAY)) == (ids[:3], 5)
    with pytest.raises(Invalid, match="höchstens 2"):
        service.carry_out(staff, acting(), towns.own, parse_bulk(FACTS, TODAY), dict.fromkeys(ids, 1), "alle")


def test_history_of_a_unit_tells_of_it(staff, towns, units):
    do(staff, towns.own, FACTS)
    entry = single.history(staff, units[0].id)[0]
    assert {"Lageklasse", "Zustand des Objekts"} <= {change["field"] for change in entry.changes}
    assert entry.action == "Bearbeitet"
