"""Views: the start page of a role, and the change of the town worked in."""

from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from geo import overview as reads
from geo.accounts import queries
from geo.calls.waiting import waiting
from geo.core import clock
from geo.core.access import ROLE_LABELS, Action, may
from geo.core.errors import NotFound
from geo.vacancies.cases import listing as cases
from webapp import parameters
from webapp.access import signed_in
from webapp.app import actor, staff_session
from webapp.auth import is_alliance, may_open, refuse_foreign_origin
from webapp.intern.navigation import part_of
from webapp.intern.words import done

intern = Blueprint("intern", __name__)
RECENT = 8


@intern.get("")
@signed_in
def overview() -> ResponseReturnValue:
    """What is there, what waits to be done, and what was done last: for the town, or over all towns."""
    database, town, day = staff_session(), g.municipality_id, clock.today()
    sees_units = town is not None and may(actor(), Action.VACANCY_VIEW, town)
    return render_template(
        "intern/overview.html",
        internal_active="start",
        roles=_roles(),
        town_name=dict(g.towns).get(town),
        day=day,
        stock=reads.vacancy_figures(database, town, day) if sees_units else None,
        work=cases.figures(database, town, actor().account_id, day) if sees_units and town is not None else None,
        figures=reads.object_figures(database, town, day),
        towns_table=reads.by_town(database, day) if town is None and may(actor(), Action.PILOT_VIEW) else [],
        calls=waiting(database, actor(), town, datetime.now(UTC)),
        waiting=queries.waiting_invitations(database, town) if _may(Action.PEOPLE_VIEW) else 0,
        recent=[_line(change) for change in _recent(town)] if _may(Action.HISTORY_VIEW) else [],
        can={str(action): _may(action) for action in Action},
        has=_has_page,
    )


def _may(action: Action) -> bool:
    return may(actor(), action, g.municipality_id)


def _has_page(endpoint: str) -> bool:
    return endpoint in current_app.view_functions


def _roles() -> list[str]:
    """The person's roles here, in words."""
    here = actor().role_in(g.municipality_id)
    held = [here] if here else []
    return [ROLE_LABELS[role] for role in [*held, *sorted(actor().alliance_roles)]]


OBJECT_PAGES = {
    "vacancies": ("vacancies_intern.show", "unit_id"),
    "trees": ("trees_intern.show", "stop_id"),
    "viewpoints": ("viewpoints_intern.show", "viewpoint_id"),
    "pilots": ("pilots_intern.show", "site_id"),
}


# What somebody must be allowed to see for a change of it to be told.
SEEN_BY = {
    "vacancies": Action.VACANCY_VIEW,
    "vacancy": Action.VACANCY_VIEW,
    "photo": Action.VACANCY_VIEW,
    "survey": Action.VACANCY_VIEW,
    "zone": Action.VACANCY_VIEW,
    "trees": Action.TREE_VIEW,
    "viewpoints": Action.VIEWPOINT_VIEW,
    "pilots": Action.PILOT_VIEW,
    "people": Action.PEOPLE_VIEW,
}


def _recent(town: int | None) -> list[reads.RecentChange]:
    """The newest changes of what this person may see here."""
    found = reads.recent_changes(staff_session(), town, limit=60)
    told = [change for change in found if _is_told(change)]
    steps = groupby(told, key=lambda change: (change.action, change.actor, change.part, change.object_id))
    return [next(same) for _, same in steps][:RECENT]  # steps of the same work are one line


def _is_told(change: reads.RecentChange) -> bool:
    subjects = (change.part, change.action.split(".")[0])
    return all(_may(SEEN_BY[subject]) for subject in subjects if subject in SEEN_BY)


def _line(change: reads.RecentChange) -> dict[str, object]:
    """A change as one line, with a link to its object where there is a page for it."""
    endpoint, key = OBJECT_PAGES.get(change.part or "", ("", ""))
    values: dict[str, Any] = {key: change.object_id}
    url = url_for(endpoint, **values) if _has_page(endpoint) else None
    if change.action == Action.VACANCY_IMPORT and _may(Action.VACANCY_IMPORT):
        url = url_for("vacancies_intern.imports")
    return {"at": change.at, "who": change.actor, "what": done(change.action), "name": change.object_name, "url": url}


@intern.get("/gemeinde")
@signed_in
def switch_town() -> ResponseReturnValue:
    """Work in another town from now on; for the alliance, an empty value means all of them, and no value asks."""
    if "gemeinde" not in request.args and is_alliance(actor()):
        return render_template("intern/towns.html", every_town=queries.all_towns(staff_session()))
    refuse_foreign_origin()
    wanted = parameters.whole("gemeinde", least=1)
    if wanted is None and is_alliance(actor()):
        session.pop("municipality_id", None)
    elif wanted in actor().municipality_ids or (is_alliance(actor()) and _exists(wanted)):
        session["municipality_id"] = wanted
    else:
        raise NotFound("Diese Gemeinde")
    return redirect(_same_part(wanted), 303)


def _exists(municipality_id: int | None) -> bool:
    return municipality_id is not None and queries.is_municipality(staff_session(), municipality_id)


def _same_part(town: int | None) -> str:
    """The first page of the part that the person was in: a single object of the other town would not be found."""
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc != request.host:
        return url_for("intern.overview")
    return part_of(came_from.path, lambda action: may_open(actor(), action, town)) or url_for("intern.overview")
