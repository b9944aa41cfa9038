"""Writes of seekers and matches: sent, confirmed, entered, changed, closed, forgotten; proposed, agreed, decided.

A seeker has no account: what they do by form or link is done by the register on their behalf (`resident.act`).
"""

from datetime import date, datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo.accounts import links
from geo.core import clock
from geo.core.access import SYSTEM, Action, Actor, on_behalf
from geo.core.errors import STALE, Conflict, Invalid, NotFound
from geo.core.history import perform
from geo.vacancies.portfolio.seekers import queries
from geo.vacancies.portfolio.seekers.codes import CLOSED
from geo.vacancies.portfolio.seekers.model import Match, Seeker, SeekerPerson
from geo.vacancies.portfolio.seekers.schemas import MatchInput, Who, Wish

CONFIRM_WITHIN = timedelta(hours=48)
# A request is kept so long from its first day on, an ended one so long after its end at most; then it is deleted with
# all that hangs on it.
KEPT_OPEN, KEPT_AFTER_END = timedelta(days=365), timedelta(days=90)


def send(
    session: Session,
    municipality_id: int,
    wish: Wish,
    who: Who,
    *,
    request_id: str,
    form_key: str | None,
    now: datetime,
) -> str | None:
    """Keep a request until it is confirmed. The token to mail; None when this very form was sent before."""
    token, hashed = links.make(municipality_id)
    with perform(session, on_behalf(request_id), Action.RESIDENT_ACT, municipality_id):
        if form_key and session.scalar(select(SeekerPerson.seeker_id).where(SeekerPerson.form_key == form_key)):
            return None
        made = _made(session, municipality_id, wish, "FORMULAR", "UNBESTAETIGT", clock.day_of(now))
        kept = {**vars(who), "form_key": form_key, "confirm_sha256": hashed, "confirm_until": now + CONFIRM_WITHIN}
        session.execute(insert(SeekerPerson).values(seeker_id=made.id, municipality_id=municipality_id, **kept))
    return token


def confirm(session: Session, token: str, *, request_id: str, now: datetime) -> tuple[Seeker, SeekerPerson, str]:
    """Confirm a request with the link that was mailed; it works once. With the token of the seeker's own link."""
    seeker, who = queries.by_confirmation(session, token, now)
    own, hashed = links.make(seeker.municipality_id)
    with perform(session, on_behalf(request_id), Action.RESIDENT_ACT, seeker.municipality_id):
        used = session.scalar(
            update(SeekerPerson)
            .where(SeekerPerson.seeker_id == seeker.id, SeekerPerson.confirm_sha256 == who.confirm_sha256)
            .values(confirm_sha256=None, confirm_until=None, link_sha256=hashed)
            .returning(SeekerPerson.seeker_id)
        )
        if used is None:
            raise NotFound(links.WHAT)
        seeker.state = "OFFEN"
    return seeker, who, own


def withdraw(session: Session, token: str, *, request_id: str) -> None:
    """The seeker ends it: everything of it is deleted at once."""
    seeker, _who = queries.by_link(session, token)
    with perform(session, on_behalf(request_id), Action.RESIDENT_ACT, seeker.municipality_id):
        session.delete(seeker)


def record(
    session: Session, actor: Actor, municipality_id: int, wish: Wish, who: Who, note: str | None, today: date
) -> Seeker:
    """The town enters a request that came by telephone or in person."""
    with perform(session, actor, Action.SEEKER_EDIT, municipality_id):
        made = _made(session, municipality_id, wish, "STADT", "OFFEN", today, note)
        session.add(SeekerPerson(seeker_id=made.id, municipality_id=municipality_id, **vars(who)))
    return made


def change(
    session: Session, actor: Actor, seeker_id: int, version: int, wish: Wish, who: Who, note: str | None
) -> Seeker:
    """Change what is looked for, and by whom. Raises `NotFound`, `Conflict`."""
    municipality_id = queries.get(session, seeker_id).municipality_id
    with perform(session, actor, Action.SEEKER_EDIT, municipality_id):
        row = _expected(session, seeker_id, version)
        for name, value in {**vars(wish), "note": note}.items():
            if getattr(row, name) != value:
                setattr(row, name, value)
        person = queries.person(session, actor, row)
        if person is not None:
            for name in ("name", "email", "phone", "concept"):
                setattr(person, name, getattr(who, name))
    return row


