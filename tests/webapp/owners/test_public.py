"""The owner with the letter in hand: no account, no cookie, nothing said before the address, one page for every bad code."""

import re
from datetime import timedelta

import pytest
from sqlalchemy.dialects.postgresql import Range

from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.owners.campaigns.queries import FACTS
from geo.vacancies.model import Unit
from tests.geo.owners.letters import TODAY, a_sent_letter
from webapp.owners import public

RIGHT = {"postcode": "99867", "street": "Birkenweg 4"}


@pytest.fixture
def sent(db, towns):
    with db.staff(SYSTEM, towns.own) as session:
        made = a_sent_letter(session, towns.own, "Eigentümerin Geheim")
        made.unit_id = made.unit.id
        session.commit()
        return made


def _form(sent, **more):
    return {f"level_{sent.unit_id}": "0", "result": "INTERESSE", **more}


def _opened(client, sent):
    answer = client.post(f"/eigentum/{sent.code}", data=RIGHT)
    assert answer.status_code == 303
    return answer.location


def test_from_the_code_to_the_thanks(client, sent, sign_in, towns):
    entered = client.post("/eigentum", data={"code": sent.code.lower().replace("-", " - ", 1)})
    assert (entered.status_code, entered.location) == (303, f"/eigentum/{sent.code}")
    page = client.get(entered.location)
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer" and page.headers["X-Robots-Tag"] == "noindex"
    for word in ("Geheim", "Marktstraße", "Birkenweg", "99867", "Musterstadt"):
        assert word not in page.text
    where = _opened(client, sent)
    form = client.get(where)
    assert "Marktstraße 7" in form.text and "123,5" in form.text and "Set-Cookie" not in form.headers
    done = client.post(where, data=_form(sent, **{f"area_total_m2_{sent.unit_id}": "140"}))
    assert done.location == "/eigentum/danke" and client.get(done.location).status_code == 200
    for path in (f"/eigentum/{sent.code}", where):
        for again in (client.get(path), client.post(path, data=_form(sent) | RIGHT)):
            assert again.status_code == 404 and "Dieser Code gilt nicht" in again.text
    answers = sign_in("editor", towns.own).get("/intern/eigentum/antworten").text
    assert "Eigentümerin Geheim" in answers


def test_bad_codes_are_one_page(client, towns, sent):
    number, _, secret = sent.code.partition("-")
    pages = set()
    for code in (f"{number}-AAAAA-BBBBB-CCCCC-DDDDD", f"{towns.foreign}-{secret}", "x", "9" * 3000, "%00", "%C3%A4-1"):
        answer = client.get(f"/eigentum/{code}")
        pages.add((answer.status_code, re.sub(r'(hreflang|href)="[^"]*"', "", answer.text)))
    assert {status for status, _ in pages} == {404} and len(pages) == 1


def test_wrong_addresses_are_counted_and_kept_out(client, sent):
    for number in range(5):
        answer = client.post(f"/eigentum/{sent.code}", data={"postcode": "1", "street": f"Falsch {number}"})
        assert answer.status_code == 422 and f"Falsch {number}" in answer.text and "Birkenweg" not in answer.text
    assert client.post(f"/eigentum/{sent.code}", data=RIGHT).status_code == 429
    assert "Retry-After" in client.post(f"/eigentum/{sent.code}", data=RIGHT).headers


def test_guessing_ends_for_a_network(client, sent):
    seen = [client.get(f"/eigentum/1-{n:05}-AAAAA-AAAAA-AAAAA".replace("0", "X")).status_code for n in range(40)]
    assert seen[:30] == [404] * 30 and set(seen[30:]) == {429}


def test_bad_input_is_said_at_its_field_and_nothing_is_lost(client, sent):
    where = _opened(client, sent)
    for field, value in (
        (f"area_total_m2_{sent.unit_id}", "sehr groß"),
        (f"level_{sent.unit_id}", "9"),
        ("email", "keine"),
        ("message", "x" * 5000),
        ("result", "'; DROP TABLE owners; --"),
    ):
        answer = client.post(where, data=_form(sent, call_when="nur vormittags") | {field: value})
        assert answer.status_code == 422 and f'href="#f-{field}"' in answer.text and "nur vormittags" in answer.text
    assert client.post(where, data={"message": "\0"}).status_code == 422
    assert (
        client.post(where, data="a=" + "x" * 3_000_000, content_type="application/x-www-form-urlencoded").status_code
        == 413
    )
    script = client.post(where, data=_form(sent, message="<script>alert(1)</script>", result=""))
    assert script.status_code == 422 and "<script>alert" not in script.text


