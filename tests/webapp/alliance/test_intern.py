"""The alliance's internal pages: everybody of the alliance reads, the office alone writes and sees contacts."""

import io
import re
from datetime import timedelta

import pytest
from icalendar import Calendar

from geo.core import clock
from tests.geo.alliance.conftest import MEETING, MEMBER
from tests.webapp.viewpoints.conftest import csrf

READING = [
    "/intern/allianz",
    "/intern/allianz/mitglieder",
    "/intern/allianz/mitglieder/{member}",
    "/intern/allianz/arbeitsgruppen/{group}",
    "/intern/allianz/sitzungen?jahr=2025",
    "/intern/allianz/sitzungen/{meeting}",
    "/intern/allianz/kalender",
]
WRITING = [
    "/intern/allianz/mitglieder/neu",
    "/intern/allianz/mitglieder/{member}/bearbeiten",
    "/intern/allianz/mitglieder/{member}/loeschen",
    "/intern/allianz/mitglieder/{member}/kontakte/neu",
    "/intern/allianz/kontakte/{contact}",
    "/intern/allianz/mitgliederzahl",
    "/intern/allianz/arbeitsgruppen/{group}/bearbeiten",
    "/intern/allianz/arbeitsgruppen/{group}/mitarbeit",
    "/intern/allianz/mitarbeit/{work}",
    "/intern/allianz/sitzungen/neu",
    "/intern/allianz/sitzungen/{meeting}/bearbeiten",
    "/intern/allianz/sitzungen/{meeting}/tagesordnung",
    "/intern/allianz/sitzungen/{meeting}/protokoll",
    "/intern/allianz/sitzungen/{meeting}/anwesenheit",
    "/intern/allianz/sitzungen/{meeting}/unterlagen",
]
ONLY_POST = [
    "/intern/allianz/kontakte/{contact}/loeschen",
    "/intern/allianz/mitglieder/{member}/rueckgaengig",
    "/intern/allianz/mitgliederzahl/{count}/entfernen",
    "/intern/allianz/sitzungen/{meeting}/schritt",
    "/intern/allianz/aufgaben/{task}/erledigt",
]
SECRETS = (
    "GEHEIMPERSON",
    "geheim@beispiel.test",
    "GEHEIMNOTIZ",
    "GEHEIMWORT",
    "GEHEIMBESCHLUSS",
    "GEHEIMES TUN",
    "GEHEIMENTWURF",
)


@pytest.fixture
def office(sign_in):
    return sign_in("office")


