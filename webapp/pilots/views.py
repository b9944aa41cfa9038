"""Public pages of pilot projects: the projects, their sites on map and timeline, and the sites as GeoJSON."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for

from geo.core import clock
from geo.core.fields_of_action import FIELDS_OF_ACTION
from geo.core.printing import drawing
from geo.pilots import public as queries
from geo.pilots.codes import PARTNER_ROLES, PHASES, PROJECTS_AIMED_AT, TARGET_GROUPS
from geo.pilots.projects import public as projects_public
from webapp import geojson, letters, parameters, taking_away
from webapp.access import public
from webapp.app import public_session
from webapp.language import href
from webapp.pilots import present, sections
from webapp.pilots.document_pages import handed_out
from webapp.pilots.timeline import timeline
from webapp.typesetting import in_type

pilots = Blueprint("pilots", __name__)


def _filters() -> queries.Filters:
    return queries.Filters(
        project=parameters.text("projekt", longest=60),
        phase=parameters.choice("phase", PHASES),
        ags=parameters.text("gemeinde", longest=8),
        group=parameters.text("gruppe", longest=60),
    )


def _linked_day(day: date) -> date | None:
    return None if day == clock.today() else day


def _asked(day: date, *, with_day: bool = True) -> dict[str, str]:
    """The parameters of the address that a link to the same selection keeps."""
    kept = {name: request.args[name] for name in ("gruppe", "projekt", "phase", "gemeinde") if request.args.get(name)}
    linked = _linked_day(day) if with_day else None
    return kept | ({"am": linked.isoformat()} if linked else {})


def _frame(day: date) -> dict[str, Any]:
    return {"nav": "pilots", "day": day, "today": clock.today()}


def _group(project: Any) -> str:
    return str(project.in_language("working_group", g.lang)[0])


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
            "groups": list(
                dict.fromkeys((one.group_slug, str(one.in_language("working_group", lang)[0])) for one in projects)
            ),
            "projects": [(one.slug, one.title(lang)) for one in projects],
            "phases": [(code, names[lang == "en"]) for code, names in PHASES.items()],
            "towns": queries.towns(session),
        },
        "sites": sites,
        "rows": [present.card(site, day, lang, _linked_day(day)) for site in sites],
    }


def _timeline(sites: list[queries.Site], day: date) -> dict[str, Any]:
    lines = [present.line(site, _linked_day(day), g.lang) for site in sites]
    return timeline(lines, day, g.lang, clock.today())


def _project_card(project: Any, day: date) -> dict[str, Any]:
    return {
        "project": project,
        "url": present.page(g.lang, "show", _linked_day(day), slug=project.slug),
        "status": present.project_status(project, day, g.lang),
    }


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
        cards=[_project_card(one, day) for one in chosen["projects"]],
        there=sum(not one.is_example for one in chosen["projects"]),
        aimed_at=PROJECTS_AIMED_AT,
        chart=_timeline(chosen["sites"], day),
        **chosen,
    )


@pilots.get("/pilotprojekte/liste")
@public
def listing() -> str:
    """The sites as a table."""
    return render_template("pilots/listing.html", **_selection(_filters(), parameters.day()))


def _expose(slug: str, day: date) -> dict[str, Any]:
    """What the page of a project and its print say: the exposé, its status of the day, its sites."""
    session, lang = public_session(), g.lang
    project = projects_public.project(session, slug)
    return {
        "project": project,
        "group": project.in_language("working_group", lang),
        "summary": project.in_language("summary", lang),
        "texts": present.exposes(project, lang),
        "status": present.project_status(project, day, lang),
        "steps": present.steps(project, day, lang),
        "notes": present.notes(project, lang),
        "ratings": present.ratings(project, lang),
        "fields_of_action": present.named(FIELDS_OF_ACTION, project.fields_of_action, lang),
        "target_groups": present.named(TARGET_GROUPS, project.target_groups, lang),
        "milestones": present.milestones(project, day, lang),
        "sites": queries.sites(session, queries.Filters(project=slug), day),
    }


@pilots.get("/pilotprojekte/<slug>")
@public
def show(slug: str) -> str:
    """A project's exposé: what it is about, where it stands, what makes it a pilot project, where it is carried out."""
    day = parameters.day()
    found = _expose(slug, day)
    project = found["project"]
    return render_template(
        "pilots/show.html",
        data_url=_data_url(projekt=slug, **({"am": day.isoformat()} if _linked_day(day) else {})),
        rows=[present.card(site, day, g.lang, _linked_day(day)) for site in found["sites"]],
        part_url=href(f"{project.part}.overview") if project.part else None,
        chart=_timeline(found["sites"], day),
        sections=sections.public(project, day),
        linked_day=_linked_day(day),
        **found,
        **_frame(day),
    )


@pilots.get("/pilotprojekte/<slug>/expose.pdf")
@public
def expose(slug: str) -> Response:
    """The exposé as PDF, A4, with a QR code that leads to its page."""
    day = parameters.day()
    address = letters.address(g.lang, "pilots.show", slug=slug)
    code = drawing(taking_away.qr_code(address))
    found = _expose(slug, day)
    statuses = {site.id: present.status(site, day, g.lang) for site in found["sites"]}
    page = render_template("pilots/expose.html", address=address, code=code, day=day, phases=statuses, **found)
    style = render_template("pilots/expose.css")
    made = in_type(page.replace("</head>", f"<style>{style}</style></head>", 1))
    return taking_away.file(made, "application/pdf", f"expose-{slug}.pdf")


@pilots.get("/pilotprojekte/<slug>/unterlagen/<int:document_id>")
@public
def document(slug: str, document_id: int) -> Response:
    """A public document of a project, as a file to keep."""
    return handed_out(projects_public.document(public_session(), slug, document_id))


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
        roles=PARTNER_ROLES,
        chart=_timeline([found], day),
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
