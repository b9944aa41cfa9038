"""Mails to people without an account, sent once the work is committed; addresses of pages to put into them."""

from collections.abc import Mapping
from typing import Any

from flask import Response, after_this_request, render_template, url_for

from geo.accounts.mail import Mailer
from webapp.app import register_app


def send(
    email: str, subject: str, template: str, values: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> None:
    """Send one mail, its body from a text template, when the answer goes out well."""
    mailer, body = Mailer(register_app().settings), render_template(template, **values)

    @after_this_request
    def send_when_done(response: Response) -> Response:
        if response.status_code < 400:
            mailer.send(email, subject, body, headers)
        return response


def address(language: str, endpoint: str, **values: Any) -> str:
    """The whole address of a public page in the language: under the register's own name, whatever host was asked."""
    path = url_for(f"en_{endpoint}" if language == "en" else endpoint, **values)
    return f"{register_app().settings.url}{path}"
