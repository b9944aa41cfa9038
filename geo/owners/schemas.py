"""What forms say about owners, parsed once; every mistake stands at its field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from geo.accounts.schemas import is_email
from geo.core.parsing import Fields
from geo.owners.codes import ATTITUDES, CHANNELS, CONSENT_WAYS, CONSENTS, KINDS, RESULTS, SALUTATIONS
from geo.owners.model import Owner

OWNER_LABELS = {
    "kind": "Art",
    "salutation": "Anrede",
    "name": "Name",
    "contact_name": "Ansprechperson",
    "street": "Straße und Hausnummer oder Postfach",
    "postcode": "Postleitzahl",
    "locality": "Ort",
    "country": "Land",
    "email": "E-Mail",
    "phone": "Telefon",
    "is_local": "Am Ort",
    "attitude": "Haltung",
    "do_not_contact": "Kontaktsperre",
    "source": "Woher die Angaben stammen",
    "informed_on": "Über die Speicherung informiert am",
    "delete_on": "Zu löschen am",
    "note": "Notiz",
}
MEMBER_LABELS = {"member_id": "Person", "share": "Anteil", "is_representative": "vertritt die Gemeinschaft"}
OWNERSHIP_LABELS = {"owner_id": "Wem gehört die Einheit?", "since": "Seit", "until": "Bis", "share": "Anteil"}
CONSENT_LABELS = {
    "kind": "Wozu",
    "level": "Höchste Stufe",
    "unit_id": "Für",
    "given_on": "Erteilt am",
    "until": "Gilt bis",
    "how": "Wie",
    "note": "Nachweis",
    "proof": "Nachweis",
}
CONTACT_LABELS = {"happened_on": "Tag", "channel": "Weg", "result": "Ergebnis", "note": "Notiz"}
LOCAL = {"ja": ("ja", "yes"), "nein": ("nein", "no")}
_SHARE = re.compile(r"([0-9]{1,7})\s*/\s*([0-9]{1,7})")
_LONGEST_KEEP = 120
BAD_MAIL = "Bitte eine gültige E-Mail-Adresse angeben."


@dataclass(frozen=True)
class OwnerInput:
    """An owner as a form describes them; `delete_on` None leaves the day to the town's rule."""

    kind: str
    name: str
    salutation: str | None = None
    contact_name: str | None = None
    street: str | None = None
    postcode: str | None = None
    locality: str | None = None
    country: str | None = None
    email: str | None = None
    phone: str | None = None
    is_local: bool | None = None
    attitude: str | None = None
    do_not_contact: bool = False
    source: str | None = None
    informed_on: date | None = None
    delete_on: date | None = None
    note: str | None = None


@dataclass(frozen=True)
class Share:
    """A part of the whole: 1 and 3 is one third. Both None: nobody knows."""

    n: int | None = None
    d: int | None = None


@dataclass(frozen=True)
class MemberInput:
    """Who belongs to a community, with which part, and whether they speak for it."""

    member_id: int
    share: Share = Share()
    is_representative: bool = False


@dataclass(frozen=True)
class OwnershipInput:
    """Who owns a unit since when; `end` is the first day after it, both None where nobody knows."""

    owner_id: int
    start: date | None = None
    end: date | None = None
    share: Share = Share()


@dataclass(frozen=True)
class ConsentInput:
    """What an owner agreed to; `unit_id` None: for all of their units."""

    kind: str
    given_on: date
    how: str
    level: int | None = None
    unit_id: int | None = None
    until: date | None = None
    note: str | None = None


@dataclass(frozen=True)
class ContactInput:
    """That somebody talked to an owner, or tried to."""

    happened_on: date
    channel: str
    result: str
    note: str | None = None


def parse_owner(data: Mapping[str, Any], today: date) -> OwnerInput:
    """An owner from a form. Raises `Invalid`."""
    fields = Fields(data)
    email = fields.text("email", longest=254)
    if email is not None and not is_email(email.lower()):
        fields.fail("email", BAD_MAIL)
    local = fields.choice("is_local", LOCAL)
    informed, delete = fields.day("informed_on"), fields.day("delete_on")
    if informed is not None and informed > today:
        fields.fail("informed_on", "Das Datum liegt in der Zukunft.")
    if delete is not None and delete > today + relativedelta(months=_LONGEST_KEEP):
        fields.fail("delete_on", "Länger als zehn Jahre wird nichts aufbewahrt.")
    if delete is not None and delete <= today:
        fields.fail("delete_on", "Bitte einen künftigen Tag angeben. Sofort löschen geht unter „Daten löschen“.")
    given = OwnerInput(
        kind=fields.choice("kind", KINDS, required=True) or "",
        name=_line(fields, "name", required=True, longest=200) or "",
        salutation=fields.choice("salutation", SALUTATIONS),
        contact_name=_line(fields, "contact_name", longest=120),
        street=_line(fields, "street", longest=120),
        postcode=_line(fields, "postcode", longest=12),
        locality=_line(fields, "locality", longest=120),
        country=_line(fields, "country", longest=60),
        email=None if email is None else email.lower(),
        phone=_line(fields, "phone", longest=60),
        is_local=None if local is None else local == "ja",
        attitude=fields.choice("attitude", ATTITUDES),
        do_not_contact=fields.flag("do_not_contact"),
        source=fields.text("source", longest=300),
        informed_on=informed,
        delete_on=delete,
        note=fields.text("note", longest=4000),
    )
    fields.check()
    return given


