"""A founder saves a search without an account: confirms it by mail, is told of new offers, ends it by one click."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from geo.accounts.schemas import parse_email
from geo.accounts.service import throttle
from geo.core.errors import Invalid, NotFound, TooManyTries
from geo.core.parsing import Fields
from geo.vacancies.portfolio.searches import letters as mails
from geo.vacancies.portfolio.searches import service
from geo.vacancies.portfolio.searches.service import SearchInput
from webapp import letters
from webapp.access import by_link, public, public_form
from webapp.app import autonomous, public_session, register_app, request_id, staff_session
from webapp.language import N_, current, href
from webapp.public_forms import TRAP, form_key, is_trapped, minutes_to_wait, shown_again
from webapp.sessions import network
from webapp.vacancies import present
from webapp.vacancies.addresses import PUBLIC, chosen, offer_filters
from webapp.vacancies.search_words import in_words

NO_EMAIL = N_("Bitte eine gültige E-Mail-Adresse angeben.")
SUBJECTS = {
    "confirm": {"de": "Bitte bestätigen: Ihre Suche nach Räumen", "en": "Please confirm: your search for premises"},
    "begun": {"de": "Ihre Suche nach Räumen ist gespeichert", "en": "Your search for premises is saved"},
}
# Sentences from `geo`, which knows no translations.
FROM_GEO = (N_("Zu dieser E-Mail-Adresse gibt es schon viele gespeicherte Suchen. Bitte zuerst eine davon beenden."),)


@public_form
def save() -> ResponseReturnValue:
    """The form with the filters of the list it was called from; a program in the trap is told what all are told."""
    filters, values = offer_filters(), request.form.to_dict()
    if request.method == "GET":
        return _form({})
    if is_trapped():
        return redirect(href("vacancies.search_sent"), 303)
    fields = Fields(request.form)
    email = parse_email(fields)
    if email is None:
        return _form(values, {"email": NO_EMAIL}, 422)
    try:
        with autonomous() as database:
            throttle.count(database, throttle.mail_limits("search", email, network(32, 64)))
        data = SearchInput(email, filters, urlencode(chosen(PUBLIC)), current())
        token = service.keep(
            staff_session(),
            data,
            request_id=request_id(),
            form_key=form_key(),
            now=datetime.now(UTC),
        )
    except Invalid as refused:
        staff_session().rollback()
        return _form(values, refused.fields, 422)
    except TooManyTries as full:
        minutes = minutes_to_wait(full)
        sentence = _("Von hier kamen gerade zu viele Suchen. Bitte in %(num)s Minuten noch einmal senden.", num=minutes)
        return _form(values, {"": sentence}, 429)
    if token is not None:
        link = letters.address(current(), "vacancies.search_confirm", token=token)
        _send("confirm", email, current(), {"link": link})
    return redirect(href("vacancies.search_sent"), 303)


def _send(name: str, email: str, language: str, values: dict[str, Any], headers: dict[str, str] | None = None) -> None:
    template = f"vacancies/mail/{language}/search_{name}.txt"
    letters.send(email, SUBJECTS[name][language], template, values, headers)


def _form(values: dict[str, Any], errors: dict[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "vacancies/search_save.html",
        nav=present.KIND,
        wanted=in_words(offer_filters(), current(), public_session()),
        keep=chosen(PUBLIC),
        values=values,
        errors=shown_again(errors),
        trap=TRAP,
        kept_months=round(service.KEPT.days / 30),
    )
    return page, status


@public
def sent() -> str:
    """Look into your mail."""
    sentence = _(
        "Wir haben Ihnen eine E-Mail mit einem Link geschickt. Erst wenn Sie ihn bestätigen, ist die Suche gespeichert."
        " Er gilt 48 Stunden."
    )
    return _said(_("Fast geschafft"), sentence)


def _said(title: str, *sentences: str, button: str | None = None) -> str:
    return render_template(
        "vacancies/search_said.html", nav=present.KIND, title=title, sentences=sentences, button=button
    )


@by_link
def confirm(token: str) -> ResponseReturnValue:
    """The mailed link shows a button: programs that look at links in mails press none."""
    now = datetime.now(UTC)
    try:
        if request.method == "GET":
            service.by_confirmation(staff_session(), token, now)
            sentence = _("Mit der Bestätigung dürfen wir Ihnen neue Angebote zu Ihrer Suche schicken.")
            return _said(_("Suche bestätigen"), sentence, button=_("Suche speichern"))
        found, own = service.confirm(staff_session(), token, request_id=request_id(), now=now)
    except NotFound:
        return _gone()
    base = register_app().settings.url
    values = {"link": mails.end_address(base, found.language, own)}
    _send("begun", found.email, found.language, values, mails.headers(base, found.language, own))
    return redirect(href("vacancies.search_begun"), 303)


@public
def begun() -> str:
    """It is saved."""
    sentence = _(
        "Sobald etwas Neues dazu im Angebot ist, bekommen Sie eine E-Mail, höchstens eine am Tag."
        " In jeder steht ein Link, der die Suche beendet."
    )
    return _said(_("Ihre Suche ist gespeichert"), sentence)


@by_link
def end(token: str) -> ResponseReturnValue:
    """One click ends it: a mail program's own button posts here (RFC 8058), a person presses the one of this page."""
    try:
        if request.method == "GET":
            service.by_link(staff_session(), token)
            sentence = _("Danach bekommen Sie keine E-Mails mehr zu dieser Suche, und Ihre Adresse ist gelöscht.")
            return _said(_("Suche beenden"), sentence, button=_("Suche beenden"))
        service.end(staff_session(), token, request_id=request_id())
    except NotFound:
        return _gone()
    return redirect(href("vacancies.search_ended"), 303)


@public
def ended() -> str:
    """It is over."""
    return _said(_("Die Suche ist beendet"), _("Ihre Adresse und die Suche sind gelöscht."))


def _gone() -> ResponseReturnValue:
    sentence = _("Er wurde schon benutzt oder ist abgelaufen. Eine Suche, die Sie beendet haben, ist gelöscht.")
    return _said(_("Dieser Link gilt nicht mehr"), sentence), 404


READ, BOTH = ["GET"], ["GET", "POST"]
ROUTES = (
    ("/leerstand/suche", "search_save", save, BOTH),
    ("/leerstand/suche/gesendet", "search_sent", sent, READ),
    ("/leerstand/suche/bestaetigen/<token>", "search_confirm", confirm, BOTH),
    ("/leerstand/suche/gespeichert", "search_begun", begun, READ),
    ("/leerstand/suche/ende/<token>", "search_end", end, BOTH),
    ("/leerstand/suche/beendet", "search_ended", ended, READ),
)
