"""What a phone shows before its map is asked for: the same points as the list, on the state's outline."""

import re

import pytest

from geo.places.picture import HEIGHT, WIDTH, spot


def test_the_picture_holds_the_points_of_the_list(client, points):
    html = client.get("/blicke").text
    picture = re.search(r'<div class="map__preview".*?</svg>', html, re.S)[0]
    assert picture.count("<circle") == len(client.get("/api/v1/blicke").json["features"]) == 3
    assert 'aria-hidden="true"' in picture and "data-map-later=" in html and "Karte öffnen" in html
    only = client.get("/blicke?status=GESCHLOSSEN").text
    assert re.search(r'<div class="map__preview".*?</svg>', only, re.S)[0].count("<circle") == 1


def test_the_outline_is_light_and_kept(client):
    html = client.get("/blicke").text
    address = re.search(r'<image href="([^"]+)"', html)[1].replace("&amp;", "&")
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.mimetype == "image/svg+xml" and len(answer.data) < 16_000
    assert answer.cache_control.immutable
    assert client.get(address).text.startswith("<svg") and "style" not in client.get(address).text


@pytest.mark.parametrize(("longitude", "latitude"), [(9.877, 50.2), (12.653, 51.649), (11.03, 50.98)])
def test_every_place_of_the_state_lies_in_the_picture(longitude, latitude):
    x, y = spot(longitude, latitude)
    assert 0 < x < WIDTH and 0 < y < HEIGHT
