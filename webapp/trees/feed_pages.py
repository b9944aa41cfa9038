"""Calendars to subscribe to: public ones, and internal ones behind secret addresses that can be revoked."""

from datetime import datetime
from typing import Any

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core.access import SYSTEM, Action, may
from geo.core.calendar_files import Entry, written
from geo.core.errors import Invalid, NotFound
from geo.core.parsing import Fields
from geo.trees.queries import internal
from geo.trees.queries import public as reads
from geo.trees.visits import queries as visits
from geo.trees.visits.calendar import entries, queries, service
from geo.trees.visits.calendar.queries import Announced
from webapp import parameters
from webapp.access import by_link, needs, public
from webapp.app import actor, public_session, register_app, staff_session
from webapp.language import current, href
from webapp.trees import frame

KINDS = {"STADT": "Stadt: Besuche und Fristen", "TRUPP": "Trupp: Aufbau und Abbau"}


@public
def overview() -> str:
    """Which calendars there are."""
    session = public_session()
    return render_template(
        "trees/calendars.html",
        nav="trees",
        towns=[(name, href("calendars.town", ags=ags)) for ags, name in reads.towns(session)],
        fleets=[(name, href("calendars.fleet", fleet_id=key)) for key, name in reads.fleets(session)],
        base=register_app().settings.url,
    )


@public
def town(ags: str) -> Response:
    """The visits of a town."""
    key, name = queries.public_town(public_session(), ags)
    return _public(name, municipality_id=key)


@public
def stop(stop_id: int) -> Response:
    """The visits of a stop."""
    return _public(queries.public_stop(public_session(), stop_id), stop_id=stop_id)


@public
def fleet(fleet_id: int) -> Response:
    """The visits of a fleet."""
    return _public(queries.public_fleet(public_session(), fleet_id), fleet_id=fleet_id)


@by_link
def secret(token: str) -> Response:
    """An internal calendar. What leads nowhere any more looks like what never led anywhere."""
    session, day = staff_session(), parameters.day()
    address = queries.by_secret(session, token)
    if address.kind == "TRUPP":
        found = queries.announced(session, day, fleet_id=address.fleet_id)
        carried = queries.carried(session, [one.visit_id for one in found])
        made = list(entries.crew_entries(found, carried, _page))
    else:
        found = queries.announced(session, day, municipality_id=address.municipality_id)
        coming = {one.id: one for one in visits.coming(session, SYSTEM, address.municipality_id, day)}
        watering = queries.turns(session, day, address.municipality_id or 0)
        told = queries.told_duties(session, address.municipality_id or 0)
        made = [
            *entries.public_entries(found, _page),
            *entries.duty_entries(found, coming, told, day, _page),
            *entries.turn_entries(watering),
        ]
    return _file(address.label, made)


@needs(Action.FEED_EDIT)
def addresses() -> ResponseReturnValue:
    """The internal calendars of the town (without one: of the alliance), and a form for a new one."""
    if request.method == "GET":
        return _addresses()
    fields = Fields(request.form)
    label, chosen = fields.text("label", required=True, longest=service.LONGEST_LABEL), request.form.get("of", "")
    fleet_id = int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 10 else None
    try:
        fields.check()
        made, token = service.make_address(staff_session(), actor(), g.municipality_id, label or "", fleet_id)
    except (Invalid, NotFound) as refused:
        errors = refused.fields if isinstance(refused, Invalid) else {"of": str(refused)}
        return _addresses(values=request.form.to_dict(), errors=errors, status=422)
    path = url_for("calendars.secret", token=token)
    return _addresses(made=made.label, address=register_app().settings.url + path)


@needs(Action.FEED_EDIT)
def revoke(address_id: int) -> ResponseReturnValue:
    """Let an address lead nowhere any more."""
    gone = service.revoke_address(staff_session(), actor(), g.municipality_id, address_id, frame.version())
    flash(f"Die Adresse „{gone.label}“ führt nicht mehr zum Kalender.", "good")
    return redirect(url_for("visits_intern.addresses"), 303)


def _addresses(status: int = 200, **values: Any) -> ResponseReturnValue:
    session, municipality_id = staff_session(), g.municipality_id
    fleets = [
        one
        for one in internal.fleets(session, municipality_id)
        if one.municipality_id == municipality_id and may(actor(), Action.FEED_EDIT, one.municipality_id)
    ]
    choices = [("", "die ganze Stadt: Besuche und Fristen")] if municipality_id is not None else []
    return frame.page(
        "visits/addresses",
        status,
        choices=[*choices, *((one.id, f"den Trupp der „{one.name}“: Aufbau und Abbau") for one in fleets)],
        known=queries.addresses(session, actor(), municipality_id),
        kinds=KINDS,
        values=values.pop("values", {}),
        errors=values.pop("errors", {}),
        **{"made": None, "address": None} | values,
    )


def _public(name: str, **of: int) -> Response:
    lang = current()
    found = queries.announced(public_session(), parameters.day(), **of)
    title = f"Wanderbäume {name}" if lang == "de" else f"Mobile trees {name}"
    answer = _file(title, list(entries.public_entries(found, _page, lang)), lang)
    answer.headers["Cache-Control"] = "public, max-age=900"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _file(name: str, made: list[Entry], lang: str = "de") -> Response:
    answer = Response(written(name, made, language=lang), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'inline; filename="wanderbaeume.ics"'
    newest = max((one.changed_at for one in made), default=None)
    if isinstance(newest, datetime):
        answer.last_modified = newest
    return answer


def _page(one: Announced) -> str:
    return register_app().settings.url + href("trees.show", stop_id=one.stop_id)
