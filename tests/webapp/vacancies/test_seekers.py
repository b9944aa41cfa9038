"""Seekers from the public form to the key: confirmed, matched with reasons, named to the owner when both have agreed."""

import email
import re
from datetime import UTC, date, datetime, timedelta
from email.policy import default

import pytest
from sqlalchemy import text

from geo.core import clock
from geo.core.access import SYSTEM
from geo.vacancies.portfolio.seekers import queries, service
from geo.vacancies.portfolio.seekers.schemas import Who, Wish
from tests.geo.vacancies.stock import mark
from tests.webapp.vacancies.test_expose import publish

NOW = datetime.now(UTC)
DAY = clock.today()
FORM = {
    "gemeinde": "16999001", "plan": "Café mit Rösterei", "object_types": ["LADEN_EG", "GASTRO"], "offer_kinds": ["MIETE"],
    "least_m2": "100", "most_m2": "140", "most_rent_eur_m2": "8", "ground_floor": "1", "equipment": ["WC", "ABLUFT"],
    "name": "GEHEIMSUCHE", "email": "Geheimsuche@beispiel.test", "phone": "0361 471100", "concept": "GEHEIMKONZEPT",
    "consent": "1", "_key": "b" * 32,
}  # fmt: skip


def mails(settings):
    files = sorted((settings.home / "mail").glob("*.eml"))
    return [email.message_from_bytes(file.read_bytes(), policy=default) for file in files]


def link_in(mail, part):
    return re.search(rf"http://localhost((?:/en)?/leerstand/gesuch/{part}/\S+)", mail.get_content())[1]


@pytest.fixture
def unit(db, towns):
    with db.staff(SYSTEM, towns.own) as session:
        made = publish(session, mark(session, towns.own, floor="0", equipment=["WC", "KUECHE"]), 4)
        session.commit()
        return made


@pytest.fixture
def editor(app, sign_in, towns):
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in("editor", towns.own)


@pytest.fixture
def own(client, settings, unit):
    """The address of a confirmed seeker's own page."""
    assert client.post("/leerstand/gesuch", data=FORM).status_code == 303
    first = mails(settings)[0]
    confirm = link_in(first, "bestaetigen")
    assert "Rösterei" not in first.get_content(), "whoever did not write the form gets none of its words by mail"
    assert "Bestätigen" in client.get(confirm).text
    answer = client.post(confirm)
    assert answer.status_code == 303 and client.post(confirm).status_code == 404
    return answer.location


def seeker_of(db):
    with db.owner() as session:
        return session.execute(text("SELECT id, version FROM register.seekers")).one()


def test_form_names_mistakes_in_the_pages_language_and_keeps_what_was_typed(client, db, settings, unit):
    for found in ("/leerstand", "/leerstand/liste", f"/leerstand/{unit.id}"):
        assert "/leerstand/gesuch" in client.get(found).text, found
    page = client.get("/leerstand/gesuch?gemeinde=16999001")
    assert page.status_code == 200 and "Set-Cookie" not in page.headers
    wrong = {**FORM, "consent": "", "email": "keine", "most_m2": "50", "gemeinde": "1", "plan": ""}
    german, english = client.post("/leerstand/gesuch", data=wrong), client.post("/en/leerstand/gesuch", data=wrong)
    assert german.status_code == english.status_code == 422
    for words in (
        "Bitte die Stadt wählen.",
        "Ohne Ihre Einwilligung",
        "Die größte Fläche ist kleiner",
        "GEHEIMKONZEPT",
    ):
        assert words in german.text
    assert "without your consent" in english.text and "largest area is smaller" in english.text
    far = {"name": "x" * 200, "concept": "x" * 5000, "most_rent_eur_m2": "5000", "least_m2": "1,5", "phone": "1" * 99}
    strange = client.post("/en/leerstand/gesuch", data={**FORM, **far}).text
    for words in ("too long", "too large", "whole number"):
        assert words in strange
    assert "Höchstens" not in strange and "Bitte eine" not in strange
    assert client.post("/leerstand/gesuch", data={**FORM, "website": "x"}).status_code == 303
    assert mails(settings) == []
    with db.owner() as session:
        assert session.scalar(text("SELECT count(*) FROM register.seekers")) == 0


def test_own_page_tells_what_suits_and_why_and_ends_everything_at_once(client, db, settings, own, unit):
    page = client.get(own).text
    assert "Café mit Rösterei" in page and "Heller Laden" in page
    for words in ("Dafür:", "Objektart: Laden im Erdgeschoss", "Fläche 120 m²", "WC vorhanden"):
        assert words in page
    assert "Dagegen: Abluft nicht verzeichnet" in page
    assert "For it:" in client.get(f"/en{own}").text
    end = own.replace("/mein/", "/beenden/")
    assert "sofort gelöscht" in client.get(end).text and client.post(end).status_code == 303
    assert client.get(own).status_code == 404
    with db.owner() as session:
        for table in ("seekers", "seeker_people"):
            assert session.scalar(text(f"SELECT count(*) FROM register.{table}")) == 0
        told = session.scalar(text("SELECT count(*) FROM history.changes c WHERE c::text LIKE '%GEHEIM%' OR c::text LIKE '%Rösterei%'"))  # fmt: skip
        assert told == 0, "the history never had a word of it"


