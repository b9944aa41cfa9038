"""What forms say about letters: the sender, and a text's new version."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from geo.core.parsing import Fields
from geo.letters.language import DRAWING, LONGEST, mistakes
from geo.letters.model import LetterSender

SENDER_LABELS = {
    "office": "Amt",
    "address": "Anschrift",
    "person": "Ansprechperson",
    "phone": "Telefon",
    "email": "E-Mail",
    "insurance": "Haftpflichtversicherung",
}
TEMPLATE_LABELS = {"subject": "Betreff", "body": "Text"}
_NAMED = 5


@dataclass(frozen=True)
class SenderInput:
    """Who sends a town's letters."""

    office: str
    address: str | None = None
    person: str | None = None
    phone: str | None = None
    email: str | None = None
    insurance: str | None = None


@dataclass(frozen=True)
class TemplateInput:
    """A text's new version."""

    subject: str
    body: str


def parse_sender(data: Mapping[str, Any]) -> SenderInput:
    """A sender from a form. Raises `Invalid`."""
    fields = Fields(data)
    given = SenderInput(
        office=fields.text("office", required=True, longest=200) or "",
        address=fields.text("address", longest=300),
        person=fields.text("person", longest=120),
        phone=fields.text("phone", longest=60),
        email=fields.text("email", longest=200),
        insurance=fields.text("insurance", longest=200),
    )
    fields.check()
    return given


def parse_template(
    data: Mapping[str, Any], known: Collection[str], marks: Collection[str] = (DRAWING,)
) -> TemplateInput:
    """A text from a form; every placeholder must be one that there is. Raises `Invalid`."""
    fields = Fields(data)
    given = TemplateInput(
        subject=fields.text("subject", required=True, longest=200) or "",
        body=fields.text("body", required=True, longest=LONGEST) or "",
    )
    if "\n" in given.subject:
        fields.fail("subject", "Der Betreff steht in einer Zeile.")
    for name in ("subject", "body"):
        found = mistakes(getattr(given, name), known, marks)
        if found:
            more = f" Und {len(found) - _NAMED} weitere." if len(found) > _NAMED else ""
            fields.fail(name, " ".join(found[:_NAMED]) + more)
    fields.check()
    return given


def sender_values(sender: LetterSender) -> dict[str, Any]:
    """A stored sender as the values of its form."""
    return {name: getattr(sender, name) for name in SENDER_LABELS}
