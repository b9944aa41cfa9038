"""Links by mail: a new password after a forgotten one, an invitation."""

import pytest
from sqlalchemy import text

from tests.webapp.accounts.conftest import link_in, send, sign_in_with

NEW = "Neue Wege durch die alte Stadt"


def ask(client, email):
    return send(client, "/intern/passwort-vergessen", {"email": email})


def set_password(client, link, password=NEW, repeated=None):
    return send(client, link, {"new_password": password, "repeated": password if repeated is None else repeated})


def test_forgotten_password_is_set_anew_by_a_link(client, someone, mails):
    assert ask(client, someone.email).status_code == 200
    assert mails()[0]["To"] == someone.email
    assert set_password(client, link_in(mails()[0])).location == "/intern/anmelden"
    assert sign_in_with(client, someone.email, NEW).status_code == 303
    assert mails()[1]["Subject"] == "Ihr Passwort wurde geändert"


def test_unknown_address_gets_the_same_answer_and_no_mail(client, someone, mails):
    known = ask(client, someone.email).get_data(as_text=True).replace(someone.email, "")
    sent = len(mails())
    assert ask(client, "niemand@beispiel.test").get_data(as_text=True).replace("niemand@beispiel.test", "") == known
    assert len(mails()) == sent == 1


def test_mail_comes_in_the_language_of_the_account(client, someone, mails, db):
    with db.owner() as session:
        session.execute(text("SELECT set_config('app.action', 'system.setup', true)"))
        session.execute(text("UPDATE register.accounts SET locale = 'en', version = version + 1"))
        session.commit()
    ask(client, someone.email)
    assert mails()[0]["Subject"].startswith("New password") and "works for 30 minutes" in mails()[0].get_content()


def test_link_works_once(client, someone, mails):
    ask(client, someone.email)
    link = link_in(mails()[0])
    set_password(client, link)
    assert set_password(client, link, "Ein ganz anderes Passwort").status_code in {400, 404}
    assert client.get(link).status_code == 404
    assert sign_in_with(client, someone.email, NEW).status_code == 303


def test_newer_link_replaces_the_older(client, someone, mails):
    ask(client, someone.email)
    ask(client, someone.email)
    older, newer = (link_in(mail) for mail in mails())
    assert client.get(older).status_code == 404
    assert client.get(newer).status_code == 200


def test_link_runs_out(client, someone, mails, db):
    ask(client, someone.email)
    with db.owner() as session:
        session.execute(text("UPDATE register.one_time_links SET expires_at = now() - interval '1 second'"))
        session.commit()
    assert client.get(link_in(mails()[0])).status_code == 404


def test_new_password_ends_open_sessions(client, app, someone, mails):
    sign_in_with(client, someone.email)
    visitor = app.test_client()
    ask(visitor, someone.email)
    set_password(visitor, link_in(mails()[0]))
    assert client.get("/intern").status_code == 302


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("kurz", "Mindestens 12"),
        ("passwort12345", "oft benutzt"),
        ("aaaaaaaaaaaaaa", "verschiedenen Zeichen"),
        ("Person editor 7", "Namen"),
        ("x" * 201, "Höchstens"),
    ],
)
def test_weak_password_is_refused_with_a_reason(client, someone, mails, password, sentence):
    ask(client, someone.email)
    answer = set_password(client, link_in(mails()[0]), password)
    assert answer.status_code == 422 and sentence in answer.get_data(as_text=True)


def test_password_must_be_typed_twice(client, someone, mails):
    ask(client, someone.email)
    assert set_password(client, link_in(mails()[0]), repeated="etwas anderes").status_code == 422


def test_fourth_mail_within_the_hour_is_refused(client, someone, mails):
    for _ in range(3):
        ask(client, someone.email)
    assert ask(client, someone.email).status_code == 429
    assert len(mails()) == 3


@pytest.mark.parametrize("email", ["", "abc", "x" * 1000])
def test_no_address_is_a_sentence(client, email):
    assert ask(client, email).status_code == 422


def test_line_break_in_an_address_starts_no_header(client, mails):
    ask(client, "x@y.de\r\nBcc: victim@z.de")
    assert mails() == []


@pytest.mark.parametrize("token", ["x", "x" * 500, "%00", "..%2f"])
def test_made_up_link_opens_nothing(client, token):
    assert client.get(f"/intern/passwort-neu/{token}").status_code == 404