def test_owner_learns_who_it_is_when_both_have_agreed_and_not_before(db, own, editor, unit, towns):
    seeker = seeker_of(db)
    page = editor.get(f"/intern/leerstand/gesuche/{seeker.id}").text
    assert "GEHEIMSUCHE" in page and "Vormerken" in page and "Fläche 120 m²" in page
    assert "Café mit Rösterei" in editor.get(f"/intern/leerstand/{unit.id}/gesuche").text
    match = editor.post(f"/intern/leerstand/gesuche/{seeker.id}/vorschlag/{unit.id}").location
    assert editor.post(f"/intern/leerstand/gesuche/{seeker.id}/vorschlag/{unit.id}").location == match
    match_id = int(match.rpartition("/")[2])

    def told():
        with db.staff(SYSTEM, towns.own) as session:
            return queries.for_owner(session, match_id)

    def send(version, **form):
        return editor.post(match, data={"version": str(version), **form})

    for agreed in ({}, {"seeker_agreed_on": DAY.isoformat()}, {"owner_agreed_on": DAY.isoformat()}):
        version = {0: 1}.get(len(agreed), 2 if "seeker_agreed_on" in agreed else 3)
        if agreed:
            assert send(version - 1, state="ANFRAGE", **agreed).status_code == 303
        assert not told().is_named and told().concept is None and "Rösterei" not in repr(told())
        side = editor.get(match).text.partition("auskunft")[2]
        assert "GEHEIM" not in side and "Rösterei" not in side
    refused = send(3, state="ZUSAGE", owner_agreed_on=DAY.isoformat())
    assert refused.status_code == 422 and "wenn beide Seiten einverstanden sind" in refused.text
    no_day = send(3, state="BESICHTIGUNG")
    assert no_day.status_code == 422 and "Zu einer Besichtigung gehört ihr Tag." in no_day.text
    both = {"seeker_agreed_on": DAY.isoformat(), "owner_agreed_on": DAY.isoformat(), "viewing_on": DAY.isoformat()}
    assert send(3, state="BESICHTIGUNG", **both).status_code == 303
    assert told().name == "GEHEIMSUCHE" and told().concept == "GEHEIMKONZEPT"
    stale = send(3, state="ZUSAGE", result="Mein Ergebnis", **both)
    assert stale.status_code == 409 and "Mein Ergebnis" in stale.text
    assert send(4, state="ZUSAGE", **both).status_code == 303
    assert "Zusage" in editor.get(f"/intern/leerstand/gesuche/{seeker.id}").text


def test_town_enters_changes_closes_and_forgets(db, editor, unit):
    form = {name: value for name, value in FORM.items() if name not in ("gemeinde", "consent", "_key")}
    address = editor.post("/intern/leerstand/gesuche/neu", data={**form, "email": "", "note": "am Telefon"}).location
    assert (
        "am Telefon" in editor.get(address).text and "Café mit Rösterei" in editor.get("/intern/leerstand/gesuche").text
    )
    wrong = editor.post(f"{address}/bearbeiten", data={**form, "least_m2": "viel", "version": "1"})
    assert wrong.status_code == 422 and "viel" in wrong.text
    assert editor.post(f"{address}/bearbeiten", data={**form, "plan": "Buchladen", "version": "1"}).status_code == 303
    assert editor.post(f"{address}/bearbeiten", data={**form, "version": "1"}).status_code == 409
    assert editor.post(f"{address}/stand", data={"version": "2", "state": ""}).status_code == 422
    assert editor.post(f"{address}/stand", data={"version": "2", "state": "VERMITTELT"}).status_code == 303
    assert "Buchladen" in editor.get("/intern/leerstand/gesuche?stand=VERMITTELT").text
    assert "Buchladen" not in editor.get("/intern/leerstand/gesuche?stand=OFFEN").text
    with db.owner() as session:
        assert service.sweep(session, NOW + timedelta(days=89)) == 0
        assert service.sweep(session, NOW + timedelta(days=92)) == 1
        session.rollback()
    assert editor.post(f"{address}/loeschen", data={"version": "3"}).status_code == 303
    assert editor.get(address).status_code == 404


def test_viewers_see_the_wish_and_not_the_person(db, own, sign_in, towns, unit):
    viewer, seeker = sign_in("viewer", towns.own), seeker_of(db)
    page = viewer.get(f"/intern/leerstand/gesuche/{seeker.id}").text
    assert "Café mit Rösterei" in page and "GEHEIM" not in page and "Vormerken" not in page
    assert sign_in("editor", towns.foreign).get(f"/intern/leerstand/gesuche/{seeker.id}").status_code == 404


def test_who_never_confirms_is_forgotten(client, db, unit):
    client.post("/leerstand/gesuch", data=FORM)
    with db.owner() as session:
        assert service.sweep(session, NOW + timedelta(hours=47)) == 0
        assert service.sweep(session, NOW + timedelta(hours=49)) == 1


def test_no_request_is_kept_longer_than_was_agreed_to(staff, towns):
    """A year from the day on which it came, whatever is done with it meanwhile."""
    made = service.record(staff, SYSTEM, towns.own, Wish("Café", [], [], []), Who("Name"), None, date(2026, 1, 10))
    assert made.keep_until == date(2027, 1, 10)
    for state, today, until in (
        ("BEENDET", date(2026, 3, 1), date(2026, 5, 30)),
        ("OFFEN", date(2026, 5, 1), date(2027, 1, 10)),
        ("VERMITTELT", date(2026, 12, 20), date(2027, 1, 10)),
    ):
        service.set_state(staff, SYSTEM, made.id, made.version, state, today)
        staff.flush()
        assert made.keep_until == until, state
