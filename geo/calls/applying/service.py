"""Writes of applications: begin, save as it is typed, attach, hand in, withdraw, take up again.

Each asks the clock first (`now`), and the database asks its own: what is saved at the closing stays readable and is
changed by nobody any more.
"""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from geo.calls import queries as calls
from geo.calls.applying import queries
from geo.calls.applying.schemas import CONTACT, ApplicationInput, missing
from geo.calls.model import Answer, Application, Attachment, Call, Contact
from geo.calls.timing import check_open
from geo.core import geometry
from geo.core.access import Action, Actor, require
from geo.core.documents import Files, Upload
from geo.core.errors import STALE, Conflict, Invalid, NotFound
from geo.core.history import perform

MOST_ATTACHMENTS = 15
FROZEN = (
    "Die Bewerbung ist eingereicht. Wer sie ändern will, zieht sie vor dem Schluss zurück und nimmt sie wieder auf."
)


def begin(session: Session, actor: Actor, call_id: int, municipality_id: int, now: datetime) -> Application:
    """The town's application to a call, a new draft if there is none. Raises `Conflict` outside of the period."""
    call = calls.get(session, actor, call_id)
    with perform(session, actor, Action.CALL_APPLY, municipality_id):
        known = queries.find_own(session, actor, call_id, municipality_id)
        if known is not None:
            return known
        _check_open(call, now)
        values = {"call_id": call_id, "municipality_id": municipality_id, "saved_at": now}
        session.execute(insert(Application).values(values).on_conflict_do_nothing())
        found = queries.find_own(session, actor, call_id, municipality_id)
        if found is None:
            raise NotFound("Die Bewerbung")
    return found


def save(
    session: Session,
    actor: Actor,
    call_id: int,
    municipality_id: int,
    version: int,
    data: ApplicationInput,
    now: datetime,
) -> Application:
    """Keep what is written so far. Raises `Conflict` with the stored values when somebody was faster."""
    with perform(session, actor, Action.CALL_APPLY, municipality_id):
        record = _locked(session, actor, call_id, municipality_id, version, now)
        application = record.application
        if application.state != "ENTWURF":
            raise Conflict(FROZEN)
        changed = _fill(application, data) | _fill_contact(session, record, data) | _answer(session, record, data)
        if changed:
            application.saved_at = now
            flag_modified(application, "title")
    return application


def attach(
    session: Session,
    actor: Actor,
    call_id: int,
    municipality_id: int,
    title: str | None,
    file: Upload,
    now: datetime,
    *,
    store: Files,
) -> Attachment:
    """Keep a file with the application: first the file, then its row. Raises `Invalid`, `Conflict`."""
    with perform(session, actor, Action.CALL_APPLY, municipality_id):
        record = _locked(session, actor, call_id, municipality_id, None, now)
        application = record.application
        if application.state != "ENTWURF":
            raise Conflict(FROZEN)
        if len(record.attachments) >= MOST_ATTACHMENTS:
            raise Invalid({"file": f"Zu einer Bewerbung gehören höchstens {MOST_ATTACHMENTS} Anlagen."})
        if any(one.sha256 == file.sha256 for one in record.attachments):
            raise Invalid({"file": "Diese Datei ist hier schon gespeichert."})
        store.keep(municipality_id, file)
        made = Attachment(
            application_id=application.id,
            call_id=call_id,
            municipality_id=municipality_id,
            title=title or file.name,
            file_name=file.name,
            media_type=file.media_type,
            size_bytes=len(file.content),
            sha256=file.sha256,
        )
        session.add(made)
    return made


def detach(
    session: Session, actor: Actor, call_id: int, municipality_id: int, attachment_id: int, now: datetime
) -> None:
    """Take a file away from a draft."""
    with perform(session, actor, Action.CALL_APPLY, municipality_id):
        record = _locked(session, actor, call_id, municipality_id, None, now)
        if record.application.state != "ENTWURF":
            raise Conflict(FROZEN)
        session.delete(queries.attachment(record, attachment_id))


