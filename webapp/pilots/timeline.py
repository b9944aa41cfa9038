"""The timeline of sites: a row a site, in groups by project; phases as bars, the opening as a diamond.

Positions are per cent of the axis, which covers whole years.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Protocol

from geo.core.codes import label
from geo.pilots.codes import PHASES
from geo.pilots.dates import Period, moment_in_words, period_in_words

# Phases that only announce something; all others are work in progress.
ANNOUNCED = ("VORGESEHEN", "AUSGEWAEHLT")
# A name fits into a bar so wide: the axis is at least so many pixels, a letter about so wide.
AXIS_PX, LETTER_PX, PADDING_PX = 620, 7.4, 16


class Dated(Protocol):
    """A phase, as the public or the staff reads it."""

    @property
    def phase(self) -> str: ...
    @property
    def during(self) -> Period: ...
    @property
    def start_precision(self) -> str: ...
    @property
    def end_precision(self) -> str: ...


@dataclass(frozen=True)
class Line:
    """What the timeline shows of a site."""

    name: str
    url: str
    project: str
    project_url: str | None
    part: str | None
    phases: Sequence[Dated]
    opening: Period | None = None
    opening_precision: str | None = None
    opening_was_planned: bool = False
    is_example: bool = False


@dataclass(frozen=True)
class Axis:
    """Whole years around all days, and where on it a day lies (per cent)."""

    start: date
    end: date

    def at(self, day: date) -> float:
        days = (self.end - self.start).days
        return round(min(max((day - self.start).days / days, 0.0), 1.0) * 100, 3)

    def years(self) -> list[tuple[int, float]]:
        """Each year and where it begins."""
        return [(year, self.at(date(year, 1, 1))) for year in range(self.start.year, self.end.year)]

    def halves(self) -> list[float]:
        """Where the second halves of the years begin."""
        return [self.at(date(year, 7, 1)) for year in range(self.start.year, self.end.year)]


def axis(lines: Iterable[Line], *days: date) -> Axis:
    """Whole years around all phases, openings and the days given."""
    periods = [one for line in lines for one in (*(phase.during for phase in line.phases), line.opening) if one]
    last = [one.upper - timedelta(days=1) for one in periods if one.upper is not None]
    known = [*days, *(one.lower for one in periods if one.lower is not None), *last]
    return Axis(date(min(known).year, 1, 1), date(max(known).year + 1, 1, 1))


def timeline(lines: Sequence[Line], day: date, lang: str, today: date) -> dict[str, Any]:
    """The values of macros/timeline.html; sites without phases and opening are left out. `lines` come by project."""
    shown = [line for line in lines if line.phases or line.opening]
    if not shown:
        return {"groups": []}
    scale = axis(shown, today, day)
    return {
        "groups": [
            {"name": rows[0].project, "url": rows[0].project_url, "part": rows[0].part or "pilots",
             "rows": [_row(line, scale, day, lang) for line in rows]}
            for rows in (list(group) for _, group in groupby(shown, key=lambda line: line.project))
        ],
        "years": scale.years(),
        "halves": scale.halves(),
        "today": scale.at(today),
        "day": None if day == today else scale.at(day),
    }  # fmt: skip


def _row(line: Line, scale: Axis, day: date, lang: str) -> dict[str, Any]:
    return {
        "name": line.name,
        "url": line.url,
        "is_example": line.is_example,
        "bars": [_bar(one, scale, day, lang) for one in line.phases],
        "opening": _opening(line, scale, lang),
    }


def kind(phase: Dated, day: date) -> str:
    """How a phase looks on a day: over, announced, going on with an end, or open."""
    begin, end = phase.during.lower, phase.during.upper
    if end is not None and end <= day:
        return "done"
    if phase.phase in ANNOUNCED or (begin is not None and begin > day):
        return "planned"
    return "open" if end is None else "active"


def _bar(phase: Dated, scale: Axis, day: date, lang: str) -> dict[str, Any]:
    begin = scale.at(phase.during.lower or scale.start)
    end = scale.at(phase.during.upper or scale.end)
    name = label(PHASES, phase.phase, lang)
    width = round(max(end - begin, 0.8), 3)
    return {
        "x": begin,
        "width": width,
        "kind": kind(phase, day),
        "is_open": phase.during.upper is None,
        "phase": phase.phase,
        "name": name,
        "fits": width / 100 * AXIS_PX > len(name) * LETTER_PX + PADDING_PX,
        "when": period_in_words(phase.during, phase.start_precision, phase.end_precision, lang),
    }


def _opening(line: Line, scale: Axis, lang: str) -> dict[str, Any] | None:
    """Where the opening stands: in the middle of the period that is known, with its ends when it is not a day."""
    known = line.opening
    if known is None or known.lower is None or known.upper is None:
        return None
    begin, end = scale.at(known.lower), scale.at(known.upper)
    exact = line.opening_precision == "TAG"
    return {
        "x": begin if exact else round((begin + end) / 2, 3),
        "from": begin,
        "width": 0 if exact else round(end - begin, 3),
        "is_planned": line.opening_was_planned,
        "when": moment_in_words(known, line.opening_precision or "", lang),
    }
