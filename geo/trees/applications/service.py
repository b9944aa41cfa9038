"""Writes of applications: sent, confirmed, decided, withdrawn, erased; and what a town sets for its trees' visits.

A resident has no account: what they do by form or link is done by the register on their behalf (`resident.act`).
"""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo.accounts import links
from geo.core import clock, geometry
from geo.core.access import SYSTEM, Action, Actor, on_behalf
from geo.core.db import for_municipality
from geo.core.errors import STALE, Conflict, Invalid, NotFound
from geo.core.history import perform
from geo.places.addresses import queries as addresses
from geo.trees.applications.codes import CLOSED
from geo.trees.applications.model import TreeApplicant, TreeApplication, TreeSettings
from geo.trees.applications.queries import by_confirmation, by_link, get, settings_of
from geo.trees.applications.schemas import ApplicationInput, DecisionInput

CONFIRM_WITHIN = timedelta(hours=48)
# So long after the end of an application its applicant is forgotten.
KEPT_AFTER_END = timedelta(days=365)
OUTSIDE = "Der Punkt liegt nicht in dieser Stadt."
DECISION_LABELS = {
    "state": "Stand",
    "stop_id": "Standplatz",
    "reason": "Begründung",
    "note": "Interne Notiz",
    "tell": "Per E-Mail mitteilen",
}


def send(
    session: Session,
    data: ApplicationInput,
    *,
    request_id: str,
    form_key: str | None,
    photo_sha256: str | None,
    now: datetime,
) -> str | None:
    """Keep an application until it is confirmed. The token to mail; None when this very form was sent before.

    Raises `Invalid` for a point outside of the town.
    """
    town = data.municipality_id
    with for_municipality(session, town):
        if data.point is not None and not addresses.in_town(session, town, [data.point])[0]:
            raise Invalid({"latitude": OUTSIDE})
        point = data.point or _spot_of_address(session, data)
    token, hashed = links.make(town)
    with perform(session, on_behalf(request_id), Action.RESIDENT_ACT, town):
        if form_key and session.scalar(select(TreeApplicant.application_id).where(TreeApplicant.form_key == form_key)):
            return None
        made = TreeApplication(
            municipality_id=town,
            stop_id=_own_stop(session, data),
            point=None if point is None else geometry.point(*point),
            street=data.street,
            house_number=data.house_number,
            signatures=data.signatures,
            consent_at=now,
            received_at=now,
        )
        session.add(made)
        session.flush()
        kept = insert(TreeApplicant).values(
            application_id=made.id,
            municipality_id=town,
            email=data.email,
            name=data.name,
            message=data.message,
            language=data.language,
            photo_sha256=photo_sha256,
            form_key=form_key,
            confirm_sha256=hashed,
            confirm_until=now + CONFIRM_WITHIN,
        )
        session.execute(kept)
    return token


def confirm(session: Session, token: str, *, request_id: str, now: datetime) -> tuple[TreeApplication, str]:
    """Confirm an application with the link that was mailed; it works once. Returns it and the token of its own link."""
    application, person = by_confirmation(session, token, now)
    own, hashed = links.make(application.municipality_id)
    with perform(session, on_behalf(request_id), Action.RESIDENT_ACT, application.municipality_id):
        used = session.scalar(
            update(TreeApplicant)
            .where(
                TreeApplicant.application_id == application.id, TreeApplicant.confirm_sha256 == person.confirm_sha256
            )
            .values(confirm_sha256=None, confirm_until=None, link_sha256=hashed)
            .returning(TreeApplicant.application_id)
        )
        if used is None:
            raise NotFound(links.WHAT)
        application.state, application.confirmed_at = "NEU", now
    return application, own


def link_again(session: Session, municipality_id: int, email: str, *, request_id: str) -> list[tuple[str | None, str]]:
    """Another link for each confirmed application of the address in a town: street and token. The old link works on."""
    found = []
    with perform(session, on_behalf(request_id), Action.RESIDENT_ACT, municipality_id):
        known = select(TreeApplicant).where(TreeApplicant.email == email, TreeApplicant.link_sha256.is_not(None))
        for person in session.scalars(known.order_by(TreeApplicant.application_id)):
            token, person.again_sha256 = links.make(municipality_id)
            found.append((session.get_one(TreeApplication, person.application_id).street, token))
    return found


def withdraw(session: Session, token: str, *, request_id: str, today: date) -> TreeApplication:
    """The applicant does not want it any more."""
    application, _ = by_link(session, token)
    with perform(session, on_behalf(request_id), Action.RESIDENT_ACT, application.municipality_id):
        if application.state not in CLOSED:
            application.state, application.closed_on = "ZURUECKGEZOGEN", today
    return application


def erase_by_link(session: Session, token: str, *, request_id: str, now: datetime) -> str | None:
    """Erase the applicant's data, and withdraw what is still open. The hash of a photo that goes with them."""
    application, person = by_link(session, token)
    return _erase(session, on_behalf(request_id), application, person, now)


def erase(
    session: Session, actor: Actor, application_id: int, municipality_id: int | None, now: datetime
) -> str | None:
    """The same for the town, when somebody asks for it by letter or on the telephone."""
    row = get(session, actor, application_id, municipality_id)
    with for_municipality(session, row.municipality_id):
        application, person = session.get_one(TreeApplication, row.id), session.get(TreeApplicant, row.id)
    return _erase(session, actor, application, person, now)


