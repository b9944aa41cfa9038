from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import Range

from geo.core import clock, geometry
from geo.core.access import Action
from geo.core.errors import Conflict, Invalid, NeedsConfirmation, NotFound, NotPermitted
from geo.core.history import perform
from geo.core.undo import last_change
from geo.vacancies import queries, service
from geo.vacancies.model import OccupancySpell
from geo.vacancies.schemas import parse_change, parse_publication, parse_spell, parse_vacancy, parse_verification
from tests import factories
from tests.geo.vacancies.stock import FORM, TODAY, acting, mark


def state(unit, since, state="GENUTZT", **more):
    return parse_spell({"state": state, "since": since, **more}, TODAY)


def periods(session, unit):
    return [
        (spell.state, spell.during.lower, spell.during.upper)
        for spell in reversed(queries.get(session, unit.id).spells)
    ]


def offer(level=3, **more):
    form = {"level": str(level), "until": (clock.today() + timedelta(days=90)).isoformat(), **more}
    return parse_publication({**form, **({"consent_kind": "KOMMUNAL"} if level >= 3 else {})})


def test_marked_vacancy_is_a_unit_with_one_open_spell(staff, towns, editor):
    unit = mark(staff, towns.own, editor)
    stored = queries.get(staff, unit.id)
    assert (stored.place.address, stored.note) == ("Marktstraße 907", FORM["note"])
    assert periods(staff, unit) == [("LEER", date(2024, 3, 1), None)]
    assert stored.spells[0].start_precision == "MONAT"
    assert (stored.publication_level, stored.during) == (0, Range(None, None))


def test_nothing_of_a_new_unit_is_public_and_its_public_point_is_the_grid_s(staff, db, towns):
    unit = queries.get(staff, mark(staff, towns.own).id)
    assert geometry.lon_lat(unit.place.public_point) != geometry.lon_lat(unit.place.point)
    with db.public() as public:
        assert public.scalar(text("SELECT count(*) FROM published.vacancies")) == 0


def test_viewer_and_foreign_editor_create_nothing(staff, db, towns, editor):
    viewer = factories.actor(db, "viewer", towns.own)
    for actor, town in ((viewer, towns.own), (editor, towns.foreign)):
        with pytest.raises(NotPermitted):
            mark(staff, town, actor)


def test_point_outside_of_the_town_is_asked_about(staff, towns):
    with pytest.raises(NeedsConfirmation):
        mark(staff, towns.own, longitude="11.15")
    assert mark(staff, towns.own, longitude="11.15", outside_confirmed="1").id


def test_unit_of_another_town_is_not_found_whatever_is_tried(staff, db, towns):
    unit = mark(staff, towns.own)
    stranger = factories.actor(db, "manager", towns.foreign)
    with db.staff(stranger, towns.foreign) as foreign:
        for attempt in (
            lambda: queries.get(foreign, unit.id),
            lambda: service.update(foreign, stranger, unit.id, 1, parse_change(FORM)),
            lambda: service.set_state(foreign, stranger, unit.id, 1, state(unit, "2025")),
            lambda: service.publish(foreign, stranger, unit.id, 1, offer()),
            lambda: service.delete(foreign, stranger, unit.id, 1),
            lambda: service.undo(foreign, stranger, unit.id, last_change(staff, "units", unit.id)),
        ):
            with pytest.raises(NotFound):
                attempt()


def test_stale_version_shows_what_is_stored_and_overwrites_nothing(staff, towns):
    unit = mark(staff, towns.own)
    seen = unit.version
    service.update(
        staff, acting(), unit.id, seen, parse_change({**FORM, "area_total_m2": "130", "house_number": "909"})
    )
    with pytest.raises(Conflict) as refused:
        service.update(staff, acting(), unit.id, seen, parse_change({**FORM, "area_total_m2": "140"}))
    assert refused.value.theirs["area_total_m2"] == "130" and refused.value.theirs["house_number"] == "909"
    service.update(staff, acting(), unit.id, refused.value.version, parse_change({**FORM, "area_total_m2": "140"}))
    assert queries.get(staff, unit.id).area_total_m2 == 140


