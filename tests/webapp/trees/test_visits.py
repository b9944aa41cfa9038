"""The internal pages of visits: what is due, one visit, each form with what it refuses."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text as sql

from geo.core import clock
from geo.core.access import SYSTEM
from geo.trees import service as trees
from geo.trees.schemas import ScheduleInput
from geo.trees.visits import service
from geo.trees.wording import period
from tests.geo.trees import rows
from tests.geo.trees.rows import SUMMER
from tests.geo.trees.visits.rows import visit, with_trees

EARLY = date(2026, 4, 1)
NEAR = "am=2026-04-20"


def ok(answer, status=200):
    assert answer.status_code == status, f"{answer.status_code}: {answer.text[:800]}"
    return answer.text


def went_to(answer):
    assert answer.status_code == 303, answer.text[:800]
    return answer.headers["Location"]


@pytest.fixture
def avenue(staff, towns):
    made = rows.avenue(staff, towns.own)
    made.more["visit"] = with_trees(made, ["B 1", "B 2"], title="Maiallee", note="GEHEIME NOTIZ")
    made.publish(today=EARLY)
    staff.flush()
    return made


@pytest.fixture
def editor(sign_in, towns, app):
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in("editor", towns.own)


@pytest.fixture
def manager(sign_in, towns, app):
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in("manager", towns.own)


def page(avenue, path="", visit=None):
    return f"/intern/baeume/besuch/{(visit or avenue.more['visit']).id}{path}"


def test_overview_tells_what_is_due_as_of_a_day(editor, avenue):
    text = ok(editor.get(f"/intern/baeume/besuche?{NEAR}"))
    assert "Maiallee" in text and "Sondernutzung beantragen" in text and "überfällig, seit" in text
    text = ok(editor.get(f"/intern/baeume/besuche?ansicht=fristen&{NEAR}"))
    assert "1 Frist ist überfällig" in text and "23. März 2026" in text and "30. April 2026" in text
    assert "Hier ist kein Besuch" in ok(editor.get("/intern/baeume/besuche?am=2026-07-01"))
    assert "Maiallee" in ok(editor.get("/intern/baeume/besuche?ansicht=ergebnis&am=2026-07-01"))
    assert "Maiallee" in ok(editor.get("/intern/baeume/besuche?ansicht=vergangen&am=2026-07-01"))


def test_visit_page_tells_its_duties_with_their_sources(editor, avenue):
    text = ok(editor.get(page(avenue) + f"?{NEAR}"))
    for words in (
        "2 Module der Klasse S",
        "ThürStrG",
        "GEHEIME NOTIZ",
        "reicht nicht mehr für alle Fristen",
        "B 1, B 2",
    ):
        assert words in text
    assert "Was vorher zu tun ist" not in ok(editor.get(page(avenue) + "?am=2026-05-20"))


def test_new_visit_with_its_mistakes_at_their_fields(editor, avenue):
    address = f"/intern/baeume/besuch/neu?schedule_id={avenue.schedule.id}"
    assert "Besuch eintragen" in ok(editor.get(address))
    sent = {"schedule_id": avenue.schedule.id, "stop_id": avenue.market.id, "first": "2026-06-09", "last": "2026-07-05"}
    text = ok(editor.post(address, data=sent | {"modules_s": "2"}), 422)
    assert "Umzugstag dieses Plans ist Montag" in text and 'value="2026-06-09"' in text
    assert "Höchstens" not in ok(editor.post(address, data=sent), 422)
    sent |= {"first": "2026-06-08", "modules_s": "2", "opening_at": "2026-06-08T14:00"}
    location = went_to(editor.post(address, data=sent))
    text = ok(editor.get(location))
    assert "Montag, 8. Juni 2026, 14:00 Uhr" in text


def test_stop_that_is_taken_is_said(editor, avenue):
    sent = {"schedule_id": avenue.schedule.id, "stop_id": avenue.market.id, "modules_s": "1"}
    sent |= {"first": "2026-06-01", "last": "2026-06-28"}
    assert "schon ein Besuch" in ok(editor.post("/intern/baeume/besuch/neu", data=sent), 409)


def test_visit_is_described_moved_and_taken_back(editor, avenue):
    one = avenue.more["visit"]
    version = one.version
    went_to(editor.post(page(avenue, "/bearbeiten"), data={"version": version, "modules_s": "2", "title": "Neu"}))
    stale = editor.post(page(avenue, "/bearbeiten"), data={"version": version, "modules_s": "2", "title": "Andere"})
    assert "Zwei Fassungen" in ok(stale, 409)
    version = avenue.session.scalar(sql("SELECT version FROM register.visits WHERE id = :id"), {"id": one.id})
    moved = {"version": version, "stop_id": avenue.market.id, "first": "2026-05-12", "last": "2026-06-14"}
    text = ok(editor.post(page(avenue, "/verlegen"), data=moved), 422)
    assert "weekday_confirmed" in text and "Der Besuch beginnt trotzdem an diesem Tag" in text
    assert went_to(editor.post(page(avenue, "/verlegen"), data=moved | {"weekday_confirmed": "1"}))
    text = ok(editor.get(page(avenue) + f"?{NEAR}"))
    assert "12. Mai" in text
    change = text.split('name="change" value="')[1].split('"')[0]
    assert went_to(editor.post(page(avenue, "/rueckgaengig"), data={"change": change}))
    assert "4. Mai" in ok(editor.get(page(avenue)))
    assert "Besuch bearbeitet" in ok(editor.get(page(avenue, "/verlauf")))


def test_trees_are_assigned(editor, avenue):
    one = visit(avenue, during=SUMMER)
    text = ok(editor.get(page(avenue, "/zuteilen", one)))
    assert "Baum B 1" in text and "Baum L 1" not in text
    ids = [avenue.trees[label].id for label in ("B 1", "B 2", "B 3")]
    sent = {"version": one.version, "trees": ids}
    assert "gewählt sind 3" in ok(editor.post(page(avenue, "/zuteilen", one), data=sent), 422)
    assert went_to(editor.post(page(avenue, "/zuteilen", one), data=sent | {"trees": ids[:2]}))
    assert "Bitte nur angebotene" in ok(editor.post(page(avenue, "/zuteilen", one), data=sent | {"trees": "x"}), 422)


def test_permit_is_noted(editor, avenue):
    one = avenue.more["visit"]
    sent = {"version": one.version, "permit_state": "BEANTRAGT"}
    assert "wann der Antrag gestellt wurde" in ok(editor.post(page(avenue, "/genehmigung"), data=sent), 422)
    sent |= {"permit_applied_on": "1.4.2026", "has_parade": "1"}
    assert went_to(editor.post(page(avenue, "/genehmigung"), data=sent))
    text = ok(editor.get(page(avenue) + f"?{NEAR}"))
    assert "Umzug als Versammlung anzeigen" in text and "Erledigt am 1. April 2026" in text


def monday_a_week_ago(days):
    """So many days from the Monday of last week on."""
    today = clock.today()
    monday = today - timedelta(days=today.weekday() + 7)
    return period(monday, monday + timedelta(days=days))


def running_season():
    monday = monday_a_week_ago(0).lower
    return period(monday - timedelta(days=30), monday + timedelta(days=60))


@pytest.fixture
def running(avenue):
    """A visit that has begun a week ago, whatever day it is."""
    plan = trees.create_schedule(avenue.session, SYSTEM, avenue.fleet.id, ScheduleInput("Jetzt", running_season()))
    one = with_trees(avenue, ["B 3"], avenue.square, monday_a_week_ago(20), schedule=plan)
    service.decide(avenue.session, SYSTEM, [(one.id, one.version)])
    avenue.session.flush()
    return one


def test_trees_arrive_and_leave_and_the_manager_decides(editor, manager, avenue, running):
    first = running.during.lower
    assert "Ankunft eintragen" in ok(editor.get(page(avenue, "", running)))
    sent = {"version": running.version, "first": (clock.today() + timedelta(days=1)).isoformat()}
    assert "in der Zukunft" in ok(editor.post(page(avenue, "/ankunft", running), data=sent), 422)
    assert "ein Datum wie" in ok(editor.post(page(avenue, "/ankunft", running), data=sent | {"first": "x"}), 422)
    assert went_to(editor.post(page(avenue, "/ankunft", running), data=sent | {"first": first.isoformat()}))
    actual = avenue.session.scalar(
        sql("SELECT id FROM register.visits WHERE planned_visit_id = :id"), {"id": running.id}
    )
    assert editor.get(f"/intern/baeume/besuch/{actual}").status_code == 302
    assert "kann nur noch enden" in ok(
        editor.post(page(avenue, "/loeschen", running), data={"version": running.version}), 409
    )
    last = (first + timedelta(days=2)).isoformat()
    assert went_to(editor.post(page(avenue, "/abschied", running), data={"version": running.version, "last": last}))
    verdict = {"version": running.version, "decision": "PFLANZEN", "decision_note": "viel Zuspruch"}
    assert editor.post(page(avenue, "/ergebnis", running), data=verdict).status_code == 403
    assert went_to(manager.post(page(avenue, "/ergebnis", running), data=verdict))
    assert "hier pflanzen" in ok(manager.get(page(avenue, "", running)))


def test_visit_is_deleted_after_a_look(editor, avenue):
    one = avenue.more["visit"]
    assert "sieht ihn als abgesagt" in ok(editor.get(page(avenue, "/loeschen")))
    assert went_to(editor.post(page(avenue, "/loeschen"), data={"version": one.version}))
    assert editor.get(page(avenue)).status_code == 404


def test_other_towns_know_nothing_of_it(sign_in, towns, avenue, app):
    app.config["WTF_CSRF_ENABLED"] = False
    stranger = sign_in("manager", towns.foreign)
    for path in (
        "",
        "/bearbeiten",
        "/verlegen",
        "/zuteilen",
        "/genehmigung",
        "/ankunft",
        "/abschied",
        "/ergebnis",
        "/loeschen",
        "/verlauf",
    ):
        assert stranger.get(page(avenue, path)).status_code == 404, path
        assert stranger.post(page(avenue, path), data={"version": "1"}).status_code in (404, 405), path
    assert "Maiallee" not in ok(stranger.get("/intern/baeume/besuche?am=2026-05-10"))


def test_letter_is_looked_at_kept_and_printed(editor, avenue):
    text = ok(editor.get(page(avenue, "/schreiben/ANTRAG")))
    assert "Diese Angaben fehlen noch" in text and "Sondernutzung" in text and "noch keine Buchten" in text
    assert went_to(editor.post(page(avenue, "/schreiben/ANTRAG")))
    text = ok(editor.get(page(avenue)))
    address = text.split("/schreiben/")[1].split('"')[0]
    assert address.endswith(".pdf")
    answer = editor.get(page(avenue, f"/schreiben/{address}"))
    assert answer.status_code == 200 and answer.mimetype == "application/pdf" and answer.data.startswith(b"%PDF-")
    assert editor.get(page(avenue, "/schreiben/UNSINN")).status_code == 404
    assert editor.get(page(avenue, "/schreiben/999999.pdf")).status_code == 404


def test_texts_and_sender_are_the_managers(editor, manager, avenue):
    assert editor.get("/intern/baeume/schreiben").status_code == 403
    assert "noch kein Absender" in ok(manager.get("/intern/baeume/schreiben"))
    assert "Bitte ausfüllen" in ok(manager.post("/intern/baeume/schreiben/absender", data={"office": ""}), 422)
    assert went_to(manager.post("/intern/baeume/schreiben/absender", data={"office": "Grünflächenamt"}))
    stale = manager.post("/intern/baeume/schreiben/absender", data={"office": "Y", "version": "9"})
    assert "Zwei Fassungen" in ok(stale, 409)
    address = "/intern/baeume/schreiben/vorlage/DANK"
    assert "{zeitraum}" in ok(manager.get(address))
    text = ok(manager.post(address, data={"subject": "Dank", "body": "{zeitraun}"}), 422)
    assert "Gemeint ist vielleicht {zeitraum}" in text and "{zeitraun}" in text
    assert went_to(manager.post(address, data={"subject": "Dank", "body": "{zeitraum}"}))
    assert "inzwischen geändert" in ok(manager.post(address, data={"subject": "Z", "body": "andere"}), 409)
    assert "Eine frühere Fassung" in ok(manager.get(f"{address}?fassung=0"))
    assert manager.get(f"{address}?fassung=7").status_code == 404
    assert manager.get("/intern/baeume/schreiben/vorlage/UNSINN").status_code == 404
