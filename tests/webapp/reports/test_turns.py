"""Reports take a processor for a while: visitors who ask for many at once are told to wait."""

import pytest

from webapp.reports import views
from webapp.turns import Turns

PUBLIC = ("/baeume/karte.html", "/blicke/karte.html", "/en/blicke/karte.html")


@pytest.mark.parametrize("address", PUBLIC)
def test_a_full_line_of_visitors_is_told_to_come_again(client, monkeypatch, address):
    turns = Turns(visitors=1, wait_seconds=1)
    monkeypatch.setattr(views, "TURNS", turns)
    with client.application.test_request_context("/"), turns.taken():
        answer = client.get(address)
        assert answer.status_code == 429 and answer.headers["Retry-After"] == "1"
    assert client.get(address).status_code == 200


def test_staff_wait_for_their_turn_beside_the_line(sign_in, towns, monkeypatch):
    turns = Turns(visitors=1, wait_seconds=1)
    monkeypatch.setattr(views, "TURNS", turns)
    client = sign_in("viewer", towns.own)
    with turns.one:
        assert client.get("/intern/leerstand/karte.html").status_code == 429
    assert client.get("/intern/leerstand/karte.html").status_code == 200
