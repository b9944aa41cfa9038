"""The yearly report: its figures are those of the register's pages, its files open again and are ready to edit."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime

import docx
import pytest
from click.testing import CliRunner
from docx.oxml.ns import qn
from PIL import Image

from geo.alliance import public as alliance_public
from geo.alliance import queries as alliance
from geo.alliance.meetings import queries as meetings
from geo.core.access import SYSTEM
from geo.core.errors import Invalid, NotPermitted
from geo.pilots import public as pilots
from geo.places.reference import load_reference
from geo.samples import generate
from geo.samples.load import load
from geo.trees.queries import public as trees
from geo.vacancies.figures import alliance as vacancies
from geo.vacancies.figures.alliance import Quarter, Told, TownFigures
from geo.viewpoints import public as viewpoints
from geo.yearly import blocks, wording
from geo.yearly.blocks import Chart, Document, FillIn, Heading, Points, Sentence, Table
from geo.yearly.cli import alliance as command
from geo.yearly.drawing import as_png
from geo.yearly.gathering import gather, years
from geo.yearly.office_document import FILL_IN_STYLE, TEXT_CM, as_docx, widths
from geo.yearly.page import as_html, as_pdf
from tests import factories

TODAY = date(2026, 11, 22)
MADE_AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def register(db, monkeypatch):
    """The sample register with few units; the owner's session."""
    whole = generate.build(TODAY)
    monkeypatch.setattr(generate, "build", lambda today: replace(whole, units=whole.units[:30]))
    with db.owner() as session:
        load_reference(session, SYSTEM)
        load(session, TODAY, with_passwords=False)
        yield session


def _table(document, caption):
    return next(one for one in document.blocks if isinstance(one, Table) and one.caption.startswith(caption))


def _figure(document, what):
    return next(row[1] for row in _table(document, f"Das Jahr {document.title[-4:]}").rows if row[0].startswith(what))


@pytest.mark.parametrize("year", [2023, 2025, 2026])
def test_figures_are_those_of_the_registers_own_pages(register, year):
    found = gather(register, SYSTEM, year, TODAY)
    day = min(date(year, 12, 31), TODAY)
    assert (found.day, found.is_running) == (day, year == 2026)
    document = wording.report(found)
    assert (
        _figure(document, "Mitglieder")
        == str(alliance.size(register, day))
        == str(len(alliance.members(register, day)))
    )
    held = [one for one in meetings.meetings(register, date(year, 1, 1), day) if one.state == "EINGELADEN"]
    assert _figure(document, "Sitzungen") == str(len(held))
    sites = pilots.sites(register, pilots.Filters(), day)
    assert _figure(document, "Pilotstandorte") == str(len(sites))
    rows = [
        row
        for one in document.blocks
        if isinstance(one, Table) and one.caption.startswith("Standorte")
        for row in one.rows
    ]
    phases = {site.title("de"): site.phase(day) for site in sites}
    assert {row[0]: row[3] for row in rows} == {
        name: phase.when("de") if phase else "–" for name, phase in phases.items()
    }
    points = viewpoints.everything(register, viewpoints.Filters(), day)
    assert _figure(document, "Öffentliche Blickpunkte") == str(len(points))
    standing = {
        fleet: [one for one in trees.fleet_standings(register, fleet, date(year, 1, 1), day) if one.kind == "STRASSE"]
        for fleet, _name in trees.fleets(register)
    }
    assert _figure(document, "Alleen") == str(sum(bool(rows) for rows in standing.values()))
    assert {one.fleet_id: one.trees for one in found.seasons} == {
        fleet: len({one.tree_id for one in rows}) for fleet, rows in standing.items() if rows
    }


def test_gothas_season_of_2023_is_in_the_report_of_that_year_alone(register):
    season = _table(wording.report(gather(register, SYSTEM, 2023, TODAY)), "Wanderbäume in Straßen").rows
    assert ("Gotha 2023", "Gotha", "21.08.2023 bis 31.10.2023", "15", "1", "1", "0") in season
    names = [
        row[0] for row in _table(wording.report(gather(register, SYSTEM, 2026, TODAY)), "Wanderbäume in Straßen").rows
    ]
    assert names and "Gotha 2023" not in names and all(name.endswith("(Beispiel)") for name in names)


def test_what_the_alliance_said_stands_from_the_day_it_said_it(register):
    def said(year):
        found = wording.report(gather(register, SYSTEM, year, TODAY))
        return [one.text for one in found.blocks if isinstance(one, Sentence) and "Nach eigener Angabe" in one.text]

    assert said(2022) == []
    assert said(2023) == said(2026) != []
    assert "mehr als 65 Mitglieder" in said(2023)[0] and "15. November 2023" in said(2023)[0]
    sizes = alliance_public.sizes(register, date(2023, 12, 31))
    assert [(one.members, one.is_more) for one in sizes if one.source] == [(65, True)]


