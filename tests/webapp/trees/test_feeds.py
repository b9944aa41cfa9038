"""Calendars over HTTP: public ones without secrets, internal ones behind addresses that can be revoked."""

import re
from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar

from geo.core import clock
from geo.trees.watering import service as watering
from geo.trees.watering.schemas import PatronInput
from tests.geo.trees import rows
from tests.geo.trees.visits.rows import visit, with_trees
from tests.webapp.trees.test_visits import ok, went_to

EARLY = date(2026, 4, 1)
DAY = "?am=2026-05-10"


@pytest.fixture
def avenue(staff, towns):
    made = rows.avenue(staff, towns.own)
    made.more["visit"] = with_trees(made, ["B 1", "B 2"], title="Maiallee", note="GEHEIME NOTIZ")
    made.publish(today=EARLY)
    visit(made, made.square, title="GEHEIMER ENTWURF", schedule=made.plan())
    staff.flush()
    return made


@pytest.fixture
def editor(sign_in, towns, app):
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in("editor", towns.own)


def events(answer):
    assert answer.status_code == 200 and answer.mimetype == "text/calendar", answer.text[:300]
    return Calendar.from_ical(answer.data).walk("VEVENT")


def test_public_calendars_hold_what_is_public(client, avenue):
    ags = "16999001"
    for path in (f"stadt/{ags}", f"standplatz/{avenue.market.id}", f"allee/{avenue.fleet.id}"):
        answer = client.get(f"/baeume/kalender/{path}.ics{DAY}")
        (event,) = events(answer)
        assert "Maiallee" in event["SUMMARY"] and "GEHEIM" not in answer.text and "Set-Cookie" not in answer.headers
        assert event["URL"] == f"http://localhost/baeume/{avenue.market.id}"
    (event,) = events(client.get(f"/en/baeume/kalender/stadt/{ags}.ics{DAY}"))
    assert "2 mobile trees" in event["SUMMARY"]
    for path in ("stadt/16999002", "stadt/x", f"standplatz/{avenue.square.id}", "standplatz/999999", "allee/999999"):
        assert client.get(f"/baeume/kalender/{path}.ics").status_code == 404, path


def test_unchanged_calendar_is_not_sent_again(client, avenue):
    address = f"/baeume/kalender/standplatz/{avenue.market.id}.ics{DAY}"
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_page_names_every_public_calendar(client, avenue):
    text = ok(client.get("/baeume/kalender/abonnieren"))
    assert "http://localhost/baeume/kalender/stadt/16999001.ics" in text and "Musterallee" in text
    assert f"/baeume/kalender/standplatz/{avenue.market.id}.ics" in ok(client.get(f"/baeume/{avenue.market.id}"))


def test_internal_calendar_is_made_read_and_revoked(client, editor, avenue):
    listed = "/intern/baeume/abonnements"
    assert "Bitte ausfüllen" in ok(editor.post(listed, data={"label": ""}), 422)
    text = ok(editor.post(listed, data={"label": "Grünamt", "of": ""}))
    path = re.search(r"http://localhost(/baeume/kalender/intern/[^<]+\.ics)", text)[1]
    answer = client.get(path + "?am=2026-04-20")
    assert "no-store" in answer.headers["Cache-Control"] and "Set-Cookie" not in answer.headers
    found = {str(event["SUMMARY"]): event for event in events(answer)}
    assert "Frist: Haltverbot beschildern, Aushang und Zettel verteilen (Maiallee)" in found
    assert "GEHEIM" not in answer.text
    text = ok(editor.get(listed))
    assert "Grünamt" in text and path.rpartition("/")[2].removesuffix(".ics") not in text
    where, version = re.search(r"(/intern/baeume/abonnements/\d+/zurueckziehen)", text)[1], "1"
    assert went_to(editor.post(where, data={"version": version}))
    gone, never = client.get(path), client.get("/baeume/kalender/intern/1-gibt-es-nicht.ics")
    assert gone.status_code == never.status_code == 404


def test_crew_reads_its_moves(client, editor, avenue):
    text = ok(editor.post("/intern/baeume/abonnements", data={"label": "Trupp", "of": str(avenue.fleet.id)}))
    path = re.search(r"http://localhost(/baeume/kalender/intern/[^<]+\.ics)", text)[1]
    told = {str(event["SUMMARY"]): str(event["DESCRIPTION"]) for event in events(client.get(path + DAY))}
    assert told["Aufbau: Hauptmarkt Musterallee (2 S)"] == "Bäume: B 1, B 2"


def test_foreign_fleet_and_foreign_address_are_not_there(sign_in, towns, editor, avenue, app):
    stranger = sign_in("editor", towns.foreign)
    answer = stranger.post("/intern/baeume/abonnements", data={"label": "x", "of": str(avenue.fleet.id)})
    assert answer.status_code == 422 and "nicht gefunden" in answer.text
    ok(editor.post("/intern/baeume/abonnements", data={"label": "Eigen", "of": ""}))
    where = re.search(r"(/intern/baeume/abonnements/\d+/zurueckziehen)", ok(editor.get("/intern/baeume/abonnements")))[
        1
    ]
    assert stranger.post(where, data={"version": "1"}).status_code == 404


def test_town_reads_the_days_of_watering_without_the_names(client, editor, avenue):
    session, days = avenue.session, (date(2026, 5, 7), date(2026, 5, 11))
    visit_id = avenue.more["visit"].id
    now = datetime(2026, 5, 1, 12, tzinfo=UTC)
    who = PatronInput("GEHEIME Anna", "anna@beispiel.test")
    sent = watering.sign_up(session, visit_id, who, request_id="r", form_key=None, now=now)
    own = watering.confirm(session, sent, request_id="r", now=now)[1]
    for day in days:
        watering.take_day(session, own, day, request_id="r", today=clock.day_of(now))
    watering.give_back_day(session, own, days[1], request_id="r")
    session.flush()
    text = ok(editor.post("/intern/baeume/abonnements", data={"label": "Amt", "of": ""}))
    town = re.search(r"http://localhost(/baeume/kalender/intern/[^<]+\.ics)", text)[1]
    answer = client.get(town + DAY)
    assert "GEHEIM" not in answer.text and "anna@" not in answer.text
    told = {event["DTSTART"].dt: event for event in events(answer) if "Bäume gießen" in str(event["SUMMARY"])}
    assert [(str(told[day]["STATUS"]), int(told[day]["SEQUENCE"])) for day in days] == [
        ("CONFIRMED", 0),
        ("CANCELLED", 1),
    ]
    watering.leave(session, own, request_id="r")
    session.flush()
    poured = [event for event in events(client.get(town + DAY)) if "gießen" in str(event["SUMMARY"])]
    assert {str(event["STATUS"]) for event in poured} == {"CANCELLED"}
