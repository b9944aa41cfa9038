"""Requests that come at the same moment, on a database with real commits: nothing twice, nothing lost, no 500."""

import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Blueprint, redirect
from sqlalchemy import text

from geo.accounts.model import Account
from geo.core.access import Action
from geo.core.db import Database
from geo.core.history import perform
from tests import factories
from tests.webapp.test_commit import own_database
from webapp import create_app
from webapp.access import signed_in
from webapp.app import actor, staff_session

__all__ = ["own_database"]


@pytest.fixture
def real(cluster, own_database, settings):
    """An application whose one form renames the account of whoever sends it, slowly."""
    urls = (cluster.url(role, own_database) for role in ("reg_owner", "reg_public", "reg_staff"))
    database = Database(*urls, pool_size=8)
    with database.owner() as session:
        session.execute(text("SELECT set_config('app.action', 'system.setup', true)"))
        factories.two_towns(session)
        session.commit()
    app = create_app(settings, database)
    app.testing, app.calls = True, 0
    app.config["WTF_CSRF_ENABLED"] = False
    views = Blueprint("slow", __name__)

    @views.post("/langsam")
    @signed_in
    def slow():
        app.calls += 1
        with perform(staff_session(), actor(), Action.ACCOUNT_SELF):
            staff_session().get(Account, actor().account_id).name += "x"
            time.sleep(0.3)
        return redirect(f"/intern?nummer={app.calls}", 303)

    app.register_blueprint(views, url_prefix="/intern")
    yield app
    database.dispose()


def _together(app, keys):
    with app.database.owner() as session:
        town = factories.towns(session).own
    visitor = factories.signed_in_client(app, app.database, "editor", town)
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = visitor.get_cookie(name).value

    def send(key):
        client = app.test_client()
        client.set_cookie(name, cookie)
        answer = client.post("/intern/langsam", data={"_key": key}, headers={"Sec-Fetch-Site": "same-origin"})
        return answer.status_code, answer.location

    with ThreadPoolExecutor(len(keys)) as pool:
        answers = Counter(pool.map(send, keys))
    with app.database.owner() as session:
        return answers, session.get(Account, visitor.actor.account_id).name.count("x")


def test_the_same_form_at_once_is_one_write_and_one_answer(real):
    answers, written = _together(real, [uuid.uuid4().hex] * 4)
    assert (written, real.calls) == (1, 1)
    assert answers == Counter({(303, "/intern?nummer=1"): 4})


def test_different_forms_at_once_lose_nothing(real):
    answers, written = _together(real, [uuid.uuid4().hex for _ in range(4)])
    done = sum(count for (status, _), count in answers.items() if status == 303)
    assert done == written >= 1
    assert {status for status, _ in answers} <= {303, 409}
