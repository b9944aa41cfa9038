"""Calendars of meetings behind secret addresses: a person's own, and a group's to be passed on."""

from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.alliance import queries as alliance
from geo.alliance.codes import FEED_KINDS
from geo.alliance.meetings import queries, service
from geo.alliance.meetings.entries import meeting_entries
from geo.core.access import Action, may
from geo.core.calendar_files import written
from geo.core.errors import Invalid
from geo.core.parsing import Fields
from webapp import parameters
from webapp.access import by_link, needs
from webapp.alliance import frame
from webapp.app import actor, register_app, staff_session

ALL = "Allianz und alle Arbeitsgruppen"


def _names() -> dict[int | None, str]:
    return {None: ALL} | {one.id: f"Allianz und {one.name}" for one in alliance.groups(staff_session())}


@needs(Action.ALLIANCE_FEED)
def feeds() -> ResponseReturnValue:
    """The calendars of the person (and, for the office, of the groups), and a form for a new address."""
    if request.method == "GET":
        return _page()
    fields = Fields(request.form)
    group_id = fields.whole("working_group_id", most=2_000_000_000)
    if group_id is not None and group_id not in _names():
        fields.fail("working_group_id", "Bitte einen der angebotenen Werte wählen.")
    try:
        fields.check()
        made, token = service.make_feed(
            staff_session(), actor(), frame.town(), group_id, to_pass_on=fields.flag("to_pass_on")
        )
    except Invalid as refused:
        return _page(422, values=request.form.to_dict(), errors=refused.fields)
    path = url_for("alliance_feeds.secret", token=token)
    return _page(made=_names()[made.working_group_id], address=register_app().settings.url + path)


def _page(status: int = 200, **values: Any) -> ResponseReturnValue:
    names = _names()
    known = [
        {
            "id": one.id,
            "label": names.get(one.working_group_id, ALL),
            "kind": one.kind,
            "created_at": one.created_at,
            "revoked_at": one.revoked_at,
            "version": one.version,
        }
        for one in queries.feeds(staff_session(), actor())
    ]
    groups = [(key, name) for key, name in names.items() if key is not None]
    blank: dict[str, Any] = {"values": {}, "errors": {}, "made": None, "address": None}
    return frame.page(
        "feeds",
        status,
        known=known,
        all_of_them=ALL,
        groups=groups,
        feed_kinds={code: texts[0] for code, texts in FEED_KINDS.items()},
        may_pass_on=may(actor(), Action.ALLIANCE_EDIT),
        **blank | values,
    )


@needs(Action.ALLIANCE_FEED)
def revoke(feed_id: int) -> ResponseReturnValue:
    """Let an address lead nowhere any more."""
    service.revoke_feed(staff_session(), actor(), frame.town(), feed_id, frame.version())
    flash("Die Adresse führt nicht mehr zum Kalender.", "good")
    return redirect(url_for("alliance_intern.feeds"), 303)


@by_link
def secret(token: str) -> Response:
    """The calendar. What leads nowhere any more looks like what never led anywhere."""
    session = staff_session()
    feed = queries.feed_of(session, token)
    found = queries.announced(session, parameters.day(), feed.working_group_id)
    base = register_app().settings.url
    made = list(meeting_entries(found, lambda one: base + url_for("alliance_intern.meeting", meeting_id=one.id)))
    answer = Response(written("Allianz Innenstädte mit Zukunft", made), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'inline; filename="allianz.ics"'
    answer.headers["Cache-Control"] = "private, max-age=900"
    newest = max((one.changed_at for one in made), default=None)
    if newest is not None:
        answer.last_modified = newest
    return answer
