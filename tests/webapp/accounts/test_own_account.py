"""The own account: name, password, second factor, sessions."""

import re
from datetime import UTC, datetime

import pyotp
import pytest
from sqlalchemy import text

from tests.webapp.accounts.conftest import PASSWORD, make_someone, send, sign_in_with, token_in

NEW = "Neue Wege durch die alte Stadt"


@pytest.fixture
def me(client, someone):
    """The client of somebody who signed in with a password."""
    sign_in_with(client, someone.email)
    return client


def set_up_second_factor(me):
    send(me, "/intern/konto/zweiter-faktor/beginnen", {"password": PASSWORD}, form="/intern/konto/zweiter-faktor")
    page = me.get("/intern/konto/zweiter-faktor").get_data(as_text=True)
    secret = re.search(r'class="secret">([^<]+)<', page)[1].replace(" ", "")
    answer = send(
        me,
        "/intern/konto/zweiter-faktor/bestaetigen",
        {"code": pyotp.TOTP(secret).now()},
        form="/intern/konto/zweiter-faktor",
    )
    return secret, answer, re.findall(r"<code>([0-9a-f-]{23})</code>", answer.get_data(as_text=True))


def later(db):
    """As if the next time step had come: the codes used so far lie in the past."""
    with db.owner() as session:
        session.execute(text("SELECT set_config('app.action', 'system.setup', true)"))
        session.execute(text("UPDATE register.account_credentials SET totp_last_step = totp_last_step - 5"))
        session.commit()


def test_page_shows_name_and_where_one_is_signed_in(me, someone):
    page = me.get("/intern/konto", headers={"User-Agent": "x"}).get_data(as_text=True)
    assert someone.email in page and "dieses Gerät" in page and "127.0.0.0/24" in page


def test_name_is_changed_and_its_history_can_be_erased(me):
    answer = send(me, "/intern/konto", {"name": "Neuer  Name", "locale": "en", "version": "1"})
    assert answer.status_code == 303
    assert "Neuer Name" in me.get("/intern/konto").get_data(as_text=True)


@pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "x" * 101}, {"locale": "fr"}, {"name": "a\x00b"}])
def test_wrong_input_is_a_sentence_at_the_field(me, wrong):
    answer = send(me, "/intern/konto", {"name": "Name", "locale": "de", "version": "1", **wrong})
    assert answer.status_code == 422


@pytest.mark.parametrize(("version", "status"), [("7", 409), ("", 422), ("x", 422), ("9" * 30, 422)])
def test_stale_or_missing_version_is_refused(me, version, status):
    assert send(me, "/intern/konto", {"name": "Name", "locale": "de", "version": version}).status_code == status


def change_password(client, **data):
    return send(client, "/intern/konto/passwort", {"password": PASSWORD, "new_password": NEW, "repeated": NEW, **data})


def test_new_password_ends_the_other_sessions_and_changes_the_own_token(me, app, someone, mails):
    other = app.test_client()
    sign_in_with(other, someone.email)
    before = me.get_cookie("sid").value
    assert change_password(me).status_code == 303
    assert me.get_cookie("sid").value != before
    assert me.get("/intern").status_code == 200
    assert other.get("/intern").status_code == 302
    thief = app.test_client()
    thief.set_cookie("sid", before)
    assert thief.get("/intern").status_code == 302
    assert mails()[-1]["Subject"] == "Ihr Passwort wurde geändert"


def test_password_is_changed_only_by_who_knows_it(me):
    assert change_password(me, password="falsch").status_code == 422
    assert change_password(me, new_password="kurz", repeated="kurz").status_code == 422


def test_no_hash_of_a_password_is_kept_with_the_form(me, db):
    change_password(me)
    with db.owner() as session:
        paths = session.scalars(text("SELECT location FROM register.idempotency_keys")).all()
    assert "/intern/konto" not in paths


def test_second_factor_is_asked_for_after_the_password(me, app, db, someone):
    secret, answer, codes = set_up_second_factor(me)
    assert answer.status_code == 200 and len(codes) == 10
    later(db)
    visitor = app.test_client()
    first = sign_in_with(visitor, someone.email, weiter="/intern/konto")
    assert first.location == "/intern/anmelden/code?weiter=/intern/konto"
    assert visitor.get("/intern").status_code == 302
    wrong = send(visitor, "/intern/anmelden/code", {"code": "000000"})
    assert wrong.status_code == 422
    right = send(visitor, "/intern/anmelden/code", {"code": pyotp.TOTP(secret).now(), "weiter": "/intern/konto"})
    assert right.location == "/intern/konto"
    assert visitor.get("/intern").status_code == 200


