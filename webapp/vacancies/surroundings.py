"""What draws people within 150 m of a unit: shops, places to eat, stops, parking, from the town's places near by."""

from collections.abc import Sequence
from dataclasses import dataclass

from geo.core.codes import label
from geo.places.pois.codes import KINDS
from geo.places.pois.queries import Near

_DRAWING = ("LADEN", "GASTRONOMIE", "TOURISTINFO", "HALTESTELLE", "PARKPLATZ")
NAMED = 3


@dataclass(frozen=True)
class Group:
    """The places of one kind: how many, and the nearest that have a name, each with its distance to ten metres."""

    kind: str
    count: int
    nearest: list[tuple[str, str]]


@dataclass(frozen=True)
class Surroundings:
    """The groups, and where the places are from."""

    groups: list[Group]
    sources: str
    has_examples: bool


def around(near: Sequence[Near], lang: str) -> Surroundings:
    """The places near by, by kind."""
    found = [one for one in near if one.kind in _DRAWING]
    by_kind = {kind: [one for one in found if one.kind == kind] for kind in _DRAWING}
    groups = [
        Group(_titled(label(KINDS, kind, lang)), len(places), _named(places))
        for kind, places in by_kind.items()
        if places
    ]
    return Surroundings(groups, ", ".join(sorted({one.source for one in found})), any(one.is_example for one in found))


def _titled(words: str) -> str:
    return words[:1].upper() + words[1:]


def _named(places: list[Near]) -> list[tuple[str, str]]:
    named = [one for one in places if one.name]
    return [(one.name or "", f"{max(10, round(one.distance_m, -1)):.0f} m") for one in named[:NAMED]]
