"""Pages of calls: each opens for whom it is, and for nobody else; a form that saves as it goes; deadlines in the browser."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from geo.calls import service
from geo.calls.applying import queries as applications
from geo.calls.schemas import CallInput, CriterionInput
from geo.core.access import SYSTEM, Action
from geo.core.errors import Conflict
from geo.core.history import perform
from tests import factories
from tests.geo.calls.conftest import NEEDED, now
from tests.webapp.viewpoints.conftest import csrf

JSON = {"Accept": "application/json"}


def text_of(answer, status=200):
    html = answer.get_data(as_text=True)
    assert answer.status_code == status, html
    return html


def send(client, path, data=None, page=None, **how):
    return client.post(path, data={"csrf_token": csrf(client, page or path), **(data or {})}, **how)


def form_of(client, path):
    """The fields of the page's form as they stand there."""
    html = text_of(client.get(path))
    found = dict(re.findall(r'<input type="hidden" name="(version|csrf_token|after)" value="([^"]*)"', html))
    return found


@pytest.fixture
def draft(contest):
    contest.apply(contest.editor, contest.towns.own)
    return contest


OFFICE = ["", "/bearbeiten", "/jury", "/verlauf", "/verlaengern"]


@pytest.mark.parametrize("path", OFFICE)
def test_the_office_opens_an_open_call(as_person, contest, path):
    html = text_of(as_person(contest.office).get(f"/intern/aufrufe/{contest.id}{path}"))
    assert len(re.findall("<h1", html)) == 1


def test_the_office_writes_and_publishes(as_person, db):
    client = as_person(factories.actor(db, "office"))
    day = now() + timedelta(days=30)
    sent = {
        "title": "Neue Bäume",
        "body": "Wer mag?",
        "opens_at": "01.01.2026 08:00",
        "closes_at": f"{day:%d.%m.%Y} 23:59:59",
    }
    html = text_of(send(client, "/intern/aufrufe/neu", {**sent, "closes_at": "morgen"}), 422)
    assert 'id="e-closes_at"' in html and "Wer mag?" in html
    answer = send(client, "/intern/aufrufe/neu", sent)
    [call_id] = re.findall(r"/intern/aufrufe/(\d+)/kriterien", answer.location)
    here = f"/intern/aufrufe/{call_id}"
    published = send(client, f"{here}/veroeffentlichen", {"version": "1"}, page=here)
    assert published.status_code == 303 and "erst mit seinen Kriterien" in text_of(client.get(here))
    rows = {"version": "1", "name-0": "Übertragbarkeit", "weight-0": "200", "name-1": "", "description-1": "Ohne Namen"}
    rows |= {"name-2": "", "weight-2": "7"}
    html = text_of(send(client, f"{here}/kriterien", rows), 422)
    assert 'id="e-weight-0"' in html and 'id="e-name-1"' in html and "Ohne Namen" in html and 'id="e-name-2"' in html
    rows |= {"weight-0": "2", "description-1": "", "weight-2": "", "name_en-0": "Transferability"}
    assert send(client, f"{here}/kriterien", rows).status_code == 303
    assert client.get(f"/aufrufe/{call_id}").status_code == 404
    version = form_of(client, f"{here}/bearbeiten")["version"]
    assert send(client, f"{here}/veroeffentlichen", {"version": version}, page=here).status_code == 303
    page = text_of(client.get(f"/en/aufrufe/{call_id}"))
    assert "Transferability" in page and "Berlin time" in page
    assert "Neue Bäume" in text_of(client.get("/aufrufe")) and "Neue B" in client.get("/aufrufe/fristen.ics").text
    html = text_of(send(client, f"{here}/bearbeiten", {**sent, "version": "1"}), 409)
    assert "Jemand anderes" in html


def hide_project(contest):
    with contest.db.owner() as session:
        with perform(session, SYSTEM, Action.PILOT_EDIT):
            session.execute(text("UPDATE register.pilot_projects SET is_public = false, version = version + 1"))
        session.commit()


