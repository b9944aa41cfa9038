"""The form of a site package."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from geo.core import clock
from geo.core.parsing import Fields

LABELS = {
    "title": "Titel",
    "title_en": "Titel (englisch)",
    "description": "Beschreibung",
    "description_en": "Beschreibung (englisch)",
    "until": "Öffentlich bis",
    "is_public": "Öffentlich zeigen",
    "units": "Angebote",
}
LEAST_UNITS, MOST_UNITS = 2, 40
LONGEST = timedelta(days=2 * 366)


@dataclass(frozen=True)
class PackageInput:
    """A package with its units in order."""

    title: str
    until: date
    unit_ids: tuple[int, ...]
    title_en: str | None = None
    description: str | None = None
    description_en: str | None = None
    is_public: bool = False


def parse_package(data: Mapping[str, Any], choices: Mapping[int, Any], today: date | None = None) -> PackageInput:
    """The form; `choices` are the units that may be chosen. Raises `Invalid`."""
    today = today or clock.today()
    fields = Fields(data)
    title = fields.text("title", required=True, longest=150)
    until = fields.day("until", required=True)
    if until is not None and not today <= until <= today + LONGEST:
        fields.fail("until", "Bitte einen Tag zwischen heute und in zwei Jahren angeben.")
    chosen = fields.several("units", [str(one) for one in choices])
    if "units" not in fields.errors and not LEAST_UNITS <= len(chosen) <= MOST_UNITS:
        fields.fail("units", f"Ein Paket hat {LEAST_UNITS} bis {MOST_UNITS} Angebote (jetzt {len(chosen)}).")
    made = PackageInput(
        title=title or "",
        until=until or today,
        unit_ids=tuple(int(one) for one in chosen),
        title_en=fields.text("title_en", longest=150),
        description=fields.text("description", longest=4000),
        description_en=fields.text("description_en", longest=4000),
        is_public=fields.flag("is_public"),
    )
    fields.check()
    return made
