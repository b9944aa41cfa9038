"""Views: signing in with a town's own accounts (OpenID Connect), where the settings name such a service.

Authorization code with PKCE, state and nonce, all by Authlib. The service says who somebody is; which account that is,
and what it may do, is decided here: nobody gets an account by signing in.
"""

from collections.abc import Mapping
from typing import Any

import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import current_app, flash, make_response, redirect, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from joserfc.errors import JoseError
from requests import RequestException

from geo.accounts import queries
from geo.accounts.service import signin
from geo.core.errors import NotFound
from webapp.access import sign_in_page
from webapp.accounts import devices
from webapp.app import autonomous, register_app, request_id, staff_session
from webapp.sessions import session

log = structlog.get_logger("webapp.oidc")

NO_ACCOUNT = (
    "Zu dieser Anmeldung gibt es hier kein Konto. Bitte lassen Sie sich von der Leitung Ihrer Gemeinde einladen,"
    " und zwar mit der E-Mail-Adresse, die dort hinterlegt ist."
)
FAILED = "Die Anmeldung mit dem Konto der Stadt hat nicht geklappt. Bitte noch einmal versuchen."
_TIMEOUT_S = 5


def init(state: BlueprintSetupState) -> None:
    """Make the client of the service that the settings name."""
    settings = state.app.settings  # type: ignore[attr-defined]  # create_app makes a RegisterApp
    if not settings.oidc_issuer:
        return
    OAuth(state.app).register(
        "town",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "default_timeout": _TIMEOUT_S,
        },
    )


def _client() -> Any:
    known = current_app.extensions.get("authlib.integrations.flask_client")
    if known is None:
        raise NotFound("Eine Anmeldung mit einem anderen Konto")
    return known.create_client("town")


@sign_in_page
def start() -> ResponseReturnValue:
    """On to the service's own page."""
    client = _client()
    back = f"{register_app().settings.url}{url_for('accounts.oidc_return')}"
    try:
        return client.authorize_redirect(back)
    except (AuthlibBaseError, RequestException, RuntimeError, ValueError) as problem:
        return _refused(problem)


@sign_in_page
def come_back() -> ResponseReturnValue:
    """Back from the service with a code: exchange it, and sign in whoever it stands for."""
    client = _client()
    issuer = str(register_app().settings.oidc_issuer)
    try:
        token = client.authorize_access_token(claims_options={"iss": {"essential": True, "values": [issuer]}})
        identity = _identity(issuer, token["userinfo"])
    except (AuthlibBaseError, JoseError, RequestException, RuntimeError, ValueError, KeyError, TypeError) as problem:
        return _refused(problem)
    with autonomous() as database:  # a request with GET keeps nothing otherwise
        account_id = signin.account_of_identity(database, identity, request_id())
    if account_id is None:
        flash(NO_ACCOUNT, "warn")
        return redirect(url_for("accounts.sign_in"))
    session.renew(account_id)
    response = make_response(redirect(url_for("intern.overview")))
    devices.remember(response, queries.own_account(staff_session(), account_id).email)
    return response


def _identity(issuer: str, claims: Mapping[str, Any]) -> signin.Identity:
    """What the service says of the person; text where text belongs. Raises `ValueError`."""
    subject, email = claims["sub"], claims.get("email")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise ValueError("sub")
    usable = isinstance(email, str) and email.isprintable() and len(email) <= 320
    return signin.Identity(issuer, subject, email if usable else None, claims.get("email_verified") is True)


def _refused(problem: Exception) -> ResponseReturnValue:
    """The log names the kind of the problem only: its text may hold what the service said of a person."""
    log.warning("oidc refused", kind=type(problem).__name__, id=request_id())
    flash(FAILED, "bad")
    return redirect(url_for("accounts.sign_in"))