def test_a_project_and_its_calls_name_each_other_while_the_project_is_public(as_person, contest):
    client, link = as_person(contest.office), f'/aufrufe/{contest.id}"'
    project = re.search(
        r"/pilotprojekte/[\w-]+", text_of(client.get(f"/aufrufe/{contest.id}")).split("<main")[1]
    ).group()
    for page in (project, f"/en{project}"):
        assert link in text_of(client.get(page))
    internal = project.replace("/pilotprojekte/", "/intern/pilotprojekte/projekt/")
    assert f"/intern{link}" in text_of(client.get(internal))
    hide_project(contest)
    assert "Probeallee" not in text_of(client.get(f"/aufrufe/{contest.id}")) + text_of(client.get("/aufrufe"))


def test_no_call_is_published_for_a_project_that_nobody_may_know_of(contest):
    hide_project(contest)
    with contest.db.staff(contest.office) as session:
        number = session.scalar(text("SELECT pilot_project_id FROM register.calls"))
        given = CallInput("Neu", "Text.", now(), now() + timedelta(hours=1), pilot_project_id=number)
        call = service.create(session, contest.office, given)
        service.set_criteria(session, contest.office, call.id, call.version, [CriterionInput("Neu", 1)], now())
        with pytest.raises(Conflict, match="noch nicht öffentlich"):
            service.publish(session, contest.office, call.id, call.version, now())


def test_a_form_saves_as_it_goes(as_person, draft):
    client, path = as_person(draft.editor), f"/intern/aufrufe/{draft.id}/bewerbung"
    shown = form_of(client, path)
    sent = {**NEEDED, **shown, "title": "Anderer Titel", "need": ""}
    told = client.post(path, data=sent, headers=JSON).json
    assert re.fullmatch(r"Gespeichert um \d\d:\d\d:\d\d Uhr\.", told["saved"]) and told["version"] > int(
        shown["version"]
    )
    assert told["missing"] == "Noch 2 Angaben bis zum Einreichen."
    html = text_of(client.get(path))
    assert "Anderer Titel" in html and "Gespeichert um" in html
    refused = client.post(path, data={**sent, "version": told["version"], "postcode": "abc"}, headers=JSON)
    assert refused.status_code == 422 and refused.json["fields"] == {"postcode": "Eine Postleitzahl hat fünf Ziffern."}
    stale = client.post(path, data=sent, headers=JSON)
    assert stale.status_code == 409 and "Jemand anderes" in stale.json["detail"]
    html = text_of(client.post(path, data={**sent, "title": "Ganz anders"}), 409)
    assert "Zwei Fassungen" in html and "Anderer Titel" in html and "Ganz anders" in html
    html = text_of(client.post(path, data={**sent, "cost_eur": "viel"}), 422)
    assert 'id="e-cost_eur"' in html and 'value="viel"' in html


def test_what_is_missing_leads_to_its_field(as_person, contest):
    client, here = as_person(contest.manager), f"/intern/aufrufe/{contest.id}"
    assert "Bewerbung beginnen" in text_of(client.get(here))
    assert send(client, f"{here}/bewerbung/beginnen", page=here).status_code == 303
    html = text_of(client.get(f"{here}/bewerbung/pruefen"))
    assert f'href="{here}/bewerbung#f-summary"' in html and "Einreichen</span>" not in html
    version = form_of(client, f"{here}/bewerbung")["version"]
    early = send(client, f"{here}/bewerbung/einreichen", {"version": version}, page=here)
    assert early.location.endswith("/pruefen")


