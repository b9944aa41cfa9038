"""A browser that has signed in to an account before carries a mark, so that a stranger's tries do not lock it out.

The mark opens nothing: it only chooses which count of tries applies. It goes to the sign-in page alone.
"""

import secrets

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from webapp.app import register_app

COOKIE = "bekannt"
_DAYS_S = 180 * 24 * 3600


def _marks() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(register_app().settings.secret_key), salt="known-device")


def known_device(email: str) -> str | None:
    """The mark's own number, if this browser has signed in to the account with this address before."""
    try:
        values = _marks().loads(request.cookies.get(COOKIE, ""), max_age=_DAYS_S)
    except BadSignature:
        return None
    known = values.get(email) if isinstance(values, dict) else None
    return known if isinstance(known, str) else None


def remember(response: Response, email: str) -> None:
    """Mark this browser as known to the account."""
    response.set_cookie(
        COOKIE,
        str(_marks().dumps({email: secrets.token_urlsafe(12)})),
        max_age=_DAYS_S,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Strict",
        path="/intern/anmelden",
    )
