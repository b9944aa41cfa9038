"""A geocoder of either shape is asked by the server only: no redirect, no private host unless allowed, a rest after failures."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from geo.core.errors import SetupError
from geo.places import geocoder as module
from geo.places.geocoder import Geocoder

NOMINATIM = [
    {
        "lat": "50.9489",
        "lon": "10.7183",
        "address": {"road": "Markt", "house_number": "5", "postcode": "99867", "town": "Gotha"},
    },
    {"lat": "48.1", "lon": "11.5", "address": {"road": "Markt", "house_number": "5", "city": "Anderswo"}},
    {"lat": "50.9", "lon": "10.7", "address": {"city": "Gotha"}},
]
PHOTON = {
    "features": [
        {
            "geometry": {"coordinates": [10.7183, 50.9489]},
            "properties": {"street": "Markt", "housenumber": "5", "postcode": "99867", "city": "Gotha"},
        }
    ]
}


class Fake:
    """A server on this machine that answers as it is told and notes what it was asked."""

    def __init__(self):
        self.asked, self.answer, self.status, self.headers = [], b"[]", 200, {}
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                fake.asked.append((urlsplit(self.path).path, parse_qs(urlsplit(self.path).query), self.headers["Host"]))
                self.send_response(fake.status)
                for name, value in fake.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(fake.answer)

            def log_message(self, *_words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://localhost:{self.server.server_port}/geo"


@pytest.fixture
def fake():
    made = Fake()
    yield made
    made.server.shutdown()
    made.server.server_close()


def own(fake, kind="nominatim"):
    return Geocoder(fake.url, kind, may_be_private=True)


@pytest.mark.parametrize(
    ("kind", "answer", "path"), [("nominatim", NOMINATIM, "/geo/search"), ("photon", PHOTON, "/geo/api")]
)
def test_both_shapes_are_read(fake, kind, answer, path):
    fake.answer = json.dumps(answer).encode()
    (found,) = own(fake, kind).search("Markt  5", "Gotha")
    assert (found.label, found.source) == ("Markt 5, 99867 Gotha", "localhost")
    assert (found.longitude, found.latitude) == (10.7183, 50.9489)
    (asked,) = fake.asked
    assert asked[0] == path and asked[1]["q"] == ["Markt 5, Gotha"] and asked[2].startswith("localhost:")


def test_the_same_question_is_asked_once(fake):
    fake.answer = json.dumps(NOMINATIM).encode()
    one = own(fake)
    assert one.search("Markt 5", "Gotha") == one.search("Markt 5", "Gotha") != []
    assert len(fake.asked) == 1


def test_a_private_host_is_not_asked(fake):
    assert Geocoder(fake.url, "nominatim").search("Markt 5", "Gotha") == []
    assert fake.asked == []


def test_redirects_are_not_followed(fake):
    other = Fake()
    fake.status, fake.headers = 302, {"Location": other.url}
    assert own(fake).search("Markt 5", "Gotha") == []
    assert other.asked == []
    other.server.shutdown()
    other.server.server_close()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"{",
        b"null",
        b"[1]",
        b'[{"lat": "x", "lon": "y", "address": {"road": "a"}}]',
        b'{"error": "no"}',
        b"[" * 90_000,
        b" " * 600_000,
    ],
)
def test_broken_answers_are_no_answer(fake, answer):
    fake.answer = answer
    for kind in ("nominatim", "photon"):
        assert own(fake, kind).search("Markt 5", "Gotha") == []


def test_it_rests_after_failures_and_is_asked_again(fake, monkeypatch):
    fake.status = 500
    one = own(fake)
    for number in range(module.FAILURES + 3):
        assert one.search(f"Markt {number}", "Gotha") == []
    assert len(fake.asked) == module.FAILURES and one.is_resting
    fake.status, fake.answer = 200, json.dumps(NOMINATIM).encode()
    now = module.time.monotonic()
    monkeypatch.setattr(module.time, "monotonic", lambda: now + module.PAUSE_S + 1)
    assert len(one.search("Markt 5", "Gotha")) == 1


def test_a_silent_host_costs_three_seconds_at_most(fake, monkeypatch):
    monkeypatch.setattr(module, "TIMEOUT_S", 0.2)
    started = threading.Event()
    release = threading.Event()

    def wait(_self):
        started.set()
        release.wait(5)

    monkeypatch.setattr(fake.server.RequestHandlerClass, "do_GET", wait)
    assert own(fake).search("Markt 5", "Gotha") == []
    assert started.is_set()
    release.set()


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("ftp://x", "photon"),
        ("geo.example", "photon"),
        ("https://a:b@geo.example", "photon"),
        ("https://geo.example", "google"),
    ],
)
def test_a_wrong_setting_is_refused_at_the_start(url, kind):
    with pytest.raises(SetupError):
        Geocoder(url, kind)
