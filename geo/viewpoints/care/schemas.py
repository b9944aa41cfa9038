"""What forms say about checks, furniture, defects, notices and documents."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from geo.core.parsing import Fields
from geo.viewpoints.codes import CHECK_RESULTS, DEFECT_STATES, DEFECTS, FURNITURE, FURNITURE_STATES, STATUSES

LONGEST_NOTICE_DAYS = 731
MOST_WORDS = 1000
LABELS = {
    "checked_on": "Geprüft am",
    "result": "Ergebnis",
    "was_pruned": "Freigeschnitten",
    "note": "Anmerkung",
    "text": "Hinweis",
    "text_en": "Hinweis auf Englisch",
    "since": "Erster Tag",
    "until": "Letzter Tag",
    "title": "Titel",
    "stage": "Gehört zu",
    "file": "Datei",
    "kind": "Was ist nicht in Ordnung?",
    "words": "Beschreibung",
    "email": "E-Mail-Adresse",
    "photo": "Foto",
    "alt_text": "Bildbeschreibung",
    "alt_text_en": "Bildbeschreibung auf Englisch",
    "author": "Urheberin oder Urheber",
    "licence": "Lizenz",
    "taken_on": "Aufgenommen am",
    "state": "Stand",
    "due_on": "Frist",
    "answer": "Antwort",
    **{f"state_{code}": names[0] for code, names in FURNITURE.items()},
}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class CheckInput:
    """What somebody saw on a day; the states of the furniture that they looked at (code: state)."""

    checked_on: date
    result: str
    was_pruned: bool = False
    note: str | None = None
    furniture: Mapping[str, str] | None = None


@dataclass(frozen=True)
class NoticeInput:
    """A sentence for visitors with its first and last day."""

    text: str
    text_en: str
    since: date
    until: date


@dataclass(frozen=True)
class ReportInput:
    """What a visitor reports; the mail address only if they want an answer."""

    kind: str
    words: str | None
    email: str | None
    language: str


@dataclass(frozen=True)
class DecisionInput:
    """What the town makes of a report."""

    state: str
    due_on: date | None
    answer: str | None
    note: str | None


def parse_check(data: Mapping[str, Any], today: date) -> CheckInput:
    """A check from a form. Raises `Invalid`."""
    fields = Fields(data)
    checked_on = fields.day("checked_on", required=True)
    if checked_on is not None and checked_on > today:
        fields.fail("checked_on", "Eine Prüfung kann nicht in der Zukunft liegen.")
    result = fields.choice("result", CHECK_RESULTS, required=True)
    furniture = {code: fields.choice(f"state_{code}", FURNITURE_STATES) for code in FURNITURE}
    note = fields.text("note", longest=1000)
    fields.check()
    states = {code: state for code, state in furniture.items() if state}
    return CheckInput(checked_on or today, result or "", fields.flag("was_pruned"), note, states)


def parse_notice(data: Mapping[str, Any]) -> NoticeInput:
    """A notice from a form, German and English. Raises `Invalid`."""
    fields = Fields(data)
    german = fields.text("text", required=True, longest=500)
    english = fields.text("text_en", required=True, longest=500)
    since, until = fields.day("since", required=True), fields.day("until", required=True)
    if since is not None and until is not None:
        if until < since:
            fields.fail("until", "Der letzte Tag liegt vor dem ersten.")
        elif until - since > timedelta(days=LONGEST_NOTICE_DAYS):
            fields.fail("until", "Ein Hinweis gilt höchstens zwei Jahre. Danach lässt er sich neu anlegen.")
    fields.check()
    return NoticeInput(german or "", english or "", since or date.min, until or date.min)


def parse_report(data: Mapping[str, Any], language: str) -> ReportInput:
    """A defect from the public form. Raises `Invalid`."""
    fields = Fields(data)
    kind = fields.choice("kind", DEFECTS, required=True)
    words = fields.text("words", longest=MOST_WORDS)
    if kind == "SONSTIGES" and words is None and "words" not in fields.errors:
        fields.fail("words", "Bitte kurz beschreiben, was nicht in Ordnung ist.")
    email = fields.text("email", longest=254)
    if email is not None and not _EMAIL.fullmatch(email):
        fields.fail("email", "Bitte eine gültige E-Mail-Adresse angeben.")
    fields.check()
    return ReportInput(kind or "", words, email.lower() if email else None, language)


def parse_decision(data: Mapping[str, Any], today: date, known_due_on: date | None = None) -> DecisionInput:
    """What the town says of a defect; the deadline it has may be over. Raises `Invalid`."""
    fields = Fields(data)
    state = fields.choice("state", DEFECT_STATES, required=True)
    due_on = fields.day("due_on")
    if state == "BESTAETIGT" and due_on is not None and due_on < today and due_on != known_due_on:
        fields.fail("due_on", "Die Frist liegt in der Vergangenheit.")
    answer, note = fields.text("answer", longest=1000), fields.text("note", longest=1000)
    fields.check()
    return DecisionInput(state or "", due_on, answer, note)


def parse_document(data: Mapping[str, Any]) -> tuple[str, str | None]:
    """Title and stage of a document. Raises `Invalid`."""
    fields = Fields(data)
    title, stage = fields.text("title", required=True, longest=200), fields.choice("stage", STATUSES)
    fields.check()
    return title or "", stage
