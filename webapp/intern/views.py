"""Views: the start page of a role, and the change of the town worked in."""

from urllib.parse import urlsplit

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from geo.accounts import queries
from geo.core.errors import NotFound
from webapp import parameters
from webapp.access import signed_in
from webapp.app import actor, staff_session
from webapp.auth import is_alliance, refuse_foreign_origin

intern = Blueprint("intern", __name__)


@intern.get("")
@signed_in
def overview() -> ResponseReturnValue:
    """The start page of the role."""
    return render_template("intern/overview.html", internal_active="start")


@intern.get("/gemeinde")
@signed_in
def switch_town() -> ResponseReturnValue:
    """Work in another town from now on; for the alliance, an empty value means all of them."""
    refuse_foreign_origin()
    wanted = parameters.whole("gemeinde", least=1)
    if wanted is None and is_alliance(actor()):
        session.pop("municipality_id", None)
    elif wanted in actor().municipality_ids or (is_alliance(actor()) and _exists(wanted)):
        session["municipality_id"] = wanted
    else:
        raise NotFound("Diese Gemeinde")
    return redirect(_same_part(), 303)


def _exists(municipality_id: int | None) -> bool:
    return municipality_id is not None and queries.is_municipality(staff_session(), municipality_id)


def _same_part() -> str:
    """The list of the part that the person was in: a single object of the other town would not be found."""
    came_from = urlsplit(request.referrer or "")
    pieces = came_from.path.split("/")
    if came_from.netloc == request.host and pieces[1:2] == ["intern"] and len(pieces) > 2 and g.municipality_id:
        for rule in ("leerstand", "baeume", "blicke", "pilotprojekte", "personen"):
            if pieces[2] == rule:
                return f"{request.script_root}/intern/{rule}"
    return url_for("intern.overview")
