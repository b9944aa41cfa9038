"""Which weeks a visit can begin in, and what keeps it from the others: asked while it is moved, answered at once.

Pure. Each rule is a function from (question, week) to a sentence or None; all that holds a week back is said.

The planner has a `possible_weeks` of its own. Both add up the same loads, and a test holds them to the same answer.
They are two because they speak of different things. The planner's knows problems: whole weeks by number, one verdict.
The board's knows the register: days (a visit that was put off begins on a Thursday, trees left on a Tuesday), dates in
its sentences, what is firm and what a person may decide otherwise with a reason, a draft that breaks rules already.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from geo.trees.planner.loads import Loads, loads_of
from geo.trees.planner.model import Visit
from geo.trees.planning.board import CLASSES, Board, BoardStop, BoardVisit, closed_because, planned
from geo.trees.planning.weeks import WEEK, Weeks
from geo.trees.wording import day as day_in_words
from geo.trees.wording import period, span

# The same few days are told for week after week.
_day = lru_cache(maxsize=1024)(day_in_words)


@lru_cache(maxsize=1024)
def _span(first: date, last: date) -> str:
    return span(period(first, last))


@dataclass(frozen=True)
class Limits:
    """What the fleet has and its people manage; None: nothing is known of such a limit."""

    modules_s: int
    modules_l: int
    crew: int | None = None
    openings: int | None = None
    season_first: date | None = None
    season_last: date | None = None
    min_weeks: int = 1
    max_weeks: int = 104
    today: date = date.min


@dataclass(frozen=True)
class Question:
    """A visit of so many weeks and modules at a stop, among the others; `is_own`: it is moved within this stop."""

    board: Board
    limits: Limits
    stop: BoardStop
    length: int
    modules_s: int
    modules_l: int
    loads: Loads
    others: tuple[BoardVisit, ...]
    closed: tuple[str | None, ...]
    without_permit: bool = False
    is_own: bool = False

    @property
    def weeks(self) -> Weeks:
        return self.board.weeks


Rule = Callable[[Question, int], str | None]


def _during(question: Question, week: int) -> range:
    return range(week, min(question.weeks.count, week + question.length))


def in_season(question: Question, week: int) -> str | None:
    first, end = question.weeks.first_day(week), question.weeks.first_day(week + question.length)
    limits = question.limits
    if limits.season_first is not None and first < limits.season_first:
        return f"der Plan beginnt erst am {_day(limits.season_first)}"
    if limits.season_last is not None and (end - limits.season_last).days > 1:
        return f"der Besuch ginge über das Ende des Plans am {_day(limits.season_last)} hinaus"
    return None


def not_past(question: Question, week: int) -> str | None:
    return "die Woche hat schon begonnen" if question.weeks.first_day(week) <= question.limits.today else None


def permit_in_time(question: Question, week: int) -> str | None:
    """The permit's lead time, counted from today."""
    lead = question.stop.permit_lead_weeks
    earliest = question.limits.today + lead * WEEK
    if question.without_permit or not lead or question.weeks.first_day(week) >= earliest:
        return None
    if question.weeks.first_day(week) <= question.limits.today:
        return None  # said already
    return f"die Genehmigung braucht {lead} Wochen, also frühestens ab {_day(earliest)}"


def stop_open(question: Question, week: int) -> str | None:
    for one in _during(question, week):
        reason = question.closed[one]
        if reason:
            first, last = question.weeks.first_day(one), question.weeks.last_day(one)
            block = next((block for block in question.stop.blocks if block.touches(first, last)), None)
            return f"{reason} {_span(block.first, block.last)}" if block else reason
    return None


def stop_free(question: Question, week: int) -> str | None:
    first, end = question.weeks.first_day(week), question.weeks.first_day(week + question.length)
    for other in question.others:
        if other.first < end and first <= other.last:
            return f"dort stehen schon {other.modules} {_span(other.first, other.last)}"
    return None


def modules_free(question: Question, week: int) -> str | None:
    """The fleet's modules of each class, in every week of the visit."""
    for name, wanted, owned in (
        ("S", question.modules_s, question.limits.modules_s),
        ("L", question.modules_l, question.limits.modules_l),
    ):
        for one in _during(question, week) if wanted else ():
            free = owned - question.loads.standing["", name, one]
            if free < wanted:
                left = f"nur noch {free} Module {name} frei" if free > 0 else f"kein Modul {name} mehr frei"
                return f"{left} (KW {question.weeks.number(one)})"
    return None


