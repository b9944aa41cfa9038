"""Views: citizens report a vacancy, or say what they miss at an offer, without an account; answered by mail."""

from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from geo.accounts.service import throttle
from geo.core import clock
from geo.core.codes import label
from geo.core.errors import Invalid, NotFound, TooManyTries
from geo.places.photos import CleanPhoto
from geo.vacancies import offers
from geo.vacancies.citizens import queries, service
from geo.vacancies.citizens.codes import KINDS, WISHES
from geo.vacancies.citizens.schemas import ReportInput, parse_idea, parse_report
from webapp import parameters
from webapp.access import by_link, public, public_form
from webapp.app import autonomous, public_session, request_id, staff_session, takes_files
from webapp.language import N_, current, href
from webapp.public_forms import FORM_BYTES, TRAP, form_key, is_trapped, minutes_to_wait, sent_photo, shown_again
from webapp.sessions import network
from webapp.vacancies import present, report_letters

citizens = Blueprint("citizens", __name__)

# Sentences from `geo`, which knows no translations.
FROM_GEO = (
    N_("Der Leerstand"),
    N_("Bitte in einem Satz beschreiben."),
    N_("Bitte sagen Sie, wo das ist: mit Ihrem Standort, auf der Karte oder als Adresse."),
    N_("Diese Stadt nimmt hier noch keine Meldungen an. Bitte wenden Sie sich an die Stadtverwaltung."),
)
HOURS = int(service.CONFIRM_WITHIN.total_seconds() // 3600)


@takes_files(FORM_BYTES)
@public_form
def report() -> ResponseReturnValue:
    """The form, and what was sent with it. A program that fell into the trap is told what everybody is told."""
    if request.method == "GET":
        return _report_form(_first_values())
    if is_trapped():
        return redirect(href("citizens.sent"), 303)
    try:
        data = parse_report(request.form, current())
        with autonomous() as database:
            town = queries.town_of(database, data)
        _count("report", data.email)
        _send(town, data, sent_photo())
    except Invalid as refused:
        return _report_form(request.form.to_dict(), refused.fields, 422)
    except TooManyTries as full:
        return _report_form(request.form.to_dict(), {"": _too_many(full)}, 429)
    return redirect(href("citizens.sent", antwort=1 if data.email else None), 303)


def _count(kind: str, email: str | None) -> None:
    """Count the try: without an address only the network and the whole are counted."""
    with autonomous() as database:
        throttle.count(database, throttle.mail_limits(kind, email or request_id(), network(32, 64)))


def _too_many(full: TooManyTries) -> str:
    return _(
        "Von hier kamen gerade zu viele Meldungen. Bitte in %(num)s Minuten noch einmal senden.",
        num=minutes_to_wait(full),
    )


def _send(town: int, data: ReportInput, photo: CleanPhoto | None) -> None:
    """Keep the photo and the report; send the link that confirms the mail address."""
    if photo is not None:
        report_letters.photo_store().keep(town, photo)
    token = service.send(
        staff_session(),
        town,
        data,
        request_id=request_id(),
        form_key=form_key(),
        photo_sha256=None if photo is None else photo.sha256,
        now=datetime.now(UTC),
    )
    if token is not None and data.email is not None:
        report_letters.ask_to_confirm(data.email, data.language, token, HOURS)


def _first_values() -> dict[str, Any]:
    """Whoever comes from an offer's or a town's page finds it filled in."""
    towns = queries.towns(public_session())
    only = towns[0].ags if len(towns) == 1 else ""
    values: dict[str, Any] = {"gemeinde": parameters.text("gemeinde", 8) or only}
    kind = parameters.text("art", 20)
    unit_id = parameters.whole("einheit", 1)
    if unit_id is not None and queries.about(public_session(), unit_id).takes_reports:
        values |= {"unit_id": unit_id, "kind": "FEHLER"}
    return values | ({"kind": kind} if kind in KINDS else {})


def _report_form(
    values: dict[str, Any], errors: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    session, lang = public_session(), current()
    towns = queries.towns(session)
    chosen = next((town for town in towns if town.ags == values.get("gemeinde")), None)
    page = render_template(
        "vacancies/reports/report.html",
        nav=present.KIND,
        towns=towns,
        choices=[(town.ags, town.name) for town in towns],
        centers={town.ags: [town.lat, town.lon] for town in towns if town.lat is not None},
        center=[chosen.lat, chosen.lon] if chosen is not None and chosen.lat is not None else None,
        kinds=[(code, label(KINDS, code, lang)) for code in KINDS],
        offer=_offer(values.get("unit_id")),
        values=values,
        errors=shown_again(errors),
        trap=TRAP,
    )
    return page, status


def _offer(unit_id: Any) -> dict[str, Any] | None:
    """The offer that a form names, as a list shows it; None for what is not public."""
    raw = str(unit_id or "")
    if not (raw.isascii() and raw.isdecimal() and len(raw) < 10):
        return None
    try:
        return present.offer(offers.get(public_session(), int(raw), clock.today()), current(), {})
    except NotFound:
        return None


@public
def sent() -> str:
    """Thank you; and look into your mail if you want an answer."""
    wants = request.args.get("antwort") == "1"
    return render_template("vacancies/reports/sent.html", nav=present.KIND, wants=wants, hours=HOURS)


@by_link
def confirm(token: str) -> ResponseReturnValue:
    """The mailed link shows a button: programs that look at links in mails press none."""
    now = datetime.now(UTC)
    try:
        if request.method == "GET":
            queries.by_confirmation(staff_session(), token, now)
            return render_template("vacancies/reports/confirm.html", nav=present.KIND, done=False)
        decided, waiting = service.confirm(staff_session(), token, request_id=request_id(), now=now)
    except NotFound:
        return render_template("vacancies/reports/link_gone.html", nav=present.KIND), 404
    if waiting is not None:
        report_letters.send_answer(decided, *waiting)
    return redirect(href("citizens.confirmed"), 303)


@public
def confirmed() -> str:
    """The address is confirmed."""
    return render_template("vacancies/reports/confirm.html", nav=present.KIND, done=True)


@public_form
def idea(unit_id: int) -> ResponseReturnValue:
    """What is missing here? At an offer, for its town; without a mail address."""
    if request.method == "GET":
        return _idea_form(unit_id, {})
    done = redirect(href("citizens.idea_sent", unit_id=unit_id), 303)
    if is_trapped():
        return done
    try:
        data = parse_idea(request.form, unit_id, current())
        with autonomous() as database:
            town = queries.town_of(database, data)
        _count("idea", None)
        _send(town, data, None)
    except Invalid as refused:
        return _idea_form(unit_id, request.form.to_dict(), refused.fields, 422)
    except TooManyTries as full:
        return _idea_form(unit_id, request.form.to_dict(), {"": _too_many(full)}, 429)
    return done


def _idea_form(
    unit_id: int, values: dict[str, Any], errors: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    session, lang, today = public_session(), current(), clock.today()
    page = render_template(
        "vacancies/reports/idea.html",
        nav=present.KIND,
        offer=present.offer(offers.get(session, unit_id, today), lang, {}),
        is_open=queries.about(session, unit_id).takes_reports,
        wishes=[(code, label(WISHES, code, lang)) for code in WISHES],
        ideas=named(queries.ideas(session, unit_id, today), lang),
        values=values,
        errors=shown_again(errors),
        trap=TRAP,
    )
    return page, status


@public
def idea_sent(unit_id: int) -> str:
    """It has come in, and the town reads it first."""
    shown = present.offer(offers.get(public_session(), unit_id, clock.today()), current(), {})
    return render_template("vacancies/reports/idea_sent.html", nav=present.KIND, offer=shown)


def report_towns() -> list[str]:
    """The keys of the towns that take reports."""
    return [town.ags for town in queries.towns(public_session())]


def told_at(unit_id: int, day: date) -> dict[str, Any]:
    """For an offer's page: what people miss there as of the day, and whether they may say so today."""
    session = public_session()
    return {
        "ideas": named(queries.ideas(session, unit_id, day), current()),
        "may_report": queries.about(session, unit_id).takes_reports,
    }


def named(ideas: list[tuple[str, int]], lang: str) -> list[tuple[str, int]]:
    """Ideas with the names of what is missed."""
    return [(label(WISHES, wish, lang), number) for wish, number in ideas]


ROUTES = (
    ("/leerstand/melden", "report", report, ["GET", "POST"]),
    ("/leerstand/melden/gesendet", "sent", sent, ["GET"]),
    ("/leerstand/melden/bestaetigen/<token>", "confirm", confirm, ["GET", "POST"]),
    ("/leerstand/melden/bestaetigt", "confirmed", confirmed, ["GET"]),
    ("/leerstand/<int:unit_id>/idee", "idea", idea, ["GET", "POST"]),
    ("/leerstand/<int:unit_id>/idee/gesendet", "idea_sent", idea_sent, ["GET"]),
)
for path, endpoint, view, methods in ROUTES:
    citizens.add_url_rule(path, endpoint, view, methods=methods)
