"""Lists of units against a register: what is new, changed, unchanged, vanished, in conflict, faulty; taking over and back."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from geo.core import geometry
from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.vacancies import service
from geo.vacancies.importing import taking_back
from geo.vacancies.model import OccupancySpell, Unit
from geo.vacancies.schemas import Verification
from tests.geo.vacancies.lists import COLUMNS, FIRST, accepted, staged
from tests.geo.vacancies.stock import acting, mark

SECOND = {**FIRST, "external_id": "A2", "floor": "1", "object_type": "WOHNUNG", "state": "genutzt", "occupant": "Meier"}


def rows_of(session, imported):
    query = text("SELECT * FROM register.import_rows WHERE import_id = :id ORDER BY row_number")
    return session.execute(query, {"id": imported.id}).all()


def classes(counts):
    return {name: number for name, number in counts.items() if number and name not in {"known"}}


@pytest.fixture
def here(staff, towns, tmp_path):
    return staff, towns.own, tmp_path


def test_new_rows_become_units_with_place_spell_and_history(here):
    session, town, _ = here
    _imported, counts, done = accepted(*here, [FIRST, SECOND])
    assert classes(counts) == {"NEU": 2} and done == {"created": 2, "changed": 0, "late": 0}
    first, second = session.scalars(select(Unit).where(Unit.municipality_id == town).order_by(Unit.external_id)).all()
    assert (first.external_source, first.area_total_m2, first.floor) == ("Testliste", Decimal("1120.50"), 0)
    assert first.place_id == second.place_id  # one building, one place
    # The list does not say what fronts the street: a shop on the ground floor does, and counts in the rates.
    assert (first.is_ground_floor_frontage, second.is_ground_floor_frontage) == (True, False)
    assert (first.verified_on, first.verified_by_kind) == (date(2026, 11, 1), "REGISTER")
    spell = session.scalars(select(OccupancySpell).where(OccupancySpell.unit_id == first.id)).one()
    assert (spell.state, spell.during.lower, spell.start_precision) == ("LEER", date(2024, 3, 1), "MONAT")
    entry = service.history(session, first.id)[0]
    assert entry.action == "Import" and {"Objektart", "Nutzung", "Straße"} <= {one["field"] for one in entry.changes}


def test_the_public_point_is_the_same_as_the_service_makes(here):
    session, _town, _ = here
    accepted(*here, [FIRST])
    unit = session.scalars(select(Unit)).one()
    place = service.places.find_place(session, unit.place_id)
    assert geometry.lon_lat(place.public_point) == geometry.lon_lat(geometry.snapped(place.point))


def test_the_same_content_again_is_no_change(here):
    session = here[0]
    accepted(*here, [FIRST, SECOND])
    before = session.scalar(text("SELECT count(*) FROM history.changes"))
    _, counts, done = accepted(*here, [{**FIRST, "area_total_m2": "1120,5", "since": "März 2024"}, SECOND])
    assert classes(counts) == {"UNVERAENDERT": 2} and done == {"created": 0, "changed": 0, "late": 0}
    changes = "SELECT count(*) FROM history.changes WHERE table_name IN ('units', 'places', 'occupancy_spells')"
    assert session.scalar(text(changes)) <= before


def test_changes_are_shown_field_by_field_and_taken_over(here):
    session = here[0]
    accepted(*here, [FIRST, SECOND])
    changed = {**FIRST, "area_sales_m2": "90", "house_number": "7"}
    imported, counts, done = accepted(*here, [changed, SECOND])
    assert classes(counts) == {"GEAENDERT": 1, "UNVERAENDERT": 1} and done["changed"] == 1
    row = rows_of(session, imported)[0]
    assert row.changes == {"area_sales_m2": [80, 90], "house_number": ["5", "7"]}
    unit = session.scalars(select(Unit).where(Unit.external_id == "A1")).one()
    assert (unit.area_sales_m2, unit.version) == (90, 2)


def test_a_later_state_ends_the_running_spell_and_begins_another(here):
    session = here[0]
    accepted(*here, [FIRST])
    later = {**FIRST, "state": "genutzt", "since": "15.06.2025", "occupant": "Neu GmbH"}
    accepted(*here, [later])
    spells = session.scalars(select(OccupancySpell).order_by(OccupancySpell.during)).all()
    assert [(one.state, one.during.lower, one.during.upper, one.occupant) for one in spells] == [
        ("LEER", date(2024, 3, 1), date(2025, 6, 15), None),
        ("GENUTZT", date(2025, 6, 15), None, "Neu GmbH"),
    ]


def test_a_unit_that_is_gone_leaves_the_stock(here):
    session = here[0]
    accepted(*here, [FIRST])
    accepted(*here, [{**FIRST, "state": "entfallen", "since": "01.10.2026"}])
    assert session.scalars(select(Unit)).one().during.upper == date(2026, 10, 1)


def test_an_earlier_state_is_a_conflict_that_a_tick_settles(here):
    session, _town, _ = here
    accepted(*here, [FIRST])
    imported, counts, _plan = staged(*here, [{**FIRST, "state": "genutzt", "since": "2020"}])
    assert classes(counts) == {"KONFLIKT": 1} and rows_of(session, imported)[0].reason == "ABSCHNITT"
    assert session.scalars(select(OccupancySpell)).one().state == "LEER"


def test_what_somebody_changed_after_the_last_import_is_a_conflict(here):
    session = here[0]
    accepted(*here, [FIRST])
    unit = session.scalars(select(Unit)).one()
    service.verify(session, SYSTEM, unit.id, unit.version, Verification(date(2026, 11, 20), "BEGEHUNG"))
    _, counts, _ = staged(*here, [FIRST])
    assert classes(counts) == {"UNVERAENDERT": 1}  # the source says nothing new: the person's change stays
    imported, counts, _ = staged(*here, [{**FIRST, "area_sales_m2": "70"}])
    assert classes(counts) == {"KONFLIKT": 1} and rows_of(session, imported)[0].reason == "INZWISCHEN"


def test_vanished_units_are_counted_and_stay(here):
    session = here[0]
    accepted(*here, [FIRST, SECOND])
    _, counts, _ = accepted(*here, [FIRST])
    assert (counts["vanished"], counts["known"]) == (1, 2)
    assert session.scalar(text("SELECT count(*) FROM register.units")) == 2


def test_rows_of_one_unit_and_rows_outside_are_conflicts(here):
    session = here[0]
    outside = {**FIRST, "external_id": "B1", "house_number": "9", "longitude": "11,2"}
    imported, counts, _ = staged(*here, [FIRST, {**FIRST, "floor": "2"}, outside])
    assert classes(counts) == {"KONFLIKT": 3}
    assert [row.reason for row in rows_of(session, imported)] == ["DOPPELT", "DOPPELT", "AUSSERHALB"]


def test_faults_have_a_sentence_each_and_keep_their_cells(here):
    session = here[0]
    bad = {
        **FIRST,
        "area_total_m2": "groß",
        "since": "irgendwann",
        "state": "kaputt",
        "latitude": "48",
        "postcode": "123",
    }
    imported, counts, _ = staged(*here, [bad, {**FIRST, "external_id": "C", "area_sales_m2": "2000"}])
    assert classes(counts) == {"FEHLERHAFT": 2}
    first, second = rows_of(session, imported)
    assert first.problems == {
        "area_total_m2": "Bitte eine Zahl angeben.",
        "since": "Bitte ein Datum wie 15.03.2024, 03.2024, 2024 oder „vor 2019“ angeben.",
        "state": "Bitte einen der angebotenen Werte wählen.",
        "longitude": "Der Punkt liegt nicht in Thüringen.",
        "postcode": "Eine Postleitzahl hat fünf Ziffern.",
    }
    assert second.problems == {"area_sales_m2": "Die Verkaufsfläche kann nicht größer sein als die Gesamtfläche."}
    assert first.cells[COLUMNS.index("area_total_m2")] == "groß"


def test_branches_are_codes_of_their_edition_or_get_a_sentence(here):
    session = here[0]
    good = {**FIRST, "wz_code": "47,71", "wz_2025": "47.71.0 Einzelhandel"}  # with a comma where a number was kept
    wrong = {**SECOND, "floor": "2", "wz_code": "99.99", "wz_2025": "Schraubenladen"}
    imported, counts, _ = accepted(*here, [good, wrong], columns=(*COLUMNS, "wz_code", "wz_2025"))
    assert classes(counts) == {"NEU": 1, "FEHLERHAFT": 1}
    spell = session.scalars(select(OccupancySpell)).one()
    assert (spell.wz_code, spell.wz_2025) == ("47.71", "47.71")
    told = rows_of(session, imported)[1].problems
    assert told["wz_code"].startswith("Diese Branche gibt es in der WZ 2008 nicht.")
    assert told["wz_2025"].startswith("Diese Branche gibt es in der WZ 2025 nicht.")


def test_rows_without_a_point_are_placed_by_the_address_list(here):
    session, town, _ = here
    with perform(session, SYSTEM, Action.ZONE_EDIT, town):
        session.execute(
            text(
                "INSERT INTO register.addresses (municipality_id, street, street_key, house_number, point, source)"
                " VALUES (:town, 'Bahnhofstr.', register.street_key('Bahnhofstr.'), '12 a',"
                " ST_SetSRID(ST_MakePoint(11.06, 50.94), 4326), 'Test')"
            ),
            {"town": town},
        )
    columns = ("address", "state", "object_type")
    rows = [
        {"address": "Bahnhofstraße 12a", "state": "leer", "object_type": "GASTRO"},
        {"address": "Nirgendweg 1", "state": "leer", "object_type": "GASTRO"},
    ]
    _imported, counts, done = accepted(*here, rows, columns)
    assert classes(counts) == {"NEU": 1, "OHNE_ORT": 1} and done["created"] == 1
    place = service.places.find_place(session, session.scalars(select(Unit)).one().place_id)
    assert geometry.lon_lat(place.point) == (11.06, 50.94)
    assert (place.street, place.house_number) == ("Bahnhofstraße", "12a")


def test_units_marked_by_hand_are_found_by_their_address(here):
    session, town, _ = here
    unit = mark(session, town, street="Markt-Str.", house_number="5 A", floor="0")
    columns = ("street", "house_number", "floor", "object_type", "state", "area_total_m2")
    row = {"street": "Marktstraße", "house_number": "5a", "floor": "0", "object_type": "LADEN_EG", "state": "leer"}
    imported, counts, _ = staged(session, town, here[2], [{**row, "area_total_m2": "130"}], columns)
    found = rows_of(session, imported)[0]
    assert classes(counts) == {"GEAENDERT": 1} and found.unit_id == unit.id and "area_total_m2" in found.changes


def test_an_import_is_taken_back_as_a_whole(here):
    session, town, _ = here
    accepted(*here, [FIRST])
    before = session.execute(text("SELECT to_jsonb(u) - 'version' FROM register.units u")).all()
    spells = session.execute(text("SELECT to_jsonb(s) - 'version' FROM register.occupancy_spells s")).all()
    later = {**FIRST, "state": "genutzt", "since": "15.06.2025", "area_sales_m2": "60", "longitude": "11,051"}
    imported, _, _ = accepted(*here, [later, SECOND])
    assert session.scalar(text("SELECT count(*) FROM register.units")) == 2
    assert taken_back(session, town, imported) == []
    assert session.execute(text("SELECT to_jsonb(u) - 'version' FROM register.units u")).all() == before
    assert session.execute(text("SELECT to_jsonb(s) - 'version' FROM register.occupancy_spells s")).all() == spells
    assert session.scalar(text("SELECT count(*) FROM register.places")) == 1


def test_what_was_changed_since_is_named_and_left(here):
    session, town, _ = here
    imported, _, _ = accepted(*here, [FIRST, SECOND])
    unit = session.scalars(select(Unit).where(Unit.external_id == "A1")).one()
    service.verify(session, acting(), unit.id, unit.version, Verification(date(2026, 11, 20), "BEGEHUNG"))
    assert [one["id"] for one in taken_back(session, town, imported)] == [unit.id]
    assert session.scalars(select(Unit.external_id)).all() == ["A1"]


def taken_back(session, town, imported):
    transaction = session.scalar(text("SELECT pg_current_xact_id()::text"))
    with perform(session, acting(), Action.VACANCY_IMPORT, town):
        left = taking_back.take_back(session, imported.id, transaction)
    session.expire_all()
    return left


def test_streets_without_numbers_are_compared_too(here):
    columns = ("external_id", "street", "object_type", "state")
    row = {"external_id": "7", "street": "Nirgendweg", "object_type": "GASTRO", "state": "leer"}
    _, counts, _ = staged(*here, [row], columns)
    assert classes(counts) == {"OHNE_ORT": 1}
