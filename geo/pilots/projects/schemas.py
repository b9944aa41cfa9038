"""What forms say about a pilot project: texts, statuses, milestones, ratings, documents; stored ones as form values."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo.core.fields_of_action import FIELDS_OF_ACTION
from geo.core.parsing import Fields
from geo.pilots.codes import CRITERIA, RATINGS, STATUSES, TARGET_GROUPS
from geo.pilots.dates import Moment, last_day, moment_field, typed
from geo.pilots.model import PilotProject, ProjectDocument, ProjectMilestone, ProjectRating, ProjectStatus

# Each field with its name for people: for forms, the history, and two versions side by side.
PROJECT_LABELS = {
    "name": "Name",
    "name_en": "Name (englisch)",
    "working_group_id": "Arbeitsgruppe",
    "part": "Teil des Registers",
    "fields_of_action": "Handlungsfelder",
    "target_groups": "Zielgruppen",
    "summary": "Worum es geht",
    "summary_en": "Worum es geht (englisch)",
    "background": "Ausgangslage",
    "background_en": "Ausgangslage (englisch)",
    "aim": "Ziel",
    "aim_en": "Ziel (englisch)",
    "approach": "Vorgehen",
    "approach_en": "Vorgehen (englisch)",
    "requirements": "Was eine Stadt mitbringt",
    "requirements_en": "Was eine Stadt mitbringt (englisch)",
    "source": "Quelle",
    "is_public": "Öffentlich",
}
STATUS_LABELS = {
    "status": "Stand",
    "start": "Beginn",
    "end": "Ende",
    "was_planned": "Nur angekündigt",
    "note": "Anmerkung",
    "note_en": "Anmerkung (englisch)",
    "source": "Quelle",
}
MILESTONE_LABELS = {
    "title": "Schritt",
    "title_en": "Schritt (englisch)",
    "moment": "Wann",
    "was_planned": "Nur angekündigt",
    "source": "Quelle",
}
DOCUMENT_LABELS = {"title": "Titel", "title_en": "Titel (englisch)", "is_public": "Öffentlich", "file": "Datei"}
PARTS = ("vacancies", "trees", "viewpoints")
# The texts of the exposé, in their order.
EXPOSE = ("background", "aim", "approach", "requirements")
# Words that the addresses of other pages begin with.
RESERVED = {"liste", "standort", "zeitleiste", "projekt", "projekte", "neu", "aufrufe", "wissen", "phasen", "karten"}


@dataclass(frozen=True)
class ProjectInput:
    """A project as the office describes it."""

    name: str
    name_en: str
    working_group_id: int
    summary: str
    summary_en: str
    part: str | None = None
    fields_of_action: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()
    background: str | None = None
    background_en: str | None = None
    aim: str | None = None
    aim_en: str | None = None
    approach: str | None = None
    approach_en: str | None = None
    requirements: str | None = None
    requirements_en: str | None = None
    source: str | None = None
    is_public: bool = False


@dataclass(frozen=True)
class StatusInput:
    """Where the project stands, with dates as exactly as they are known; without an end it is open."""

    status: str
    start: Moment
    end: Moment | None = None
    was_planned: bool = False
    note: str | None = None
    note_en: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class MilestoneInput:
    """Something that happened, or was announced; without a moment its date is open."""

    title: str
    title_en: str
    moment: Moment | None = None
    was_planned: bool = False
    source: str | None = None


@dataclass(frozen=True)
class RatingInput:
    """How far a criterion is met (0 to 3), and why."""

    rating: int
    reason: str
    reason_en: str | None = None


@dataclass(frozen=True)
class DocumentInput:
    """What is said about a file."""

    title: str
    title_en: str | None = None
    is_public: bool = False


def parse_project(data: Mapping[str, Any]) -> ProjectInput:
    """A project from a form. Raises `Invalid` with every mistake at its field."""
    fields = Fields(data)
    given = ProjectInput(
        name=fields.text("name", required=True, longest=120) or "",
        name_en=fields.text("name_en", required=True, longest=120) or "",
        working_group_id=fields.whole("working_group_id", most=2_000_000_000, required=True) or 0,
        part=fields.choice("part", PARTS),
        fields_of_action=_in_order(fields.several("fields_of_action", FIELDS_OF_ACTION), FIELDS_OF_ACTION),
        target_groups=_in_order(fields.several("target_groups", TARGET_GROUPS), TARGET_GROUPS),
        summary=fields.text("summary", required=True, longest=3000) or "",
        summary_en=fields.text("summary_en", required=True, longest=3000) or "",
        source=fields.text("source", longest=300),
        is_public=fields.flag("is_public"),
        **{name + end: fields.text(name + end, longest=5000) for name in EXPOSE for end in ("", "_en")},
    )
    fields.check()
    return given


def _in_order(chosen: list[str], codes: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(code for code in codes if code in chosen)


def parse_status(data: Mapping[str, Any]) -> StatusInput:
    """A status from a form. Raises `Invalid` with every mistake at its field."""
    fields = Fields(data)
    status = fields.choice("status", STATUSES, required=True)
    start, end = moment_field(fields, "start", required=True), moment_field(fields, "end")
    if start is not None and end is not None and end.after <= start.first:
        fields.fail("end", "Das Ende liegt vor dem Beginn.")
    note, note_en = fields.text("note", longest=500), fields.text("note_en", longest=500)
    source = fields.text("source", longest=300)
    fields.check()
    if status is None or start is None:  # `check` has raised; the type checker cannot know
        raise AssertionError
    return StatusInput(status, start, end, fields.flag("was_planned"), note, note_en, source)


def parse_milestone(data: Mapping[str, Any]) -> MilestoneInput:
    """A milestone from a form. Raises `Invalid`."""
    fields = Fields(data)
    given = MilestoneInput(
        title=fields.text("title", required=True, longest=200) or "",
        title_en=fields.text("title_en", required=True, longest=200) or "",
        moment=moment_field(fields, "moment"),
        was_planned=fields.flag("was_planned"),
        source=fields.text("source", longest=300),
    )
    fields.check()
    return given


def parse_ratings(data: Mapping[str, Any]) -> dict[str, RatingInput]:
    """The ratings of a form by criterion; one without a rating and a reason is left out. Raises `Invalid`."""
    fields, given = Fields(data), {}
    for criterion in CRITERIA:
        rating = fields.choice(f"rating_{criterion}", RATINGS)
        reason = fields.text(f"reason_{criterion}", longest=1000)
        reason_en = fields.text(f"reason_en_{criterion}", longest=1000)
        if rating is None and (reason or reason_en):
            fields.fail(f"rating_{criterion}", "Bitte eine Bewertung wählen oder die Begründung leeren.")
        elif rating is not None and reason is None:
            fields.fail(f"reason_{criterion}", "Bitte begründen.")
        elif rating is not None and reason is not None:
            given[criterion] = RatingInput(int(rating), reason, reason_en)
    fields.check()
    return given


def parse_document(data: Mapping[str, Any]) -> DocumentInput:
    """What a form says about a file. Raises `Invalid`."""
    fields = Fields(data)
    title = fields.text("title", required=True, longest=200)
    given = DocumentInput(title or "", fields.text("title_en", longest=200), fields.flag("is_public"))
    fields.check()
    return given


def slug_of(name: str) -> str:
    """A project's name as a word of an address: "Grüne Höfe" becomes "gruene-hoefe"."""
    text = name.lower()
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.replace(umlaut, letters)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
    return f"projekt-{slug}" if slug in RESERVED else slug or "projekt"


