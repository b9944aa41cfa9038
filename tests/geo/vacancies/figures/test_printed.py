"""The printed report, its charts and its map: what stands on them, that they can be read aloud, that nothing is fetched."""

import re
import subprocess
import sys
import zlib
from datetime import date
from xml.etree import ElementTree

import pytest

from geo.core import printing
from geo.core.errors import SetupError
from geo.vacancies.figures import charts, compare, drawings, printed, townmap
from geo.vacancies.figures.charts import Line, Words
from geo.vacancies.figures.compare import CHANGES, Pair
from geo.vacancies.figures.rates import Area
from tests.geo.vacancies.figures.entered import Entered, enter

DAY = date(2026, 5, 1)
OLD = date(2020, 1, 1)
SVG = "{http://www.w3.org/2000/svg}"
WORDS = Words("probe", "Titel <b>", "Satz & Wort")


@pytest.fixture
def shops(staff, towns):
    units = [
        Entered([("LEER" if n < 3 else "GENUTZT", OLD, None, {"sortiment": "SCHUHE", "operator_kind": "FILIALE"})], number=str(n * 2 + 1),
                at=(11.05 + n / 5000, 50.93), unit={"verified_on": DAY, "frontage_m": 5, "area_sales_m2": 40})
        for n in range(12)
    ]  # fmt: skip
    return enter(staff, towns.own, units)


def unpacked(pdf):
    """The file with its packed parts laid open."""
    packed = re.findall(rb"stream\n(.*?)\nendstream", pdf, re.S)
    parts = []
    for part in packed:
        try:
            parts.append(zlib.decompress(part))
        except zlib.error:
            parts.append(part)
    return pdf + b"".join(parts)


