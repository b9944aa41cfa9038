"""When trees may stand at a stop: in its season, and not while it is blocked."""

from datetime import date, timedelta

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.trees.model import Fleet, Stop
from geo.trees.site import queries, seasons
from geo.trees.wording import bounds, period, span

_WEEK = timedelta(days=7)


def blocked(session: Session, stop: Stop, during: Range[date]) -> str | None:
    """Why the stop is not to be had in the period: what blocks it, as a sentence; None when nothing does."""
    found = next(iter(queries.blocks(session, stop.id, during)), None)
    return None if found is None else f"Der Standplatz „{stop.name}“ ist {span(found.during)} gesperrt: {found.reason}."


def out_of_season(fleet: Fleet, stop: Stop, during: Range[date]) -> str | None:
    """That the period is not wholly in the season of the stop (or, where it has none, of the fleet), as a sentence."""
    opens, shuts = stop.season_first or fleet.season_first, stop.season_last or fleet.season_last
    first, last = bounds(during)
    days = (last - first).days + 1
    if stop.kind != "STRASSE" or all(seasons.is_open(first + timedelta(days=n), opens, shuts) for n in range(days)):
        return None
    season = f"vom {seasons.in_words(opens)} bis {seasons.in_words(shuts)}"
    return f"Der Standplatz „{stop.name}“ steht {season} zur Verfügung, der Besuch wäre {span(during)}."


def shut_weeks(session: Session, stop: Stop, first_monday: date, weeks: int) -> list[str | None]:
    """For each week from a Monday on why the stop is shut on one of its days; None for a week in which it is open."""
    whole = period(first_monday, first_monday + weeks * _WEEK - timedelta(days=1))
    blocked = queries.blocks(session, stop.id, whole)
    season, _ = queries.season_of(session, stop)
    found: list[str | None] = []
    for number in range(weeks):
        monday = first_monday + number * _WEEK
        days = [monday + timedelta(days=one) for one in range(7)]
        block = next((one for one in blocked if one.during.overlaps(Range(monday, monday + _WEEK))), None)
        if block is not None:
            found.append(f"{block.reason}, {span(block.during)}")
        elif season is not None and not all(seasons.is_open(day, *season) for day in days):
            first, last = (seasons.in_words(number) for number in season)
            found.append(f"außerhalb der Saison vom {first} bis {last}")
        else:
            found.append(None)
    return found
