"""What of the vacancies anybody may take along as a file."""

import pytest

from geo.vacancies.exporting import FORMATS


@pytest.fixture
def connection(filled_connection):
    return filled_connection


@pytest.mark.parametrize("extension", FORMATS)
def test_public_files(client, whole_town, extension):
    for address in (f"/leerstand/datei/{extension}", f"/en/leerstand/datei/{extension}"):
        answer = client.get(address)
        assert answer.status_code == 200 and answer.mimetype == FORMATS[extension].media_type
        assert "Set-Cookie" not in answer.headers
        told = answer.data.decode("utf-8", "replace")
        assert [word for word in whole_town.words if word in told] == []
    assert client.get(f"/leerstand/datei/{extension}?am=2020-01-01").status_code == 200


def test_the_public_list_offers_them_and_no_other(client, whole_town):
    page = client.get("/leerstand/liste?art=LADEN_EG").text
    assert "/leerstand/datei/gpkg?art=LADEN_EG" in page
    assert client.get("/leerstand/datei/exe").status_code == 404
    assert client.get("/leerstand/datei/csv?art=X").status_code == 422
    english = client.get("/en/leerstand/datei/csv").data.decode("utf-8-sig")
    assert english.startswith("Register number,Municipality,")
