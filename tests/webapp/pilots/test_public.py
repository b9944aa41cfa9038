"""The public pages of pilot projects and their JSON."""

import re

import pytest

from geo.pilots.feature import PILOT_SITES
from tests import factories


def page(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert "Set-Cookie" not in answer.headers
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize(
    "path", ["/pilotprojekte", "/pilotprojekte/liste", "/pilotprojekte/probe", "/pilotprojekte/standort/{site}"]
)
def test_each_page_has_one_heading_and_names_its_source(client, ids, prefix, path):
    html = page(client, prefix + path.format(**ids))
    assert len(re.findall("<h1", html)) == 1
    assert "Bericht" in html
    assert ("Trial avenue" in html) == bool(prefix)


def test_overview_says_phases_as_exactly_as_known(client, ids):
    html = page(client, "/pilotprojekte")
    for expected in ("ab November 2023, Ende offen", "21. August 2023 bis Oktober 2023", "Winterpause", "AG probe"):
        assert expected in html
    english = page(client, "/en/pilotprojekte")
    assert "from November 2023, end open" in english
    assert "winter break" in english


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"Musterstadt, Marktstraße", "Fremdstadt"}),
        ("am=2023-09-01&phase=UMSETZUNG", {"Musterstadt, Marktstraße"}),
        ("phase=UMSETZUNG", set()),
        ("projekt=keins", set()),
        (f"gemeinde={factories.FOREIGN_AGS}", {"Fremdstadt"}),
        ("am=2020-01-01", {"Fremdstadt"}),
    ],
)
def test_filters_and_day(client, ids, query, names):
    data = client.get(f"/api/v1/pilotstandorte?{query}").get_json()
    assert {one["properties"]["title"] for one in data["features"]} == names
    html = page(client, f"/pilotprojekte/liste?{query}")
    assert all(name in html for name in names)


def test_json_has_what_every_map_needs_all_columns_and_phases(client, ids):
    answer = client.get("/api/v1/pilotstandorte")
    assert answer.mimetype == "application/geo+json"
    one = next(one for one in answer.get_json()["features"] if one["id"] == ids["site"])
    properties = one["properties"]
    needed = {"id", "title", "subtitle", "url", "kind", "status", "status_label", "is_example", "phases"}
    assert needed | set(PILOT_SITES.columns) <= set(properties)
    assert (properties["kind"], properties["status"]) == ("pilots", "WINTERPAUSE")
    assert properties["phases"][0] == {
        "phase": "UMSETZUNG",
        "phase_label": "in der Umsetzung",
        "start": "2023-08-21",
        "end": "2023-10-31",
        "start_precision": "TAG",
        "end_precision": "MONAT",
        "text": "21. August 2023 bis Oktober 2023",
        "source": "Presse",
    }
    assert client.get("/api/v1/pilotstandorte", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_json_in_english(client, ids):
    one = client.get(f"/api/v1/pilotstandorte/{ids['late']}?sprache=en").get_json()["properties"]
    assert one["title"] == "Foreign Town"
    assert one["status_label"] == "no phase recorded at present"
    assert one["url"] == f"/en/pilotprojekte/standort/{ids['late']}"


def test_site_shows_phases_with_notes_and_what_is_not_known(client, ids):
    html = page(client, f"/pilotprojekte/standort/{ids['site']}")
    for expected in ("Über &lt;gabe&gt;", "Quelle: <span>Presse", "15", "Dasselbe in Worten"):
        assert expected in html
    assert "Noch keine Phasen" in page(client, f"/pilotprojekte/standort/{ids['late']}")


def test_project_with_milestones(client, ids):
    html = page(client, "/pilotprojekte/probe")
    assert "zweites Halbjahr 2023" in html
    assert "angekündigt" in html
    assert "second half of 2023" in page(client, "/en/pilotprojekte/probe")


@pytest.mark.parametrize(
    "path", ["/pilotprojekte/keins", "/pilotprojekte/standort/0", "/api/v1/pilotstandorte/0", "/en/pilotprojekte/keins"]
)
def test_not_found(client, ids, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("query", ["am=x", "phase=X", "am=0001-01-01"])
def test_wrong_input_is_a_sentence(client, ids, query):
    answer = client.get(f"/api/v1/pilotstandorte?{query}")
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert client.get(f"/pilotprojekte?{query}").status_code == 422


def test_without_projects_the_page_still_stands(client):
    assert "Keine Pilotstandorte gefunden" in page(client, "/pilotprojekte")