def second_step(app, someone, code):
    visitor = app.test_client()
    sign_in_with(visitor, someone.email)
    return send(visitor, "/intern/anmelden/code", {"code": code}).status_code


def test_code_works_once_even_within_its_half_minute(me, app, db, someone):
    secret, _, _ = set_up_second_factor(me)
    later(db)
    code = pyotp.TOTP(secret).at(datetime.now(UTC))
    assert second_step(app, someone, code) == 303
    assert second_step(app, someone, code) == 422


def test_recovery_code_works_once(me, app, someone):
    _, _, codes = set_up_second_factor(me)
    assert second_step(app, someone, codes[0].upper()) == 303
    assert second_step(app, someone, codes[0]) == 422
    assert second_step(app, someone, codes[1]) == 303


def test_secret_is_stored_sealed_and_stays_out_of_the_history(me, db):
    secret, _, codes = set_up_second_factor(me)
    with db.owner() as session:
        kept = str(session.execute(text("SELECT totp_secret, recovery_hashes FROM register.account_credentials")).all())
        kept += str(session.execute(text("SELECT old_values, new_values FROM history.personal_changes")).all())
    assert secret not in kept and codes[0] not in kept and codes[0].replace("-", "") not in kept


def test_code_page_without_a_password_first_leads_back(client):
    assert client.get("/intern/anmelden/code").location.startswith("/intern/anmelden")


def test_image_of_the_secret_is_there_only_while_setting_up(me):
    assert me.get("/intern/konto/zweiter-faktor/code.svg").status_code == 404
    send(me, "/intern/konto/zweiter-faktor/beginnen", {"password": PASSWORD}, form="/intern/konto/zweiter-faktor")
    image = me.get("/intern/konto/zweiter-faktor/code.svg")
    assert image.mimetype == "image/svg+xml" and b"<svg" in image.data
    assert "no-store" in image.headers["Cache-Control"]


def test_second_factor_is_set_up_and_removed_only_with_the_password(me):
    page = "/intern/konto/zweiter-faktor"
    assert send(me, f"{page}/beginnen", {"password": "falsch"}, form=page).status_code == 422
    set_up_second_factor(me)
    assert send(me, f"{page}/entfernen", {"password": "falsch"}, form=page).status_code == 422
    assert send(me, f"{page}/neue-codes", {"password": PASSWORD}, form=page).status_code == 200
    assert send(me, f"{page}/entfernen", {"password": PASSWORD}, form=page).status_code == 303


def test_wrong_first_code_switches_nothing_on(me):
    page = "/intern/konto/zweiter-faktor"
    send(me, f"{page}/beginnen", {"password": PASSWORD}, form=page)
    for code in ("", "abc", "12345", "١٢٣٤٥٦"):
        assert send(me, f"{page}/bestaetigen", {"code": code}, form=page).status_code == 422


def test_own_session_elsewhere_can_be_ended_and_nobody_elses(me, app, db, towns, someone):
    other = app.test_client()
    sign_in_with(other, someone.email)
    stranger = app.test_client()
    sign_in_with(stranger, make_someone(db, "viewer", towns.own).email)
    with db.owner() as session:
        ids = session.execute(text("SELECT id, account_id FROM register.sessions WHERE account_id IS NOT NULL")).all()
    foreign = next(row.id for row in ids if row.account_id != someone.id)
    assert send(me, f"/intern/konto/sitzungen/{foreign}", form="/intern/konto").status_code == 404
    assert send(me, "/intern/konto/sitzungen", form="/intern/konto").status_code == 303
    assert other.get("/intern").status_code == 302
    assert me.get("/intern").status_code == stranger.get("/intern").status_code == 200


def test_own_account_needs_a_sign_in(client):
    for path in ("/intern/konto", "/intern/konto/passwort", "/intern/konto/zweiter-faktor", "/intern/personen"):
        assert client.get(path).status_code == 302
        assert not token_in(client.get(path))
