"""How well a unit suits a seeker: a score from 0 to 100, with a sentence for each thing that was asked for.

Pure: numbers in, reasons out. Only what was asked for counts. What is not known of a unit is open: it earns nothing,
so that no unit gains by saying less, and stands in a list of its own to be asked about.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from geo.core.codes import label
from geo.vacancies.codes import EQUIPMENT, OBJECT_TYPES, OFFER_KINDS

YES, NO, OPEN = "JA", "NEIN", "OFFEN"
# What each wish weighs; a wish for equipment weighs so much for each thing.
WEIGHTS = {
    "kind": 25, "area": 25, "rent": 15, "offer": 10, "frontage": 8, "ground": 10, "steps": 10, "day": 8, "equipment": 5,
}  # fmt: skip
# An area that misses the wish by so much is against it, but not out of the question.
NEAR_M2 = 0.15


@dataclass(frozen=True)
class Reason:
    """One wish: what it weighs, whether the unit meets it, and that in words."""

    verdict: str
    weight: int
    de: str
    en: str

    def words(self, language: str) -> str:
        return self.en if language == "en" else self.de


@dataclass(frozen=True)
class Fit:
    """The score, and the reasons: what speaks for it, against it, and what is to be asked."""

    score: int
    reasons: tuple[Reason, ...] = field(default=())

    def of(self, verdict: str) -> list[Reason]:
        return [one for one in self.reasons if one.verdict == verdict]

    @property
    def is_out(self) -> bool:
        """Of another kind, or far from the size: no sensible proposal."""
        return any(one.verdict == NO and one.weight >= WEIGHTS["kind"] for one in self.reasons)


def fit(seeker: Any, unit: Any, day: date) -> Fit:
    """The fit of a unit to a seeker; both by their columns, of the register or of the published view."""
    reasons = [one for check in _CHECKS for one in check(seeker, unit, day)]
    asked = sum(one.weight for one in reasons)
    met = sum(one.weight for one in reasons if one.verdict == YES)
    return Fit(round(100 * met / asked) if asked else 0, tuple(reasons))


def _kind(seeker: Any, unit: Any, _day: date) -> list[Reason]:
    if not seeker.object_types:
        return []
    verdict = YES if unit.object_type in seeker.object_types else NO
    de, en = (label(OBJECT_TYPES, unit.object_type, language) for language in ("de", "en"))
    return [Reason(verdict, WEIGHTS["kind"], f"Objektart: {de}", f"type: {en}")]


def _area(seeker: Any, unit: Any, _day: date) -> list[Reason]:
    least, most = seeker.least_m2, seeker.most_m2
    if least is None and most is None:
        return []
    weight, area = WEIGHTS["area"], unit.area_total_m2
    if area is None:
        return [Reason(OPEN, weight, "Fläche nicht bekannt", "area not known")]
    area = float(area)
    smallest = float(unit.divisible_from_m2) if unit.divisible_from_m2 is not None else area
    de, en = f"Fläche {area:.0f} m²".replace(".", ","), f"area {area:.0f} m²"
    if smallest < area:
        de, en = f"{de}, teilbar ab {smallest:.0f} m²", f"{en}, divisible from {smallest:.0f} m²"
    if area >= (least or 0) and (most is None or smallest <= most):
        return [Reason(YES, weight, de, en)]
    near = area >= (least or 0) * (1 - NEAR_M2) and (most is None or smallest <= most * (1 + NEAR_M2))
    # Just beside the wish speaks against it a little; far from it, the unit is out.
    return [Reason(NO, weight - 5 if near else weight, de, en)]


def _rent(seeker: Any, unit: Any, _day: date) -> list[Reason]:
    if seeker.most_rent_eur_m2 is None:
        return []
    rent = unit.rent_eur_m2
    if rent is None:
        return [Reason(OPEN, WEIGHTS["rent"], "Miete nicht bekannt", "rent not known")]
    verdict = YES if rent <= seeker.most_rent_eur_m2 else NO
    return [
        Reason(
            verdict,
            WEIGHTS["rent"],
            f"Kaltmiete {float(rent):.2f} €/m²".replace(".", ","),
            f"rent €{float(rent):.2f} per m²",
        )
    ]


def _offer(seeker: Any, unit: Any, _day: date) -> list[Reason]:
    if not seeker.offer_kinds:
        return []
    offered = unit.offer_kinds or ()
    if not offered:
        return [Reason(OPEN, WEIGHTS["offer"], "Art des Angebots nicht bekannt", "kind of offer not known")]
    de, en = (", ".join(label(OFFER_KINDS, code, language) for code in offered) for language in ("de", "en"))
    verdict = YES if set(offered) & set(seeker.offer_kinds) else NO
    return [Reason(verdict, WEIGHTS["offer"], f"angeboten zur: {de}", f"offered for: {en}")]


def _frontage(seeker: Any, unit: Any, _day: date) -> list[Reason]:
    if seeker.least_frontage_m is None:
        return []
    front = unit.frontage_m
    if front is None:
        return [Reason(OPEN, WEIGHTS["frontage"], "Schaufenster nicht bekannt", "shop front not known")]
    verdict = YES if front >= seeker.least_frontage_m else NO
    return [
        Reason(
            verdict,
            WEIGHTS["frontage"],
            f"Schaufenster {float(front):.1f} m".replace(".", ","),
            f"shop front {float(front):.1f} m",
        )
    ]


def _ground(seeker: Any, unit: Any, _day: date) -> list[Reason]:
    if not seeker.ground_floor:
        return []
    if unit.floor is None and unit.object_type != "LADEN_EG":
        return [Reason(OPEN, WEIGHTS["ground"], "Geschoss nicht bekannt", "floor not known")]
    if unit.floor == 0 or unit.object_type == "LADEN_EG":
        return [Reason(YES, WEIGHTS["ground"], "im Erdgeschoss", "on the ground floor")]
    return [Reason(NO, WEIGHTS["ground"], "nicht im Erdgeschoss", "not on the ground floor")]


def _steps(seeker: Any, unit: Any, _day: date) -> list[Reason]:
    if not seeker.step_free:
        return []
    if unit.accessible == "JA" or unit.entrance in ("EBENERDIG", "RAMPE"):
        return [Reason(YES, WEIGHTS["steps"], "stufenlos zugänglich", "step-free")]
    if unit.entrance is None and unit.accessible == "UNBEKANNT":
        return [Reason(OPEN, WEIGHTS["steps"], "Zugang nicht bekannt", "entrance not known")]
    return [Reason(NO, WEIGHTS["steps"], "nicht stufenlos zugänglich", "not step-free")]


def _day(seeker: Any, unit: Any, day: date) -> list[Reason]:
    if seeker.available_by is None:
        return []
    free = unit.available_from
    if free is None and unit.state == "DROHEND":
        return [Reason(OPEN, WEIGHTS["day"], "noch genutzt, Termin offen", "still in use, date open")]
    if free is None or free <= max(day, seeker.available_by):
        return [Reason(YES, WEIGHTS["day"], "rechtzeitig verfügbar", "available in time")]
    return [Reason(NO, WEIGHTS["day"], f"erst ab {free:%d.%m.%Y} verfügbar", f"available from {free:%d/%m/%Y} only")]


def _equipment(seeker: Any, unit: Any, _day: date) -> list[Reason]:
    there, found = set(unit.equipment or ()), []
    for code in seeker.equipment:
        de, en = (label(EQUIPMENT, code, language) for language in ("de", "en"))
        if code in there:
            found.append(Reason(YES, WEIGHTS["equipment"], f"{de} vorhanden", f"{en} there"))
        elif there:
            found.append(Reason(NO, WEIGHTS["equipment"], f"{de} nicht verzeichnet", f"{en} not listed"))
        else:
            found.append(Reason(OPEN, WEIGHTS["equipment"], f"{de}: nicht bekannt", f"{en}: not known"))
    return found


_CHECKS: tuple[Callable[[Any, Any, date], list[Reason]], ...] = (
    _kind, _area, _rent, _offer, _frontage, _ground, _steps, _day, _equipment,
)  # fmt: skip