def test_change_of_the_place_by_a_neighbour_is_a_conflict_too(staff, towns):
    unit = mark(staff, towns.own)
    place_version = queries.get(staff, unit.id).place.version
    change = parse_change({**FORM, "street": "Neue Straße"})
    service.update(staff, acting(), unit.id, unit.version, change)
    with pytest.raises(Conflict):
        service.update(
            staff, acting(), unit.id, unit.version, parse_change({**FORM, "place_version": str(place_version)})
        )


def test_every_change_raises_the_version_of_the_unit(staff, towns):
    unit = mark(staff, towns.own)
    version = unit.version
    service.update(staff, acting(), unit.id, version, parse_change({**FORM, "locality": "Musterdorf"}))
    assert unit.version == version + 1
    service.set_state(staff, acting(), unit.id, unit.version, state(unit, "06.2026"))
    assert unit.version == version + 2


def test_new_state_ends_the_running_one_on_its_first_day(staff, towns):
    unit = mark(staff, towns.own)
    service.set_state(staff, acting(), unit.id, unit.version, state(unit, "06.2025", end_reason="UMZUG"))
    service.set_state(staff, acting(), unit.id, unit.version, state(unit, "15.03.2026", "LEER"))
    assert periods(staff, unit) == [
        ("LEER", date(2024, 3, 1), date(2025, 6, 1)),
        ("GENUTZT", date(2025, 6, 1), date(2026, 3, 15)),
        ("LEER", date(2026, 3, 15), None),
    ]
    spells = queries.get(staff, unit.id).spells
    assert [spell.end_precision for spell in spells] == ["TAG", "TAG", "MONAT"]
    assert spells[2].end_reason == "UMZUG"


@pytest.mark.parametrize(
    ("since", "new", "field"),
    [("2024", "GENUTZT", "since"), ("03.2024", "GENUTZT", "since"), ("2025", "LEER", "state")],
)
def test_new_state_follows_the_last_one_and_differs_from_it(staff, towns, since, new, field):
    unit = mark(staff, towns.own)
    with pytest.raises(Invalid) as refused:
        service.set_state(staff, acting(), unit.id, unit.version, state(unit, since, new))
    assert list(refused.value.fields) == [field]


def test_unit_that_is_no_more_leaves_the_stock_and_may_come_back(staff, towns):
    unit = mark(staff, towns.own)
    service.set_state(staff, acting(), unit.id, unit.version, state(unit, "2026", "ENTFALLEN"))
    assert unit.during.upper == date(2026, 1, 1)
    spell = queries.get(staff, unit.id).spells[0]
    service.delete_spell(staff, acting(), unit.id, unit.version, spell_id=spell.id)
    assert unit.during.upper is None


def test_spells_never_overlap_in_the_service_nor_in_the_database(staff, towns):
    unit = mark(staff, towns.own)
    with pytest.raises(Invalid) as refused:
        service.add_spell(staff, acting(), unit.id, unit.version, state(unit, "2020", until="03.2025"))
    assert "„leer“, seit März 2024" in refused.value.fields["since"]
    service.add_spell(staff, acting(), unit.id, unit.version, state(unit, "2020", until="29.02.2024"))
    with pytest.raises(Exception, match="occupancy_spells_no_overlap"), staff.begin_nested():
        with perform(staff, acting(), Action.VACANCY_EDIT, towns.own):
            staff.add(
                OccupancySpell(
                    unit_id=unit.id,
                    municipality_id=towns.own,
                    state="LEER",
                    during=Range(date(2021, 1, 1), date(2021, 2, 1)),
                )
            )
            staff.flush()
            staff.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_empty_period_is_refused_by_the_database(staff, towns):
    unit = mark(staff, towns.own)
    day = date(2020, 1, 1)
    with pytest.raises(Exception, match="occupancy_spells_period"), staff.begin_nested():
        with perform(staff, acting(), Action.VACANCY_EDIT, towns.own):
            staff.add(OccupancySpell(unit_id=unit.id, municipality_id=towns.own, state="LEER", during=Range(day, day)))


