"""The ripple view: what lies around a stop, viewpoint or pilot site on a day, and what changed after its opening."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor, may
from geo.core.db import for_municipality
from geo.core.errors import NotFound
from geo.synergy.anchors import KINDS, Anchor, anchors, one_of
from geo.synergy.effect import WINDOW_MONTHS, Effect, Panel, effect
from geo.synergy.panel import Groups, groups, is_same_thing, moments, months_from, panel
from geo.synergy.reach import REACHES_M, Reach, in_metres, reach
from geo.synergy.stock import Stock, confirmed, stock
from geo.synergy.wording import OUTCOMES, sentence

NO_PLACE = "Wo genau der Standort liegt, ist nicht bekannt; der Punkt ist die Mitte der Stadt."
NO_DATE = "Wann genau es begann, ist nicht bekannt."


@dataclass(frozen=True)
class Around:
    """What lies within a reach on the day: numbers of units, metres of front, and the units behind each number."""

    within_m: int
    units: tuple[int, ...]
    empty: tuple[int, ...]
    gastronomy: tuple[int, ...]
    unknown: tuple[int, ...]
    verified: tuple[int, ...]
    unverified: tuple[int, ...]
    frontage_m: float
    dead_m: float
    without_frontage: int
    is_example: bool

    @property
    def share_verified(self) -> float | None:
        whole = len(self.verified) + len(self.unverified)
        return len(self.verified) / whole if whole else None


@dataclass(frozen=True)
class Compared:
    """One outcome within one reach: the panel, what was made of it, and the sentence."""

    outcome: str
    within_m: int
    panel: Panel
    effect: Effect
    sentence: str

    def line(self, treated: bool) -> list[tuple[date, float | None]]:
        """The mean of the group's streets on each day."""
        rows = [street.values for street in self.panel.streets if street.treated == treated]
        return [(day, _mean([row[index] for row in rows])) for index, day in enumerate(self.panel.days)]


@dataclass(frozen=True)
class OnMap:
    """A unit of the map: in which group it is, and what it is on the day."""

    id: int
    title: str
    longitude: float
    latitude: float
    group: str
    state: str
    metres: float | None
    is_example: bool


@dataclass(frozen=True)
class Ripple:
    """All that the page shows of one anchor."""

    anchor: Anchor
    day: date
    opened: date | None
    openings: tuple[date, ...]
    along: bool
    off_network: int
    around: tuple[Around, ...]
    compared: Mapping[tuple[int, str], Compared]
    groups: Mapping[int, Groups]
    on_map: tuple[OnMap, ...]


def ripple(
    session: Session,
    actor: Actor,
    municipality_id: int,
    kind: str,
    anchor_id: int,
    day: date,
    opened: date | None = None,
    within_m: int = REACHES_M[0],
) -> Ripple:
    """The surroundings on the day, and the comparison before and after `opened` (one of its openings; the first one).

    `within_m` says which reach the map's units are told of. Raises `NotFound` for what is not of the town, and for
    whoever may not see its vacancies.
    """
    if not may(actor, Action.VACANCY_VIEW, municipality_id):
        raise NotFound(f"Der {KINDS[kind]}", anchor_id)
    return surroundings(session, municipality_id, kind, anchor_id, day, opened, within_m)


def surroundings(
    session: Session,
    municipality_id: int,
    kind: str,
    anchor_id: int,
    day: date,
    opened: date | None = None,
    within_m: int = REACHES_M[0],
) -> Ripple:
    """The same for whoever the caller lets see it, or a part of it."""
    with for_municipality(session, municipality_id):
        known = anchors(session, municipality_id)
        anchor = one_of(known, kind, anchor_id)
        openings = anchor.opened(day)
        chosen = opened if opened in openings else (openings[0] if openings else None)
        when = moments(chosen, day) if chosen else {}
        held = stock(session, municipality_id, [*when.values(), day], chosen or day)
        near = reach(session, municipality_id, (anchor.longitude, anchor.latitude), held.spots)
        now = confirmed(session, municipality_id, day)
        then = confirmed(session, municipality_id, max(when.values())) if when else set()
    around = tuple(_around(held, near, within, now) for within in REACHES_M)
    compared: dict[tuple[int, str], Compared] = {}
    formed: dict[int, Groups] = {}
    if chosen:
        for within in REACHES_M:
            formed[within], found = _compare(held, near, within, anchor, known, chosen, when, then)
            compared |= {(within, one.outcome): one for one in found}
    on_map = _on_map(held, near, within_m, formed.get(within_m))
    return Ripple(anchor, day, chosen, tuple(openings), near.along, near.off_network, around, compared, formed, on_map)


