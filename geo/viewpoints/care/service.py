"""Writes of a point's upkeep: checks, furniture's state, defects from report to answer, notices, documents.

Each raises the point's version, so that its calendar's SEQUENCE rises with it and the last one can be taken back.
A reporter has no account: what they do is done by the register on their behalf (`resident.act`).
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import Range, insert
from sqlalchemy.orm import Session

from geo.accounts import links
from geo.core import clock
from geo.core.access import SYSTEM, Action, Actor, on_behalf
from geo.core.db import for_municipality
from geo.core.documents import Files, Upload
from geo.core.errors import Conflict, Invalid, NotFound
from geo.core.history import perform
from geo.viewpoints.care import queries
from geo.viewpoints.care.model import Check, Defect, Document, Feed, Notice, Reporter
from geo.viewpoints.care.schemas import CheckInput, DecisionInput, NoticeInput, ReportInput
from geo.viewpoints.model import Viewpoint
from geo.viewpoints.queries import find_visible, furniture_rows
from geo.viewpoints.service import raise_version

CONFIRM_WITHIN = timedelta(hours=48)
# So long after the end of a defect its words and its photo are forgotten.
KEPT_AFTER_END = timedelta(days=365)
MOST_DOCUMENTS = 40
LONGEST_LABEL = 120
STALE = "Jemand anderes hat diesen Mangel in der Zwischenzeit bearbeitet."


def record_check(session: Session, actor: Actor, viewpoint_id: int, data: CheckInput) -> Check:
    """Somebody looked: the day, what they saw, and the state of the furniture."""
    viewpoint = find_visible(session, actor, viewpoint_id)
    with perform(session, actor, Action.VIEWPOINT_EDIT, viewpoint.municipality_id):
        _lock(session, viewpoint)
        made = Check(
            viewpoint_id=viewpoint_id,
            municipality_id=viewpoint.municipality_id,
            checked_on=data.checked_on,
            checked_by=actor.name or None,
            result=data.result,
            was_pruned=data.was_pruned,
            note=data.note,
        )
        session.add(made)
        _set_states(session, viewpoint, data.furniture or {})
        raise_version(session, viewpoint)
    return made


def _set_states(session: Session, viewpoint: Viewpoint, states: Mapping[str, str]) -> None:
    for row in furniture_rows(session, viewpoint.id):
        state = states.get(row.kind)
        if state is not None and state != row.state:
            row.state = state


def add_notice(session: Session, actor: Actor, viewpoint_id: int, data: NoticeInput) -> Notice:
    """A sentence for visitors that ends by itself after its last day."""
    viewpoint = find_visible(session, actor, viewpoint_id)
    with perform(session, actor, Action.VIEWPOINT_EDIT, viewpoint.municipality_id):
        _lock(session, viewpoint)
        made = Notice(
            viewpoint_id=viewpoint_id,
            municipality_id=viewpoint.municipality_id,
            text=data.text,
            text_en=data.text_en,
            during=Range(data.since, data.until + timedelta(days=1)),
        )
        session.add(made)
        raise_version(session, viewpoint)
    return made


def end_notice(session: Session, actor: Actor, viewpoint_id: int, notice_id: int, today: date) -> None:
    """The notice is over: yesterday was its last day; one that has not begun is gone. Raises `NotFound`."""
    viewpoint = find_visible(session, actor, viewpoint_id)
    with perform(session, actor, Action.VIEWPOINT_EDIT, viewpoint.municipality_id):
        _lock(session, viewpoint)
        found = session.get(Notice, notice_id)
        if found is None or found.viewpoint_id != viewpoint_id:
            raise NotFound("Der Hinweis", notice_id)
        first = found.during.lower or date.min
        if first >= today:
            session.delete(found)
        elif found.during.upper is None or found.during.upper > today:
            found.during = Range(first, today)
        raise_version(session, viewpoint)


_PUBLIC_POINT = text("SELECT v.municipality_id FROM published.viewpoints v WHERE v.id = :id")


def report(
    session: Session,
    viewpoint_id: int,
    data: ReportInput,
    *,
    request_id: str,
    form_key: str | None,
    photo_sha256: str | None,
    now: datetime,
) -> str | None:
    """Keep what a visitor reports. The token to mail if they want an answer; None without, or for a form sent twice.

    Raises `NotFound` for a point that is not public.
    """
    town = session.scalar(_PUBLIC_POINT, {"id": viewpoint_id})
    if town is None:
        raise NotFound("Der Blickpunkt", viewpoint_id)
    with for_municipality(session, town):
        if form_key is not None and session.scalar(select(Reporter.defect_id).where(Reporter.form_key == form_key)):
            return None
    token, hashed = links.make(town) if data.email else (None, None)
    with perform(session, on_behalf(request_id), Action.RESIDENT_ACT, town):
        made = Defect(viewpoint_id=viewpoint_id, municipality_id=town, kind=data.kind, words=data.words)
        made.photo_sha256, made.reported_at = photo_sha256, now
        session.add(made)
        session.flush()
        kept = insert(Reporter).values(
            defect_id=made.id,
            municipality_id=town,
            email=data.email,
            language=data.language,
            form_key=form_key,
            confirm_sha256=hashed,
            confirm_until=now + CONFIRM_WITHIN if hashed else None,
        )
        session.execute(kept)
    return token


def confirm_mail(session: Session, token: str, *, request_id: str, now: datetime) -> Defect:
    """The reporter confirms their mail address with the mailed link; it works once. Raises `NotFound`."""
    one, person = queries.by_confirmation(session, token, now)
    with perform(session, on_behalf(request_id), Action.RESIDENT_ACT, one.municipality_id):
        used = session.scalar(
            update(Reporter)
            .where(Reporter.defect_id == one.id, Reporter.confirm_sha256 == person.confirm_sha256)
            .values(confirm_sha256=None, confirm_until=None, confirmed_at=now)
            .returning(Reporter.defect_id)
        )
        if used is None:
            raise NotFound(links.WHAT)
    return one


def decide(
    session: Session, actor: Actor, viewpoint_id: int, defect_id: int, version: int, data: DecisionInput, today: date
) -> Defect:
    """Confirm a defect, mend it, say that it is none, or take that back.

    From its confirmation to its end it limits an open point (`published.viewpoint_limits`). Raises `Conflict` for a
    stale version, `Invalid` for what does not go together.
    """
    viewpoint = find_visible(session, actor, viewpoint_id)
    found = queries.defect(session, actor, viewpoint_id, defect_id)
    with perform(session, actor, Action.VIEWPOINT_EDIT, viewpoint.municipality_id):
        session.refresh(found, with_for_update=True)
        if found.version != version:
            raise Conflict(STALE, version=found.version)
        _lock(session, viewpoint)
        if data.state in ("BESTAETIGT", "BEHOBEN"):
            confirmed = found.confirmed_on or today
            due = data.due_on or found.due_on or confirmed + timedelta(days=viewpoint.mend_within_days)
        else:
            confirmed, due = None, None
        closed = (found.closed_on or today) if data.state in ("BEHOBEN", "ABGELEHNT") else None
        if data.state == found.state == "NEU" and not (data.answer or data.note):
            raise Invalid({"state": "Bitte entscheiden: bestätigen, als behoben melden oder „kein Mangel“."})
        found.state, found.confirmed_on, found.due_on, found.closed_on = data.state, confirmed, due, closed
        found.answer, found.note = data.answer, data.note
        if data.state == "BEHOBEN":
            _set_states(session, viewpoint, {found.kind: "GUT"})
        elif data.state == "BESTAETIGT":
            _set_states(session, viewpoint, {found.kind: "BESCHAEDIGT"})
        raise_version(session, viewpoint)
    return found


def told(session: Session, actor: Actor, one: Defect, today: date) -> tuple[str, str] | None:
    """Address and language of who gets the answer now; after that nobody knows them any more.

    None when nobody waits, or the address was never confirmed (that is forgotten all the same).
    """
    person = queries.reporter(session, one)
    if person is None:
        return None
    with perform(session, actor, Action.VIEWPOINT_EDIT, one.municipality_id):
        session.execute(delete(Reporter).where(Reporter.defect_id == one.id))
        if person.email is None or person.confirmed_at is None:
            return None
        one.told_on = today
    return person.email, person.language


def add_document(
    session: Session, actor: Actor, viewpoint_id: int, title: str, stage: str | None, file: Upload, store: Files
) -> Document:
    """Keep a document of a point: its file first, then its row."""
    viewpoint = find_visible(session, actor, viewpoint_id)
    with perform(session, actor, Action.VIEWPOINT_EDIT, viewpoint.municipality_id):
        _lock(session, viewpoint)
        known = session.scalars(select(Document.sha256).where(Document.viewpoint_id == viewpoint_id)).all()
        if file.sha256 in known:
            raise Invalid({"file": "Diese Datei ist hier schon gespeichert."})
        if len(known) >= MOST_DOCUMENTS:
            raise Invalid({"file": f"Zu einem Punkt gehören höchstens {MOST_DOCUMENTS} Unterlagen."})
        store.keep(viewpoint.municipality_id, file)
        made = Document(
            viewpoint_id=viewpoint_id,
            municipality_id=viewpoint.municipality_id,
            title=title,
            stage=stage,
            file_name=file.name,
            media_type=file.media_type,
            size_bytes=len(file.content),
            sha256=file.sha256,
        )
        session.add(made)
        raise_version(session, viewpoint)
    return made


def remove_document(session: Session, actor: Actor, viewpoint_id: int, document_id: int) -> None:
    """Take a document away; its file is swept a day later, so that this can be undone until then."""
    viewpoint = find_visible(session, actor, viewpoint_id)
    found = queries.document(session, actor, viewpoint_id, document_id)
    with perform(session, actor, Action.VIEWPOINT_EDIT, viewpoint.municipality_id):
        _lock(session, viewpoint)
        session.delete(found)
        raise_version(session, viewpoint)


def make_feed(session: Session, actor: Actor, municipality_id: int, label: str) -> tuple[Feed, str]:
    """A new calendar of the town's points; with its secret, which is kept nowhere. Raises `Invalid` without a label."""
    label = label.strip()
    if not 0 < len(label) <= LONGEST_LABEL:
        raise Invalid({"label": f"Bitte einen Namen mit höchstens {LONGEST_LABEL} Zeichen angeben."})
    with perform(session, actor, Action.VIEWPOINT_EDIT, municipality_id):
        token, hashed = links.make(municipality_id)
        made = Feed(municipality_id=municipality_id, label=label, secret_sha256=hashed)
        session.add(made)
    return made, token


