"""Table of contents: signing in, the own account, people and roles. The views stand in the modules named here."""

from flask import Blueprint

from webapp.accounts import links, me, oidc, passkeys, people, second_factor, signing_in

accounts = Blueprint("accounts", __name__)

# Address, endpoint, view, methods.
ROUTES = (
    ("/anmelden", "sign_in", signing_in.sign_in, ["GET", "POST"]),
    ("/anmelden/code", "sign_in_code", signing_in.code, ["GET", "POST"]),
    ("/anmelden/passkey/optionen", "passkey_challenge", passkeys.challenge, ["POST"]),
    ("/anmelden/passkey", "passkey_sign_in", passkeys.sign_in, ["POST"]),
    ("/anmelden/konto", "oidc_start", oidc.start, ["GET"]),
    ("/anmelden/konto/zurueck", "oidc_return", oidc.come_back, ["GET"]),
    ("/abmelden", "sign_out", signing_in.sign_out, ["POST"]),
    ("/passwort-vergessen", "forgot", links.forgot, ["GET", "POST"]),
    ("/passwort-neu/<token>", "new_password", links.new_password, ["GET", "POST"]),
    ("/konto", "me", me.overview, ["GET", "POST"]),
    ("/konto/passwort", "password", me.password, ["GET", "POST"]),
    ("/konto/sitzungen", "end_other_sessions", me.end_other_sessions, ["POST"]),
    ("/konto/sitzungen/<int:session_id>", "end_session", me.end_session, ["POST"]),
    ("/konto/zweiter-faktor", "second_factor", second_factor.show, ["GET"]),
    ("/konto/zweiter-faktor/beginnen", "begin_second_factor", second_factor.begin, ["POST"]),
    ("/konto/zweiter-faktor/code.svg", "second_factor_image", second_factor.image, ["GET"]),
    ("/konto/zweiter-faktor/bestaetigen", "confirm_second_factor", second_factor.confirm, ["POST"]),
    ("/konto/zweiter-faktor/neue-codes", "recovery_codes", second_factor.recovery_codes, ["POST"]),
    ("/konto/zweiter-faktor/entfernen", "remove_second_factor", second_factor.remove, ["POST"]),
    ("/konto/passkeys/optionen", "passkey_options", passkeys.options, ["POST"]),
    ("/konto/passkeys", "add_passkey", passkeys.add, ["POST"]),
    ("/konto/passkeys/<int:passkey_id>/entfernen", "remove_passkey", passkeys.remove, ["POST"]),
    ("/personen", "people", people.overview, ["GET"]),
    ("/personen/neu", "new_person", people.new, ["GET", "POST"]),
    ("/personen/verlauf", "people_history", people.history, ["GET"]),
    ("/personen/rolle/<int:membership_id>", "edit_role", people.edit_role, ["GET", "POST"]),
    ("/personen/rolle/<int:membership_id>/entfernen", "remove_role", people.remove_role, ["GET", "POST"]),
    ("/personen/rolle/<int:membership_id>/einladen", "invite_again", people.invite_again, ["POST"]),
    ("/personen/konto/<int:account_id>/sperren", "disable_account", people.disable, ["POST"]),
    ("/personen/konto/<int:account_id>/oeffnen", "enable_account", people.enable, ["POST"]),
    ("/personen/konto/<int:account_id>/loeschen", "erase_account", people.erase, ["GET", "POST"]),
)

for address, endpoint, view, methods in ROUTES:
    accounts.add_url_rule(address, endpoint, view, methods=methods)
accounts.record_once(oidc.init)
