"""Views: a resident helps to water the trees of a visit, without account: signs up, takes days, logs with one tap."""

from datetime import UTC, date, datetime
from typing import Any

from flask import Response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from geo.accounts.service import throttle
from geo.core import clock
from geo.core.calendar_files import Entry, written
from geo.core.errors import Conflict, Invalid, NotFound, TooManyTries
from geo.core.parsing import parse_day
from geo.trees.watering import queries, service
from geo.trees.watering.model import Patron
from geo.trees.watering.need import owed
from geo.trees.watering.schemas import parse_patron
from webapp.access import by_link, public, public_form
from webapp.app import autonomous, public_session, request_id, staff_session
from webapp.errors import translated
from webapp.language import N_, current, href
from webapp.public_forms import TRAP, form_key, is_trapped, minutes_to_wait, shown_again
from webapp.sessions import network
from webapp.trees import resident_letters as letters
from webapp.trees import words

# Sentences from `geo`, which knows no translations.
FROM_GEO = (
    N_("Der Besuch"),
    N_("Dieses Gießen"),
    N_("Ohne Ihre Einwilligung können wir Sie nicht aufnehmen."),
    N_("Dieser Besuch ist zu Ende."),
    N_("An diesem Tag ist nichts zu übernehmen."),
    N_("Diesen Tag hat gerade jemand anderes übernommen."),
    N_("Heute stehen dort keine Bäume."),
)
# What was done, as it stands in the address after a form was sent.
DONE = {
    "tag": N_("Danke! Der Tag gehört Ihnen."),
    "frei": N_("Der Tag ist wieder frei."),
    "gegossen": N_("Danke! Das Gießen ist eingetragen."),
    "zurueck": N_("Der Eintrag ist zurückgenommen."),
}


@public_form
def help_water(visit_id: int) -> ResponseReturnValue:
    """Sign up as a patron of a visit."""
    if request.method == "GET":
        return _form(queries.find_visit(public_session(), visit_id), {})
    if is_trapped():
        return redirect(href("residents.help_sent"), 303)
    with autonomous() as database:
        visit = queries.find_visit(database, visit_id)
    try:
        data = parse_patron(request.form, current())
        with autonomous() as database:
            throttle.count(database, throttle.mail_limits("patron", data.email, network(32, 64)))
        now = datetime.now(UTC)
        token = service.sign_up(
            staff_session(), visit_id, data, request_id=request_id(), form_key=form_key(), now=now
        )  # fmt: skip
    except Invalid as refused:
        return _form(visit, request.form.to_dict(), refused.fields, 422)
    except TooManyTries as full:
        minutes = minutes_to_wait(full)
        sentence = _("Von hier kamen gerade zu viele Anmeldungen. Bitte in %(num)s Minuten noch einmal.", num=minutes)
        return _form(visit, request.form.to_dict(), {"": sentence}, 429)
    if token is not None:
        link = letters.address(data.language, "residents.help_confirm", token=token)
        letters.send(data.email, data.language, "patron_confirm", {"link": link, "stop": visit.stop})
    return redirect(href("residents.help_sent"), 303)


