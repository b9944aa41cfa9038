"""Pilot projects as pages and maps show them: cards, features, the bars of the timeline."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask import url_for

from geo.core.codes import label
from geo.core.geometry import lon_lat
from geo.pilots.codes import PHASES
from geo.pilots.dates import ONE_DAY
from geo.pilots.projects.public import Project
from geo.pilots.public import Phase, Site
from geo.pilots.queries import Record
from webapp import geojson
from webapp.language import PREFIX

# Phases that are over in themselves, or that only announce something; all others are work in progress.
ANNOUNCED = ("VORGESEHEN", "AUSGEWAEHLT")
NO_PHASE = ("UNGEWISS", ("derzeit keine Phase verzeichnet", "no phase recorded at present"))


def page(lang: str, endpoint: str, day: date | None = None, **values: Any) -> str:
    """The address of a public page in that language, for that day."""
    asked: dict[str, Any] = {"am": day.isoformat()} if day else {}
    return url_for(f"{PREFIX if lang == 'en' else ''}pilots.{endpoint}", **values, **asked)


def status(site: Site, day: date, lang: str) -> tuple[str, str]:
    """The code and the name of the phase on the day."""
    phase = site.phase(day)
    if phase is None:
        return NO_PHASE[0], NO_PHASE[1][lang == "en"]
    return phase.phase, label(PHASES, phase.phase, lang)


def card(site: Site, day: date, lang: str, linked_day: date | None = None) -> dict[str, Any]:
    """An entry of the list beside the map."""
    code, name = status(site, day, lang)
    phase = site.phase(day)
    meta = [str(site.in_language("project", lang)[0])]
    if phase is not None:
        meta.append(phase.when(lang))
    return {
        "id": site.id,
        "title": site.title(lang),
        "subtitle": ", ".join(meta),
        "url": page(lang, "site", linked_day, site_id=site.id),
        "status": code,
        "status_label": name,
        "is_example": False,
        "badges": [],
    }


def feature(site: Site, day: date, lang: str, linked_day: date | None = None) -> dict[str, Any]:
    """The site as GeoJSON: what every map knows of an object, then all its public columns and its phases."""
    properties = {
        **{name: value for name, value in site.values.items() if name != "opening"},
        "opening": site.opened(lang) or None,
        **{name: value for name, value in card(site, day, lang, linked_day).items() if name not in {"badges"}},
        "kind": "pilots",
        "note": site.in_language("note", lang)[0],
        "phases": [
            {
                "phase": one.phase,
                "phase_label": label(PHASES, one.phase, lang),
                "start": one.during.lower.isoformat() if one.during.lower else None,
                "end": (one.during.upper - ONE_DAY).isoformat() if one.during.upper else None,
                "start_precision": one.start_precision,
                "end_precision": one.end_precision,
                "text": one.when(lang),
                "source": one.source,
            }
            for one in site.phases
        ],
    }
    return geojson.feature((site.longitude, site.latitude), properties)


def record_feature(record: Record, day: date) -> dict[str, Any]:
    """A site for the small map of its internal page."""
    phase = record.phase(day)
    code, names = (phase.phase, PHASES[phase.phase]) if phase else NO_PHASE
    properties = {
        "id": record.id,
        "title": record.site.name,
        "subtitle": record.project.name,
        "kind": "pilots",
        "status": code,
        "status_label": names[0],
        "is_example": False,
    }
    return geojson.feature(lon_lat(record.place.point), properties)


def bar(phase: Phase, day: date, lang: str) -> dict[str, Any]:
    """A phase on the timeline; what is open or announced looks other than what is over."""
    begin, end = phase.during.lower, phase.during.upper
    kind = "active"
    if end is not None and end <= day:
        kind = "done"
    elif phase.phase in ANNOUNCED or (begin is not None and begin > day):
        kind = "planned"
    elif end is None:
        kind = "open"
    return {
        "start": begin,
        "end": end,
        "kind": kind,
        "label": label(PHASES, phase.phase, lang),
        "text": phase.when(lang),
    }


def timeline(sites: Iterable[Site], day: date, lang: str, linked_day: date | None = None) -> list[dict[str, Any]]:
    """A row for each site that has phases."""
    return [
        {
            "label": site.municipality,
            "url": page(lang, "site", linked_day, site_id=site.id),
            "bars": [bar(one, day, lang) for one in site.phases],
        }
        for site in sites
        if site.phases
    ]


def milestones(project: Project, day: date, lang: str) -> list[dict[str, Any]]:
    """What happened in a project or was planned, in words."""
    planned = {"de": "angekündigt", "en": "announced"}[lang]
    return [
        {
            "title": one.title(lang),
            "when": one.when(lang),
            "planned": planned if one.was_planned else None,
            "is_past": one.during is not None and one.during.upper is not None and one.during.upper <= day,
            "source": one.source,
        }
        for one in project.milestones
    ]


def span(sites: Sequence[Site], today: date) -> tuple[date, date]:
    """Whole years around all phases and today: the axis of the timeline."""
    days = [today, *(edge for site in sites for one in site.phases for edge in (one.during.lower, one.during.upper))]
    known = [day for day in days if day is not None]
    return date(min(known).year, 1, 1), date(max(known).year + 1, 1, 1)
