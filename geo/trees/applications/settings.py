"""The form of what a town sets for its trees' visits: applications, litres, when the yard is called."""

import re
from collections.abc import Mapping
from typing import Any

from geo.accounts.schemas import is_email
from geo.core.parsing import Fields
from geo.trees.applications.model import TreeSettings

SETTING_LABELS = {
    "takes_applications": "Anträge annehmen",
    "application_note": "Hinweis auf dem Formular",
    "application_note_en": "Derselbe Hinweis auf Englisch",
    "yard_email": "E-Mail-Adresse des Bauhofs",
    "yard_after_days": "Bauhof rufen nach",
    "litres_s": "Wasser je Baum, Klasse S",
    "litres_l": "Wasser je Baum, Klasse L",
    "once_first": "Einmal die Woche, vom",
    "once_last": "Einmal die Woche, bis",
    "twice_first": "Zweimal die Woche, vom",
    "twice_last": "Zweimal die Woche, bis",
    "hot_above_c": "Heiß ist ein Tag über",
    "hot_litres": "An heißen Tagen mindestens",
}
_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.?")
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAYS = ("once_first", "once_last", "twice_first", "twice_last")


def parse_settings(data: Mapping[str, Any]) -> dict[str, Any]:
    """The values by column. Raises `Invalid`."""
    fields = Fields(data)
    email = fields.text("yard_email", longest=254)
    if email is not None and not is_email(email.lower()):
        fields.fail("yard_email", "Bitte eine E-Mail-Adresse wie bauhof@stadt.de angeben.")
    values: dict[str, Any] = {
        "takes_applications": fields.flag("takes_applications"),
        "application_note": fields.text("application_note", longest=600),
        "application_note_en": fields.text("application_note_en", longest=600),
        "yard_email": None if email is None else email.lower(),
        "yard_after_days": fields.whole("yard_after_days", least=0, most=14, required=True),
        "litres_s": fields.whole("litres_s", least=1, most=200, required=True),
        "litres_l": fields.whole("litres_l", least=1, most=200, required=True),
        "hot_above_c": fields.whole("hot_above_c", least=20, most=45, required=True),
        "hot_litres": fields.whole("hot_litres", least=1, most=200, required=True),
    }
    days = {name: _day_of_year(fields, name) for name in _DAYS}
    for kind, sentence in (("once", "Die Zeit"), ("twice", "Die Zeit")):
        first, last = days[f"{kind}_first"], days[f"{kind}_last"]
        if first is not None and last is not None and first > last:
            fields.fail(f"{kind}_last", f"{sentence} endet, bevor sie beginnt.")
    fields.check()
    return values | days


def setting_values(row: TreeSettings) -> dict[str, Any]:
    """What is stored as the values of the form."""
    return {
        name: _words(getattr(row, name)) if name in _DAYS else getattr(row, name) for name in SETTING_LABELS
    } | {"version": row.version}  # fmt: skip


def _day_of_year(fields: Fields, name: str) -> int | None:
    raw = fields.text(name, required=True, longest=10)
    if raw is None:
        return None
    found = _DAY.fullmatch(raw)
    day, month = (int(found[1]), int(found[2])) if found else (0, 0)
    if not (1 <= month <= 12 and 1 <= day <= _LONGEST_MONTH[month - 1]):
        fields.fail(name, "Bitte einen Tag des Jahres wie 1.5. angeben.")
        return None
    return month * 100 + day


def _words(value: int) -> str:
    return f"{value % 100}.{value // 100}."
