"""Public pages of pilot projects: the projects, their sites on map and timeline, and the sites as GeoJSON."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for

from geo.pilots import public as queries
from geo.pilots.codes import PHASES
from geo.pilots.projects import public as projects_public
from webapp import geojson, parameters
from webapp.access import public
from webapp.app import public_session
from webapp.language import href
from webapp.pilots import present

pilots = Blueprint("pilots", __name__)


def _filters() -> queries.Filters:
    return queries.Filters(
        project=parameters.text("projekt", longest=60),
        phase=parameters.choice("phase", PHASES),
        ags=parameters.text("gemeinde", longest=8),
        group=parameters.text("gruppe", longest=60),
    )


def _linked_day(day: date) -> date | None:
    return None if day == date.today() else day


def _asked(day: date, *, with_day: bool = True) -> dict[str, str]:
    """The parameters of the address that a link to the same selection keeps."""
    kept = {name: request.args[name] for name in ("gruppe", "projekt", "phase", "gemeinde") if request.args.get(name)}
    linked = _linked_day(day) if with_day else None
    return kept | ({"am": linked.isoformat()} if linked else {})


def _frame(day: date) -> dict[str, Any]:
    return {"nav": "pilots", "day": day, "today": date.today()}


def _selection(filters: queries.Filters, day: date) -> dict[str, Any]:
    """What map page and list page share."""
    session, lang = public_session(), g.lang
    projects = projects_public.projects(session)
    sites = queries.sites(session, filters, day)
    return {
        **_frame(day),
        "filters_set": filters,
        "args": request.args,
        "kept": _asked(day, with_day=False),
        "asked": _asked(day),
        "projects": projects,
        "options": {
            "projects": [(one.slug, one.title(lang)) for one in projects],
            "phases": [(code, names[lang == "en"]) for code, names in PHASES.items()],
            "towns": queries.towns(session),
        },
        "sites": sites,
        "rows": [present.card(site, day, lang, _linked_day(day)) for site in sites],
    }


def _timeline(sites: list[queries.Site], day: date) -> dict[str, Any]:
    start, end = present.span(sites, day)
    rows = present.timeline(sites, day, g.lang, _linked_day(day))
    return {"timeline_rows": rows, "timeline_start": start, "timeline_end": end}


def _data_url(**values: Any) -> str:
    language: dict[str, Any] = {"sprache": "en"} if g.lang == "en" else {}
    return url_for("pilots.collection", **values, **language)


@pilots.get("/pilotprojekte")
@public
def overview() -> str:
    """The projects, their sites on the map and as a timeline."""
    filters, day = _filters(), parameters.day()
    chosen = _selection(filters, day)
    return render_template(
        "pilots/overview.html",
        data_url=_data_url(**_asked(day)),
        project_urls={
            one.slug: present.page(g.lang, "show", _linked_day(day), slug=one.slug) for one in chosen["projects"]
        },
        **_timeline(chosen["sites"], day),
        **chosen,
    )


@pilots.get("/pilotprojekte/liste")
@public
def listing() -> str:
    """The sites as a table."""
    return render_template("pilots/listing.html", **_selection(_filters(), parameters.day()))


@pilots.get("/pilotprojekte/<slug>")
@public
def show(slug: str) -> str:
    """A project with its working group, milestones and sites."""
    session, day = public_session(), parameters.day()
    project = projects_public.project(session, slug)
    sites = queries.sites(session, queries.Filters(project=slug), day)
    return render_template(
        "pilots/show.html",
        project=project,
        group=project.in_language("working_group", g.lang),
        summary=project.in_language("summary", g.lang),
        milestones=present.milestones(project, day, g.lang),
        data_url=_data_url(projekt=slug, **({"am": day.isoformat()} if _linked_day(day) else {})),
        rows=[present.card(site, day, g.lang, _linked_day(day)) for site in sites],
        part_url=href(f"{project.part}.overview") if project.part else None,
        **_timeline(sites, day),
        **_frame(day),
    )


@pilots.get("/pilotprojekte/standort/<int:site_id>")
@public
def site(site_id: int) -> str:
    """A site with its phases and sources."""
    day = parameters.day()
    found = queries.site(public_session(), site_id, day)
    return render_template(
        "pilots/site.html",
        site=found,
        status=present.status(found, day, g.lang),
        feature=geojson.slim(present.feature(found, day, g.lang)),
        phase_names=PHASES,
        project_url=present.page(g.lang, "show", _linked_day(day), slug=found.project_slug),
        linked_day=_linked_day(day),
        **_timeline([found], day),
        **_frame(day),
    )


def _language() -> str:
    return "en" if request.args.get("sprache") == "en" else g.lang


@pilots.get("/api/v1/pilotstandorte")
@public
def collection() -> Response:
    """All sites as of the day, with the page's filters."""
    filters, day, lang = _filters(), parameters.day(), _language()
    sites = queries.sites(public_session(), filters, day)
    return geojson.collection(present.feature(one, day, lang, _linked_day(day)) for one in sites)


@pilots.get("/api/v1/pilotstandorte/<int:site_id>")
@public
def item(site_id: int) -> Response:
    """One site as of the day."""
    day = parameters.day()
    return geojson.answer(
        present.feature(queries.site(public_session(), site_id, day), day, _language(), _linked_day(day))
    )
