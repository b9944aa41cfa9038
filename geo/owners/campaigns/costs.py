"""What an empty unit costs its owner, from assumptions that the town names and shows. Pure; nothing is assumed.

A line that cannot be computed says why; without any assumption there is no sheet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from dateutil.relativedelta import relativedelta

from geo.core.parsing import Fields

ASSUMPTION_LABELS = {
    "rent_eur_m2": "Ortsübliche Kaltmiete",
    "rent_source": "Woher die Miete stammt",
    "running_eur_m2": "Laufende Kosten bei Leerstand",
    "running_source": "Woher die Kosten stammen",
    "interim_eur_m2": "Miete bei Zwischennutzung",
    "interim_months": "Dauer der Zwischennutzung",
    "interim_offer": "Was die Stadt anbietet",
}
MONEY = ("rent_eur_m2", "running_eur_m2", "interim_eur_m2")


@dataclass(frozen=True)
class Assumptions:
    """Euro for a square metre and month, and where they come from; None: the town assumes nothing."""

    rent_eur_m2: Decimal | None = None
    rent_source: str | None = None
    running_eur_m2: Decimal | None = None
    running_source: str | None = None
    interim_eur_m2: Decimal | None = None
    interim_months: int | None = None
    interim_offer: str | None = None

    def stored(self) -> dict[str, Any]:
        """As JSON: what is set, money as text so that no cent is lost."""
        set_ones = {one.name: getattr(self, one.name) for one in fields(self)}
        return {
            name: str(value) if isinstance(value, Decimal) else value
            for name, value in set_ones.items()
            if value is not None
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Assumptions":
        """From what `stored` made."""
        values: dict[str, Any] = {name: Decimal(value) if name in MONEY else value for name, value in stored.items()}
        return cls(**values)


@dataclass(frozen=True)
class VacantUnit:
    """What a sheet needs to know of a unit; `since` None or not exact: it is not said how much was lost so far."""

    name: str
    area_m2: Decimal | None
    rent_eur_m2: Decimal | None
    since: date | None
    since_is_known: bool = True


@dataclass(frozen=True)
class Line:
    """One line of a sheet: what, how much in euro (None: not computed), and how it comes about or why it does not."""

    what: str
    euro: Decimal | None
    how: str


def parse_assumptions(data: Mapping[str, Any]) -> Assumptions:
    """Assumptions from a form; a figure needs its source. Raises `Invalid`."""
    form = Fields(data)
    given = Assumptions(
        rent_eur_m2=form.number("rent_eur_m2", most=1000),
        rent_source=form.text("rent_source", longest=200),
        running_eur_m2=form.number("running_eur_m2", most=1000),
        running_source=form.text("running_source", longest=200),
        interim_eur_m2=form.number("interim_eur_m2", most=1000),
        interim_months=form.whole("interim_months", least=1, most=60),
        interim_offer=form.text("interim_offer", longest=400),
    )
    for figure, source in (("rent_eur_m2", "rent_source"), ("running_eur_m2", "running_source")):
        if getattr(given, figure) is not None and getattr(given, source) is None:
            form.fail(source, "Bitte angeben, woher die Zahl stammt: sie steht so im Brief.")
    if (given.interim_eur_m2 is None) != (given.interim_months is None):
        form.fail("interim_months", "Zur Zwischennutzung gehören Miete und Dauer.")
    form.check()
    return given


def sheet(unit: VacantUnit, given: Assumptions, day: date) -> list[Line]:
    """The lines for a unit on a day; none where neither the unit nor the town names a figure."""
    rent, source = unit.rent_eur_m2, "Miete laut Register"
    if rent is None:
        rent, source = given.rent_eur_m2, f"Annahme: {given.rent_source}"
    lines: list[Line] = []
    if rent is not None:
        lines += _lost(unit, rent, source, day)
    if given.running_eur_m2 is not None:
        how = f"{_euro(given.running_eur_m2)} je m² und Monat, Annahme: {given.running_source}"
        lines.append(_times("Laufende Kosten je Monat", unit, given.running_eur_m2, 1, how))
    if given.interim_eur_m2 is not None and given.interim_months is not None:
        how = f"{_euro(given.interim_eur_m2)} je m² und Monat, {given.interim_months} Monate"
        lines.append(_times("Einnahmen bei Zwischennutzung", unit, given.interim_eur_m2, given.interim_months, how))
    return lines


def _lost(unit: VacantUnit, rent: Decimal, source: str, day: date) -> list[Line]:
    how = f"{_euro(rent)} je m² und Monat, {source}"
    lines = [_times("Entgangene Miete je Monat", unit, rent, 1, how)]
    if unit.area_m2 is None:
        return lines
    if unit.since is None or not unit.since_is_known or unit.since > day:
        lines.append(Line("Entgangene Miete bisher", None, "nicht berechnet: seit wann leer steht, ist nicht bekannt"))
        return lines
    months = whole_months(unit.since, day)
    so_far = f"{_euro(rent)} × {months} volle Monate"
    lines.append(_times("Entgangene Miete bisher", unit, rent, months, so_far))
    return lines


def _times(what: str, unit: VacantUnit, each: Decimal, months: int, how: str) -> Line:
    if unit.area_m2 is None:
        return Line(what, None, "nicht berechnet: die Fläche ist nicht bekannt")
    return Line(what, (unit.area_m2 * each * months).quantize(Decimal("0.01")), f"{_area(unit.area_m2)} × {how}")


def whole_months(since: date, day: date) -> int:
    """How many whole months lie between."""
    gap = relativedelta(day, since)
    return gap.years * 12 + gap.months


def _euro(value: Decimal) -> str:
    return f"{format_decimal(value, '#,##0.00', locale='de')} €"


def _area(value: Decimal) -> str:
    return f"{format_decimal(value, '#,##0.##', locale='de')} m²"


def in_euro(value: Decimal | None) -> str:
    """1.234,50 €; a dash for what was not computed."""
    return "–" if value is None else _euro(value)


def assumption_values(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Stored assumptions as the values of their form."""
    given = Assumptions.of(stored)
    values = {name: getattr(given, name) for name in ASSUMPTION_LABELS}
    for name in MONEY:
        if values[name] is not None:
            values[name] = format_decimal(values[name], "0.00", locale="de")
    return {name: "" if value is None else value for name, value in values.items()}
