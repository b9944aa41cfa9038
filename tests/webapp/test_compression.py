"""Public answers go compressed to whoever takes that; what belongs to a session never does."""

import gzip

import pytest

from webapp import geojson


def asked(client, path, **headers):
    return client.get(path, headers={"Accept-Encoding": "gzip", **headers})


@pytest.mark.parametrize("path", ["/blicke", "/en/blicke/liste", "/api/v1/blicke", "/leerstand"])
def test_public_answers_are_compressed(client, path):
    packed, plain = asked(client, path), client.get(path)
    if len(plain.data) < 1000:
        assert "Content-Encoding" not in packed.headers and packed.data == plain.data
        return
    assert packed.headers["Content-Encoding"] == "gzip" and gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) and int(packed.headers["Content-Length"]) == len(packed.data)
    assert "Accept-Encoding" in plain.headers["Vary"] and "Accept-Encoding" in packed.headers["Vary"]
    assert "Content-Encoding" not in plain.headers


def test_what_has_not_changed_is_not_sent_again(app):
    def answer(**headers):
        with app.test_request_context("/api/v1/blicke", headers={"Accept-Encoding": "gzip", **headers}):
            return app.process_response(geojson.plain({"words": "Blick " * 300}))

    first = answer()
    again = answer(**{"If-None-Match": first.headers["ETag"]})
    assert first.headers["Content-Encoding"] == "gzip" and first.headers["ETag"].startswith("W/")
    assert again.status_code == 304 and "Content-Encoding" not in again.headers


def test_what_belongs_to_a_session_is_not(sign_in, towns):
    person = sign_in("viewer", towns.own)
    for path in ("/intern/blicke", "/blicke"):
        answer = asked(person, path)
        assert answer.status_code == 200 and "Content-Encoding" not in answer.headers
    assert "Content-Encoding" not in asked(person.application.test_client(), "/intern/anmelden").headers
