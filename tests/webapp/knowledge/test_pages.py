"""Public and internal pages of cards and of the search: what they say, who may, what nobody would type."""

import html as markup
import re
from datetime import UTC, date, datetime, timedelta

import pytest

from geo.alliance.meetings import service as meetings
from geo.calls import service as calls
from geo.calls.schemas import CallInput, CriterionInput
from geo.core import clock
from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.knowledge import service as knowledge
from tests import factories
from tests.geo.alliance.conftest import a_meeting
from tests.geo.knowledge.conftest import a_card, form
from tests.geo.pilots.conftest import a_project, a_site
from tests.webapp.viewpoints.conftest import csrf

NOW = datetime.now(UTC).replace(microsecond=0)


def text_of(answer, status=200):
    html = answer.get_data(as_text=True)
    assert answer.status_code == status, html
    return html


def sent(client, address, data, page="/intern"):
    return client.post(address, data={**data, "csrf_token": csrf(client, page)})


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_card_has_exactly_the_two_headings(client, ids, prefix):
    html = text_of(client.get(f"{prefix}/wissen/{ids['shown']}"))
    names = ["Project result", "Project description"] if prefix else ["Projektergebnis", "Projektbeschreibung"]
    assert re.findall(r'<h2 id="kopf-\w+">([^<]+)</h2>', html) == names
    assert "Laden &lt;auf&gt; Zeit" in html or prefix
    assert ("not verified yet" if prefix else "Angabe noch nicht geprüft") in html


def test_a_card_links_without_asking_the_other_host(client, ids):
    html = text_of(client.get(f"/wissen/{ids['shown']}"))
    assert '<a href="https://kompass-thueringen.de/projekt" rel="noopener noreferrer">' in html
    assert not re.search(r'(src|action)="https?://kompass', html)


def test_a_text_without_english_is_marked_as_german(client, ids):
    html = text_of(client.get(f"/en/wissen/{ids['shown']}"))
    assert re.search(r'<div lang="de">\s*<p>Die Stadt vermietet leere Läden wochenweise', html)


def test_drafts_are_not_there(client, ids):
    assert client.get(f"/wissen/{ids['draft']}").status_code == 404
    assert client.get(f"/api/v1/wissen/{ids['draft']}").status_code == 404
    listed = text_of(client.get("/wissen"))
    assert "Noch ein Entwurf" not in listed and "Haus am Fluss" in listed


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({}, {"Laden <auf> Zeit", "Haus am Fluss"}),
        ({"stadt": "Hanau (Hessen)"}, {"Haus am Fluss"}),
        ({"feld": "ANGEBOT"}, {"Laden <auf> Zeit", "Haus am Fluss"}),
        ({"feld": "IDENTITAET"}, set()),
        ({"massnahme": "M02"}, set()),
    ],
)
def test_filters_hold_for_page_and_map(client, ids, query, titles):
    found = client.get("/api/v1/wissen", query_string=query).get_json()
    assert {one["properties"]["title"] for one in found["features"]} == titles
    html = markup.unescape(text_of(client.get("/wissen", query_string=query)))
    assert {title for title in ("Laden <auf> Zeit", "Haus am Fluss") if title in html.split('id="liste"')[1]} >= titles


def test_the_search_marks_and_escapes(client, ids):
    html = text_of(client.get("/suche?q=laden"))
    assert "<mark>Laden</mark> &lt;auf&gt; Zeit" in html
    assert "Drei <mark>Läden</mark> &amp; mehr" in html
    assert f'href="/wissen/{ids["shown"]}"' in html


def test_nothing_found_proposes_a_near_word(client, ids):
    html = text_of(client.get("/suche?q=Ladn%20auf"))
    assert "Nichts gefunden" in html
    html = text_of(client.get("/suche?q=Marktstrasze"))
    assert "Meinten Sie" in html and "Marktstraße" in html


@pytest.mark.parametrize(
    "query",
    [
        {"q": "a" * 3000},
        {"q": "\x00"},
        {"q": "<script>alert(1)</script>"},
        {"q": "& | !"},
        {"q": '"'},
        {"q": "Laden", "art": "gibtsnicht"},
        {"q": "Laden", "art": "card", "seite": "-1"},
        {"q": "Laden", "art": "card", "seite": "9" * 50},
        {"q": "Laden", "seite": "٣"},
        {"q": "Laden", "art": "\x00"},
    ],
)
@pytest.mark.parametrize("address", ["/suche", "/en/suche", "/intern/suche"])
def test_any_search_gives_a_page(client, sign_in, ids, towns, address, query):
    asker = sign_in("viewer", towns.own) if address.startswith("/intern") else client
    html = text_of(asker.get(address, query_string=query))
    assert "<script>alert" not in html


def test_the_internal_search_finds_the_own_draft(sign_in, towns, ids):
    seen = {
        role: "Noch ein" in text_of(sign_in(role, town).get("/intern/suche?q=Entwurf"))
        for role, town in (("manager", towns.own), ("office", None), ("viewer", towns.own))
    }
    assert seen == {"manager": True, "office": True, "viewer": False}


WRITING = ["/intern/wissen/neu", "/intern/wissen/{draft}/bearbeiten", "/intern/wissen/{draft}/loeschen"]


@pytest.mark.parametrize(
    "path", ["/intern/wissen", "/intern/wissen/{shown}", "/intern/wissen/{shown}/verlauf", *WRITING]
)
def test_each_page_opens_for_office_and_manager(sign_in, towns, ids, path):
    for client in (sign_in("office"), sign_in("manager", towns.own)):
        assert len(re.findall("<h1", text_of(client.get(path.format(**ids))))) == 1


