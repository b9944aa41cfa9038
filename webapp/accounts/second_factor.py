"""Views: an authenticator app as second factor, and the recovery codes for its loss."""

import io

import pyotp
import segno
from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.accounts import queries
from geo.accounts.service import own, throttle
from geo.core.errors import Invalid, NotFound
from webapp.access import signed_in
from webapp.accounts.confirm import require_password
from webapp.accounts.tries import counted, own_network, seal
from webapp.app import actor, staff_session
from webapp.sessions import session


@signed_in
def show() -> ResponseReturnValue:
    """Whether the factor is set up, and the next step."""
    return _page({})


@signed_in
def begin() -> ResponseReturnValue:
    """Make a secret, and show it."""
    try:
        require_password()
        own.begin_totp(staff_session(), actor(), seal())
    except Invalid as refused:
        return _page(refused.fields, 422)
    return redirect(url_for("accounts.second_factor"), 303)


@signed_in
def image() -> ResponseReturnValue:
    """The secret as a QR code, while it is being set up."""
    secret = _pending_secret()
    if secret is None:
        raise NotFound("Der Code")
    drawn = io.BytesIO()
    address = pyotp.TOTP(secret).provisioning_uri(name=_own_email(), issuer_name="Innenstadtregister")
    segno.make(address, error="m").save(drawn, kind="svg", scale=5, border=4, light="#ffffff")
    return Response(drawn.getvalue(), mimetype="image/svg+xml", headers={"Cache-Control": "no-store"})


@signed_in
def confirm() -> ResponseReturnValue:
    """The first code of the app: from now on it is asked for. Shows the recovery codes once."""
    try:
        with counted(throttle.limits("totp", str(actor().account_id), own_network())):
            codes = own.confirm_totp(staff_session(), actor(), seal(), request.form.get("code", ""))
    except Invalid as refused:
        return _page(refused.fields, 422)
    session.rotate()
    return render_template("accounts/recovery_codes.html", codes=codes, internal_active="account")


@signed_in
def recovery_codes() -> ResponseReturnValue:
    """New recovery codes in place of the old ones."""
    try:
        require_password()
        codes = own.renew_recovery_codes(staff_session(), actor())
    except Invalid as refused:
        return _page(refused.fields, 422)
    return render_template("accounts/recovery_codes.html", codes=codes, internal_active="account")


@signed_in
def remove() -> ResponseReturnValue:
    """Sign in without a code again."""
    try:
        require_password()
        own.remove_totp(staff_session(), actor())
    except Invalid as refused:
        return _page(refused.fields, 422)
    session.rotate()
    flash("Der zweite Faktor ist entfernt.", "good")
    return redirect(url_for("accounts.me"), 303)


def _page(errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "accounts/second_factor.html",
        state=queries.own_account(staff_session(), actor().account_id),
        secret=_pending_secret(),
        errors=errors,
        internal_active="account",
    )
    return page, status


def _pending_secret() -> str | None:
    sealed = queries.unconfirmed_secret(staff_session(), actor().account_id)
    return None if sealed is None else seal().open(sealed)


def _own_email() -> str:
    return queries.own_account(staff_session(), actor().account_id).email