def test_spell_is_corrected_and_removed(staff, towns):
    unit = mark(staff, towns.own)
    spell = service.add_spell(staff, acting(), unit.id, unit.version, state(unit, "2020", until="2022"))
    service.update_spell(
        staff, acting(), unit.id, unit.version, state(unit, "2019", until="2023", occupant="Laden"), spell_id=spell.id
    )
    assert periods(staff, unit)[0] == ("GENUTZT", date(2019, 1, 1), date(2023, 1, 1))
    service.delete_spell(staff, acting(), unit.id, unit.version, spell_id=spell.id)
    assert len(periods(staff, unit)) == 1
    with pytest.raises(NotFound):
        service.delete_spell(staff, acting(), unit.id, unit.version, spell_id=spell.id)


def test_editor_does_not_publish_and_a_manager_does(staff, db, towns, editor):
    manager = factories.actor(db, "manager", towns.own)
    unit = mark(staff, towns.own)
    with pytest.raises(NotPermitted):
        service.publish(staff, editor, unit.id, unit.version, offer())
    service.publish(staff, manager, unit.id, unit.version, offer())
    assert unit.publication_level == 3


def test_only_what_is_empty_is_published(staff, towns):
    unit = mark(staff, towns.own, state="GENUTZT")
    with pytest.raises(Invalid) as refused:
        service.publish(staff, acting(), unit.id, unit.version, offer())
    assert "genutzt" in refused.value.fields["level"]


def test_public_point_follows_the_level(staff, towns):
    unit = mark(staff, towns.own)
    place = queries.get(staff, unit.id).place
    exact = geometry.lon_lat(place.point)
    shown = []
    for level in (2, 3, 2, 4):
        service.publish(staff, acting(), unit.id, unit.version, offer(level))
        shown.append(geometry.lon_lat(place.public_point) == exact)
    service.update(staff, acting(), unit.id, unit.version, parse_change({**FORM, "longitude": "11.0524"}))
    moved = geometry.lon_lat(place.public_point)
    service.withdraw(staff, acting(), unit.id, unit.version)
    assert shown == [False, True, False, True]
    assert moved == (11.0524, 50.9331) != geometry.lon_lat(place.public_point)


def test_confirmation_replaces_only_an_older_one(staff, towns):
    unit = mark(staff, towns.own)
    for day, fits in (("2026-05-01", True), ("2026-04-01", False), ("2026-06-01", True)):
        data = parse_verification({"verified_on": day, "verified_by_kind": "TELEFON"}, TODAY)
        if fits:
            service.verify(staff, acting(), unit.id, unit.version, data)
        else:
            with pytest.raises(Invalid):
                service.verify(staff, acting(), unit.id, unit.version, data)
    assert unit.verified_on == date(2026, 6, 1)


def test_only_a_manager_deletes_and_the_place_goes_with_the_unit(staff, db, towns, editor):
    manager = factories.actor(db, "manager", towns.own)
    unit = mark(staff, towns.own)
    place_id = unit.place_id
    with pytest.raises(NotPermitted):
        service.delete(staff, editor, unit.id, unit.version)
    service.delete(staff, acting(manager), unit.id, unit.version)
    assert staff.scalar(text("SELECT count(*) FROM register.places WHERE id = :id"), {"id": place_id}) == 0
    with pytest.raises(NotFound):
        queries.get(staff, unit.id)


def undo(session, unit_id):
    service.undo(session, acting(), unit_id, last_change(session, "units", unit_id))


