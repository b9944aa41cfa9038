"""Writes of citizens' reports: sent, confirmed, decided and answered, forgotten; and whether a town takes any.

A reporter has no account: what they do is done by the register on their behalf (`resident.act`). A decision changes a
unit by the unit's own service alone, so that its history tells it like any other change.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo.accounts import links
from geo.core import clock, geometry
from geo.core.access import SYSTEM, Action, Actor, on_behalf
from geo.core.codes import label
from geo.core.errors import STALE, Conflict, Invalid, NotFound
from geo.core.history import perform
from geo.places.addresses import queries as addresses
from geo.places.addresses.keys import taken_apart
from geo.vacancies import service as units
from geo.vacancies.cases import queries as case_queries
from geo.vacancies.cases import service as cases
from geo.vacancies.cases.schemas import Opening
from geo.vacancies.citizens.codes import KIND_NAMES
from geo.vacancies.citizens.model import Report, Reporter, ReportSettings
from geo.vacancies.citizens.queries import by_confirmation, get, reporter, settings_of
from geo.vacancies.citizens.rules import SILENT, SPOKEN_OF, WITH_UNIT
from geo.vacancies.citizens.schemas import NO_UNIT, DecisionInput, ReportInput
from geo.vacancies.model import Unit
from geo.vacancies.schemas import SpellInput, Verification

CONFIRM_WITHIN = timedelta(hours=48)
# An address is kept no longer than this, answered or not.
MAIL_KEPT = timedelta(days=90)
# So long after the decision the reporter's own words, place and photo are forgotten.
KEPT_AFTER_END = timedelta(days=365)
# What was not admissible goes sooner: only so long that a mistake can be mended.
REFUSED_KEPT = timedelta(days=30)
SOURCE = "Meldung aus der Bürgerschaft"
DECIDED = "Über diese Meldung ist schon entschieden."


def send(
    session: Session,
    municipality_id: int,
    data: ReportInput,
    *,
    request_id: str,
    form_key: str | None,
    photo_sha256: str | None,
    now: datetime,
) -> str | None:
    """Keep a report for the town (see `queries.town_of`). The token to mail if an answer is wanted.

    None without an address, and for a form that was sent before.
    """
    with perform(session, on_behalf(request_id), Action.RESIDENT_ACT, municipality_id):
        if form_key is not None and session.scalar(select(Report.id).where(Report.form_key == form_key)):
            return None
        point = data.point or _spot_of_address(session, municipality_id, data.address)
        made = Report(
            municipality_id=municipality_id,
            kind=data.kind,
            wish=data.wish,
            words=data.words,
            address=data.address,
            point=None if point is None else geometry.point(*point),
            photo_sha256=photo_sha256,
            photo_consent=data.photo_consent and photo_sha256 is not None,
            unit_id=data.unit_id,
            received_at=now,
            form_key=form_key,
        )
        session.add(made)
        session.flush()
        if data.email is None:
            return None
        token, hashed = links.make(municipality_id)
        kept = insert(Reporter).values(
            report_id=made.id,
            municipality_id=municipality_id,
            email=data.email,
            language=data.language,
            confirm_sha256=hashed,
            confirm_until=now + CONFIRM_WITHIN,
        )
        session.execute(kept)
    return token


def confirm(session: Session, token: str, *, request_id: str, now: datetime) -> tuple[Report, tuple[str, str] | None]:
    """The reporter confirms the address by the mailed link, which works once. Raises `NotFound`.

    With it the address and language for an answer that was waiting for this, which is then forgotten.
    """
    report, person = by_confirmation(session, token, now)
    actor = on_behalf(request_id)
    with perform(session, actor, Action.RESIDENT_ACT, report.municipality_id):
        used = session.scalar(
            update(Reporter)
            .where(Reporter.report_id == report.id, Reporter.confirm_sha256 == person.confirm_sha256)
            .values(confirm_sha256=None, confirm_until=None, confirmed_at=now)
            .returning(Reporter.report_id)
        )
        if used is None:
            raise NotFound(links.WHAT)
        session.refresh(report, with_for_update=True)
        waiting = None if report.outcome is None else _told(session, report, now)
    return report, waiting


def decide(session: Session, actor: Actor, report_id: int, version: int, data: DecisionInput, today: date) -> Report:
    """Say what becomes of a report, and change its unit accordingly.

    Raises `Conflict` for what is decided already or was changed since `version`, `Invalid` for what the unit refuses.
    """
    report = get(session, report_id)
    with perform(session, actor, Action.REPORT_EDIT, report.municipality_id):
        session.refresh(report, with_for_update=True)
        if report.outcome is not None:
            raise Conflict(DECIDED, version=report.version)
        if report.version != version:
            raise Conflict(STALE, version=report.version)
        unit = None if data.unit_id is None else session.get(Unit, data.unit_id)
        if data.unit_id is not None and unit is None:
            raise Invalid({"unit_id": f"Eine Nutzungseinheit {data.unit_id} gibt es in Ihrer Gemeinde nicht."})
        received = clock.day_of(report.received_at)
        if unit is not None:
            _change(session, actor, unit, report, data, received)
        elif data.outcome in WITH_UNIT:
            raise Invalid({"unit_id": NO_UNIT})
        report.outcome, report.decided_on = data.outcome, today
        report.unit_id = data.unit_id or (report.unit_id if report.kind == "IDEE" else None)
        report.case_id = _case(session, actor, report, data, today) if unit is not None and data.with_case else None
        report.wish = data.wish or report.wish
        report.answer, report.note = data.answer, data.note
    return report


def _change(session: Session, actor: Actor, unit: Unit, report: Report, data: DecisionInput, received: date) -> None:
    """What a report changes of its unit: its state since a day, or the day on which it was last confirmed."""
    if data.outcome == "GEAENDERT":
        state = SpellInput(
            SPOKEN_OF[report.kind],
            data.since or received,
            source=SOURCE,
            observed_on=received,
            confidence="WAHRSCHEINLICH",
        )
        try:
            units.set_state(session, actor, unit.id, unit.version, state)
        except Invalid as refused:  # the unit's fields are others than this form's
            names = {"state": "outcome", "since": "since"}
            raise Invalid({names.get(name, ""): sentence for name, sentence in refused.fields.items()}) from None
    if data.outcome in ("GEAENDERT", "BESTAETIGT") and (unit.verified_on is None or unit.verified_on <= received):
        units.verify(session, actor, unit.id, unit.version, Verification(received, "BUERGER"))


def _case(session: Session, actor: Actor, report: Report, data: DecisionInput, today: date) -> int | None:
    """The open case of the report's unit, which now knows of it; or a new one, unless the unit is said to be in use."""
    unit_id = data.unit_id or 0
    words = f"{SOURCE} {report.id}: {label(KIND_NAMES, report.kind)}"
    there = case_queries.open_of_unit(session, unit_id)
    if there is None:
        if report.kind == "WIEDER_GENUTZT":
            return None
        return cases.open_case(session, actor, unit_id, Opening(today, "GEPRUEFT", words)).id
    last = case_queries.last_day(session, there.id) or today
    step = replace(cases.step_of(there, max(today, last)), note=words)
    return cases.record(session, actor, there.id, there.version, step).id


