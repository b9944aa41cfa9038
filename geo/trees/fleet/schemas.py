"""What forms say about a tree's state, and about many trees at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo.core import geometry
from geo.core.errors import Invalid
from geo.core.parsing import Fields
from geo.trees.codes import MODULE_CLASSES, TREE_STATES

STATE_LABELS = {
    "state": "Zustand",
    "since": "Seit",
    "stop_id": "Standplatz",
    "note": "Notiz",
    "latitude": "Pflanzort, Breite",
    "longitude": "Pflanzort, Länge",
}
MANY_LABELS = {
    "count": "Wie viele Bäume",
    "prefix": "Bezeichnung beginnt mit",
    "first": "Erste Nummer",
    "module_class": "Modulklasse",
    "species": "Baumart",
    "species_latin": "Botanischer Name",
}
MOST_TREES = 200


@dataclass(frozen=True)
class StateInput:
    """What a tree is from a day on. `stop_id`: its winter quarters, or the stop where it was planted for good.

    `planted`: longitude and latitude of a tree that was planted out.
    """

    state: str
    since: date
    stop_id: int | None = None
    note: str | None = None
    planted: tuple[float, float] | None = None


@dataclass(frozen=True)
class ManyInput:
    """Several trees of one kind, numbered."""

    count: int
    prefix: str
    first: int = 1
    module_class: str = "S"
    species: str | None = None
    species_latin: str | None = None

    def labels(self) -> list[str]:
        """Their labels: the prefix and a number of at least two digits."""
        joint = "" if not self.prefix or self.prefix[-1] in "- " else " "
        return [f"{self.prefix}{joint}{number:02}" for number in range(self.first, self.first + self.count)]


def parse_state(data: Mapping[str, Any], today: date) -> StateInput:
    """A tree's state from a form. Raises `Invalid`."""
    fields = Fields(data)
    state = fields.choice("state", TREE_STATES, required=True) or "IM_EINSATZ"
    since = fields.day("since", required=True)
    if since is not None and since > today:
        fields.fail("since", "Der Zustand gilt erst, wenn der Tag da ist. Was geplant ist, gehört in den Umzugsplan.")
    stop_id = fields.whole("stop_id", least=1, most=2**31 - 1)
    planted = None
    if state == "AUSGEPFLANZT":
        longitude, latitude = fields.degrees("longitude"), fields.degrees("latitude")
        if longitude is not None and latitude is not None:
            planted = longitude, latitude
            try:
                geometry.point(longitude, latitude, "latitude")
            except Invalid as refused:
                fields.fail("latitude", refused.fields["latitude"])
    note = fields.text("note", longest=500)
    fields.check()
    assert since is not None  # noqa: S101 (checked above)
    return StateInput(state, since, stop_id, note, planted)


def parse_many(data: Mapping[str, Any]) -> ManyInput:
    """Several trees from a form. Raises `Invalid`."""
    fields = Fields(data)
    count = fields.whole("count", least=-999_999, required=True)
    if count is not None and count < 1:
        fields.fail("count", "Eine Allee braucht mindestens einen Baum.")
    if count is not None and count > MOST_TREES:
        fields.fail("count", f"Auf einmal lassen sich höchstens {MOST_TREES} Bäume anlegen.")
    first = fields.whole("first", least=0, most=9_000)
    given = ManyInput(
        count=count or 0,
        prefix=fields.text("prefix", longest=20) or "",
        first=1 if first is None else first,
        module_class=fields.choice("module_class", MODULE_CLASSES, required=True) or "S",
        species=fields.text("species", longest=80),
        species_latin=fields.text("species_latin", longest=80),
    )
    fields.check()
    return given
