"""Simulated towns: streets of shops that open and close, with a planted effect, many towns at once.

A shop is empty in a month when its number (even between 0 and 1) lies below the chance of its street then. From month to
month a shop keeps its number or, rarely, draws a new one: so the share of empty shops is the chance exactly, and a shop
stays what it is for a year or more. The chance is the street's own level, a shock of the street that fades slowly, and a
shock of the whole town that goes its random way; after the opening the treated streets have the planted effect on top.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]
Whole = NDArray[np.int64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class Shape:
    """What towns are like: streets of each group, shops in a street (least, most; lognormal where `unequal`)."""

    treated: int
    others: int
    treated_shops: tuple[int, int] = (6, 20)
    other_shops: tuple[int, int] = (6, 20)
    unequal: bool = False
    months: int = 24
    keeps: float = 0.95  # a shop stays as it is from a month to the next
    street_shock: float = 0.05
    street_keeps: float = 0.90
    town_shock: float = 0.01
    levels: tuple[float, float] = (0.30, 0.45)


SHAPES = {
    "many streets": Shape(12, 30),
    "few streets": Shape(3, 8),
    "fewest that are judged": Shape(3, 4),
    "few small streets": Shape(3, 6, (4, 8), (4, 8)),
    "unequal sizes": Shape(5, 12, unequal=True),
    "small beside large": Shape(4, 12, (4, 8), (25, 60)),
    "large beside small": Shape(4, 12, (25, 60), (4, 8)),
    "serial correlation": Shape(4, 10, keeps=0.985, street_keeps=0.98, street_shock=0.07),
    "shared shocks": Shape(5, 12, town_shock=0.025, levels=(0.40, 0.55)),
}
# Where little is empty and little moves; an effect here is a rise.
QUIET = Shape(4, 9, (5, 15), (5, 15), keeps=0.98, street_shock=0.01, town_shock=0.002, levels=(0.06, 0.12))


@dataclass(frozen=True)
class Towns:
    """So many towns: shops of each street (towns x streets), and which are empty (towns x streets x shops x months).

    Treated streets come first; the opening lies between the two halves of the months.
    """

    shape: Shape
    shops: Whole
    empty: Bool

    @property
    def shares(self) -> Real:
        """The share of empty shops: towns x streets x months."""
        return self.empty.sum(axis=2) / self.shops[:, :, None]

    @property
    def changes(self) -> Real:
        """Each street's mean after less its mean before: towns x streets."""
        half = self.shape.months // 2
        return self.shares[:, :, half:].mean(axis=2) - self.shares[:, :, :half].mean(axis=2)


def towns(shape: Shape, count: int, effect: float, seed: int) -> Towns:
    """Towns of a shape with a planted effect on the share (0.1 is ten percentage points)."""
    rng = np.random.default_rng(seed)
    streets, treated = shape.treated + shape.others, shape.treated
    shops = np.concatenate(
        [
            _sizes(rng, shape.treated_shops, (count, treated), shape.unequal),
            _sizes(rng, shape.other_shops, (count, shape.others), shape.unequal),
        ],
        axis=1,
    )
    level = rng.uniform(*shape.levels, (count, streets))
    town, street = np.zeros((count, 1)), rng.normal(0, shape.street_shock, (count, streets))
    size = (count, streets, int(shops.max()))
    own = rng.random(size)
    there = np.arange(size[2]) < shops[:, :, None]
    empty = np.empty((*size, shape.months), dtype=np.bool_)
    fresh = np.sqrt(1 - shape.street_keeps**2) * shape.street_shock
    planted = np.where(np.arange(streets) < treated, effect, 0.0)
    for month in range(shape.months):
        if month:
            own = np.where(rng.random(size) < shape.keeps, own, rng.random(size))
            street = shape.street_keeps * street + rng.normal(0, fresh, street.shape)
            town = town + rng.normal(0, shape.town_shock, town.shape)
        chance = level + street + town + (planted if month >= shape.months // 2 else 0.0)
        empty[..., month] = (own < chance[:, :, None]) & there
    return Towns(shape, shops, empty)


def _sizes(rng: np.random.Generator, between: tuple[int, int], size: tuple[int, int], unequal: bool) -> Whole:
    if unequal:
        return np.clip(np.round(rng.lognormal(2.2, 0.8, size)), 3, 60).astype(np.int64)
    return rng.integers(between[0], between[1] + 1, size)
