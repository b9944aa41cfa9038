"""Views: passkeys, made and used by webapp/static/src/passkeys.js. Each answer is JSON, each request too."""

import ipaddress
import json
from typing import Any
from urllib.parse import urlsplit

from flask import Response, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from geo.accounts import queries
from geo.accounts.service import own, signin, throttle
from geo.core.errors import Invalid
from webapp.access import sign_in_page, signed_in
from webapp.accounts import devices
from webapp.accounts.confirm import require_password
from webapp.accounts.tries import counted, own_network
from webapp.app import actor, register_app, request_id, staff_session
from webapp.auth import local_path
from webapp.sessions import session

MAKE, USE = "make", "use"
UNREADABLE = "Die Antwort des Browsers war nicht lesbar. Bitte noch einmal versuchen."
UNKNOWN = "Dieser Passkey gehört zu keinem Konto hier."
FAILED = "Der Passkey konnte nicht geprüft werden. Bitte noch einmal versuchen."


def _origin() -> str:
    """The address that the browser shows: the register's own, or (without a fixed one) that of this request."""
    return (register_app().settings.base_url or request.host_url).rstrip("/")


def _host() -> str:
    return urlsplit(_origin()).hostname or ""


def passkeys_possible() -> bool:
    """Passkeys belong to a name; browsers make none for a bare number."""
    try:
        ipaddress.ip_address(_host())
    except ValueError:
        return True
    return False


def _sent() -> dict[str, Any]:
    if not request.is_json:
        raise Invalid({"": UNREADABLE})
    try:
        sent = request.get_json(silent=True)
    except RecursionError:  # thousands of brackets
        raise Invalid({"": UNREADABLE}) from None
    if not isinstance(sent, dict):
        raise Invalid({"": UNREADABLE})
    return sent


def _credential() -> dict[str, Any]:
    sent = _sent().get("credential")
    if not isinstance(sent, dict):
        raise Invalid({"": UNREADABLE})
    return sent


def _with_challenge(options: Any, purpose: str) -> Response:
    text = options_to_json(options)
    session["challenge"] = {"for": purpose, "text": json.loads(text)["challenge"]}
    return Response(text, mimetype="application/json")


def _challenge(purpose: str) -> bytes:
    """The challenge sent last; it is good for one answer, and only for what it was sent for."""
    kept = session.pop("challenge", None)
    if not isinstance(kept, dict) or kept["for"] != purpose:
        raise Invalid({"": FAILED})
    return base64url_to_bytes(kept["text"])


@signed_in
def options() -> ResponseReturnValue:
    """What the browser needs to make a passkey: a key that stays asks for the password again."""
    require_password(str(_sent().get("password") or ""))
    state = queries.own_account(staff_session(), actor().account_id)
    known = queries.passkeys_of(staff_session(), state.id)
    return _with_challenge(
        generate_registration_options(
            rp_id=_host(),
            rp_name="Innenstadtregister",
            user_id=str(state.id).encode(),
            user_name=state.email,
            user_display_name=state.name,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=one.credential_id) for one in known],
        ),
        MAKE,
    )


@signed_in
def add() -> ResponseReturnValue:
    """Keep the passkey that the browser made."""
    try:
        proved = verify_registration_response(
            credential=_credential(),
            expected_challenge=_challenge(MAKE),
            expected_rp_id=_host(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        raise Invalid({"": FAILED}) from None
    name = " ".join(str(_sent().get("name") or "").split())[:60] or "Passkey"
    made = own.NewPasskey(proved.credential_id, proved.credential_public_key, proved.sign_count)
    own.add_passkey(staff_session(), actor(), made, name)
    session.rotate()
    flash("Der Passkey ist gespeichert. Damit können Sie sich jetzt ohne Passwort anmelden.", "good")
    return jsonify(weiter=url_for("accounts.me"))


@signed_in
def remove(passkey_id: int) -> ResponseReturnValue:
    """Forget a passkey."""
    own.remove_passkey(staff_session(), actor(), passkey_id)
    session.rotate()
    flash("Der Passkey ist entfernt.", "good")
    return redirect(url_for("accounts.me"), 303)


@sign_in_page
def challenge() -> ResponseReturnValue:
    """What the browser needs to use a passkey; says nothing of any account."""
    return _with_challenge(
        generate_authentication_options(rp_id=_host(), user_verification=UserVerificationRequirement.REQUIRED), USE
    )


@sign_in_page
def sign_in() -> ResponseReturnValue:
    """Sign in with a passkey."""
    sent, expected = _credential(), _challenge(USE)
    with counted(throttle.limits("passkey", str(sent.get("id"))[:400], own_network())):
        account_id, email = _verified(sent, expected)
    session.renew(account_id)
    response = jsonify(weiter=local_path(str(_sent().get("weiter") or "")) or url_for("intern.overview"))
    devices.remember(response, email)
    return response


def _verified(sent: dict[str, Any], expected: bytes) -> tuple[int, str]:
    try:
        passkey = signin.find_passkey(staff_session(), base64url_to_bytes(str(sent.get("id") or "")))
    except ValueError:
        passkey = None
    if passkey is None:
        raise Invalid({"": UNKNOWN})
    try:
        proved = verify_authentication_response(
            credential=sent,
            expected_challenge=expected,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        raise Invalid({"": FAILED}) from None
    signin.note_passkey(staff_session(), passkey.id, proved.new_sign_count, request_id())
    return passkey.account_id, queries.own_account(staff_session(), passkey.account_id).email
