"""Rows for tests. The two towns are made-up squares, so that nothing here claims anything about a real one."""

from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from shapely.geometry import box
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.accounts.model import Account, AccountMembership
from geo.core import geometry
from geo.core.access import SYSTEM, TOWN_ROLES, Action, Actor, Membership, Role
from geo.core.history import perform
from geo.places.model import District, Municipality, MunicipalityOutline, Place

OWN_AGS, FOREIGN_AGS = "16999001", "16999002"
OWN_BOX = (11.00, 50.90, 11.10, 50.97)
FOREIGN_BOX = (11.20, 50.90, 11.30, 50.97)
SINCE = date(1994, 7, 1)
_numbers = count(1)


@dataclass(frozen=True)
class Towns:
    """Ids of the two towns."""

    own: int
    foreign: int


def two_towns(session: Session) -> None:
    """A district with Musterstadt and Fremdstadt."""
    district = District(
        key="16999",
        name="Musterkreis",
        kind="Landkreis",
        during=Range(SINCE, None),
        outline=geometry.stored(box(11.0, 50.9, 11.3, 50.97)),
    )
    session.add(district)
    session.flush()
    for ags, name, bounds in ((OWN_AGS, "Musterstadt", OWN_BOX), (FOREIGN_AGS, "Fremdstadt", FOREIGN_BOX)):
        a_town(session, ags, name, bounds)


def a_town(session: Session, ags: str, name: str, bounds: tuple[float, float, float, float]) -> int:
    """A further town, a square (west, south, east, north in degrees); its id. Call inside `perform`."""
    district = session.scalar(select(District.id).where(District.key == "16999"))
    town = Municipality(
        ags=ags, name=name, kind="Stadt", district_id=district, during=Range(SINCE, None), source="Test"
    )
    session.add(town)
    session.flush()
    outline = geometry.stored(box(*bounds))
    session.add(MunicipalityOutline(municipality_id=town.id, during=Range(SINCE, None), outline=outline, source="Test"))
    session.flush()
    return town.id


def towns(session: Session) -> Towns:
    """The ids of the two towns."""
    ids = dict(session.execute(select(Municipality.ags, Municipality.id)).all())
    return Towns(ids[OWN_AGS], ids[FOREIGN_AGS])


def account(session: Session, name: str = "Testperson", email: str | None = None) -> Account:
    """An account; call inside `perform`."""
    number = next(_numbers)
    made = Account(email=email or f"person{number}@beispiel.test", name=name)
    session.add(made)
    session.flush()
    return made


def actor(db: Any, role: str, municipality_id: int | None = None) -> Actor:
    """A person with this role (in the town for town roles), stored and as an actor."""
    where = municipality_id if Role(role) in TOWN_ROLES else None
    with db.staff(SYSTEM) as session:
        with perform(session, SYSTEM, Action.SYSTEM_SETUP, where):
            person = account(session, name=f"Person {role}")
            session.add(AccountMembership(account_id=person.id, role=role, municipality_id=where))
        session.commit()
        return Actor(person.id, person.name, (Membership(Role(role), where),), request_id="test")


def place(session: Session, municipality_id: int, *, longitude: float = 11.05, latitude: float = 50.93) -> Place:
    """A place in the middle of Musterstadt; call inside `perform`."""
    spot = geometry.point(longitude, latitude)
    made = Place(
        municipality_id=municipality_id,
        street="Teststraße",
        house_number=str(900 + next(_numbers)),
        postcode="99999",
        locality="Musterstadt",
        point=spot,
        public_point=spot,
    )
    session.add(made)
    session.flush()
    return made


def signed_in_client(app: Any, db: Any, role: str, municipality_id: int | None = None) -> Any:
    """A test client with an open session of a person with this role."""
    from geo.accounts import service

    person = actor(db, role, municipality_id)
    with db.staff(SYSTEM) as session:
        token = service.open_session(session, person.account_id, user_agent="test", ip_prefix="127.0.0.0/24")
        session.commit()
    client = app.test_client()
    client.set_cookie(app.config["SESSION_COOKIE_NAME"], token, secure=False, httponly=True)
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    client.actor = person
    return client
