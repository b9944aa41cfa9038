"""What a request may claim and carry: no host, scheme or path of its own making, no body that costs more than its size."""

import io
import json
import re
import socket

import pytest
from gunicorn.http.errors import LimitRequestLine

from geo.core import geometry
from geo.core.errors import Invalid
from geo.settings import Settings
from webapp.app import FORM_LIMIT
from webapp.serve import Server, Worker, too_long

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("path", ["/intern/anmelden", "/intern/passwort-vergessen", "/intern/anmelden/passkey"])
def test_forms_without_a_file_are_small(client, path):
    """Werkzeug reads such a form whole and splits it without a limit: 20 MB of `a&a&a` took gigabytes."""
    for body, kind in (
        ("a&" * FORM_LIMIT, FORM),
        (" " * FORM_LIMIT + "{}", "application/json"),
        ("a" * FORM_LIMIT + "a", "x/y"),
    ):
        assert client.post(path, data=body, content_type=kind).status_code == 413, kind


def test_a_form_with_a_file_may_be_larger(sign_in, towns, app):
    app.config["WTF_CSRF_ENABLED"] = False
    visitor = sign_in("editor", towns.own)
    data = {"photo": (io.BytesIO(b"\xff\xd8\xff" + b"0" * (3 * FORM_LIMIT)), "a.jpg")}
    assert visitor.post("/intern/leerstand/neu", data=data).status_code == 422


def test_redirects_of_the_router_stay_here(client):
    for host in ("evil.example", "evil.example:99"):
        answer = client.get("/en?am=2026-05-01", headers={"Host": host})
        assert (answer.status_code, answer.location) == (308, "/en/?am=2026-05-01")
    assert client.get("/en//evil.example", headers={"Host": "x"}).location in {None, "/en/evil.example"}


def test_nobodys_headers_are_believed_by_the_server(tmp_path):
    """gunicorn by itself believes X-Forwarded-Proto, SCRIPT_NAME and PATH_INFO of whoever comes from this machine."""
    config = Server(Settings(home=tmp_path), 0).cfg
    assert config.forwarded_allow_ips == [] and config.forwarder_headers == [] and config.secure_scheme_headers == {}


def test_an_address_that_is_too_long_gets_a_page_of_the_register(app):
    """gunicorn refuses it before the app is asked, in English; a browser's own header cannot ask for this page."""
    ours, browser = socket.socketpair()
    server = type("Server", (), {"too_long": too_long(app)})
    worker = Worker.__new__(Worker)
    worker.app = server
    worker.handle_error(None, ours, ("", 0), LimitRequestLine(9000, 8190))
    ours.close()
    head, _, page = b"".join(iter(lambda: browser.recv(65536), b"")).partition(b"\r\n\r\n")
    browser.close()
    assert head.startswith(b"HTTP/1.1 414 ") and b"\r\nConnection: close" in head and b"Set-Cookie" not in head
    assert int(re.search(rb"Content-Length: (\d+)", head)[1]) == len(page)
    assert b"Content-Security-Policy: default-src 'none'" in head
    assert "Die Adresse ist länger" in page.decode() and '<html lang="de"' in page.decode()
    assert app.test_client().get("/", headers={"innenstadt.too_long": "1"}).status_code == 200


@pytest.mark.parametrize(
    "coordinates",
    ["9" * 400, "[[[" + "9" * 400 + ",50.9]]]", "[[[1e999,1],[2,2],[3,3]]]", "[" * 900 + "]" * 900, '"a"', "null"],
)
def test_outlines_of_nonsense_are_refused(coordinates):
    text = '{"type": "Polygon", "coordinates": ' + coordinates + "}"
    with pytest.raises(Invalid):
        geometry.outline(text)
    with pytest.raises(Invalid):
        geometry.outline(json.dumps({"type": "Feature", "geometry": None}))