def decide(
    session: Session,
    actor: Actor,
    application_id: int,
    municipality_id: int | None,
    version: int,
    data: DecisionInput,
    *,
    today: date,
) -> TreeApplication:
    """Put an application on the waiting list, accept or decline it, or take that back.

    Raises `Conflict` when somebody else decided since `version`, or when the applicant has withdrawn.
    """
    row = get(session, actor, application_id, municipality_id)
    with perform(session, actor, Action.APPLICATION_EDIT, row.municipality_id):
        application = session.get_one(TreeApplication, row.id, with_for_update=True, populate_existing=True)
        if application.state == "ZURUECKGEZOGEN":
            raise Conflict("Der Antrag wurde zurückgezogen und lässt sich nicht mehr entscheiden.")
        if application.version != version:
            raise Conflict(
                STALE,
                theirs=decision_values(application),
                version=application.version,
            )
        if data.stop_id is not None and not _is_own_stop(session, data.stop_id, row.municipality_id):
            raise Invalid({"stop_id": "Diesen Standplatz gibt es in der Gemeinde nicht."})
        _set(application, "stop_id", data.stop_id)
        _set(application, "reason", data.reason)
        _set(application, "note", data.note)
        if data.state != application.state:
            application.state = data.state
            application.closed_on = today if data.state in CLOSED else None
            if data.state == "NEU":
                application.listed_on = None
            elif data.state == "WARTELISTE" and application.listed_on is None:
                application.listed_on = today
    return application


def decision_values(application: TreeApplication) -> dict[str, Any]:
    """A decision as the values of its form."""
    return {name: getattr(application, name) for name in ("state", "stop_id", "reason", "note")}


def set_up(session: Session, actor: Actor, municipality_id: int, version: int, values: dict[str, Any]) -> None:
    """Set what a town says about applications and watering. Raises `Conflict` when somebody else did since."""
    with perform(session, actor, Action.TOWN_EDIT, municipality_id):
        row = settings_of(session, municipality_id)
        if row.version != version:
            raise Conflict("Jemand anderes hat diese Einstellungen in der Zwischenzeit geändert. Bitte neu laden.")
        if version == 0:
            session.add(TreeSettings(municipality_id=municipality_id, **values))
            return
        for name, value in {**values, "is_example": False}.items():  # the town has made an example its own
            _set(row, name, value)


def sweep(session: Session, now: datetime) -> int:
    """Forget who never confirmed, and who applied long ago; how many. Needs the owner's session, which sees all towns.

    Their photos are then named by no row, and `Store.sweep` removes them.
    """
    with perform(session, SYSTEM, Action.RESIDENT_ERASE):
        late = session.scalars(select(TreeApplicant.application_id).where(TreeApplicant.confirm_until < now)).all()
        session.execute(delete(TreeApplication).where(TreeApplication.id.in_(late)))
        ended = select(TreeApplication).where(
            TreeApplication.closed_on < clock.day_of(now - KEPT_AFTER_END), TreeApplication.erased_at.is_(None)
        )
        old = session.scalars(ended).all()
        for application in old:
            _forget(session, application, now)
    return len(late) + len(old)


def _erase(
    session: Session, actor: Actor, application: TreeApplication, person: TreeApplicant | None, now: datetime
) -> str | None:
    with perform(session, actor, Action.RESIDENT_ERASE, application.municipality_id):
        if application.state not in CLOSED:
            application.state, application.closed_on = "ZURUECKGEZOGEN", clock.day_of(now)
        _forget(session, application, now)
        return None if person is None else _left_over(session, person)


def _forget(session: Session, application: TreeApplication, now: datetime) -> None:
    session.execute(delete(TreeApplicant).where(TreeApplicant.application_id == application.id))
    application.point = application.street = application.house_number = application.note = None
    application.erased_at = application.erased_at or now


def _left_over(session: Session, person: TreeApplicant) -> str | None:
    """The hash of a deleted applicant's photo, unless another application has the same picture."""
    same = select(TreeApplicant.application_id).where(
        TreeApplicant.municipality_id == person.municipality_id,
        TreeApplicant.photo_sha256 == person.photo_sha256,
        TreeApplicant.application_id != person.application_id,
    )
    return None if person.photo_sha256 is None or session.scalar(same.limit(1)) else person.photo_sha256


def _spot_of_address(session: Session, data: ApplicationInput) -> tuple[float, float] | None:
    """Where the house stands by the town's own list of addresses."""
    if not data.house_number:
        return None
    found = addresses.locate(session, data.municipality_id, [(data.street, data.house_number, None)])[0]
    return None if found is None else (found.longitude, found.latitude)


_IS_PUBLIC = text("SELECT EXISTS (SELECT FROM published.stops WHERE id = :id AND municipality_id = :town)")
_IS_STOP = text("SELECT EXISTS (SELECT FROM register.stops WHERE id = :id AND municipality_id = :town)")


def _own_stop(session: Session, data: ApplicationInput) -> int | None:
    """The stop that the form came from, if it is a public one of the town."""
    asked = {"id": data.stop_id, "town": data.municipality_id}
    return data.stop_id if data.stop_id is not None and session.scalar(_IS_PUBLIC, asked) else None


def _is_own_stop(session: Session, stop_id: int, municipality_id: int) -> bool:
    return bool(session.scalar(_IS_STOP, {"id": stop_id, "town": municipality_id}))


def _set(row: Any, name: str, value: Any) -> None:
    if getattr(row, name) != value:
        setattr(row, name, value)
