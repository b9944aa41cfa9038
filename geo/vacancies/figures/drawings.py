"""The charts of the figures, and the values that stand in the tables beside them."""

from collections.abc import Sequence
from datetime import date

from babel.dates import format_date

from geo.vacancies.branches import GROUPS
from geo.vacancies.figures import charts
from geo.vacancies.figures.charts import Line, Words
from geo.vacancies.figures.flows import Episode, Year, seen
from geo.vacancies.figures.mix import Branches
from geo.vacancies.figures.rates import MEASURES, READINGS, Figures
from geo.vacancies.figures.survival import curve, median

DAYS_A_MONTH = 365.25 / 12
MOST_BRANCHES = 12


def days(day: date, *, monthly: bool = False) -> list[date]:
    """The days of a time line up to the day: 36 months or 40 quarters before it, on its own day of the month."""
    count, step = (36, 1) if monthly else (40, 3)
    found = []
    for back in range(count, 0, -1):
        months = day.year * 12 + day.month - 1 - back * step
        found.append(date(months // 12, months % 12 + 1, min(day.day, 28)))
    return [*found, day]


def in_months(number_of_days: float | None) -> str:
    """A duration in words."""
    return "" if number_of_days is None else f"{charts.number(number_of_days / DAYS_A_MONTH)} Monate"


def time_line(line: Sequence[Figures], measure: str) -> str:
    """The three readings of a measure over time; a day without a percentage is a gap."""
    drawn = [
        Line(name, [(figures.day, figures.rate(measure, reading).percent) for figures in line])
        for reading, name in READINGS.items()
    ]
    last = line[-1]
    ends = ", ".join(
        f"{name} {charts.number(rate.percent)} %"
        for reading, name in READINGS.items()
        if (rate := last.rate(measure, reading)).percent is not None
    )
    words = Words(
        "verlauf",
        f"Leerstandsquote nach {MEASURES[measure][0]}, {_long(line[0].day)} bis {_long(last.day)}",
        f"Drei Linien: {', '.join(READINGS.values())}. Am Ende: {ends or 'kein Anteil'}. Lücken: zu wenig geprüft oder"
        " zu wenige Einheiten. Die Werte stehen in der Tabelle.",
    )
    return charts.lines(words, drawn)


def flow_columns(years: Sequence[Year]) -> str:
    """What became empty and what ended, by year."""
    words = Words(
        "zugang",
        f"Zugang und Abgang an Leerstand, {years[0].year} bis {years[-1].year}",
        "Je Jahr zwei Säulen: leer geworden und beendet. Die Werte stehen in der Tabelle.",
    )
    return charts.columns(
        words,
        [str(year.year) for year in years],
        [("leer geworden", [year.begun for year in years]), ("beendet", [year.ended for year in years])],
    )


def survival_curve(episodes: Sequence[Episode], day: date) -> str:
    """The share of vacancies that still last after so many months."""
    durations = [seen(one, day) for one in episodes]
    middle = median(durations).value
    words = Words(
        "dauer",
        "Anteil der Leerstände, die nach so vielen Monaten noch andauern",
        f"Stufenlinie mit Band (95 %). Median: {in_months(middle) or 'noch nicht erreicht'}.",
    )
    steps = [(step.time / DAYS_A_MONTH, step.survival, step.low, step.high) for step in curve(durations)]
    return charts.survival(words, steps, None if middle is None else middle / DAYS_A_MONTH)


def yearly_shares(episodes: Sequence[Episode], day: date) -> list[tuple[int, float, float, float]]:
    """The curve's values after 6, 12, 24, 36 and 60 months: share, low and high."""
    steps = curve([seen(one, day) for one in episodes])
    found = []
    for months in (6, 12, 24, 36, 60):
        reached = [step for step in steps if step.time / DAYS_A_MONTH <= months]
        if steps and steps[-1].time / DAYS_A_MONTH >= months:
            last = reached[-1] if reached else None
            found.append((months, *((last.survival, last.low, last.high) if last else (1.0, 1.0, 1.0))))
    return found


def branch_bars(branches: Branches) -> str:
    """Used units by retail group, the most frequent first; what is rarer together at the end."""
    shown, rest = branches.groups[:MOST_BRANCHES], branches.groups[MOST_BRANCHES:]
    rows: list[tuple[str, float]] = [(GROUPS[code].de, units) for code, units in shown]
    if rest:
        rows.append((f"{len(rest)} weitere Gruppen", sum(units for _, units in rest)))
    words = Words(
        "branchen", "Genutzte Einheiten nach Sortiment", "Ein Balken je Gruppe. Die Werte stehen in der Tabelle."
    )
    return charts.bars(words, rows)


def _long(day: date) -> str:
    return format_date(day, "long", locale="de_DE")
