import gzip
import json

import pytest
from sqlalchemy import text

from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.places.reference import load_reference

LAYERS = ("gemeinden", "kreise", "orte")


def get(client, path, **options):
    answer = client.get(path, **options)
    assert answer.status_code == 200, answer.text
    return answer


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_is_geojson_with_credit_and_sets_no_cookie(client, layer):
    answer = get(client, f"/api/v1/grundkarte/{layer}")
    assert answer.mimetype == "application/geo+json"
    assert "Set-Cookie" not in answer.headers
    body = json.loads(answer.text)
    assert body["type"] == "FeatureCollection" and body["credit"]
    names = {feature["properties"]["name"] for feature in body["features"]}
    assert names >= ({"Musterkreis"} if layer == "kreise" else {"Fremdstadt", "Musterstadt"})


def test_who_has_the_layer_gets_304_and_no_body(client):
    first = get(client, "/api/v1/grundkarte/gemeinden")
    again = client.get("/api/v1/grundkarte/gemeinden", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "no-cache" in first.headers["Cache-Control"]


def test_an_address_with_the_version_may_be_kept_for_a_year(client, app):
    with app.test_request_context("/"):
        given = app.jinja_env.globals["base_map"]()
    answer = get(client, given["base"]["districts"])
    assert "immutable" in answer.headers["Cache-Control"] and "max-age=31536000" in answer.headers["Cache-Control"]
    assert "GeoNames" in given["credit"] and "Test" in given["credit"]
    assert "no-cache" in get(client, "/api/v1/grundkarte/kreise?v=000000000000").headers["Cache-Control"]


def test_a_layer_is_compressed_for_who_understands_it(client):
    plain = get(client, "/api/v1/grundkarte/gemeinden")
    packed = get(client, "/api/v1/grundkarte/gemeinden", headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip" and "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]


def test_the_map_of_the_whole_state_is_small(client, db):
    with db.owner() as session:
        load_reference(session, SYSTEM)
        session.commit()
    municipalities = get(client, "/api/v1/grundkarte/gemeinden")
    assert len(municipalities.data) < 600_000
    assert len(json.loads(municipalities.text)["features"]) == 849 + 2
    assert len(get(client, "/api/v1/grundkarte/kreise").data) < 120_000
    labels = json.loads(get(client, "/api/v1/grundkarte/orte").text)["features"]
    assert labels[0]["properties"]["name"] == "Erfurt"
    found = json.loads(get(client, "/api/v1/orte?q=pös").text)["features"]
    assert [one["properties"]["name"] for one in found] == ["Pößneck"]
    assert found[0]["properties"]["district"] == "Saale-Orla-Kreis"


def test_boundaries_are_those_of_the_day(client, db, towns):
    with db.owner() as session, perform(session, SYSTEM, Action.MUNICIPALITY_IMPORT):
        for table, column in (("municipalities", "id"), ("municipality_outlines", "municipality_id")):
            version = ", version = version + 1" if table == "municipalities" else ""
            session.execute(
                text(
                    f"UPDATE register.{table} SET during = daterange(lower(during), '2024-01-01'){version}"
                    f" WHERE {column} = :town"
                ),
                {"town": towns.foreign},
            )
        session.flush()
        session.commit()

    def names(day):
        body = json.loads(get(client, f"/api/v1/grundkarte/gemeinden?am={day}").text)
        return {feature["properties"]["name"] for feature in body["features"]}

    assert names("2023-12-31") == {"Musterstadt", "Fremdstadt"}
    assert names("2024-01-01") == {"Musterstadt"}
    assert names("1950-01-01") == {"Musterstadt", "Fremdstadt"}, "before the first known day: the first known state"


def test_a_day_that_is_none_is_a_sentence(client):
    answer = client.get("/api/v1/grundkarte/gemeinden?am=gestern")
    assert answer.status_code == 422 and answer.mimetype == "application/problem+json"


def test_search_asks_politely(client):
    assert json.loads(get(client, "/api/v1/orte").text)["features"] == []
    found = json.loads(get(client, "/api/v1/orte?q=MUSTER").text)["features"]
    assert [one["properties"]["name"] for one in found] == ["Musterstadt"]
    assert found[0]["geometry"]["type"] == "Point"
    assert client.get("/api/v1/orte?q=a&anzahl=1000").status_code == 422