def texts(svg):
    return [one.text for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_lines_have_names_gaps_and_an_alternative_text():
    days = [date(2020, month, 1) for month in range(1, 9)]
    values = [10, 12, None, 14, 15, None, None, 20]
    svg = charts.lines(
        WORDS, [Line("brutto", list(zip(days, values, strict=True))), Line("netto", [(day, None) for day in days])]
    )
    root = ElementTree.fromstring(svg)
    assert (root.find(f"{SVG}title").text, root.find(f"{SVG}desc").text) == ("Titel <b>", "Satz & Wort")
    assert root.get("aria-labelledby").split() == [
        root.find(f"{SVG}title").get("id"),
        root.find(f"{SVG}desc").get("id"),
    ]
    drawn = [one for one in root.iter(f"{SVG}path") if one.get("stroke") == charts.LOOKS[0][0]]
    assert len(drawn) == 2 and "brutto 20,0" in texts(svg)
    assert charts.lines(WORDS, [Line("netto", [(day, None) for day in days])]) == ""
    gap = charts.lines(WORDS, [Line("brutto", [(days[0], 10), (days[1], 12), (days[2], None)])])
    assert "brutto" in texts(gap) and "brutto 12,0" not in texts(gap)
    assert "style" not in svg


def test_columns_and_bars_say_their_values():
    assert {"3", "7", "2025", "leer geworden"} <= set(
        texts(charts.columns(WORDS, ["2025"], [("leer geworden", [3]), ("beendet", [7])]))
    )
    assert {"Schuhe", "12,5 m"} <= set(texts(charts.bars(WORDS, [("Schuhe", 12.5)], digits=1, unit="m")))
    assert (
        charts.columns(WORDS, ["2025"], [("a", [0])])
        == charts.bars(WORDS, [])
        == charts.survival(WORDS, [], None)
        == ""
    )


@pytest.mark.parametrize(("value", "top"), [(0, 4), (23.4, 24), (24, 24), (101, 120), (0.7, 0.8), (33, 40)])
def test_scales_end_at_a_round_number(value, top):
    assert charts._ceiling(value) == pytest.approx(top)


def test_a_time_line_ends_on_its_day():
    days = drawings.days(date(2026, 3, 31))
    assert len(days) == 41 and days[-1] == date(2026, 3, 31) and days[-2] == date(2025, 12, 28) and days == sorted(days)
    assert len(drawings.days(DAY, monthly=True)) == 37


def test_the_map_shows_each_unit_by_a_shape_and_names_the_street(staff, towns, shops):
    plan = townmap.draw(staff, Area(towns.own), DAY)
    root = ElementTree.fromstring(plan.svg)
    assert plan.counts == {"belegt": 9, "LEER": 3}
    assert len(list(root.iter(f"{SVG}circle"))) == 9
    assert "Marktstraße" in texts(plan.svg) and any(text.endswith(" m") for text in texts(plan.svg))
    assert [(words, units) for _, words, units in plan.legend] == [("leer", 3), ("genutzt oder im Umbau", 9)]
    assert townmap.draw(staff, Area(towns.foreign), DAY).svg == ""


def test_the_report_is_a_tagged_pdf_with_the_figures(staff, towns, shops):
    page = printed.as_html(staff, Area(towns.own), DAY, date(2026, 5, 2)).replace("\u00a0", " ")
    for words in (
        "Musterstadt",
        "Stand 1. Mai 2026",
        "25,0 %",
        "3 von 12 Einheiten",
        "100,0 %",
        "Marktstraße 1 bis 5",
        "15,0 m",
        "AGS 16999001",
        "abgerufen am 2. Mai 2026",
    ):
        assert words in page, words
    assert "erfundene" not in page
    made = printing.set_in_type(page)
    inside = unpacked(made)
    assert made.startswith(b"%PDF-1.") and b"pdfuaid" in inside
    assert (
        b"/MarkInfo" in inside
        and b"/Lang (de)" in inside
        and b"/Alt" in inside
        and b"/S /Table" in inside.replace(b"/S/", b"/S /")
    )
    assert printed.file_name("Bad Köstritz/Ost", DAY) == "leerstandsbericht-bad-köstritz-ost-2026-05-01.pdf"


def test_a_town_without_units_has_a_report_that_says_so(staff, towns):
    page = printed.as_html(staff, Area(towns.own), DAY, DAY)
    assert "keine Einheiten im Erdgeschoss" in page and "kein Anteil" in page
    assert "Keine Einheit: ein Anteil wird erst ab 10 angegeben." in page


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x.svg", "file:///etc/passwd", "data:text/html,x"])
def test_a_report_fetches_nothing(address):
    with pytest.raises(SetupError, match="A report fetches nothing"):
        printing.set_in_type(f'<html lang="de"><title>x</title><img src="{address}" alt="x">')


def test_laying_out_is_a_process_of_its_own():
    """A server that never prints does not load what printing needs."""
    code = "import sys, geo.cli; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_two_days_are_told_apart_unit_by_unit(staff, towns):
    def life(*spells, during=(None, None)):
        return Entered(list(spells), during=during)

    then, now = date(2024, 1, 1), date(2025, 1, 1)
    middle = date(2024, 7, 1)
    units = {
        "NEU_LEER": life(("GENUTZT", OLD, middle), ("LEER", middle, None)),
        "WIEDER_BELEGT": life(("ZWISCHENGENUTZT", OLD, middle), ("GENUTZT", middle, None)),
        "BLEIBT_LEER": life(("LEER", OLD, middle), ("LEER_VERMIETET", middle, None)),
        "BLEIBT_BELEGT": life(("GENUTZT", OLD, None)),
        "HINZUGEKOMMEN": life(("GENUTZT", middle, None), during=(middle, None)),
        "WEGGEFALLEN": life(("LEER", OLD, middle), ("ENTFALLEN", middle, None), during=(None, middle)),
        "UNKLAR": life(("LEER", middle, None)),
    }
    ids = dict(zip(units, enter(staff, towns.own, list(units.values())), strict=True))
    pair = Pair(Area(towns.own), then, now, tuple(CHANGES))
    assert compare.counts(staff, pair) == dict.fromkeys(CHANGES, 1)
    assert {row.change: row.id for row in compare.search(staff, pair).rows} == ids
    assert {row.change: row.id for row in compare.on_map(staff, pair)} == ids
    changed = Pair(Area(towns.own), then, now)
    page = compare.search(staff, changed)
    assert ({row.change for row in page.rows}, page.total) == (set(compare.CHANGED), 4)


def test_pages_of_the_comparison_hold_every_unit_once(staff, towns):
    enter(staff, towns.own, [Entered([("LEER", OLD, None)], number=str(n % 7)) for n in range(120)])
    pair = Pair(Area(towns.own), DAY, DAY, tuple(CHANGES))
    seen, after = [], None
    while True:
        page = compare.search(staff, pair, after)
        seen += [row.id for row in page.rows]
        after = page.next_key
        if after is None:
            break
    assert len(seen) == len(set(seen)) == page.total == 120