def test_members_named_in_the_report_of_2023_and_those_who_came_and_went(register):
    found = gather(register, SYSTEM, 2026, TODAY)
    assert {f"Stadt {name}" for name in ("Bad Sulza", "Schmalkalden", "Greiz", "Rudolstadt", "Altenburg", "Jena")} <= {
        one.name for one in found.members
    }
    assert found.changes.joined == ("Beispielbetrieb am Markt",) and found.changes.left == ("Beispielverein Altstadt",)
    assert found.changes.after == found.changes.before
    document = wording.report(found)
    lists = [one.items for one in document.blocks if isinstance(one, Points)]
    assert ("Beispielbetrieb am Markt",) in lists and ("Beispielverein Altstadt",) in lists


def test_only_released_minutes_and_no_drafts_are_told(register):
    document = wording.report(gather(register, SYSTEM, 2026, TODAY))
    words = str(document.blocks)
    assert "Beispielbeschluss: Der Aufruf wird im Herbst veröffentlicht." in words
    assert "noch im Entwurf" not in words and "Entwurf der Klimarunde" not in words
    assert "Beispielsitzung: Leerstand und Gründung (Beispiel)" in words


def test_a_year_to_come_and_one_before_the_alliance_are_refused(register):
    for year in (2020, 2027):
        with pytest.raises(Invalid):
            gather(register, SYSTEM, year, TODAY)
    assert years(TODAY) == [2026, 2025, 2024, 2023, 2022, 2021]


@pytest.mark.parametrize("role", ["manager", "planner", "curator", "admin"])
def test_the_report_is_the_offices(db, towns, role):
    person = factories.actor(db, role, towns.own)
    with db.staff(person, towns.own) as session, pytest.raises(NotPermitted):
        gather(session, person, 2026, TODAY)


def _quarter(day, *told):
    towns = tuple(TownFigures(number, f"GEHEIMSTADT{number}", "16", "ZAHLEN", one) for number, one in enumerate(told))
    return Quarter(day, towns)


def test_vacancy_is_told_as_the_offices_own_page_tells_it_and_names_no_town(register):
    found = gather(register, SYSTEM, 2026, TODAY)
    assert found.vacancies.day == date(2026, 9, 30) and found.vacancies_before.day == date(2025, 12, 31)
    assert found.vacancies == vacancies.overview(register, SYSTEM, date(2026, 9, 30))
    told = Told(30, 30, 24, 12, 9, 0)
    document = wording.report(replace(found, vacancies=_quarter(TODAY, told, told), vacancies_before=_quarter(TODAY)))
    assert _table(document, "Leerstand").rows == (
        ("brutto", "24", "60", "40,0 %", "kein Anteil"),
        ("netto", "18", "60", "30,0 %", "kein Anteil"),
        ("marktaktiv", "18", "60", "30,0 %", "kein Anteil"),
    )
    assert "GEHEIM" not in str(document) and _figure(document, "Städte mit Zahlen") == "2"
    assert _figure(document, "Leerstandsquote") == "40,0 %"
    hidden = wording.report(replace(found, vacancies=_quarter(TODAY, replace(told, off_market=None))))
    assert _table(hidden, "Leerstand").rows[2][1:4] == ("nicht genannt", "nicht genannt", "kein Anteil")
    none = wording.report(replace(found, vacancies=_quarter(TODAY)))
    assert not [one for one in none.blocks if isinstance(one, Table) and one.caption.startswith("Leerstand")]
    assert _figure(none, "Leerstandsquote") == "kein Anteil"


def test_the_word_file_opens_again_and_is_ready_to_edit(register):
    document = wording.report(gather(register, SYSTEM, 2026, TODAY))
    content = as_docx(document, MADE_AT)
    opened = docx.Document(io.BytesIO(content))
    paragraphs = [(one.style.name, one.text) for one in opened.paragraphs]
    assert paragraphs[0] == ("Title", "Jahresbericht 2026")
    told = [(f"Heading {one.level}", one.text) for one in document.blocks if isinstance(one, Heading)]
    assert [one for one in paragraphs if one[0].startswith("Heading")] == told and len(told) > 12
    left = [text for style, text in paragraphs if style == FILL_IN_STYLE]
    assert (
        left == [f"Bitte ergänzen: {one.text}" for one in document.blocks if isinstance(one, FillIn)]
        and len(left) >= 10
    )
    assert blocks.fill_ins(document.blocks) == len(left)
    assert opened.core_properties.title == "Jahresbericht 2026" and opened.core_properties.language == "de-DE"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        styles, body = archive.read("word/styles.xml").decode(), archive.read("word/document.xml").decode()
    assert set(re.findall(r'<w:lang [^>]*w:val="([^"]+)"', styles)) == {"de-DE"}
    # The field for the contents holds every heading already, and each leads to its mark.
    assert 'TOC \\o "1-2"' in body and body.count('fldCharType="begin"') == body.count('fldCharType="end"') == 1
    anchors, marks = re.findall(r'w:anchor="([^"]+)"', body), re.findall(r'<w:bookmarkStart[^>]*w:name="([^"]+)"', body)
    assert anchors == marks and len(marks) == len(told)
    contents = [text for style, text in paragraphs if style.lower().startswith("toc")]
    assert contents == [text for _style, text in told]
    for shown, meant in zip(opened.tables, [one for one in document.blocks if isinstance(one, Table)], strict=True):
        assert [cell.text for cell in shown.rows[0].cells] == list(meant.head)
        assert [tuple(cell.text for cell in row.cells) for row in shown.rows[1:]] == list(meant.rows)
        assert shown.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert shown._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == meant.caption
    charts = [one for one in document.blocks if isinstance(one, Chart)]
    assert [one._inline.docPr.get("descr") for one in opened.inline_shapes] == [one.alt for one in charts] and charts


