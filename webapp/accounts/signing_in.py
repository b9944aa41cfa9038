"""Views: in with a password and perhaps a code, and out."""

import time

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.accounts import passwords
from geo.accounts.schemas import normal_email
from geo.accounts.service import signin, throttle
from geo.core.errors import Invalid, TooManyTries
from webapp.access import sign_in_page, signed_in
from webapp.accounts import devices
from webapp.accounts.tries import counted, own_network, seal
from webapp.app import actor, register_app, request_id, staff_session
from webapp.auth import local_path
from webapp.sessions import session

WRONG = "E-Mail-Adresse oder Passwort stimmt nicht."
WRONG_CODE = "Dieser Code stimmt nicht oder wurde schon benutzt."
NOT_YOU = (
    "Wenn diese Versuche nicht von Ihnen kamen, ist Ihr Konto trotzdem sicher: Wer das Passwort nicht kennt,"
    " kommt nicht hinein. Auf Geräten, auf denen Sie sich schon angemeldet haben, geht es weiter."
)
_PENDING_S = 600


@sign_in_page
def sign_in() -> ResponseReturnValue:
    """The form to sign in, and its answer."""
    if actor().account_id is not None and request.method == "GET":
        return redirect(_onward())
    if request.method == "GET":
        return _form()
    email, password = normal_email(request.form.get("email", "")), request.form.get("password", "")
    limits = throttle.limits("sign_in", email, own_network(), known_device=devices.known_device(email))
    try:
        with counted(limits):
            known = _check(email, password)
    except TooManyTries as refused:
        return _form({"": f"{refused} {NOT_YOU}"}, 429, refused.retry_after_s)
    except Invalid as refused:
        return _form(refused.fields, 422)
    signin.renew_hash(staff_session(), known, password, request_id())
    if known.has_totp:
        session.renew(None)
        session["pending"] = {"account": known.account_id, "email": email, "at": time.time()}
        return redirect(url_for("accounts.sign_in_code", weiter=_wanted()), 303)
    return signed_in_as(known.account_id, email)


def _check(email: str, password: str) -> signin.Known:
    """The account, if the password is right; the same answer after the same time in every other case."""
    with register_app().database.staff() as database:
        known = signin.find_known(database, email)
    right = passwords.matches(known.password_hash if known else None, password)
    if known is None or not right:
        raise Invalid({"": WRONG})
    return known


@sign_in_page
def code() -> ResponseReturnValue:
    """The second step, for whoever has an authenticator app."""
    pending = session.get("pending") or {}
    if not pending or time.time() - pending["at"] > _PENDING_S:
        flash("Bitte melden Sie sich noch einmal an.", "info")
        return redirect(url_for("accounts.sign_in", weiter=_wanted()), 303)
    if request.method == "GET":
        return render_template("accounts/sign_in_code.html", errors={}, weiter=_wanted())
    account_id, email = pending["account"], pending["email"]
    try:
        with counted(throttle.limits("totp", str(account_id), own_network())):
            if not signin.check_code(staff_session(), account_id, request.form.get("code", ""), seal(), request_id()):
                raise Invalid({"code": WRONG_CODE})
    except TooManyTries as refused:
        return _code_form({"": str(refused)}, 429, refused.retry_after_s)
    except Invalid as refused:
        return _code_form(refused.fields, 422)
    return signed_in_as(account_id, email)


def signed_in_as(account_id: int, email: str) -> Response:
    """The answer that signs somebody in: a new session under a new token, and on to where they wanted to go."""
    session.renew(account_id)
    response = make_response(redirect(_onward(), 303))
    devices.remember(response, email)
    return response


@signed_in
def sign_out() -> ResponseReturnValue:
    """End this session for good."""
    session.renew(None)
    flash("Sie sind abgemeldet.", "good")
    return redirect(url_for("accounts.sign_in"), 303)


def _wanted() -> str | None:
    return local_path(request.values.get("weiter"))


def _onward() -> str:
    return _wanted() or url_for("intern.overview")


def _form(errors: dict[str, str] | None = None, status: int = 200, retry_after_s: int | None = None) -> Response:
    page = render_template(
        "accounts/sign_in.html",
        errors=errors or {},
        values={"email": request.form.get("email", "")[:254]},
        weiter=_wanted(),
        oidc_name=register_app().settings.oidc_name if register_app().settings.oidc_issuer else None,
    )
    return _answer(page, status, retry_after_s)


def _code_form(errors: dict[str, str], status: int, retry_after_s: int | None = None) -> Response:
    return _answer(
        render_template("accounts/sign_in_code.html", errors=errors, weiter=_wanted()), status, retry_after_s
    )


def _answer(page: str, status: int, retry_after_s: int | None) -> Response:
    response = make_response(page, status)
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    return response
