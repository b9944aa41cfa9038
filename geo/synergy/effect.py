"""Difference in differences between streets: what changed where something was opened, against comparable streets.

Pure: a panel in; estimate, standard error, interval and sentences out. The unit of the comparison is the street: its
shops share their fate, and the months of a shop are no independent witnesses. Each street is reduced to one number,
its mean after less its mean before (Bertrand, Duflo, Mullainathan 2004: this stands up to serial correlation); what
hits the whole town falls out with the comparison streets. The two groups of numbers are compared by Welch's t with
Satterthwaite's degrees of freedom, which holds its level with few streets of unequal size (Ibragimov, Müller 2016).
All amounts are percentage points. The day of the opening itself belongs neither to before nor to after.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from geo.synergy.student import quantile, two_sided

Real = NDArray[np.float64]

LEVEL = 0.95
WINDOW_MONTHS = 12
# Below these nothing is concluded: streets of each group, units in reach, months after, share of the stock verified.
LEAST_TREATED, LEAST_OTHERS, LEAST_UNITS, LEAST_MONTHS, LEAST_VERIFIED = 3, 4, 10, 3, 0.70
# A street counts for a window with values in so many of its months.
LEAST_SHARE_OF_MONTHS = 0.5


@dataclass(frozen=True)
class Street:
    """A street's values (per cent, None: not known) on the panel's days; `units` are those counted on average.

    `treated`: within reach of what was opened; the others are for comparison.
    """

    name: str
    treated: bool
    units: float
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Panel:
    """Streets over days, each a number of months from the opening: below 0 before it, above 0 after it.

    `verified` is the share (0 to 1) of the units that was confirmed within twelve months of the last day; None: not
    known. `others_in_reach` names what else was opened near by in that time; `doubts` are sentences that forbid a
    conclusion before anything is counted.
    """

    opened: date
    days: tuple[date, ...]
    months: tuple[int, ...]
    streets: tuple[Street, ...]
    verified: float | None = None
    others_in_reach: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    def window(self, first: int, last: int) -> list[int]:
        """The positions of the days from month `first` to month `last`."""
        return [index for index, month in enumerate(self.months) if first <= month <= last]

    def means(self, first: int, last: int) -> Real:
        """Each street's mean over a window; not a number where too few of its months are known."""
        where = self.window(first, last)
        values = np.array([[np.nan if one is None else one for one in street.values] for street in self.streets])
        if not where or not values.size:
            return np.full(len(self.streets), np.nan)
        chosen = values[:, where]
        known = (~np.isnan(chosen)).sum(axis=1)
        total = np.nansum(chosen, axis=1)
        enough = known >= max(1, LEAST_SHARE_OF_MONTHS * len(where))
        return np.where(enough, total / np.maximum(known, 1), np.nan)


@dataclass(frozen=True)
class Change:
    """What a street's mean was before and after, and the year before that (None: not known)."""

    street: Street
    before: float
    after: float
    earlier: float | None

    @property
    def by(self) -> float:
        return self.after - self.before


@dataclass(frozen=True)
class Estimate:
    """The difference between two groups of streets: percentage points with standard error and interval."""

    points: float
    error: float
    df: float
    low: float
    high: float
    p: float

    @property
    def is_told_apart(self) -> bool:
        """Whether the interval leaves nought out."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Effect:
    """All that the comparison gives; `why_not` says in sentences what forbids a conclusion (empty: nothing does)."""

    changes: tuple[Change, ...]
    left_out: tuple[str, ...]
    estimate: Estimate | None
    placebo: Estimate | None
    months_after: int
    why_not: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def treated(self) -> list[Change]:
        return [one for one in self.changes if one.street.treated]

    @property
    def others(self) -> list[Change]:
        return [one for one in self.changes if not one.street.treated]

    @property
    def is_conclusive(self) -> bool:
        return not self.why_not and self.estimate is not None


def welch(treated: Real, others: Real) -> tuple[Real, Real, Real]:
    """Difference of means, its standard error and degrees of freedom; over the last axis, for any number of towns.

    Each group needs two numbers at least; where neither group varies the error is 0 and the degrees are not a number.
    """
    n, m = treated.shape[-1], others.shape[-1]
    one, other = treated.var(axis=-1, ddof=1) / n, others.var(axis=-1, ddof=1) / m
    with np.errstate(divide="ignore", invalid="ignore"):
        df = (one + other) ** 2 / (one**2 / (n - 1) + other**2 / (m - 1))
    return treated.mean(axis=-1) - others.mean(axis=-1), np.sqrt(one + other), df


def compared(treated: Sequence[float], others: Sequence[float]) -> Estimate | None:
    """The estimate from the streets' numbers; None with fewer than two in a group, or where a group does not vary."""
    one, other = np.asarray(treated, dtype=np.float64), np.asarray(others, dtype=np.float64)
    if min(one.size, other.size) < 2 or min(np.ptp(one), np.ptp(other)) == 0:
        return None
    points, error, df = (float(value) for value in welch(one, other))
    half = float(quantile(LEVEL, df)) * error
    return Estimate(points, error, df, points - half, points + half, float(two_sided(points / error, df)))


