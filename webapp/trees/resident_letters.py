"""The mails that residents get, in the language of the form, sent once the work is committed."""

from collections.abc import Mapping
from typing import Any

from webapp import letters
from webapp.letters import address

__all__ = ["SUBJECTS", "address", "send"]

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
    "links_again": {"de": "Ihre Links zu den Wanderbäumen", "en": "Your links for the mobile trees"},
    "application_decided": {
        "de": "Neues zu Ihrem Antrag auf Wanderbäume",
        "en": "News on your application for mobile trees",
    },
}


def send(email: str, language: str, template: str, values: Mapping[str, Any]) -> None:
    """Send one mail when the answer goes out well."""
    letters.send(email, SUBJECTS[template][language], f"trees/mail/{language}/{template}.txt", values)
