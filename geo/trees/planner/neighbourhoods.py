"""Which part of a plan is solved anew next: a window of weeks, some districts, a handful of stops, or what is dear.

A neighbourhood names the stops whose visits are free and the candidates that may take their place. All choices come
from a seeded generator, so that the same seed gives the same series.
"""

from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from geo.trees.planner.candidates import Candidates, Chosen, Real, Whole

KINDS = ("weeks", "districts", "stops", "dear")
SMALLEST, LARGEST = 40.0, 3_000.0

Free = tuple[list[int], NDArray[np.bool_]]


@dataclass(frozen=True)
class Neighbourhood:
    """Chosen candidates that stay, and those that may be chosen beside them."""

    kind: str
    kept: Chosen
    numbers: Whole


class Series:
    """A series of neighbourhoods whose sizes follow what was solved: larger where the search was done soon.

    `loss` (K) is what each candidate costs of the bound at least.
    """

    def __init__(self, candidates: Candidates, loss: Real, seed: int):
        self.candidates, self.loss = candidates, loss
        self.stops = len(candidates.places)
        self.rng, self.noise = Random(seed), np.random.default_rng(seed)
        self.size = dict.fromkeys(KINDS, 300.0)
        self.reward = dict.fromkeys(KINDS, 1.0)

    def draw(self, chosen: Chosen, gap: float) -> Neighbourhood:
        """The next neighbourhood of a plan that is at most `gap` points below the bound."""
        kind = self.rng.choices(KINDS, [self.reward[kind] for kind in KINDS])[0]
        c = self.candidates
        of_stop: dict[int, list[int]] = {}
        for number in sorted(chosen):
            of_stop.setdefault(int(c.place[number]), []).append(number)
        stops, inside = getattr(self, f"_{kind}")(chosen, of_stop)
        own = {number for stop in stops for number in of_stop.get(stop, ())}
        mask = np.zeros(self.stops, dtype=bool)
        mask[stops] = True
        usable = np.flatnonzero(mask[c.place] & (self.loss < gap) & inside)
        room = int(self.size[kind])
        if len(usable) > room:
            usable = usable[np.argsort(self._shaken(usable), kind="stable")[:room]]
        kept = {number: counts for number, counts in chosen.items() if number not in own}
        return Neighbourhood(kind, kept, np.unique(np.concatenate([usable, np.array(sorted(own), dtype=np.int64)])))

    def learn(self, kind: str, improved: bool, was_solved: bool) -> None:
        """Grows or shrinks the next neighbourhood of a kind, and prefers kinds that lead somewhere."""
        self.size[kind] = min(LARGEST, max(SMALLEST, self.size[kind] * (1.15 if was_solved else 0.75)))
        self.reward[kind] = max(0.3, 0.85 * self.reward[kind] + (0.6 if improved else 0.0))

    def _shaken(self, numbers: Whole) -> Real:
        """What candidates cost of the bound, shaken, so that not always the same ones are left out."""
        loss = self.loss[numbers]
        return loss + self.noise.exponential(1.0, len(numbers)) * (float(np.median(loss)) + 1)

    def _weeks(self, chosen: Chosen, of_stop: dict[int, list[int]]) -> Free:
        """What stands in a window of weeks, and streets without a visit, within these weeks."""
        c = self.candidates
        anchor = self.rng.choice(sorted(chosen)) if chosen else self.rng.randrange(len(c))
        span = self.rng.randint(c.problem.min_weeks, 2 * c.problem.max_weeks)
        first = int(c.start[anchor]) - self.rng.randint(0, span // 2)
        inside = (c.start < first + span) & (c.end > first)
        moved = {int(c.place[number]) for number in chosen if inside[number]}
        return [stop for stop in range(self.stops) if stop in moved or stop not in of_stop], inside

    def _districts(self, chosen: Chosen, of_stop: dict[int, list[int]]) -> Free:
        c = self.candidates
        of_place = [c.problem.stops[int(stop)].district for stop in c.places]
        names = sorted(set(of_place))
        some = set(self.rng.sample(names, min(len(names), self.rng.randint(1, 3))))
        return [place for place, name in enumerate(of_place) if name in some], self._everything()

    def _stops(self, chosen: Chosen, of_stop: dict[int, list[int]]) -> Free:
        share = 2 * self.size["stops"] * self.stops / max(1, len(self.candidates))
        return self.rng.sample(range(self.stops), min(self.stops, max(4, int(share)))), self._everything()

    def _dear(self, chosen: Chosen, of_stop: dict[int, list[int]]) -> Free:
        """The visits that cost the bound most, and streets that stand empty."""
        c = self.candidates
        dear = sorted(chosen, key=lambda number: (-self.loss[number] * self.rng.random(), number))
        free = {int(c.place[number]) for number in dear[: max(4, len(dear) // 4)]}
        empty = [stop for stop in range(self.stops) if stop not in of_stop]
        return sorted(free | set(self.rng.sample(empty, min(len(empty), 3 * len(free))))), self._everything()

    def _everything(self) -> NDArray[np.bool_]:
        return np.ones(len(self.candidates), dtype=bool)