def test_units_of_others_cannot_be_named(client, sent, db, towns):
    where = _opened(client, sent)
    more = {"level_1": "4", "level_999999": "4", "area_total_m2_999999": "1"}
    assert client.post(where, data=_form(sent) | more).status_code == 303
    from sqlalchemy import text

    with db.owner() as session:
        named = session.scalars(text("SELECT DISTINCT unit_id FROM register.owner_proposals")).all()
    assert named == [sent.unit_id]


def test_the_pages_are_english_too(client, sent):
    page = client.get(f"/en/eigentum/{sent.code}").text
    assert 'lang="en"' in page and "To whom was the letter sent?" in page
    found = client.post(f"/en/eigentum/{sent.code}", data=RIGHT).location
    form = client.get(found).text
    assert found.startswith("/en/") and "What may the public see?" in form
    assert "Marktstraße 7, Shop on the ground floor, ground floor" in form and "At present: internal only" in form


def test_a_consent_is_never_found_chosen(client, sent, db, towns):
    with db.staff(SYSTEM, towns.own) as session, perform(session, SYSTEM, Action.VACANCY_PUBLISH, towns.own):
        unit = session.get(Unit, sent.unit_id)
        unit.publication_level, unit.consent_kind = 3, "KOMMUNAL"
        unit.published_during = Range(TODAY, TODAY + timedelta(days=9))
        session.commit()
    where = _opened(client, sent)
    chosen = re.findall(rf'<input type="radio"[^>]*name="level_{sent.unit_id}"[^>]*>', client.get(where).text)
    assert len(chosen) == 5 and not any("checked" in one for one in chosen)
    refused = client.post(where, data={"result": "INTERESSE"})
    assert refused.status_code == 422 and f'href="#f-level_{sent.unit_id}' in refused.text


MISTAKES = (
    *(("message", "x" * 2001), ("contact_name", "x" * 121), ("call_when", "x" * 201), ("message", "a\0")),
    *(("email", "x"), ("email", "x" * 300), ("wants_call", "1"), ("area_total_m2", "1000000"), ("area_total_m2", "-1")),
    *(("rent_eur_m2", "1e9"), ("area_sales_m2", "many"), ("state", "GONE"), ("level", "9"), ("result", "")),
    *(("objection", "ALL"), ("area_sales_m2", "200")),
)


def test_every_mistake_is_told_in_english(client, sent):
    where = client.post(f"/en/eigentum/{sent.code}", data=RIGHT).location
    for field, value in MISTAKES:
        name = f"{field}_{sent.unit_id}" if field in (*FACTS, "level") else field
        whole = {f"area_total_m2_{sent.unit_id}": "150"}
        refused = client.post(where, data=_form(sent) | whole | {name: value})
        assert refused.status_code == 422, name
        said = refused.text[refused.text.index('id="fehler"') :].partition("</ul>")[0]
        assert "</a>" in said and not re.search("Bitte|Zeichen|öchstens|Text|Zahl|nicht|Fläche|fläche", said), said


def test_strangers_cannot_use_up_an_owners_tries(app):
    """Another network with another code shares no limit: seventeen networks of guessers shut the page to everybody."""

    def keys(address, code):
        with app.test_request_context("/eigentum", environ_base={"REMOTE_ADDR": address}):
            return {limit.key for limit in public._limits(code)}

    guesser = keys("2001:db8:1::7", "1-AAAAA-BBBBB-CCCCC-DDDDD")
    assert not guesser & keys("192.0.2.4", "1-22222-33333-44444-55555")
    assert len(guesser & keys("2001:db8:1::8", "1-22222-33333-44444-55555")) == 1, "a household's IPv6 is one network"
