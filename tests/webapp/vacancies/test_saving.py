"""A saved search from the form to its end: confirmed by mail, told of new offers once, ended by one click."""

import email
import re
from datetime import UTC, datetime, timedelta
from email.policy import default

import pytest
from sqlalchemy import text

from geo.core import clock
from geo.core.access import SYSTEM
from geo.vacancies import offers
from geo.vacancies.portfolio.searches import service
from geo.vacancies.portfolio.tending import tend_portfolio
from tests.geo.vacancies.stock import mark
from tests.webapp.vacancies.test_expose import publish

DAY = clock.today()
NOW = datetime.now(UTC)
FORM = {"email": "Gruenderin@Beispiel.test", "_key": "a" * 32}
QUERY = "flaeche_von=100&ausstattung=WC&ausstattung=STARKSTROM&bezug_bis=2090-01-01&miete_bis=8"


def mails(settings):
    files = sorted((settings.home / "mail").glob("*.eml"))
    return [email.message_from_bytes(file.read_bytes(), policy=default) for file in files]


def link_in(mail, part):
    return re.search(rf"http://localhost((?:/en)?/leerstand/suche/{part}/\S+)", mail.get_content())[1]


def offer(db, towns, **more):
    with db.staff(SYSTEM, towns.own) as session:
        unit = publish(session, mark(session, towns.own, equipment=["WC", "STARKSTROM"], **more), 4)
        session.commit()
        return unit


@pytest.fixture
def saved(client, settings, db, towns):
    """A confirmed search, with an offer that was there before."""
    offer(db, towns)
    assert client.post(f"/leerstand/suche?{QUERY}", data=FORM).status_code == 303
    return client.post(link_in(mails(settings)[0], "bestaetigen"))


def test_form_shows_what_is_sought_and_wants_an_address(client, towns):
    page = client.get(f"/leerstand/suche?{QUERY}")
    assert page.status_code == 200 and "Set-Cookie" not in page.headers
    for words in ("100 m²", "8 €/m²", "WC, Starkstrom", "1. Januar 2090"):
        assert words in page.text
    refused = client.post(f"/leerstand/suche?{QUERY}", data={"email": "keine"})
    assert (
        refused.status_code == 422 and "Bitte eine gültige E-Mail-Adresse" in refused.text and "keine" in refused.text
    )
    assert "Please give a valid e-mail address." in client.post(f"/en/leerstand/suche?{QUERY}", data={"email": ""}).text
    assert client.get("/leerstand/suche?art=RAUB").status_code == 422


def test_nothing_is_kept_for_a_program_in_the_trap_or_a_form_sent_twice(client, db, settings, towns):
    assert client.post("/leerstand/suche", data={**FORM, "website": "x"}).status_code == 303
    assert mails(settings) == []
    for _ in range(2):
        assert client.post("/leerstand/suche", data=FORM).status_code == 303
    assert len(mails(settings)) == 1
    with db.owner() as session:
        assert session.scalar(text("SELECT count(*) FROM register.saved_searches")) == 1


def test_new_offers_are_told_once_with_a_click_that_ends_it(client, app, db, settings, saved, towns):
    assert saved.status_code == 303
    assert client.post(link_in(mails(settings)[0], "bestaetigen")).status_code == 404, "the link works once"
    later = NOW + timedelta(days=1)
    tend_portfolio(app.database, settings, later)
    assert len(mails(settings)) == 2, "what was on offer before is no news"
    new = offer(db, towns, house_number="12", street="Neue Gasse")
    offer(db, towns, area_total_m2="90", area_sales_m2="50")  # too small
    assert tend_portfolio(app.database, settings, later + timedelta(hours=2))["told"] == 0, "at most once a day"
    assert tend_portfolio(app.database, settings, later + timedelta(days=1))["told"] == 1
    assert tend_portfolio(app.database, settings, later + timedelta(days=2))["told"] == 0
    mail = mails(settings)[-1]
    body = mail.get_content()
    assert mail["To"] == "gruenderin@beispiel.test" and f"http://localhost/leerstand/{new.id}" in body
    assert body.count("http://localhost/leerstand/") == 3  # the offer, the list, the end
    assert "flaeche_von=100" in body
    end = link_in(mail, "ende")
    assert mail["List-Unsubscribe"] == f"<http://localhost{end}>"
    newest = max((settings.home / "mail").glob("*.eml"))
    assert f"List-Unsubscribe: <http://localhost{end}>\n".encode() in newest.read_bytes(), (
        "in one line, which programs can follow"
    )
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Suche beenden" in client.get(end).text, "looking at the link ends nothing"
    assert client.post(end, data={"List-Unsubscribe": "One-Click"}).status_code == 303
    assert client.get(end).status_code == 404 and client.post(end).status_code == 404
    with db.owner() as session:
        assert session.scalar(text("SELECT count(*) FROM register.saved_searches")) == 0


def test_who_never_confirms_is_forgotten_and_so_is_everybody_after_a_year(client, app, db, settings, saved, towns):
    client.post("/en/leerstand/suche", data={"email": "b@beispiel.test"})
    assert "Please confirm" in str(mails(settings)[-1]["Subject"])
    with db.owner() as session:
        assert service.sweep(session, NOW + timedelta(hours=47)) == 0
        assert service.sweep(session, NOW + timedelta(hours=49)) == 1
        assert service.sweep(session, NOW + timedelta(days=364)) == 0
        assert service.sweep(session, NOW + timedelta(days=367)) == 1


def test_an_address_has_so_many_searches_and_no_more(client, db, towns):
    with db.owner() as session:
        session.execute(
            text("INSERT INTO register.saved_searches (email, filters, query, confirmed_at)"
                 " SELECT 'gruenderin@beispiel.test', '{}', '', now() FROM generate_series(1, 10)"))  # fmt: skip
        session.execute(
            text("INSERT INTO register.saved_searches (email, filters, query, confirm_sha256, confirm_until)"
                 " SELECT 'opfer@beispiel.test', '{}', '', encode(sha256(convert_to(i::text, 'UTF8')), 'hex'), now() + interval '1 day'"
                 " FROM generate_series(1, 10) i"))  # fmt: skip
        session.commit()
    assert client.post("/leerstand/suche", data={"email": "opfer@beispiel.test"}).status_code == 303, "none is theirs"
    refused = client.post("/leerstand/suche", data=FORM)
    assert refused.status_code == 422 and "schon viele gespeicherte Suchen" in refused.text


def test_no_town_reads_who_searches(db, saved, towns):
    with db.staff(SYSTEM, towns.own) as session:
        assert session.scalar(text("SELECT count(*) FROM register.saved_searches")) == 0
    with db.public() as session, pytest.raises(Exception, match="permission denied"):
        session.execute(text("SELECT email FROM register.saved_searches"))


def test_a_search_knows_everything_that_was_on_offer(client, db, settings, towns, monkeypatch):
    """However much that is: what was left out would be told as new the next day."""
    shown, real = offer(db, towns), offers.ids
    monkeypatch.setattr(offers, "ids", lambda *asked: [*real(*asked), *range(10**6, 10**6 + 6000)])
    client.post("/leerstand/suche", data=FORM)
    assert client.post(link_in(mails(settings)[0], "bestaetigen")).status_code == 303
    with db.owner() as session:
        told, links = session.execute(text("SELECT told_units, link_hashes FROM register.saved_searches")).one()
    assert len(told) == 6001 and told[0] == shown.id and len(links) == 1
