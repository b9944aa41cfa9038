"""A session: lives on the server, dies at sign-out, follows the account."""

import re

import pytest
from sqlalchemy import text

from tests import factories
from webapp import create_app


def token_of(client):
    return client.get_cookie(client.application.config["SESSION_COOKIE_NAME"])


def csrf(client, path="/intern"):
    page = client.get(path).get_data(as_text=True)
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def test_signed_in_person_sees_the_start_page(sign_in, towns):
    answer = sign_in("editor", towns.own).get("/intern")
    assert answer.status_code == 200
    assert "Person editor" in answer.get_data(as_text=True)
    assert "no-store" in answer.headers["Cache-Control"]


def test_anonymous_is_sent_to_sign_in_and_back(client):
    answer = client.get("/intern/gemeinde?gemeinde=1")
    assert answer.status_code == 302
    assert answer.location == "/intern/anmelden?weiter=/intern/gemeinde?gemeinde%3D1"


def test_session_dies_at_sign_out_and_its_token_opens_nothing_any_more(sign_in, towns, app):
    client = sign_in("editor", towns.own)
    token = token_of(client).value
    answer = client.post("/intern/abmelden", data={"csrf_token": csrf(client)})
    assert answer.status_code == 303
    replay = app.test_client()
    replay.set_cookie(app.config["SESSION_COOKIE_NAME"], token)
    assert replay.get("/intern").status_code == 302


def test_town_is_switched_to_an_own_one_only(sign_in, towns):
    client = sign_in("editor", towns.own)
    assert client.get(f"/intern/gemeinde?gemeinde={towns.own}").status_code == 303
    assert client.get(f"/intern/gemeinde?gemeinde={towns.foreign}").status_code == 404
    assert client.get("/intern/gemeinde?gemeinde=abc").status_code == 422
    assert client.get("/intern/gemeinde").status_code == 404


def test_alliance_may_look_at_any_town_and_at_all(sign_in, towns):
    client = sign_in("office")
    assert client.get(f"/intern/gemeinde?gemeinde={towns.foreign}").status_code == 303
    with client.session_transaction() as values:
        assert values["municipality_id"] == towns.foreign
    assert client.get("/intern/gemeinde?gemeinde=").status_code == 303
    assert client.get("/intern/gemeinde?gemeinde=99999999").status_code == 404


def test_alliance_can_begin_in_a_town_that_has_nothing_yet(sign_in, towns):
    page = sign_in("curator").get("/intern/gemeinde").get_data(as_text=True)
    assert f'<option value="{towns.foreign}">Fremdstadt</option>' in page


@pytest.mark.parametrize(
    ("came_from", "goes_to"),
    [
        ("/intern/wirkung/naechste?leere=70", "/intern/wirkung"),
        ("/intern/blicke/1", "/intern/blicke"),
        ("/intern/baeume", "/intern/baeume"),
        ("/intern/leerstand/1/bearbeiten", "/intern"),  # no page of the office
        ("/intern", "/intern"),
        ("/leerstand", "/intern"),
        ("//beispiel.example/intern/wirkung", "/intern"),
    ],
)
def test_a_switched_town_shows_the_part_that_one_was_in(sign_in, towns, came_from, goes_to):
    client = sign_in("office")
    address = came_from if came_from.startswith("//") else f"//localhost{came_from}"
    for town in (towns.own, ""):
        answer = client.get(f"/intern/gemeinde?gemeinde={town}", headers={"Referer": f"http:{address}"})
        assert (answer.status_code, answer.location) == (303, goes_to)


def test_town_is_not_switched_by_a_link_on_another_site(sign_in, towns):
    client = sign_in("office")
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "cross-site"
    assert client.get(f"/intern/gemeinde?gemeinde={towns.own}").status_code == 403


def test_disabled_account_is_signed_out(sign_in, towns, db):
    client = sign_in("editor", towns.own)
    with db.owner() as session:
        session.execute(text("SELECT set_config('app.action', 'system.setup', true)"))
        session.execute(
            text("UPDATE register.accounts SET disabled_at = now(), version = version + 1 WHERE id = :id"),
            {"id": client.actor.account_id},
        )
        session.commit()
    assert client.get("/intern").status_code == 302


def test_session_idle_for_too_long_is_over(sign_in, towns, db):
    client = sign_in("editor", towns.own)
    with db.owner() as session:
        session.execute(text("UPDATE register.sessions SET last_seen_at = now() - interval '61 minutes'"))
        session.commit()
    assert client.get("/intern").status_code == 302


def test_session_ends_after_its_longest_time_even_when_used(sign_in, towns, db):
    client = sign_in("editor", towns.own)
    with db.owner() as session:
        session.execute(text("UPDATE register.sessions SET expires_at = now() - interval '1 second'"))
        session.commit()
    assert client.get("/intern").status_code == 302


def test_new_roles_come_with_a_new_token(sign_in, towns, db, app):
    client = sign_in("viewer", towns.own)
    client.get("/intern")
    before = token_of(client).value
    with db.owner() as session:
        session.execute(text("SELECT set_config('app.action', 'system.setup', true)"))
        session.execute(
            text("UPDATE register.memberships SET role = 'manager' WHERE account_id = :id"),
            {"id": client.actor.account_id},
        )
        session.commit()
    assert client.get("/intern/personen").status_code == 200
    assert token_of(client).value != before
    thief = app.test_client()
    thief.set_cookie(app.config["SESSION_COOKIE_NAME"], before)
    assert thief.get("/intern").status_code == 302


def test_session_in_use_is_noted_once_a_minute(sign_in, towns, db):
    client = sign_in("viewer", towns.own)
    client.get("/intern")
    with db.owner() as session:
        session.execute(text("UPDATE register.sessions SET last_seen_at = now() - interval '2 minutes'"))
        session.commit()
    client.get("/intern")
    with db.owner() as session:
        assert session.scalar(text("SELECT last_seen_at = now() FROM register.sessions"))


def test_public_pages_know_of_no_session_and_set_no_cookie(sign_in, client, towns):
    for visitor in (client, sign_in("editor", towns.own)):
        for path in ("/", "/en", "/leerstand/liste", "/gibt-es-nicht"):
            answer = visitor.get(path)
            assert "Set-Cookie" not in answer.headers
            assert "Cookie" not in answer.headers.get("Vary", "")
            assert "Person editor" not in answer.get_data(as_text=True)


def test_view_without_a_mark_answers_nobody(settings, db, towns):
    app = create_app(settings, db)
    app.add_url_rule("/intern/vergessen", "forgotten", lambda: "secret")
    assert factories.signed_in_client(app, db, "admin", towns.own).get("/intern/vergessen").status_code == 403
