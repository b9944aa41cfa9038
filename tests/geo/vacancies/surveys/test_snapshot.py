"""A closed round is frozen: its text, its hash, its figures can be computed again, and nothing can be changed."""

import json
from contextlib import contextmanager
from datetime import timedelta

import pytest
from click.testing import CliRunner
from shapely.geometry import box
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import DBAPIError

from geo.core import geometry
from geo.core.access import SYSTEM, Action
from geo.core.errors import Conflict, Invalid
from geo.core.history import perform
from geo.places.model import Zone
from geo.vacancies import service as stock
from geo.vacancies.figures.rates import Area
from geo.vacancies.figures.rates import on as figures_on
from geo.vacancies.schemas import SpellInput
from geo.vacancies.surveys import queries, service, snapshot
from geo.vacancies.surveys.cli import survey as survey_commands
from geo.vacancies.surveys.figures import figures_of, written
from tests.geo.vacancies.stock import acting, mark
from tests.geo.vacancies.surveys.walks import TODAY, a_round, see, some_units


@pytest.fixture
def closed(staff, towns):
    made = some_units(staff, towns.own, 12, is_ground_floor_frontage="1", frontage_m="4")
    survey = a_round(staff, towns.own)
    for unit in made[:9]:
        see(staff, survey, "UNVERAENDERT", unit)
    _, used = see(staff, survey, "GENUTZT", made[9])
    survey = queries.get(staff, survey.id)
    return service.close(staff, acting(), survey.id, survey.version), used


def rates(units):
    return written(figures_of(units, TODAY))


def test_the_snapshot_holds_units_state_and_figures(staff, closed):
    frozen = closed[0].snapshot
    content = json.loads(frozen.content)
    assert snapshot.canonical(content) == frozen.content and snapshot.sha256(frozen.content) == frozen.sha256
    assert len(content["units"]) == 12 and content["round"]["units_seen"] == 10
    assert sum(unit["state"] == "LEER" for unit in content["units"]) == 11
    found = {(one["measure"], one["reading"]): one for one in content["figures"]["rates"]}
    assert found["anzahl", "netto"] == {
        "measure": "anzahl", "reading": "netto", "n": "11", "N": "12", "units": 12, "percent": "91.7", "reason": None,
    }  # fmt: skip
    assert found["flaeche", "netto"]["N"] == "966" and found["front", "netto"]["N"] == "48"
    assert content["figures"]["share_verified_percent"] == "83.3"


def test_it_can_be_checked_later_and_says_what_the_register_has_changed_since(staff, closed):
    done, used = closed
    proof = snapshot.verify(staff, done.survey.id)
    assert proof.is_intact and (proof.units, proof.differing) == (12, 0)
    spell = next(one for one in used.spells if one.during.upper is None)
    stock.update_spell(
        staff, acting(), used.id, used.version, SpellInput("LEER", spell.during.lower), spell_id=spell.id
    )
    staff.flush()
    proof = snapshot.verify(staff, done.survey.id)
    assert proof.is_intact and proof.differing == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE register.survey_snapshots SET content = content || ' '",
        "UPDATE register.survey_snapshots SET sha256 = repeat('0', 64)",
        "UPDATE register.survey_snapshots SET reference_day = reference_day - 1",
        "DELETE FROM register.survey_snapshots",
    ],
)
def test_the_database_refuses_to_change_it(staff, closed, towns, statement):
    with pytest.raises(DBAPIError, match="not changed"), perform(staff, SYSTEM, Action.SYSTEM_SETUP, towns.own):
        staff.execute(text(statement))


def test_a_damaged_one_is_noticed(connection, staff, closed):
    """By somebody with every right, who switches the triggers off and makes the hash fit nothing."""
    round_id = closed[0].survey.id
    staff.flush()
    connection.execute(text("SAVEPOINT attack"))
    connection.execute(text("RESET ROLE"))
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    connection.execute(text("ALTER TABLE register.survey_snapshots DROP CONSTRAINT survey_snapshots_sha256"))
    connection.execute(
        text("""UPDATE register.survey_snapshots SET content = replace(content, '"LEER"', '"GENUTZT"')""")
    )
    staff.expire_all()
    proof = snapshot.verify(staff, round_id)
    assert not proof.is_intact and not proof.figures_agree
    connection.execute(text("ROLLBACK TO SAVEPOINT attack"))