@pytest.mark.parametrize("role", ["viewer", "editor", "planner", "curator"])
def test_others_read_what_is_published_and_write_nothing(sign_in, towns, ids, role):
    client = sign_in(role, towns.own)
    assert "Bearbeiten" not in text_of(client.get(f"/intern/wissen/{ids['shown']}"))
    assert client.get(f"/intern/wissen/{ids['draft']}").status_code == 404
    for path in (*WRITING, "/intern/wissen/{draft}/veroeffentlichen"):
        assert sent(client, path.format(**ids), {"version": "1"}).status_code == 403


def test_what_a_town_has_published_has_no_drafts_for_others(sign_in, towns, ids):
    """Its history holds what it said as a draft, and who wrote it: that is for its own people and the office."""
    for client in (sign_in(role="viewer", town=towns.foreign), sign_in(role="manager", town=towns.foreign)):
        for card in (ids["shown"], ids["far"]):
            assert client.get(f"/intern/wissen/{card}").status_code == 200
            for page in ("verlauf", "bearbeiten", "loeschen"):
                assert client.get(f"/intern/wissen/{card}/{page}").status_code == 403, (card, page)
    for client in (sign_in(role="viewer", town=towns.own), sign_in(role="office")):
        text_of(client.get(f"/intern/wissen/{ids['shown']}/verlauf"))
    text_of(sign_in(role="office").get(f"/intern/wissen/{ids['far']}/verlauf"))


def test_a_manager_proposes_and_the_office_publishes(sign_in, towns, client):
    manager, office = sign_in("manager", towns.own), sign_in("office")
    made = sent(manager, "/intern/wissen/neu", form(municipality_id=str(towns.own), is_checked="1"))
    assert made.status_code == 303
    number = int(re.search(r"/wissen/(\d+)", made.location)[1])
    page = text_of(office.get(f"/intern/wissen/{number}"))
    assert "Vorschlag der Gemeinde" in page and "Angabe noch nicht geprüft" in page
    assert sent(manager, f"/intern/wissen/{number}/veroeffentlichen", {"version": "1"}).status_code == 403
    assert sent(office, f"/intern/wissen/{number}/veroeffentlichen", {"version": "1"}).status_code == 303
    assert client.get(f"/wissen/{number}").status_code == 200
    assert "Bearbeiten" not in text_of(manager.get(f"/intern/wissen/{number}"))
    assert sent(office, f"/intern/wissen/{number}/zurueckziehen", {"version": "2"}).status_code == 303
    assert client.get(f"/wissen/{number}").status_code == 404


def test_a_mistake_loses_nothing_that_was_typed(sign_in, towns):
    office = sign_in("office")
    typed = form(municipality_id="0", title="", measures=["M08"], link="kein Link", result="Das <Ergebnis>")
    html = text_of(sent(office, "/intern/wissen/neu", typed), 422)
    for field in ("title", "elsewhere", "link"):
        assert f'id="e-{field}"' in html, field
    assert "Das &lt;Ergebnis&gt;" in html and "kein Link" in html
    assert re.search(r'value="M08"[^>]*checked', html)


def test_a_stale_form_shows_both_versions(sign_in, towns, ids):
    office = sign_in("office")
    address = f"/intern/wissen/{ids['draft']}/bearbeiten"
    assert sent(office, address, form(version="1", title="Zuerst")).status_code == 303
    html = text_of(sent(office, address, form(version="1", title="Danach")), 409)
    assert "Zuerst" in html and "Danach" in html


def test_undo_on_the_page(sign_in, towns, ids):
    office = sign_in("office")
    saved = sent(office, f"/intern/wissen/{ids['draft']}/bearbeiten", form(version="1", title="Anders"))
    html = text_of(office.get(saved.location))
    change = re.search(r'name="change" value="(\d+)"', html)[1]
    assert sent(office, f"/intern/wissen/{ids['draft']}/rueckgaengig", {"change": change}).status_code == 303
    assert "Noch ein Entwurf" in text_of(office.get(f"/intern/wissen/{ids['draft']}"))


@pytest.mark.parametrize("role", ["viewer", "planner", "curator", "reviewer", "office", "admin"])
def test_every_role_searches_inside_and_each_hit_opens(sign_in, towns, db, ids, role):
    office = factories.actor(db, "office")
    with db.staff(office) as session:
        shown, hidden = a_project(session), a_project(session, "zweites")
        a_site(session, shown, towns.foreign, name="Turmgarten am Fluss", longitude="11,25")
        made = a_meeting(session, SYSTEM, "Turmgarten im Blick", title="Runde")
        meetings.invite(session, SYSTEM, made.id, made.version, date(2025, 2, 1))
        call = calls.create(session, office, CallInput("Aufruf Turmgarten", "Los.", NOW, NOW + timedelta(days=9)))
        calls.set_criteria(session, office, call.id, call.version, [CriterionInput("Neu", 1)], NOW)
        calls.publish(session, office, call.id, call.version, NOW)
        card = a_card(session, None, title="Turmgarten", elsewhere="Hanau", longitude="8,92", latitude="50,13")
        knowledge.publish(session, SYSTEM, card.id, card.version, clock.today())
        with perform(session, SYSTEM, Action.PILOT_EDIT):
            hidden.is_public, hidden.summary = False, "Ein Turmgarten zieht um."
        session.commit()
    client = sign_in(role, towns.own)
    assert "/intern/wissen" in text_of(client.get("/intern")) and text_of(client.get("/intern/wissen"))
    html = text_of(client.get("/intern/suche?q=Turmgarten"))
    links = re.findall(r'search-hit__title"><a href="([^"]+)"', html)
    reads = role not in {"reviewer", "admin"}
    assert len(links) == (5 if reads else 3), links
    assert ("im Blick" in html) is ("zieht um" in html) is reads
    for link in links:
        assert client.get(link).status_code == 200, link
