"""The town decides on what an owner answered: each value by itself, written through the units' own service."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import Action, Actor, require
from geo.core.codes import label
from geo.core.errors import STALE, Conflict, Invalid, NotPermitted
from geo.core.geometry import lon_lat
from geo.core.history import perform
from geo.owners import queries as owners
from geo.owners import service as owning
from geo.owners.campaigns import queries
from geo.owners.campaigns.answering import LEVEL, OWN, VERIFIED, as_text
from geo.owners.campaigns.model import Answer, Proposal
from geo.owners.schemas import ConsentInput
from geo.places.model import Place
from geo.places.schemas import PlaceInput
from geo.vacancies import queries as units
from geo.vacancies import service as vacancies
from geo.vacancies.codes import ENTRANCES, PUBLICATION_LEVELS, STATES
from geo.vacancies.model import Unit
from geo.vacancies.portfolio.service import LEVEL_AFTER_END
from geo.vacancies.schemas import PUBLISHED_TERMS, PublicationInput, SpellInput, UnitChange, UnitInput, Verification

LABELS = {
    "state": "Nutzung",
    "area_total_m2": "Gesamtfläche",
    "area_sales_m2": "Verkaufsfläche",
    "entrance": "Eingang",
    "rent_eur_m2": "Kaltmiete",
    LEVEL: "Veröffentlichung",
    VERIFIED: "Angaben bestätigt",
    "contact_name": "Ansprechperson",
    "phone": "Telefon",
    "email": "E-Mail",
}
# Facts first, so that what is published and confirmed is what holds then.
ORDER = tuple(LABELS)
# What only whoever may publish decides.
FOR_MANAGERS = ("rent_eur_m2", LEVEL)
# A publication that an owner agreed to lasts half a year, as one that the town begins.
PUBLISHED_FOR = timedelta(days=182)
_CODES: dict[str, Mapping[Any, Any]] = {
    "state": STATES,
    "entrance": ENTRANCES,
    LEVEL: {str(level): names for level, names in PUBLICATION_LEVELS.items()},
}
_UNITS = {"area_total_m2": " m²", "area_sales_m2": " m²", "rent_eur_m2": " €/m²"}


@dataclass(frozen=True)
class Row:
    """One proposal as it is judged: what the register said when it was sent, what it says now, what it would say."""

    proposal: Proposal
    now: str | None

    @property
    def label(self) -> str:
        return LABELS[self.proposal.field]

    @property
    def has_moved(self) -> bool:
        """Somebody has changed the value in the register since."""
        return self.proposal.state == "OFFEN" and self.now != self.proposal.before

    def said(self, value: str | None) -> str:
        """A value as a person reads it."""
        if value is None:
            return ""
        name = self.proposal.field
        if name == VERIFIED:
            return f"{date.fromisoformat(value):%d.%m.%Y}"
        return label(_CODES[name], value) if name in _CODES else value + _UNITS.get(name, "")


def rows_of(session: Session, answer: Answer) -> list[Row]:
    """The proposals of an answer, with what the register says now."""
    return [Row(one, _now(session, answer, one)) for one in queries.proposals_of(session, answer)]


def _now(session: Session, answer: Answer, one: Proposal) -> str | None:
    if one.unit_id is None:
        return as_text(getattr(owners.get(session, answer.owner_id), one.field))
    if one.field == VERIFIED:
        return None
    unit = units.get(session, one.unit_id)
    if one.field == "state":
        return _state(unit)
    value = getattr(unit, one.field)
    return str(value) if one.field == LEVEL else as_text(value)


def _state(unit: Unit) -> str | None:
    today = clock.today()
    return next((spell.state for spell in unit.spells if spell.during.contains(today)), None)


def decide(
    session: Session,
    actor: Actor,
    answer_id: int,
    version: int,
    chosen: Mapping[int, bool],
    seen: Mapping[int, str],
    today: date,
) -> dict[int, str]:
    """Write what is accepted, note what is not. What could not be written, by proposal, with the reason; it stays open.

    `chosen` says yes or no to proposals by number; `seen` what the register said on the page, so that nothing that
    somebody changed meanwhile is overwritten unseen.
    """
    answer = queries.get_answer(session, answer_id)
    refused: dict[int, str] = {}
    with perform(session, actor, Action.OWNER_EDIT, answer.municipality_id):
        if answer.version != version:
            raise Conflict(STALE + " Bitte die Seite neu laden.")
        rows = sorted(rows_of(session, answer), key=lambda row: ORDER.index(row.proposal.field))
        for row in rows:
            one = row.proposal
            if one.state != "OFFEN" or one.id not in chosen:
                continue
            try:
                with session.begin_nested():
                    if one.field in FOR_MANAGERS:
                        require(actor, Action.VACANCY_PUBLISH, answer.municipality_id)
                    if chosen[one.id]:
                        now = _now(session, answer, one) or ""
                        if seen.get(one.id, "") != now:
                            raise Conflict("Im Register steht inzwischen etwas anderes. Bitte noch einmal entscheiden.")
                        _write(session, actor, answer, one, today)
                    one.state = "UEBERNOMMEN" if chosen[one.id] else "ABGELEHNT"
                    one.decided_at, one.decided_by = datetime.now(UTC), actor.account_id
            except (Invalid, Conflict, NotPermitted) as refusal:
                session.expire(one)
                refused[one.id] = str(refusal)
        session.flush()
        left = [one for one in queries.proposals_of(session, answer) if one.state == "OFFEN"]
        answer.state = "OFFEN" if left or answer.wants_call or answer.objection == "SPEICHERUNG" else "ERLEDIGT"
        if answer.state == "ERLEDIGT":
            answer.done_at, answer.done_by = datetime.now(UTC), actor.account_id
    return refused


def close(session: Session, actor: Actor, answer_id: int, version: int) -> None:
    """Everything else about an answer is done: the call was made, the message read."""
    answer = queries.get_answer(session, answer_id)
    with perform(session, actor, Action.OWNER_EDIT, answer.municipality_id):
        if answer.version != version:
            raise Conflict(STALE + " Bitte die Seite neu laden.")
        if any(one.state == "OFFEN" for one in queries.proposals_of(session, answer)):
            raise Conflict("Über einen Vorschlag ist noch nicht entschieden.")
        answer.state, answer.done_at, answer.done_by = "ERLEDIGT", datetime.now(UTC), actor.account_id


def _write(session: Session, actor: Actor, answer: Answer, one: Proposal, today: date) -> None:
    if one.field in OWN:
        owner = owners.get(session, answer.owner_id)
        setattr(owner, one.field, one.after)
        return
    unit = units.get(session, one.unit_id or 0)
    _WRITES.get(one.field, _fact)(session, actor, answer, one, unit, today)


def _fact(session: Session, actor: Actor, _answer: Answer, one: Proposal, unit: Unit, _today: date) -> None:
    value: Any = _decimal(one.after) if one.field.startswith("area_") else one.after
    facts = UnitInput(**{name: getattr(unit, name) for name in UnitInput.__dataclass_fields__})
    facts = replace(facts, **{one.field: value})
    if (
        facts.area_sales_m2 is not None
        and facts.area_total_m2 is not None
        and facts.area_sales_m2 > facts.area_total_m2
    ):
        raise Invalid({"": "Die Verkaufsfläche kann nicht größer sein als die Gesamtfläche."})
    vacancies.update(session, actor, unit.id, unit.version, UnitChange(_place(unit.place), facts))


def _place(place: Place) -> PlaceInput:
    longitude, latitude = lon_lat(place.point)
    return PlaceInput(
        longitude=longitude,
        latitude=latitude,
        street=place.street,
        house_number=place.house_number,
        postcode=place.postcode,
        locality=place.locality,
        outline=place.outline,
        outside_confirmed=place.outside_confirmed,
    )


def _use(session: Session, actor: Actor, answer: Answer, one: Proposal, unit: Unit, today: date) -> None:
    data = SpellInput(
        one.after or "", today, source="Angabe der Eigentümerseite", observed_on=min(_told_on(answer), today)
    )
    vacancies.set_state(session, actor, unit.id, unit.version, data)


def _rent(session: Session, actor: Actor, _answer: Answer, one: Proposal, unit: Unit, today: date) -> None:
    shown = _shown(unit, today)
    vacancies.publish(session, actor, unit.id, unit.version, replace(shown, rent_eur_m2=_decimal(one.after)))


def _level(session: Session, actor: Actor, answer: Answer, one: Proposal, unit: Unit, today: date) -> None:
    """The consent is kept in any case; the unit is shown when all who own it have agreed."""
    level, until = int(one.after or 0), today + PUBLISHED_FOR
    shown = _shown(unit, today)
    owning.narrow_consents(session, actor, answer.owner_id, unit.id, level, today)
    if level >= 2:
        given = ConsentInput("VEROEFFENTLICHUNG", _told_on(answer), "LINK", level, unit.id, until)
        owning.add_consent(session, actor, answer.owner_id, given)
        session.flush()
    if level < shown.level:  # less than what is shown holds at once, and no longer than that was to be shown
        vacancies.withdraw(session, actor, unit.id, unit.version, level)
        owning.lower_uncarried(session, actor, [unit.id], today)
        return
    if level >= 2 and (owners.consented_level(session, unit.id, today) or 0) < level:
        return
    ground = {"until": until, "consent_kind": unit.consent_kind or "EIGENTUEMER"} if level >= 2 else {"until": None}
    vacancies.publish(session, actor, unit.id, unit.version, replace(shown, level=level, **ground))


def _told_on(answer: Answer) -> date:
    return clock.day_of(answer.received_at)


def _shown(unit: Unit, today: date) -> PublicationInput:
    """What is public of a unit on the day; of one whose time has run out, that it counts in figures."""
    period = unit.published_during
    level = unit.publication_level
    if level >= 2 and (period is None or period.upper is None or period.upper <= today):
        level, period = LEVEL_AFTER_END, None
    terms: dict[str, Any] = {name: getattr(unit, name) for name in PUBLISHED_TERMS}
    return PublicationInput(
        level=level,
        until=period.upper - timedelta(days=1) if period is not None and period.upper else None,
        consent_kind=unit.consent_kind,
        title=unit.public_title,
        title_en=unit.public_title_en,
        text=unit.public_text,
        text_en=unit.public_text_en,
        **terms,
    )


def _confirmed(session: Session, actor: Actor, _answer: Answer, one: Proposal, unit: Unit, _today: date) -> None:
    on = date.fromisoformat(one.after or "")
    if unit.verified_on is None or unit.verified_on <= on:  # what was seen later stays
        vacancies.verify(session, actor, unit.id, unit.version, Verification(on, "EIGENTUEMER"))


_WRITES: dict[str, Callable[..., None]] = {"state": _use, "rent_eur_m2": _rent, LEVEL: _level, VERIFIED: _confirmed}


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text.replace(",", "."))