def crew_enough(question: Question, week: int) -> str | None:
    """What arrives and what goes home, in the week in which the visit begins and in that in which it is gone."""
    crew = question.limits.crew
    if crew is None:
        return None
    visit = Visit("", week, question.length, {"S": question.modules_s, "L": question.modules_l})
    question.loads.add(visit)
    moved = {one: question.loads.moved("", CLASSES, one) for one in (visit.start, visit.end)}
    question.loads.add(visit, -1)
    for one, number in moved.items():
        if number > crew and question.weeks.holds(one):
            return f"in KW {question.weeks.number(one)} zögen {number} Module um, geschafft werden {crew} in der Woche"
    return None


def openings_enough(question: Question, week: int) -> str | None:
    most = question.limits.openings
    if most is None or question.loads.beginning["", week] + 1 <= most:
        return None
    begun = "beginnt schon 1 Besuch" if most == 1 else f"beginnen schon {most} Besuche"
    return f"in dieser Woche {begun}, mehr Eröffnungen schafft die Allee nicht"


def once_a_season(question: Question, week: int) -> str | None:
    """A stop has one visit in a plan. Who moves one of several brings none more."""
    others = [one for one in question.others if not one.rests]
    if question.stop.kind != "STRASSE" or not others or question.is_own:
        return None
    return f"der Standplatz hat in diesem Plan schon einen Besuch {_span(others[0].first, others[0].last)}"


# What the register refuses anyway, and what a planner may decide otherwise when they know better.
FIRM: tuple[Rule, ...] = (in_season, stop_free)
YIELDING: tuple[Rule, ...] = (
    not_past, permit_in_time, stop_open, once_a_season, modules_free, crew_enough, openings_enough,
)  # fmt: skip
# What is decided otherwise only with a reason that is written down.
WITH_REASON: tuple[Rule, ...] = (stop_open, once_a_season)


def never(question: Question) -> list[str]:
    """What the stop cannot do in any week: classes, capacity."""
    stop, found = question.stop, []
    for name, wanted in (("S", question.modules_s), ("L", question.modules_l)):
        if wanted and name not in stop.module_classes:
            found.append(f"der Standplatz lässt Module der Klasse {name} nicht zu")
    if question.modules_s + question.modules_l > stop.capacity:
        found.append(f"der Standplatz hat nur {stop.capacity} Plätze")
    return found


def unusual(question: Question) -> list[str]:
    """What speaks against it in any week, but can be wanted: too few modules, an odd length."""
    found = []
    least = min(question.stop.min_modules, question.stop.capacity)
    if question.modules_s + question.modules_l < least:
        found.append(f"weniger als {least} Module sind dort keine Allee")
    shortest, longest = question.limits.min_weeks, question.limits.max_weeks
    if not shortest <= question.length <= longest and question.stop.kind == "STRASSE":
        found.append(f"ein Besuch dauert sonst {shortest} bis {longest} Wochen")
    return found


def ask(
    board: Board,
    limits: Limits,
    stop: BoardStop,
    *,
    length: int,
    modules_s: int,
    modules_l: int,
    moving: BoardVisit | None = None,
) -> Question:
    """The question about a visit; `moving` is the one that leaves its place for it."""
    others = [visit for row in board.rows if row.stop.id == stop.id for visit in row.visits]
    return Question(
        board,
        limits,
        stop,
        length,
        modules_s,
        modules_l,
        loads_of(planned(one, board.weeks) for one in board.moving if moving is None or one.id != moving.id),
        tuple(one for one in others if moving is None or one.id != moving.id),
        tuple(closed_because(stop, board.weeks, week) for week in board.weeks),
        without_permit=moving is not None and moving.permit_state == "NICHT_NOETIG" and moving.stop_id == stop.id,
        is_own=moving is not None and moving.stop_id == stop.id,
    )


def reasons(question: Question) -> list[tuple[str, ...]]:
    """For each week in which the visit could begin, what speaks against it; an empty tuple is a possible week."""
    always = never(question)
    return [(*always, *doubts(question, week), *_said(FIRM, question, week)) for week in question.weeks]


def doubts(question: Question, week: int) -> list[str]:
    """What speaks against beginning in that week, and can be decided otherwise."""
    return [*unusual(question), *_said(YIELDING, question, week)]


def exceptions(question: Question, week: int) -> list[str]:
    """What of that is decided otherwise only with a reason that is written down."""
    return _said(WITH_REASON, question, week)


def _said(rules: Sequence[Rule], question: Question, week: int) -> list[str]:
    return [said for rule in rules if (said := rule(question, week)) is not None]
