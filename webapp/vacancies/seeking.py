"""Somebody looks for premises, without an account: asks a town, confirms by mail, sees what fits, ends it."""

from datetime import UTC, datetime
from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from geo.accounts.service import throttle
from geo.core import clock
from geo.core.codes import label
from geo.core.errors import Invalid, NotFound, TooManyTries
from geo.vacancies import offers
from geo.vacancies.codes import EQUIPMENT, OBJECT_TYPES, OFFER_KINDS
from geo.vacancies.portfolio import queries as portfolio
from geo.vacancies.portfolio.seekers import queries, service
from geo.vacancies.portfolio.seekers.codes import SEEKER_STATES
from geo.vacancies.portfolio.seekers.schemas import parse_request
from geo.vacancies.portfolio.seekers.scoring import NO, OPEN, YES
from webapp import letters, parameters
from webapp.access import by_link, public, public_form
from webapp.app import autonomous, public_session, request_id, staff_session
from webapp.language import N_, current, href
from webapp.public_forms import TRAP, form_key, is_trapped, minutes_to_wait, shown_again
from webapp.sessions import network
from webapp.vacancies import present

SUBJECTS = {
    "confirm": {"de": "Bitte bestätigen: Ihr Gesuch", "en": "Please confirm: your request for premises"},
    "begun": {"de": "Ihr Gesuch ist bei der Stadt", "en": "Your request has reached the town"},
}
# Sentences from `geo`, which knows no translations.
FROM_GEO = (
    N_("Ohne Ihre Einwilligung können wir das Gesuch nicht annehmen."),
    N_("Die größte Fläche ist kleiner als die kleinste."),
    N_("Bitte eine Zahl angeben."),
    N_("Bitte eine ganze Zahl angeben."),
    N_("Bitte ein Datum wie 01.05.2026 angeben."),
    N_("Bitte nur angebotene Werte wählen."),
)
LISTS = ("object_types", "offer_kinds", "equipment")


@public_form
def ask() -> ResponseReturnValue:
    """The form, and what was sent with it; a program in the trap is told what everybody is told."""
    if request.method == "GET":
        return _form({"gemeinde": parameters.text("gemeinde", longest=8) or ""})
    if is_trapped():
        return redirect(href("vacancies.request_sent"), 303)
    values: dict[str, Any] = {**request.form.to_dict(), **{name: request.form.getlist(name) for name in LISTS}}
    with autonomous() as database:
        ags = request.form.get("gemeinde", "").strip()
        towns = {ags: portfolio.town_of(database, ags)} if ags in dict(offers.towns(database)) else {}
    try:
        town, wish, who = parse_request(request.form, towns, current())
        with autonomous() as database:
            throttle.count(database, throttle.mail_limits("seeker", who.email or "", network(32, 64)))
    except Invalid as refused:
        return _form(values, refused.fields, 422)
    except TooManyTries as full:
        sentence = _(
            "Von hier kamen gerade zu viele Gesuche. Bitte in %(num)s Minuten noch einmal senden.",
            num=minutes_to_wait(full),
        )
        return _form(values, {"": sentence}, 429)
    token = service.send(
        staff_session(),
        town,
        wish,
        who,
        request_id=request_id(),
        form_key=form_key(),
        now=datetime.now(UTC),
    )
    if token is not None and who.email is not None:
        link = letters.address(current(), "vacancies.request_confirm", token=token)
        _send("confirm", who.email, current(), {"link": link})
    return redirect(href("vacancies.request_sent"), 303)


def _send(name: str, email: str, language: str, values: dict[str, Any]) -> None:
    template = f"vacancies/mail/{language}/request_{name}.txt"
    letters.send(email, SUBJECTS[name][language], template, values)


