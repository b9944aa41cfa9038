"""People and roles of a town: who may see and change them, and what happens then."""

import pytest
from sqlalchemy import text as sql

from tests import factories
from tests.webapp.accounts.conftest import link_in, make_someone, send, sign_in_with

PAGES = {
    "list": "/intern/personen",
    "history": "/intern/personen/verlauf",
    "invite": "/intern/personen/neu",
}


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("viewer", 403),
        ("editor", 403),
        ("manager", 200),
        ("planner", 403),
        ("curator", 403),
        ("office", 403),
        ("admin", 200),
    ],
)
@pytest.mark.parametrize("page", PAGES)
def test_who_may_open_the_pages_of_people(sign_in, towns, role, status, page):
    assert sign_in(role, towns.own).get(PAGES[page]).status_code == status


def membership_of(db, account_id):
    with db.owner() as session:
        return session.scalar(sql("SELECT id FROM register.memberships WHERE account_id = :id"), {"id": account_id})


def role_of(db, account_id):
    with db.owner() as session:
        found = session.execute(
            sql("SELECT role, municipality_id FROM register.memberships WHERE account_id = :id"), {"id": account_id}
        )
        return [tuple(row) for row in found]


@pytest.fixture
def manager(sign_in, towns):
    return sign_in("manager", towns.own)


def invite(client, **data):
    values = {"email": "neu@beispiel.test", "name": "Neue Person", "role": "editor", **data}
    return send(client, "/intern/personen/neu", values)


def test_invited_person_sets_a_password_by_mail_and_gets_in(manager, client, mails, towns):
    assert invite(manager, email=" Neu@Beispiel.test ").status_code == 303
    assert "neu@beispiel.test" in manager.get("/intern/personen").get_data(as_text=True)
    mail = mails()[0]
    assert mail["To"] == "neu@beispiel.test" and "Musterstadt" in mail.get_content()
    password = "Neue Wege durch die alte Stadt"
    send(client, link_in(mail), {"new_password": password, "repeated": password})
    assert sign_in_with(client, "neu@beispiel.test", password).status_code == 303
    assert "Musterstadt" in client.get("/intern").get_data(as_text=True)


def test_known_person_gets_only_the_new_role(manager, db, towns, mails):
    known = make_someone(db, "editor", towns.foreign)
    assert invite(manager, email=known.email, name="Anderer Name", role="viewer").status_code == 303
    assert ("viewer", towns.own) in role_of(db, known.id) and ("editor", towns.foreign) in role_of(db, known.id)
    assert "passwort-neu" not in mails()[0].get_content()
    assert "Anderer Name" not in manager.get("/intern/personen").get_data(as_text=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": ""},
        {"email": "kein-at"},
        {"email": "a@b"},
        {"email": "a b@c.de"},
        {"email": "x@y.de\nBcc: z@y.de"},
        {"email": f"{'a' * 300}@b.de"},
        {"name": ""},
        {"name": "\x01"},
        {"name": "x" * 101},
        {"role": ""},
        {"role": "chef"},
    ],
)
def test_wrong_input_is_a_sentence(manager, mails, wrong):
    assert invite(manager, **wrong).status_code == 422
    assert mails() == []


@pytest.mark.parametrize("role", ["admin", "office", "planner", "curator"])
def test_manager_gives_no_role_of_the_alliance(manager, db, role):
    assert invite(manager, role=role).status_code == 403
    with db.owner() as session:
        found = session.scalar(sql("SELECT count(*) FROM register.accounts WHERE email = 'neu@beispiel.test'"))
    assert found == 0


def test_same_role_twice_is_a_sentence(manager):
    invite(manager)
    assert invite(manager).status_code == 422


def test_manager_sees_and_touches_nobody_of_another_town(manager, db, towns):
    stranger = factories.actor(db, "editor", towns.foreign)
    theirs = membership_of(db, stranger.account_id)
    assert stranger.name not in manager.get("/intern/personen?suche=person").get_data(as_text=True).split("<main")[0]
    missing = 99_999_999
    for path in ("", "/entfernen"):
        page = f"/intern/personen/rolle/{{}}{path}"
        foreign, absent = manager.get(page.format(theirs)), manager.get(page.format(missing))
        assert foreign.status_code == absent.status_code == 404
        sent = {"role": "viewer", "bestaetigt": "1"}
        for number in (theirs, missing):
            assert send(manager, page.format(number), sent, form="/intern/personen/neu").status_code == 404
    assert role_of(db, stranger.account_id) == [("editor", towns.foreign)]


def test_manager_touches_no_role_of_the_alliance_and_no_account(manager, db):
    planner = factories.actor(db, "planner")
    number = membership_of(db, planner.account_id)
    form = "/intern/personen/neu"
    assert send(manager, f"/intern/personen/rolle/{number}/entfernen", form=form).status_code == 404
    for verb in ("sperren", "oeffnen", "loeschen"):
        path = f"/intern/personen/konto/{planner.account_id}/{verb}"
        assert send(manager, path, {"bestaetigt": "1"}, form=form).status_code == 403


def test_role_is_changed_and_the_history_says_who_did_it(manager, db, towns):
    person = factories.actor(db, "viewer", towns.own)
    path = f"/intern/personen/rolle/{membership_of(db, person.account_id)}"
    assert send(manager, path, {"role": "editor"}).status_code == 303
    assert role_of(db, person.account_id) == [("editor", towns.own)]
    history = manager.get("/intern/personen/verlauf").get_data(as_text=True)
    assert "Rolle geändert: Person viewer" in history and "Sachbearbeitung" in history and "Person manager" in history


