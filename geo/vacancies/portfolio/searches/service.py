"""Writes of saved searches: kept, confirmed, told of, ended, forgotten.

Whoever saves one has no account: what they do by form or link is done by the register on their behalf.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, or_, select
from sqlalchemy.orm import Session

from geo.accounts import links
from geo.accounts.mail import Message
from geo.core import clock
from geo.core.access import SYSTEM, Action, on_behalf
from geo.core.db import for_municipality
from geo.core.errors import Invalid, NotFound
from geo.core.history import perform
from geo.vacancies import offers
from geo.vacancies.offers import OfferFilters
from geo.vacancies.portfolio.searches import letters
from geo.vacancies.portfolio.searches.model import SavedSearch

CONFIRM_WITHIN = timedelta(hours=48)
KEPT = timedelta(days=365)
# A search is told of at most so often; a mail names so many offers, the list behind its link has the rest.
TELL_EVERY = timedelta(hours=20)
MOST_TOLD = 20
MOST_PER_ADDRESS = 10
# The links of so many mails still end the search.
MOST_LINKS = 60
# Searches belong to no town; their links say so.
_NO_TOWN = 0
TOO_MANY = "Zu dieser E-Mail-Adresse gibt es schon viele gespeicherte Suchen. Bitte zuerst eine davon beenden."


@dataclass(frozen=True)
class SearchInput:
    """What somebody saves: the filters, the address of the list that they make, who is told in which language."""

    email: str
    filters: OfferFilters
    query: str
    language: str


def keep(session: Session, data: SearchInput, *, request_id: str, form_key: str | None, now: datetime) -> str | None:
    """Keep a search until it is confirmed. The token to mail; None when this very form was sent before.

    Raises `Invalid` where an address has too many already.
    """
    token, hashed = links.make(_NO_TOWN)
    with perform(session, on_behalf(request_id), Action.RESIDENT_ACT):
        if form_key and session.scalar(select(SavedSearch.id).where(SavedSearch.form_key == form_key)):
            return None
        confirmed = select(func.count()).where(SavedSearch.email == data.email, SavedSearch.confirmed_at.is_not(None))
        if (session.scalar(confirmed) or 0) >= MOST_PER_ADDRESS:  # what a stranger typed shuts nobody out
            raise Invalid({"email": TOO_MANY})
        session.add(
            SavedSearch(
                email=data.email,
                language=data.language,
                filters=_stored(data.filters),
                query=data.query,
                form_key=form_key,
                confirm_sha256=hashed,
                confirm_until=now + CONFIRM_WITHIN,
            )
        )
    return token


def by_confirmation(session: Session, token: str, now: datetime) -> SavedSearch:
    """The search that a link confirms, while it works. Raises `NotFound`."""
    return _one(session, token, SavedSearch.confirm_sha256 == _hash(token), SavedSearch.confirm_until > now)


def by_link(session: Session, token: str) -> SavedSearch:
    """The search that a link in one of its mails ends. Raises `NotFound`."""
    return _one(session, token, SavedSearch.link_hashes.contains([_hash(token)]))


def confirm(session: Session, token: str, *, request_id: str, now: datetime) -> tuple[SavedSearch, str]:
    """Begin to tell of new offers; what is on offer now is known already. With the token of a link that ends it.

    The link works once, pressed twice at the same moment too. Raises `NotFound`.
    """
    hashed = by_confirmation(session, token, now).confirm_sha256
    own, own_hash = links.make(_NO_TOWN)
    with perform(session, on_behalf(request_id), Action.RESIDENT_ACT):
        waiting = select(SavedSearch).where(SavedSearch.confirm_sha256 == hashed)
        found = session.scalar(waiting.with_for_update().execution_options(populate_existing=True))
        if found is None:
            raise NotFound(links.WHAT)
        found.confirm_sha256, found.confirm_until, found.confirmed_at, found.told_at = None, None, now, now
        found.told_units = offers.ids(session, restored(found.filters, clock.day_of(now)))
        found.link_hashes = [own_hash]
        session.flush()
    return found, own


def end(session: Session, token: str, *, request_id: str) -> None:
    """Delete a search, and with it everything that is known of whoever saved it."""
    found = by_link(session, token)
    with perform(session, on_behalf(request_id), Action.RESIDENT_ACT):
        session.delete(found)


def tell(session: Session, base_url: str, now: datetime) -> list[Message]:
    """The mails that are due: one for each search with offers that it has not told of. Needs the owner's session."""
    today = clock.day_of(now)
    due = select(SavedSearch).where(
        SavedSearch.confirmed_at.is_not(None),
        or_(SavedSearch.told_at.is_(None), SavedSearch.told_at < now - TELL_EVERY),
    )
    made: list[Message] = []
    with perform(session, SYSTEM, Action.RESIDENT_ACT):
        for one in session.scalars(due.order_by(SavedSearch.id).with_for_update(skip_locked=True)):
            shown, known = offers.ids(session, restored(one.filters, today)), set(one.told_units)
            new = [unit_id for unit_id in shown if unit_id not in known]
            one.told_units, one.told_at = shown, now
            if new:
                named = offers.several(session, new[:MOST_TOLD], today)
                made.append(_mail(one, named, len(new) - len(named), base_url))
    return made


def _mail(one: SavedSearch, named: Sequence[Row[Any]], further: int, base_url: str) -> Message:
    token, hashed = links.make(_NO_TOWN)
    one.link_hashes = [*one.link_hashes, hashed][-MOST_LINKS:]
    return letters.new_offers(one.email, one.language, one.query, named, further, base_url, token)


def sweep(session: Session, now: datetime) -> int:
    """Forget searches that nobody confirmed, and those of a year ago. Needs the owner's session."""
    with perform(session, SYSTEM, Action.RESIDENT_ERASE):
        gone = session.execute(
            delete(SavedSearch).where(or_(SavedSearch.confirm_until < now, SavedSearch.confirmed_at < now - KEPT))
        )
    return int(gone.rowcount)  # type: ignore[attr-defined]  # an execution of DML has it


def _stored(filters: OfferFilters) -> dict[str, Any]:
    given = {name: value for name, value in asdict(filters).items() if name != "day"}
    values = {name: value for name, value in given.items() if not (value is None or value is False or value == ())}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def restored(stored: dict[str, Any], day: date) -> OfferFilters:
    """The filters of a saved search, as of the day."""
    values = dict(stored)
    if "available_by" in values:
        values["available_by"] = date.fromisoformat(values["available_by"])
    return OfferFilters(day=day, **{**values, "equipment": tuple(values.get("equipment", ()))})


def _one(session: Session, token: str, *conditions: Any) -> SavedSearch:
    town, _hashed = links.read(token)
    with for_municipality(session, None):
        found = session.scalar(select(SavedSearch).where(*conditions)) if town == _NO_TOWN else None
    if found is None:
        raise NotFound(links.WHAT)
    return found


def _hash(token: str) -> str:
    return links.read(token)[1]
