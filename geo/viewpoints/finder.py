"""The site finder: candidates of a town compared by reasons that are all said, weighted as the person wants.

What is not known of a candidate does not count for it nor against it; how much is known is said beside the result.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geo.viewpoints.codes import SHADE, STEP_FREE

# Each criterion with its name, and what it asks.
CRITERIA = {
    "sichtmarken": ("Wahrzeichen im Blick", "Wie viele Wahrzeichen sind von hier zu sehen?"),
    "stufenlos": ("Stufenlos erreichbar", "Kommen alle hin?"),
    "oepnv": ("Bus und Bahn", "Wie weit ist die nächste Haltestelle?"),
    "schatten": ("Schatten", "Lässt es sich im Sommer aushalten?"),
    "leerstand": ("Leerstände in der Nähe", "Welche angebotenen Läden bis 300 m gewinnen durch den Punkt?"),
}
MOST_WEIGHT, USUAL_WEIGHT = 3, 1
ENOUGH_LANDMARKS, ENOUGH_VACANCIES = 5, 5
NEAR_STOP_M, FAR_STOP_M = 200, 1000
_PART = {"JA": 1.0, "TEILWEISE": 0.5, "NEIN": 0.0}


@dataclass(frozen=True)
class Candidate:
    """A point that is not built yet, with what the comparison needs and why it has its status; None is not known."""

    id: int
    name: str
    municipality: str
    status: str
    landmarks: int | None
    step_free: str
    stop_m: float | None
    shade: str
    vacancies: int
    note: str | None = None


@dataclass(frozen=True)
class Reason:
    """How good a candidate is by one criterion, from 0 to 1 (None: not known), and why in a sentence."""

    criterion: str
    value: float | None
    sentence: str


@dataclass(frozen=True)
class Ranked:
    """A candidate with its reasons; `score` from 0 to 100, None when nothing that counts is known."""

    candidate: Candidate
    reasons: tuple[Reason, ...]
    score: int | None
    known: int
    asked: int


def rank(candidates: Sequence[Candidate], weights: Mapping[str, int]) -> list[Ranked]:
    """The candidates, the best first; those of whom nothing is known at the end, by name."""
    found = [_ranked(one, weights) for one in candidates]
    return sorted(found, key=lambda one: (one.score is None, -(one.score or 0), one.candidate.name, one.candidate.id))


def _ranked(one: Candidate, weights: Mapping[str, int]) -> Ranked:
    reasons = (_landmarks(one), _step_free(one), _stop(one), _shade(one), _vacancies(one))
    asked = [reason for reason in reasons if weights.get(reason.criterion, 0) > 0]
    known = [(reason.value, weights[reason.criterion]) for reason in asked if reason.value is not None]
    total = sum(weight for _value, weight in known)
    score = round(100 * sum(value * weight for value, weight in known) / total) if total else None
    return Ranked(one, reasons, score, len(known), len(asked))


def _landmarks(one: Candidate) -> Reason:
    if one.landmarks is None:
        return Reason("sichtmarken", None, "Noch nicht berechnet und nicht eingetragen.")
    value = min(one.landmarks, ENOUGH_LANDMARKS) / ENOUGH_LANDMARKS
    words = "Kein Wahrzeichen" if not one.landmarks else f"{one.landmarks} Wahrzeichen"
    return Reason("sichtmarken", value, f"{words} im Blick.")


def _step_free(one: Candidate) -> Reason:
    value = _PART.get(one.step_free)
    words = STEP_FREE[one.step_free][0]
    return Reason("stufenlos", value, "Nicht angegeben." if value is None else f"{words[0].upper()}{words[1:]}.")


def _stop(one: Candidate) -> Reason:
    if one.stop_m is None:
        return Reason("oepnv", None, "Entfernung nicht angegeben, keine Haltestelle in den Orten der Nähe.")
    value = (FAR_STOP_M - one.stop_m) / (FAR_STOP_M - NEAR_STOP_M)
    metres = f"{round(one.stop_m / 10) * 10:,}".replace(",", ".")
    return Reason("oepnv", min(1.0, max(0.0, value)), f"Nächste Haltestelle in etwa {metres} m.")


def _shade(one: Candidate) -> Reason:
    value = _PART.get(one.shade)
    words = SHADE[one.shade][0]
    return Reason("schatten", value, "Nicht angegeben." if value is None else f"{words[0].upper()}{words[1:]}.")


def _vacancies(one: Candidate) -> Reason:
    value = min(one.vacancies, ENOUGH_VACANCIES) / ENOUGH_VACANCIES
    if not one.vacancies:
        return Reason("leerstand", value, "Kein angebotener Leerstand bis 300 m.")
    words = "1 angebotener Leerstand" if one.vacancies == 1 else f"{one.vacancies} angebotene Leerstände"
    return Reason("leerstand", value, f"{words} bis 300 m.")
