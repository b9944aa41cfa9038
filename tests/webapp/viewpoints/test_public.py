"""The public pages of viewpoints and their JSON."""

import re

import pytest
from sqlalchemy import text

from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.places.model import Photo
from geo.viewpoints.feature import VIEWPOINTS
from tests import factories


def page(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert "Set-Cookie" not in answer.headers
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/blicke", "/blicke/liste", "/en/blicke", "/en/blicke/liste"])
def test_map_and_list_show_the_same_public_points(client, points, path):
    html = page(client, path)
    for name in ["View from Test Hill", "Fremdblick"] if path.startswith("/en") else ["Bergblick", "Fremdblick"]:
        assert name in html
    assert "Geheime Idee" not in html
    assert len(re.findall("<h1", html)) == 1


def test_map_asks_for_the_data_of_the_same_selection(client, points):
    html = page(client, "/blicke?status=GESCHLOSSEN&am=2026-06-01")
    assert "Bergblick" in html
    assert "Fremdblick" not in html
    assert "/api/v1/blicke?" in html
    data = client.get("/api/v1/blicke?status=GESCHLOSSEN&am=2026-06-01").get_json()
    assert [one["properties"]["title"] for one in data["features"]] == ["Bergblick"]
    assert data["features"][0]["properties"]["url"].endswith("?am=2026-06-01")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("stufenlos=1", {"Blick vom Testberg", "Bergblick", "Fremdblick"}),
        ("suche=testberg", {"Blick vom Testberg", "Bergblick", "Fremdblick"}),
        ("suche=fremdstadt", {"Fremdblick"}),
        (f"gemeinde={factories.FOREIGN_AGS}", {"Fremdblick"}),
        ("gemeinde=nix", set()),
        ("am=2025-12-31", {"Blick vom Testberg", "Fremdblick"}),
        ("am=2024-01-01", set()),
    ],
)
def test_filters_and_day(client, points, query, names):
    data = client.get(f"/api/v1/blicke?{query}").get_json()
    assert {one["properties"]["title"] for one in data["features"]} == names
    html = page(client, f"/blicke/liste?{query}")
    assert all(name in html for name in names)


def test_json_has_what_every_map_needs_and_all_public_columns(client, points):
    answer = client.get("/api/v1/blicke")
    assert answer.mimetype == "application/geo+json"
    data = answer.get_json()
    assert data["type"] == "FeatureCollection"
    one = next(one for one in data["features"] if one["id"] == points["open"])
    assert one["geometry"] == {"type": "Point", "coordinates": [11.05, 50.93]}
    properties = one["properties"]
    needed = {"id", "title", "subtitle", "url", "kind", "status", "status_label", "is_example", "sectors"}
    assert needed | set(VIEWPOINTS.columns) <= set(properties)
    assert properties["sectors"] == [[67.0, 292.0]]
    assert (properties["kind"], properties["status"], properties["status_label"]) == ("viewpoints", "OFFEN", "offen")
    assert properties["last_checked_on"] is None
    assert properties["shade"] == "UNBEKANNT"
    again = client.get("/api/v1/blicke", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_json_in_english(client, points):
    one = client.get(f"/api/v1/blicke/{points['open']}?sprache=en").get_json()
    assert one["properties"]["title"] == "View from Test Hill"
    assert one["properties"]["status_label"] == "open"
    assert one["properties"]["url"] == f"/en/blicke/{points['open']}"


def test_page_of_a_point(client, points):
    html = page(client, f"/blicke/{points['open']}")
    for expected in (
        "Der &lt;Markt&gt;.</p><p>Und der Turm.",
        "von Ostnordosten über Süden bis Westnordwesten (67°\u00a0bis\u00a0292°)",
        "50.93000, 11.05000",
        "32N 644",
        "Blick zuletzt geprüft",
        "Informationstafel",
        "Bergblick",
        "Luftlinie",
    ):
        assert expected in html


def test_page_in_english_marks_german_text(client, points):
    html = page(client, f"/en/blicke/{points['open']}")
    assert "The market." in html
    assert "from east-northeast via south to west-northwest (67°\u00a0to\u00a0292°)" in html
    foreign = page(client, f"/en/blicke/{points['foreign']}")
    assert '<h1 lang="de">Fremdblick' in foreign


def test_page_of_another_day(client, points):
    assert "Stand am" in page(client, f"/blicke/{points['open']}?am=2026-01-01")
    page(client, f"/blicke/{points['closed']}?am=2025-12-31", 404)


@pytest.mark.parametrize("path", ["/blicke/{idea}", "/en/blicke/{idea}", "/api/v1/blicke/{idea}", "/blicke/0"])
def test_ideas_are_not_found(client, points, path):
    assert client.get(path.format(**points)).status_code == 404


@pytest.mark.parametrize(
    "query", ["am=gestern", "am=2026-13-01", "status=IDEE", "status=x", "ab=kaputt", "ab=WzEsMiwzXQ"]
)
def test_wrong_input_is_a_sentence(client, points, query):
    for path in ("/blicke/liste", "/api/v1/blicke"):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code < 500
        if answer.status_code == 422 and path.startswith("/api"):
            assert answer.mimetype == "application/problem+json"
            assert answer.get_json()["detail"].endswith(".")


def test_photos_carry_credit_and_alternative_text(client, db, towns, points):
    with db.staff(SYSTEM, towns.own) as session:
        place_id = session.scalar(
            text("SELECT place_id FROM register.viewpoints WHERE id = :id"), {"id": points["open"]}
        )
        with perform(session, SYSTEM, Action.PHOTO_EDIT, towns.own):
            for public, digit in ((True, "a"), (False, "b")):
                session.add(
                    Photo(
                        municipality_id=towns.own,
                        place_id=place_id,
                        sha256=digit * 64,
                        width_px=1200,
                        height_px=800,
                        alt_text=f"Blick über den Markt {digit}",
                        author="A. Muster",
                        licence="CC-BY-4.0",
                        is_public=public,
                    )
                )
        session.commit()
    html = page(client, f"/blicke/{points['open']}")
    assert 'alt="Blick über den Markt a"' in html
    assert "A. Muster" in html
    assert "CC BY 4.0" in html
    assert "Markt b" not in html


def test_empty_list_says_so(client):
    assert "Keine Blickpunkte gefunden" in page(client, "/blicke")
