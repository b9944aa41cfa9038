"""Whatever a stranger writes into an address is answered: never by an error of ours, never with an address of theirs."""

import re

import pytest

from geo.core.paging import encode_key

OVERVIEWS = (
    "/",
    "/leerstand",
    "/leerstand/liste",
    "/baeume",
    "/baeume/liste",
    "/blicke",
    "/blicke/liste",
    "/pilotprojekte",
)
OBJECTS = (
    "/leerstand/{}",
    "/baeume/{}",
    "/baeume/baum/{}",
    "/baeume/allee/{}",
    "/blicke/{}",
    "/pilotprojekte/standort/{}",
)
STRANGE = (
    "_scheme=javascript",
    "_external=1&_scheme=javascript",
    "_anchor=a&_method=POST",
    "_external=1",
    "endpoint=x",
    "values=1",
    "self=1",
    "slug=x",
    "unit_id=3&unit_id=4",
    "am=%00",
    "suche=%00%ED%A0%80%F0%28",
    "karte=99/1e999/nan",
    "flaeche_von=--5",
    "flaeche_bis=-",
    "flaeche_von=%D9%A3",
    "flaeche_von=99999999999999999999",
    "bbox=nan,nan,nan,nan",
    "ab=%FF",
)


@pytest.mark.parametrize("path", [*OVERVIEWS, "/en/", *(f"/en{path}" for path in OVERVIEWS[1:])])
def test_strange_parameters(client, path):
    for query in STRANGE:
        answer = client.get(f"{path}?{query}")
        assert answer.status_code in {200, 422}, f"{path}?{query} -> {answer.status_code}"
        assert "/static/dist/" in answer.text, f"{path}?{query}: not a page of ours"


@pytest.mark.parametrize("path", [*OBJECTS, *(f"/en{path}" for path in OBJECTS)])
@pytest.mark.parametrize("number", ["2147483647", "2147483648", "99999999999999999999999"])
def test_numbers_that_no_row_has(client, path, number):
    assert client.get(path.format(number)).status_code == 404
    assert client.get(path.format(number) + "?unit_id=1&stop_id=1&viewpoint_id=1&site_id=1").status_code == 404


@pytest.mark.parametrize("path", ["/leerstand/liste", "/blicke/liste"])
def test_forged_positions_in_a_list(client, path):
    for values in (
        ["a", "b", "c", "d"],
        [True, 1, 1, 1],
        [1, 1, 1, 1],
        ["a", "b", 10**30, 10**30],
        ["a\0", "b", 1, 1],
        ["a", "b", 10**30],
        ["a", "b", "c"],
        ["a", "b", True],
        [1, 2, 3],
    ):
        assert client.get(path, query_string={"ab": encode_key(values)}).status_code in {200, 422}, values


def test_the_other_language_is_on_this_host(client):
    """Parameters are carried on as they are; none of them becomes a part of the address itself."""
    page = client.get("/blicke?_external=1&_scheme=javascript&am=2026-05-01&a=1&a=2").text
    found = re.search(r'hreflang="en"[^>]*href="([^"]+)"|href="([^"]+)"[^>]*hreflang="en"', page)
    address = (found[1] or found[2]).replace("&amp;", "&")
    assert re.sub(r"^http://localhost", "", address).startswith("/en/blicke?"), address
    assert address.endswith("?_external=1&_scheme=javascript&am=2026-05-01&a=1&a=2")