def project_values(project: PilotProject) -> dict[str, Any]:
    """A stored project as the values of its form."""
    return {name: getattr(project, name) for name in PROJECT_LABELS}


def project_input_values(data: ProjectInput) -> dict[str, Any]:
    """What somebody typed, written like the stored values, so that the two can be compared."""
    values = {name: getattr(data, name) for name in PROJECT_LABELS}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def status_values(status: ProjectStatus) -> dict[str, Any]:
    """A stored status as the values of its form."""
    return {
        "status": status.status,
        "start": typed(status.during.lower, status.start_precision),
        "end": typed(last_day(status.during), status.end_precision),
        **{name: getattr(status, name) for name in ("was_planned", "note", "note_en", "source")},
    }


def milestone_values(milestone: ProjectMilestone) -> dict[str, Any]:
    """A stored milestone as the values of its form."""
    when = typed(milestone.during.lower, milestone.precision) if milestone.during else ""
    return {
        "moment": when,
        **{name: getattr(milestone, name) for name in ("title", "title_en", "was_planned", "source")},
    }


def rating_values(ratings: Mapping[str, ProjectRating]) -> dict[str, Any]:
    """Stored ratings as the values of their form."""
    values: dict[str, Any] = {}
    for criterion, one in ratings.items():
        values |= {f"rating_{criterion}": str(one.rating), f"reason_{criterion}": one.reason}
        values[f"reason_en_{criterion}"] = one.reason_en
    return values


def document_values(document: ProjectDocument) -> dict[str, Any]:
    """What is said about a stored file, as the values of its form."""
    return {name: getattr(document, name) for name in ("title", "title_en", "is_public")}
