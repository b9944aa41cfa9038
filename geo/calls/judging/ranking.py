"""The ranking of applications from the marks of their reviewers. Pure.

A reviewer's score of an application is the mean of the points weighted by the criteria, in per cent of the most
points; the application's score is the mean over its reviewers. Two whose scores are the same to one decimal place share
a rank: what a page shows and what it ranks by are the same number. The spread is from the lowest to the highest
reviewer's score.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from geo.calls.codes import MOST_POINTS

TENTH = Decimal("0.1")
# From here on reviewers see an application so differently that the office should read their reasons.
WIDE_SPREAD = 25


@dataclass(frozen=True)
class Weighted:
    """A criterion: its id and weight (1 to 100)."""

    id: int
    weight: int


@dataclass(frozen=True)
class Score:
    """One reviewer's score of an application, 0 to 100."""

    reviewer: int
    score: Decimal


@dataclass(frozen=True)
class ByCriterion:
    """A criterion's points over the reviewers: mean to one decimal place, lowest, highest."""

    criterion: int
    mean: Decimal
    lowest: int
    highest: int


@dataclass(frozen=True)
class Ranked:
    """An application in the ranking; without a review there is no score and no rank."""

    application: int
    rank: int | None
    score: Decimal | None
    is_tied: bool
    scores: tuple[Score, ...]
    criteria: tuple[ByCriterion, ...]

    @property
    def lowest(self) -> Decimal | None:
        return min((one.score for one in self.scores), default=None)

    @property
    def highest(self) -> Decimal | None:
        return max((one.score for one in self.scores), default=None)

    @property
    def spread(self) -> Decimal | None:
        """Points of a hundred between the lowest and the highest reviewer; None with fewer than two."""
        if len(self.scores) < 2 or self.highest is None or self.lowest is None:
            return None
        return self.highest - self.lowest

    @property
    def is_disputed(self) -> bool:
        return self.spread is not None and self.spread >= WIDE_SPREAD


def ranking(
    criteria: Sequence[Weighted],
    applications: Sequence[int],
    marks: Mapping[tuple[int, int], Mapping[int, int]],
) -> list[Ranked]:
    """The applications, best first; those without a review last, in their order.

    `marks` has the points by criterion for each (application, reviewer); only whole reviews count.
    """
    weights = {one.id: one.weight for one in criteria}
    whole = {key: points for key, points in marks.items() if weights and set(points) >= set(weights)}
    exact = {
        application: {
            reviewer: _score(points, weights) for (of, reviewer), points in whole.items() if of == application
        }
        for application in applications
    }
    means = {
        application: _tenth(sum(scores.values(), Fraction()) / len(scores)) if scores else None
        for application, scores in exact.items()
    }
    known = [mean for mean in means.values() if mean is not None]
    found = [
        Ranked(
            application,
            rank=None if mean is None else 1 + sum(other > mean for other in known),
            score=mean,
            is_tied=mean is not None and known.count(mean) > 1,
            scores=tuple(Score(reviewer, _tenth(score)) for reviewer, score in sorted(exact[application].items())),
            criteria=tuple(_criterion(one.id, application, whole) for one in criteria) if mean is not None else (),
        )
        for application, mean in means.items()
    ]
    order = {application: number for number, application in enumerate(applications)}
    return sorted(found, key=lambda one: (one.rank is None, one.rank or 0, order[one.application]))


def _score(points: Mapping[int, int], weights: Mapping[int, int]) -> Fraction:
    total = sum(points[criterion] * weight for criterion, weight in weights.items())
    return Fraction(100 * total, MOST_POINTS * sum(weights.values()))


def _criterion(criterion: int, application: int, whole: Mapping[tuple[int, int], Mapping[int, int]]) -> ByCriterion:
    given = [points[criterion] for (of, _reviewer), points in whole.items() if of == application]
    return ByCriterion(criterion, _tenth(Fraction(sum(given), len(given))), min(given), max(given))


def _tenth(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(TENTH, ROUND_HALF_UP)
