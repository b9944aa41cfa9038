"""The rights of whoever is stored: what is stored on them, where else they are named, and erasing them for good."""

from dataclasses import replace
from datetime import date
from typing import Any

import structlog
from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from geo.core.access import SYSTEM, Action, Actor, require
from geo.core.db import Database, for_municipality
from geo.core.history import perform
from geo.jobs.running import committed
from geo.owners import queries
from geo.owners.campaigns.model import Answer, Letter, LetterUnit, Proposal
from geo.owners.model import Owner, OwnerErasure
from geo.vacancies.bulk.plan import titles

log = structlog.get_logger("owners")

_TOLD = frozenset({"municipality_id", "is_example"})


def everything_on(session: Session, actor: Actor, owner_id: int) -> dict[str, Any]:
    """All that the register holds on an owner, by kind, with its history: for them to read (GDPR, article 15)."""
    owner = queries.get(session, owner_id)
    require(actor, Action.OWNER_VIEW, owner.municipality_id)
    letters = list(session.scalars(select(Letter).where(Letter.owner_id == owner_id).order_by(Letter.id)))
    answers = list(session.scalars(select(Answer).where(Answer.owner_id == owner_id).order_by(Answer.id)))
    of_letters = select(LetterUnit).where(LetterUnit.letter_id.in_([one.id for one in letters]))
    owned = queries.units_of(session, owner_id, date.today())
    names = titles(session, owner.municipality_id, [one.unit_id for one in session.scalars(of_letters)])
    proposals = select(Proposal).where(Proposal.answer_id.in_([one.id for one in answers])).order_by(Proposal.id)
    return {
        "angaben": _plain(owner),
        "gemeinschaften": [{"gemeinschaft": other.name, **_plain(row)} for row, other in _groups(session, owner_id)],
        "eigentum": [_owned(name, row) for name, row in owned],
        "einwilligungen": [_plain(one) for one in queries.consents_of(session, owner_id)],
        "kontakte": [_plain(one) for one in queries.contacts_of(session, owner_id)],
        "briefe": [_plain(one) for one in letters],
        "angeschrieben_wegen": sorted(names.values()),
        "antworten": [_plain(one) for one in answers],
        "vorgeschlagene_aenderungen": [_plain(one) for one in session.scalars(proposals)],
        "verlauf": [_change(row) for row in history(session, owner_id)],
    }


def _groups(session: Session, owner_id: int) -> list[tuple[Any, Owner]]:
    return [*queries.communities_of(session, owner_id), *queries.members_of(session, owner_id)]


def _plain(row: Any) -> dict[str, Any]:
    columns = [column.key for column in row.__table__.columns if column.key not in _TOLD]
    return {name: _said(getattr(row, name)) for name in columns if getattr(row, name) is not None}


def _said(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | dict) else str(value)


def _owned(name: str, row: Row[Any]) -> dict[str, Any]:
    part = f"{row.share_n}/{row.share_d}" if row.share_n else None
    values = {"einheit": name, "nummer": row.id, "seit": row.first, "bis": row.last, "anteil": part}
    return {key: _said(value) for key, value in values.items() if value is not None}


def _change(row: Row[Any]) -> dict[str, Any]:
    return {
        "am": row.changed_at.isoformat(timespec="seconds"),
        "was": row.table_name,
        "vorher": row.old_values,
        "nachher": row.new_values,
    }


_HISTORY = text(
    """
    SELECT c.changed_at, c.table_name, c.row_id, c.action, c.operation, c.old_values, c.new_values, c.request_id,
        coalesce(a.name, CASE WHEN c.actor_id IS NULL THEN 'System' ELSE 'Konto ' || c.actor_id END) AS actor
    FROM history.owner_changes c LEFT JOIN register.accounts a ON a.id = c.actor_id
    WHERE (c.table_name = 'owners' AND c.row_id = :id)
       OR (c.table_name, c.row_id) IN (
            SELECT h.table_name, h.row_id FROM history.owner_changes h
            WHERE h.table_name IN ('ownerships', 'owner_consents', 'owner_contacts', 'owner_letters', 'owner_answers')
              AND CAST(:id AS text) IN (h.old_values ->> 'owner_id', h.new_values ->> 'owner_id'))
    ORDER BY c.id DESC LIMIT 1000
    """
)