def set_state(session: Session, actor: Actor, seeker_id: int, version: int, state: str, today: date) -> Seeker:
    """Open, placed or ended; from its end on the request is kept for three months at most."""
    municipality_id = queries.get(session, seeker_id).municipality_id
    with perform(session, actor, Action.SEEKER_EDIT, municipality_id):
        row = _expected(session, seeker_id, version)
        if state == row.state:
            raise Invalid({"state": "Das ist schon der Stand."})
        row.state = state
        row.closed_on = today if state in CLOSED else None
        # Never longer than whoever asked has been told: counted from the day on which the request came.
        promised = row.received_on + KEPT_OPEN
        row.keep_until = min(promised, today + KEPT_AFTER_END) if state in CLOSED else promised
    return row


def forget(session: Session, actor: Actor, seeker_id: int, version: int) -> None:
    """Delete a request with everything that hangs on it, when whoever sent it asks for that."""
    municipality_id = queries.get(session, seeker_id).municipality_id
    with perform(session, actor, Action.SEEKER_EDIT, municipality_id):
        session.delete(_expected(session, seeker_id, version))


def propose(session: Session, actor: Actor, seeker_id: int, unit_id: int, today: date) -> Match:
    """Note that a unit may suit a seeker. The same match, where it was noted before."""
    seeker = queries.get(session, seeker_id)
    with perform(session, actor, Action.SEEKER_EDIT, seeker.municipality_id):
        known = session.scalar(select(Match).where(Match.seeker_id == seeker_id, Match.unit_id == unit_id))
        if known is not None:
            return known
        how = queries.fit_of(session, seeker, unit_id, today)
        if how is None:
            raise Invalid({"": "Diese Nutzungseinheit steht nicht leer oder gehört nicht zu dieser Gemeinde."})
        made = Match(municipality_id=seeker.municipality_id, seeker_id=seeker_id, unit_id=unit_id, score=how.score)
        session.add(made)
        session.flush()
    return made


def decide(session: Session, actor: Actor, match_id: int, version: int, data: MatchInput) -> Match:
    """How far a match has come. Raises `Conflict` when somebody else changed it since `version`."""
    municipality_id = queries.match(session, match_id).municipality_id
    with perform(session, actor, Action.SEEKER_EDIT, municipality_id):
        row = session.get(Match, match_id, with_for_update=True, populate_existing=True)
        if row is None or row.version != version:
            raise Conflict(STALE, version=None if row is None else row.version)
        for name, value in vars(data).items():
            if getattr(row, name) != value:
                setattr(row, name, value)
    return row


def sweep(session: Session, now: datetime) -> int:
    """Delete requests that nobody confirmed, and those whose time is over. Needs the owner's session."""
    late = select(SeekerPerson.seeker_id).where(SeekerPerson.confirm_until < now)
    with perform(session, SYSTEM, Action.RESIDENT_ERASE):
        gone = session.execute(
            delete(Seeker).where(
                or_(Seeker.keep_until < clock.day_of(now), (Seeker.state == "UNBESTAETIGT") & Seeker.id.in_(late))
            )
        )
    return int(gone.rowcount)  # type: ignore[attr-defined]  # an execution of DML has it


def _made(
    session: Session, municipality_id: int, wish: Wish, origin: str, state: str, today: date, note: str | None = None
) -> Seeker:
    made = Seeker(
        municipality_id=municipality_id, origin=origin, state=state, received_on=today, note=note, **vars(wish)
    )
    made.keep_until = today + KEPT_OPEN
    session.add(made)
    session.flush()
    return made


def _expected(session: Session, seeker_id: int, version: int) -> Seeker:
    row = session.get(Seeker, seeker_id, with_for_update=True, populate_existing=True)
    if row is None or row.version != version:
        raise Conflict(STALE, version=None if row is None else row.version)
    return row