def _form(values: dict[str, Any], errors: dict[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    lang = current()
    page = render_template(
        "vacancies/request.html",
        nav=present.KIND,
        towns=offers.towns(public_session()),
        object_types=[(code, label(OBJECT_TYPES, code, lang)) for code in OBJECT_TYPES],
        offer_kinds=[(code, present.titled(label(OFFER_KINDS, code, lang))) for code in OFFER_KINDS],
        equipment=[(code, present.titled(label(EQUIPMENT, code, lang))) for code in EQUIPMENT],
        values=values,
        errors=shown_again(errors),
        trap=TRAP,
        kept_months=round(service.KEPT_OPEN.days / 30),
    )
    return page, status


def _said(title: str, *sentences: str, button: str | None = None) -> str:
    return render_template(
        "vacancies/search_said.html", nav=present.KIND, title=title, sentences=sentences, button=button
    )


@public
def sent() -> str:
    """Look into your mail."""
    sentence = _(
        "Wir haben Ihnen eine E-Mail mit einem Link geschickt. Erst wenn Sie ihn bestätigen, liest die Stadt Ihr"
        " Gesuch. Er gilt 48 Stunden."
    )
    return _said(_("Fast geschafft"), sentence)


@by_link
def confirm(token: str) -> ResponseReturnValue:
    """The mailed link shows a button: programs that look at links in mails press none."""
    now = datetime.now(UTC)
    try:
        if request.method == "GET":
            queries.by_confirmation(staff_session(), token, now)
            return _said(_("Gesuch bestätigen"), _("Damit geht Ihr Gesuch an die Stadt."), button=_("Bestätigen"))
        seeker, who, own = service.confirm(staff_session(), token, request_id=request_id(), now=now)
    except NotFound:
        return _gone()
    link = letters.address(who.language, "vacancies.request_own", token=own)
    if who.email is not None:
        _send("begun", who.email, who.language, {"link": link, "plan": seeker.plan})
    return redirect(href("vacancies.request_own", token=own), 303)


@by_link
def own(token: str) -> ResponseReturnValue:
    """The seeker's own page: what was asked for, and which public offers suit it, with reasons."""
    try:
        seeker, _who = queries.by_link(staff_session(), token)
    except NotFound:
        return _gone()
    lang, day = current(), clock.today()
    ags = portfolio.ags_of(public_session(), seeker.municipality_id)
    fits = queries.offers_for(public_session(), seeker, ags, day)
    return render_template(
        "vacancies/request_own.html",
        nav=present.KIND,
        seeker=seeker,
        state=label(SEEKER_STATES, seeker.state, lang),
        wish=queries.wish_in_words(seeker, lang),
        fits=[(present.offer(row, lang, {}), how, reasons(how, lang)) for row, how in fits],
        contact=portfolio.contact(public_session(), seeker.municipality_id),
        token=token,
    )


def reasons(how: Any, lang: str) -> dict[str, str]:
    """What speaks for it, against it, and what is open, each as one line."""
    return {verdict: "; ".join(one.words(lang) for one in how.of(verdict)) for verdict in (YES, NO, OPEN)}


@by_link
def end(token: str) -> ResponseReturnValue:
    """Everything goes at once; the link leads nowhere afterwards."""
    try:
        if request.method == "GET":
            queries.by_link(staff_session(), token)
            sentence = _("Ihr Gesuch und alle Angaben zu Ihrer Person werden sofort gelöscht.")
            return _said(_("Gesuch beenden"), sentence, button=_("Beenden und löschen"))
        service.withdraw(staff_session(), token, request_id=request_id())
    except NotFound:
        return _gone()
    return redirect(href("vacancies.request_ended"), 303)


@public
def ended() -> str:
    """It is done."""
    return _said(_("Das Gesuch ist gelöscht"), _("Von Ihnen ist nichts mehr gespeichert."))


def _gone() -> ResponseReturnValue:
    return _said(_("Dieser Link gilt nicht mehr"), _("Er wurde schon benutzt oder ist abgelaufen.")), 404


READ, BOTH = ["GET"], ["GET", "POST"]
ROUTES = (
    ("/leerstand/gesuch", "request_ask", ask, BOTH),
    ("/leerstand/gesuch/gesendet", "request_sent", sent, READ),
    ("/leerstand/gesuch/bestaetigen/<token>", "request_confirm", confirm, BOTH),
    ("/leerstand/gesuch/mein/<token>", "request_own", own, READ),
    ("/leerstand/gesuch/beenden/<token>", "request_end", end, BOTH),
    ("/leerstand/gesuch/geloescht", "request_ended", ended, READ),
)
