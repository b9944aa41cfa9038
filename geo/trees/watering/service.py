"""Writes of watering: patrons come, take days, water and go; the town waters and cares; the yard is called."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo.accounts import links
from geo.core import clock
from geo.core.access import SYSTEM, Action, Actor, on_behalf
from geo.core.db import for_municipality
from geo.core.errors import STALE, Conflict, Invalid, NotFound
from geo.core.history import perform
from geo.trees.applications.model import TreeSettings
from geo.trees.watering.model import CareEntry, Patron, WateringAlarm, WateringLog, WateringTurn, WeatherDay
from geo.trees.watering.need import missed, owed
from geo.trees.watering.queries import (
    AHEAD,
    WateredVisit,
    by_confirmation,
    by_link,
    find_visit,
    get_visit,
    rota,
    trees_of_visit,
    visits_between,
)
from geo.trees.watering.schemas import CareInput, LogInput, PatronInput

CONFIRM_WITHIN = timedelta(hours=48)
# So long after the end of a visit its patrons are forgotten.
KEPT_AFTER_END = timedelta(days=30)
EVENING = 18
OVER = "Dieser Besuch ist zu Ende."


def sign_up(
    session: Session, visit_id: int, data: PatronInput, *, request_id: str, form_key: str | None, now: datetime
) -> str | None:
    """Keep a patron until they confirm. The token to mail; None when this very form was sent before."""
    visit = find_visit(session, visit_id)
    if visit.last < clock.day_of(now):
        raise Invalid({"": OVER})
    token, hashed = links.make(visit.municipality_id)
    with perform(session, on_behalf(request_id), Action.RESIDENT_ACT, visit.municipality_id):
        if form_key and session.scalar(select(Patron.id).where(Patron.form_key == form_key)):
            return None
        session.add(
            Patron(
                municipality_id=visit.municipality_id, visit_id=visit.id, email=data.email, name=data.name,
                language=data.language, consent_at=now, form_key=form_key, confirm_sha256=hashed,
                confirm_until=now + CONFIRM_WITHIN,
            )
        )  # fmt: skip
    return token


def confirm(session: Session, token: str, *, request_id: str, now: datetime) -> tuple[Patron, str]:
    """Confirm with the link that was mailed; it works once. Returns the patron and the token of their own link."""
    patron = by_confirmation(session, token, now)
    own, hashed = links.make(patron.municipality_id)
    with perform(session, on_behalf(request_id), Action.RESIDENT_ACT, patron.municipality_id):
        used = session.scalar(
            update(Patron)
            .where(Patron.id == patron.id, Patron.confirm_sha256 == patron.confirm_sha256)
            .values(confirm_sha256=None, confirm_until=None, link_sha256=hashed, confirmed_at=now)
            .returning(Patron.id)
        )
        if used is None:
            raise NotFound(links.WHAT)
    return patron, own


def link_again(session: Session, municipality_id: int, email: str, *, request_id: str) -> list[tuple[int, str]]:
    """Another link for each visit that somebody with the address helps at: visit and token. The old link works on."""
    found = []
    with perform(session, on_behalf(request_id), Action.RESIDENT_ACT, municipality_id):
        known = select(Patron).where(Patron.email == email, Patron.link_sha256.is_not(None)).order_by(Patron.id)
        for patron in session.scalars(known):
            token, patron.again_sha256 = links.make(municipality_id)
            found.append((patron.visit_id, token))
    return found


def take_day(session: Session, token: str, day: date, *, request_id: str, today: date) -> None:
    """Take a day that needs water. Raises `Conflict` when somebody else has it, `Invalid` when nobody needs to."""
    patron, visit = _patron_and_visit(session, token)
    known = {one.day for one in rota(session, visit, max(today, visit.first) + AHEAD)}
    if day < today or day not in known:
        raise Invalid({"": "An diesem Tag ist nichts zu übernehmen."})
    with perform(session, on_behalf(request_id), Action.RESIDENT_ACT, patron.municipality_id):
        taken = insert(WateringTurn).values(
            municipality_id=patron.municipality_id, visit_id=visit.id, patron_id=patron.id, day=day
        )
        session.execute(taken.on_conflict_do_nothing(constraint="watering_turns_visit_id_day_key"))
        owner = session.scalar(
            select(WateringTurn.patron_id).where(WateringTurn.visit_id == visit.id, WateringTurn.day == day)
        )
        if owner != patron.id:
            raise Conflict("Diesen Tag hat gerade jemand anderes übernommen.")


def give_back_day(session: Session, token: str, day: date, *, request_id: str) -> None:
    """Give a day back that one had taken."""
    patron, _ = _patron_and_visit(session, token)
    with perform(session, on_behalf(request_id), Action.RESIDENT_ACT, patron.municipality_id):
        session.execute(delete(WateringTurn).where(WateringTurn.patron_id == patron.id, WateringTurn.day == day))


def poured(session: Session, token: str, *, request_id: str, form_key: str | None, now: datetime) -> bool:
    """One tap: all trees were watered today with what the rule says. False when this very tap was counted before."""
    patron, visit = _patron_and_visit(session, token)
    today = clock.day_of(now)
    if not visit.first <= today <= visit.last:
        raise Invalid({"": "Heute stehen dort keine Bäume."})
    with perform(session, on_behalf(request_id), Action.RESIDENT_ACT, patron.municipality_id):
        if form_key and session.scalar(select(WateringLog.id).where(WateringLog.form_key == form_key)):
            return False
        litres = _usual_litres(session, visit, today)
        _pour(session, visit, LogInput(today, litres, "PATE"), patron_id=patron.id, form_key=form_key, now=now)
    return True


def take_back_own(session: Session, token: str, log_id: int, *, request_id: str, today: date) -> None:
    """A patron takes a tap of today back."""
    patron, _ = _patron_and_visit(session, token)
    with perform(session, on_behalf(request_id), Action.RESIDENT_ACT, patron.municipality_id):
        own = select(WateringLog).where(
            WateringLog.id == log_id, WateringLog.patron_id == patron.id, WateringLog.day == today
        )
        log = session.scalar(own)
        if log is None:
            raise NotFound("Dieses Gießen")
        session.delete(log)


def leave(session: Session, token: str, *, request_id: str) -> None:
    """A patron goes: name, address, link and days are deleted, the water stays."""
    patron, _ = _patron_and_visit(session, token)
    _forget(session, on_behalf(request_id), patron)


def erase(session: Session, actor: Actor, visit_id: int, patron_id: int) -> None:
    """The same by the town, when somebody asks for it."""
    visit = get_visit(session, actor, visit_id)
    with for_municipality(session, visit.municipality_id):
        patron = session.get(Patron, patron_id)
    if patron is None or patron.visit_id != visit.id:
        raise NotFound("Die Patenschaft", patron_id)
    _forget(session, actor, patron)


def log_water(session: Session, actor: Actor, visit_id: int, data: LogInput | None, *, by: str, now: datetime) -> None:
    """The town's people note water; without data it is today's usual amount, by `by`."""
    visit = get_visit(session, actor, visit_id)
    with perform(session, actor, Action.WATERING_EDIT, visit.municipality_id):
        given = data or LogInput(clock.day_of(now), _usual_litres(session, visit, clock.day_of(now)), by)
        if not visit.first <= given.day <= visit.last:
            raise Invalid({"day": "An diesem Tag stehen dort keine Bäume."})
        _check_tree(session, visit, given.tree_id)
        _pour(session, visit, given, patron_id=None, form_key=None, now=now)


def remove_water(session: Session, actor: Actor, visit_id: int, log_id: int, version: int) -> None:
    """Take out water that was not poured."""
    visit = get_visit(session, actor, visit_id)
    with perform(session, actor, Action.WATERING_EDIT, visit.municipality_id):
        log = session.get(WateringLog, log_id)
        if log is None or log.visit_id != visit.id:
            raise NotFound("Dieses Gießen", log_id)
        if log.version != version:
            raise Conflict(STALE)
        session.delete(log)


def add_care(session: Session, actor: Actor, visit_id: int, data: CareInput) -> None:
    """Note something else that was done for the trees of a visit, or for one of them."""
    visit = get_visit(session, actor, visit_id)
    with perform(session, actor, Action.WATERING_EDIT, visit.municipality_id):
        _check_tree(session, visit, data.tree_id, "care_tree_id")
        session.add(CareEntry(municipality_id=visit.municipality_id, visit_id=visit.id, **vars(data)))


def add_care_of_tree(session: Session, actor: Actor, tree_id: int, municipality_id: int, data: CareInput) -> None:
    """Note something that was done for a tree, wherever it stands (in winter quarters, in the workshop)."""
    with perform(session, actor, Action.WATERING_EDIT, municipality_id):
        entry = CareEntry(municipality_id=municipality_id, **vars(replace(data, tree_id=tree_id)))
        session.add(entry)


def set_weather(
    session: Session,
    actor: Actor,
    municipality_id: int,
    days: dict[date, Decimal],
    *,
    source: str,
    station: str | None = None,
) -> int:
    """Note the highest temperatures of days; what was known before is replaced. How many days say something new."""
    with perform(session, actor, Action.WATERING_EDIT, municipality_id):
        known = {
            row.day: row
            for row in session.scalars(select(WeatherDay).where(WeatherDay.municipality_id == municipality_id))
        }
        new = 0
        for day, degrees in days.items():
            row = known.get(day)
            if row is None:
                session.add(
                    WeatherDay(municipality_id=municipality_id, day=day, max_c=degrees, source=source, station=station)
                )
                new += 1
            elif row.max_c != degrees or row.source != source:
                row.max_c, row.source, row.station = degrees, source, station
                new += 1
    return new


def raise_alarms(session: Session, now: datetime) -> int:
    """Note every day that nobody watered on, in the towns that have set up watering; how many are new.

    Needs the owner's session. Running it twice, or on two machines, raises nothing twice.
    """
    local = now.astimezone(clock.BERLIN)
    today, raised = local.date(), 0
    for town in session.scalars(select(TreeSettings)).all():
        window = timedelta(days=town.yard_after_days + 7)
        for visit in visits_between(session, today - window, today, town=town.municipality_id):
            days = [one.due for one in rota(session, visit, min(today, visit.last))]
            for one in missed(days, today, town.yard_after_days, is_evening=local.hour >= EVENING):
                values = insert(WateringAlarm).values(
                    municipality_id=town.municipality_id, visit_id=visit.id, day=one.need.day, litres=one.need.litres
                )
                with perform(session, SYSTEM, Action.WATERING_EDIT, town.municipality_id):
                    made = session.scalar(
                        values.on_conflict_do_nothing(constraint="watering_alarms_visit_id_day_key").returning(
                            WateringAlarm.id
                        )
                    )
                raised += made is not None
    return raised


_TO_TELL = text(
    """
    SELECT a.id, t.yard_email FROM register.watering_alarms a
    JOIN register.tree_settings t ON t.municipality_id = a.municipality_id
    WHERE a.told_at IS NULL AND a.done_at IS NULL AND t.yard_email IS NOT NULL AND NOT t.is_example
    ORDER BY a.id FOR UPDATE OF a SKIP LOCKED
    """
)


def tell_yards(session: Session, now: datetime) -> dict[str, list[int]]:
    """The alarms that have to be told, by the yard's address, marked as told; two workers never take the same one.

    Needs the owner's session; the caller sends the mails before it commits: a mail may come twice, never not at all.
    """
    found: dict[str, list[int]] = {}
    for row in session.execute(_TO_TELL):
        found.setdefault(row.yard_email, []).append(row.id)
    ids = [one for several in found.values() for one in several]
    session.execute(update(WateringAlarm).where(WateringAlarm.id.in_(ids)).values(told_at=now))
    return found


def sweep(session: Session, now: datetime) -> int:
    """Forget patrons who never confirmed, and those whose visit ended long ago. Needs the owner's session."""
    ended = text(
        "SELECT p.id FROM register.patrons p JOIN published.visits v ON v.id = p.visit_id"
        " WHERE p.confirm_until < :now OR upper(v.during) < :day"
    )
    ids = session.scalars(ended, {"now": now, "day": clock.day_of(now) - KEPT_AFTER_END}).all()
    with perform(session, SYSTEM, Action.RESIDENT_ERASE):
        for patron_id in ids:
            _delete(session, patron_id)
    return len(ids)


