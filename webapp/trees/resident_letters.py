"""The mails that residents get, in the language of the form, sent once the work is committed."""

from collections.abc import Mapping
from typing import Any

from flask import Response, after_this_request, render_template, url_for

from geo.accounts.mail import Mailer
from webapp.app import register_app

# By template and language; the templates stand in templates/trees/mail/<language>/.
SUBJECTS = {
    "application_confirm": {
        "de": "Bitte bestätigen: Ihr Antrag auf Wanderbäume",
        "en": "Please confirm: your application for mobile trees",
    },
    "application_confirmed": {
        "de": "Ihr Antrag auf Wanderbäume ist angekommen",
        "en": "Your application for mobile trees has arrived",
    },
    "patron_confirm": {"de": "Bitte bestätigen: Gießen helfen", "en": "Please confirm: helping to water"},
    "patron_confirmed": {"de": "Ihr Link zum Gießen der Wanderbäume", "en": "Your link for watering the mobile trees"},
    "application_decided": {
        "de": "Neues zu Ihrem Antrag auf Wanderbäume",
        "en": "News on your application for mobile trees",
    },
}


def send(email: str, language: str, template: str, values: Mapping[str, Any]) -> None:
    """Send one mail when the answer goes out well."""
    mailer, subject = Mailer(register_app().settings), SUBJECTS[template][language]
    body = render_template(f"trees/mail/{language}/{template}.txt", **values)

    @after_this_request
    def send_when_done(response: Response) -> Response:
        if response.status_code < 400:
            mailer.send(email, subject, body)
        return response


def address(language: str, endpoint: str, **values: Any) -> str:
    """The whole address of a public page in the language: under the register's own name, whatever host was asked."""
    path = url_for(f"en_{endpoint}" if language == "en" else endpoint, **values)
    return f"{register_app().settings.url}{path}"
