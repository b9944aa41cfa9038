"""The rights of whoever is stored: what is stored on them, where else they are named, and erasing them for good."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import SYSTEM, Action, Actor, require
from geo.core.db import Database, for_municipality
from geo.core.history import perform
from geo.jobs.files import Store
from geo.jobs.running import committed
from geo.owners import queries, service
from geo.owners.campaigns.jobs import forget_files
from geo.owners.campaigns.model import Answer, Letter, LetterUnit, Proposal
from geo.owners.model import Owner, OwnerErasure
from geo.vacancies.bulk.plan import titles
from geo.vacancies.queries import pattern

log = structlog.get_logger("owners")

_TOLD = frozenset({"municipality_id", "is_example"})


def everything_on(session: Session, actor: Actor, owner_id: int) -> dict[str, Any]:
    """All that the register holds on an owner, by kind, with its history: for them to read (GDPR, article 15)."""
    owner = queries.get(session, owner_id)
    require(actor, Action.OWNER_VIEW, owner.municipality_id)
    letters = list(session.scalars(select(Letter).where(Letter.owner_id == owner_id).order_by(Letter.id)))
    answers = list(session.scalars(select(Answer).where(Answer.owner_id == owner_id).order_by(Answer.id)))
    of_letters = select(LetterUnit).where(LetterUnit.letter_id.in_([one.id for one in letters]))
    owned = queries.units_of(session, owner_id, clock.today())
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
    WITH theirs AS (
        SELECT DISTINCT h.table_name, h.row_id FROM history.owner_changes h
        WHERE (h.table_name = 'owners' AND h.row_id = :id)
           OR (h.table_name IN ('ownerships', 'owner_consents', 'owner_contacts', 'owner_letters', 'owner_answers')
               AND CAST(:id AS text) IN (h.old_values ->> 'owner_id', h.new_values ->> 'owner_id'))
           OR (h.table_name = 'owner_members' AND CAST(:id AS text) IN (h.old_values ->> 'member_id',
               h.new_values ->> 'member_id', h.old_values ->> 'community_id', h.new_values ->> 'community_id'))
    ), proposed AS (
        SELECT DISTINCT h.table_name, h.row_id FROM history.owner_changes h JOIN theirs t
            ON t.table_name = 'owner_answers'
            AND CAST(t.row_id AS text) IN (h.old_values ->> 'answer_id', h.new_values ->> 'answer_id')
        WHERE h.table_name = 'owner_proposals'
    )
    SELECT c.changed_at, c.table_name, c.row_id, c.action, c.operation, c.old_values, c.new_values, c.request_id,
        coalesce(a.name, CASE WHEN c.actor_id IS NULL THEN 'System' ELSE 'Konto ' || c.actor_id END) AS actor
    FROM history.owner_changes c LEFT JOIN register.accounts a ON a.id = c.actor_id
    WHERE (c.table_name, c.row_id) IN (SELECT * FROM theirs UNION SELECT * FROM proposed)
    ORDER BY c.id DESC
    """
)


def history(session: Session, owner_id: int) -> list[Row[Any]]:
    """Everything that was written about an owner, newest first."""
    return list(session.execute(_HISTORY, {"id": owner_id}))


