"""The start page: what a role sees of its town, and what the alliance sees of all towns."""

import pytest
from sqlalchemy import text

from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from tests import factories


def add_unit(db, town, *, state="LEER", verified="2026-11-01"):
    """A unit with an open spell, at a made-up place of the town."""
    with db.owner() as session:
        longitude = 11.05 if town == factories.towns(session).own else 11.25
    with db.staff(SYSTEM) as session, perform(session, SYSTEM, Action.VACANCY_CREATE, town):
        place = factories.place(session, town, longitude=longitude)
        unit = session.scalar(
            text(
                "INSERT INTO register.units (municipality_id, place_id, during, object_type, verified_on)"
                " VALUES (:town, :place, '[2000-01-01,)', 'LADEN_EG', CAST(:verified AS date)) RETURNING id"
            ),
            {"town": town, "place": place.id, "verified": verified},
        )
        session.execute(
            text(
                "INSERT INTO register.occupancy_spells (unit_id, municipality_id, during, state)"
                " VALUES (:unit, :town, '[2020-01-01,)', :state)"
            ),
            {"unit": unit, "town": town, "state": state},
        )
        session.commit()
    return unit


def start(client):
    answer = client.get("/intern")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_town_sees_its_own_stock_and_what_waits(sign_in, db, towns):
    add_unit(db, towns.own)
    add_unit(db, towns.own, state="GENUTZT", verified=None)
    for _ in range(3):
        add_unit(db, towns.foreign)
    page = start(sign_in("editor", towns.own))
    assert "Musterstadt" in page and "Fremdstadt" not in page
    assert "von 2 Nutzungseinheiten" in page
    assert "von 2 Nutzungseinheiten ist überfällig: zu lange nicht bestätigt" in page
    assert "Nutzungseinheit erfasst" in page


RECORD, INVITE, NOT_OFFERED = "Leerstand erfassen", "Person einladen", "wird öffentlich nicht angeboten"


@pytest.mark.parametrize(
    ("role", "seen"),
    [("viewer", set()), ("editor", {RECORD}), ("manager", {RECORD, INVITE, NOT_OFFERED})],
)
def test_buttons_and_tasks_are_those_of_the_role(sign_in, db, towns, role, seen):
    add_unit(db, towns.own)
    page = start(sign_in(role, towns.own))
    assert {words for words in (RECORD, INVITE, NOT_OFFERED) if words in page} == seen


@pytest.mark.parametrize("role", ["planner", "curator", "office", "admin"])
def test_alliance_sees_every_town_but_nothing_internal(sign_in, db, towns, role):
    unit = add_unit(db, towns.own)
    factories.actor(db, "viewer", towns.own)
    page = start(sign_in(role))
    assert "Musterstadt" in page and f"/intern/leerstand/{unit}" not in page
    assert "Nutzungseinheiten" not in page and "Teststraße" not in page


def test_alliance_in_one_town_sees_no_internal_data_of_it(sign_in, db, towns):
    add_unit(db, towns.own)
    client = sign_in("office")
    client.get(f"/intern/gemeinde?gemeinde={towns.own}")
    page = start(client)
    assert "<h1>Musterstadt</h1>" in page
    assert "Nutzungseinheiten" not in page
    assert client.get("/intern/leerstand").status_code == 403


def test_somebody_without_a_role_is_told_so(sign_in, db, towns):
    client = sign_in("viewer", towns.own)
    with db.owner() as session:
        session.execute(text("SELECT set_config('app.action', 'system.setup', true)"))
        session.execute(text("DELETE FROM register.memberships"))
        session.commit()
    assert "keine Rolle" in start(client)
