"""The yearly report in the browser's eyes: the office alone fetches it, page and files say the same."""

import io
import re

import docx
import pytest

from geo.core import clock
from tests.webapp.security.walking import pages_in_place_of_prints

ADDRESSES = (
    "/intern/allianz/jahresbericht",
    "/intern/allianz/jahresbericht/2025.docx",
    "/intern/allianz/jahresbericht/2025.pdf",
)


@pytest.mark.parametrize("role", ["manager", "planner", "curator", "admin"])
def test_nobody_else_fetches_it(sign_in, towns, role):
    client = sign_in(role, towns.own)
    assert [client.get(address).status_code for address in ADDRESSES] == [403, 403, 403]


def test_page_word_file_and_print_say_the_same(sign_in, ids, monkeypatch):
    pages_in_place_of_prints(monkeypatch)
    office = sign_in("office")
    page = office.get("/intern/allianz/jahresbericht?jahr=2025").text
    word, printed = office.get(ADDRESSES[1]), office.get(ADDRESSES[2])
    assert 'filename="jahresbericht-allianz-2025.docx"' in word.headers["Content-Disposition"]
    assert printed.headers["Content-Disposition"].endswith('2025.pdf"') and word.headers["Cache-Control"] == "no-store"
    opened = docx.Document(io.BytesIO(word.data))
    tables = [[[cell.text for cell in row.cells] for row in one.rows] for one in opened.tables]
    assert tables and ["4. März 2025", "Große Runde", "Allianz", "Rathaus, Saal 1", "1", "1"] in [
        row for one in tables for row in one
    ]
    for text in (page, printed.text):
        flat = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
        for row in (row for one in tables for row in one):
            assert " ".join(" ".join(row).split()) in re.sub(r" +", " ", flat), row
    assert (
        "GEHEIMBESCHLUSS" not in page and "GEHEIMENTWURF" not in page
    )  # minutes are not released, a draft is no meeting


def test_a_year_that_has_no_report_says_so(sign_in):
    office = sign_in("office")
    for path in (
        "/intern/allianz/jahresbericht?jahr=2019",
        f"/intern/allianz/jahresbericht/{clock.today().year + 1}.docx",
    ):
        answer = office.get(path)
        assert answer.status_code == 422 and "Einen Bericht gibt es für die Jahre 2021 bis" in answer.text
