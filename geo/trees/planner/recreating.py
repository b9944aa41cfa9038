"""Ruin and recreate: some visits are taken out, and the best that fits is put in, thousands of times.

What fits best is judged by the prices of the relaxation, a little shaken: they say what a module in a week is worth
elsewhere. A plan that is slightly worse is taken at times, less and less so (annealing); the best one is remembered.
Sums are kept in small arrays, so that one step takes about a millisecond.
"""

import math
from collections import Counter
from collections.abc import Callable
from random import Random

import numpy as np
from numpy.typing import NDArray

from geo.trees.planner.candidates import Chosen, Real, Whole
from geo.trees.planner.formulation import Formulation
from geo.trees.planner.relaxation import Relaxed, class_worths, filled, once_worth

NEAR = 0.004  # a plan this near to the best is a good one
SHAKEN = 0.02  # of a plan's value for each of its visits: how far prices are shaken when a visit is chosen


class State:
    """A plan with what is still free of everything that sums over visits."""

    def __init__(self, form: Formulation, chosen: Chosen):
        self.form, self.c = form, form.candidates
        fleets = len(self.c.problem.fleets)
        self.shape = fleets, form.width
        self.free = form.upper[form.at_fleet : form.at_opening].reshape(-1, form.weeks).copy()
        self.openings = form.upper[form.at_opening : form.at_crew].reshape(fleets, form.weeks).copy()
        self.crew = form.upper[form.at_crew : form.at_return].reshape(fleets, form.horizon)
        self.net = -form.upper[form.at_return : form.at_district].reshape(-1, form.horizon)  # leaving less arriving
        self.arrived = np.zeros((fleets, form.horizon))
        self.visits = form.upper[: len(self.c.places)].copy()
        self.taken = np.zeros((form.shared, form.weeks)) if form.shared else None
        self.short = form.lower[form.at_district :].copy()
        self.chosen: Chosen = {}
        self.own = 0
        for number, counts in chosen.items():
            self.put(number, counts)

    def copy(self) -> "State":
        other = object.__new__(State)
        other.__dict__.update(self.__dict__)
        for name in ("free", "openings", "net", "arrived", "visits", "short"):
            setattr(other, name, getattr(self, name).copy())
        other.taken = None if self.taken is None else self.taken.copy()
        other.chosen = dict(self.chosen)
        return other

    def put(self, number: int, counts: tuple[int, ...], sign: int = 1) -> None:
        c, form = self.c, self.form
        fleet, start, end = int(c.fleet[number]), int(c.start[number]), int(c.start[number] + c.length[number])
        for position, n in enumerate(counts):
            if not n:
                continue
            key = fleet * form.width + position
            self.free[key, start:end] -= sign * n
            self.net[key, start] -= sign * n
            self.net[key, end] += sign * n
        total = sum(counts)
        self.arrived[fleet, start] += sign * total
        self.openings[fleet, start] -= sign
        self.visits[c.place[number]] -= sign
        if self.taken is not None and c.twins[c.place[number]] >= 0:
            self.taken[c.twins[c.place[number]], start:end] += sign
        if c.district[number] >= 0:
            self.short[c.district[number]] -= sign * total * int(c.length[number])
        self.own += sign * (int(c.base[number]) + sum(int(g) * n for g, n in zip(c.gain[number], counts, strict=True)))
        if sign > 0:
            self.chosen[number] = counts
        else:
            del self.chosen[number]

    def take(self, number: int) -> None:
        self.put(number, self.chosen[number], -1)

    def moved(self) -> Real:
        """Modules moved by fleet and week: arrivals and returns."""
        back = np.maximum(self.net, 0).reshape(*self.shape, -1).sum(axis=1)
        return self.arrived + back

    def value(self) -> float:
        """Points, as the formulation counts them."""
        extras = np.concatenate([np.maximum(self.net, 0).ravel(), np.maximum(self.short, 0)])
        return self.own + float(np.dot(self.form.extra_cost, extras))

    def fitting(self, numbers: Whole, gains: Real) -> tuple[Whole, NDArray[np.bool_]]:
        """For candidates, the modules by class that fit and are worth most, and whether the visit fits at all."""
        c = self.c
        counts = np.zeros((len(numbers), self.form.width), dtype=np.int64)
        start, fleet = c.start[numbers], c.fleet[numbers]
        fits = (self.openings[fleet, start] >= 1) & (self.visits[c.place[numbers]] >= 1)
        if self.taken is not None:
            stood = np.concatenate([np.zeros((len(self.taken), 1)), np.cumsum(self.taken, axis=1)], axis=1)
            twin = c.twins[c.place[numbers]]
            fits &= (twin < 0) | (stood[twin, start + c.length[numbers]] == stood[twin, start])
        at = np.flatnonzero(fits)
        most = self.free_over(numbers[at])
        roomy = most.sum(axis=1) >= c.low[numbers[at]]
        fits[at[~roomy]] = False
        at, most = at[roomy], most[roomy]
        if not len(at):
            return counts, fits
        some = numbers[at]
        high = np.minimum(c.high[some], most.sum(axis=1))
        counts[at] = filled(gains[at], most, np.zeros_like(most), c.low[some], high)
        end = c.start[some] + c.length[some]
        fits[at] = self._crew_fits(counts[at], c.fleet[some], c.start[some], end, self.moved())
        return counts, fits

    def free_over(self, numbers: Whole) -> Whole:
        """Modules by class that candidates could have in all of their weeks."""
        c, form = self.c, self.form
        start, length, fleet = c.start[numbers], c.length[numbers], c.fleet[numbers]
        low_water = self._windows(int(c.problem.max_weeks))
        most = np.empty((len(numbers), form.width), dtype=np.int64)
        for position in range(form.width):
            key = fleet * form.width + position
            most[:, position] = np.minimum(c.most[numbers, position], np.maximum(0, low_water[length, key, start]))
        return most

    def _windows(self, longest: int) -> Real:
        """The least that is free over any weeks: by length, fleet and class, and first week."""
        found = np.full((longest + 1, *self.free.shape), math.inf)
        for weeks in range(1, longest + 1):
            width = self.free.shape[1] - weeks + 1
            if width < 1:
                break
            found[weeks, :, :width] = np.minimum(
                found[weeks - 1, :, :width], self.free[:, weeks - 1 : weeks - 1 + width]
            )
        return np.where(np.isfinite(found), found, 10_000)

    def _crew_fits(self, counts: Whole, fleet: Whole, start: Whole, end: Whole, moved: Real) -> NDArray[np.bool_]:
        more_at_start = np.zeros(len(counts))
        more_at_end = np.zeros(len(counts))
        for position in range(self.form.width):
            key = fleet * self.form.width + position
            n = counts[:, position]
            more_at_start += n - np.minimum(n, np.maximum(0, self.net[key, start]))
            more_at_end += np.maximum(0, self.net[key, end] + n) - np.maximum(0, self.net[key, end])
        return (moved[fleet, start] + more_at_start <= self.crew[fleet, start]) & (
            moved[fleet, end] + more_at_end <= self.crew[fleet, end]
        )


