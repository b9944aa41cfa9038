"""Pilot projects: statuses follow each other, ratings are reasoned, documents are swept, everything can be taken back."""

import os
import time
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from geo.core.access import SYSTEM, Action
from geo.core.documents import ALLIANCE, Files, accepted
from geo.core.errors import Conflict, Invalid, NotFound, NotPermitted
from geo.core.history import perform
from geo.pilots.model import PilotProject, ProjectRating
from geo.pilots.projects import public, queries, service
from geo.pilots.projects.schemas import (
    DocumentInput,
    RatingInput,
    milestone_values,
    parse_milestone,
    parse_project,
    parse_ratings,
    parse_status,
    slug_of,
    status_values,
)
from geo.pilots.tending import tend_pilots
from tests import factories
from tests.geo.pilots.conftest import a_project, a_site

TODAY = date(2026, 11, 27)
PDF = b"%PDF-1.7 Probe"


def form(project, **changes):
    return {
        "name": "Schaufenster auf Zeit",
        "name_en": "Windows for a while",
        "working_group_id": str(project.working_group_id),
        "summary": "Vereine zeigen sich.",
        "summary_en": "Clubs show themselves.",
        "fields_of_action": "IDENTITAET,ANGEBOT",
        "target_groups": ["VEREINE", "KOMMUNEN"],
        "aim": "Weniger leere Fenster.",
        **changes,
    }


def make(session, project, actor=SYSTEM, **changes):
    return service.create(session, actor, parse_project(form(project, **changes)))


def stand(session, project, status, start, end="", **texts):
    data = parse_status({"status": status, "start": start, "end": end, **texts})
    return service.add_status(session, SYSTEM, project.id, project.version, data)


def test_a_project_is_made_with_an_address_of_its_own(staff, project):
    made, twin = make(staff, project), make(staff, project)
    assert (made.slug, twin.slug) == ("schaufenster-auf-zeit", "schaufenster-auf-zeit-2")
    assert (made.is_public, made.part, made.is_made_up) == (False, None, False)
    assert made.fields_of_action == ["ANGEBOT", "IDENTITAET"]
    assert made.target_groups == ["KOMMUNEN", "VEREINE"]


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Grüne Höfe", "gruene-hoefe"), ("Liste", "projekt-liste"), ("???", "projekt"), ("Große Straße 2", "grosse-strasse-2")],
)  # fmt: skip
def test_a_name_becomes_a_word_of_an_address(name, slug):
    assert slug_of(name) == slug


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name_en", ""), ("summary_en", ""), ("working_group_id", ""), ("part", "autos"),
     ("fields_of_action", "ANDERES"), ("target_groups", "ALLE"), ("aim", "x" * 5001)],
)  # fmt: skip
def test_each_mistake_of_a_project_has_a_sentence(staff, project, field, value):
    with pytest.raises(Invalid) as refused:
        parse_project(form(project, **{field: value}))
    assert field in refused.value.fields


def test_an_unknown_group_is_refused(staff, project):
    with pytest.raises(Invalid) as refused:
        make(staff, project, working_group_id="99999999")
    assert "working_group_id" in refused.value.fields


def test_statuses_follow_each_other_and_are_asked_by_day(staff, project):
    stand(staff, project, "IDEE", "2023")
    stand(staff, project, "EXPOSE", "zweites Halbjahr 2023")
    stand(staff, project, "FINALISIERT", "April 2024", was_planned="1")
    rows = queries.status_rows(staff, project.id)
    assert [(one.status, one.during.upper) for one in rows] == [
        ("IDEE", date(2023, 7, 1)),
        ("EXPOSE", date(2024, 4, 1)),
        ("FINALISIERT", None),
    ]
    days = {date(2022, 12, 31): None, date(2023, 1, 1): "IDEE", date(2024, 3, 31): "EXPOSE", TODAY: "FINALISIERT"}
    for day, status in days.items():
        found = queries.status_on(rows, day)
        assert (found.status if found else None) == status
    row = next(one for one in queries.listed(staff, date(2024, 5, 1)) if one.id == project.id)
    assert (row.status, row.was_planned) == ("FINALISIERT", True)


