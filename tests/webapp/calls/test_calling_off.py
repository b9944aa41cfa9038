"""Calling a call off in the browser: with a reason, which everybody reads where they would have gone on."""

import re

from tests import factories
from tests.webapp.calls.test_pages import form_of, send, text_of

WHY = "Die Förderung ist weggefallen."


def test_the_office_calls_off_and_everybody_learns_why(as_person, contest):
    contest.apply(contest.editor, contest.towns.own)
    office, town, jury = as_person(contest.office), as_person(contest.editor), as_person(contest.jury[0])
    here, shown = f"/intern/aufrufe/{contest.id}", f"/aufrufe/{contest.id}"
    form = {"version": form_of(office, f"{here}/absagen")["version"], "reason": " ", "reason_en": "No money."}
    html = text_of(send(office, f"{here}/absagen", form), 422)
    assert 'id="e-reason"' in html and "No money." in html
    late = form_of(town, f"{here}/bewerbung")
    assert send(office, f"{here}/absagen", {**form, "reason": WHY}).status_code == 303

    html = text_of(office.get(here))
    assert (
        "Der Aufruf ist abgesagt." in html
        and WHY in html
        and "Absage zurücknehmen" in html
        and "Verlängern" not in html
        and "abgesagt" in html
    )
    for path in ("", f"/{contest.id}", f"/{contest.id}/bewerbung"):
        html = text_of(town.get(f"/intern/aufrufe{path}"))
        assert WHY in html and "Weiterschreiben" not in html, path
    assert "abgesagt" in text_of(town.get(f"{here}/bewerbung/pruefen"))
    html = text_of(town.post(f"{here}/bewerbung", data={**late, "title": "Zu spät getippt"}), 409)
    assert "abgesagt" in html and "Zu spät getippt" in html
    assert WHY in text_of(jury.get(here))
    html = text_of(office.get(shown))
    assert WHY in html and "Anmelden und bewerben" not in html and "abgesagt" in html and "geschlossen" not in html
    html = text_of(office.get(f"/en{shown}"))
    assert "No money." in html and "called off" in html and WHY not in html
    assert "abgesagt" in text_of(office.get("/aufrufe"))
    assert "STATUS:CANCELLED" in office.get("/aufrufe/fristen.ics").text

    html = text_of(send(office, f"{here}/absagen", {**form, "reason": "Anders"}), 409)
    assert "Jemand anderes" in html, "the form was opened before"
    version = form_of(office, f"{here}/absagen")["version"]
    assert send(office, f"{here}/absagen", {"version": version, "reason": "Anders"}).status_code == 303
    assert "Anders" in text_of(office.get(f"/en{shown}"))
    answer = send(office, f"{here}/absage-zuruecknehmen", {"version": str(contest.version())}, page=here)
    assert answer.status_code == 303
    assert "Weiterschreiben" in text_of(town.get(here)) and "Anders" not in text_of(office.get(shown))
    html = text_of(office.get(f"{here}/verlauf"))
    assert "Abgesagt" in html and " Uhr" in html and not re.search(r">\s*\d{4}-\d\d-\d\dT", html), "in words"
    answer = send(office, f"{here}/absage-zuruecknehmen", {"version": str(contest.version())}, page=here)
    assert answer.status_code == 303 and "nicht abgesagt" in text_of(office.get(here))


def test_a_draft_is_not_called_off(as_person, contest):
    office = as_person(contest.office)
    given = {"title": "Entwurf", "body": "Text", "opens_at": "01.01.2027 08:00", "closes_at": "02.01.2027 08:00"}
    answer = send(office, "/intern/aufrufe/neu", given)
    here = answer.location.rpartition("/")[0]
    assert "Absagen" not in text_of(office.get(here))
    html = text_of(send(office, f"{here}/absagen", {"version": "1", "reason": "Weil"}), 409)
    assert "veröffentlichter Aufruf" in html and "Weil" in html


def test_whoever_is_led_here_by_the_search_may_read_it(as_person, contest):
    """A town's viewer, of an applying town or of another, each reads, and changes nothing."""
    for town in (contest.towns.own, contest.towns.foreign):
        client = as_person(factories.actor(contest.db, "viewer", town))
        html = text_of(client.get(f"/intern/aufrufe/{contest.id}"))
        assert "Worum es geht" in html and "Bewerbung beginnen" not in html and "Absagen" not in html