def test_hand_in_withdraw_and_take_up(as_person, draft):
    client, here = as_person(draft.manager), f"/intern/aufrufe/{draft.id}"
    assert "Alle nötigen Angaben sind da" in text_of(client.get(f"{here}/bewerbung/pruefen"))
    for step, words in (("einreichen", "eingereicht"), ("zurueckziehen", "zurückgezogen"), ("aufnehmen", "Entwurf")):
        with draft.db.owner() as session:
            version = session.scalar(text("SELECT version FROM register.call_applications"))
        answer = send(client, f"{here}/bewerbung/{step}", {"version": str(version)}, page=here)
        assert answer.status_code == 303 and words in text_of(client.get(here))
        assert client.get(f"{here}/bewerbung").status_code == 200


def test_a_form_opened_before_the_closing_loses_nothing(as_person, draft):
    client, path = as_person(draft.editor), f"/intern/aufrufe/{draft.id}/bewerbung"
    shown = form_of(client, path)
    draft.close()
    late = {**NEEDED, **shown, "title": "Zu spät getippt"}
    answer = client.post(path, data=late, headers=JSON)
    assert answer.status_code == 409 and "geschlossen" in answer.json["detail"]
    html = text_of(client.post(path, data=late), 409)
    assert "geschlossen" in html and "Zu spät getippt" in html
    html = text_of(client.get(path))
    assert "Bank am Markt" in html and "nicht eingereicht" in html and "data-autosave" not in html
    for page in ("", "/bewerbung/pruefen", "/bewerbung/anlagen", "/bewerbung/verlauf"):
        assert client.get(f"/intern/aufrufe/{draft.id}{page}").status_code == 200


def test_attachments_come_and_go(as_person, draft):
    client, path = as_person(draft.editor), f"/intern/aufrufe/{draft.id}/bewerbung/anlagen"
    html = text_of(send(client, path, {"file": (io.BytesIO(b"MZ"), "a.exe")}), 422)
    assert 'id="e-file"' in html
    assert send(client, path, {"title": "Lageplan", "file": (io.BytesIO(b"%PDF-1.7"), "plan.pdf")}).status_code == 303
    [number] = re.findall(r"/anlagen/(\d+)\"", text_of(client.get(path)))
    answer = client.get(f"{path}/{number}")
    assert answer.data == b"%PDF-1.7" and "attachment" in answer.headers["Content-Disposition"]
    other = as_person(draft.foreign)
    assert other.get(f"{path}/{number}").status_code == 404
    assert as_person(draft.office).get(f"{path}/{number}").status_code in {404, 422}
    assert send(client, f"{path}/{number}/entfernen", page=path).status_code == 303
    assert client.get(f"{path}/{number}").status_code == 404


def test_another_town_finds_nothing_of_it(as_person, draft):
    client = as_person(draft.foreign)
    html = text_of(client.get(f"/intern/aufrufe/{draft.id}"))
    assert "Bewerbung beginnen" in html and "Bank am Markt" not in html
    assert client.get(f"/intern/aufrufe/{draft.id}/bewerbung").status_code == 404
    html = text_of(as_person(draft.office).get(f"/intern/aufrufe/{draft.id}"))
    assert "Bank am Markt" not in html


def test_the_contacts_address_writes_no_more_than_an_address(as_person, contest):
    """What stands before the @ may hold ? and &: the office's mail program would read a blind copy and a text in it."""
    contest.apply(contest.editor, contest.towns.own, contact_email="a?bcc=b&body=c@beispiel.test")
    contest.hand_in(contest.manager, contest.towns.own)
    with contest.db.staff(contest.office) as session:
        (one,) = applications.of_call(session, contest.id)
    html = text_of(as_person(contest.office).get(f"/intern/aufrufe/bewerbungen/{one.id}"))
    assert 'href="mailto:a%3Fbcc%3Db%26body%3Dc@beispiel.test"' in html


