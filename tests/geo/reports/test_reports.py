"""Reports as files: nothing foreign in them, what people typed stays text, and internal ones say so."""

import json
import re
from html import unescape
from html.parser import HTMLParser

import pytest

from geo.core import clock
from geo.core.access import SYSTEM
from geo.core.errors import SetupError
from geo.reports import outlook, page, season, town
from geo.trees.queries.public import Filters as TreeFilters
from geo.viewpoints.public import Filters as PointFilters
from tests.conftest import load_sample, shared_apart

TODAY = clock.today()
GOTHA = "16067029"


@pytest.fixture(scope="module")
def sample(cluster, database):
    """A database of its own with the sample register, which is read only."""
    with shared_apart(cluster, "register_reports") as filled:
        load_sample(filled)
        yield filled


class Read(HTMLParser):
    """The parts of a file that tests ask for; what a browser would fetch."""

    def __init__(self, text):
        super().__init__()
        self.lang, self.title, self.h1, self.rows, self.asked, self._in = "", "", "", 0, [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.lang = values.get("lang", self.lang) if tag == "html" else self.lang
        self.rows += tag == "tr"
        self._in = tag
        for name in ("src", "href", "data", "action", "srcset", "poster"):
            if values.get(name) and not values[name].startswith(("#", "data:,")):
                self.asked.append(values[name])

    def handle_data(self, data):
        if self._in in ("title", "h1"):
            setattr(self, self._in, getattr(self, self._in) + data.strip())

    def handle_endtag(self, tag):
        self._in = ""


def all_reports(db):
    with db.public() as session:
        for lang in ("de", "en"):
            yield town.public(session, GOTHA, "Gotha", TODAY, TODAY, lang)
            yield season.report(session, TODAY, TODAY, lang, TreeFilters())
            yield outlook.report(session, TODAY, TODAY, lang, PointFilters())


def test_each_report_is_one_file_with_title_language_heading_and_table(sample):
    for report in all_reports(sample):
        text = page.as_html(report)
        read = Read(text)
        assert (read.lang, read.title, read.h1) == (report.lang, report.title, report.title)
        assert read.rows == len(report.tables) + sum(len(table.rows) for table in report.tables)
        assert sum(len(table.rows) for table in report.tables) > 3
        assert read.asked == [] and "url(http" not in text and "@import" not in text and "//cdn." not in text
        assert 200_000 < len(text.encode()) < 900_000
        assert "Content-Security-Policy" in text and "default-src 'none'" in text


def test_the_table_says_what_the_map_shows(sample):
    for report in all_reports(sample):
        marks = {spot.key for group in report.groups for spot in group.spots}
        assert marks and marks <= {key for table in report.tables for key, _ in table.rows}


def test_examples_are_said(sample):
    for report in all_reports(sample):
        assert report.is_example
        assert ("Beispielregisters" if report.lang == "de" else "sample register") in page.as_html(report)


def test_internal_units_are_in_internal_files_alone(sample):
    with sample.staff(SYSTEM) as session:
        town_id = session.connection().exec_driver_sql(
            "SELECT id FROM register.municipalities WHERE ags = '16067029' AND upper_inf(during)"
        ).scalar()  # fmt: skip
    with sample.staff(SYSTEM, town_id) as session:
        whole = town.internal(session, town_id, GOTHA, "Gotha", TODAY, TODAY)
    with sample.public() as session:
        published = town.public(session, GOTHA, "Gotha", TODAY, TODAY, "de")
    assert len(whole.tables[0].rows) > len(published.tables[0].rows)
    assert "Nur für den internen Gebrauch" in page.as_html(whole)
    assert "Nur für den internen Gebrauch" not in page.as_html(published)


def hostile(words):
    ground = page.Ground({"type": "FeatureCollection", "features": []}, names=[(words, 11.0, 50.9)])
    spot = page.Spot(words, 11.0, 50.9, words, (words,))
    return page.Report(
        "de", words, words, "heute", [page.Group(words, [spot])], [page.Table(words, (words,), [(words, (words,))])],
        ground, notes=[words],
    )  # fmt: skip


@pytest.mark.parametrize(
    "words", ["</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"'`${alert(1)}`{{7*7}}"]
)
def test_what_people_typed_is_text(words):
    text = page.as_html(hostile(words))
    assert Read(text).asked == [] and text.count("<script") == 3 and text.count("</script>") == 3
    assert "<img" not in text.replace("&lt;img", "") or "onerror=alert(1)>" not in re.sub(r"&lt;[^&]*&gt;", "", text)
    assert unescape(Read(text).title) == words.strip() or words.startswith("</script>") or "<img" in words
    data = json.loads(re.search(r'<script type="application/json" id="daten">(.*?)</script>', text)[1])
    ((feature,),) = data["layers"].values()
    assert feature["properties"] == {"key": words, "title": words, "lines": [words]} and data["names"][0][0] == words
    assert "49" not in Read(text).title + Read(text).h1


def test_without_a_built_front_end_it_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(page, "BUILT", tmp_path)
    with pytest.raises(SetupError, match="npm run build"):
        page.as_html(hostile("Wort"))
