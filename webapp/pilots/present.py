"""Pilot projects as pages and maps show them: cards, features, the bars of the timeline."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from geo.core.codes import label
from geo.core.geometry import lon_lat
from geo.pilots.codes import CRITERIA, PHASES, RATINGS, STATUSES
from geo.pilots.dates import ONE_DAY
from geo.pilots.projects.public import Project
from geo.pilots.projects.schemas import EXPOSE
from geo.pilots.public import Site
from geo.pilots.queries import Record
from webapp import geojson
from webapp.language import PREFIX
from webapp.pilots.timeline import Line

NO_PHASE = ("UNGEWISS", ("derzeit keine Phase verzeichnet", "no phase recorded at present"))
NO_STATUS = ("derzeit kein Stand verzeichnet", "no status recorded at present")


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
        "is_example": site.is_example,
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
        "is_example": record.is_made_up,
    }
    return geojson.feature(lon_lat(record.place.point), properties)


def line(site: Site, day: date | None, lang: str) -> Line:
    """A row of the timeline; `day` goes into its links."""
    return Line(
        site.title(lang),
        page(lang, "site", day, site_id=site.id),
        str(site.in_language("project", lang)[0]),
        page(lang, "show", day, slug=site.project_slug),
        site.part,
        site.phases,
        site.opening,
        site.opening_precision,
        site.opening_was_planned,
        site.is_example,
    )


def project_status(project: Project, day: date, lang: str) -> dict[str, Any]:
    """The status of the day for a badge."""
    found = project.status(day)
    if found is None:
        return {"code": "UNGEWISS", "name": NO_STATUS[lang == "en"], "planned": False, "when": ""}
    name = label(STATUSES, found.status, lang)
    return {"code": found.status, "name": name, "planned": found.was_planned, "when": found.when(lang)}


def steps(project: Project, day: date, lang: str) -> list[dict[str, Any]]:
    """The nine steps of a project, each with its newest dates; what comes after the day is there as announced."""
    now = project.status(day)
    found = []
    for code, names in STATUSES.items():
        own = [one for one in project.statuses if one.status == code]
        newest = own[-1] if own else None
        state = "open"
        if now is not None and now.status == code:
            newest, state = now, "now"
        elif newest is not None and newest.during.upper is not None and newest.during.upper <= day:
            state = "done"
        elif newest is not None:
            state = "coming"
        found.append(
            {
                "name": names[lang == "en"],
                "state": state,
                "when": newest.when(lang) if newest else "",
                "planned": newest.was_planned if newest else False,
            }
        )
    return found


def notes(project: Project, lang: str) -> list[tuple[str, str, tuple[str | None, str], str | None]]:
    """What is said about the statuses: name, when, the note with its language, the source."""
    return [
        (label(STATUSES, one.status, lang), one.when(lang), one.in_language("note", lang), one.source)
        for one in project.statuses
        if one.values["note"]
    ]


def ratings(project: Project, lang: str) -> list[dict[str, Any]]:
    """How far each rated criterion is met, and why."""
    return [
        {
            "name": label(CRITERIA, one.criterion, lang),
            "rating": one.rating,
            "words": label(RATINGS, str(one.rating), lang),
            "reason": one.in_language("reason", lang),
        }
        for one in project.ratings
    ]


def exposes(project: Project, lang: str) -> list[tuple[str, str, str]]:
    """The texts of the exposé that there are: title, text, and the language it is in."""
    titles = {
        "background": _("Ausgangslage"),
        "aim": _("Ziel"),
        "approach": _("Vorgehen"),
        "requirements": _("Was eine Stadt mitbringt"),
    }
    found = [(titles[name], *project.in_language(name, lang)) for name in EXPOSE]
    return [(title, text, written) for title, text, written in found if text]


def named(codes: dict[str, tuple[str, str]], chosen: Sequence[str], lang: str) -> list[str]:
    """The names of some codes."""
    return [label(codes, code, lang) for code in chosen]


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
