"""What the board's forms say: a visit's place, weeks and modules; a copy of a plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo.core.parsing import Fields
from geo.trees.visits.schemas import LONGEST_REASON, VISIT_LABELS

BOARD_LABELS = {
    "stop_id": "Standplatz",
    "first": "Erster Tag",
    "weeks": "Wochen",
    "modules_s": "Module der Klasse S",
    "modules_l": "Module der Klasse L",
    "title": "Titel",
    "is_pinned": "Festgehalten",
    "anyway": "Trotzdem eintragen",
    "exception_reason": VISIT_LABELS["exception_reason"],
}
COPY_LABELS = {"name": "Name", "first": "Erster Tag der Saison"}
LOSS_LABELS = {
    "stop_id": "Standplatz",
    "first": "Fällt aus ab",
    "reason": "Grund",
    "keep_permits": "Beantragte und genehmigte Besuche auf keinen Fall verschieben",
    "block": "Als Sperrzeit am Standplatz eintragen",
}
MOST_WEEKS = 104


@dataclass(frozen=True)
class Placing:
    """Where and when a visit is to be, and of what it consists. `anyway`: although something speaks against it."""

    stop_id: int
    first: date
    weeks: int
    modules_s: int
    modules_l: int
    title: str | None = None
    is_pinned: bool = False
    anyway: bool = False
    exception_reason: str | None = None


@dataclass(frozen=True)
class CopyInput:
    """A draft made from another plan."""

    name: str
    first: date


@dataclass(frozen=True)
class LossInput:
    """The stop that drops out, from which day on, and why.

    `keep_permits`: what is applied for or granted keeps its days in any case. `block`: the register notes that the stop
    is closed until the plan ends.
    """

    stop_id: int
    first: date
    reason: str
    keep_permits: bool = False
    block: bool = False


def parse_loss(data: Mapping[str, Any]) -> LossInput:
    """A stop that drops out, from a form. Raises `Invalid`."""
    fields = Fields(data)
    given = LossInput(
        stop_id=fields.whole("stop_id", least=1, most=2**31 - 1, required=True) or 0,
        first=fields.day("first", required=True) or date.min,
        reason=fields.text("reason", required=True, longest=200) or "",
        keep_permits=fields.flag("keep_permits"),
        block=fields.flag("block"),
    )
    fields.check()
    return given


def parse_placing(data: Mapping[str, Any]) -> Placing:
    """A visit on the board, from a form. Raises `Invalid`."""
    fields = Fields(data)
    given = Placing(
        stop_id=fields.whole("stop_id", least=1, most=2**31 - 1, required=True) or 0,
        first=fields.day("first", required=True) or date.min,
        weeks=fields.whole("weeks", least=1, most=MOST_WEEKS, required=True) or 1,
        modules_s=fields.whole("modules_s", least=0, most=200) or 0,
        modules_l=fields.whole("modules_l", least=0, most=200) or 0,
        title=fields.text("title", longest=120),
        is_pinned=fields.flag("is_pinned"),
        anyway=fields.flag("anyway"),
        exception_reason=fields.text("exception_reason", longest=LONGEST_REASON),
    )
    if not given.modules_s + given.modules_l and not fields.errors:
        fields.fail("modules_s", "Ein Besuch hat mindestens ein Modul.")
    fields.check()
    return given


def parse_copy(data: Mapping[str, Any]) -> CopyInput:
    """A copy of a plan, from a form. Raises `Invalid`."""
    fields = Fields(data)
    given = CopyInput(
        name=fields.text("name", required=True, longest=120) or "",
        first=fields.day("first", required=True) or date.min,
    )
    fields.check()
    return given