def revoke_feed(
    session: Session, actor: Actor, municipality_id: int, feed_id: int, version: int, now: datetime
) -> Feed:
    """Let an address lead nowhere from now on. Raises `NotFound`, `Conflict`."""
    with for_municipality(session, municipality_id):
        found = session.get(Feed, feed_id)
    if found is None or found.municipality_id != municipality_id:
        raise NotFound("Der Kalender", feed_id)
    with perform(session, actor, Action.VIEWPOINT_EDIT, municipality_id):
        if found.version != version:
            raise Conflict("Jemand anderes hat diese Adresse in der Zwischenzeit geändert.", version=found.version)
        found.revoked_at = now
    return found


def sweep(session: Session, now: datetime) -> int:
    """Forget who never confirmed, and words and photos of what ended long ago. Needs the owner's session."""
    with perform(session, SYSTEM, Action.RESIDENT_ERASE):
        late = session.execute(
            update(Reporter)
            .where(Reporter.confirm_until < now)
            .values(email=None, confirm_sha256=None, confirm_until=None)
        )
        ended = select(Defect).where(
            Defect.closed_on < clock.day_of(now - KEPT_AFTER_END),
            (Defect.words.is_not(None)) | (Defect.photo_sha256.is_not(None)),
        )
        old = session.scalars(ended).all()
        for one in old:
            one.words = one.photo_sha256 = None
    return int(late.rowcount) + len(old)  # type: ignore[attr-defined]  # an execution of DML has it


def _lock(session: Session, viewpoint: Viewpoint) -> None:
    """Keep the point from others until the transaction ends; what was done to it before is no reason to refuse."""
    session.refresh(viewpoint, with_for_update=True)
