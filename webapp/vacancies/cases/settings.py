"""What a town sets for its cases, and the calendars of follow-ups."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action
from geo.core.calendar_files import written
from geo.core.errors import Conflict, Invalid
from geo.core.parsing import Fields
from geo.vacancies.cases import calendar, queries, service
from geo.vacancies.cases.schemas import parse_limits
from geo.vacancies.cases.types import Thresholds
from webapp import parameters
from webapp.access import by_link, needs
from webapp.app import actor, register_app, staff_session
from webapp.vacancies.cases import present
from webapp.vacancies.forms import refusal, town, version

LABELS = {
    "turnover_months": "Fluktuation bis",
    "structural_months": "Strukturell ab mehr als",
    "failed_rounds": "oder nach erfolglosen Vermarktungen",
}
FEED_LABELS = {"label": "Name des Kalenders", "responsible_id": "Wessen Termine"}


@needs(Action.TOWN_EDIT)
def settings() -> ResponseReturnValue:
    """The thresholds of the types of vacancy."""
    session, here = staff_session(), town()
    errors: dict[str, str] = {}
    status, limits = 200, queries.limits(session, here)
    values: dict[str, Any] = vars(limits)
    if request.method == "POST":
        values = request.form.to_dict()
        try:
            service.set_limits(session, actor(), here, version(), parse_limits(request.form))
            flash("Gespeichert. Die Leerstandstypen gelten ab sofort nach diesen Schwellen.", "good")
            return redirect(url_for("cases_intern.settings"), 303)
        except Invalid as error:
            errors, status = refusal(error)["errors"], 422
        except Conflict as error:
            session.rollback()
            limits = queries.limits(session, here)
            now = (
                f"{limits.turnover_months} und {limits.structural_months} Monate, {limits.failed_rounds} Vermarktungen"
            )
            errors, status = {"": f"{error} Jetzt gilt: {now}. Ihre Eingaben stehen noch im Formular."}, 409
    page = render_template(
        "vacancies/cases/settings.html",
        internal_active=present.KIND,
        values={**values, "version": limits.version},
        errors=errors,
        labels=LABELS,
        default=Thresholds(),
    )
    return page, status


@needs(Action.CASE_EDIT)
def feeds() -> ResponseReturnValue:
    """The calendars of follow-ups, and a form for a new address."""
    here = town()
    if request.method == "GET":
        return _feeds(here)
    fields = Fields(request.form)
    label = fields.text("label", required=True, longest=service.LONGEST_LABEL)
    who = fields.whole("responsible_id", least=1, most=2**31 - 1)
    try:
        fields.check()
        made, token = service.make_feed(staff_session(), actor(), here, label or "", who)
    except Invalid as error:
        return _feeds(here, 422, values=request.form.to_dict(), errors=refusal(error)["errors"])
    address = register_app().settings.url + url_for("case_feeds.secret", token=token)
    return _feeds(here, made=made.label, address=address)


def _feeds(here: int, status: int = 200, **values: Any) -> ResponseReturnValue:
    people = queries.people(staff_session(), here)
    mine = actor().account_id if actor().account_id in dict(people) else None
    blank: dict[str, Any] = {
        "values": {"responsible_id": mine, "label": "Meine Wiedervorlagen"},
        "errors": {},
        "made": None,
        "address": None,
    }
    page = render_template(
        "vacancies/cases/feeds.html",
        internal_active=present.KIND,
        known=queries.feeds(staff_session(), here),
        people=people,
        today=clock.today(),
        labels=FEED_LABELS,
        **blank | values,
    )
    return page, status


@needs(Action.CASE_EDIT)
def revoke(feed_id: int) -> ResponseReturnValue:
    """Let a calendar's address lead nowhere any more."""
    gone = service.revoke_feed(staff_session(), actor(), feed_id, version())
    flash(f"Die Adresse „{gone.label}“ führt nicht mehr zum Kalender.", "good")
    return redirect(url_for("cases_intern.feeds"), 303)


@by_link
def secret(token: str) -> Response:
    """The calendar of follow-ups. What leads nowhere any more looks like what never led anywhere."""
    session, day = staff_session(), parameters.day()
    feed = queries.feed_of(session, token)
    base = f"{register_app().settings.url}/intern/faelle/"
    made = calendar.entries(session, feed.municipality_id, feed.responsible_id, day, base)
    answer = Response(written(feed.label, made), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'inline; filename="wiedervorlagen.ics"'
    newest = max((one.changed_at for one in made), default=None)
    if newest is not None:
        answer.last_modified = newest
    return answer


case_feeds = Blueprint("case_feeds", __name__)
case_feeds.add_url_rule("/faelle/kalender/<token>.ics", "secret", secret, methods=["GET"])
