"""Rules of pilot projects, kept and broken; who may write; what the history says; taking back."""

from dataclasses import replace
from datetime import date

import pytest

from geo.core import clock
from geo.core.access import SYSTEM
from geo.core.errors import Conflict, Invalid, NeedsConfirmation, NotFound, NotPermitted
from geo.pilots import queries, service
from geo.pilots.model import PilotProject
from geo.pilots.projects import service as projects
from geo.pilots.projects.schemas import parse_project, project_values
from geo.pilots.schemas import parse_phase, parse_site, phase_values
from tests import factories
from tests.geo.pilots.conftest import a_phase, a_project, a_site, form


def acting(request_id):
    return replace(SYSTEM, request_id=request_id)


def days(session, site):
    return [(one.phase, one.during.lower, one.during.upper) for one in queries.phase_rows(session, site.id)]


def test_site_has_place_and_source(staff, site):
    record = queries.get(staff, SYSTEM, site.id)
    assert (record.municipality, record.place.street, record.project.slug) == ("Musterstadt", "Marktstraße", "probe")
    assert record.site.tree_count == 15


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("source", ""),
        ("tree_count", "0"),
        ("tree_count", "viele"),
        ("opening", "bald"),
        ("longitude", "50,93"),
        ("postcode", "123"),
    ],
)
def test_each_mistake_of_a_site_has_a_sentence(field, value):
    with pytest.raises(Invalid) as refused:
        parse_site(form(**{field: value}))
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"phase": "PAUSE", "start": "2023"}, "phase"),
        ({"phase": "UMSETZUNG", "start": ""}, "start"),
        ({"phase": "UMSETZUNG", "start": "im Herbst"}, "start"),
        ({"phase": "UMSETZUNG", "start": "2023", "end": "demnächst"}, "end"),
        ({"phase": "UMSETZUNG", "start": "August 2023", "end": "Juli 2023"}, "end"),
    ],
)
def test_each_mistake_of_a_phase_has_a_sentence(data, field):
    with pytest.raises(Invalid) as refused:
        parse_phase(data)
    assert list(refused.value.fields) == [field]


def test_phases_are_kept_as_exactly_as_known(staff, site):
    phase = a_phase(staff, site, "UMSETZUNG", "21.08.2023", "Oktober 2023")
    assert days(staff, site) == [("UMSETZUNG", date(2023, 8, 21), date(2023, 11, 1))]
    assert (phase.start_precision, phase.end_precision) == ("TAG", "MONAT")
    assert site.version == 2


def test_an_open_phase_ends_where_the_next_begins(staff, site):
    a_phase(staff, site, "AUSGEWAEHLT", "2023")
    a_phase(staff, site, "UMSETZUNG", "zweites Halbjahr 2023")
    assert days(staff, site) == [
        ("AUSGEWAEHLT", date(2023, 1, 1), date(2023, 7, 1)),
        ("UMSETZUNG", date(2023, 7, 1), None),
    ]
    record = queries.get(staff, SYSTEM, site.id)
    assert record.phases[0].end_precision == "HALBJAHR"
    assert record.phase(date(2026, 1, 1)).phase == "UMSETZUNG"
    assert record.phase(date(2022, 1, 1)) is None


def test_two_phases_may_meet_inside_a_month(staff, site):
    a_phase(staff, site, "UMSETZUNG", "21.08.2023", "Oktober 2023")
    a_phase(staff, site, "WINTERPAUSE", "Oktober 2023")
    assert [one[1:] for one in days(staff, site)] == [
        (date(2023, 8, 21), date(2023, 10, 31)),
        (date(2023, 10, 31), None),
    ]
    first, second = queries.phase_rows(staff, site.id)
    assert phase_values(first)["end"] == phase_values(second)["start"] == "Oktober 2023"
    service.change_phase(staff, SYSTEM, second.id, site.version, parse_phase(phase_values(second)))
    assert site.version == 3


