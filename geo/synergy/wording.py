"""What an effect says in plain sentences, for each of the outcomes that are compared."""

from dataclasses import dataclass

from babel.numbers import format_decimal

from geo.synergy.effect import Effect


@dataclass(frozen=True)
class Outcome:
    """What is compared: its name, what its share is a share of, and whether less of it is the better."""

    key: str
    name: str
    share_of: str
    less_is_better: bool


OUTCOMES = {
    "leer": Outcome("leer", "Leerstand", "der Anteil leerer Erdgeschosse", True),
    "front": Outcome("front", "Leere Schaufenster", "der Anteil leerer Schaufensterlänge", True),
    "gastro": Outcome("gastro", "Gastronomie", "der Anteil der Gastronomie an den Erdgeschossen", False),
}
NOTHING = "Daraus lässt sich nichts schließen."
NO_PROOF = "Das ist ein Vergleich und kein Beweis: was sonst in diesen Straßen geschah, kennt das Register nicht."


def number(value: float, digits: int = 1) -> str:
    """A number as Germans write it, without a sign for nought."""
    rounded = round(value, digits) + 0.0
    return str(format_decimal(rounded, f"#,##0.{'0' * digits}" if digits else "#,##0", locale="de_DE")).replace(
        "-", "−"
    )


def points(value: float) -> str:
    """A difference with its sign, in percentage points."""
    sign = "+" if round(value, 1) > 0 else ""
    return f"{sign}{number(value)}"


def sentence(found: Effect, outcome: Outcome) -> str:
    """What can be concluded, or that nothing can and why."""
    estimate = found.estimate
    if found.why_not or estimate is None:
        return " ".join((NOTHING, *found.why_not))
    between = f"zwischen {points(estimate.low)} und {points(estimate.high)}"
    what = outcome.share_of[0].upper() + outcome.share_of[1:]
    if not estimate.is_told_apart:
        return (
            f"Ein Unterschied zu den Vergleichsstraßen ist nicht nachweisbar: {outcome.share_of} veränderte sich im"
            f" Umkreis um {points(estimate.points)} Prozentpunkte anders als dort; mit den Daten vereinbar ist alles"
            f" {between} Prozentpunkten."
        )
    better = (estimate.points < 0) == outcome.less_is_better
    amount, way = number(abs(estimate.points)), "niedriger" if estimate.points < 0 else "höher"
    return (
        f"{what} lag danach um {amount} Prozentpunkte {way}, als nach den Vergleichsstraßen zu erwarten war"
        f" ({'günstig' if better else 'ungünstig'}); mit 95 % Sicherheit {between} Prozentpunkten. {NO_PROOF}"
    )
