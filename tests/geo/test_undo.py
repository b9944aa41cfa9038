from dataclasses import replace

import pytest
from shapely.geometry import box
from sqlalchemy import event, func, select, text

from geo.core import geometry
from geo.core.access import SYSTEM, Action
from geo.core.errors import Conflict, NotFound, NotPermitted
from geo.core.history import changes_of, perform
from geo.core.undo import Root, last_change, revert, rows_of
from geo.places.model import Place
from tests import factories


def acting(request_id):
    return replace(SYSTEM, request_id=request_id)


@pytest.fixture
def place(staff, towns):
    with perform(staff, acting("first"), Action.VACANCY_CREATE, towns.own):
        return factories.place(staff, towns.own)


def undo(session, row, actor=SYSTEM):
    revert(session, replace(actor, request_id="undo"), Root("places", row.id), last_change(session, "places", row.id))


def test_changed_values_return_and_the_undo_stands_in_the_history(staff, towns, place):
    point = geometry.lon_lat(place.point)
    with perform(staff, acting("second"), Action.VACANCY_EDIT, towns.own):
        place.street, place.house_number = "Neue Straße", None
        place.point = geometry.point(11.06, 50.94)
        place.outline = geometry.stored(box(11.05, 50.93, 11.06, 50.94))
    undo(staff, place)
    staff.refresh(place)
    assert (place.street, place.outline, place.version) == ("Teststraße", None, 3)
    assert place.house_number and geometry.lon_lat(place.point) == pytest.approx(point, abs=1e-9)
    undo(staff, place)
    staff.refresh(place)
    assert place.street == "Neue Straße" and geometry.area_m2(place.outline) > 0
    assert [change.operation for change in changes_of(staff, [("places", place.id)])] == 3 * ["UPDATE"] + ["INSERT"]


def test_deleted_row_returns_under_its_id_and_a_created_one_goes(staff, towns, place):
    place_id = place.id
    with perform(staff, acting("second"), Action.VACANCY_DELETE, towns.own):
        staff.delete(place)
    undo(staff, place)
    assert staff.get(Place, place_id).street == "Teststraße"
    undo(staff, place)
    staff.expire_all()
    assert staff.get(Place, place_id) is None


def test_nothing_is_undone_after_a_later_change(staff, towns, place):
    seen = last_change(staff, "places", place.id)
    with perform(staff, acting("second"), Action.VACANCY_EDIT, towns.own):
        place.street = "Neue Straße"
    with pytest.raises(Conflict):
        revert(staff, acting("third"), Root("places", place.id), seen)


def test_only_the_request_itself_is_undone(staff, towns, place):
    with perform(staff, acting("second"), Action.VACANCY_EDIT, towns.own):
        place.street = "Neue Straße"
        other = factories.place(staff, towns.own)
    undo(staff, place)
    staff.expire_all()
    assert staff.get(Place, place.id).street == "Teststraße"
    assert staff.get(Place, other.id) is not None


def test_undo_asks_for_the_permission_of_what_it_undoes(staff, towns, place, editor):
    with perform(staff, acting("second"), Action.VACANCY_PUBLISH, towns.own):
        place.street = "Neue Straße"
    with pytest.raises(NotPermitted):
        undo(staff, place, editor)


def test_unknown_row_has_nothing_to_undo(staff):
    with pytest.raises(NotFound):
        revert(staff, SYSTEM, Root("places", 987654), 1)
    assert rows_of(staff, Root("places", 987654)) == [("places", 987654)]


def test_history_of_another_town_cannot_be_undone(db, staff, towns, place):
    seen = last_change(staff, "places", place.id)
    staff.flush()
    with db.staff(SYSTEM, towns.foreign) as foreign:
        assert foreign.scalar(text("SELECT count(*) FROM register.places")) == 0
        with pytest.raises(NotFound):
            revert(foreign, SYSTEM, Root("places", place.id), seen)


def test_undoing_one_of_a_thousand_rows_of_a_request_reads_its_own_entries_only(staff, towns):
    made = (
        "INSERT INTO register.places (municipality_id, point, public_point, street) SELECT :town, {0}, {0}, 'Weg ' || n"
    )
    point = "ST_SetSRID(ST_MakePoint(11.05, 50.93), 4326)"
    with perform(staff, acting("import"), Action.VACANCY_IMPORT, towns.own):
        staff.execute(text(f"{made.format(point)} FROM generate_series(1, 1000) n"), {"town": towns.own})
    one = staff.scalars(select(Place).where(Place.street == "Weg 500")).one()
    counts = []

    def count(_connection, cursor, statement, *_):
        if "history.changes" in statement:
            counts.append(cursor.rowcount)

    event.listen(staff.get_bind(), "after_cursor_execute", count)
    try:
        undo(staff, one)
    finally:
        event.remove(staff.get_bind(), "after_cursor_execute", count)
    assert max(counts) == 1 and len(counts) >= 3
    assert staff.scalar(select(func.count()).select_from(Place).where(Place.street.like("Weg %"))) == 999
