"""The mails that people get, sent once the work is committed; their links lead to this register's own address."""

from flask import Response, after_this_request, render_template

from geo.accounts.mail import Mailer
from geo.accounts.service import links
from webapp.app import register_app

# By template and language; the templates stand in templates/accounts/mail/<language>/.
SUBJECTS = {
    "invitation": {"de": "Einladung zum Innenstadtregister", "en": "Invitation to the Innenstadtregister"},
    "new_role": {"de": "Neue Rolle im Innenstadtregister", "en": "New role in the Innenstadtregister"},
    "new_password": {"de": "Neues Passwort für das Innenstadtregister", "en": "New password, Innenstadtregister"},
    "password_changed": {"de": "Ihr Passwort wurde geändert", "en": "Your password was changed"},
}


def invitation(email: str, locale: str, name: str, role: str, where: str, token: str) -> None:
    """Somebody new may set a password."""
    values = {"name": name, "role": role, "where": where, "link": _url(links.path(token))}
    _send(email, locale, "invitation", values)


def new_role(email: str, locale: str, name: str, role: str, where: str) -> None:
    """Somebody who has an account may do more than before."""
    _send(email, locale, "new_role", {"name": name, "role": role, "where": where, "link": _url("/intern")})


def new_password(email: str, locale: str, token: str) -> None:
    """Somebody forgot the password (or somebody else says so)."""
    _send(email, locale, "new_password", {"link": _url(links.path(token))})


def password_changed(email: str, locale: str) -> None:
    """A password was changed: whoever did not do it should know."""
    _send(email, locale, "password_changed", {"link": _url("/intern/passwort-vergessen")})


def _url(path: str) -> str:
    return f"{register_app().settings.url}{path}"


def _send(email: str, locale: str, template: str, values: dict[str, str]) -> None:
    language = "en" if locale == "en" else "de"
    mailer, subject = Mailer(register_app().settings), SUBJECTS[template][language]
    body = render_template(f"accounts/mail/{language}/{template}.txt", **values)

    @after_this_request
    def send_when_done(response: Response) -> Response:
        if response.status_code < 400:
            mailer.send(email, subject, body)
        return response
