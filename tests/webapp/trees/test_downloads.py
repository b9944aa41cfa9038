"""The visits of a season as files, the same in each format; and none of a draft."""

import csv
import io
import sqlite3

import pytest
from python_calamine import CalamineWorkbook

from tests.geo.trees import rows

IN_MAY = "2026-05-10"
WANTED = [
    ("Hauptmarkt Musterallee", "2026-05-04", "2026-06-07", 2),
    ("Neumarkt Musterallee", "2026-06-08", "2026-07-31", 1),
]


def got(client, extension, query=""):
    answer = client.get(f"/baeume/datei/{extension}?am={IN_MAY}{query}")
    assert answer.status_code == 200 and answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    return answer


def test_each_format_holds_the_published_visits(client, avenue, tmp_path):
    features = got(client, "geojson").get_json(force=True)["features"]
    told = [one["properties"] for one in features]
    assert [(one["stop"], one["first"], one["last"], one["tree_count"]) for one in told] == WANTED
    assert features[0]["geometry"]["coordinates"] == [11.05, 50.93]
    text = got(client, "csv").data.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["Standplatz"] for row in lines] == [one[0] for one in WANTED]
    assert [row["Steht am Stichtag"] for row in lines] == ["ja", "nein"] and lines[0]["Länge"] == "11,050000"
    book = CalamineWorkbook.from_filelike(io.BytesIO(got(client, "xlsx").data))
    assert [row[2] for row in book.get_sheet_by_index(0).to_python()[1:3]] == [one[0] for one in WANTED]
    (tmp_path / "a.gpkg").write_bytes(got(client, "gpkg").data)
    with sqlite3.connect(tmp_path / "a.gpkg") as base:
        assert base.execute("SELECT stop, tree_count FROM wanderbaeume ORDER BY first").fetchall() == [
            (name, count) for name, _, _, count in WANTED
        ]


@pytest.mark.parametrize("extension", ["csv", "xlsx", "gpkg", "geojson"])
def test_filters_count_and_nothing_found_is_a_file_without_rows(client, avenue, extension):
    assert got(client, extension, "&gemeinde=99999999").data
    only_taken = got(client, "geojson", "&belegt=1").get_json(force=True)["features"]
    assert [one["properties"]["stop"] for one in only_taken] == [WANTED[0][0]]


def test_another_format_is_not_found(client, avenue):
    assert client.get("/baeume/datei/exe").status_code == 404


def test_what_would_be_a_formula_is_text(client, avenue, staff, towns):
    with_formula = rows.stop(staff, towns.own, "=1+1", lon=11.07)
    avenue.put("L 1", with_formula, rows.MAY, actual=True)
    assert "'=1+1" in got(client, "csv").data.decode()
