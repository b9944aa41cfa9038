"""What an owner does with the link of a letter: confirm the address, look, correct, choose, object. No account needed.

Nothing is told before the address is confirmed, and nothing that is sent changes a unit: it waits for the town.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from geo.accounts.links import WHAT
from geo.accounts.links import make as new_token
from geo.accounts.schemas import is_email
from geo.core import clock
from geo.core.access import Action, on_behalf
from geo.core.db import for_municipality
from geo.core.errors import Invalid, NotFound
from geo.core.history import perform
from geo.core.parsing import Fields
from geo.core.public_fields import short_line, short_number, short_text
from geo.owners.campaigns import links, queries
from geo.owners.campaigns.links import Found
from geo.owners.campaigns.model import Answer, Letter, Link, Proposal
from geo.owners.campaigns.queries import FACTS, UnitFacts
from geo.owners.codes import OBJECTIONS
from geo.owners.model import Owner, OwnerContact
from geo.owners.schemas import BAD_MAIL
from geo.places.addresses.keys import street_key
from geo.vacancies.codes import ENTRANCES, PUBLICATION_LEVELS
from geo.vacancies.schemas import number_text

# What an owner can say of the use; the rest is for the town to find out.
STATES = ("LEER", "GENUTZT", "LEER_VERMIETET", "ZWISCHENGENUTZT", "IM_UMBAU", "NICHT_MARKTAKTIV")
# What comes next, in the codes of a contact's result.
NEXT = {
    "VERMIETBEREIT": ("Ich möchte vermieten", "I would like to let"),
    "ZWISCHENNUTZUNG": ("Eine Zwischennutzung kann ich mir vorstellen", "I could imagine an interim use"),
    "VERKAUFSBEREIT": ("Ich möchte verkaufen", "I would like to sell"),
    "BERATUNG": ("Ich wünsche eine Beratung", "I would like advice"),
    "INTERESSE": ("Das ist noch offen", "I have not decided yet"),
    "ABLEHNUNG": ("Nichts davon", "None of these"),
}
OWN = ("contact_name", "phone", "email")
WRONG = "Das stimmt nicht mit der Anschrift im Schreiben überein. Bitte beides so angeben, wie es dort steht."
VERIFIED = "verified"
MOST_M2, MOST_RENT = 999_999, 1_000
LEVEL = "publication_level"


@dataclass(frozen=True)
class UnitAnswer:
    """What an owner says of one unit: only what differs from the register."""

    unit_id: int
    changes: Mapping[str, tuple[str | None, str | None]]
    level: int


@dataclass(frozen=True)
class AnswerInput:
    """What an owner sends: `units` is empty with an objection."""

    result: str
    objection: str | None = None
    units: tuple[UnitAnswer, ...] = ()
    own: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    wants_call: bool = False
    call_phone: str | None = None
    call_when: str | None = None
    message: str | None = None


def open_letter(session: Session, code: str, now: datetime) -> Found:
    """The letter that a code belongs to; its page says nothing of it. Raises `NotFound`."""
    return links.find(session, code, links.LETTER, now)


def confirm(session: Session, code: str, postcode: str, street: str, *, request_id: str, now: datetime) -> str | None:
    """The token of the form for whoever knows the address on the letter; None, and a counted try, for anybody else."""
    found = open_letter(session, code, now)
    town = found.letter.municipality_id
    with perform(session, on_behalf(request_id), Action.OWNER_ANSWER, town):
        if not _is_theirs(found.owner, postcode, street):
            letter = session.get_one(Letter, found.letter.id, with_for_update=True, populate_existing=True)
            letter.wrong_tries += 1
            return None
        token, hashed = new_token(town)
        session.add(
            Link(
                municipality_id=town,
                letter_id=found.letter.id,
                purpose=links.ANSWER,
                token_sha256=hashed,
                expires_at=min(now + links.ANSWER_WITHIN, found.link.expires_at),
            )
        )
    return token


def _is_theirs(owner: Owner, postcode: str, street: str) -> bool:
    same_street = bool(owner.street) and street_key(street[:200]) == street_key(owner.street or "")
    return same_street and bool(owner.postcode) and _packed(postcode) == _packed(owner.postcode or "")


def _packed(postcode: str) -> str:
    return "".join(postcode[:40].split()).upper()


def form_of(session: Session, token: str, now: datetime) -> tuple[Found, list[UnitFacts]]:
    """What the form shows: the letter's owner, and its units as they are today. Raises `NotFound`."""
    found = links.find(session, token, links.ANSWER, now)
    with for_municipality(session, found.letter.municipality_id):
        return found, queries.units_of(session, found.letter.id, clock.day_of(now))


