"""What a town writes into its application, lenient while it is a draft, and what is missing before it is handed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from geoalchemy2 import WKBElement

from geo.accounts.schemas import is_email
from geo.calls.model import Application, Call, Contact, Question
from geo.core import geometry
from geo.core.errors import Invalid
from geo.core.parsing import Fields

# Each field with its name for people, in the order of the form.
LABELS = {
    "title": "Titel des Vorhabens",
    "summary": "Kurzbeschreibung",
    "need": "Ausgangslage",
    "plan": "Umsetzung und Zeitplan",
    "partners": "Beteiligte",
    "upkeep": "Betrieb und Verstetigung",
    "cost_eur": "Geschätzte Kosten",
    "own_share_eur": "Eigenanteil",
    "street": "Straße",
    "house_number": "Hausnummer",
    "postcode": "Postleitzahl",
    "locality": "Ort oder Ortsteil",
    "longitude": "Länge",
    "latitude": "Breite",
    "contact_name": "Ansprechperson",
    "contact_email": "E-Mail",
    "contact_phone": "Telefon",
}
TEXTS = {"title": 160, "summary": 1500, "need": 4000, "plan": 6000, "partners": 2000, "upkeep": 3000}
ADDRESS = {"street": 120, "house_number": 20, "locality": 120}
CONTACT = {"contact_name": 120, "contact_email": 200, "contact_phone": 60}
REQUIRED = ("title", "summary", "need", "plan", "upkeep", "cost_eur", "contact_name", "contact_email")
LONGEST_ANSWER = 4000
MOST_EUR = 1_000_000_000


@dataclass(frozen=True)
class ApplicationInput:
    """An application as far as it is written; `answers` by the question's id."""

    texts: dict[str, str | None]
    cost_eur: int | None = None
    own_share_eur: int | None = None
    postcode: str | None = None
    point: WKBElement | None = field(default=None, compare=False)
    contact: dict[str, str | None] = field(default_factory=dict)
    answers: dict[int, str] = field(default_factory=dict)


def parse_application(data: Mapping[str, Any], questions: Sequence[Question]) -> ApplicationInput:
    """A draft from its form: whatever is there must be readable, nothing must be there. Raises `Invalid`."""
    fields = Fields(data)
    postcode = fields.text("postcode", longest=5)
    if postcode is not None and not (postcode.isascii() and postcode.isdecimal() and len(postcode) == 5):
        fields.fail("postcode", "Eine Postleitzahl hat fünf Ziffern.")
    email = fields.text("contact_email", longest=CONTACT["contact_email"])
    if email is not None and not is_email(email):
        fields.fail("contact_email", "Bitte eine E-Mail-Adresse wie name@stadt.de angeben.")
    given = ApplicationInput(
        texts={name: fields.text(name, longest=longest) for name, longest in {**TEXTS, **ADDRESS}.items()},
        cost_eur=fields.whole("cost_eur", most=MOST_EUR),
        own_share_eur=fields.whole("own_share_eur", most=MOST_EUR),
        postcode=postcode,
        point=_point(fields),
        contact={name: fields.text(name, longest=longest) for name, longest in CONTACT.items()},
        answers={
            one.id: answer
            for one in questions
            if (answer := fields.text(f"answer-{one.id}", longest=LONGEST_ANSWER)) is not None
        },
    )
    fields.check()
    return given


def _point(fields: Fields) -> WKBElement | None:
    longitude = fields.degrees("longitude", required=False)
    latitude = fields.degrees("latitude", required=False)
    if (longitude is None) != (latitude is None):
        empty = "longitude" if longitude is None else "latitude"
        fields.fail(empty, "Bitte Länge und Breite angeben oder beide Felder leer lassen.")
    if longitude is None or latitude is None:
        return None
    try:
        return geometry.point(longitude, latitude, "longitude")
    except Invalid as refused:
        fields.fail("longitude", str(refused))
        return None


def application_values(application: Application, contact: Contact | None, answers: Mapping[int, str]) -> dict[str, Any]:
    """A stored application as the values of its form."""
    values: dict[str, Any] = {name: getattr(application, name) for name in (*TEXTS, *ADDRESS)}
    values |= {name: getattr(application, name) for name in ("cost_eur", "own_share_eur", "postcode")}
    spot = None if application.point is None else geometry.lon_lat(application.point)
    values |= {"longitude": f"{spot[0]:.6f}" if spot else None, "latitude": f"{spot[1]:.6f}" if spot else None}
    values |= {name: getattr(contact, name.removeprefix("contact_"), None) for name in CONTACT}
    return values | {f"answer-{question}": answer for question, answer in answers.items()}


def input_values(data: ApplicationInput, questions: Sequence[Question]) -> dict[str, Any]:
    """What somebody typed, written like the stored values, so that the two can be compared."""
    spot = None if data.point is None else geometry.lon_lat(data.point)
    values: dict[str, Any] = {**data.texts, **data.contact, "postcode": data.postcode}
    values |= {"cost_eur": data.cost_eur, "own_share_eur": data.own_share_eur}
    values |= {"longitude": f"{spot[0]:.6f}" if spot else None, "latitude": f"{spot[1]:.6f}" if spot else None}
    return values | {f"answer-{one.id}": data.answers.get(one.id) for one in questions}


def labels(questions: Sequence[Question]) -> dict[str, str]:
    """The names of all fields, the call's own questions included."""
    return {**LABELS, **{f"answer-{one.id}": one.question for one in questions}}


def missing(call: Call, questions: Sequence[Question], values: Mapping[str, Any]) -> dict[str, str]:
    """What has to be there before the application is handed in: field and sentence, in the order of the form."""
    found = {name: f"Bitte ausfüllen: {LABELS[name]}." for name in REQUIRED if values.get(name) in (None, "")}
    if call.asks_site and not values.get("longitude"):
        found["longitude"] = "Der Punkt auf der Karte fehlt."
    for one in questions:
        if one.is_required and not values.get(f"answer-{one.id}"):
            found[f"answer-{one.id}"] = "Die Antwort fehlt."
    cost, share = values.get("cost_eur"), values.get("own_share_eur")
    if cost is not None and share is not None and share > cost:
        found["own_share_eur"] = "Der Eigenanteil ist höher als die Kosten."
    order = list(labels(questions))
    return dict(sorted(found.items(), key=lambda item: order.index(item[0])))