def test_a_phase_before_another_may_meet_it_inside_a_year(staff, site):
    a_phase(staff, site, "UMSETZUNG", "2023")
    a_phase(staff, site, "AUSGEWAEHLT", "2022", "2023")
    first, second = queries.phase_rows(staff, site.id)
    assert (phase_values(first)["end"], phase_values(second)["start"]) == ("2023", "2023")


def test_phases_do_not_overlap(staff, site):
    a_phase(staff, site, "UMSETZUNG", "01.03.2023", "30.06.2023")
    with pytest.raises(Invalid) as refused:
        a_phase(staff, site, "WINTERPAUSE", "01.06.2023", "01.08.2023")
    assert "in der Umsetzung" in refused.value.fields["start"]
    assert "1. März 2023 bis 30. Juni 2023" in refused.value.fields["start"]


def test_a_phase_is_changed_and_what_was_said_the_same_keeps_its_day(staff, site):
    phase = a_phase(staff, site, "UMSETZUNG", "01.03.2023", "30.06.2023")
    data = parse_phase({**phase_values(phase), "note": "neu", "end": "Juni 2023"})
    service.change_phase(staff, SYSTEM, phase.id, site.version, data)
    assert (phase.note, phase.end_precision, phase.during.upper) == ("neu", "MONAT", date(2023, 7, 1))
    version = site.version
    service.change_phase(staff, SYSTEM, phase.id, version, parse_phase(phase_values(phase)))
    assert site.version == version


def test_a_phase_goes_away(staff, site):
    phase = a_phase(staff, site, "UMSETZUNG", "2023")
    service.remove_phase(staff, SYSTEM, phase.id, site.version)
    assert days(staff, site) == []
    with pytest.raises(NotFound):
        service.remove_phase(staff, SYSTEM, phase.id, site.version)


def test_update_changes_site_and_place(staff, site):
    service.update_site(staff, SYSTEM, site.id, 1, parse_site(form(street="Neue Straße", tree_count="")))
    record = queries.get(staff, SYSTEM, site.id)
    assert (record.place.street, record.site.tree_count, record.site.version) == ("Neue Straße", None, 2)
    service.update_site(staff, SYSTEM, site.id, 2, parse_site(form(street="Neue Straße", tree_count="")))
    assert record.site.version == 2


def test_stale_edits_are_conflicts_with_the_stored_values(staff, site, project):
    phase = a_phase(staff, site, "UMSETZUNG", "2023")
    with pytest.raises(Conflict) as refused:
        service.update_site(staff, SYSTEM, site.id, 1, parse_site(form(name="Zu spät")))
    assert (refused.value.version, refused.value.theirs["name"]) == (2, "Musterstadt, Marktstraße")
    with pytest.raises(Conflict) as refused:
        service.change_phase(staff, SYSTEM, phase.id, 1, parse_phase({"phase": "VERSTETIGT", "start": "2023"}))
    assert (refused.value.version, refused.value.theirs["phase"]) == (2, "UMSETZUNG")
    for write in (
        lambda: service.add_phase(staff, SYSTEM, site.id, 1, parse_phase({"phase": "VERSTETIGT", "start": "2025"})),
        lambda: service.remove_phase(staff, SYSTEM, phase.id, 1),
        lambda: service.delete_site(staff, SYSTEM, site.id, 1),
        lambda: projects.update(staff, SYSTEM, project.id, 7, parse_project({**project_values(project), "name": "X"})),
    ):
        with pytest.raises(Conflict):
            write()


def test_project_texts_change(staff, project):
    data = parse_project({**project_values(project), "summary": "Neu."})
    projects.update(staff, SYSTEM, project.id, 1, data)
    assert (project.summary, project.version) == ("Neu.", 2)
    with pytest.raises(Invalid):
        parse_project({**project_values(project), "summary_en": ""})
    with pytest.raises(NotFound):
        projects.update(staff, SYSTEM, 0, 1, data)


def test_a_site_entered_by_mistake_goes(staff, site):
    a_phase(staff, site, "UMSETZUNG", "2023")
    site_id = site.id
    service.delete_site(staff, SYSTEM, site_id, site.version)
    with pytest.raises(NotFound):
        queries.get(staff, SYSTEM, site_id)


