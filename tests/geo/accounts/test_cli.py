"""`innenstadt user`: accounts from the terminal."""

import json
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from geo.accounts import passwords, queries
from geo.accounts.cli import user
from geo.core.errors import Invalid, RegisterError
from tests.factories import OWN_AGS

PASSWORD = "Viele Gassen führen zum Markt"


@pytest.fixture
def run(db, towns, settings):
    """Run a command on the shared connection; returns exit code and output."""

    class Register:
        @contextmanager
        def session(self):
            with db.staff() as session:
                yield session
                session.commit()

    Register.settings = settings

    def call(*words, given=""):
        return CliRunner().invoke(user, list(words), obj=Register(), input=given)

    return call


def add(run, *more, email="neu@beispiel.test", role="editor", given=PASSWORD):
    return run("add", email, "--name", "Neue Person", "--role", role, *more, given=given)


def test_account_with_a_password_from_standard_input(run, db):
    answer = add(run, "--town", OWN_AGS, "--password-stdin", "--json")
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.output)["email"] == "neu@beispiel.test"
    with db.staff() as session:
        account = queries.find_account(session, "neu@beispiel.test")
        assert passwords.matches(queries.password_hash(session, account.id), PASSWORD)


def test_invitation_prints_a_link(run):
    answer = add(run, "--town", OWN_AGS, "--invite")
    assert "http://localhost/intern/passwort-neu/" in answer.output


def test_list_names_everybody_with_their_roles(run):
    add(run, "--town", OWN_AGS, "--invite")
    add(run, "--invite", email="planung@beispiel.test", role="planner")
    (editor, planner) = json.loads(run("list", "--json").output)
    assert editor["roles"] == ["editor (Musterstadt)"] and planner["roles"] == ["planner"]
    assert "neu@beispiel.test" in run("list").output


def test_disabled_account_is_listed_as_such(run):
    add(run, "--town", OWN_AGS, "--invite")
    assert run("disable", "Neu@Beispiel.test").exit_code == 0
    assert json.loads(run("list", "--json").output)[0]["disabled"]


def test_reset_gives_a_link_or_a_password(run):
    add(run, "--town", OWN_AGS, "--invite")
    assert "/intern/passwort-neu/" in run("reset", "neu@beispiel.test", "--second-factor").output
    assert run("reset", "neu@beispiel.test", "--password-stdin", given=PASSWORD).exit_code == 0


@pytest.mark.parametrize(
    ("words", "given"),
    [
        (("--town", OWN_AGS), PASSWORD),
        (("--town", OWN_AGS, "--invite", "--password-stdin"), PASSWORD),
        (("--invite",), ""),
        (("--town", "00000000", "--invite"), ""),
    ],
)
def test_wrong_use_is_exit_code_two(run, words, given):
    assert add(run, *words, given=given).exit_code == 2


@pytest.mark.parametrize(
    "words", [("disable", "niemand@beispiel.test"), ("reset", "niemand@beispiel.test"), ("reset", "")]
)
def test_unknown_person_is_a_refusal(run, words):
    assert isinstance(run(*words).exception, RegisterError)


def test_weak_password_is_refused(run):
    assert isinstance(add(run, "--town", OWN_AGS, "--password-stdin", given="kurz").exception, Invalid)
