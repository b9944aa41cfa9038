"""Streets and the season at once: every past day, and the same words for who asks once and for who asks each day."""

from datetime import date, timedelta

import pytest

from tests.geo.trees import rows

IN_MAY, IN_JULY, LATER = "2026-05-10", "2026-07-01", "2027-01-01"


def text(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, answer.text[:600]
    return answer.text.replace("\u2009", " ")  # as Babel writes periods


@pytest.fixture
def ags(client, avenue):
    return client.get(f"/api/v1/baeume?am={IN_MAY}").json["features"][0]["properties"]["ags"]


def test_a_street_says_what_stands_comes_and_stood_on_any_day(client, avenue, ags):
    here = f"/baeume/strasse/{ags}/{avenue.square.name}"
    before, during, after = (text(client, f"{here}?am={day}") for day in (IN_MAY, IN_JULY, LATER))
    assert "Kein Wanderbaum." in before and "Die nächsten kommen am 8. Juni 2026." in before
    assert "1 Baum" in during and "8. Juni – 31. Juli 2026" in during
    assert "Kein Wanderbaum." in after and "Danach ist noch nichts veröffentlicht." in after
    assert after.index("Was hier stand") < after.index("8. Juni – 31. Juli 2026")


def test_streets_are_found_by_part_of_their_name_however_it_is_written(client, avenue, ags, staff, towns):
    lane = rows.stop(staff, towns.own, "Erfurter Straße", lon=11.07)
    avenue.put("B 3", lane, rows.AUTUMN, actual=True, today=date(2026, 9, 1))
    for words in ("erfurter", "Erfurter Str.", "Erfurter Strasse", "STRASSE erf"):
        found = client.get("/api/v1/baeume/strassen", query_string={"strasse": words, "am": IN_MAY}).json["streets"]
        assert [one["street"] for one in found] == ["Erfurter Straße"], words
    assert "Keine Straße gefunden" in text(client, "/baeume/strassen?strasse=Mondgasse")
    listed = text(client, f"/baeume/strassen?am={IN_MAY}")
    assert "2 Bäume stehen hier" in listed and f"am={IN_MAY}" in listed and "GEHEIM" not in listed


def test_a_street_without_trees_or_of_another_town_is_not_found(client, avenue, ags):
    text(client, f"/baeume/strasse/{ags}/Mondgasse", 404)
    text(client, f"/baeume/strasse/16999999/{avenue.market.name}", 404)
    text(client, f"/baeume/strasse/{ags}/GEHEIMER ENTWURFSPLATZ", 404)
    text(client, f"/api/v1/baeume/strasse/{ags}/GEHEIMER ENTWURFSPLATZ", 404)


def test_a_street_as_data_has_every_visit(client, avenue, ags):
    body = client.get(f"/api/v1/baeume/strasse/{ags}/{avenue.market.name}?am={IN_MAY}&sprache=en").json
    assert (body["trees"], body["until"], body["next"]) == (2, "2026-06-07", None)
    assert [(one["first"], one["last"], len(one["trees"])) for one in body["visits"]] == [
        ("2026-05-04", "2026-06-07", 2)
    ]
    assert body["url"].startswith("/en/baeume/strasse/")
    again = client.get(body["data"])
    assert again.json["street"] == avenue.market.name


def test_the_season_at_once_says_for_each_day_what_the_day_says(client, avenue):
    """Who stands where, worked out from the one answer, is what the register answers day by day."""
    avenue.put("B 3", avenue.market, rows.SUMMER, actual=True, today=date(2026, 6, 10))
    whole = client.get(f"/api/v1/baeume/saison?am={IN_MAY}").json
    assert "GEHEIM" not in str(whole)
    assert (whole["first"], whole["last"]) == ("2026-04-01", "2026-10-31")
    labels = {one["id"]: one["label"] for one in whole["trees"]}
    day = date(2026, 5, 1)
    while day < date(2026, 8, 5):
        standing = {stop["id"]: set() for stop in whole["stops"]}
        for one in whole["visits"]:
            if one["first"] <= day.isoformat() <= one["last"]:
                standing[one["stop"]] |= {labels[tree] for tree in one["trees"]}
        told = client.get(f"/api/v1/baeume?am={day}").json["features"]
        assert standing == {one["id"]: {tree["label"] for tree in one["properties"]["trees"]} for one in told}, day
        day += timedelta(days=3)


def test_the_season_at_once_keeps_to_town_and_fleet(client, avenue, staff, towns):
    other = rows.avenue(staff, towns.own, "Zweitallee")
    other.put("B 1", other.market, rows.MAY)
    other.publish(today=date(2026, 4, 1))
    both = client.get(f"/api/v1/baeume/saison?am={IN_MAY}").json
    one = client.get(f"/api/v1/baeume/saison?am={IN_MAY}&allee={other.fleet.id}").json
    assert len(both["fleets"]) == 2 and [fleet["id"] for fleet in one["fleets"]] == [other.fleet.id]
    assert [stop["title"] for stop in one["stops"]] == [other.market.name]