def test_from_the_closing_to_the_sites(as_person, closed):
    office, first, second = as_person(closed.office), *map(as_person, closed.jury)
    here = f"/intern/aufrufe/{closed.id}"
    mine = f"/intern/aufrufe/bewerbungen/{closed.own}"
    assert "Ich bin befangen" in text_of(first.get(mine)) and "kontakt@" not in text_of(first.get(mine))
    assert "kontakt@" in text_of(office.get(mine))
    [one, two] = [mark.criterion_id for mark in closed.marks(0, 0)]
    given = {f"points-{one}": "8", f"reason-{one}": "Leicht zu übertragen", "version": "0"}
    html = text_of(send(first, f"{mine}/bewerten", {**given, "abgeben": "1"}), 422)
    assert f'id="e-points-{two}"' in html and "Leicht zu übertragen" in html
    assert send(first, f"{mine}/bewerten", given).status_code == 303
    assert "Leicht zu übertragen" in text_of(first.get(f"{mine}/bewerten"))
    assert "Leicht zu übertragen" not in text_of(office.get(f"{here}/rangliste"))
    assert second.get(f"{here}/rangliste").status_code == 403 and first.get(f"{here}/rangliste").status_code == 403
    version = form_of(first, f"{mine}/bewerten")["version"]
    whole = {**given, f"points-{two}": "4", f"reason-{two}": "Neu", "version": version, "abgeben": "1"}
    assert send(first, f"{mine}/bewerten", whole).status_code == 303
    assert "bleibt, wie sie ist" in text_of(first.get(f"{mine}/bewerten"))
    html = text_of(send(second, f"{mine}/befangen", {"reason": "Verwandt"}), 422)
    assert 'id="e-confirmed"' in html
    assert send(second, f"{mine}/befangen", {"reason": "Verwandt", "confirmed": "1"}).status_code == 303
    assert second.get(mine).status_code == second.get(f"{mine}/bewerten").status_code == 404
    html = text_of(second.get(here))
    assert "Verwandt" in html and "befangen" in html
    html = text_of(office.get(f"{here}/rangliste"))
    assert "70,0" in html and "Vorläufig: 2 Bewertungen stehen noch aus." in html
    for path in (f"{here}/rangliste", mine, f"{mine}/entscheiden"):
        html = text_of(office.get(path))
        assert "Verwandt" in html and "erklärt am" in html and "nach der Abgabe" not in html
    assert "Verwandt" not in text_of(first.get(mine))
    other = f"/intern/aufrufe/bewerbungen/{closed.other}"
    for path, outcome in ((mine, "AUSGEWAEHLT"), (other, "ABGELEHNT")):
        data = {"outcome": outcome, "reason": "Weil es passt", "after": "0"}
        assert 'name="confirmed"' in text_of(send(office, f"{path}/entscheiden", data), 422)
        assert send(office, f"{path}/entscheiden", {**data, "confirmed": "1"}).status_code == 303
    town = as_person(closed.manager)
    assert "Weil es passt" not in text_of(town.get(here))
    assert office.get(f"{mine}/brief.pdf").status_code == 409
    answer = send(office, f"{here}/bekanntgeben", {"version": str(closed.version())}, page=here)
    assert answer.status_code == 303 and "Weil es passt" in text_of(town.get(here))
    html = text_of(
        send(
            office,
            f"{here}/briefe/ABGELEHNT",
            {"version": "0", "sender": "A", "subject": "B {nie}", "body": "C", "signature": "D"},
        ),
        422,
    )
    assert "Den Platzhalter {nie} gibt es nicht" in html
    assert office.get(f"{mine}/brief.pdf").data[:5] == office.get(f"{here}/briefe.pdf").data[:5] == b"%PDF-"
    assert send(office, f"{mine}/standort", page=here).status_code == 303
    html = text_of(office.get(f"{here}/rangliste"))
    assert "Standort zurücknehmen" in html and "Zum Pilotstandort" in html
    send(office, f"{mine}/standort", page=here)
    assert "schon ein Pilotstandort" in text_of(office.get(f"{here}/rangliste"))
    assert send(office, f"{mine}/standort/zuruecknehmen", page=here).status_code == 303
    assert "Pilotstandort anlegen" in text_of(office.get(f"{here}/rangliste"))