def page(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    return answer.text


def send(client, path, data, status=303, token_from="/intern/allianz/kalender"):
    answer = client.post(path, data={"csrf_token": csrf(client, token_from), **data})
    assert answer.status_code == status, answer.text
    return answer


def version_of(client, path):
    return re.search(r'name="version" value="(\d+)"', page(client, path))[1]


@pytest.mark.parametrize("path", [*READING, *WRITING, "/intern/allianz/mitglieder/{member}/verlauf"])
def test_each_page_opens_for_the_office(office, ids, path):
    html = page(office, path.format(**ids))
    assert len(re.findall("<h1", html)) == 1 and 'aria-current="true"' in html


@pytest.mark.parametrize("role", ["viewer", "manager", "planner", "curator"])
def test_others_read_what_is_for_them_and_write_nothing(sign_in, towns, ids, role):
    client = sign_in(role, towns.own)
    for path in READING:
        html = page(client, path.format(**ids))
        assert not [word for word in SECRETS if word in html], path
        assert "Bearbeiten" not in html and "anlegen</span>" not in html.replace("Adresse anlegen", ""), path
    page(client, f"/intern/allianz/sitzungen/{ids['draft']}", 404)
    page(client, f"/intern/allianz/mitglieder/{ids['member']}/verlauf", 403)
    for path in WRITING:
        page(client, path.format(**ids), 403)
    for path in (*WRITING, *ONLY_POST):
        send(client, path.format(**ids), {"version": "1", "step": "freigeben"}, 403)


def test_admin_and_nobody_read_nothing(sign_in, client, towns, ids):
    for path in READING:
        assert sign_in("admin").get(path.format(**ids)).status_code == 403, path
        assert client.get(path.format(**ids)).status_code in {302, 303, 401, 403}, path


def test_the_office_reads_contacts_drafts_and_minutes(office, ids):
    member = page(office, f"/intern/allianz/mitglieder/{ids['member']}")
    assert "GEHEIMPERSON" in member and "geheim@beispiel.test" in member
    assert "GEHEIMERPUNKT" in page(office, f"/intern/allianz/sitzungen/{ids['draft']}")
    meeting = page(office, f"/intern/allianz/sitzungen/{ids['meeting']}")
    assert (
        "GEHEIMWORT" in meeting and "GEHEIMBESCHLUSS" in meeting and "GEHEIMES TUN" in meeting and "anwesend" in meeting
    )


def test_a_member_is_entered_changed_and_its_past_told(office, towns):
    form = {
        **MEMBER,
        "name": "Stadt Musterstadt",
        "kind": "STADT",
        "municipality_id": str(towns.own),
        "website": "musterstadt.de",
    }
    where = send(office, "/intern/allianz/mitglieder/neu", form).location.partition("?")[0]
    html = page(office, where)
    assert "Stadt Musterstadt" in html and "https://musterstadt.de" in html and "<dd>Musterstadt</dd>" in html
    form |= {"left_on": "2025-01-01", "version": version_of(office, f"{where}/bearbeiten")}
    send(office, f"{where}/bearbeiten", form)
    history = page(office, f"{where}/verlauf")
    assert "Mitglied angelegt" in history and "Ausgetreten zum" in history and "1. Januar 2025" in history
    assert "Stadt Musterstadt" not in page(office, "/intern/allianz/mitglieder")
    assert "Stadt Musterstadt" in page(office, "/intern/allianz/mitglieder?am=2024-12-31")
    refused = send(office, f"{where}/bearbeiten", form | {"name": "Getippt und nicht verloren"}, 409)
    assert "Getippt und nicht verloren" in refused.text and "erneut speichern" in refused.text


def _undo(client, path):
    html = page(client, path)
    (form,) = re.findall(r'<form method="post" action="([^"]+/rueckgaengig)">(.*?)</form>', html, re.DOTALL)
    hidden = dict(re.findall(r'name="(change|town)" value="(\d+)"', form[1]))
    return send(client, form[0], hidden)


def test_a_change_and_a_deletion_are_taken_back(office, sign_in, towns):
    form = {**MEMBER, "name": "Stadt Musterstadt", "kind": "STADT", "municipality_id": str(towns.own)}
    where = send(office, "/intern/allianz/mitglieder/neu", form).location.partition("?")[0]
    form |= {"name": "Vertippt", "version": version_of(office, f"{where}/bearbeiten")}
    saved = send(office, f"{where}/bearbeiten", form).location
    assert "Vertippt" in page(office, where) and "/rueckgaengig" not in page(office, where)
    other = page(sign_in("viewer", towns.own), saved)
    assert "/rueckgaengig" not in other
    back = _undo(office, saved).location
    assert "zurückgenommen" in page(office, back) and "<h1>Stadt Musterstadt" in page(office, where)
    _undo(office, f"{where}/verlauf")
    assert "<h1>Vertippt" in page(office, where)
    gone = send(office, f"{where}/loeschen", {"version": version_of(office, f"{where}/bearbeiten")}).location
    page(office, where, 404)
    _undo(office, gone)
    assert "<h1>Vertippt" in page(office, where)
    assert "/rueckgaengig" not in page(office, gone)
    number = where.rpartition("/")[2]
    send(office, f"/intern/allianz/mitglieder/{number}/rueckgaengig", {}, 422)
    send(office, f"/intern/allianz/mitglieder/{number}/rueckgaengig", {"change": "1"}, 409)


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(office):
    refused = send(office, "/intern/allianz/mitglieder/neu", {"name": "Nur ein Name", "joined_on": "gestern"}, 422)
    assert 'value="Nur ein Name"' in refused.text and 'value="gestern"' in refused.text
    assert 'href="#f-kind"' in refused.text and 'href="#f-joined_on"' in refused.text


def test_a_contact_is_kept_changed_and_erased(office, ids):
    where = f"/intern/allianz/mitglieder/{ids['member']}"
    send(office, f"{where}/kontakte/neu", {"name": "Zweite", "email": "kein"}, 422)
    send(office, f"{where}/kontakte/neu", {"name": "Zweite Person"})
    contact = f"/intern/allianz/kontakte/{ids['contact']}"
    send(office, contact, {"name": "Anders", "version": version_of(office, contact)})
    html = page(office, where)
    assert "Zweite Person" in html and "Anders" in html and "GEHEIMPERSON" not in html
    send(office, f"{contact}/loeschen", {})
    assert "Anders" not in page(office, where) and "Anders" not in page(office, f"{where}/verlauf")
    page(office, contact, 404)


def test_a_group_gets_an_organisation_and_loses_it(office, ids):
    where = f"/intern/allianz/arbeitsgruppen/{ids['group']}"
    send(office, f"{where}/mitarbeit", {"task": "Ohne Organisation"}, 422)
    send(office, f"{where}/mitarbeit", {"member_id": ids["member"], "task": "Doppelt"}, 422)
    send(office, f"/intern/allianz/mitarbeit/{ids['work']}", {"task": "Neue Aufgabe", "until": "2022-01-01"})
    html = page(office, where)
    assert "Früher dabei" in html and "Neue Aufgabe" in html
    send(office, f"/intern/allianz/mitarbeit/{ids['work']}", {"remove": "1"})
    assert "Früher dabei" not in page(office, where)
    text = {"name": "AG Anders", "name_en": "Group", "version": version_of(office, f"{where}/bearbeiten")}
    send(office, f"{where}/bearbeiten", text)
    assert "AG Anders" in page(office, where)


def test_a_meeting_goes_from_draft_to_released_minutes(office, sign_in, towns, ids):
    where = send(office, "/intern/allianz/sitzungen/neu", {**MEETING, "title": "Neue Sitzung"}).location
    version = lambda: version_of(office, f"{where}/bearbeiten")  # noqa: E731
    agenda = {"title-1": "Zweiter Punkt", "position-1": "2", "title-2": "Erster Punkt", "position-2": "1"}
    send(office, f"{where}/tagesordnung", agenda | {"version": version()})
    html = page(office, where)
    assert html.index("Erster Punkt") < html.index("Zweiter Punkt")
    other = sign_in("viewer", towns.own)
    page(other, where, 404)
    send(office, f"{where}/schritt", {"step": "einladen", "version": version()})
    assert "Erster Punkt" in page(other, where)
    minutes = page(office, f"{where}/protokoll")
    item = re.search(r'name="text-(\d+)"', minutes)[1]
    said = {
        f"text-{item}": "Gesagt",
        f"decision-{item}": "Beschlossen",
        f"task-{item}-1": "Tun",
        f"due-{item}-1": "2020-01-01",
    }
    send(office, f"{where}/protokoll", said | {"version": version()})
    assert "Beschlossen" not in page(other, where) and "Beschlossen" in page(office, where)
    assert "überfällig" in page(office, "/intern/allianz")
    send(
        office,
        f"{where}/anwesenheit",
        {f"presence-{ids['member']}": "ANWESEND", f"people-{ids['member']}": "x", "version": version()},
        422,
    )
    send(office, f"{where}/anwesenheit", {f"presence-{ids['member']}": "ANWESEND", "version": version()})
    send(office, f"{where}/schritt", {"step": "absagen", "version": version()}, 422)
    send(office, f"{where}/schritt", {"step": "freigeben", "version": version()})
    shown = page(other, where)
    assert "Beschlossen" in shown and "anwesend" in shown
    send(office, f"{where}/schritt", {"step": "freigeben", "version": "1"}, 409)
    send(office, f"{where}/schritt", {"step": "tanzen", "version": version()}, 422)


def test_minutes_of_a_meeting_to_come_are_not_offered_for_release(office):
    day = clock.today() + timedelta(days=1)
    when = {"starts_at": f"{day}T10:00", "ends_at": f"{day}T11:00"}
    where = send(office, "/intern/allianz/sitzungen/neu", {**MEETING, **when}).location
    send(office, f"{where}/schritt", {"step": "einladen", "version": version_of(office, f"{where}/bearbeiten")})
    shown = page(office, where)
    assert "Protokoll freigeben" not in shown and "Sitzung absagen" in shown
    step = {"step": "freigeben", "version": version_of(office, f"{where}/bearbeiten")}
    assert "noch nicht begonnen" in send(office, f"{where}/schritt", step, 422).text


def test_a_refused_agenda_keeps_what_was_typed(office, ids):
    where = f"/intern/allianz/sitzungen/{ids['meeting']}/tagesordnung"
    refused = send(office, where, {"title-1": "Neu", "note-2": "ohne Titel", "version": version_of(office, where)}, 422)
    assert 'value="Neu"' in refused.text and "ohne Titel" in refused.text and 'href="#f-title-2"' in refused.text
    refused = send(office, where, {"title-1": "Allein", "version": version_of(office, where)}, 422)
    assert "bleibt stehen" in refused.text and 'value="Allein"' in refused.text


def test_a_document_is_handed_out_as_a_file(office, sign_in, towns, ids):
    where = f"/intern/allianz/sitzungen/{ids['meeting']}/unterlagen"
    refused = send(office, where, {"title": "Plan", "file": (io.BytesIO(b"MZ"), "plan.exe")}, 422)
    assert "Angenommen werden" in refused.text and 'value="Plan"' in refused.text
    send(office, where, {"title": "Plan", "file": (io.BytesIO(b"%PDF-1.7 x"), "plan.pdf")})
    link = re.search(r'href="(/intern/allianz/sitzungen/\d+/unterlagen/\d+)"', page(office, where))[1]
    answer = sign_in("viewer", towns.own).get(link)
    assert answer.data == b"%PDF-1.7 x" and answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    other = link.replace(f"/{ids['meeting']}/", f"/{ids['draft']}/")
    assert office.get(other).status_code == 404
    send(office, f"{link}/entfernen", {})
    assert office.get(link).status_code == 404


def test_a_calendar_is_subscribed_to_and_revoked(office, sign_in, client, towns, ids):
    person = sign_in("viewer", towns.own)
    html = send(person, "/intern/allianz/kalender", {}, 200).text
    address = re.search(r'<code class="secret">http://localhost(.*?)</code>', html)[1]
    answer = client.get(f"{address}?am=2025-03-01")
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    assert [str(one["summary"]) for one in events] == ["Große Runde"] and answer.mimetype == "text/calendar"
    assert str(events[0]["url"]) == f"http://localhost/intern/allianz/sitzungen/{ids['meeting']}"
    assert not [word for word in SECRETS if word in answer.text]
    send(person, "/intern/allianz/kalender", {"working_group_id": "99999"}, 422)
    send(person, "/intern/allianz/kalender", {"to_pass_on": "1", "working_group_id": ids["group_id"]}, 403)
    page_html = page(person, "/intern/allianz/kalender")
    feed = re.search(r'action="(/intern/allianz/kalender/\d+/zurueckziehen)"', page_html)[1]
    assert feed not in page(office, "/intern/allianz/kalender")
    send(office, feed, {"version": "1"}, 404)
    send(person, feed, {"version": "1"})
    assert client.get(address).status_code == 404
    passed_on = send(
        office, "/intern/allianz/kalender", {"to_pass_on": "1", "working_group_id": ids["group_id"]}, 200
    ).text
    assert "zum Weitergeben" in passed_on and "Allianz und AG ag-probe" in passed_on


def test_public_pages_tell_what_is_declared(client, ids):
    html = client.get("/allianz").text
    assert "8. Juni 2021" in html and "mehr als 65 Mitglieder" in html and "Probekammer" in html
    assert "im Register verzeichnet" in html and re.search(r">\s*2</td>", html)
    group = client.get(f"/allianz/arbeitsgruppen/{ids['group']}").text
    assert "Probekammer" in group and "Sucht Wege." in group
    english = client.get("/en/allianz").text
    assert "more than 65 members" in english and "8 June 2021" in english
    for text in (html, group, english, client.get(f"/en/allianz/arbeitsgruppen/{ids['group']}").text):
        assert "GEHEIM" not in text and "geheim" not in text
    assert client.get("/allianz/arbeitsgruppen/nichts").status_code == 404
    assert "Probekammer" not in client.get("/allianz?am=2021-06-07").text


def test_a_task_is_done_from_the_overview(office, ids):
    assert "GEHEIMES TUN" in page(office, "/intern/allianz")
    answer = send(office, f"/intern/allianz/aufgaben/{ids['task']}/erledigt", {"back": "uebersicht"})
    assert answer.location.endswith("/intern/allianz") and "GEHEIMES TUN" not in page(office, answer.location).replace(
        "„GEHEIMES TUN“ ist erledigt", ""
    )
    assert "erledigt" in page(office, f"/intern/allianz/sitzungen/{ids['meeting']}")


def test_numbers_of_members_are_kept_with_their_source(office, ids):
    send(office, "/intern/allianz/mitgliederzahl", {"day": "2023-11-15", "members": "65"}, 422)
    send(office, "/intern/allianz/mitgliederzahl", {"day": "2023-11-15", "members": "66", "source": "Protokoll"})
    assert "Protokoll" in page(office, "/intern/allianz/mitgliederzahl")
    send(office, f"/intern/allianz/mitgliederzahl/{ids['count']}/entfernen", {})
    assert "mehr als" not in page(office, "/intern/allianz/mitgliederzahl").split("<form")[0]


def test_years_without_meetings_say_so(office, ids):
    assert "Keine Sitzung" in page(office, f"/intern/allianz/sitzungen?jahr={clock.today().year + 9}")
    assert office.get("/intern/allianz/sitzungen?jahr=1000").status_code == 422
    assert "Große Runde" not in page(office, f"/intern/allianz/sitzungen?jahr=2025&gruppe={ids['group']}")


IMPORT = "/intern/allianz/mitglieder/einlesen"
LIST = "Organisation;Art;Gemeinde;Beitritt\nKammer <Neu>;Kammer;;01.02.2022\nProbekammer;Kammer;;\nX;Stammtisch;;\n"


def _form(html):
    """What a browser would send of the preview as it is."""
    values = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', html))
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        values[name] = chosen[1] if chosen else ""
    return {name: value for name, value in values.items() if name != "csrf_token"}


def test_a_list_is_looked_at_taken_over_and_taken_back(office, sign_in, ids):
    html = send(office, IMPORT, {"file": (io.BytesIO(LIST.encode()), "liste.csv")}, 200).text
    assert "1 Mitglied lässt sich übernehmen" in html and "1 ist schon bekannt" in html
    assert "1 Zeile hat einen Fehler" in html and "Kammer &lt;Neu&gt;" in html and "Stammtisch" in html
    assert "Kammer &lt;Neu&gt;" not in page(office, "/intern/allianz/mitglieder")  # nothing is written yet
    form = _form(html)
    assert form["column-name"] == "0" and form["column-joined_on"] == "3"
    again = send(office, f"{IMPORT}/uebernehmen", form | {"column-name": "", "zeigen": "1"}, 422)
    assert "Bitte die Spalte mit dem Namen wählen." in again.text
    again = send(office, f"{IMPORT}/uebernehmen", form | {"column-joined_on": "", "known_on": "", "zeigen": "1"}, 200)
    assert "0 Mitglieder" in again.text and "Bitte den Tag des Beitritts angeben" in again.text
    send(office, f"{IMPORT}/uebernehmen", form | {"column-joined_on": "", "known_on": ""}, 422)
    send(office, f"{IMPORT}/uebernehmen", form | {"column-name": "99"}, 422)
    assert "noch einmal wählen" in send(office, f"{IMPORT}/uebernehmen", form | {"key": "anders"}, 422).text
    other = sign_in("office")
    send(other, f"{IMPORT}/uebernehmen", form, 422)  # somebody else's preview
    there = send(office, f"{IMPORT}/uebernehmen", form).location
    shown = page(office, there)
    assert "1 Mitglied ist übernommen" in shown and "Kammer &lt;Neu&gt;" in shown
    member = re.search(r'href="(/intern/allianz/mitglieder/\d+)">Kammer &lt;Neu', shown)[1]
    assert "Mitglied angelegt" in page(office, f"{member}/verlauf")
    assert "2022" in page(office, member)
    assert send(office, f"{IMPORT}/uebernehmen", form).location == there  # sent twice, taken over once
    without_key = {name: value for name, value in form.items() if name != "_key"}
    assert "noch einmal wählen" in send(office, f"{IMPORT}/uebernehmen", without_key, 422).text
    key = re.search(r'name="key" value="([^"]+)"', shown)[1]
    send(office, f"{IMPORT}/zuruecknehmen", {"key": "anders"}, 422)
    back = page(office, send(office, f"{IMPORT}/zuruecknehmen", {"key": key}).location)
    assert "Zurückgenommen: 1 Mitglied ist wieder entfernt." in back
    page(office, member, 404)


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02MZ", b"PK\x03\x04kaputt"])
def test_a_file_that_is_no_list_is_refused_in_a_sentence(office, content):
    refused = send(office, IMPORT, {"file": (io.BytesIO(content), "liste.xlsx")}, 422)
    assert 'href="#f-file"' in refused.text
    send(office, IMPORT, {}, 422)


def test_only_the_office_reads_a_list_in(sign_in, towns):
    for role in ("viewer", "manager", "planner"):
        client = sign_in(role, towns.own)
        page(client, IMPORT, 403)
        for path in (IMPORT, f"{IMPORT}/uebernehmen", f"{IMPORT}/zuruecknehmen"):
            send(client, path, {"key": "x"}, 403)