def test_a_round_closes_once(staff, closed):
    survey = closed[0].survey
    with pytest.raises(Conflict, match="geschlossen"):
        service.close(staff, acting(), survey.id, survey.version)
    with pytest.raises(Conflict, match="geschlossen"):
        service.move(staff, acting(), survey.id, survey.version, survey.route[0], "runter")


def zone_of(session, town, area):
    with perform(session, SYSTEM, Action.ZONE_EDIT, town):
        zone = Zone(municipality_id=town, kind="ERHEBUNGSGEBIET", name="Kern", during=Range(None, None))
        zone.outline = geometry.stored(area)
        session.add(zone)
    return zone


def test_a_zone_counts_what_lies_in_it(staff, towns):
    inside = mark(staff, towns.own, longitude="11.01", latitude="50.91")
    mark(staff, towns.own)
    zone = zone_of(staff, towns.own, box(11.005, 50.905, 11.015, 50.915))
    survey = a_round(staff, towns.own, zone_id=str(zone.id))
    assert survey.route == [inside.id]
    done = service.close(staff, acting(), survey.id, survey.version)
    assert [unit["id"] for unit in json.loads(done.snapshot.content)["units"]] == [inside.id]


def test_only_what_is_stale(staff, towns):
    old, fresh = some_units(staff, towns.own, 2)
    see(staff, a_round(staff, towns.own), "UNVERAENDERT", fresh)
    assert a_round(staff, towns.own, scope="VERALTET").route == [old.id]


def test_a_round_without_units_or_in_no_zone_is_refused(staff, towns):
    with pytest.raises(Invalid, match="keine Nutzungseinheit"):
        a_round(staff, towns.own)
    mark(staff, towns.own)
    with pytest.raises(Invalid, match="Zone gibt es"):
        a_round(staff, towns.own, zone_id="999")


def test_the_order_is_changed_by_hand(staff, towns):
    some_units(staff, towns.own, 4)
    survey = a_round(staff, towns.own)
    first, second, third, fourth = survey.route

    def moved(unit_id, to):
        found = service.move(staff, acting(), survey.id, queries.get(staff, survey.id).version, unit_id, to)
        return list(found.route)

    assert moved(first, "runter") == [second, first, third, fourth]
    assert moved(first, "hoch") == [first, second, third, fourth]
    assert moved(first, "hoch") == [first, second, third, fourth]
    assert moved(third, "anfang") == [third, fourth, first, second]
    with pytest.raises(Conflict):
        service.move(staff, acting(), survey.id, 1, first, "hoch")
    anew = service.order_anew(staff, acting(), survey.id, queries.get(staff, survey.id).version)
    assert anew.route == [first, second, third, fourth]


def test_a_round_on_which_nothing_was_seen_can_go(staff, towns):
    made = some_units(staff, towns.own, 1)
    survey = a_round(staff, towns.own)
    service.delete(staff, acting(), survey.id, survey.version)
    assert queries.rounds(staff, towns.own) == []
    survey = a_round(staff, towns.own)
    see(staff, survey, "NICHT_AUFFINDBAR", made[0])
    with pytest.raises(Conflict, match="bleibt"):
        service.delete(staff, acting(), survey.id, queries.get(staff, survey.id).version)


def test_the_states_figure_of_2022_comes_out():
    """4,800 empty and 12,980 open units are 27.0 per cent."""
    unit = {"is_ground_floor_frontage": True, "is_verified": True, "area_sales_m2": None, "frontage_m": None}
    units = [{**unit, "state": "LEER"}] * 4800 + [{**unit, "state": "GENUTZT"}] * 12980
    found = next(one for one in rates(units)["rates"] if (one["measure"], one["reading"]) == ("anzahl", "netto"))
    assert (found["n"], found["N"], found["percent"]) == ("4800", "17780", "27.0")


