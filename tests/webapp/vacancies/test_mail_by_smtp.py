"""Every mail of the Kompass goes out by SMTP: to one address, in the reader's language, with nothing but its own words."""

import dataclasses
import re
from datetime import UTC, datetime, timedelta

import pytest

from geo.vacancies.citizens import service
from geo.vacancies.portfolio.tending import tend_portfolio
from tests.geo.vacancies.stock import acting, mark
from tests.postbox import open_postbox, wait_for_mail
from tests.webapp.vacancies.pages import form_of
from tests.webapp.vacancies.test_expose import publish

SPOT = {"longitude": "11.0523", "latitude": "50.9331"}
QUEUE = "/intern/leerstand/meldungen"


@pytest.fixture
def postbox(app, settings):
    with open_postbox() as made:
        app.settings = dataclasses.replace(settings, mail_url=made.url)
        yield made


def arrived(postbox, to):
    """The newest letter to somebody; it is theirs alone, and plain text that every mail program reads."""
    wait_for_mail()
    letter = [one for one in postbox.letters if to in one.recipients][-1]
    assert letter.recipients == (to,) and letter.message["To"] == to
    assert letter.message.get_content_type() == "text/plain" and letter.message["Auto-Submitted"] == "auto-generated"
    assert letter.message["Date"] and letter.message["Message-ID"]
    assert "{{" not in letter.text and "None" not in letter.text and "\n\n\n\n" not in letter.text
    return letter


def link_in(letter):
    return re.search(r"http://localhost(/\S+)", letter.text)[1]


def decide(client, path, **values):
    return client.post(path, data={**{name: one[-1] for name, one in form_of(client.get(path)).items()}, **values})


@pytest.mark.parametrize(
    ("prefix", "subjects", "words"),
    [
        (
            "",
            ("Bitte bestätigen: Ihre Meldung an die Stadt", "Antwort auf Ihre Meldung"),
            ("Leerstand (.Zur Grünen Tür 5", "trifft nicht zu", "Die Stadt schreibt Ihnen dazu:\n. Punkt\nGrüße aus Ö"),
        ),
        (
            "/en",
            ("Please confirm: your report to the town", "Answer to your report"),
            ("Vacancy (.Zur Grünen Tür 5", "not the case", "The town writes:\n. Punkt\nGrüße aus Ö"),
        ),
    ],
)
def test_a_report_is_confirmed_and_answered(client, sign_in, staff, towns, postbox, prefix, subjects, words):
    service.set_taking(staff, acting(), towns.own, 0, takes_reports=True)
    staff.commit()
    form = {"kind": "LEER", **SPOT, "address": ".Zur Grünen Tür 5", "email": "Wer@Beispiel.Test"}
    assert client.post(f"{prefix}/leerstand/melden", data=form).status_code == 303
    asked = arrived(postbox, "wer@beispiel.test")
    assert asked.message["Subject"] == subjects[0] and "48" in asked.text
    assert link_in(asked).startswith(f"{prefix}/leerstand/melden/bestaetigen/")
    assert client.post(link_in(asked)).status_code == 303

    editor = sign_in("editor", towns.own)
    (path,) = re.findall(rf'href="({QUEUE}/\d+)"', editor.get(QUEUE).text)
    answer = ". Punkt\r\nGrüße aus Ö"
    assert decide(editor, path, outcome="UNZUTREFFEND", unit_id="", answer=answer).status_code == 303
    letter = arrived(postbox, "wer@beispiel.test")
    assert letter.message["Subject"] == subjects[1] and len(postbox.letters) == 2
    assert [word for word in words if word not in letter.text] == [], letter.text


def test_a_search_is_confirmed_begun_and_told_of_an_offer(client, app, db, towns, postbox):
    publish_one(db, towns)
    assert client.post("/leerstand/suche", data={"email": "gruenderin@beispiel.test"}).status_code == 303
    asked = arrived(postbox, "gruenderin@beispiel.test")
    assert client.post(link_in(asked)).status_code == 303
    begun = arrived(postbox, "gruenderin@beispiel.test")
    assert begun.message["Subject"] == "Ihre Suche nach Räumen ist gespeichert"
    unit = publish_one(db, towns, house_number="12")
    assert tend_portfolio(app.database, app.settings, datetime.now(UTC) + timedelta(days=1, hours=1))["told"] == 1
    told = arrived(postbox, "gruenderin@beispiel.test")
    assert f"http://localhost/leerstand/{unit}" in told.text
    assert told.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" and len(postbox.letters) == 3


def publish_one(db, towns, **more):
    with db.staff(acting(), towns.own) as session:
        unit = publish(session, mark(session, towns.own, **more), 4)
        session.commit()
        return unit.id