def test_statuses_that_overlap_are_refused_in_words(staff, project):
    stand(staff, project, "IDEE", "2023", "2023")
    with pytest.raises(Invalid) as refused:
        stand(staff, project, "EXPOSE", "01.06.2023", "01.08.2023")
    assert refused.value.fields["start"] == (
        "Das überschneidet sich mit dem Stand „Idee“ (2023). Bitte zuerst den anderen Zeitraum ändern."
    )
    insert = text(
        "INSERT INTO register.project_statuses (pilot_project_id, status, during) VALUES (:id, 'EXPOSE', '[2023-03-01,)')"
    )
    with pytest.raises(IntegrityError, match="project_statuses_no_overlap"), perform(staff, SYSTEM, Action.PILOT_EDIT):
        staff.execute(insert, {"id": project.id})
        staff.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_a_status_changes_and_goes(staff, project):
    made = stand(staff, project, "IDEE", "2023")
    data = parse_status({**status_values(made), "start": "März 2023", "note": "Neu"})
    service.change_status(staff, SYSTEM, made, project.version, data)
    assert (made.note, made.during.lower, made.start_precision) == ("Neu", date(2023, 3, 1), "MONAT")
    with pytest.raises(Conflict) as stale:
        service.change_status(staff, SYSTEM, made, 1, data)
    assert stale.value.theirs["start"] == "März 2023"
    service.remove_part(staff, SYSTEM, made, project.version)
    assert queries.status_rows(staff, project.id) == []


def test_milestones_stand_in_the_order_of_time(staff, project):
    for title, moment in (("Danach", "2025"), ("Davor", "2020"), ("Offen", "")):
        data = parse_milestone({"title": title, "title_en": title, "moment": moment})
        service.add_milestone(staff, SYSTEM, project.id, project.version, data)
    rows = queries.milestone_rows(staff, project.id)
    assert [one.title for one in rows] == ["Davor", "Übergabe", "Danach", "Offen"]
    assert milestone_values(rows[1])["moment"] == "zweites Halbjahr 2023"
    assert (rows[3].during, rows[3].precision) == (None, "UNGEWISS")


def test_ratings_need_their_reason(staff, project):
    for data in ({"rating_INNOVATION": "2"}, {"reason_INNOVATION": "Weil."}, {"rating_INNOVATION": "4"}):
        with pytest.raises(Invalid) as refused:
            parse_ratings(data)
        assert next(iter(refused.value.fields)).endswith("_INNOVATION")
    given = parse_ratings({"rating_INNOVATION": "0", "reason_INNOVATION": "Gibt es schon."})
    assert given == {"INNOVATION": RatingInput(0, "Gibt es schon.")}


def test_ratings_change_as_a_whole(staff, project):
    first = {"INNOVATION": RatingInput(2, "Neu."), "SKALIERBARKEIT": RatingInput(1, "Aufwendig.")}
    service.rate(staff, SYSTEM, project.id, project.version, first, date(2026, 1, 1))
    version = project.version
    service.rate(staff, SYSTEM, project.id, version, first, TODAY)
    assert project.version == version  # nothing changed
    second = {"INNOVATION": RatingInput(3, "Ganz neu.", "Quite new.")}
    service.rate(staff, SYSTEM, project.id, version, second, TODAY)
    found = queries.get(staff, project.slug).ratings
    assert {code: (one.rating, one.reason, one.rated_on) for code, one in found.items()} == {
        "INNOVATION": (3, "Ganz neu.", TODAY)
    }
    with pytest.raises(Conflict):
        service.rate(staff, SYSTEM, project.id, version, first, TODAY)


@pytest.mark.parametrize(
    ("values", "rule"),
    [({"rating": 4}, "project_ratings_rating"), ({"criterion": "SCHOENHEIT"}, "project_ratings_criterion"),
     ({"reason": "  "}, "project_ratings_reason")],
)  # fmt: skip
def test_the_database_holds_the_rules_of_ratings(staff, project, values, rule):
    row = {"criterion": "INNOVATION", "rating": 1, "reason": "Weil.", "rated_on": TODAY, **values}
    with pytest.raises(IntegrityError, match=rule), perform(staff, SYSTEM, Action.PILOT_EDIT):
        staff.add(ProjectRating(pilot_project_id=project.id, **row))
        staff.flush()


def test_the_last_change_is_taken_back_with_all_its_parts(staff, project):
    def acting(name):
        return replace(SYSTEM, request_id=name)

    made = make(staff, project, acting("eins"))
    first = queries.newest_change(staff, made)
    given = {"INNOVATION": RatingInput(2, "Neu."), "NACHHALTIGKEIT": RatingInput(1, "Offen.")}
    service.rate(staff, acting("zwei"), made.id, made.version, given, TODAY)
    newest = queries.newest_change(staff, made)
    with pytest.raises(Conflict):
        service.undo(staff, acting("drei"), made, first)
    service.undo(staff, acting("drei"), made, newest)
    assert queries.get(staff, made.slug).ratings == {}
    assert len(queries.history(staff, made)) > 3
    other = make(staff, project, acting("vier"), name="Irrtum")
    service.undo(staff, acting("fünf"), other, queries.newest_change(staff, other))
    assert queries.find(staff, "irrtum") is None


