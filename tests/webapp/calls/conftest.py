"""A call and its people, each in a browser of their own."""

import pytest

from geo.accounts import service
from geo.core.access import SYSTEM
from tests.geo.calls.conftest import closed, contest

__all__ = ["closed", "contest"]


@pytest.fixture
def as_person(app, db):
    """`as_person(actor)` gives a client that is signed in as somebody who exists."""

    def sign_in(actor):
        with db.staff(SYSTEM) as session:
            token = service.open_session(session, actor.account_id, user_agent="test", ip_prefix="127.0.0.0/24")
            session.commit()
        client = app.test_client()
        client.set_cookie(app.config["SESSION_COOKIE_NAME"], token, secure=False, httponly=True)
        client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
        return client

    return sign_in
