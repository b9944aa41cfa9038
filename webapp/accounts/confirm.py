"""Some changes of the own account ask for the password again: an open desk must not be enough."""

from flask import request

from geo.accounts import passwords, queries
from geo.accounts.service import throttle
from geo.core.errors import Invalid
from webapp.accounts.tries import counted, own_network
from webapp.app import actor, register_app


def require_password(given: str | None = None) -> None:
    """Raises `Invalid` unless the form (or `given`) is the account's password. Who has none is not asked."""
    with register_app().database.staff() as database:
        stored = queries.password_hash(database, actor().account_id)
    if stored is None:
        return
    with counted(throttle.limits("confirm", str(actor().account_id), own_network())):
        if not passwords.matches(stored, request.form.get("password", "") if given is None else given):
            raise Invalid({"password": "Das ist nicht Ihr jetziges Passwort."})
