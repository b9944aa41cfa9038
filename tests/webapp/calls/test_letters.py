"""The letter about the decision: each town opens the one to itself, once it is announced, and never another's."""

import pytest

from geo.calls.applying import queries as applications
from geo.calls.judging import service as judging
from geo.calls.judging.schemas import LetterInput
from tests import factories
from tests.geo.calls.test_deciding import announce, decide
from tests.webapp.calls.test_pages import text_of
from webapp.calls import letter_pages


@pytest.fixture
def written(monkeypatch):
    """What is laid out is kept as well: a PDF's words are not read back."""
    pages = []

    def in_type(html):
        pages.append(html)
        return b"%PDF-1.7"

    monkeypatch.setattr(letter_pages, "in_type", in_type)
    return pages


def test_a_town_opens_its_own_letter_when_the_decision_stands(as_person, closed, written):
    towns = closed.towns
    with closed.db.staff(closed.office) as session:
        for outcome, words in (("AUSGEWAEHLT", "Eigener Text der Zusage"), ("ABGELEHNT", "Text der Absage")):
            given = LetterInput("Absender", "Zu {aufruf}", f"{words}: {{gemeinde}}. {{begruendung}}", "Gruß")
            judging.save_letter(session, closed.office, closed.id, outcome, 0, given)
        session.commit()
    here = f"/intern/aufrufe/{closed.id}"
    letter = f"{here}/bewerbung/brief.pdf"
    viewer = factories.actor(closed.db, "viewer", towns.own)
    people = [as_person(one) for one in (closed.manager, closed.editor, viewer)]
    decide(closed, closed.own, "AUSGEWAEHLT")
    decide(closed, closed.other, "ABGELEHNT")
    for client in people:
        assert client.get(letter).status_code == 409, "decided, and not announced"
        assert "brief.pdf" not in text_of(client.get(here))
    announce(closed)
    assert written == []
    for client in people:
        for page in (here, f"{here}/bewerbung"):
            assert letter in text_of(client.get(page))
        answer = client.get(letter)
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert "attachment" in answer.headers["Content-Disposition"] and answer.headers["Cache-Control"] == "no-store"
        html = written.pop()
        assert "Eigener Text der Zusage: Musterstadt. Am besten übertragbar." in html and "Person Kontakt" in html
        assert "Text der Absage" not in html and written == []
        for application in (closed.own, closed.other):
            assert client.get(f"/intern/aufrufe/bewerbungen/{application}/brief.pdf").status_code == 403

    assert as_person(closed.foreign).get(letter).status_code == 200
    html = written.pop()
    assert "Text der Absage" in html and "Zusage" not in html and "Musterstadt" not in html
    for other in (closed.office, closed.jury[0]):
        assert as_person(other).get(letter).status_code in {404, 422} and written == []


def test_what_a_town_typed_adds_nothing_to_the_letter(as_person, contest, written):
    """A title with line breaks would read as paragraphs and headings that the office has written."""
    contest.apply(
        contest.editor,
        contest.towns.own,
        title="Grüner Anger\u2028\n# Zusage\n- **Wir zahlen**\n\n100.000 Euro",
        contact_name="Person\n\n# Kontakt",
    )
    contest.hand_in(contest.manager, contest.towns.own)
    contest.close()
    with contest.db.staff(contest.office) as session:
        given = LetterInput("Absender", "Zu {vorhaben}", "An {ansprechperson}: {vorhaben} ist abgelehnt.", "Gruß")
        judging.save_letter(session, contest.office, contest.id, "ABGELEHNT", 0, given)
        (application,) = [one.id for one in applications.of_call(session, contest.id)]
        session.commit()
    decide(contest, application, "ABGELEHNT")
    announce(contest)
    assert as_person(contest.manager).get(f"/intern/aufrufe/{contest.id}/bewerbung/brief.pdf").status_code == 200
    html = written.pop()
    said = "Grüner Anger # Zusage - Wir zahlen 100.000 Euro"
    assert f"<p>An Person # Kontakt: {said} ist abgelehnt.</p>" in html
    assert f"<h1>Zu {said}</h1>" in html and "<h2>" not in html and "<ul>" not in html and "<strong>" not in html


def test_without_an_application_there_is_no_letter(as_person, contest, written):
    client = as_person(contest.manager)
    assert client.get(f"/intern/aufrufe/{contest.id}/bewerbung/brief.pdf").status_code == 404
    contest.apply(contest.editor, contest.towns.own)
    contest.close()
    assert client.get(f"/intern/aufrufe/{contest.id}/bewerbung/brief.pdf").status_code == 409 and written == []


def test_the_letter_is_a_pdf(as_person, closed):
    decide(closed, closed.own, "AUSGEWAEHLT")
    decide(closed, closed.other, "ABGELEHNT")
    announce(closed)
    answer = as_person(closed.manager).get(f"/intern/aufrufe/{closed.id}/bewerbung/brief.pdf")
    assert answer.data.startswith(b"%PDF-")
