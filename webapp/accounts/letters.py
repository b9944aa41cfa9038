"""The mails that people get, sent once the work is committed; their links lead to this register's own address."""

from flask import Response, after_this_request, render_template

from geo.accounts.mail import Mailer
from geo.accounts.service import links
from webapp.app import register_app


def invitation(email: str, name: str, role: str, where: str, token: str) -> None:
    """Somebody new may set a password."""
    values = {"name": name, "role": role, "where": where, "link": _url(links.path(token))}
    _send(email, "Einladung zum Innenstadtregister", "invitation", **values)


def new_role(email: str, name: str, role: str, where: str) -> None:
    """Somebody who has an account may do more than before."""
    _send(
        email, "Neue Rolle im Innenstadtregister", "new_role", name=name, role=role, where=where, link=_url("/intern")
    )


def new_password(email: str, token: str) -> None:
    """Somebody forgot the password (or somebody else says so)."""
    _send(email, "Neues Passwort für das Innenstadtregister", "new_password", link=_url(links.path(token)))


def password_changed(email: str) -> None:
    """A password was changed: whoever did not do it should know."""
    _send(email, "Ihr Passwort wurde geändert", "password_changed", link=_url("/intern/passwort-vergessen"))


def _url(path: str) -> str:
    return f"{register_app().settings.url}{path}"


def _send(email: str, subject: str, template: str, **values: str) -> None:
    mailer, body = Mailer(register_app().settings), render_template(f"accounts/mail/{template}.txt", **values)

    @after_this_request
    def send_when_done(response: Response) -> Response:
        if response.status_code < 400:
            mailer.send(email, subject, body)
        return response
