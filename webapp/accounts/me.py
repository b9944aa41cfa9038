"""Views: the own account: name and language, password, sessions."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.accounts import queries
from geo.accounts.schemas import parse_name, parse_new_password
from geo.accounts.service import own
from geo.accounts.service import sessions as rows
from geo.core.errors import Invalid, NotFound
from geo.core.parsing import Fields
from webapp.access import signed_in
from webapp.accounts import letters
from webapp.accounts.confirm import require_password
from webapp.accounts.passkeys import passkeys_possible
from webapp.app import actor, staff_session
from webapp.sessions import session


@signed_in
def overview() -> ResponseReturnValue:
    """The own account on one page; the form changes name and language."""
    if request.method == "GET":
        return _page({})
    try:
        name, locale = parse_name(request.form)
        own.rename(staff_session(), actor(), name, locale, Fields(request.form).version())
    except Invalid as refused:
        return _page(refused.fields, 422)
    flash("Gespeichert.", "good")
    return redirect(url_for("accounts.me"), 303)


def _page(errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    state = queries.own_account(staff_session(), actor().account_id)
    stored = {"name": state.name, "locale": state.locale, "version": state.version}
    page = render_template(
        "accounts/me.html",
        state=state,
        values={**stored, **request.form.to_dict()},
        errors=errors,
        sessions=queries.sessions_of(staff_session(), state.id),
        current_session=session.id,
        passkeys=queries.passkeys_of(staff_session(), state.id),
        passkeys_possible=passkeys_possible(),
        internal_active="account",
    )
    return page, status


@signed_in
def password() -> ResponseReturnValue:
    """A new password; ends every other session of the account and gives this one a new token."""
    state = queries.own_account(staff_session(), actor().account_id)
    if request.method == "GET":
        return _password_form(state, {})
    try:
        require_password()
        new = parse_new_password(request.form, email=state.email, name=state.name)
        own.set_password(staff_session(), actor(), state.id, new, but_session=session.id)
    except Invalid as refused:
        return _password_form(state, refused.fields, 422)
    session.rotate()
    letters.password_changed(state.email, state.locale)
    flash("Das Passwort ist geändert. Alle anderen Anmeldungen sind beendet.", "good")
    return redirect(url_for("accounts.me"), 303)


def _password_form(state: queries.OwnAccount, errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    return render_template("accounts/password.html", state=state, errors=errors, internal_active="account"), status


def own_id() -> int:
    """The account of whoever is signed in."""
    return queries.own_account(staff_session(), actor().account_id).id


@signed_in
def end_session(session_id: int) -> ResponseReturnValue:
    """End one of the own sessions, on whatever device it is."""
    if not rows.close_one(staff_session(), own_id(), session_id):
        raise NotFound("Diese Anmeldung")
    flash("Die Anmeldung ist beendet.", "good")
    return redirect(url_for("accounts.me", _anchor="anmeldungen"), 303)


@signed_in
def end_other_sessions() -> ResponseReturnValue:
    """End every own session but this one."""
    ended = rows.close_all(staff_session(), own_id(), but=session.id)
    flash(f"{ended} andere Anmeldungen sind beendet." if ended != 1 else "Die andere Anmeldung ist beendet.", "good")
    return redirect(url_for("accounts.me", _anchor="anmeldungen"), 303)
