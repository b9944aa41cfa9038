"""What people type about people, read and checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo.accounts import passwords
from geo.accounts.mail import ascii_host
from geo.core.access import ALLIANCE_ROLES, TOWN_ROLES, Role
from geo.core.parsing import Fields

# What mail programs write without quotes; in the name of the host also letters as in "müller.de".
_LOCAL = re.compile(r"(?=.{1,64}\Z)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,60}")


@dataclass(frozen=True)
class NewPerson:
    """Somebody who is to have a role."""

    email: str
    name: str
    role: Role


def parse_person(data: Mapping[str, Any]) -> NewPerson:
    """The form of an invitation."""
    fields = Fields(data)
    email = parse_email(fields)
    name = _line(fields, "name")
    role = fields.choice("role", [*TOWN_ROLES, *ALLIANCE_ROLES], required=True)
    fields.check()
    return NewPerson(email or "", name or "", Role(role or ""))


def parse_role(data: Mapping[str, Any]) -> Role:
    """A role of a town."""
    fields = Fields(data)
    role = fields.choice("role", list(TOWN_ROLES), required=True)
    fields.check()
    return Role(role or "")


def parse_name(data: Mapping[str, Any]) -> tuple[str, str]:
    """The own name and language."""
    fields = Fields(data)
    name = _line(fields, "name")
    locale = fields.choice("locale", ["de", "en"], required=True)
    fields.check()
    return name or "", locale or "de"


def parse_new_password(data: Mapping[str, Any], *, email: str, name: str) -> str:
    """A new password typed twice."""
    fields = Fields(data)
    password = str(data.get("new_password") or "")
    why_not = passwords.refusal(password, email=email, name=name)
    if why_not:
        fields.fail("new_password", why_not)
    elif password != str(data.get("repeated") or ""):
        fields.fail("repeated", "Die beiden Eingaben sind nicht gleich.")
    fields.check()
    return password


def normal_email(raw: str) -> str:
    """An address as accounts keep it: without spaces around it, in lower case. What cannot be stored is left out."""
    return "".join(character for character in raw[:1000] if character.isprintable()).strip().lower()[:320]


def is_email(text: str) -> bool:
    """Whether the text has the shape of an address to which `mail` can send."""
    local, _, host = text.rpartition("@")
    try:
        encoded = ascii_host(host).lower()
    except UnicodeError:
        return False
    is_shaped = _LOCAL.fullmatch(local) and _HOST.fullmatch(encoded)
    return bool(is_shaped) and "=?" not in local and len(local) + len(encoded) < 254


def parse_email(fields: Fields) -> str | None:
    """The field `email` as accounts keep it; what is no address is noted in `fields`."""
    raw = fields.text("email", required=True, longest=254)
    if raw is None:
        return None
    email = normal_email(raw)
    if not is_email(email):
        fields.fail("email", "Bitte eine E-Mail-Adresse wie name@stadt.de angeben.")
        return None
    return email


def _line(fields: Fields, name: str) -> str | None:
    """Text on one line: a name also stands in mail headers and in logs of other systems."""
    value = fields.text(name, required=True, longest=100)
    return None if value is None else " ".join(value.split())
