"""What has to be done until when before trees come, computed backwards from the first day. Pure.

Each duty has its source (design 5, section 1.3). One that falls on a day without work at the town hall is due on the
working day before; days are counted, not working days, since that is how the offices count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

PARADE_WEEKS = 3
SIGN_DAYS = 4
LEAD_WEEKS = 6
SOON = timedelta(days=14)
PERMIT, PARADE, SIGNS = "GENEHMIGUNG", "VERSAMMLUNG", "SCHILDER"
DUTIES = {
    PERMIT: ("Sondernutzung beantragen", "Apply for the permit"),
    PARADE: ("Umzug als Versammlung anzeigen", "Announce the parade as an assembly"),
    SIGNS: ("Haltverbot beschildern, Aushang und Zettel verteilen", "Put up signs and notices"),
}
SOURCES = {
    PERMIT: "§§ 18 und 21 ThürStrG. Veranstaltungen auf der Straße sind in Thüringen mindestens sechs Wochen vorher zu"
    " beantragen. Die Frist dieses Standplatzes steht bei seiner Genehmigungsstelle.",
    PARADE: "Der Zug der Bäume ist eine Versammlung unter freiem Himmel; der Leitfaden aus München nennt drei Wochen.",
    SIGNS: "Vorübergehende Haltverbote müssen mindestens vier Tage vor dem ersten Tag stehen.",
}
STATES = {
    "ERLEDIGT": ("erledigt", "done"),
    "ENTFAELLT": ("nicht nötig", "not needed"),
    "ABGELEHNT": ("abgelehnt", "refused"),
    "UEBERFAELLIG": ("überfällig", "overdue"),
    "BALD": ("bald fällig", "due soon"),
    "SPAETER": ("noch Zeit", "later"),
}
# What still waits for somebody.
OPEN = ("UEBERFAELLIG", "BALD", "SPAETER")


@dataclass(frozen=True)
class Planned:
    """What the duties of a visit follow from, and what of them has been done."""

    first: date
    permit_state: str
    lead_weeks: int = LEAD_WEEKS
    applied_on: date | None = None
    has_parade: bool = False
    parade_filed_on: date | None = None
    signs_up_on: date | None = None
    needs_signs: bool = True


@dataclass(frozen=True)
class Deadline:
    """A duty with the last day on which it is done in time, and its state as of the day asked for.

    `counted_on` is the day that the count itself gives; `due` lies before it when nobody works on that day.
    """

    duty: str
    due: date
    counted_on: date
    state: str
    done_on: date | None
    too_late: bool

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


def deadlines(planned: Planned, day: date) -> list[Deadline]:
    """The duties of a visit as of a day, the earliest first."""
    found = [_permit(planned, day)]
    if planned.has_parade:
        counted = planned.first - timedelta(weeks=PARADE_WEEKS)
        found.append(_plain(PARADE, counted, planned.parade_filed_on, day))
    if planned.needs_signs:
        found.append(_plain(SIGNS, planned.first - timedelta(days=SIGN_DAYS), planned.signs_up_on, day, works=False))
    return sorted(found, key=lambda one: (one.due, one.duty))


def next_open(found: Sequence[Deadline]) -> Deadline | None:
    """What has to be done first."""
    return next((one for one in found if one.is_open), None)


def earliest_start(day: date, lead_weeks: int = LEAD_WEEKS) -> date:
    """The first day on which trees may come when the permit is applied for on this day."""
    return day + timedelta(weeks=lead_weeks)


def working_day_until(day: date) -> date:
    """The day itself, or the last one before it on which a town hall in Thuringia works."""
    while day.weekday() > 4 or day in _holidays(day.year):
        day -= timedelta(days=1)
    return day


def _permit(planned: Planned, day: date) -> Deadline:
    counted = planned.first - timedelta(weeks=planned.lead_weeks)
    due = working_day_until(counted)
    if planned.permit_state == "NICHT_NOETIG":
        return Deadline(PERMIT, due, counted, "ENTFAELLT", None, too_late=False)
    if planned.permit_state == "ABGELEHNT":
        return Deadline(PERMIT, due, counted, "ABGELEHNT", planned.applied_on, too_late=False)
    if planned.permit_state in ("BEANTRAGT", "GENEHMIGT"):
        late = planned.applied_on is not None and planned.applied_on > counted
        return Deadline(PERMIT, due, counted, "ERLEDIGT", planned.applied_on, too_late=late)
    return Deadline(PERMIT, due, counted, _state(due, day), None, too_late=day > counted)


def _plain(duty: str, counted: date, done_on: date | None, day: date, *, works: bool = True) -> Deadline:
    due = working_day_until(counted) if works else counted
    if done_on is not None and done_on <= day:
        return Deadline(duty, due, counted, "ERLEDIGT", done_on, too_late=done_on > counted)
    return Deadline(duty, due, counted, _state(due, day), None, too_late=day > counted)


def _state(due: date, day: date) -> str:
    if day > due:
        return "UEBERFAELLIG"
    return "BALD" if due - day <= SOON else "SPAETER"


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("DE", subdiv="TH", years=year))
