"""What is stored on an owner in the words of a page: for the history, and for whoever asks what is known of them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from geo.core.clock import BERLIN
from geo.core.codes import label
from geo.core.history import Change, FieldChange
from geo.owners import codes
from geo.owners.campaigns.deciding import LABELS as PROPOSAL_LABELS
from geo.owners.schemas import CONSENT_LABELS, CONTACT_LABELS, OWNER_LABELS
from geo.vacancies.codes import PUBLICATION_LEVELS
from webapp.entries import Format, coded, day, period, plain

ACTIONS = {
    "owner.edit": "Eigentum bearbeitet",
    "owner.write": "Brief",
    "owner.answer": "Antwort über den Link",
    "sample.load": "Beispielregister geladen",
}
_SHARE = {"share_n": "Anteil, Zähler", "share_d": "Anteil, Nenner"}
TABLES: Mapping[str, tuple[Mapping[str, str], str]] = {
    "owners": (OWNER_LABELS, ""),
    "ownerships": ({"unit_id": "Nutzungseinheit Nr.", "during": "Zeitraum", **_SHARE}, "Eigentum"),
    "owner_consents": (CONSENT_LABELS | {"withdrawn_on": "Widerrufen am"}, "Einwilligung"),
    "owner_contacts": (CONTACT_LABELS, "Kontakt"),
    "owner_letters": ({"state": "Stand", "sent_on": "Verschickt am", "answered_on": "Beantwortet am"}, "Brief"),
    "owner_answers": (
        {"message": "Mitteilung", "call_phone": "Rückruf", "call_when": "Wann", "state": "Stand"},
        "Antwort",
    ),
    "owner_proposals": (
        {"field": "Angabe", "before": "Vorher", "after": "Nachher", "state": "Entscheidung"},
        "Vorgeschlagene Änderung",
    ),
    "owner_members": (
        {"community_id": "Gemeinschaft Nr.", "member_id": "Mitglied Nr.", "is_representative": "Vertretung", **_SHARE},
        "Gemeinschaft",
    ),
}


def _kind(value: Any) -> str:
    return label({**codes.KINDS, **codes.CONSENTS}, value)


def _any(value: Any, format_day: Any) -> str:
    return format_day(value) if isinstance(value, str) and value[:1].isdigit() else plain(value)


def moment(value: Any) -> str:
    """A point in time as the clocks in Germany show it."""
    return f"{datetime.fromisoformat(value).astimezone(BERLIN):%d.%m.%Y, %H:%M} Uhr"


def _any_moment(value: Any) -> str:
    return _any(value, moment)


FORMATS: dict[str, Format] = {
    **dict.fromkeys(("created_at", "received_at", "printed_at", "done_at", "decided_at"), _any_moment),
    "objection": coded(codes.OBJECTIONS),
    "kind": _kind,
    "attitude": coded(codes.ATTITUDES),
    "salutation": coded(codes.SALUTATIONS),
    "channel": coded(codes.CHANNELS),
    "result": coded(codes.RESULTS),
    "how": coded(codes.CONSENT_WAYS),
    "state": coded({**codes.LETTER_STATES, **codes.PROPOSAL_STATES, "ERLEDIGT": ("erledigt", "done")}),
    "level": lambda value: label(PUBLICATION_LEVELS, value),
    "field": lambda value: PROPOSAL_LABELS.get(value, plain(value)),
    "during": lambda value: period(value) if str(value).startswith("[") else plain(value),
    **{
        name: lambda value: _any(value, day)
        for name in (
            "informed_on",
            "delete_on",
            "given_on",
            "until",
            "withdrawn_on",
            "happened_on",
            "sent_on",
            "answered_on",
            "do_not_contact_on",
        )
    },
}
PARTS = {
    "angaben": "Angaben zur Person",
    "gemeinschaften": "Gemeinschaften",
    "eigentum": "Eigentum",
    "einwilligungen": "Einwilligungen",
    "kontakte": "Kontakte",
    "briefe": "Briefe",
    "angeschrieben_wegen": "Angeschrieben wegen",
    "antworten": "Antworten",
    "vorgeschlagene_aenderungen": "Vorgeschlagene Änderungen",
}
# Whose words a part uses, where the same column is called otherwise elsewhere.
_TABLE_OF = {
    "angaben": "owners",
    "gemeinschaften": "owner_members",
    "einwilligungen": "owner_consents",
    "kontakte": "owner_contacts",
    "briefe": "owner_letters",
    "antworten": "owner_answers",
    "vorgeschlagene_aenderungen": "owner_proposals",
}
_NAMES = {
    **OWNER_LABELS,
    **CONSENT_LABELS,
    **CONTACT_LABELS,
    **_SHARE,
    **{name: text for labels, _ in TABLES.values() for name, text in labels.items()},
    "einheit": "Nutzungseinheit",
    "seit": "Seit",
    "bis": "Bis",
    "anteil": "Anteil",
    "gemeinschaft": "Gemeinschaft oder Mitglied",
    "field": "Angabe",
    "before": "Vorher",
    "after": "Nachher",
    "body": "Text",
    "received_at": "Eingegangen",
    "created_at": "Erfasst",
    "do_not_contact_on": "Kontaktsperre seit",
    "printed_at": "Gedruckt",
    "objection": "Widerspruch",
    "wants_call": "Bittet um Anruf",
    "done_at": "Erledigt",
    "decided_at": "Entschieden",
    "is_representative": "Vertretung",
}
_TECHNICAL = frozenset(
    {
        "id",
        "version",
        "owner_id",
        "letter_id",
        "campaign_id",
        "answer_id",
        "unit_id",
        "nummer",
        "made_by",
        "wrong_tries",
    }
    | {"done_by", "decided_by", "community_id", "member_id"}
)


def as_changes(rows: Iterable[Any]) -> list[Change]:
    """Rows of the owners' own history as every history is shown."""
    return [
        Change(
            number,
            row.changed_at,
            row.actor,
            row.action,
            row.operation,
            row.table_name,
            row.row_id,
            tuple(
                FieldChange(name, (row.old_values or {}).get(name), (row.new_values or {}).get(name))
                for name in {**(row.new_values or {}), **(row.old_values or {})}
            ),
            row.request_id,
        )
        for number, row in enumerate(rows)
    ]


def in_words(everything: Mapping[str, Any]) -> list[tuple[str, list[list[tuple[str, str]]]]]:
    """Each kind of what is stored, with its rows as (name, value)."""
    return [(title, _rows(part, everything[part])) for part, title in PARTS.items() if everything.get(part)]


def _rows(part: str, stored: Any) -> list[list[tuple[str, str]]]:
    rows = stored if isinstance(stored, list) else [stored]
    labels = {**_NAMES, **TABLES.get(_TABLE_OF.get(part, ""), ({}, ""))[0]}
    return [[("", row)] if isinstance(row, str) else _row(row, labels) for row in rows]


def _row(row: Mapping[str, Any], labels: Mapping[str, str]) -> list[tuple[str, str]]:
    shown = []
    for name, value in row.items():
        if name in _TECHNICAL:
            continue
        said = FORMATS.get(name, plain)(value)
        shown.append((labels.get(name, name), said))
    return shown
