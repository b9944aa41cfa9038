"""A case of an empty shop with the six questions answered, and clients of those who work with it."""

import pytest

from geo.core.access import SYSTEM
from geo.vacancies.kompass import service
from tests.geo.vacancies.cases.work import opened
from tests.geo.vacancies.stock import acting

ANSWERS = {"cause": ("MIETE",), "owner": ("ABWARTEND",), "condition": ("1",)}


@pytest.fixture
def office(app, sign_in):
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in("office")


@pytest.fixture
def clerk(app, sign_in, towns):
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in("editor", towns.own)


@pytest.fixture
def leader(app, sign_in, towns):
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in("manager", towns.own)


@pytest.fixture
def fresh_case(db, towns, clerk, leader, office):
    """Its id; nobody answered anything yet. The people come first: they are stored by sessions of their own."""
    with db.staff(SYSTEM, towns.own) as session:
        case_id = opened(session, towns.own).id
        session.commit()
    return case_id


@pytest.fixture
def case_id(db, towns, fresh_case):
    with db.staff(SYSTEM, towns.own) as session:
        service.assess(session, acting(), fresh_case, None, ANSWERS)
        session.commit()
    return fresh_case
