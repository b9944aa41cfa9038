"""The public form for neighbours and its moderation by the town."""

import re

import pytest

from geo.core.access import SYSTEM
from geo.trees import service as trees
from geo.trees.schemas import ScheduleInput
from tests.geo.trees import rows
from tests.geo.trees.visits.rows import with_trees
from tests.webapp.trees.test_visits import monday_a_week_ago, ok, running_season, went_to
from webapp.trees import feedback_pages

SENT = {"mood": "GUT", "plant": "JA", "words": "So schön hier."}


@pytest.fixture
def visit(staff, towns):
    """A public visit that began a week ago, whatever day it is."""
    avenue = rows.avenue(staff, towns.own)
    plan = trees.create_schedule(staff, SYSTEM, avenue.fleet.id, ScheduleInput("Jetzt", running_season()))
    one = with_trees(avenue, ["B 1"], during=monday_a_week_ago(20), schedule=plan)
    trees.publish(staff, SYSTEM, plan.id, plan.version)
    staff.flush()
    return one


def address(visit, lang=""):
    return f"{lang}/baeume/besuch/{visit.id}/meinung"


def test_neighbour_answers_and_the_town_releases(client, sign_in, towns, visit, app):
    app.config["WTF_CSRF_ENABLED"] = True
    answer = client.get(address(visit))
    assert "Set-Cookie" not in answer.headers and "Soll hier für immer ein Baum stehen?" in ok(answer)
    key = re.search(r'name="_key" value="(\w+)"', answer.text)[1]
    for _ in range(2):  # a double click is one answer
        assert went_to(client.post(address(visit), data=SENT | {"_key": key})).endswith("/danke")
    assert "Danke" in ok(client.get(address(visit) + "/danke"))
    assert "So schön hier." not in ok(client.get(address(visit)))
    app.config["WTF_CSRF_ENABLED"] = False
    editor = sign_in("editor", towns.own)
    text = ok(editor.get(f"/intern/baeume/besuch/{visit.id}"))
    assert text.count("So schön hier.") == 1 and "1 Rückmeldung" in text
    assert "1 neue Rückmeldung" in ok(editor.get("/intern/baeume/besuche"))
    found = re.search(rf"/intern/baeume/besuch/{visit.id}/rueckmeldung/\d+", text)[0]
    assert editor.post(found, data={"version": "1", "state": "XX"}).status_code == 422
    assert went_to(editor.post(found, data={"version": "1", "state": "FREIGEGEBEN"}))
    assert editor.post(found, data={"version": "1", "state": "ABGELEHNT"}).status_code == 409
    assert "So schön hier." in ok(client.get(address(visit)))
    english = ok(client.get(address(visit, "/en")))
    assert "The trees were welcome" in english and 'lang="de">So schön hier.' in english


def test_what_is_missing_is_said_in_the_language_of_the_page(client, visit):
    assert "Bitte eine Antwort wählen." in ok(client.post(address(visit), data={"words": "nur Text"}), 422)
    text = ok(client.post(address(visit, "/en"), data={"words": "only words", "mood": "GUT"}), 422)
    assert "Please choose an answer." in text and "only words" in text


def test_programs_fall_into_the_trap_and_no_draft_is_asked_about(client, visit):
    assert went_to(client.post(address(visit), data=SENT | {"website": "x"})).endswith("/danke")
    assert client.get("/baeume/besuch/999999/meinung").status_code == 404
    assert client.post("/baeume/besuch/999999/meinung", data=SENT).status_code == 404


def test_one_network_may_not_flood_a_town(client, visit, monkeypatch):
    monkeypatch.setattr(feedback_pages, "NETWORK_ANSWERS", 1)
    went_to(client.post(address(visit), data=SENT))
    assert "zu viele Antworten" in ok(client.post(address(visit), data=SENT), 429)


def test_stop_page_asks_its_neighbours(client, visit):
    assert address(visit) in ok(client.get(f"/baeume/{visit.stop_id}"))