def hand_in(
    session: Session, actor: Actor, call_id: int, municipality_id: int, version: int, now: datetime
) -> Application:
    """Hand the draft in, if nothing is missing. Raises `Invalid` with what is, `Conflict` for a stale version."""
    with perform(session, actor, Action.CALL_HAND_IN, municipality_id):
        record = _locked(session, actor, call_id, municipality_id, version, now)
        application = record.application
        if application.state != "ENTWURF":
            raise Conflict("Eingereicht wird ein Entwurf. Bitte die Seite neu laden.")
        lacking = missing(calls.get(session, actor, call_id), calls.questions(session, call_id), record.values)
        if lacking:
            raise Invalid(lacking)
        application.state, application.handed_in_at = "EINGEREICHT", now
    return application


def withdraw(
    session: Session, actor: Actor, call_id: int, municipality_id: int, version: int, now: datetime
) -> Application:
    """Take back what was handed in, before the closing; it stays readable for the town."""
    with perform(session, actor, Action.CALL_HAND_IN, municipality_id):
        application = _locked(session, actor, call_id, municipality_id, version, now).application
        if application.state != "EINGEREICHT":
            raise Conflict("Zurückgezogen wird eine eingereichte Bewerbung. Bitte die Seite neu laden.")
        application.state = "ZURUECKGEZOGEN"
    return application


def take_up(
    session: Session, actor: Actor, call_id: int, municipality_id: int, version: int, now: datetime
) -> Application:
    """Go on writing at what was withdrawn, before the closing."""
    with perform(session, actor, Action.CALL_APPLY, municipality_id):
        application = _locked(session, actor, call_id, municipality_id, version, now).application
        if application.state != "ZURUECKGEZOGEN":
            raise Conflict("Wieder aufgenommen wird eine zurückgezogene Bewerbung. Bitte die Seite neu laden.")
        application.state = "ENTWURF"
    return application


def _locked(
    session: Session, actor: Actor, call_id: int, municipality_id: int, version: int | None, now: datetime
) -> queries.Record:
    """The town's application as it is now, kept from others until the transaction ends, while the call is open."""
    require(actor, Action.CALL_APPLY, municipality_id)
    found = queries.find_own(session, actor, call_id, municipality_id)
    if found is None:
        raise NotFound("Die Bewerbung")
    session.refresh(found, with_for_update={"key_share": True})
    record = queries.own(session, actor, call_id, municipality_id)
    _check_open(calls.get(session, actor, call_id), now)
    if version is not None and found.version != version:
        raise Conflict(STALE, theirs=record.values, version=found.version)
    return record


def _check_open(call: Call, now: datetime) -> None:
    check_open(call, now, is_published=call.published_at is not None)


def _fill(application: Application, data: ApplicationInput) -> bool:
    values = {**data.texts, "cost_eur": data.cost_eur, "own_share_eur": data.own_share_eur, "postcode": data.postcode}
    changed = False
    for name, value in values.items():
        if getattr(application, name) != value:
            setattr(application, name, value)
            changed = True
    if _rounded(application) != _rounded(data):
        application.point = data.point
        changed = True
    return changed


def _rounded(one: Application | ApplicationInput) -> tuple[float, float] | None:
    """The point as its form shows it."""
    if one.point is None:
        return None
    longitude, latitude = geometry.lon_lat(one.point)
    return round(longitude, 6), round(latitude, 6)


def _fill_contact(session: Session, record: queries.Record, data: ApplicationInput) -> bool:
    given = {name.removeprefix("contact_"): data.contact.get(name) for name in CONTACT}
    contact = record.contact
    if contact is None:
        if not any(given.values()):
            return False
        application = record.application
        keys = {"call_id": application.call_id, "municipality_id": application.municipality_id}
        session.add(Contact(application_id=application.id, **keys, **given))
        return True
    changed = [name for name, value in given.items() if getattr(contact, name) != value]
    for name in changed:
        setattr(contact, name, given[name])
    return bool(changed)


def _answer(session: Session, record: queries.Record, data: ApplicationInput) -> bool:
    application, changed = record.application, False
    stored = {one.question_id: one for one in queries.answers_of(session, application.id)}
    for question, answer in data.answers.items():
        if question not in stored:
            keys = {"call_id": application.call_id, "municipality_id": application.municipality_id}
            session.add(Answer(application_id=application.id, question_id=question, answer=answer, **keys))
            changed = True
        elif stored[question].answer != answer:
            stored[question].answer = answer
            changed = True
    for question, row in stored.items():
        if question not in data.answers:
            session.delete(row)
            changed = True
    return changed
