"""The line of a tour on its page, its map and in its files: along the streets of a town that has a network, else straight."""

import json
import re

import pytest
from shapely.geometry import LineString

from geo.core.access import SYSTEM
from geo.places.streets import service as streets
from geo.places.streets.service import StreetInput
from tests.geo.viewpoints.conftest import made

AROUND = [(11.05, 50.93), (11.05, 50.94), (11.06, 50.94), (11.06, 50.93)]
ALONG, STRAIGHT = "Die Linie folgt Straßen und Wegen", "Die Linie ist die Luftlinie"


@pytest.fixture
def tour(db, towns):
    """Two points of a town with one street, which goes a long way round, and one of a town without."""
    with db.staff(SYSTEM, towns.own) as session:
        one = made(session, towns.own, name="Anfang", longitude="11,05", latitude="50,93")
        other = made(session, towns.own, name="Ende", longitude="11,06", latitude="50,93")
        far = made(session, towns.foreign, name="Fern", longitude="11,25")
        streets.replace(session, SYSTEM, towns.own, "Netz", [StreetInput(LineString(AROUND))])
        session.commit()
        return one.id, other.id, far.id


def shown(client, *numbers):
    """The page, and the legs that its map draws."""
    html = client.get("/blicke/tour?punkte=" + ",".join(map(str, numbers))).text
    config = json.loads(re.search(r"data-map-later='([^']+)'", html)[1])
    legs = [(leg["properties"]["zone_kind"], leg["geometry"]["coordinates"]) for leg in config["shapes"]]
    return html, config, legs


def test_where_there_is_a_network_the_line_follows_it(client, tour):
    html, config, legs = shown(client, *tour[:2])
    assert legs == [("WEG", [list(corner) for corner in AROUND])]
    assert f"{ALONG}." in html and "Luftlinie" not in html
    (south, west), (north, east) = config["bounds"]
    assert south < 50.93 and north > 50.94 and west < 11.05 and east > 11.06, "the whole line is in sight"
    gpx = client.get(f"/blicke/tour.gpx?punkte={tour[0]},{tour[1]}").text
    assert re.findall(r'<trkpt lat="([\d.]+)" lon="([\d.]+)"', gpx) == [(f"{y:.6f}", f"{x:.6f}") for x, y in AROUND]
    assert f"<desc>{ALONG}.</desc>" in gpx
    assert (
        " ".join(f"{x:.6f},{y:.6f}" for x, y in AROUND)
        in client.get(f"/blicke/tour.kml?punkte={tour[0]},{tour[1]}").text
    )


def test_where_there_is_none_it_is_straight_and_said_to_be(client, tour):
    html, _, legs = shown(client, tour[0], tour[2])
    assert legs == [("LUFTLINIE", [[11.05, 50.93], [11.25, 50.93]])]
    assert STRAIGHT in html and ALONG not in html
    gpx = client.get(f"/blicke/tour.gpx?punkte={tour[0]},{tour[2]}").text
    assert "<trk>" not in gpx and f"<desc>{STRAIGHT}" in gpx


def test_of_both_the_page_says_which_is_which(client, tour):
    html, _, legs = shown(client, *tour)
    assert [kind for kind, _ in legs] == ["WEG", "LUFTLINIE"]
    assert re.search(ALONG + r"; gestrichelt .*\(von 2 nach 3\)", html)
    english = client.get("/en/blicke/tour?punkte=" + ",".join(map(str, tour))).text
    assert "(from 2 to 3)" in english


def test_without_scripts_and_on_paper_the_tour_is_a_drawing(client, tour):
    html, _, _ = shown(client, *tour)
    drawing = re.search(r'<svg viewBox="0 0 640 400".*?</svg>', html, re.S)[0]
    assert drawing.count("<circle") == 3 and drawing.count("stroke-dasharray") == 1
    numbers = [float(number) for path in re.findall(r' d="M([^"]+)" fill="none" stroke="#0a6480"', drawing)
               for number in re.split("[L ]", path)]  # fmt: skip
    assert len(numbers) == 12 and all(0 <= x <= 640 for x in numbers[::2]) and all(0 <= y <= 400 for y in numbers[1::2])
    alone, _, _ = shown(client, tour[0])
    assert "stroke-dasharray" not in alone and ALONG not in alone and STRAIGHT not in alone


def test_a_number_that_is_no_public_point_is_said(client, tour):
    html, _, legs = shown(client, tour[0], 999_999_999, "nix", tour[1])
    assert "2 Angaben in der Adresse gehören zu keinem öffentlichen Blickpunkt" in html and len(legs) == 1
    nothing = client.get("/en/blicke/tour?punkte=nix")
    assert nothing.status_code == 200 and "1 part of the address" in nothing.text
    assert "in der Adresse gehör" not in client.get(f"/blicke/tour?punkte={tour[0]},{tour[0]},").text


def test_too_many_points_are_a_sentence_and_stay_chosen(client, db, towns):
    with db.staff(SYSTEM, towns.own) as session:
        many = [made(session, towns.own, name=f"Punkt {number}").id for number in range(13)]
        session.commit()
    chosen = "&".join(f"punkte={one}" for one in many)
    answer = client.get(f"/blicke/tour?{chosen}&start={many[3]}")
    assert answer.status_code == 422 and "höchstens 12 Blickpunkte" in answer.text
    assert answer.text.count(" checked") == 13
    assert client.get(f"/api/v1/blicke/tour?{chosen}").status_code == 422
    assert client.get(f"/blicke/tour.kml?{chosen}").status_code == 422