def _forget(session: Session, actor: Actor, patron: Patron) -> None:
    with perform(session, actor, Action.RESIDENT_ERASE, patron.municipality_id):
        _delete(session, patron.id)


def _delete(session: Session, patron_id: int) -> None:
    for log in session.scalars(select(WateringLog).where(WateringLog.patron_id == patron_id)):
        log.patron_id = None
    session.flush()
    session.execute(delete(Patron).where(Patron.id == patron_id))


def _pour(
    session: Session,
    visit: WateredVisit,
    data: LogInput,
    *,
    patron_id: int | None,
    form_key: str | None,
    now: datetime,
) -> None:
    session.add(
        WateringLog(
            municipality_id=visit.municipality_id, visit_id=visit.id, tree_id=data.tree_id, patron_id=patron_id,
            day=data.day, logged_at=now, litres=data.litres, trees=1 if data.tree_id else visit.count,
            by_kind=data.by_kind, form_key=form_key,
        )
    )  # fmt: skip
    session.execute(
        update(WateringAlarm)
        .where(WateringAlarm.visit_id == visit.id, WateringAlarm.done_at.is_(None), WateringAlarm.day <= data.day)
        .values(done_at=now)
    )


def _usual_litres(session: Session, visit: WateredVisit, today: date) -> Decimal:
    """What is owed; when nothing is, what was due last, or will be next."""
    days = rota(session, visit, max(today, visit.first) + AHEAD)
    open_need = owed([one.due for one in days], today)
    if open_need is not None:
        return Decimal(open_need.need.litres)
    best = next((one for one in reversed(days) if one.day <= today), days[0] if days else None)
    return Decimal(best.due.need.litres) if best is not None else Decimal(20 * visit.count)


def _patron_and_visit(session: Session, token: str) -> tuple[Patron, WateredVisit]:
    patron = by_link(session, token)
    return patron, find_visit(session, patron.visit_id)


def _check_tree(session: Session, visit: WateredVisit, tree_id: int | None, field: str = "tree_id") -> None:
    if tree_id is not None and tree_id not in dict(trees_of_visit(session, visit)):
        raise Invalid({field: "Dieser Baum gehört nicht zu dem Besuch."})
