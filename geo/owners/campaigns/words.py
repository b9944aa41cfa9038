"""What a letter to an owner may say: every name that its text may use, and each as words."""

from datetime import date

from geo.letters.model import LetterSender
from geo.owners.campaigns.queries import UnitFacts
from geo.owners.model import Owner
from geo.vacancies.dates import in_words

# Drawn where they stand alone in a line: the sheet of costs, and the code with the link.
COSTS, LINK = "kosten", "antwort"
MARKS = (COSTS, LINK)
FACTS = {
    "absender": "Amt und Anschrift der Stadt, mehrzeilig",
    "amt": "Amt der Stadt",
    "ansprechperson": "Ansprechperson der Stadt",
    "telefon": "Telefon der Stadt",
    "mail": "E-Mail der Stadt",
    "stadt": "Name der Stadt",
    "heute": "Tag, an dem der Brief gedruckt wird",
    "anschrift": "Name und Anschrift der Empfängerin oder des Empfängers, mehrzeilig",
    "anrede": "Anrede, ohne Komma",
    "objekt": "Die Nutzungseinheit; bei mehreren die erste und die Zahl der weiteren",
    "objekte": "Alle Nutzungseinheiten als Liste, mit dem Beginn des Leerstands",
    "frist": "Letzter Tag für die Antwort über den Link",
    "herkunft": "Woher die Angaben stammen",
    "loeschtag": "Tag, an dem die Angaben gelöscht werden",
}
NO_SOURCE = "aus eigenen Unterlagen der Stadt"


def facts_of(
    town: str,
    sender: LetterSender | None,
    owner: Owner,
    units: list[UnitFacts],
    *,
    today: date,
    until: date,
) -> dict[str, str]:
    """The facts of one letter; what is not known is an empty text."""
    return {
        "absender": "\n".join(part for part in (sender.office, sender.address) if part) if sender else "",
        "amt": sender.office if sender else "",
        "ansprechperson": (sender.person if sender else None) or "",
        "telefon": (sender.phone if sender else None) or "",
        "mail": (sender.email if sender else None) or "",
        "stadt": town,
        "heute": in_words(today),
        "anschrift": "\n".join(address_lines(owner)),
        "anrede": salutation(owner),
        "objekt": _first_and_more(units),
        "objekte": "\n".join(f"- {_with_since(unit)}" for unit in units),
        "frist": in_words(until),
        "herkunft": owner.source or NO_SOURCE,
        "loeschtag": in_words(owner.delete_on),
    }


def address_lines(owner: Owner) -> list[str]:
    """Name and address as they stand in the window of an envelope."""
    town = " ".join(part for part in (owner.postcode, owner.locality) if part)
    lines = [owner.name, owner.contact_name, owner.street, town, (owner.country or "").upper()]
    return [line for line in lines if line]


def salutation(owner: Owner) -> str:
    """Sehr geehrte Frau …; without a known form of address, the neutral one."""
    if owner.salutation is None:
        return "Sehr geehrte Damen und Herren"
    last = (owner.contact_name or owner.name).split()[-1]
    return f"Sehr geehrte Frau {last}" if owner.salutation == "FRAU" else f"Sehr geehrter Herr {last}"


def _first_and_more(units: list[UnitFacts]) -> str:
    if not units:
        return ""
    more = len(units) - 1
    return units[0].title + ("" if not more else " und 1 weitere" if more == 1 else f" und {more} weitere")


def _with_since(unit: UnitFacts) -> str:
    if unit.since is None:
        return unit.title
    return f"{unit.title}, seit {in_words(unit.since, unit.since_precision or 'TAG')}"
