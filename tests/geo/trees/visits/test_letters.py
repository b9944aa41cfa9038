"""Letters: the language of their texts, a town's versions, and what stands on paper."""

import re
import zlib

import pytest
from sqlalchemy import text

from geo.core.access import SYSTEM
from geo.core.errors import Conflict, Invalid, NotFound, NotPermitted
from geo.letters import service as writing
from geo.letters.language import blocks, filled, mistakes
from geo.letters.schemas import SenderInput, TemplateInput, parse_template
from geo.trees.visits import queries as visits
from geo.trees.visits.letters import paper, queries, service
from geo.trees.visits.letters.codes import FACTS, KINDS
from tests import factories
from tests.geo.trees.rows import SUMMER, TODAY
from tests.geo.trees.visits.rows import with_trees

DRAWING = ('<svg xmlns="http://www.w3.org/2000/svg" width="297mm" height="210mm" viewBox="0 0 297 210"/>', "Ein Plan.")


def drafted(avenue, one, kind):
    visit = visits.get_visit(avenue.session, SYSTEM, one.id)
    return service.draft(
        avenue.session, SYSTEM, visit, kind, today=TODAY, page="https://x.test/1", feedback="https://x.test/1/meinung"
    )


@pytest.fixture
def one(avenue):
    return with_trees(avenue, ["B 1", "B 2"], title="Maiallee", public_text="Setzt euch.\nEs ist Platz.")


def test_names_are_looked_up_and_never_computed():
    facts = {"a": "eins", "b": "", "c": "{a} {a.__class__}"}
    assert filled("{a} und { a }, {{a}}", facts) == "eins und eins, {a}\n"
    assert filled("{c}", facts) == "{a} {a.__class__}\n"  # a fact is no text: nothing in it is looked up
    assert filled("{a.__class__}{a!r}{0}{a[0]}|", facts) == "\n"
    assert filled("Weg: {b}\nbleibt {a} {b}", facts) == "bleibt eins\n"
    assert filled("{skizze}", facts) == "{skizze}\n"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("{begin}", "Zeile 1: Den Platzhalter {begin} gibt es nicht. Gemeint ist vielleicht {beginn}."),
        ("gut\n{x.y}", "Zeile 2: Den Platzhalter {x.y} gibt es nicht."),
        ("{beginn", "Zeile 1: Eine geschweifte Klammer ist nicht geschlossen"),
        ("Siehe {skizze}", "steht allein in seiner Zeile"),
    ],
)
def test_mistakes_name_their_line(body, sentence):
    assert sentence in mistakes(body, FACTS)[0]
    with pytest.raises(Invalid) as caught:
        parse_template({"subject": "Betreff", "body": body}, FACTS)
    assert sentence in caught.value.fields["body"]


def test_text_becomes_blocks():
    found = blocks("# Kopf\n\nEin **starkes** Wort\nzweite Zeile\n\n- a\n- b\n{skizze}\n")
    assert [block.kind for block in found] == ["h1", "p", "ul", "skizze"]
    assert found[1].lines == ((("Ein ", False), ("starkes", True), (" Wort", False)), (("zweite Zeile", False),))


def test_every_text_of_the_register_is_right_and_filled(avenue, one):
    sender = SenderInput("Stadt Musterstadt", "Markt 1\n99999 Musterstadt", "A. Beispiel", "0123 45", "a@b.test", "V 1")
    writing.set_sender(avenue.session, SYSTEM, avenue.town, None, sender)
    for kind in KINDS:
        given = queries.given_text(kind)
        assert mistakes(given.subject + "\n" + given.body, FACTS) == []
        written = drafted(avenue, one, kind)
        assert "{" not in written.body.replace("{skizze}", "")
    body = drafted(avenue, one, "ANTRAG").body
    for words in (
        "Markt 1\n99999 Musterstadt",
        "vom 4. Mai bis 7. Juni 2026 (5 Wochen)",
        "2 Module der Klasse S",
        "Feldahorn",
    ):
        assert words in body
    assert "Anlage" not in body  # without bays there is no drawing
    assert "Eröffnung" not in body  # none is planned: its line is left out
    notice = drafted(avenue, one, "AUSHANG").body
    assert "Setzt euch.\nEs ist Platz." in notice and "https://x.test/1/meinung" in notice


def test_what_is_missing_is_named(avenue, one):
    assert {"absender", "versicherung", "eroeffnung", "genehmigungsstelle"} <= set(
        drafted(avenue, one, "ANTRAG").missing
    )