# Where the town writes freely, and may have written somebody's name: of a unit, and of what has none.
_MENTIONS = text(
    """
    WITH written (unit_id, page, number, where_it_is, words) AS (
        SELECT u.id, 'unit', u.id, 'Notiz der Nutzungseinheit', concat_ws(' ', u.name, u.note)
        FROM register.units u WHERE u.municipality_id = :town
        UNION ALL SELECT u.id, 'unit', u.id, 'Text der Veröffentlichung',
            concat_ws(' ', u.public_title, u.public_title_en, u.public_text, u.public_text_en)
        FROM register.units u WHERE u.municipality_id = :town
        UNION ALL SELECT s.unit_id, 'unit', s.unit_id, 'Nutzungsabschnitt', concat_ws(' ', s.occupant, s.note, s.source)
        FROM register.occupancy_spells s WHERE s.municipality_id = :town
        UNION ALL SELECT u.id, 'unit', u.id, 'Notiz des Gebäudes', concat_ws(' ', b.name, b.note)
        FROM register.buildings b JOIN register.units u ON u.building_id = b.id WHERE b.municipality_id = :town
        UNION ALL SELECT c.unit_id, 'case', c.id, 'Fall', concat_ws(' ', c.next_action, c.type_reason)
        FROM register.cases c WHERE c.municipality_id = :town
        UNION ALL SELECT c.unit_id, 'case', c.id, 'Verlauf des Falls', concat_ws(' ', e.note, e.next_action)
        FROM register.case_events e JOIN register.cases c ON c.id = e.case_id WHERE e.municipality_id = :town
        UNION ALL SELECT c.unit_id, 'case', c.id, 'Maßnahme', concat_ws(' ', x.actors, x.funding, x.result, x.lesson)
        FROM register.case_measures x JOIN register.cases c ON c.id = x.case_id WHERE x.municipality_id = :town
        UNION ALL SELECT r.unit_id, 'report', r.id, 'Meldung', concat_ws(' ', r.words, r.address, r.answer, r.note)
        FROM register.citizen_reports r WHERE r.municipality_id = :town
        UNION ALL SELECT m.unit_id, 'seeker', m.seeker_id, 'Vermittlung', m.result
        FROM register.matches m WHERE m.municipality_id = :town
        UNION ALL SELECT NULL, 'seeker', k.id, 'Gesuch', concat_ws(' ', k.plan, k.note)
        FROM register.seekers k WHERE k.municipality_id = :town
        UNION ALL SELECT NULL, 'campaign', c.id, 'Briefaktion', concat_ws(' ', c.name, c.subject, c.body)
        FROM register.owner_campaigns c WHERE c.municipality_id = :town
        UNION ALL SELECT NULL, 'owner', o.id, 'Angaben zu jemand anderem',
            concat_ws(' ', o.name, o.contact_name, o.source, o.note)
        FROM register.owners o WHERE o.municipality_id = :town AND o.id <> :id
        UNION ALL SELECT NULL, 'owner', x.owner_id, 'Kontakt mit jemand anderem', x.note
        FROM register.owner_contacts x WHERE x.municipality_id = :town AND x.owner_id <> :id
        UNION ALL SELECT NULL, 'owner', x.owner_id, 'Einwilligung von jemand anderem', x.note
        FROM register.owner_consents x WHERE x.municipality_id = :town AND x.owner_id <> :id
    )
    SELECT DISTINCT unit_id, page, number, where_it_is FROM written WHERE lower(words) LIKE :name ESCAPE '!'
    ORDER BY unit_id NULLS LAST, page, number, where_it_is
    """
)


@dataclass(frozen=True)
class Mention:
    """Where a name stands: on the page of which thing (`page` names its kind), what that is called, in which text."""

    page: str
    number: int
    name: str
    where: str


def mentions(session: Session, owner: Owner) -> list[Mention]:
    """Where else in the town's free texts the name stands. A person decides about those."""
    values = {"town": owner.municipality_id, "id": owner.id, "name": pattern(owner.name.lower())}
    rows = session.execute(_MENTIONS, values).all()
    named = titles(session, owner.municipality_id, [row.unit_id for row in rows if row.unit_id])
    return [Mention(row.page, row.number, named.get(row.unit_id, f"Nr. {row.number}"), row.where_it_is) for row in rows]


_ERASE = text("SELECT register.erase_owner(:id)")


def erase(session: Session, actor: Actor, owner_id: int, ground: str, store: Store, today: date) -> OwnerErasure:
    """Erase an owner with all that hangs on them: in the tables, in the history, and the files with a letter to them.

    That it was done stays. What was shown because they agreed is shown no more.
    """
    owner = queries.get(session, owner_id)
    town = owner.municipality_id
    with perform(session, actor, Action.OWNER_ERASE, town):
        units = service.theirs(session, owner_id, today)
        letters = session.scalars(select(Letter.id).where(Letter.owner_id == owner_id).with_for_update()).all()
        forget_files(session, store, town, letters)
        counts = session.scalar(_ERASE, {"id": owner_id})
        made = OwnerErasure(
            municipality_id=town, owner_id=owner_id, ground=ground, erased_by=actor.account_id, counts=counts or {}
        )
        session.add(made)
        session.flush()
        session.expire_all()
        service.lower_uncarried(session, actor, units, today)
    return made


def erase_overdue(session: Session, today: date, store: Store) -> dict[int, int]:
    """Erase whose deadline has passed; how many in each town. Needs the owner's session, which sees all towns."""
    late = session.execute(select(Owner.id, Owner.municipality_id).where(Owner.delete_on <= today)).all()
    done: dict[int, int] = {}
    for owner_id, town in late:
        with for_municipality(session, town):
            erase(session, replace(SYSTEM, request_id="frist"), owner_id, "FRIST", store, today)
        done[town] = done.get(town, 0) + 1
    return done


_STALE_LINKS = text("DELETE FROM register.owner_links WHERE expires_at < now() OR used_at < now() - interval '1 day'")


def tend_owners(database: Database, home: Path, today: date | None = None) -> dict[str, int]:
    """What a worker does for the owners: erases whose deadline has passed, forgets links that lead nowhere, and lowers
    what is shown on the ground of a consent that has run out.
    """
    day = today or clock.today()
    with committed(database.owner()) as session:
        erased = erase_overdue(session, day, Store(home / "jobs"))
        lowered = service.lower_overdue(session, day)
        with perform(session, SYSTEM, Action.OWNER_ERASE):
            session.execute(_STALE_LINKS)
    if erased or lowered:  # how many in which town; who is written nowhere
        log.info("owners tended", towns=len(erased), erased=sum(erased.values()), lowered=lowered)
    return {"owners": sum(erased.values()), "lowered": lowered}
