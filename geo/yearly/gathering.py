"""What the register knows of a year, read through the same functions as its pages, so that the figures are the same."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.alliance import public as alliance_public
from geo.alliance import queries as alliance
from geo.alliance.codes import FOUNDED_ON
from geo.alliance.meetings import queries as meetings
from geo.alliance.meetings.queries import MeetingRow, Record
from geo.alliance.public import Size
from geo.alliance.queries import Changes, Group, MemberRow, Work
from geo.core.access import Action, Actor, require
from geo.core.errors import Invalid
from geo.pilots import public as pilots
from geo.pilots.projects import public as projects
from geo.pilots.projects.public import Project
from geo.pilots.public import Site
from geo.trees.queries import public as trees
from geo.vacancies.figures import alliance as vacancies
from geo.vacancies.figures.alliance import Quarter
from geo.viewpoints import public as viewpoints

LAST_YEAR = 2099
_HAS_EXAMPLES = text(
    "SELECT EXISTS (SELECT FROM register.alliance_meetings WHERE is_example) OR EXISTS (SELECT FROM"
    " register.alliance_members WHERE is_example) OR EXISTS (SELECT FROM published.fleets WHERE is_example)"
    " OR EXISTS (SELECT FROM published.viewpoints WHERE is_example) OR EXISTS (SELECT FROM published.vacancies"
    " WHERE is_example)"
)


@dataclass(frozen=True)
class Season:
    """What a fleet's trees did in streets in the year: how many trees, stops and visits; towns by name."""

    fleet_id: int
    fleet: str
    is_example: bool
    towns: tuple[str, ...]
    trees: int
    stops: int
    visits: int
    planned_visits: int
    first: date
    last: date


@dataclass(frozen=True)
class Year:
    """A year until `day`: its last day, or today while it runs."""

    year: int
    day: date
    is_running: bool
    has_examples: bool
    changes: Changes
    members: tuple[MemberRow, ...]
    sizes: tuple[Size, ...]
    meetings: tuple[MeetingRow, ...]
    records: tuple[Record, ...]
    groups: tuple[tuple[Group, tuple[Work, ...]], ...]
    projects: tuple[Project, ...]
    sites: tuple[Site, ...]
    seasons: tuple[Season, ...]
    viewpoints: dict[str, int]
    viewpoint_towns: int
    vacancies: Quarter
    vacancies_before: Quarter

    @property
    def first(self) -> date:
        return date(self.year, 1, 1)

    @property
    def held(self) -> list[MeetingRow]:
        """The meetings that took place: invited to, not called off, and over by the day."""
        after = meetings.midnight(date.fromordinal(self.day.toordinal() + 1))
        return [one for one in self.meetings if one.state == "EINGELADEN" and one.ends_at < after]

    @property
    def called_off(self) -> list[MeetingRow]:
        return [one for one in self.meetings if one.state == "ABGESAGT"]


def years(today: date) -> list[int]:
    """The years of which there can be a report, the newest first."""
    return list(range(today.year, FOUNDED_ON.year - 1, -1))


def gather(session: Session, actor: Actor, year: int, today: date) -> Year:
    """Everything for the report of a year. Raises `NotPermitted` (the office alone may), `Invalid` for a year to come.

    Of meetings only what is known by the day counts; drafts are left out.
    """
    require(actor, Action.ALLIANCE_EDIT)
    if not FOUNDED_ON.year <= year <= today.year:
        raise Invalid({"jahr": f"Einen Bericht gibt es für die Jahre {FOUNDED_ON.year} bis {today.year}."})
    first, day = date(year, 1, 1), min(date(year, 12, 31), today)
    found = [one for one in meetings.meetings(session, first, day) if one.state != "ENTWURF"]
    standing = viewpoints.everything(session, viewpoints.Filters(), day)
    return Year(
        year,
        day,
        day < date(year, 12, 31),
        bool(session.scalar(_HAS_EXAMPLES)),
        alliance.changes(session, first, day),
        tuple(alliance.members(session, day)),
        tuple(alliance_public.sizes(session, day)),
        tuple(found),
        tuple(meetings.get(session, one.id) for one in found if one.minutes_released_on is not None),
        tuple((one, _at_work(alliance.work_in(session, one.id, day), day)) for one in alliance.groups(session)),
        tuple(projects.projects(session)),
        tuple(pilots.sites(session, pilots.Filters(), day)),
        tuple(_seasons(session, first, day)),
        dict(Counter(one.status for one in standing)),
        len({one.municipality for one in standing}),
        *vacancies.quarters(session, actor, [_quarter(day, today), _quarter(date(year - 1, 12, 31), today)]),
    )


def _quarter(day: date, today: date) -> date:
    """The last end of a quarter until the day: vacancies are told of these alone."""
    return vacancies.quarter_days(day, today, 1)[0]


def _at_work(work: Sequence[Work], day: date) -> tuple[Work, ...]:
    return tuple(
        one for one in work if (one.since is None or one.since <= day) and (one.until is None or one.until > day)
    )


def _seasons(session: Session, first: date, day: date) -> list[Season]:
    """The fleets whose trees stood in a street in the year, by name."""
    found = []
    for fleet_id, name in trees.fleets(session):
        standing = [one for one in trees.fleet_standings(session, fleet_id, first, day) if one.kind == "STRASSE"]
        if not standing:
            continue
        visits = trees.visits(standing)
        found.append(
            Season(
                fleet_id,
                name,
                trees.get_fleet(session, fleet_id).is_example,
                tuple(sorted({one.municipality for one in standing})),
                len({one.tree_id for one in standing}),
                len({one.stop_id for one in standing}),
                len(visits),
                sum(not one.is_sure for one in visits),
                max(first, min(one.first for one in standing)),
                min(day, max(one.last for one in standing)),
            )
        )
    return found
