"""Where next: stops and viewpoint candidates of a town in an order that explains itself.

Pure. Each candidate has a value from 0 to 1 for each of five reasons, or None where it is not known. What is not known
counts neither for nor against: the score is the weighted mean of what is known, and beside it stands between which
places the candidate would come if what is missing turned out worst or best.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

REASONS = {
    "vacancies": ("Leerstände in der Nähe", "Wie viele leere Erdgeschosse liegen bis 150 m?"),
    "sealed": ("Versiegelung", "Wie viel des Bodens ist versiegelt?"),
    "heat": ("Hitze", "Wie groß ist der Hitzebedarf?"),
    "passing": ("Menschen, die vorbeikommen", "Wie viele Menschen kommen hier vorbei?"),
    "equity": ("Ausgleich zwischen Quartieren", "Wurde dieses Quartier bisher seltener bedacht?"),
}
MOST_WEIGHT, USUAL_WEIGHT = 100, 50
MOST_POINTS = 10
# What the planner knows by rules of its own; the rest becomes a stop's points.
OWN_RULES = {"heat": "heat", "equity": "fairness"}
POINT_REASONS = tuple(name for name in REASONS if name not in OWN_RULES)


@dataclass(frozen=True)
class Reason:
    """One reason of a candidate: its value from 0 to 1 (None: not known), and the fact behind it in a few words."""

    value: float | None
    words: str


@dataclass(frozen=True)
class Candidate:
    """A stop or a viewpoint that is not built yet."""

    kind: str
    id: int
    name: str
    quarter: str | None
    longitude: float
    latitude: float
    is_example: bool
    reasons: Mapping[str, Reason]


@dataclass(frozen=True)
class Share:
    """What a reason brings of the score (points of 100); None where it is not known or has no weight."""

    name: str
    title: str
    words: str
    weight: int
    value: float | None
    points: float | None


@dataclass(frozen=True)
class Ranked:
    """A candidate with its place (1 is the best; equals share one), its score of 100, and what it is made of.

    `best` and `worst` are the places that it may have, whatever the missing values are; `score` is None where nothing
    that counts is known: such a candidate comes last.
    """

    candidate: Candidate
    place: int
    score: float | None
    shares: tuple[Share, ...]
    best: int
    worst: int
    points: int | None
    sentence: str

    @property
    def missing(self) -> list[Share]:
        return [one for one in self.shares if one.weight and one.value is None]


def rank(candidates: Sequence[Candidate], weights: Mapping[str, int]) -> list[Ranked]:
    """The candidates, the best first; equals by name."""
    found = [(one, *_score(one, weights)) for one in candidates]
    found.sort(key=lambda row: (row[1] is None, -(row[1] or 0.0), row[0].name, row[0].kind, row[0].id))
    ranked, place = [], 0
    for index, (one, score, low, high) in enumerate(found):
        if index == 0 or score != found[index - 1][1]:
            place = index + 1
        best = 1 + sum(other[2] > high for other in found)
        worst = len(found) - sum(other[3] < low for other in found if other[0] is not one)
        shares = _shares(one, weights)
        words = _sentence(place, len(found), score, shares, (best, worst))
        ranked.append(Ranked(one, place, score, shares, best, worst, _points(one, weights), words))
    return ranked


def _score(one: Candidate, weights: Mapping[str, int]) -> tuple[float | None, float, float]:
    """The score of 100, and the lowest and highest that the missing values allow."""
    whole = sum(weights.get(name, 0) for name in REASONS)
    known = [(weights.get(name, 0), reason.value) for name, reason in one.reasons.items() if reason.value is not None]
    weight, total = sum(own for own, _ in known), sum(own * value for own, value in known)
    if not whole:
        return None, 0.0, 100.0
    low, high = 100 * total / whole, 100 * (total + whole - weight) / whole
    return (round(100 * total / weight, 6) if weight else None), round(low, 6), round(high, 6)


def _shares(one: Candidate, weights: Mapping[str, int]) -> tuple[Share, ...]:
    known = sum(weights.get(name, 0) for name, reason in one.reasons.items() if reason.value is not None)
    found = []
    for name, (title, _) in REASONS.items():
        reason, weight = one.reasons[name], weights.get(name, 0)
        counts = reason.value is not None and weight > 0
        points = 100 * weight * (reason.value or 0.0) / known if counts else None
        found.append(Share(name, title, reason.words, weight, reason.value, points))
    return tuple(found)


def _points(one: Candidate, weights: Mapping[str, int]) -> int | None:
    """The planner's points, 0 to 10, from the reasons that it has no rule of its own for; None where none is known."""
    known = [(weights.get(name, 0), value) for name in POINT_REASONS if (value := one.reasons[name].value) is not None]
    weight = sum(own for own, _ in known)
    return round(MOST_POINTS * sum(own * value for own, value in known) / weight) if weight else None


def planner_weights(weights: Mapping[str, int]) -> dict[str, int]:
    """The planner's weights (per cent) of the rules that a ranking sets; half of the slider is the usual 100."""
    rest = [weights.get(name, 0) for name in POINT_REASONS]
    own = {rule: round(100 * weights.get(name, 0) / USUAL_WEIGHT) for name, rule in OWN_RULES.items()}
    return {**own, "near": round(100 * sum(rest) / len(rest) / USUAL_WEIGHT)}


def _sentence(place: int, count: int, score: float | None, shares: Sequence[Share], between: tuple[int, int]) -> str:
    if score is None:
        return "Von dem, was hier zählt, ist nichts bekannt; deshalb am Ende der Liste."
    counted = sorted((one for one in shares if one.points is not None), key=lambda one: -(one.points or 0.0))
    strong = [f"{one.words} ({_of_hundred(one.points)})" for one in counted if round(one.points or 0.0) > 0]
    parts = [f"Platz {place} von {count} mit {round(score)} von 100 Punkten"]
    parts.append(f": {'; '.join(strong)}." if strong else ": keiner der Gründe spricht für diesen Ort.")
    missing = [one.title for one in shares if one.weight and one.value is None]
    told = "".join(parts)
    if missing:
        best, worst = between
        places = f"Platz {best} bis {worst}" if best != worst else f"immer Platz {best}"
        told += f" Nicht bekannt: {', '.join(missing)}; je nachdem wäre es {places}."
    return told


def _of_hundred(points: Any) -> str:
    return f"{round(points)} {'Punkt' if round(points) == 1 else 'Punkte'}"