def reopen(session: Session, actor: Actor, report_id: int, version: int) -> Report:
    """Take a decision back. The unit keeps what was done to it, and has its own way back. Raises `Conflict`."""
    report = get(session, report_id)
    with perform(session, actor, Action.REPORT_EDIT, report.municipality_id):
        session.refresh(report, with_for_update=True)
        if report.version != version:
            raise Conflict(STALE, version=report.version)
        report.outcome = report.decided_on = None
    return report


def answer(session: Session, actor: Actor, report: Report, now: datetime) -> tuple[str, str] | None:
    """Address and language of who gets the answer to a decided report now; after that nobody knows them any more.

    None when nobody waits. Who has not confirmed the address yet gets it when they do.
    """
    with perform(session, actor, Action.REPORT_EDIT, report.municipality_id):
        return _told(session, report, now)


def _told(session: Session, report: Report, now: datetime) -> tuple[str, str] | None:
    person = reporter(session, report)
    if person is None:
        return None
    is_silent = report.outcome in SILENT
    if person.confirmed_at is None and not is_silent and person.confirm_until and person.confirm_until > now:
        return None
    session.execute(delete(Reporter).where(Reporter.report_id == report.id))
    if is_silent or person.confirmed_at is None:
        return None
    report.told_on = clock.day_of(now)
    return person.email, person.language


def set_taking(session: Session, actor: Actor, municipality_id: int, version: int, *, takes_reports: bool) -> None:
    """Take reports of citizens, or no more. Raises `Conflict` when somebody else decided since `version`."""
    with perform(session, actor, Action.TOWN_EDIT, municipality_id):
        row = settings_of(session, municipality_id)
        if row.version != version:
            raise Conflict("Jemand anderes hat diese Einstellungen in der Zwischenzeit geändert.")
        if row.version == 0:
            session.add(ReportSettings(municipality_id=municipality_id, takes_reports=takes_reports))
        elif row.takes_reports != takes_reports:
            row.takes_reports = takes_reports


def sweep(session: Session, now: datetime) -> int:
    """Forget addresses that were never confirmed or are too old, and what reporters wrote long ago; how many.

    Needs the owner's session, which sees all towns. Their photos are then named by no row.
    """
    with perform(session, SYSTEM, Action.RESIDENT_ERASE):
        old = select(Report.id).where(Report.received_at < now - MAIL_KEPT)
        gone = session.execute(
            delete(Reporter).where((Reporter.confirm_until < now) | Reporter.report_id.in_(old))
        ).rowcount  # type: ignore[attr-defined]  # an execution of DML has it
        is_old = Report.decided_on < clock.day_of(now - KEPT_AFTER_END)
        was_refused = Report.outcome.in_(SILENT) & (Report.decided_on < clock.day_of(now - REFUSED_KEPT))
        ended = select(Report).where(is_old | was_refused, Report.erased_at.is_(None), ~Report.is_example)
        forgotten = session.scalars(ended).all()
        for one in forgotten:
            one.words = one.address = one.point = one.photo_sha256 = one.note = one.form_key = None
            one.erased_at = now
    return int(gone) + len(forgotten)


def _spot_of_address(session: Session, municipality_id: int, address: str | None) -> tuple[float, float] | None:
    """Where the house stands by the town's own list of addresses."""
    street, number = taken_apart(address or "")
    if not (street and number):
        return None
    found = addresses.locate(session, municipality_id, [(street, number, None)])[0]
    return None if found is None else (found.longitude, found.latitude)
