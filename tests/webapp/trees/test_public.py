import pytest

from tests import factories
from tests.webapp.trees.conftest import IN_MAY


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, answer.text[:500]
    return answer.text


def test_map_page_lists_where_the_trees_stand(client, avenue):
    text = page(client, f"/baeume?am={IN_MAY}")
    assert "2 Wanderbäume in der Straße" in text and "Hauptmarkt Musterallee" in text
    assert "2 Bäume stehen hier" in text and "Bäume ab 8. Juni 2026" in text
    assert f"/api/v1/baeume?am={IN_MAY}" in text


def test_list_says_the_same_without_a_map(client, avenue):
    text = page(client, f"/baeume/liste?am={IN_MAY}")
    assert "2 Standplätze" in text and ">B 1</a>" in text and "data-map" not in text


def test_filters_live_in_the_address(client, avenue):
    assert "Neumarkt" not in page(client, f"/baeume/liste?am={IN_MAY}&belegt=1").split("Nächste Umzüge")[0]
    assert "Keine Standplätze gefunden" in page(client, "/baeume?gemeinde=16999002")
    text = page(client, f"/baeume?am={IN_MAY}&gemeinde={factories.OWN_AGS}&allee={avenue.fleet.id}")
    assert "Hauptmarkt" in text and f"allee={avenue.fleet.id}" in text


def test_winter_says_when_the_trees_come_back(client, avenue):
    text = page(client, "/baeume?am=2026-01-10")
    assert "kein Wanderbaum in der Straße" in text and "Die nächsten kommen am 4. Mai 2026" in text
    assert "noch nicht veröffentlicht" in page(client, "/baeume?am=2026-12-10")


def test_stop_tells_now_next_and_before(client, avenue):
    text = page(client, f"/baeume/{avenue.square.id}?am=2026-05-20")
    assert "Die nächsten kommen am 8. Juni 2026" in text and "data-map" in text
    assert "Davor stand hier noch kein Wanderbaum" in text
    assert "Was hier stand" in page(client, f"/baeume/{avenue.market.id}?am=2026-09-01")


def test_tree_tells_its_life(client, avenue):
    text = page(client, f"/baeume/baum/{avenue.trees['B 1'].id}?am={IN_MAY}")
    assert text.index("Neumarkt") < text.index("Hauptmarkt") and "steht hier am 10. Mai 2026" in text


def test_fleet_shows_its_season_as_a_table(client, avenue):
    text = page(client, f"/baeume/allee/{avenue.fleet.id}?am={IN_MAY}")
    assert 'scope="row"' in text and "2 Bäume, " in text and "geplant" in text
    assert 'scope="colgroup"' in text and "Saison 2026" not in text.split("Die Saison")[0]


def test_every_page_speaks_english(client, avenue):
    for path in ("", "/liste", f"/{avenue.market.id}", f"/baum/{avenue.trees['B 1'].id}", f"/allee/{avenue.fleet.id}"):
        assert '<html lang="en"' in page(client, f"/en/baeume{path}?am={IN_MAY}")


def test_drafts_show_nowhere(client, avenue):
    day = "am=2026-09-10"
    for path in ("", "/liste", f"/allee/{avenue.fleet.id}", f"/baum/{avenue.trees['B 3'].id}"):
        assert "GEHEIM" not in page(client, f"/baeume{path}?{day}")
    assert "GEHEIM" not in page(client, f"/api/v1/baeume?{day}")
    page(client, f"/baeume/{avenue.more['hidden'].id}", 404)
    page(client, f"/api/v1/baeume/{avenue.more['hidden'].id}", 404)


def test_data_are_geojson_with_the_pages_filters(client, avenue):
    answer = client.get(f"/api/v1/baeume?am={IN_MAY}")
    body = answer.get_json(force=True)
    assert answer.mimetype == "application/geo+json" and body["as_of"] == IN_MAY
    market, square = body["features"]
    assert market["geometry"] == {"type": "Point", "coordinates": [11.05, 50.93]}
    shown = market["properties"]
    assert {"id", "title", "subtitle", "url", "kind", "status", "status_label", "is_example", "mark"} <= set(shown)
    assert (shown["kind"], shown["status"], shown["mark"]) == ("trees", "BESETZT", "2")
    assert [tree["label"] for tree in shown["trees"]] == ["B 1", "B 2"]
    assert square["properties"]["next"] == {"day": "2026-06-08", "count": 1}
    one = client.get(f"/api/v1/baeume/{avenue.market.id}?am={IN_MAY}&sprache=en").get_json(force=True)
    assert one["properties"]["url"].startswith("/en/baeume/")


def test_unchanged_data_are_not_sent_again(client, avenue):
    first = client.get(f"/api/v1/baeume?am={IN_MAY}")
    again = client.get(f"/api/v1/baeume?am={IN_MAY}", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and first.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("query", ["am=gestern", "allee=x", "allee=-1", "am=2026-13-01"])
@pytest.mark.parametrize("path", ["/baeume", "/api/v1/baeume"])
def test_unreadable_parameters_get_a_sentence(client, path, query):
    assert client.get(f"{path}?{query}").status_code == 422


@pytest.mark.parametrize("path", ["/baeume/99999", "/baeume/baum/99999", "/baeume/allee/99999", "/api/v1/baeume/99999"])
def test_what_is_not_there_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_no_cookie_is_set(client, avenue):
    assert "Set-Cookie" not in client.get("/baeume").headers
