"""Signing in with a password: who gets in, what everybody else is told, and how often one may try."""

import dataclasses
import re

import pytest
from sqlalchemy import text

from geo.accounts.service import throttle
from tests.webapp.accounts.conftest import PASSWORD, make_someone, send, sign_in_with, token_in
from webapp import create_app

COOKIE = "sid"


def test_right_password_opens_the_start_page(client, someone):
    answer = sign_in_with(client, f"  {someone.email.upper()} ")
    assert (answer.status_code, answer.location) == (303, "/intern")
    assert client.get("/intern").status_code == 200


def test_token_changes_at_sign_in_so_that_a_planted_one_is_worthless(client, app, someone):
    client.get("/intern/anmelden")
    planted = client.get_cookie(COOKIE).value
    sign_in_with(client, someone.email)
    assert client.get_cookie(COOKIE).value != planted
    thief = app.test_client()
    thief.set_cookie(COOKIE, planted)
    assert thief.get("/intern").status_code == 302


def test_cookie_is_for_this_host_scripts_cannot_read_it_and_the_table_holds_its_hash_only(client, db, someone):
    header = sign_in_with(client, someone.email).headers.getlist("Set-Cookie")[-1]
    cookie = client.get_cookie(COOKIE)
    assert "HttpOnly" in header and "SameSite=Lax" in header and "Path=/" in header and "Domain" not in header
    with db.owner() as session:
        kept = str(session.execute(text("SELECT row_to_json(s) FROM register.sessions s")).all())
    assert cookie.value not in kept


def test_on_https_the_cookie_is_secure_and_bound_to_the_host(settings, db, someone):
    secure = create_app(dataclasses.replace(settings, base_url="https://register.example"), db)
    header = secure.test_client().get("/intern/anmelden", base_url="https://register.example").headers["Set-Cookie"]
    assert header.startswith("__Host-sid=") and "Secure" in header and "Path=/" in header


def without_secrets(page, email):
    """The page but for what differs from one form to the next: tokens, and the address typed."""
    text = page.get_data(as_text=True).replace(token_in(page), "").replace(email, "")
    return re.sub(r'(name="_key" value|data-csrf)="[^"]*"', "", text)


@pytest.mark.parametrize("wrong", ["", "x", "Viele Gassen führen zum Mark", PASSWORD.upper(), "\x00", "p" * 100_000])
def test_wrong_password_and_unknown_person_get_the_same_answer(client, someone, wrong):
    known = sign_in_with(client, someone.email, wrong)
    unknown = sign_in_with(client, "niemand@beispiel.test", wrong)
    assert known.status_code == unknown.status_code == 422
    assert without_secrets(known, someone.email) == without_secrets(unknown, "niemand@beispiel.test")
    assert "stimmt nicht" in known.get_data(as_text=True)


@pytest.mark.parametrize("email", ["", "@", "a" * 5000, "x@y\r\nBcc: z@y", "' OR 1=1 --", "<script>@x.de", "\x00@x.de"])
def test_any_address_is_answered_by_a_sentence(client, email):
    answer = sign_in_with(client, email)
    assert answer.status_code == 422
    assert "<script>@" not in answer.get_data(as_text=True)


def test_disabled_person_does_not_get_in_and_is_told_nothing_more(client, db, someone):
    with db.owner() as session:
        session.execute(text("SELECT set_config('app.action', 'system.setup', true)"))
        session.execute(
            text("UPDATE register.accounts SET disabled_at = now(), version = version + 1 WHERE id = :id"),
            {"id": someone.id},
        )
        session.commit()
    answer = sign_in_with(client, someone.email)
    assert answer.status_code == 422 and "stimmt nicht" in answer.get_data(as_text=True)


def use_up(db, *limits):
    with db.owner() as session:
        for limit in limits:
            session.execute(
                text(
                    "INSERT INTO register.throttles (key, window_start, tries) VALUES"
                    " (:key, date_bin('15 minutes', now(), '2000-01-01 00:00:00Z'), :tries)"
                    " ON CONFLICT (key, window_start) DO UPDATE SET tries = EXCLUDED.tries"
                ),
                {"key": limit.key, "tries": limit.tries},
            )
        session.commit()


def test_failures_are_counted_although_the_request_failed(client, db, someone):
    for _ in range(2):
        sign_in_with(client, someone.email, "falsch")
    with db.owner() as session:
        keys = dict(session.execute(text("SELECT split_part(key, ':', 2), tries FROM register.throttles")).all())
    assert keys == {"account": 2, "network": 2, "all": 2}


def test_after_too_many_tries_even_the_right_password_waits_and_the_owner_is_told_why(client, db, someone):
    use_up(db, throttle.limits("sign_in", someone.email, "127.0.0.1/32")[0])
    answer = sign_in_with(client, someone.email)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) >= 60
    assert "Zu viele Versuche" in page and "nicht von Ihnen" in page


def test_owner_still_gets_in_from_a_browser_that_knows_the_account(client, db, someone):
    sign_in_with(client, someone.email)
    send(client, "/intern/abmelden", form="/intern")
    use_up(db, *throttle.limits("sign_in", someone.email, "127.0.0.1/32"))
    assert sign_in_with(client, someone.email).status_code == 303


def test_known_browser_helps_nobody_into_another_account(client, db, towns, someone):
    other = make_someone(db, "manager", towns.own)
    sign_in_with(client, someone.email)
    send(client, "/intern/abmelden", form="/intern")
    use_up(db, throttle.limits("sign_in", other.email, "127.0.0.1/32")[0])
    assert sign_in_with(client, other.email).status_code == 429


def test_success_gives_the_try_back(client, db, someone):
    sign_in_with(client, someone.email)
    with db.owner() as session:
        assert session.scalar(text("SELECT sum(tries) FROM register.throttles")) == 0


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/intern",
        "/\\evil.example",
        "/intern\\..\\x",
        "javascript:alert(1)",
        "/leerstand",
        "/internet",
        "intern",
        "/intern/\nx",
        "http:///intern",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(client, someone, wanted):
    assert sign_in_with(client, someone.email, weiter=wanted).location == "/intern"


def test_one_lands_where_one_wanted_to_go(client, someone):
    answer = sign_in_with(client, someone.email, weiter="/intern/leerstand?am=2026-05-01")
    assert answer.location == "/intern/leerstand?am=2026-05-01"


def test_form_without_token_is_refused(client, someone):
    client.get("/intern/anmelden")
    answer = client.post(
        "/intern/anmelden",
        data={"email": someone.email, "password": PASSWORD},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
    ],
)
def test_form_from_another_site_is_refused_even_with_its_token(client, someone, headers):
    answer = send(client, "/intern/anmelden", {"email": someone.email, "password": PASSWORD}, headers=headers)
    assert answer.status_code == 403


def test_own_origin_is_enough_for_an_old_browser(client, someone):
    answer = send(
        client,
        "/intern/anmelden",
        {"email": someone.email, "password": PASSWORD},
        headers={"Origin": "http://localhost"},
    )
    assert answer.status_code == 303


def test_signing_out_needs_a_token_too(client, someone):
    sign_in_with(client, someone.email)
    assert client.post("/intern/abmelden", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 400
    assert client.get("/intern").status_code == 200
