"""The mails that reporters get, in the language of the form; and where the photos of their reports lie."""

from geo.core.clock import BERLIN
from geo.core.codes import label
from geo.places.photos import Store
from geo.vacancies.citizens.codes import KIND_NAMES, OUTCOMES
from geo.vacancies.citizens.model import Report
from geo.vacancies.citizens.tending import FOLDER
from webapp import letters
from webapp.app import register_app

CONFIRM = {"de": "Bitte bestätigen: Ihre Meldung an die Stadt", "en": "Please confirm: your report to the town"}
ANSWERED = {"de": "Antwort auf Ihre Meldung", "en": "Answer to your report"}


def photo_store() -> Store:
    """The folder of the photos that came with reports; none of it is public."""
    return Store(register_app().settings.home / FOLDER)


def ask_to_confirm(email: str, language: str, token: str, hours: int) -> None:
    """Mail the link that confirms the address."""
    values = {"link": letters.address(language, "citizens.confirm", token=token), "hours": hours}
    letters.send(email, CONFIRM[language], f"vacancies/mail/{language}/report_confirm.txt", values)


def send_answer(report: Report, email: str, language: str) -> None:
    """Mail what became of a report, with the town's own words. Of the register it says what the reporter said."""
    values = {
        "kind": label(KIND_NAMES, report.kind, language),
        "received": report.received_at.astimezone(BERLIN),
        "address": report.address,
        "outcome": label(OUTCOMES, report.outcome, language),
        "answer": report.answer,
    }
    letters.send(email, ANSWERED[language], f"vacancies/mail/{language}/report_answered.txt", values)