def effect(panel: Panel) -> Effect:
    """Judge a panel: changes by street, the estimate, the same for the year before, and what speaks against it."""
    earlier = panel.means(-2 * WINDOW_MONTHS, -WINDOW_MONTHS - 1)
    before, after = panel.means(-WINDOW_MONTHS, -1), panel.means(1, WINDOW_MONTHS)
    changes, left_out = [], []
    for street, year, own, then in zip(panel.streets, earlier, before, after, strict=True):
        if np.isnan(own) or np.isnan(then):
            left_out.append(street.name)
        else:
            changes.append(Change(street, float(own), float(then), None if np.isnan(year) else float(year)))
    treated = [one.by for one in changes if one.street.treated]
    others = [one.by for one in changes if not one.street.treated]
    estimate, placebo = compared(treated, others), _placebo(changes)
    months = len(panel.window(1, WINDOW_MONTHS))
    reasons = tuple(_reasons(panel, changes, estimate, placebo, months))
    notes = tuple(_notes(panel, estimate, placebo, months))
    return Effect(tuple(changes), tuple(left_out), estimate, placebo, months, reasons, notes)


def _placebo(changes: Sequence[Change]) -> Estimate | None:
    """The same comparison for the year before, when nothing had been opened yet."""
    known = [(one.street.treated, one.before - one.earlier) for one in changes if one.earlier is not None]
    return compared([by for treated, by in known if treated], [by for treated, by in known if not treated])


def _reasons(
    panel: Panel, changes: Sequence[Change], estimate: Estimate | None, placebo: Estimate | None, months: int
) -> list[str]:
    treated = [one for one in changes if one.street.treated]
    others = [one for one in changes if not one.street.treated]
    units = round(sum(one.street.units for one in treated))
    reasons = list(panel.doubts)
    if months < LEAST_MONTHS:
        reasons.append(
            f"Seit der Eröffnung {_are(months, 'ist erst ein Monat', 'sind erst {} Monate')} bekannt;"
            f" ab {LEAST_MONTHS} Monaten lässt sich vergleichen."
        )
        return reasons
    if len(treated) < LEAST_TREATED:
        found = (
            _are(len(treated), "liegt nur eine Straße", "liegen nur {} Straßen") if treated else "liegt keine Straße"
        )
        reasons.append(f"Im Umkreis {found} mit genug bekannten Einheiten; ab {LEAST_TREATED} lässt sich vergleichen.")
    if treated and units < LEAST_UNITS:
        reasons.append(
            f"Im Umkreis {_are(units, 'wird nur eine Einheit', 'werden nur {} Einheiten')} gezählt;"
            f" ab {LEAST_UNITS} lässt sich etwas sagen."
        )
    if len(others) < LEAST_OTHERS:
        found = (
            _are(len(others), "gibt es nur eine Straße", "gibt es nur {} Straßen") if others else "gibt es keine Straße"
        )
        reasons.append(
            f"Zum Vergleich {found} der Stadt in ähnlicher Lage ohne Baum, Blick oder Pilotstandort;"
            f" nötig sind {LEAST_OTHERS}."
        )
    if panel.verified is not None and panel.verified < LEAST_VERIFIED:
        reasons.append(
            f"Die Daten sind zu alt: nur {int(100 * panel.verified)} % der Einheiten waren am letzten Tag innerhalb von"
            f" zwölf Monaten geprüft, nötig sind {LEAST_VERIFIED * 100:.0f} %."
        )
    if placebo is not None and placebo.is_told_apart:
        reasons.append(
            "Schon im Jahr vor der Eröffnung haben sich beide Gruppen verschieden entwickelt; ein Unterschied danach"
            " sagt deshalb nichts über die Eröffnung."
        )
    if estimate is None and not reasons:
        reasons.append(
            "In einer der Gruppen hat sich in keiner Straße etwas anders verändert; die Unsicherheit lässt"
            " sich daraus nicht schätzen."
        )
    return reasons


def _notes(panel: Panel, estimate: Estimate | None, placebo: Estimate | None, months: int) -> list[str]:
    notes = []
    if estimate is not None and placebo is None:
        notes.append(
            "Ob sich beide Gruppen vorher gleich entwickelt haben, lässt sich nicht prüfen: für das Jahr davor"
            " ist zu wenig bekannt."
        )
    if LEAST_MONTHS <= months < WINDOW_MONTHS:
        notes.append(f"Bisher sind {months} von {WINDOW_MONTHS} Monaten danach bekannt; das Ergebnis ist vorläufig.")
    if panel.others_in_reach:
        notes.append(
            f"In derselben Zeit wirkte im Umkreis auch: {', '.join(panel.others_in_reach)}. Was davon woran lag,"
            " lässt sich nicht trennen."
        )
    return notes


def _are(number: int, one: str, many: str) -> str:
    return one if number == 1 else many.format(number)