def history(session: Session, owner_id: int) -> list[Row[Any]]:
    """What was written about an owner, newest first."""
    return list(session.execute(_HISTORY, {"id": owner_id}))


_MENTIONS = text(
    """
    SELECT u.id AS unit_id, 'Notiz der Nutzungseinheit' AS where_it_is FROM register.units u
    WHERE u.municipality_id = :town AND (lower(u.note) LIKE :name ESCAPE '!' OR lower(u.name) LIKE :name ESCAPE '!')
    UNION SELECT s.unit_id, 'Nutzungsabschnitt' FROM register.occupancy_spells s
    WHERE s.municipality_id = :town
      AND lower(concat_ws(' ', s.occupant, s.note, s.source)) LIKE :name ESCAPE '!'
    UNION SELECT u.id, 'Notiz des Gebäudes' FROM register.units u JOIN register.buildings b ON b.id = u.building_id
    WHERE b.municipality_id = :town AND lower(concat_ws(' ', b.name, b.note)) LIKE :name ESCAPE '!'
    ORDER BY 1, 2 LIMIT 100
    """
)


def mentions(session: Session, owner: Owner) -> list[tuple[int, str, str]]:
    """Where else in the town's free texts the name stands: unit, its name, which text. A person decides about those."""
    name = owner.name.lower()
    for sign in "!%_":
        name = name.replace(sign, "!" + sign)
    rows = session.execute(_MENTIONS, {"town": owner.municipality_id, "name": f"%{name}%"}).all()
    named = titles(session, owner.municipality_id, [row.unit_id for row in rows])
    return [(row.unit_id, named.get(row.unit_id, f"Nr. {row.unit_id}"), row.where_it_is) for row in rows]


_ERASE = text("SELECT register.erase_owner(:id)")


def erase(session: Session, actor: Actor, owner_id: int, ground: str) -> OwnerErasure:
    """Erase an owner with all that hangs on them, in the tables and in the history. That it was done stays.

    Letters are set in type when they are printed and kept nowhere, so that no file is left of anybody.
    """
    owner = queries.get(session, owner_id)
    town = owner.municipality_id
    with perform(session, actor, Action.OWNER_ERASE, town):
        counts = session.scalar(_ERASE, {"id": owner_id})
        made = OwnerErasure(
            municipality_id=town, owner_id=owner_id, ground=ground, erased_by=actor.account_id, counts=counts or {}
        )
        session.add(made)
    session.expire_all()
    return made


def erase_overdue(session: Session, today: date) -> dict[int, int]:
    """Erase whose deadline has passed; how many in each town. Needs the owner's session, which sees all towns."""
    late = session.execute(select(Owner.id, Owner.municipality_id).where(Owner.delete_on <= today)).all()
    done: dict[int, int] = {}
    for owner_id, town in late:
        with for_municipality(session, town):
            erase(session, replace(SYSTEM, request_id="frist"), owner_id, "FRIST")
        done[town] = done.get(town, 0) + 1
    return done


_STALE_LINKS = text("DELETE FROM register.owner_links WHERE expires_at < now() OR used_at < now() - interval '1 day'")


def tend_owners(database: Database, today: date | None = None) -> dict[str, int]:
    """What a worker does for the owners: erases whose deadline has passed, forgets links that lead nowhere."""
    with committed(database.owner()) as session:
        erased = erase_overdue(session, today or date.today())
        with perform(session, SYSTEM, Action.OWNER_ERASE):
            session.execute(_STALE_LINKS)
    if erased:  # how many in which town; who is written nowhere
        log.info("owners erased by deadline", towns=len(erased), owners=sum(erased.values()))
    return {"owners": sum(erased.values())}
