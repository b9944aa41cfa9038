"""Views: the start page and the legal pages."""

import re
from dataclasses import asdict
from datetime import date
from typing import Any

from flask import Blueprint, g, render_template, request
from flask_babel import gettext as _

from geo.core import clock
from geo.counts import public_counts
from geo.pilots import public as pilots
from geo.pilots.codes import PHASES
from geo.settings import Settings, missing_operator_texts
from webapp.access import public
from webapp.app import public_session, register_app

pages = Blueprint("pages", __name__)


@pages.get("/")
@public
def start() -> str:
    """What this is, and the doors to the three maps."""
    today, session = clock.today(), public_session()
    sites = pilots.sites(session, pilots.Filters(), today)
    return render_template(
        "pages/start.html", counts=asdict(public_counts(session, today)), pilot_towns=_pilot_towns(sites, today)
    )


def _pilot_towns(sites: list[pilots.Site], today: date) -> list[dict[str, Any]]:
    """The towns with a pilot site, by name, and what is going on there today."""
    prefix = request.script_root + ("/en" if g.lang == "en" else "")
    towns: dict[str, dict[str, Any]] = {}
    for site in sorted(sites, key=lambda one: str(one.municipality)):
        url = f"{prefix}/pilotprojekte/standort/{site.id}"
        town = towns.setdefault(site.municipality, {"name": site.municipality, "url": url, "projects": []})
        town["projects"].append(_phase_today(site, today))
    return list(towns.values())


def _phase_today(site: pilots.Site, today: date) -> str:
    """The project and its phase; of an open end it is only known what came last."""
    project, phase = site.in_language("project", g.lang)[0], site.phase(today)
    if phase is None:
        return str(project)
    values = {"project": project, "phase": PHASES[phase.phase][g.lang == "en"], "when": phase.when(g.lang)}
    if phase.during.upper is None:
        return str(_("%(project)s, zuletzt bekannt: %(phase)s, %(when)s", **values))
    return str(_("%(project)s: %(phase)s, %(when)s", **values))


@pages.get("/impressum")
@public
def imprint() -> str:
    """Who runs this register."""
    return _legal("imprint")


@pages.get("/datenschutz")
@public
def privacy() -> str:
    """Which data are processed, and which are not."""
    return _legal("privacy")


@pages.get("/barrierefreiheit")
@public
def accessibility() -> str:
    """The statement that the law asks for, with feedback and the enforcement body."""
    return _legal("accessibility")


@pages.get("/leichte-sprache")
@public
def easy_language() -> str:
    """What this is, in easy language."""
    return _legal("easy")


def _legal(name: str) -> str:
    settings = register_app().settings
    return render_template(
        f"pages/{name}.{g.lang}.html",
        operator=_operator(settings),
        session_idle_minutes=settings.session_idle_minutes,
        session_absolute_hours=settings.session_absolute_hours,
        site_url=settings.url,
        is_incomplete=bool(missing_operator_texts(settings)),
    )


def _operator(settings: Settings) -> dict[str, Any]:
    """The operator's own texts; None where nothing is set."""
    lines = [line.strip() for line in re.split(r"\n|\\n|;", settings.operator_address or "")]
    return {
        "name": settings.operator_name,
        "address": [line for line in lines if line],
        "mail": settings.operator_mail,
        "phone": settings.operator_phone,
        "representative": settings.operator_representative,
        "privacy_contact": settings.privacy_contact,
    }
