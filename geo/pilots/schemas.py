"""What forms say about pilot sites and their phases, and stored ones as the values of those forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo.core.parsing import Fields
from geo.pilots.codes import PHASES
from geo.pilots.dates import EXAMPLES, Moment, last_day, moment_field, typed
from geo.pilots.model import PilotPhase, PilotSite
from geo.places.model import Place
from geo.places.schemas import PlaceInput, parse_place, place_values

# Each field with its name for people: for forms, the history, and two versions side by side.
SITE_LABELS = {
    "name": "Name",
    "name_en": "Name (englisch)",
    "street": "Straße",
    "house_number": "Hausnummer",
    "postcode": "Postleitzahl",
    "locality": "Ort oder Ortsteil",
    "longitude": "Länge",
    "latitude": "Breite",
    "outside_confirmed": "Außerhalb der Gemeinde bestätigt",
    "is_chosen": "Ausgewählt",
    "tree_count": "Zahl der Bäume",
    "opening": "Eröffnung",
    "opening_was_planned": "Eröffnung nur angekündigt",
    "opening_note": "Wie eröffnet wurde",
    "opening_note_en": "Wie eröffnet wurde (englisch)",
    "note": "Anmerkung",
    "note_en": "Anmerkung (englisch)",
    "source": "Quelle",
}
PHASE_LABELS = {
    "phase": "Phase",
    "start": "Beginn",
    "end": "Ende",
    "note": "Anmerkung",
    "note_en": "Anmerkung (englisch)",
    "source": "Quelle",
}


@dataclass(frozen=True)
class SiteInput:
    """A town where a project is carried out, as the office describes it."""

    name: str
    place: PlaceInput
    source: str
    name_en: str | None = None
    is_chosen: bool = True
    tree_count: int | None = None
    opening: Moment | None = None
    opening_was_planned: bool = False
    opening_note: str | None = None
    opening_note_en: str | None = None
    note: str | None = None
    note_en: str | None = None


@dataclass(frozen=True)
class PhaseInput:
    """A phase with its dates as exactly as they are known; without an end it is open."""

    phase: str
    start: Moment
    end: Moment | None = None
    note: str | None = None
    note_en: str | None = None
    source: str | None = None


SITE_COLUMNS = tuple(name for name in SiteInput.__dataclass_fields__ if name not in {"place", "opening"})


def parse_site(data: Mapping[str, Any]) -> SiteInput:
    """A site from a form. Raises `Invalid` with every mistake at its field."""
    fields = Fields(data)
    given = SiteInput(
        name=fields.text("name", required=True, longest=120) or "",
        name_en=fields.text("name_en", longest=120),
        place=parse_place(fields),
        source=fields.text("source", required=True, longest=300) or "",
        is_chosen=fields.flag("is_chosen"),
        tree_count=fields.whole("tree_count", least=1, most=1000),
        opening=moment_field(fields, "opening"),
        opening_was_planned=fields.flag("opening_was_planned"),
        opening_note=fields.text("opening_note", longest=500),
        opening_note_en=fields.text("opening_note_en", longest=500),
        note=fields.text("note", longest=1000),
        note_en=fields.text("note_en", longest=1000),
    )
    if given.opening is None and (given.opening_was_planned or given.opening_note or given.opening_note_en):
        fields.fail("opening", f"Bitte auch angeben, wann eröffnet wurde oder wird, zum Beispiel {EXAMPLES}.")
    fields.check()
    return given


def parse_phase(data: Mapping[str, Any]) -> PhaseInput:
    """A phase from a form. Raises `Invalid` with every mistake at its field."""
    fields = Fields(data)
    phase = fields.choice("phase", PHASES, required=True)
    start = moment_field(fields, "start", required=True)
    end = moment_field(fields, "end")
    if start is not None and end is not None and end.after <= start.first:
        fields.fail("end", "Das Ende liegt vor dem Beginn.")
    note, note_en = fields.text("note", longest=500), fields.text("note_en", longest=500)
    source = fields.text("source", longest=300)
    fields.check()
    if phase is None or start is None:  # `check` has raised; the type checker cannot know
        raise AssertionError
    return PhaseInput(phase, start, end, note, note_en, source)


def site_values(site: PilotSite, place: Place) -> dict[str, Any]:
    """A stored site as the values of its form."""
    opening = typed(site.opening.lower, site.opening_precision or "") if site.opening else None
    return _site_values(site, {**place_values(place), "opening": opening})


def input_values(data: SiteInput) -> dict[str, Any]:
    """What somebody typed, written like the stored values, so that the two can be compared."""
    place = {
        "street": data.place.street,
        "house_number": data.place.house_number,
        "postcode": data.place.postcode,
        "locality": data.place.locality,
        "longitude": f"{data.place.longitude:.6f}",
        "latitude": f"{data.place.latitude:.6f}",
        "outside_confirmed": data.place.outside_confirmed,
        "opening": typed(data.opening.first, data.opening.precision) if data.opening else None,
    }
    return _site_values(data, place)


def _site_values(one: PilotSite | SiteInput, place: dict[str, Any]) -> dict[str, Any]:
    values = {**{name: getattr(one, name) for name in SITE_COLUMNS}, **place}
    return {name: values[name] for name in SITE_LABELS}


def phase_values(phase: PilotPhase) -> dict[str, Any]:
    """A stored phase as the values of its form."""
    return {
        "phase": phase.phase,
        "start": typed(phase.during.lower, phase.start_precision),
        "end": typed(last_day(phase.during), phase.end_precision),
        "note": phase.note,
        "note_en": phase.note_en,
        "source": phase.source,
    }
