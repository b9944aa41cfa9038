"""What forms of members, contacts and working groups hand over, checked; labels for forms and the history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo.accounts.schemas import is_email, normal_email
from geo.alliance.codes import KINDS
from geo.alliance.model import Contact, GroupMember, Member
from geo.core.parsing import Fields

MEMBER_LABELS = {
    "name": "Name der Organisation",
    "kind": "Art",
    "municipality_id": "Gemeinde",
    "website": "Internetadresse",
    "joined_on": "Beigetreten am",
    "known_on": "Als Mitglied genannt am",
    "left_on": "Ausgetreten zum",
    "is_public": "Der Name darf öffentlich genannt werden",
    "source": "Quelle",
}
CONTACT_LABELS = {
    "name": "Name der Person",
    "function": "Funktion",
    "email": "E-Mail",
    "phone": "Telefon",
    "note": "Notiz",
}
GROUP_LABELS = {
    "name": "Name",
    "name_en": "Name auf Englisch",
    "description": "Was die Arbeitsgruppe tut",
    "description_en": "Was die Arbeitsgruppe tut, auf Englisch",
}
WORK_LABELS = {
    "member_id": "Organisation",
    "task": "Aufgabe in der Arbeitsgruppe",
    "leads": "Leitet die Arbeitsgruppe",
    "since": "Seit",
    "until": "Bis vor",
}
COUNT_LABELS = {
    "day": "Stand",
    "members": "Zahl der Mitglieder",
    "is_more": "mehr als",
    "source": "Quelle",
}
MOST_MEMBERS = 10_000


@dataclass(frozen=True)
class MemberInput:
    """An organisation as the office describes it; one of `joined_on` and `known_on` is there."""

    name: str
    kind: str
    joined_on: date | None = None
    known_on: date | None = None
    left_on: date | None = None
    municipality_id: int | None = None
    website: str | None = None
    is_public: bool = False
    source: str | None = None


@dataclass(frozen=True)
class ContactInput:
    """A person to turn to."""

    name: str
    function: str | None = None
    email: str | None = None
    phone: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class GroupInput:
    """The texts of a working group."""

    name: str
    name_en: str
    description: str | None = None
    description_en: str | None = None


@dataclass(frozen=True)
class WorkInput:
    """What an organisation does in a working group, from `since` on until the day before `until`."""

    task: str | None = None
    leads: bool = False
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class CountInput:
    """How many members the alliance said it had on a day."""

    day: date
    members: int
    source: str
    is_more: bool = False


def parse_member(data: Mapping[str, Any]) -> MemberInput:
    """A member from a form. Raises `Invalid` with every mistake at its field."""
    fields = Fields(data)
    name, kind = fields.text("name", required=True, longest=200), fields.choice("kind", KINDS, required=True)
    town = fields.whole("municipality_id", most=2_000_000_000)
    joined_on, known_on, left_on = (fields.day(each) for each in ("joined_on", "known_on", "left_on"))
    if town is not None and kind not in {None, "STADT"}:
        fields.fail("municipality_id", "Eine Gemeinde gehört nur zu „Stadt oder Gemeinde“.")
    if joined_on is not None and known_on is not None:
        fields.fail("known_on", "Bitte leer lassen, wenn der Tag des Beitritts bekannt ist.")
    since = joined_on or known_on
    if since is None and not {"joined_on", "known_on"} & set(fields.errors):
        fields.fail(
            "joined_on", "Bitte den Tag des Beitritts angeben, sonst den Tag, an dem das Mitglied genannt wurde."
        )
    if since is not None and left_on is not None and left_on <= since:
        fields.fail("left_on", "Der Austritt liegt nicht nach dem Beitritt.")
    website = _website(fields)
    source, is_public = fields.text("source", longest=300), fields.flag("is_public")
    fields.check()
    return MemberInput(name or "", kind or "", joined_on, known_on, left_on, town, website, is_public, source)


def _website(fields: Fields) -> str | None:
    """An address on the web; one without `https://` gets it."""
    given = fields.text("website", longest=200)
    if given is None:
        return None
    address = given if given.startswith(("https://", "http://")) else f"https://{given}"
    host = address.partition("://")[2].partition("/")[0]
    if "." not in host or any(letter.isspace() for letter in address):
        fields.fail("website", "Bitte eine Adresse wie https://www.beispiel.de angeben.")
        return None
    return address


def parse_contact(data: Mapping[str, Any]) -> ContactInput:
    """A contact from a form. Raises `Invalid`."""
    fields = Fields(data)
    name, function = fields.text("name", required=True, longest=120), fields.text("function", longest=120)
    email = fields.text("email", longest=254)
    if email is not None and not is_email(normal_email(email)):
        fields.fail("email", "Bitte eine gültige E-Mail-Adresse angeben.")
    phone, note = fields.text("phone", longest=40), fields.text("note", longest=1000)
    fields.check()
    return ContactInput(name or "", function, normal_email(email) if email else None, phone, note)


def parse_group(data: Mapping[str, Any]) -> GroupInput:
    """The texts of a working group from a form. Raises `Invalid`."""
    fields = Fields(data)
    given = GroupInput(
        fields.text("name", required=True, longest=120) or "",
        fields.text("name_en", required=True, longest=120) or "",
        fields.text("description", longest=2000),
        fields.text("description_en", longest=2000),
    )
    fields.check()
    return given


def parse_work(data: Mapping[str, Any]) -> WorkInput:
    """What an organisation does in a group, from a form. Raises `Invalid`."""
    fields = Fields(data)
    task, leads = fields.text("task", longest=300), fields.flag("leads")
    since, until = fields.day("since"), fields.day("until")
    if since is not None and until is not None and until <= since:
        fields.fail("until", "Das Ende liegt nicht nach dem Beginn.")
    fields.check()
    return WorkInput(task, leads, since, until)


def parse_count(data: Mapping[str, Any]) -> CountInput:
    """A number of members from a form. Raises `Invalid`."""
    fields = Fields(data)
    day, members = fields.day("day", required=True), fields.whole("members", most=MOST_MEMBERS, required=True)
    source, is_more = fields.text("source", required=True, longest=300), fields.flag("is_more")
    fields.check()
    if day is None or members is None:  # `check` has raised; the type checker cannot know
        raise AssertionError
    return CountInput(day, members, source or "", is_more)


def member_values(member: Member) -> dict[str, Any]:
    """A stored member as the values of its form."""
    return {name: _shown(getattr(member, name)) for name in MEMBER_LABELS}


def contact_values(contact: Contact) -> dict[str, Any]:
    """A stored contact as the values of its form."""
    return {name: getattr(contact, name) for name in CONTACT_LABELS}


def work_values(work: GroupMember) -> dict[str, Any]:
    """What an organisation does in a group as the values of its form."""
    return {name: _shown(getattr(work, name)) for name in ("task", "leads", "since", "until")}


def _shown(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
