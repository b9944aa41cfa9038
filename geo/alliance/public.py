"""Reads of the alliance for everybody: from the published views alone, as of a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.alliance.codes import FOUNDED_ON
from geo.alliance.feature import ALLIANCE_COUNTS, ALLIANCE_GROUP_MEMBERS, ALLIANCE_MEMBERS
from geo.core.errors import NotFound

# A member on a day, as SQL on a row `a` of either view.
_ON_DAY = "coalesce(a.joined_on, a.known_on) <= :day AND (a.left_on IS NULL OR a.left_on > :day)"


@dataclass(frozen=True)
class Group:
    """A working group with its texts and its pilot projects (slug, name, name_en)."""

    id: int
    slug: str
    name: str
    name_en: str
    description: str | None
    description_en: str | None
    projects: tuple[Row[Any], ...] = ()

    def title(self, lang: str) -> str:
        return self.name_en if lang == "en" else self.name

    def text(self, lang: str) -> tuple[str | None, str]:
        """The description and the language it is in."""
        return (self.description_en, "en") if lang == "en" and self.description_en else (self.description, "de")


@dataclass(frozen=True)
class Size:
    """A number of members: stated by the alliance with its source, or (source None) counted in the register."""

    day: date
    members: int
    is_more: bool = False
    source: str | None = None


_MEMBERS = text(
    f"SELECT {ALLIANCE_MEMBERS.select_list('a')} FROM published.alliance_members a WHERE {_ON_DAY}"  # noqa: S608 (columns from the declaration)
    " ORDER BY lower(a.name), a.id"
)
_WORK = text(
    f"SELECT {ALLIANCE_GROUP_MEMBERS.select_list('a')} FROM published.alliance_group_members a WHERE {_ON_DAY}"  # noqa: S608 (as above)
    " AND a.working_group_id = :group AND daterange(a.since, a.until) @> CAST(:day AS date)"
    " ORDER BY NOT a.leads, lower(a.name), a.id"
)
_GROUPS = text(
    "SELECT g.id, g.slug, g.name, g.name_en, g.description, g.description_en FROM published.working_groups g"
    " WHERE CAST(:slug AS text) IS NULL OR g.slug = :slug ORDER BY g.id"
)
_PROJECTS = text(
    "SELECT g.id AS group_id, p.slug, p.name, p.name_en FROM published.pilot_projects p"
    " JOIN published.working_groups g ON g.slug = p.group_slug ORDER BY p.is_example, p.id"
)
_COUNTS = text(
    f"SELECT {ALLIANCE_COUNTS.select_list('c')} FROM published.alliance_counts c WHERE c.day <= :day ORDER BY c.day"  # noqa: S608 (as above)
)
_SIZES = text("SELECT d.day, published.alliance_size(d.day) AS members FROM unnest(CAST(:days AS date[])) AS d(day)")


def members(session: Session, day: date) -> Sequence[Row[Any]]:
    """The members as of the day whose names are public, by name."""
    return session.execute(_MEMBERS, {"day": day}).all()


def groups(session: Session, slug: str | None = None) -> list[Group]:
    """All working groups with their pilot projects, or the one of that short name."""
    projects: dict[int, list[Row[Any]]] = {}
    for row in session.execute(_PROJECTS):
        projects.setdefault(row.group_id, []).append(row)
    found = session.execute(_GROUPS, {"slug": slug})
    return [Group(**row._mapping, projects=tuple(projects.get(row.id, ()))) for row in found]


def group(session: Session, slug: str) -> Group:
    """The working group of that short name. Raises `NotFound`."""
    found = groups(session, slug)
    if not found:
        raise NotFound("Die Arbeitsgruppe", slug)
    return found[0]


def work_in(session: Session, group_id: int, day: date) -> Sequence[Row[Any]]:
    """The organisations of a group as of the day whose names are public, the lead first."""
    return session.execute(_WORK, {"group": group_id, "day": day}).all()


def sizes(session: Session, day: date) -> list[Size]:
    """Numbers of members until the day: what the alliance stated, and what the register counts at each year's end."""
    stated = [Size(row.day, row.members, row.is_more, row.source) for row in session.execute(_COUNTS, {"day": day})]
    days = [date(year, 12, 31) for year in range(FOUNDED_ON.year, day.year)] + [day]
    counted = [Size(row.day, row.members) for row in session.execute(_SIZES, {"days": days}) if row.members]
    return sorted([*stated, *counted], key=lambda one: (one.day, one.source is None))