def test_a_project_with_sites_stays(staff, towns, project):
    a_site(staff, project, towns.own)
    with pytest.raises(Conflict, match="beendet"):
        service.delete(staff, SYSTEM, project.id, project.version)
    made = make(staff, project)
    stand(staff, made, "IDEE", "2026")
    with pytest.raises(Conflict):
        service.delete(staff, SYSTEM, made.id, 1)
    service.delete(staff, SYSTEM, made.id, made.version)
    with pytest.raises(NotFound):
        queries.get(staff, "schaufenster-auf-zeit")


def test_documents_are_kept_once_and_swept_a_day_after(db, settings, staff, project):
    files = Files(settings.home / queries.DOCUMENTS_FOLDER)
    file = accepted("Konzept.pdf", PDF)
    data = DocumentInput("Konzept", "Concept", is_public=True)
    made = service.add_document(staff, SYSTEM, project.id, data, file, files)
    path = files.path(ALLIANCE, made.sha256)
    assert path.read_bytes() == PDF
    with pytest.raises(Invalid) as refused:
        service.add_document(staff, SYSTEM, project.id, data, file, files)
    assert "file" in refused.value.fields
    service.change_document(staff, SYSTEM, made, project.version, DocumentInput("Konzept, Fassung 2"))
    assert (made.title, made.is_public) == ("Konzept, Fassung 2", False)
    old = time.time() - 3 * 86_400
    os.utime(path, (old, old))
    staff.commit()
    assert tend_pilots(db, settings) == {"documents": 0}
    service.remove_document(staff, replace(SYSTEM, request_id="weg"), made, project.version, files)
    staff.commit()
    assert tend_pilots(db, settings) == {"documents": 0}  # for a day it can be taken back
    service.undo(staff, SYSTEM, project, queries.newest_change(staff, project))
    assert [one.title for one in queries.get(staff, project.slug).documents] == ["Konzept, Fassung 2"]
    again = queries.get(staff, project.slug).documents[0]
    service.remove_document(staff, SYSTEM, again, project.version, files)
    staff.commit()
    os.utime(path, (old, old))
    assert tend_pilots(db, settings) == {"documents": 1}
    assert not path.exists()


@pytest.mark.parametrize("role", ["editor", "manager", "planner", "curator", "admin"])
def test_the_office_alone_writes_projects(db, staff, towns, project, role):
    made = stand(staff, project, "IDEE", "2023")
    step = queries.milestone_rows(staff, project.id)[0]
    person, version = factories.actor(db, role, towns.own), project.version
    for write in (
        lambda: make(staff, project, person),
        lambda: service.delete(staff, person, project.id, version),
        lambda: service.rate(staff, person, project.id, version, {}, TODAY),
        lambda: service.remove_part(staff, person, made, version),
        lambda: service.remove_part(staff, person, step, version),
        lambda: service.undo(staff, person, project, 1),
    ):
        with pytest.raises(NotPermitted):
            write()
    assert make(staff, project, factories.actor(db, "office")).id


def test_everybody_reads_public_projects_alone(db, towns):
    with db.staff(SYSTEM, towns.own) as session:
        project = a_project(session)
        hidden = make(session, project, name="Verborgen")
        site = a_site(session, hidden, towns.own)
        for one in (project, hidden):
            stand(session, one, "IDEE", "2023", note="Anmerkung", note_en="Remark")
            service.rate(session, SYSTEM, one.id, one.version, {"INNOVATION": RatingInput(2, "Neu.", "New.")}, TODAY)
        session.commit()
        site_id = site.id
    with db.public() as session:
        found = public.projects(session)
        assert [one.slug for one in found] == ["probe"]
        assert found[0].status(TODAY).in_language("note", "en") == ("Remark", "en")
        assert found[0].ratings[0].in_language("reason", "en") == ("New.", "en")
        with pytest.raises(NotFound):
            public.project(session, "verborgen")
        for view in ("pilot_sites", "project_statuses", "project_ratings"):
            of_hidden = text(f"SELECT count(*) FROM published.{view} WHERE pilot_project_id <> :id")
            assert session.scalar(of_hidden, {"id": found[0].id}) == 0
    with db.staff(SYSTEM, towns.own) as session:
        hidden = session.get(PilotProject, queries.find_project(session, "verborgen").id)
        data = parse_project(form(hidden, name="Verborgen", is_public="1"))
        service.update(session, SYSTEM, hidden.id, hidden.version, data)
        session.commit()
    with db.public() as session:
        assert {one.slug for one in public.projects(session)} == {"probe", "verborgen"}
        assert session.scalar(text("SELECT count(*) FROM published.pilot_sites WHERE id = :id"), {"id": site_id}) == 1