def test_notice_names_where_trees_come_from_and_go_to(avenue):
    may = with_trees(avenue, ["B 1"])
    june = with_trees(avenue, ["B 1"], avenue.square, during=SUMMER)
    assert "Von:** Hauptmarkt" in drafted(avenue, june, "VERSAMMLUNG").body
    assert "ziehen weiter: Neumarkt" in drafted(avenue, may, "DANK").body


def test_town_edits_its_texts_in_versions(db, avenue, towns, one):
    manager, editor = (factories.actor(db, role, towns.own) for role in ("manager", "editor"))
    new = TemplateInput("Hallo {standplatz}", "# Neu\n\n{zeitraum}")
    with pytest.raises(NotPermitted):
        writing.save_template(avenue.session, editor, towns.own, queries.given_text("DANK"), None, new)
    made = writing.save_template(avenue.session, manager, towns.own, queries.given_text("DANK"), None, new)
    assert made.number == 1 and drafted(avenue, one, "DANK").body == "# Neu\n\nvom 4. Mai bis 7. Juni 2026\n"
    with pytest.raises(Conflict):
        writing.save_template(
            avenue.session, manager, towns.own, queries.given_text("DANK"), None, TemplateInput("x", "y")
        )
    assert writing.save_template(avenue.session, manager, towns.own, queries.given_text("DANK"), 1, new) is None
    given = queries.given_text("DANK")
    back = TemplateInput(given.subject, given.body)
    assert writing.save_template(avenue.session, manager, towns.own, queries.given_text("DANK"), 1, back).number == 2
    assert [one.number for one in queries.versions(avenue.session, towns.own, "DANK")] == [2, 1, None]
    assert queries.template_of(avenue.session, towns.foreign, "DANK").number is None
    with pytest.raises(NotFound):
        queries.given_text("../model")


def test_kept_letter_stays_as_it_was(db, avenue, towns, one):
    visit = visits.get_visit(avenue.session, SYSTEM, one.id)
    letter = service.make(avenue.session, SYSTEM, visit, drafted(avenue, one, "ANTRAG"), DRAWING)
    made = queries.letters_of(avenue.session, visit)
    assert [(row.kind, row.has_drawing) for row in made] == [("ANTRAG", True)]
    page = paper.as_page(letter)
    assert page.count("data:image/svg+xml") == 1 and 'alt="Ein Plan."' in page
    assert paper.file_name(letter, "Erfurter Straße 17") == f"antrag-erfurter-strasse-17-{letter.id}.pdf"
    with pytest.raises(NotFound):
        queries.get_letter(avenue.session, factories.actor(db, "manager", towns.foreign), one.id, letter.id)
    with db.staff(SYSTEM, towns.foreign) as session:
        assert session.scalar(text("SELECT count(*) FROM register.visit_letters")) == 0


def test_words_of_a_visit_are_no_markup_on_paper(avenue):
    evil = '<script>alert(1)</script> & "x"'
    one = with_trees(avenue, ["B 1"], public_text=evil)
    visit = visits.get_visit(avenue.session, SYSTEM, one.id)
    page = paper.as_page(service.make(avenue.session, SYSTEM, visit, drafted(avenue, one, "AUSHANG")))
    assert "<script" not in page and "&lt;script&gt;alert(1)&lt;/script&gt; &amp;" in page


def test_letter_is_a_pdf_that_a_reader_can_read(avenue, one):
    visit = visits.get_visit(avenue.session, SYSTEM, one.id)
    letter = service.make(avenue.session, SYSTEM, visit, drafted(avenue, one, "ANTRAG"), DRAWING)
    made = paper.pdf(letter)
    inside = b"".join(
        zlib.decompress(one) for one in re.findall(rb"/FlateDecode.*?stream\n(.*?)\nendstream", made, re.S)
    )
    assert made.startswith(b"%PDF-") and b"pdfuaid" in inside and b"StructTreeRoot" in inside


def test_a_stop_that_is_called_like_its_street_is_named_once():
    text = "- **Wo:** {standplatz}, {strasse}\n"
    assert filled(text, {"standplatz": "Neumarkt", "strasse": "Neumarkt"}) == "- **Wo:** Neumarkt\n"
    assert filled(text, {"standplatz": "Am Brunnen", "strasse": "Neumarkt 3"}) == "- **Wo:** Am Brunnen, Neumarkt 3\n"