@pytest.mark.parametrize("in_zone", [False, True])
def test_the_figures_are_those_of_the_figures_page_of_the_day(staff, towns, in_zone):
    """Used and empty, off the market, of unknown area, upstairs, not verified; in a zone and outside of it."""
    made = some_units(staff, towns.own, 14, is_ground_floor_frontage="1", frontage_m="4,5")
    some_units(staff, towns.own, 3, is_ground_floor_frontage="1", area_sales_m2="", longitude="11.02")
    some_units(staff, towns.own, 2, is_ground_floor_frontage="1", state="NICHT_MARKTAKTIV")
    some_units(staff, towns.own, 2, is_ground_floor_frontage="1", state="ZWISCHENGENUTZT", area_sales_m2="33,33")
    some_units(staff, towns.own, 2)
    zone = zone_of(staff, towns.own, box(11.04, 50.9, 11.1, 51.0)) if in_zone else None
    survey = a_round(staff, towns.own, zone_id=str(zone.id) if zone else "")
    for unit in made[:5]:
        see(staff, survey, "GENUTZT", unit)
    for unit in made[5:]:
        see(staff, survey, "UNVERAENDERT", unit)
    done = service.close(staff, acting(), survey.id, queries.get(staff, survey.id).version)
    page = figures_on(staff, Area(towns.own, zone.id if zone else None), TODAY)
    frozen = json.loads(done.snapshot.content)["figures"]
    assert frozen == written(page)
    assert frozen["stock"] == (18 if in_zone else 21) and frozen["verified"] == 14
    assert any(rate["percent"] for rate in frozen["rates"]) == in_zone


def test_what_a_walk_confirms_after_its_reference_day_is_verified_as_of_that_day(staff, towns):
    """But not what has changed since: what was seen then is not what was there on the day."""
    same, moved, _ = some_units(staff, towns.own, 3, is_ground_floor_frontage="1")
    stock.set_state(staff, acting(), moved.id, moved.version, SpellInput("GENUTZT", TODAY - timedelta(days=2)))
    staff.flush()
    survey = a_round(staff, towns.own, reference_day=(TODAY - timedelta(days=9)).isoformat())
    for unit in (same, moved):
        see(staff, survey, "UNVERAENDERT", unit)
    done = service.close(staff, acting(), survey.id, queries.get(staff, survey.id).version)
    frozen = json.loads(done.snapshot.content)
    assert [unit["id"] for unit in frozen["units"] if unit["is_verified"]] == [same.id]


def test_no_percentage_of_few_or_unverified_units():
    unit = {"is_ground_floor_frontage": True, "is_verified": True, "area_sales_m2": "50", "frontage_m": None}
    few = rates([{**unit, "state": "LEER"}] * 9)["rates"][0]
    assert few["percent"] is None and few["reason"].startswith("Nur 9 Einheiten")
    unverified = rates([{**unit, "state": "LEER", "is_verified": index < 6} for index in range(10)])["rates"][0]
    assert unverified["percent"] is None and unverified["reason"].startswith("Nur 60 %")


def test_in_a_year_it_is_the_same(staff, closed):
    """What the snapshot says does not hang on the day on which it is asked."""
    survey = closed[0].survey
    content = snapshot.content_of(staff, survey, TODAY)
    later = snapshot.content_of(staff, survey, TODAY + timedelta(days=400))
    assert [unit["is_verified"] for unit in content["units"]] == [unit["is_verified"] for unit in later["units"]]


def test_the_command_line_checks_it(staff, closed):
    class Register:
        @contextmanager
        def session(self, _role):
            yield staff

    round_id, sha256 = closed[0].survey.id, closed[0].snapshot.sha256

    def run(*arguments):
        return CliRunner().invoke(survey_commands, ["verify", str(round_id), *arguments], obj=Register())

    done = run("--json", "--sha256", sha256.upper())
    assert done.exit_code == 0 and json.loads(done.output)["is_intact"] is True
    assert run("--sha256", "0" * 64).exit_code == 1
