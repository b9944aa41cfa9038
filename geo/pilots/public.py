"""Reads of pilot sites for everybody: from the published views alone, as of a day. Projects: `projects.public`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Row, TextClause, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.core.errors import NotFound
from geo.core.translated import Named
from geo.pilots.dates import moment_in_words, period_in_words
from geo.pilots.feature import PILOT_FUNDING, PILOT_OBSERVATIONS, PILOT_PARTNERS, PILOT_PHASES, PILOT_SITES


@dataclass(frozen=True)
class Phase(Named):
    """A phase of a site; `values` are its notes."""

    phase: str
    during: Range[date]
    start_precision: str
    end_precision: str
    source: str | None

    def when(self, lang: str) -> str:
        return period_in_words(self.during, self.start_precision, self.end_precision, lang)


@dataclass(frozen=True)
class Site(Named):
    """A pilot site with its phases; `values` are the columns its feature declares.

    Partners, funding and observations (those up to the day, the newest first) are read for the page of one site alone.
    """

    longitude: float
    latitude: float
    phases: tuple[Phase, ...]
    partners: tuple[Named, ...] = ()
    funding: tuple[Named, ...] = ()
    observations: tuple[Named, ...] = ()

    def opened(self, lang: str) -> str:
        """When it opened or was to open, as exactly as it is known; empty when it is not known at all."""
        return moment_in_words(self.opening, self.opening_precision, lang) if self.opening else ""

    def phase(self, day: date) -> Phase | None:
        """The phase that holds on the day."""
        return next((one for one in self.phases if day in one.during), None)


@dataclass(frozen=True)
class Filters:
    """What a visitor looks for; None: everything."""

    project: str | None = None
    phase: str | None = None
    ags: str | None = None
    group: str | None = None

    @property
    def count(self) -> int:
        return sum(bool(getattr(self, name)) for name in self.__dataclass_fields__)


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
      AND (CAST(:group AS text) IS NULL OR s.group_slug = :group)
      AND (CAST(:id AS integer) IS NULL OR s.id = :id)
      AND (CAST(:id AS integer) IS NOT NULL
           OR NOT EXISTS (SELECT FROM published.pilot_phases a WHERE a.pilot_site_id = s.id)
           OR EXISTS (SELECT FROM published.pilot_phases a WHERE a.pilot_site_id = s.id AND lower(a.during) <= :day))
    ORDER BY s.pilot_project_id, s.municipality, s.name, s.id
    """  # noqa: S608 (columns from the declaration)
)
_PHASES = text(
    f"SELECT {PILOT_PHASES.select_list('h')}"  # noqa: S608 (columns from the declaration)
    " FROM published.pilot_phases h WHERE h.pilot_site_id = ANY(:sites) ORDER BY h.during"
)
_PARTNERS = text(
    f"SELECT {PILOT_PARTNERS.select_list('a')} FROM published.pilot_partners a"  # noqa: S608 (columns from the declaration)
    " WHERE a.pilot_site_id = :site ORDER BY a.id"
)
_FUNDING = text(
    f"SELECT {PILOT_FUNDING.select_list('f')} FROM published.pilot_funding f"  # noqa: S608 (columns from the declaration)
    " WHERE f.pilot_site_id = :site ORDER BY f.id"
)
_OBSERVATIONS = text(
    f"SELECT {PILOT_OBSERVATIONS.select_list('o')} FROM published.pilot_observations o"  # noqa: S608 (columns from the declaration)
    " WHERE o.pilot_site_id = :site AND o.observed_on <= :day ORDER BY o.observed_on DESC, o.id DESC"
)
_TOWNS = text(
    "SELECT DISTINCT s.municipality, m.ags FROM published.pilot_sites s"
    " JOIN published.municipalities m ON m.id = s.municipality_id ORDER BY 1, 2"
)


def sites(session: Session, filters: Filters, day: date) -> list[Site]:
    """The sites that had begun by the day and pass the filters (the phase is the one of that day)."""
    bound = {"project": filters.project, "phase": filters.phase, "ags": filters.ags, "group": filters.group, "day": day}
    return _with_phases(session, session.execute(_SITES, {**bound, "id": None}).all())


def site(session: Session, site_id: int, day: date) -> Site:
    """A site, whatever the day. Raises `NotFound`."""
    bound = {"project": None, "phase": None, "ags": None, "group": None, "day": day, "id": site_id}
    found = _with_phases(session, session.execute(_SITES, bound).all())
    if not found:
        raise NotFound("Der Pilotstandort", site_id)
    asked = {"site": site_id, "day": day}

    def parts(query: TextClause) -> tuple[Named, ...]:
        return tuple(Named(dict(row._mapping)) for row in session.execute(query, asked))

    return replace(found[0], partners=parts(_PARTNERS), funding=parts(_FUNDING), observations=parts(_OBSERVATIONS))


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