class Annealing:
    """Steps from a plan on; `run` may be called again and goes on where it was."""

    def __init__(self, form: Formulation, relaxed: Relaxed, chosen: Chosen, seed: int):
        self.form, self.c = form, form.candidates
        self.rng, self.noise = Random(seed), np.random.default_rng(seed)
        everything = np.arange(len(self.c))
        self.once = once_worth(form, relaxed.prices, everything)
        self.gains = class_worths(form, relaxed.prices, everything)
        self.loss = relaxed.loss
        self.state = State(form, chosen)
        self.value = self.state.value()
        self.best, self.best_value = dict(chosen), self.value
        self.shake = SHAKEN * max(1.0, abs(self.value)) / max(1, len(chosen))
        self.seen: Counter[int] = Counter()  # candidates of good plans, and how often they were in one

    def restart(self, chosen: Chosen) -> None:
        self.state = State(self.form, chosen)
        self.value = self.state.value()
        if self.value > self.best_value:
            self.best, self.best_value = dict(chosen), self.value

    def run(self, steps: int, warm: float, cold: float, stop: Callable[[], bool]) -> None:
        """So many steps, cooling from what may be lost at first to what may be lost in the end (points)."""
        for step in range(steps):
            if step % 32 == 0 and stop():
                return
            heat = warm * (cold / warm) ** (step / max(1, steps))
            self._step(heat)

    def _step(self, heat: float) -> None:
        trial = self.state.copy()
        weeks = self._ruin(trial)
        self._recreate(trial, weeks)
        if (trial.moved() > self.state.crew).any():
            return  # what was taken out had made use of modules that would now all go home in one week
        value = trial.value()
        if value > self.value - heat * -math.log(self.rng.random() or 1e-12):
            self.state, self.value = trial, value
            if value > self.best_value * (1 - NEAR):
                self.seen.update(trial.chosen.keys())
            if value > self.best_value + 1e-6:
                self.best, self.best_value = dict(trial.chosen), value

    def _ruin(self, state: State) -> tuple[int, int]:
        """Takes some visits out that stand near each other in time; returns the weeks in which there is room now."""
        chosen = list(state.chosen)
        if not chosen:
            return 0, self.form.weeks
        c, rng = self.c, self.rng
        size = min(len(chosen), 1 + int(rng.expovariate(1 / 3.0)))
        seed = rng.choice(chosen)
        if rng.random() < 0.8:
            start, end = c.start[chosen], c.end[chosen]
            apart = np.maximum(np.abs(start - c.start[seed]), 0) + np.abs(end - c.end[seed])
            order = np.argsort(apart + self.noise.random(len(chosen)) * 6)
            gone = [chosen[at] for at in order[:size]]
        else:
            gone = rng.sample(chosen, size)
        for number in gone:
            state.take(number)
        return int(c.start[gone].min()), int(c.end[gone].max())

    def _recreate(self, state: State, weeks: tuple[int, int]) -> None:
        c = self.c
        open_stop = state.visits >= 1
        near = (c.start < weeks[1] + 2) & (c.end > weeks[0] - 2) & open_stop[c.place]
        numbers = np.flatnonzero(near)
        if not len(numbers):
            return
        shake = self.shake * self.noise.standard_normal(len(numbers))
        for _ in range(40):
            counts, fits = state.fitting(numbers, self.gains[numbers])
            if not fits.any():
                return
            numbers, counts, shake = numbers[fits], counts[fits], shake[fits]
            worth = self.once[numbers] + (np.where(counts > 0, self.gains[numbers], 0) * counts).sum(axis=1)
            at = int(np.argmax(worth + shake))
            raw = c.base[numbers[at]] + int(np.dot(c.gain[numbers[at]], counts[at]))
            if raw <= 0:
                return
            state.put(int(numbers[at]), tuple(int(n) for n in counts[at]))
