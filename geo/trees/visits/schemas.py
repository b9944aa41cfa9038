"""What forms say about visits; and stored visits as the values of those forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.dialects.postgresql import Range

from geo.core.clock import BERLIN
from geo.core.parsing import Fields
from geo.trees.visits.codes import DECISIONS, PERMIT_STATES
from geo.trees.visits.model import Visit
from geo.trees.wording import bounds, period

MOST_MODULES = 200
LONGEST_REASON = 300
VISIT_LABELS = {
    "schedule_id": "Umzugsplan",
    "stop_id": "Standplatz",
    "first": "Erster Tag",
    "last": "Letzter Tag",
    "modules_s": "Module der Klasse S",
    "modules_l": "Module der Klasse L",
    "title": "Titel",
    "note": "Notiz",
    "public_text": "Öffentlicher Text",
    "opening_at": "Eröffnung",
    "is_pinned": "Festgehalten",
    "exception_reason": "Grund der Ausnahme",
}

PERMIT_LABELS = {
    "permit_state": "Genehmigung",
    "permit_applied_on": "Beantragt am",
    "permit_decided_on": "Entschieden am",
    "permit_reference": "Aktenzeichen",
    "has_parade": "Die Bäume kommen in einem Umzug",
    "parade_filed_on": "Versammlung angezeigt am",
    "signs_up_on": "Schilder stehen seit",
}
VERDICT_LABELS = {"decision": "Ergebnis", "decision_note": "Begründung"}
MOVE_LABELS = {name: VISIT_LABELS[name] for name in ("stop_id", "first", "last", "exception_reason")}


@dataclass(frozen=True)
class VisitWords:
    """What is said about a visit besides place and time. `note` is internal; title, text and opening are public.

    `exception_reason` (internal) says why it is there although its stop is blocked, out of season, or has had a visit.
    """

    modules_s: int = 0
    modules_l: int = 0
    title: str | None = None
    note: str | None = None
    public_text: str | None = None
    opening_at: datetime | None = None
    is_pinned: bool = False
    exception_reason: str | None = None


@dataclass(frozen=True)
class VisitInput:
    """A new visit; `is_actual`: the trees do (or did) stand there, it is no plan."""

    schedule_id: int
    stop_id: int
    during: Range[date]
    words: VisitWords
    is_actual: bool = False


@dataclass(frozen=True)
class VisitMove:
    """Another place or time for a visit.

    `weekday_confirmed` lets a visit that is no draft begin on another day than the schedule's. `release` lets go of
    those assigned trees that stand elsewhere in the new period, where otherwise they are in the way.
    """

    stop_id: int
    during: Range[date]
    weekday_confirmed: bool = False
    release: bool = False
    exception_reason: str | None = None


@dataclass(frozen=True)
class PermitInput:
    """How far the permit has come, and what goes with it."""

    permit_state: str
    permit_applied_on: date | None = None
    permit_decided_on: date | None = None
    permit_reference: str | None = None
    has_parade: bool = False
    parade_filed_on: date | None = None
    signs_up_on: date | None = None


@dataclass(frozen=True)
class VerdictInput:
    """What a visit has shown: plant here, do not, or come again; and why."""

    decision: str
    decision_note: str | None = None


def parse_permit(data: Mapping[str, Any]) -> PermitInput:
    """A permit's state from a form. Raises `Invalid`."""
    fields = Fields(data)
    given = PermitInput(
        permit_state=fields.choice("permit_state", PERMIT_STATES, required=True) or "OFFEN",
        permit_applied_on=fields.day("permit_applied_on"),
        permit_decided_on=fields.day("permit_decided_on"),
        permit_reference=fields.text("permit_reference", longest=120),
        has_parade=fields.flag("has_parade"),
        parade_filed_on=fields.day("parade_filed_on"),
        signs_up_on=fields.day("signs_up_on"),
    )
    if given.permit_state == "BEANTRAGT" and given.permit_applied_on is None:
        fields.fail("permit_applied_on", "Bitte angeben, wann der Antrag gestellt wurde.")
    if given.permit_state in ("GENEHMIGT", "ABGELEHNT") and given.permit_decided_on is None:
        fields.fail("permit_decided_on", "Bitte angeben, wann darüber entschieden wurde.")
    if given.permit_decided_on and given.permit_state not in ("GENEHMIGT", "ABGELEHNT"):
        fields.fail("permit_decided_on", "Entschieden ist nur, was genehmigt oder abgelehnt wurde.")
    if given.permit_applied_on and given.permit_decided_on and given.permit_decided_on < given.permit_applied_on:
        fields.fail("permit_decided_on", "Der Antrag kam erst danach.")
    fields.check()
    return given