def test_the_page_holds_what_the_word_file_holds(register):
    document = wording.report(gather(register, SYSTEM, 2026, TODAY))
    page = as_html(document)
    assert '<html lang="de">' in page and page.count('class="fill"') == blocks.fill_ins(document.blocks)
    assert page.count("<table ") == page.count("<caption>") == sum(isinstance(one, Table) for one in document.blocks)
    assert len(re.findall(r'<img src="data:image/svg[^>]+ alt="[^"]+', page)) == sum(
        isinstance(one, Chart) for one in document.blocks
    )
    for anchor in re.findall(r'href="#(\w+)"', page):
        assert f'id="{anchor}"' in page


def test_the_print_is_set_in_type_with_its_chart():
    chart = Chart("Mitglieder", (("2025", 3), ("2026", 4)), "zwei Säulen: 3 und 4")
    made = as_pdf(Document("Jahresbericht", "Probe", (Heading("Zahlen"), chart, FillIn("Vorwort"))))
    assert made.startswith(b"%PDF-") and len(made) > 5000


def test_words_that_look_like_tags_stay_words():
    made = Document(
        "<b>", "&", (Sentence("<script>"), Table("<i>", ("<u>",), (("<s>",),)), Points(("<q>",)), FillIn("<a>"))
    )
    page = as_html(made)
    assert "<script>" not in page and "&lt;script&gt;" in page and "<td><s>" not in page and "&lt;q&gt;" in page
    opened = docx.Document(io.BytesIO(as_docx(made, MADE_AT)))
    assert "<script>" in [one.text for one in opened.paragraphs] and opened.tables[0].cell(1, 0).text == "<s>"


def test_a_chart_is_as_high_as_its_values_say():
    picture = Image.open(io.BytesIO(as_png(Chart("Zahl", (("a", 10), ("b", 5)), "zwei Säulen"))))
    heights = []
    for x in (420, 1180):
        column = [picture.getpixel((x, y)) for y in range(picture.height)]
        heights.append(sum(pixel == (10, 100, 128) for pixel in column))
    assert heights[0] == pytest.approx(2 * heights[1], abs=4) and heights[1] > 200


def test_the_command_refuses_what_it_cannot_write(tmp_path):
    runner = CliRunner()
    answer = runner.invoke(command, ["2025", str(tmp_path / "bericht.txt")], obj=None)
    assert answer.exit_code == 2 and ".docx or .pdf" in answer.output


def test_columns_are_as_wide_as_what_stands_in_them():
    table = blocks.Table("Probe", ("Was", "Zahl"), (("Mitglieder im Register", "12"), ("Sitzungen", "2")))
    first, second = widths(table)
    assert second < 3 and abs(first + second - TEXT_CM) < 0.01
    long = "Ein Satz, der über die halbe Seite geht und noch weiter, " * 3
    day, said, number = widths(blocks.Table("Probe", ("Tag", "Sitzung", "Anwesend"), (("20. Juli 2026", long, "1"),)))
    assert said > day > 13 * 0.2 and number > 8 * 0.2 and abs(day + said + number - TEXT_CM) < 0.01
    crowded = widths(blocks.Table("Probe", ("Leerstandsbewältigung" * 2,) * 6, (("1",) * 6,)))
    assert abs(sum(crowded) - TEXT_CM) < 0.01


def test_a_short_table_stays_with_its_caption_and_days_on_one_line():
    table = blocks.Table("Probe", ("Tag", "Sitzung"), (("20. Juli 2026", "Ein langer Titel einer Sitzung"),))
    html = as_html(blocks.Document("Bericht", "Stand", (table,)))
    assert '<table class="short">' in html and '<th scope="row" class="date">20. Juli 2026' in html
    many = blocks.Table("Probe", ("a",) * 6, (("x",) * 6,) * 11)
    assert '<table class="wide">' in as_html(blocks.Document("Bericht", "Stand", (many,)))