def _compare(
    held: Stock,
    near: Reach,
    within: int,
    anchor: Anchor,
    known: Sequence[Anchor],
    opened: date,
    when: Mapping[int, date],
    sure: set[int],
) -> tuple[Groups, list[Compared]]:
    first, last = months_from(opened, -WINDOW_MONTHS), max([opened, *when.values()])
    disturbing = [one for one in known if one is anchor or one.is_there(first, last)]
    formed = groups(held, near, within, disturbing)
    doubts = tuple(
        words for words, holds in ((NO_PLACE, not anchor.is_placed), (NO_DATE, not anchor.is_dated)) if holds
    )
    also = _also_new(anchor, known, opened, (first, last), within)
    found = []
    for outcome in OUTCOMES:
        made = panel(held, formed, outcome, opened, when, sure=sure, others_in_reach=also, doubts=doubts)
        judged = effect(made)
        found.append(Compared(outcome, within, made, judged, sentence(judged, OUTCOMES[outcome])))
    return formed, found


def _also_new(
    anchor: Anchor, known: Sequence[Anchor], opened: date, span: tuple[date, date], within: int
) -> tuple[str, ...]:
    """What else began within reach (as the crow flies) in that time; the same thing by another name is not named."""
    x, y = in_metres(anchor.longitude, anchor.latitude)
    names = []
    for one in known:
        if one is anchor or is_same_thing(anchor, one, opened):
            continue
        a, b = in_metres(one.longitude, one.latitude)
        begun = any(span[0] <= period.first <= span[1] for period in one.periods)
        if begun and np.hypot(x - a, y - b) <= within:
            names.append(one.name)
    return tuple(dict.fromkeys(names))


def _around(held: Stock, near: Reach, within: int, sure: set[int]) -> Around:
    here = near.within(within)
    known, empty, dead = held.known[:, -1] & here, held.empty[:, -1] & here, held.dead[:, -1] & here
    front = held.frontage
    there = here & held.there[:, -1]
    verified = np.array([one.id in sure for one in held.units], dtype=np.bool_)
    return Around(
        within,
        _ids(held, known),
        _ids(held, empty),
        _ids(held, held.gastronomy[:, -1] & here),
        _ids(held, there & ~known),
        _ids(held, there & verified),
        _ids(held, there & ~verified),
        float(np.nansum(front[known])),
        float(np.nansum(front[dead])),
        int(np.isnan(front[known]).sum()),
        any(one.is_example for one, is_here in zip(held.units, there, strict=True) if is_here),
    )


def _ids(held: Stock, which: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(held.units[int(index)].id for index in np.flatnonzero(which))


def _on_map(held: Stock, near: Reach, within: int, formed: Groups | None) -> tuple[OnMap, ...]:
    """The units within the farthest reach, and those of the comparison streets."""
    group = dict.fromkeys((int(index) for index in np.flatnonzero(np.isfinite(near.metres))), "nah")
    for own in (formed.others if formed else {}).values():
        group |= dict.fromkeys(own, "vergleich")
    found = []
    for index, name in sorted(group.items()):
        unit, metres = held.units[index], float(near.metres[index])
        if not held.there[index, -1]:
            continue
        state = (
            "unbekannt"
            if not held.known[index, -1]
            else "leer"
            if held.empty[index, -1]
            else "gastro"
            if held.gastronomy[index, -1]
            else "genutzt"
        )
        told = "umkreis" if name == "nah" and metres <= within else name
        way = metres if np.isfinite(metres) else None
        spot = (unit.longitude, unit.latitude)
        found.append(OnMap(unit.id, unit.address or f"Einheit {unit.id}", *spot, told, state, way, unit.is_example))
    return tuple(found)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [one for one in values if one is not None]
    return sum(known) / len(known) if known else None