def _form(
    visit: queries.WateredVisit, values: dict[str, Any], errors: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "trees/residents/help.html",
        nav="trees",
        visit=visit,
        words=words,
        is_over=visit.last < clock.today(),
        values=values,
        errors=shown_again(errors),
        trap=TRAP,
        confirm_hours=int(service.CONFIRM_WITHIN.total_seconds() // 3600),
        kept_days=service.KEPT_AFTER_END.days,
    )
    return page, status


@public
def help_sent() -> str:
    """Look into your mail."""
    hours = int(service.CONFIRM_WITHIN.total_seconds() // 3600)
    return render_template("trees/residents/help_sent.html", nav="trees", confirm_hours=hours)


@by_link
def help_confirm(token: str) -> ResponseReturnValue:
    """The mailed link shows a button: programs that look at links in mails press none."""
    now = datetime.now(UTC)
    try:
        if request.method == "GET":
            patron = queries.by_confirmation(staff_session(), token, now)
            visit = queries.find_visit(staff_session(), patron.visit_id)
            return render_template("trees/residents/help_confirm.html", nav="trees", visit=visit)
        patron, own = service.confirm(staff_session(), token, request_id=request_id(), now=now)
        visit = queries.find_visit(staff_session(), patron.visit_id)
    except NotFound:
        return _gone()
    link = letters.address(patron.language, "residents.patron", token=own)
    letters.send(patron.email, patron.language, "patron_confirmed", {"link": link, "stop": visit.stop})
    return redirect(href("residents.patron", token=own), 303)


@by_link
def patron(token: str) -> ResponseReturnValue:
    """The patron's own page: water today, the days to come."""
    return _patron_page(token)


@by_link
def calendar(token: str) -> ResponseReturnValue:
    """The days that the patron took, for their own calendar; one that was given back is called off."""
    try:
        who = queries.by_link(staff_session(), token)
        visit = queries.find_visit(staff_session(), who.visit_id)
    except NotFound:
        return _gone()
    need = {one.day: one.due.need.litres for one in queries.rota(staff_session(), visit, visit.last)}
    made = [
        Entry(
            uid=f"giessen-{who.id}-{turn.day}",
            sequence=turn.changes,
            changed_at=turn.changed_at,
            summary=_("Gießen: %(stop)s", stop=visit.stop),
            first=turn.day,
            last=turn.day,
            location=f"{visit.stop}, {visit.municipality}",
            description=_("%(litres)s Liter", litres=need[turn.day]) if turn.day in need else "",
            url=letters.address(current(), "residents.patron", token=token),
            is_cancelled=turn.is_given_back,
        )
        for turn in queries.turn_history(staff_session(), who)
    ]
    answer = Response(written(_("Meine Gießtage"), made, language=current()), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'inline; filename="giessen.ics"'
    return answer


@by_link
def take(token: str) -> ResponseReturnValue:
    """Take a day."""
    return _act(token, "tag", lambda: service.take_day(
        staff_session(), token, _day(), request_id=request_id(), today=_today()))  # fmt: skip


@by_link
def give_back(token: str) -> ResponseReturnValue:
    """Give a day back."""
    return _act(token, "frei", lambda: service.give_back_day(
        staff_session(), token, _day(), request_id=request_id()))  # fmt: skip


@by_link
def watered(token: str) -> ResponseReturnValue:
    """One tap: watered today."""
    return _act(token, "gegossen", lambda: service.poured(
        staff_session(), token, request_id=request_id(), form_key=form_key(), now=datetime.now(UTC)))  # fmt: skip


@by_link
def take_back(token: str) -> ResponseReturnValue:
    """It was a slip."""
    raw = request.form.get("log", "")
    log_id = int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 10 else 0
    return _act(token, "zurueck", lambda: service.take_back_own(
        staff_session(), token, log_id, request_id=request_id(), today=_today()))  # fmt: skip


@by_link
def leave(token: str) -> ResponseReturnValue:
    """Go, and have everything personal deleted."""
    try:
        who = queries.by_link(staff_session(), token)
        if request.method == "GET":
            visit = queries.find_visit(staff_session(), who.visit_id)
            return render_template("trees/residents/leave.html", nav="trees", visit=visit, token=token)
        service.leave(staff_session(), token, request_id=request_id())
    except NotFound:
        return _gone()
    return redirect(href("residents.help_left"), 303)


@public
def help_left() -> str:
    """It is done."""
    return render_template("trees/residents/help_left.html", nav="trees")


def _act(token: str, done: str, write: Any) -> ResponseReturnValue:
    """Do it and show the page again, with what was done or why not."""
    try:
        queries.by_link(staff_session(), token)
    except NotFound:
        return _gone()
    try:
        write()
    except (Invalid, Conflict, NotFound) as refused:
        status = 422 if isinstance(refused, Invalid) else 404 if isinstance(refused, NotFound) else 409
        staff_session().rollback()
        return _patron_page(token, translated(str(refused)), status)
    return redirect(href("residents.patron", token=token, getan=done), 303)


def _patron_page(token: str, refusal: str | None = None, status: int = 200) -> ResponseReturnValue:
    session, today = staff_session(), _today()
    try:
        who = queries.by_link(session, token)
        visit = queries.find_visit(session, who.visit_id)
    except NotFound:
        return _gone()
    days = queries.rota(session, visit, max(today, visit.first) + queries.AHEAD)
    own = [log for log in queries.logs_of_visit(session, visit) if log.patron_id == who.id and log.day == today]
    page = render_template(
        "trees/residents/patron.html",
        nav="trees",
        messages=_messages(refusal),
        token=token,
        patron=who,
        visit=visit,
        words=words,
        today=today,
        stands=visit.first <= today <= visit.last,
        is_over=visit.last < today,
        owed=owed([one.due for one in days], today),
        now=next((one for one in reversed(days) if one.day <= today), None),
        coming=[_shown(one, who) for one in days if one.day >= today],
        own=own,
        link=letters.address(current(), "residents.patron", token=token),
    )
    return page, status


def _shown(one: queries.RotaDay, who: Patron) -> dict[str, Any]:
    state = "own" if one.patron_id == who.id else "taken" if one.patron_id is not None else "free"
    return {"day": one.day, "need": one.due.need, "is_done": one.due.is_done, "state": state}


def _messages(refusal: str | None) -> list[tuple[str, str]]:
    if refusal is not None:
        return [("bad", refusal)]
    done = DONE.get(request.args.get("getan", ""))
    return [("good", _(done))] if done else []


def _day() -> date:
    day = parse_day(request.form.get("tag", ""))
    if day is None:
        raise Invalid({"": "An diesem Tag ist nichts zu übernehmen."})
    return day


def _today() -> date:
    return clock.today()


def _gone() -> ResponseReturnValue:
    return render_template("trees/residents/link_gone.html", nav="trees"), 404
