"""Figures over all towns for the alliance's office: sums that name no unit, of towns with ten units or more."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor, require
from geo.vacancies.figures.rates import Figures, Rate, Sum

_TOTALS = text(
    """
    SELECT t.municipality_id, m.name, m.ags::text AS ags, t.stock, t.unknown, t.verified, t.gross, t.net, t.off_market
    FROM register.vacancy_totals(CAST(:day AS date)) t JOIN register.municipalities m ON m.id = t.municipality_id
    ORDER BY m.name, m.id
    """
)


@dataclass(frozen=True)
class TownFigures:
    """A town's counts on a day, as far as the alliance may read them."""

    municipality_id: int
    name: str
    ags: str
    figures: Figures


@dataclass(frozen=True)
class Overview:
    """The towns that can be shown, and the sum over exactly these: a total over more would give the others away."""

    day: date
    towns: list[TownFigures]
    total: Figures

    def rate(self, reading: str = "brutto") -> Rate:
        """The rate by count over all towns shown."""
        return self.total.rate("anzahl", reading)


def overview(session: Session, actor: Actor, day: date) -> Overview:
    """Counts of every town with ten units or more, and their sum. Raises `NotPermitted` for anybody but the office."""
    require(actor, Action.VACANCY_TOTALS)
    towns = [
        TownFigures(row.municipality_id, row.name, row.ags, _figures(day, row))
        for row in session.execute(_TOTALS, {"day": day})
    ]
    return Overview(day, towns, _sum(day, [town.figures for town in towns]))


def _figures(day: date, row: object) -> Figures:
    """Counts as figures: which of the states that only gross counts a unit is in is not told, and does not matter."""
    stock, gross, net, off_market = (getattr(row, name) for name in ("stock", "gross", "net", "off_market"))
    counts = {
        "LEER": net,
        "ZWISCHENGENUTZT": gross - net,
        "NICHT_MARKTAKTIV": off_market,
        "GENUTZT": stock - gross - off_market,
    }
    states = {state: Sum(units) for state, units in counts.items() if units}
    return Figures(day, states, getattr(row, "unknown"), getattr(row, "verified"))  # noqa: B009 (a row of SQL)


def _sum(day: date, figures: list[Figures]) -> Figures:
    states: dict[str, Sum] = {}
    for one in figures:
        for state, found in one.states.items():
            states[state] = states.get(state, Sum()) + found
    return Figures(day, states, sum(one.unknown for one in figures), sum(one.verified for one in figures))