def test_a_site_outside_its_town_is_confirmed_first(staff, towns, project):
    with pytest.raises(NeedsConfirmation):
        a_site(staff, project, towns.own, longitude="11,25")


def test_unknown_project_or_town(staff, towns, project):
    with pytest.raises(NotFound):
        service.create_site(staff, SYSTEM, 0, towns.own, parse_site(form()))
    with pytest.raises(NotFound):
        service.create_site(staff, SYSTEM, project.id, 99_999_999, parse_site(form()))


@pytest.mark.parametrize("role", ["editor", "manager", "planner", "curator", "admin"])
def test_the_office_alone_writes(db, staff, towns, site, role):
    project = staff.get(PilotProject, site.pilot_project_id)
    person = factories.actor(db, role, towns.own)
    phase = a_phase(staff, site, "UMSETZUNG", "2023")
    for write in (
        lambda: service.create_site(staff, person, project.id, towns.own, parse_site(form())),
        lambda: service.update_site(staff, person, site.id, 2, parse_site(form())),
        lambda: service.delete_site(staff, person, site.id, 2),
        lambda: service.add_phase(staff, person, site.id, 2, parse_phase({"phase": "VERSTETIGT", "start": "2025"})),
        lambda: service.change_phase(staff, person, phase.id, 2, parse_phase({"phase": "VERSTETIGT", "start": "2025"})),
        lambda: service.remove_phase(staff, person, phase.id, 2),
        lambda: projects.update(staff, person, project.id, 1, parse_project(project_values(project))),
        lambda: service.undo(staff, person, site.id, 1),
    ):
        with pytest.raises((NotPermitted, NotFound)):
            write()


def test_the_office_writes_in_every_town(db, towns):
    office = factories.actor(db, "office")
    with db.staff(office) as session:
        project = a_project(session)
        here = a_site(session, project, towns.own, actor=office)
        there = a_site(session, project, towns.foreign, actor=office, longitude="11,25", name="Fremdstadt")
        service.update_site(session, office, there.id, 1, parse_site(form(longitude="11,25", name="Geändert")))
        rows = queries.listed(session, office, None, clock.today())
        assert [(row.id, row.municipality) for row in rows] == [(there.id, "Fremdstadt"), (here.id, "Musterstadt")]
        assert [row.id for row in queries.listed(session, office, towns.own, clock.today())] == [here.id]


def test_a_town_sees_its_own_sites(db, staff, towns, site):
    viewer, other = factories.actor(db, "viewer", towns.own), factories.actor(db, "manager", towns.foreign)
    assert queries.get(staff, viewer, site.id).id == site.id
    assert queries.listed(staff, other, None, clock.today()) == []
    for call in (queries.get, queries.history):
        with pytest.raises(NotFound):
            call(staff, other, site.id)


def test_undo_takes_back_a_phase_and_what_it_ended(staff, site):
    service.add_phase(staff, acting("one"), site.id, 1, parse_phase({"phase": "AUSGEWAEHLT", "start": "2023"}))
    service.add_phase(staff, acting("two"), site.id, 2, parse_phase({"phase": "UMSETZUNG", "start": "2024"}))
    service.undo(staff, acting("three"), site.id, queries.newest_change(staff, site))
    assert days(staff, site) == [("AUSGEWAEHLT", date(2023, 1, 1), None)]


def test_undo_brings_a_deleted_phase_back(staff, site):
    phase = a_phase(staff, site, "UMSETZUNG", "2023")
    service.remove_phase(staff, acting("two"), phase.id, site.version)
    service.undo(staff, acting("three"), site.id, queries.newest_change(staff, site))
    assert days(staff, site) == [("UMSETZUNG", date(2023, 1, 1), None)]


def test_history_holds_phases_that_are_gone(staff, site):
    phase = a_phase(staff, site, "UMSETZUNG", "2023")
    service.remove_phase(staff, acting("two"), phase.id, site.version)
    changes = [(change.table, change.operation) for change in queries.history(staff, SYSTEM, site.id)]
    assert ("pilot_phases", "DELETE") in changes
    assert ("places", "INSERT") in changes
