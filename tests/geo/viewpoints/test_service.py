"""Rules of viewpoints, kept and broken; who may write; what the history says; taking back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from geo.core.access import SYSTEM, Actor, Membership, Role
from geo.core.errors import Conflict, Invalid, NeedsConfirmation, NotFound, NotPermitted
from geo.viewpoints import queries, service
from geo.viewpoints.model import Viewpoint
from geo.viewpoints.schemas import StatusInput, parse_viewpoint
from tests import factories
from tests.geo.viewpoints.conftest import TODAY, form, made


def acting(request_id):
    return replace(SYSTEM, request_id=request_id)


def parsed(**changes):
    return parse_viewpoint(form(**changes))


def statuses(session, point):
    return [(one.status, one.during.lower, one.during.upper) for one in queries.status_rows(session, point.id)]


def test_creates_a_point_with_place_sectors_and_status(staff, towns, editor):
    point = made(staff, towns.own, direction="67-292;0-45;S")
    record = queries.get(staff, editor, point.id)
    assert [(int(one.from_deg), int(one.to_deg), one.is_assumed) for one in record.sectors] == [
        (67, 292, False),
        (0, 45, False),
        (157, 202, True),
    ]
    assert record.place.public_point is not None
    assert record.status(TODAY).status == "OFFEN"
    assert record.status(date(2025, 4, 30)) is None
    assert record.municipality == "Musterstadt"


@pytest.mark.parametrize("status", ["OFFEN", "EINGESCHRAENKT"])
def test_an_open_point_needs_a_direction(staff, towns, status):
    with pytest.raises(Invalid) as refused:
        made(staff, towns.own, status=status, direction="")
    assert "Blickrichtung" in refused.value.fields["direction"]


def test_an_idea_needs_no_direction_until_it_opens(staff, towns):
    point = made(staff, towns.own, status="IDEE", direction="")
    with pytest.raises(Invalid) as refused:
        service.set_status(staff, SYSTEM, point.id, point.version, StatusInput("OFFEN", TODAY))
    assert "Blickrichtung" in refused.value.fields["status"]
    service.update(staff, SYSTEM, point.id, point.version, parsed(direction="N-E"))
    service.set_status(staff, SYSTEM, point.id, point.version, StatusInput("OFFEN", TODAY))
    assert [one[0] for one in statuses(staff, point)] == ["IDEE", "OFFEN"]


def test_an_open_point_keeps_its_direction(staff, point):
    with pytest.raises(Invalid):
        service.update(staff, SYSTEM, point.id, point.version, parsed(direction=""))


def test_a_point_that_will_open_keeps_its_direction(staff, towns):
    point = made(staff, towns.own, status="IM_BAU")
    soon = TODAY + timedelta(days=30)
    service.set_status(staff, SYSTEM, point.id, point.version, StatusInput("OFFEN", soon))
    with pytest.raises(Invalid):
        service.update(staff, SYSTEM, point.id, point.version, parsed(direction=""))


def test_a_closed_point_may_lose_its_direction(staff, point):
    service.set_status(staff, SYSTEM, point.id, point.version, StatusInput("GESCHLOSSEN", TODAY, "Darum."))
    service.update(staff, SYSTEM, point.id, point.version, parsed(direction=""))
    assert queries.get(staff, SYSTEM, point.id).sectors == ()


def test_update_changes_what_differs_and_raises_the_version_once(staff, point):
    service.update(staff, SYSTEM, point.id, 1, parsed(direction="10-20;30-40", name="Neuer Name", street="Neue Straße"))
    assert point.version == 2
    record = queries.get(staff, SYSTEM, point.id)
    assert record.viewpoint.name == "Neuer Name"
    assert record.place.street == "Neue Straße"
    assert [int(one.from_deg) for one in record.sectors] == [10, 30]


@pytest.mark.parametrize(
    "change", [{"direction": "1-2"}, {"street": "Andere"}, {"furniture": []}, {"longitude": "11,06"}]
)
def test_a_change_of_a_part_raises_the_version(staff, point, change):
    service.update(staff, SYSTEM, point.id, 1, parsed(**change))
    assert point.version == 2


def test_saving_the_same_again_changes_nothing(staff, point):
    before = len(queries.history(staff, SYSTEM, point.id))
    service.update(staff, SYSTEM, point.id, 1, parsed())
    assert point.version == 1
    assert len(queries.history(staff, SYSTEM, point.id)) == before


def test_a_stale_edit_is_a_conflict_with_the_stored_values(staff, point):
    service.update(staff, SYSTEM, point.id, 1, parsed(name="Von Anna", direction="1-90"))
    with pytest.raises(Conflict) as refused:
        service.update(staff, SYSTEM, point.id, 1, parsed(name="Von Bert"))
    assert refused.value.version == 2
    assert refused.value.theirs["name"] == "Von Anna"
    assert refused.value.theirs["direction"] == "1-90"
    assert refused.value.theirs["street"] == "Testberg"
    for write in (
        lambda: service.set_status(staff, SYSTEM, point.id, 1, StatusInput("GESCHLOSSEN", TODAY, "Darum.")),
        lambda: service.feature(staff, SYSTEM, point.id, 1, True),
        lambda: service.delete(staff, SYSTEM, point.id, 1),
    ):
        with pytest.raises(Conflict):
            write()


def test_a_status_ends_the_one_before(staff, point):
    service.set_status(staff, SYSTEM, point.id, 1, StatusInput("EINGESCHRAENKT", date(2026, 3, 1), "Bank fehlt"))
    assert statuses(staff, point) == [
        ("OFFEN", date(2025, 5, 1), date(2026, 3, 1)),
        ("EINGESCHRAENKT", date(2026, 3, 1), None),
    ]
    assert point.version == 2


def test_a_status_on_the_same_day_corrects(staff, point):
    service.set_status(staff, SYSTEM, point.id, 1, StatusInput("EINGESCHRAENKT", date(2025, 5, 1), "Darum."))
    assert statuses(staff, point) == [("EINGESCHRAENKT", date(2025, 5, 1), None)]


@pytest.mark.parametrize(
    ("status", "field"),
    [
        (StatusInput("GESCHLOSSEN", date(2025, 4, 30), "Darum."), "since"),
        (StatusInput("OFFEN", date(2026, 1, 1)), "status"),
        (StatusInput("GESCHLOSSEN", date(2090, 1, 1), "Darum."), "since"),
    ],
)
def test_a_status_out_of_order_is_refused(staff, point, status, field):
    with pytest.raises(Invalid) as refused:
        service.set_status(staff, SYSTEM, point.id, 1, status)
    assert list(refused.value.fields) == [field]
    assert len(statuses(staff, point)) == 1


def test_only_a_point_that_never_was_public_is_deleted(staff, towns, point):
    with pytest.raises(Invalid):
        service.delete(staff, SYSTEM, point.id, 1)
    idea = made(staff, towns.own, status="IDEE", direction="90")
    service.delete(staff, SYSTEM, idea.id, idea.version)
    with pytest.raises(NotFound):
        queries.get(staff, SYSTEM, idea.id)


def test_only_a_public_point_is_featured(staff, towns, point):
    service.feature(staff, SYSTEM, point.id, 1, True)
    assert point.is_featured
    idea = made(staff, towns.own, status="IDEE")
    with pytest.raises(Invalid):
        service.feature(staff, SYSTEM, idea.id, 1, True)


def test_a_point_outside_the_town_is_confirmed_first(staff, towns):
    with pytest.raises(NeedsConfirmation):
        made(staff, towns.own, longitude="11,15")
    assert made(staff, towns.own, longitude="11,15", outside_confirmed="1").id


def person(db, role, town=None):
    return factories.actor(db, role, town)


def test_viewer_reads_and_does_not_write(db, staff, towns, point):
    viewer = person(db, "viewer", towns.own)
    assert queries.get(staff, viewer, point.id).id == point.id
    with pytest.raises(NotPermitted):
        service.update(staff, viewer, point.id, 1, parsed(name="Nein"))
    with pytest.raises(NotPermitted):
        made(staff, towns.own, actor=viewer)


def test_editor_of_another_town_finds_nothing(db, staff, towns, point):
    other = person(db, "editor", towns.foreign)
    for call in (
        lambda: queries.get(staff, other, point.id),
        lambda: queries.history(staff, other, point.id),
        lambda: service.update(staff, other, point.id, 1, parsed()),
        lambda: service.set_status(staff, other, point.id, 1, StatusInput("GESCHLOSSEN", TODAY, "Darum.")),
        lambda: service.delete(staff, other, point.id, 1),
        lambda: service.undo(staff, other, point.id, 1),
    ):
        with pytest.raises(NotFound):
            call()
    with pytest.raises(NotPermitted):
        made(staff, towns.own, actor=other)


def test_curator_works_everywhere_and_alone_features(db, towns, editor):
    curator = person(db, "curator")
    with db.staff(curator) as session:
        for town, east in ((towns.own, "11,05"), (towns.foreign, "11,25")):
            point = made(session, town, actor=curator, longitude=east)
            service.update(session, curator, point.id, 1, parsed(longitude=east, name="Kuratiert"))
            service.feature(session, curator, point.id, point.version, True)
        rows = queries.internal_list(session, curator, None, TODAY)
        assert [row.municipality for row in rows] == ["Fremdstadt", "Musterstadt"]
        assert [row.longitude for row in queries.internal_map(session, rows)] == [11.25, 11.05]
        own = queries.internal_list(session, editor, None, TODAY)
        with pytest.raises(NotPermitted):
            service.feature(session, editor, own[0].id, 3, False)


def test_list_is_of_the_own_town_and_of_the_day(db, staff, towns, point, editor):
    made(staff, towns.own, name="Idee", status="IDEE", since="2026-02-01", direction="")
    assert [row.name for row in queries.internal_list(staff, editor, towns.own, TODAY)] == [
        "Blick vom Testberg",
        "Idee",
    ]
    assert [row.name for row in queries.internal_list(staff, editor, towns.own, date(2025, 6, 1))] == [
        "Blick vom Testberg"
    ]
    assert [row.name for row in queries.internal_list(staff, editor, None, TODAY, "IDEE")] == ["Idee"]
    assert queries.internal_list(staff, person(db, "editor", towns.foreign), None, TODAY) == []
    assert queries.internal_list(staff, editor, towns.foreign, TODAY) == []


def test_undo_takes_back_the_last_change_with_its_parts(staff, towns):
    point = made(staff, towns.own, actor=acting("one"))
    service.update(staff, acting("two"), point.id, 1, parsed(name="Neu", direction="1-2;3-4", street="Neue Straße"))
    service.undo(staff, acting("three"), point.id, queries.newest_change(staff, point))
    record = queries.get(staff, SYSTEM, point.id)
    assert (record.viewpoint.name, record.place.street) == ("Blick vom Testberg", "Testberg")
    assert [int(one.from_deg) for one in record.sectors] == [67]
    assert record.viewpoint.version == 3


def test_undo_of_a_status_opens_the_one_before_again(staff, towns):
    point = made(staff, towns.own, actor=acting("one"))
    service.set_status(staff, acting("two"), point.id, 1, StatusInput("GESCHLOSSEN", date(2026, 3, 1), "Darum."))
    service.undo(staff, acting("three"), point.id, queries.newest_change(staff, point))
    assert statuses(staff, point) == [("OFFEN", date(2025, 5, 1), None)]


def test_undo_names_the_change_it_takes_back(staff, towns):
    point = made(staff, towns.own, actor=acting("one"))
    seen = queries.newest_change(staff, point)
    service.update(staff, acting("two"), point.id, 1, parsed(name="Neu"))
    with pytest.raises(Conflict):
        service.undo(staff, acting("three"), point.id, seen)


def test_undo_of_the_first_entry_removes_the_point(staff, towns):
    point = made(staff, towns.own, actor=acting("one"))
    point_id = point.id
    service.undo(staff, acting("two"), point_id, queries.newest_change(staff, point))
    assert staff.get(Viewpoint, point_id) is None


def test_history_names_old_and_new(staff, point):
    service.update(staff, acting("two"), point.id, 1, parsed(name="Neu", direction="1-2"))
    fields = {
        (change.table, one.name): (one.old, one.new)
        for change in queries.history(staff, SYSTEM, point.id)
        for one in change.fields
        if change.operation == "UPDATE"
    }
    assert fields[("viewpoints", "name")] == ("Blick vom Testberg", "Neu")
    assert fields[("viewpoint_sectors", "from_deg")] == (67, 1)


def test_member_without_a_role_here_is_nobody(staff, point):
    stranger = Actor(1, "X", (Membership(Role.PLANNER),))
    with pytest.raises(NotFound):
        queries.get(staff, stranger, point.id)