def parse_verdict(data: Mapping[str, Any]) -> VerdictInput:
    """A verdict from a form. Raises `Invalid`."""
    fields = Fields(data)
    given = VerdictInput(
        decision=fields.choice("decision", DECISIONS, required=True) or "OFFEN",
        decision_note=fields.text("decision_note", longest=2000),
    )
    fields.check()
    return given


def permit_values(visit: Visit) -> dict[str, Any]:
    """A stored visit's permit as the values of its form."""
    return {name: getattr(visit, name) for name in PERMIT_LABELS}


def verdict_values(visit: Visit) -> dict[str, Any]:
    """A stored visit's verdict as the values of its form."""
    return {name: getattr(visit, name) for name in VERDICT_LABELS}


def parse_words(fields: Fields) -> VisitWords:
    """What is said about a visit, from a form; failures stay in `fields`."""
    given = VisitWords(
        modules_s=fields.whole("modules_s", least=0, most=MOST_MODULES) or 0,
        modules_l=fields.whole("modules_l", least=0, most=MOST_MODULES) or 0,
        title=fields.text("title", longest=120),
        note=fields.text("note", longest=2000),
        public_text=fields.text("public_text", longest=2000),
        opening_at=fields.moment("opening_at"),
        is_pinned=fields.flag("is_pinned"),
        exception_reason=fields.text("exception_reason", longest=LONGEST_REASON),
    )
    check_modules(fields, given.modules_s, given.modules_l)
    return given


def check_modules(fields: Fields, modules_s: int, modules_l: int) -> None:
    """A visit has at least one module."""
    if modules_s + modules_l < 1 and not {"modules_s", "modules_l"} & set(fields.errors):
        fields.fail("modules_s", "Ein Besuch hat mindestens ein Modul.")


def parse_visit(data: Mapping[str, Any]) -> VisitInput:
    """A new visit from a form. Raises `Invalid`."""
    fields = Fields(data)
    given = VisitInput(
        schedule_id=fields.whole("schedule_id", least=1, most=2**31 - 1, required=True) or 0,
        stop_id=fields.whole("stop_id", least=1, most=2**31 - 1, required=True) or 0,
        during=parse_period(fields) or Range(empty=True),
        words=parse_words(fields),
        is_actual=fields.flag("is_actual"),
    )
    fields.check()
    return given


def parse_change(data: Mapping[str, Any]) -> VisitWords:
    """A visit's changed words from a form. Raises `Invalid`."""
    fields = Fields(data)
    given = parse_words(fields)
    fields.check()
    return given


def parse_move(data: Mapping[str, Any]) -> VisitMove:
    """Another place or time from a form. Raises `Invalid`."""
    fields = Fields(data)
    given = VisitMove(
        stop_id=fields.whole("stop_id", least=1, most=2**31 - 1, required=True) or 0,
        during=parse_period(fields) or Range(empty=True),
        weekday_confirmed=fields.flag("weekday_confirmed"),
        release=fields.flag("release"),
        exception_reason=fields.text("exception_reason", longest=LONGEST_REASON),
    )
    fields.check()
    return given


def parse_period(fields: Fields) -> Range[date] | None:
    """`first` and `last`, both included; neither may be missing."""
    first, last = fields.day("first", required=True), fields.day("last", required=True)
    if first is None or last is None:
        return None
    if last < first:
        fields.fail("last", "Der letzte Tag liegt vor dem ersten.")
        return None
    return period(first, last)


def words_of(visit: Visit) -> VisitWords:
    """What is said about a stored visit."""
    return VisitWords(**{name: getattr(visit, name) for name in VisitWords.__dataclass_fields__})


def visit_values(visit: Visit) -> dict[str, Any]:
    """A stored visit as the values of its form."""
    first, last = bounds(visit.during)
    return {
        "schedule_id": visit.schedule_id,
        "stop_id": visit.stop_id,
        "first": first.isoformat(),
        "last": last.isoformat(),
        **vars(words_of(visit)),
        "opening_at": visit.opening_at and visit.opening_at.astimezone(BERLIN).strftime("%Y-%m-%dT%H:%M"),
    }