def test_last_manager_is_not_removed_by_mistake(manager, db, towns):
    path = f"/intern/personen/rolle/{membership_of(db, manager.actor.account_id)}"
    assert send(manager, path, {"role": "viewer"}).status_code == 422
    refused = send(manager, f"{path}/entfernen")
    assert refused.status_code == 422 and "niemand mehr" in refused.get_data(as_text=True)
    assert role_of(db, manager.actor.account_id) == [("manager", towns.own)]
    assert send(manager, f"{path}/entfernen", {"bestaetigt": "1"}).status_code == 303
    assert manager.get("/intern/personen").status_code == 403


def test_page_says_whose_role_it_is(manager, db, towns):
    person = factories.actor(db, "viewer", towns.own)
    path = f"/intern/personen/rolle/{membership_of(db, person.account_id)}"
    for page in (path, f"{path}/entfernen"):
        text = manager.get(page).get_data(as_text=True)
        assert "Person viewer" in text and "@beispiel.test · Musterstadt" in text
    assert "„Leseberechtigte Person“" in text


def test_manager_can_go_when_another_one_stays(manager, db, towns):
    factories.actor(db, "manager", towns.own)
    path = f"/intern/personen/rolle/{membership_of(db, manager.actor.account_id)}/entfernen"
    assert send(manager, path).status_code == 303


def test_admin_gives_roles_of_the_alliance_and_of_the_town_chosen(sign_in, db, towns):
    admin = sign_in("admin")
    assert invite(admin, email="a@beispiel.test", role="planner").status_code == 303
    assert invite(admin, email="b@beispiel.test", role="editor").status_code == 422
    admin.get(f"/intern/gemeinde?gemeinde={towns.foreign}")
    assert invite(admin, email="b@beispiel.test", role="editor").status_code == 303
    assert "b@beispiel.test" in admin.get("/intern/personen").get_data(as_text=True)
    assert "a@beispiel.test" not in admin.get("/intern/personen").get_data(as_text=True)


def test_disabled_account_is_out_at_once_and_can_be_opened_again(sign_in, client, db, towns, someone):
    admin = sign_in("admin")
    sign_in_with(client, someone.email)
    assert send(admin, f"/intern/personen/konto/{someone.id}/sperren", form="/intern/personen/neu").status_code == 303
    assert client.get("/intern").status_code == 302
    assert sign_in_with(client, someone.email).status_code == 422
    assert send(admin, f"/intern/personen/konto/{someone.id}/oeffnen", form="/intern/personen/neu").status_code == 303
    assert sign_in_with(client, someone.email).status_code == 303


def test_nobody_disables_or_erases_the_own_account(sign_in):
    admin = sign_in("admin")
    for verb in ("sperren", "loeschen"):
        path = f"/intern/personen/konto/{admin.actor.account_id}/{verb}"
        assert send(admin, path, {"bestaetigt": "1"}, form="/intern/personen/neu").status_code == 422


def test_erasing_needs_a_confirmation_and_leaves_nothing_of_the_person(sign_in, client, db, someone):
    admin = sign_in("admin")
    sign_in_with(client, someone.email)
    send(client, "/intern/konto", {"name": "Geheimer Name", "locale": "de", "version": "1"})
    path = f"/intern/personen/konto/{someone.id}/loeschen"
    assert send(admin, path).status_code == 422
    assert send(admin, path, {"bestaetigt": "1"}).status_code == 303
    assert client.get("/intern").status_code == 302
    with db.owner() as session:
        tables = ("register.accounts", "history.personal_changes", "history.changes", "register.sessions")
        kept = "".join(str(session.execute(sql(f"SELECT row_to_json(t) FROM {name} t")).all()) for name in tables)
    assert someone.email not in kept and "Geheimer Name" not in kept and "Person editor" not in kept
    assert admin.get(path).status_code == 404


def test_invitation_is_sent_again_only_to_who_cannot_sign_in_yet(manager, db, mails, towns):
    invite(manager)
    with db.owner() as session:
        number = session.scalar(
            sql(
                "SELECT m.id FROM register.memberships m JOIN register.accounts a ON a.id = m.account_id"
                " WHERE a.email = 'neu@beispiel.test'"
            )
        )
    path = f"/intern/personen/rolle/{number}/einladen"
    assert send(manager, path, form="/intern/personen/neu").status_code == 303
    older, newer = (link_in(mail) for mail in mails())
    assert manager.get(older).status_code == 404 and manager.get(newer).status_code == 200
    known = make_someone(db, "viewer", towns.own)
    path = f"/intern/personen/rolle/{membership_of(db, known.id)}/einladen"
    assert send(manager, path, form="/intern/personen/neu").status_code == 422


def test_names_are_shown_as_text(manager):
    invite(manager, name="<script>alert(1)</script>")
    page = manager.get("/intern/personen").get_data(as_text=True)
    assert "<script>alert" not in page and "&lt;script&gt;" in page


@pytest.mark.parametrize("query", ["suche=%00%25_'", "ab=quatsch", "ab=WzEsMl0", "suche=" + "x" * 500])
def test_any_address_of_the_list_is_answered(manager, query):
    assert manager.get(f"/intern/personen?{query}").status_code in {200, 422}


def test_long_list_goes_on_by_key(manager, db, towns):
    for _ in range(52):
        factories.actor(db, "viewer", towns.own)
    page = manager.get("/intern/personen").get_data(as_text=True)
    following = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    rest = manager.get(following).get_data(as_text=True)
    rows = page.count('<th scope="row">') + rest.count('<th scope="row">')
    assert rows == 53
