"""Views: a forgotten password, and the page that a mailed link opens."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.accounts.schemas import normal_email, parse_new_password
from geo.accounts.service import links, signin, throttle
from geo.core.errors import Invalid, NotFound
from webapp.access import sign_in_page
from webapp.accounts import letters
from webapp.accounts.tries import own_network
from webapp.app import autonomous, request_id, staff_session


@sign_in_page
def forgot() -> ResponseReturnValue:
    """Ask for a link by mail. The answer is the same whether or not the address has an account."""
    if request.method == "GET":
        return render_template("accounts/forgot.html", errors={}, values={})
    email = normal_email(request.form.get("email", ""))
    if "@" not in email:
        errors = {"email": "Bitte eine E-Mail-Adresse wie name@stadt.de angeben."}
        return render_template("accounts/forgot.html", errors=errors, values={"email": email}), 422
    with autonomous() as database:
        throttle.count(database, throttle.mail_limits("reset", email, own_network()))
        known = signin.find_known(database, email)
        token = links.create(database, known.account_id, "password") if known else None
    if known and token:
        letters.new_password(email, known.locale, token)
    return render_template("accounts/forgot_sent.html", email=email)


@sign_in_page
def new_password(token: str) -> ResponseReturnValue:
    """Set a password with a link from a mail; the link works once."""
    try:
        account = links.account_of(staff_session(), token[:100])
        if request.method == "GET":
            return render_template("accounts/new_password.html", account=account, errors={})
        password = parse_new_password(request.form, email=account.email, name=account.name)
        links.redeem(staff_session(), token, password, request_id())
    except NotFound:
        return render_template("accounts/link_used.html"), 404
    except Invalid as refused:
        return render_template("accounts/new_password.html", account=account, errors=refused.fields), 422
    letters.password_changed(account.email, account.locale)
    flash("Das Passwort ist gespeichert. Bitte melden Sie sich damit an.", "good")
    return redirect(url_for("accounts.sign_in"), 303)