def test_undo_takes_back_unit_place_and_spell_of_one_request_together(staff, towns):
    unit = mark(staff, towns.own)
    service.update(staff, acting(), unit.id, unit.version, parse_change({**FORM, "name": "A", "street": "Neue Straße"}))
    undo(staff, unit.id)
    stored = queries.get(staff, unit.id)
    assert (stored.name, stored.place.street, stored.version) == (None, "Marktstraße", 3)
    service.set_state(staff, acting(), unit.id, unit.version, state(unit, "2026"))
    undo(staff, unit.id)
    assert periods(staff, unit) == [("LEER", date(2024, 3, 1), None)]


def test_undo_brings_a_deleted_unit_back_and_takes_a_created_one_away(staff, towns):
    unit = mark(staff, towns.own)
    unit_id = unit.id
    service.delete(staff, acting(), unit_id, unit.version)
    undo(staff, unit_id)
    stored = queries.get(staff, unit_id)
    assert stored.place.address == "Marktstraße 907" and len(stored.spells) == 1
    undo(staff, unit_id)
    with pytest.raises(NotFound):
        queries.get(staff, unit_id)


def test_undo_is_refused_after_a_later_change(staff, towns):
    unit = mark(staff, towns.own)
    service.update(staff, acting(), unit.id, unit.version, parse_change({**FORM, "name": "A"}))
    seen = last_change(staff, "units", unit.id)
    service.update(staff, acting(), unit.id, unit.version, parse_change({**FORM, "name": "B"}))
    with pytest.raises(Conflict):
        service.undo(staff, acting(), unit.id, seen)
    assert queries.get(staff, unit.id).name == "B"


def test_input_of_a_vacancy_without_outline_keeps_the_stored_one_only_if_sent(staff, towns):
    square = '{"type":"Polygon","coordinates":[[[11.05,50.93],[11.051,50.93],[11.051,50.931],[11.05,50.93]]]}'
    unit = mark(staff, towns.own, outline=square)
    assert queries.get(staff, unit.id).place.outline is not None
    service.update(staff, acting(), unit.id, unit.version, parse_change(FORM))
    assert queries.get(staff, unit.id).place.outline is None
    assert parse_vacancy(FORM, TODAY).place.outline is None


@pytest.mark.parametrize(
    ("table", "change", "constraint"),
    [
        ("units", "area_total_m2 = 'NaN'", "units_amounts"),
        ("units", "frontage_m = -1", "units_amounts"),
        ("units", "area_sales_m2 = 121", "units_sales_area"),
        ("units", "object_type = 'SCHLOSS'", "units_object_type"),
        ("units", "publication_level = 2", "units_publication_period"),
        ("places", "point = ST_GeomFromText('POINT EMPTY', 4326)", "places_point"),
        ("places", "point = ST_SetSRID(ST_MakePoint('NaN', 50.9), 4326), outside_confirmed = true", "places_point"),
        ("places", "point = ST_SetSRID(ST_MakePoint(11.15, 50.93), 4326)", "places_inside_municipality"),
        ("places", "outline = ST_GeomFromText('MULTIPOLYGON EMPTY', 4326)", "places_outline"),
        ("places", "postcode = '1234a'", "places_postcode"),
    ],
)
def test_database_holds_the_rules_also_against_raw_sql(staff, towns, table, change, constraint):
    mark(staff, towns.own)
    with pytest.raises(Exception, match=constraint), staff.begin_nested():
        with perform(staff, acting(), Action.VACANCY_EDIT, towns.own):
            staff.execute(text(f"UPDATE register.{table} SET {change}, version = version + 1"))


def test_change_without_an_action_is_refused_by_the_database(staff, towns):
    mark(staff, towns.own)
    with pytest.raises(Exception, match="without an action"), staff.begin_nested():
        staff.execute(text("UPDATE register.units SET note = 'x', version = version + 1"))
