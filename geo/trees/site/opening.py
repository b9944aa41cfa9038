"""When trees may stand at a stop: in its season, and not while it is blocked."""

from datetime import date, timedelta

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.core.errors import Conflict
from geo.trees.model import Stop
from geo.trees.site import queries, seasons
from geo.trees.wording import period, span

_WEEK = timedelta(days=7)


def check_open(session: Session, stop: Stop, during: Range[date]) -> None:
    """Raises `Conflict` with the reason when the stop is blocked on a day of the period.

    The season is a wish of the planning and no wall: a tree may stay on into November when somebody decides so.
    """
    for block in queries.blocks(session, stop.id, during):
        raise Conflict(f"Der Standplatz „{stop.name}“ ist {span(block.during)} gesperrt: {block.reason}.")


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
