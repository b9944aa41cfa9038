"""Reads of pilot projects for everybody: from the published views alone, as of a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.core.errors import NotFound
from geo.pilots.dates import moment_in_words, period_in_words
from geo.pilots.feature import PILOT_PROJECTS, PILOT_SITES


@dataclass(frozen=True)
class Translated:
    """Columns by name; a text in English if there is one and it is wanted, else in German."""

    values: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["values"][name]
        except KeyError:
            raise AttributeError(name) from None

    def in_language(self, name: str, lang: str) -> tuple[str | None, str]:
        """The text and the language it is in."""
        english = self.values.get(f"{name}_en")
        return (english, "en") if lang == "en" and english else (self.values[name], "de")

    def title(self, lang: str) -> str:
        return str(self.in_language("name", lang)[0])


@dataclass(frozen=True)
class Milestone(Translated):
    """Something that happened, or was planned, in a project."""

    during: Range[date] | None
    precision: str
    was_planned: bool
    source: str | None

    def when(self, lang: str) -> str:
        return moment_in_words(self.during, self.precision, lang)


@dataclass(frozen=True)
class Phase(Translated):
    """A phase of a site; `values` are its notes."""

    phase: str
    during: Range[date]
    start_precision: str
    end_precision: str
    source: str | None

    def when(self, lang: str) -> str:
        return period_in_words(self.during, self.start_precision, self.end_precision, lang)


@dataclass(frozen=True)
class Project(Translated):
    """A pilot project with its working group and milestones; `values` are the columns its feature declares."""

    working_group_text: str | None
    working_group_text_en: str | None
    milestones: tuple[Milestone, ...]


@dataclass(frozen=True)
class Site(Translated):
    """A pilot site with its phases; `values` are the columns its feature declares."""

    longitude: float
    latitude: float
    phases: tuple[Phase, ...]

    def phase(self, day: date) -> Phase | None:
        """The phase that holds on the day."""
        return next((one for one in self.phases if day in one.during), None)


@dataclass(frozen=True)
class Filters:
    """What a visitor looks for; None: everything."""

    project: str | None = None
    phase: str | None = None
    ags: str | None = None

    @property
    def count(self) -> int:
        return sum(bool(getattr(self, name)) for name in self.__dataclass_fields__)


_PROJECTS = text(
    f"SELECT {PILOT_PROJECTS.select_list('p')}, g.description, g.description_en FROM published.pilot_projects p"  # noqa: S608 (columns from the declaration)
    " JOIN published.working_groups g ON g.name = p.working_group"
    " WHERE CAST(:slug AS text) IS NULL OR p.slug = :slug ORDER BY p.id"
)
_MILESTONES = text(
    "SELECT s.pilot_project_id, s.title, s.title_en, s.during, s.precision, s.was_planned, s.source"
    " FROM published.project_milestones s ORDER BY s.position, s.id"
)
# A site is there from the day on which its first phase began.
_SITES = text(
    f"""
    SELECT {PILOT_SITES.select_list("s")}, public.ST_X(s.point) AS longitude, public.ST_Y(s.point) AS latitude
    FROM published.pilot_sites s
    JOIN published.municipalities m ON m.id = s.municipality_id
    LEFT JOIN published.pilot_phases h ON h.pilot_site_id = s.id AND h.during @> CAST(:day AS date)
    WHERE (CAST(:project AS text) IS NULL OR s.project_slug = :project)
      AND (CAST(:phase AS text) IS NULL OR h.phase = :phase)
      AND (CAST(:ags AS text) IS NULL OR m.ags = :ags)
      AND (CAST(:id AS integer) IS NULL OR s.id = :id)
      AND (CAST(:id AS integer) IS NOT NULL
           OR NOT EXISTS (SELECT FROM published.pilot_phases a WHERE a.pilot_site_id = s.id)
           OR EXISTS (SELECT FROM published.pilot_phases a WHERE a.pilot_site_id = s.id AND lower(a.during) <= :day))
    ORDER BY s.pilot_project_id, s.municipality, s.name, s.id
    """  # noqa: S608 (columns from the declaration)
)
_PHASES = text(
    "SELECT h.pilot_site_id, h.phase, h.during, h.start_precision, h.end_precision, h.note, h.note_en, h.source"
    " FROM published.pilot_phases h WHERE h.pilot_site_id = ANY(:sites) ORDER BY h.during"
)
_TOWNS = text(
    "SELECT DISTINCT s.municipality, m.ags FROM published.pilot_sites s"
    " JOIN published.municipalities m ON m.id = s.municipality_id ORDER BY 1, 2"
)


def projects(session: Session, slug: str | None = None) -> list[Project]:
    """All pilot projects, or the one of that short name."""
    milestones: dict[int, list[Milestone]] = {}
    for row in session.execute(_MILESTONES):
        texts = {"name": row.title, "name_en": row.title_en}
        milestones.setdefault(row.pilot_project_id, []).append(
            Milestone(texts, row.during, row.precision, row.was_planned, row.source)
        )
    return [
        Project(
            {name: row._mapping[name] for name in PILOT_PROJECTS.columns},
            row.description,
            row.description_en,
            tuple(milestones.get(row.id, [])),
        )
        for row in session.execute(_PROJECTS, {"slug": slug})
    ]


def project(session: Session, slug: str) -> Project:
    """The project of that short name. Raises `NotFound`."""
    found = projects(session, slug)
    if not found:
        raise NotFound("Das Pilotprojekt", slug)
    return found[0]


def sites(session: Session, filters: Filters, day: date) -> list[Site]:
    """The sites that had begun by the day and pass the filters (the phase is the one of that day)."""
    bound = {"project": filters.project, "phase": filters.phase, "ags": filters.ags, "day": day, "id": None}
    return _with_phases(session, session.execute(_SITES, bound).all())


def site(session: Session, site_id: int, day: date) -> Site:
    """A site, whatever the day. Raises `NotFound`."""
    bound = {"project": None, "phase": None, "ags": None, "day": day, "id": site_id}
    found = _with_phases(session, session.execute(_SITES, bound).all())
    if not found:
        raise NotFound("Der Pilotstandort", site_id)
    return found[0]


def towns(session: Session) -> list[tuple[str, str]]:
    """The towns that have a pilot site: key (AGS) and name."""
    return [(row.ags, row.municipality) for row in session.execute(_TOWNS)]


def _with_phases(session: Session, rows: Sequence[Row[Any]]) -> list[Site]:
    phases: dict[int, list[Phase]] = {}
    for row in session.execute(_PHASES, {"sites": [row.id for row in rows]}):
        texts = {"note": row.note, "note_en": row.note_en}
        phases.setdefault(row.pilot_site_id, []).append(
            Phase(texts, row.phase, row.during, row.start_precision, row.end_precision, row.source)
        )
    return [
        Site(
            {name: row._mapping[name] for name in PILOT_SITES.columns},
            row.longitude,
            row.latitude,
            tuple(phases.get(row.id, [])),
        )
        for row in rows
    ]
