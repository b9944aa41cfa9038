"""Views: whoever lost the link to their application or to their watering days has it sent once more."""

from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from geo.accounts.schemas import parse_email
from geo.accounts.service import throttle
from geo.core.errors import TooManyTries
from geo.core.parsing import Fields
from geo.trees.applications import queries
from geo.trees.applications import service as applications
from geo.trees.watering import queries as watering
from geo.trees.watering import service as patrons
from webapp.access import public, public_form
from webapp.app import autonomous, request_id, staff_session
from webapp.language import current, href
from webapp.public_forms import TRAP, is_trapped, minutes_to_wait, shown_again
from webapp.sessions import network
from webapp.trees import resident_letters as letters


@public_form
def again() -> ResponseReturnValue:
    """Ask for the links by mail. The answer is the same whether or not anything is known of the address."""
    if request.method == "GET":
        return _form({})
    if is_trapped():
        return redirect(href("residents.again_sent"), 303)
    fields = Fields(request.form)
    email = parse_email(fields)
    if email is None or fields.errors:
        return _form({"email": _("Bitte eine gültige E-Mail-Adresse angeben.")}, 422)
    try:
        with autonomous() as database:
            throttle.count(database, throttle.mail_limits("link", email, network(32, 64)))
    except TooManyTries as full:
        minutes = minutes_to_wait(full)
        return _form({"": _("Zu viele Versuche. Bitte in %(num)s Minuten noch einmal.", num=minutes)}, 429)
    if found := _links(email):
        letters.send(email, current(), "links_again", {"links": found})
    return redirect(href("residents.again_sent"), 303)


def _links(email: str) -> list[tuple[str, str]]:
    """What each link is for, and the link."""
    session, found = staff_session(), []
    with autonomous() as database:
        towns = queries.towns_with_trees(database)
    for town in towns:
        for street, token in applications.link_again(session, town, email, request_id=request_id()):
            what = _("Antrag: %(street)s", street=street) if street else _("Antrag auf Wanderbäume")
            found.append((what, _address("application", token)))
        for visit_id, token in patrons.link_again(session, town, email, request_id=request_id()):
            stop = watering.find_visit(session, visit_id).stop
            found.append((_("Gießen: %(stop)s", stop=stop), _address("patron", token)))
    return found


def _address(endpoint: str, token: str) -> str:
    return letters.address(current(), f"residents.{endpoint}", token=token)


def _form(errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    values: dict[str, Any] = request.form.to_dict()
    page = render_template(
        "trees/residents/again.html", nav="trees", values=values, errors=shown_again(errors), trap=TRAP, lang=current()
    )
    return page, status


@public
def again_sent() -> str:
    """Look into your mail."""
    return render_template("trees/residents/again_sent.html", nav="trees")