def parse_answer(data: Mapping[str, Any], owner: Owner, units: list[UnitFacts]) -> AnswerInput:
    """The form; every mistake at its field, which is the fact's name and the unit's number. Raises `Invalid`."""
    form = Fields(data)
    objection = form.choice("objection", OBJECTIONS)
    message = short_text(form, "message", 2000)
    wants_call = form.flag("wants_call") and objection is None
    phone = short_line(form, "call_phone", 60, required=wants_call)
    when = short_line(form, "call_when", 200)
    email = short_line(form, "email", 254)
    if email is not None and not is_email(email.lower()):
        form.fail("email", BAD_MAIL)
    own = {"contact_name": short_line(form, "contact_name", 120), "phone": short_line(form, "phone", 60)}
    own["email"] = None if email is None else email.lower()
    said = () if objection else tuple(_unit(form, unit) for unit in units)
    result = form.choice("result", NEXT, required=objection is None)
    form.check()
    return AnswerInput(
        result="ABLEHNUNG" if objection else result or "",
        objection=objection,
        units=said,
        own={} if objection else {
            name: (getattr(owner, name), value)
            for name, value in own.items()
            if value is not None and value != getattr(owner, name)
        },
        wants_call=wants_call,
        call_phone=phone if wants_call else None,
        call_when=when if wants_call else None,
        message=message,
    )  # fmt: skip


def _unit(form: Fields, unit: UnitFacts) -> UnitAnswer:
    typed = {
        "state": form.choice(f"state_{unit.id}", STATES),
        "area_total_m2": short_number(form, f"area_total_m2_{unit.id}", MOST_M2),
        "area_sales_m2": short_number(form, f"area_sales_m2_{unit.id}", MOST_M2),
        "entrance": form.choice(f"entrance_{unit.id}", ENTRANCES),
        "rent_eur_m2": short_number(form, f"rent_eur_m2_{unit.id}", MOST_RENT),
    }
    total, sales = typed["area_total_m2"], typed["area_sales_m2"]
    if total is not None and sales is not None and sales > total:  # type: ignore[operator]  # both are numbers
        form.fail(f"area_sales_m2_{unit.id}", "Die Verkaufsfläche kann nicht größer sein als die Gesamtfläche.")
    changes = {
        name: (as_text(unit.values[name]), as_text(typed[name]))
        for name in FACTS
        if typed[name] is not None and typed[name] != unit.values[name]
    }
    level = form.choice(f"level_{unit.id}", [str(one) for one in PUBLICATION_LEVELS], required=True)
    return UnitAnswer(unit.id, changes, int(level or 0))


def as_text(value: Any) -> str | None:
    """A fact as a proposal keeps it: numbers as Germans type them, codes as they are."""
    return value if value is None or isinstance(value, str) else number_text(value)


def submit(session: Session, token: str, data: AnswerInput, *, request_id: str, now: datetime) -> Answer:
    """Keep an answer for the town. Every link of the letter is used up; of two at once, one finds it used.

    Whoever does not want to be contacted is not from this moment on; all else waits for the town.
    """
    found = links.find(session, token, links.ANSWER, now)
    town, today = found.letter.municipality_id, clock.day_of(now)
    with perform(session, on_behalf(request_id), Action.OWNER_ANSWER, town):
        letter = session.get_one(Letter, found.letter.id, with_for_update=True, populate_existing=True)
        if letter.answered_on is not None or not links.use_up(session, letter.id, now):
            raise NotFound(WHAT)
        letter.state, letter.answered_on, letter.result = "BEANTWORTET", today, data.result
        answer = Answer(
            municipality_id=town,
            letter_id=letter.id,
            owner_id=found.owner.id,
            received_at=now,
            objection=data.objection,
            wants_call=data.wants_call,
            call_phone=data.call_phone,
            call_when=data.call_when,
            message=data.message,
        )
        session.add(answer)
        session.flush()
        session.add_all(_proposals(answer, data, {one.id: one for one in queries.units_of(session, letter.id, today)}))
        session.add(
            OwnerContact(
                municipality_id=town,
                owner_id=found.owner.id,
                campaign_id=letter.campaign_id,
                happened_on=today,
                channel="LINK",
                result=data.result,
            )
        )
        if data.objection is not None:
            _block(session, found.owner.id, today)
    return answer


def _block(session: Session, owner_id: int, today: date) -> None:
    owner = session.get_one(Owner, owner_id, with_for_update=True, populate_existing=True)
    if not owner.do_not_contact:
        owner.do_not_contact, owner.do_not_contact_on = True, today


def _proposals(answer: Answer, data: AnswerInput, units: Mapping[int, UnitFacts]) -> list[Proposal]:
    made = []

    def propose(unit_id: int | None, name: str, before: str | None, after: str | None) -> None:
        values = {"municipality_id": answer.municipality_id, "answer_id": answer.id, "unit_id": unit_id}
        made.append(Proposal(**values, field=name, before=before, after=after))

    for one in data.units:
        if one.unit_id not in units:
            raise Invalid({"": "Das Formular ist unvollständig. Bitte die Seite neu laden."})
        for name, (before, after) in one.changes.items():
            propose(one.unit_id, name, before, after)
        level = units[one.unit_id].publication_level
        if one.level != level or one.level >= 2:
            propose(one.unit_id, LEVEL, str(level), str(one.level))
        propose(one.unit_id, VERIFIED, None, clock.day_of(answer.received_at).isoformat())
    for name, (before, after) in data.own.items():
        propose(None, name, before, after)
    return made
