"""Views: signing in, own account, people and roles."""

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from webapp.access import sign_in_page, signed_in

accounts = Blueprint("accounts", __name__)


@accounts.get("/anmelden")
@sign_in_page
def sign_in() -> ResponseReturnValue:
    """The form to sign in."""
    return render_template("accounts/sign_in.html")


@accounts.post("/abmelden")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End this session for good."""
    session.renew(None)
    flash("Sie sind abgemeldet.", "good")
    return redirect(url_for("accounts.sign_in"), 303)