def _line(fields: Fields, name: str, *, required: bool = False, longest: int) -> str | None:
    found = fields.text(name, required=required, longest=longest)
    if found is not None and "\n" in found:
        fields.fail(name, "Bitte in einer Zeile schreiben.")
    return found


def owner_values(owner: Owner | OwnerInput) -> dict[str, Any]:
    """An owner as the values of the form."""
    values = {name: getattr(owner, name) for name in OWNER_LABELS}
    values["is_local"] = {True: "ja", False: "nein", None: ""}[owner.is_local]
    for name in ("informed_on", "delete_on"):
        values[name] = values[name].isoformat() if values[name] else ""
    return {name: "" if value is None else value for name, value in values.items()}


def parse_member(data: Mapping[str, Any]) -> MemberInput:
    """A member of a community. Raises `Invalid`."""
    fields = Fields(data)
    member, share = _number(fields, "member_id", required=True), _share(fields)
    fields.check()
    return MemberInput(member or 0, share, fields.flag("is_representative"))


def parse_ownership(data: Mapping[str, Any]) -> OwnershipInput:
    """An ownership; `until` is its last day. Raises `Invalid`."""
    fields = Fields(data)
    owner, share = _number(fields, "owner_id", required=True), _share(fields)
    start, last = fields.day("since"), fields.day("until")
    if start is not None and last is not None and last < start:
        fields.fail("until", "Das Ende liegt vor dem Anfang.")
    fields.check()
    return OwnershipInput(owner or 0, start, None if last is None else last + timedelta(days=1), share)


def parse_consent(data: Mapping[str, Any], today: date) -> ConsentInput:
    """A consent. Raises `Invalid`."""
    fields = Fields(data)
    kind = fields.choice("kind", CONSENTS, required=True)
    level = fields.choice("level", ("2", "3", "4"), required=kind == "VEROEFFENTLICHUNG")
    given, until = fields.day("given_on", required=True), fields.day("until")
    if given is not None and given > today:
        fields.fail("given_on", "Das Datum liegt in der Zukunft.")
    if given is not None and until is not None and until < given:
        fields.fail("until", "Die Einwilligung kann nicht enden, bevor sie erteilt wurde.")
    result = ConsentInput(
        kind=kind or "",
        given_on=given or today,
        how=fields.choice("how", CONSENT_WAYS, required=True) or "",
        level=int(level) if level and kind == "VEROEFFENTLICHUNG" else None,
        unit_id=_number(fields, "unit_id"),
        until=until,
        note=fields.text("proof", longest=1000),
    )
    fields.check()
    return result


def parse_contact(data: Mapping[str, Any], today: date) -> ContactInput:
    """A contact. Raises `Invalid`."""
    fields = Fields(data)
    on = fields.day("happened_on", required=True)
    if on is not None and on > today:
        fields.fail("happened_on", "Das Datum liegt in der Zukunft.")
    result = ContactInput(
        happened_on=on or today,
        channel=fields.choice("channel", CHANNELS, required=True) or "",
        result=fields.choice("result", RESULTS, required=True) or "",
        note=fields.text("note", longest=2000),
    )
    fields.check()
    return result


def _number(fields: Fields, name: str, *, required: bool = False) -> int | None:
    """A row's number; whether there is such a row is for the service to say."""
    return fields.whole(name, least=1, most=2**31 - 1, required=required)


def _share(fields: Fields) -> Share:
    raw = fields.text("share", longest=20)
    if raw is None:
        return Share()
    found = _SHARE.fullmatch(raw)
    if found is None or not 1 <= int(found[1]) <= int(found[2]) <= 1_000_000:
        fields.fail("share", "Bitte als Bruch angeben, zum Beispiel 1/3; höchstens das Ganze.")
        return Share()
    return Share(int(found[1]), int(found[2]))
