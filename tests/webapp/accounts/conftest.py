"""People with passwords, and forms sent as a browser sends them."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy

import pytest

from geo.accounts.model import Credentials
from geo.accounts.passwords import hash_password
from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from tests import factories

PASSWORD = "Viele Gassen führen zum Markt"
HASH = hash_password(PASSWORD)


@dataclass
class Someone:
    id: int
    email: str
    name: str


@pytest.fixture
def someone(db, towns):
    """An editor with a password."""
    return make_someone(db, "editor", towns.own)


def make_someone(db, role, town=None):
    actor = factories.actor(db, role, town)
    with db.staff(SYSTEM) as session, perform(session, SYSTEM, Action.SYSTEM_SETUP):
        session.add(Credentials(account_id=actor.account_id, password_hash=HASH))
        session.flush()
        session.commit()
    with db.owner() as session:
        account = session.get(factories.Account, actor.account_id)
        return Someone(account.id, account.email, account.name)


def token_in(page):
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.get_data(as_text=True))
    return found[1] if found else ""


def send(client, path, data=None, *, form=None, **kwargs):
    """Open the form, then send it with its token."""
    token = token_in(client.get(form or path))
    kwargs.setdefault("headers", {"Sec-Fetch-Site": "same-origin"})
    return client.post(path, data={"csrf_token": token, **(data or {})}, **kwargs)


def sign_in_with(client, email, password=PASSWORD, **more):
    return send(client, "/intern/anmelden", {"email": email, "password": password, **more})


@pytest.fixture
def mails(settings):
    """The mails written so far, oldest first."""

    def read():
        folder = settings.home / "mail"
        files = sorted(folder.glob("*.eml")) if folder.exists() else []
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]

    return read


def link_in(mail):
    return re.search(r"http://localhost(/intern/passwort-neu/\S+)", mail.get_content())[1]
