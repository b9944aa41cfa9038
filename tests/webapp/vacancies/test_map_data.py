"""What the two maps ask for: units one by one where they are few, counted clusters where they are many."""

import gzip
import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from geo.core import clock
from geo.core.access import SYSTEM
from geo.vacancies import offer_map, queries, service
from geo.vacancies.schemas import parse_publication
from tests.geo.vacancies.stock import acting, mark

DAY = clock.today()
STATE = "bbox=9.8,50.15,12.75,51.7"
OFFERS = 12


@pytest.fixture
def offers(staff, towns):
    """Twelve published offers in a row of 700 m, every third a hotel."""
    made = []
    for number in range(OFFERS):
        unit = mark(staff, towns.own, house_number=str(910 + number), longitude=f"{11.05 + number / 1000:.5f}",
                    object_type="HOTEL" if number % 3 == 0 else "LADEN_EG")  # fmt: skip
        form = {"level": "3", "until": (DAY + timedelta(days=90)).isoformat(), "consent_kind": "KOMMUNAL"}
        made.append(service.publish(staff, acting(), unit.id, unit.version, parse_publication(form)).id)
    staff.commit()
    return made


@pytest.fixture
def few(monkeypatch):
    """More than five are too many to be drawn one by one."""
    monkeypatch.setattr(offer_map, "MOST_SINGLE", 5)
    monkeypatch.setattr(queries, "MOST_SINGLE", 5)


def test_few_offers_come_at_once_and_say_so(client, offers):
    answer = client.get(f"/api/v1/leerstand/karte?zoom=8&{STATE}").json
    assert answer["complete"] is True and "clusters" not in answer
    assert sorted(one["id"] for one in answer["features"]) == offers
    assert client.get("/api/v1/leerstand/karte").json == answer, "wherever the map is"


@pytest.mark.parametrize("narrowing", ["", "art=HOTEL", "suche=markt", "am=2025-01-01", "flaeche_von=10"])
def test_many_offers_are_counted_whole_or_narrowed(client, offers, few, monkeypatch, narrowing):
    if narrowing == "art=HOTEL":
        monkeypatch.setattr(offer_map, "MOST_SINGLE", 2)
    answer = client.get(f"/api/v1/leerstand/karte?zoom=8&{STATE}&{narrowing}").json
    listed = client.get(f"/api/v1/leerstand?{narrowing}").json["features"]
    assert answer["features"] == [] and answer["total"] == len(listed) > 2
    assert sum(size for _, _, size in answer["clusters"]) == len(listed)
    for longitude, latitude, _ in answer["clusters"]:
        assert 11.04 < longitude < 11.07 and 50.93 < latitude < 50.94


def test_near_enough_they_are_drawn_one_by_one(client, offers, few):
    box = "bbox=11.0495,50.93,11.0525,50.94"
    answer = client.get(f"/api/v1/leerstand/karte?zoom=17&{box}").json
    assert [one["id"] for one in answer["features"]] == offers[:3] and "complete" not in answer
    assert answer["features"][0]["properties"]["url"] == f"/leerstand/{offers[0]}"
    past = client.get(f"/api/v1/leerstand/karte?zoom=17&{box}&am=2025-01-01&sprache=en").json["features"][0]
    assert past["properties"]["url"] == f"/en/leerstand/{offers[0]}?am=2025-01-01"
    elsewhere = client.get("/api/v1/leerstand/karte?zoom=17&bbox=12.0,51.0,12.01,51.01").json
    assert elsewhere["features"] == []


@pytest.mark.parametrize("wrong", ["zoom=x", "zoom=99", "bbox=1,2,3", "bbox=5,5,1,1", "bbox=nan,1,2,3", "am=gestern"])
def test_wrong_view_is_told(client, wrong):
    answer = client.get(f"/api/v1/leerstand/karte?{wrong}")
    assert answer.status_code == 422 and answer.json["detail"]


@pytest.mark.parametrize("box", ["-180,-90,180,90", "0,0,1,1", "100,60,120,70", "9.8,50.15,12.75,51.7"])
@pytest.mark.parametrize("zoom", [0, 9, 22])
def test_any_box_at_any_zoom_has_an_answer(client, offers, few, box, zoom):
    answer = client.get(f"/api/v1/leerstand/karte?zoom={zoom}&bbox={box}")
    assert answer.status_code == 200 and len(answer.data) < 20_000


def test_reload_is_not_sent_again_until_something_changes(client, staff, towns, offers):
    address = f"/api/v1/leerstand/karte?zoom=8&{STATE}"
    first = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip" and "Accept-Encoding" in first.headers["Vary"]
    assert json.loads(gzip.decompress(first.data)) == client.get(address).json
    tag = {"If-None-Match": first.headers["ETag"]}
    assert (client.get(address, headers=tag).status_code, client.get(address, headers=tag).data) == (304, b"")
    service.withdraw(staff, acting(), offers[0], queries.get(staff, offers[0]).version)
    staff.commit()
    fresh = client.get(address, headers={**tag, "Accept-Encoding": "gzip"})
    assert fresh.status_code == 200
    assert len(json.loads(gzip.decompress(fresh.data))["features"]) == OFFERS - 1


def test_end_of_a_publication_needs_no_write(client, db, staff, offers, few):
    """The day does it: counted beforehand, an offer leaves the clusters when its last day is over."""
    with db.owner() as session:
        counted = text(
            "SELECT sum(offers) FROM register.offer_cells WHERE level = 8 AND day <= current_date + CAST(:days AS int)"
        )
        assert session.scalar(counted, {"days": 90}) == OFFERS
        assert session.scalar(counted, {"days": 91}) == 0


def test_internal_map_counts_what_is_too_much(sign_in, towns, db, offers, few):
    client = sign_in("viewer", towns.own)
    whole = client.get(f"/intern/leerstand/daten?zoom=9&{STATE}").json
    assert whole["features"] == [] and sum(size for _, _, size in whole["clusters"]) == OFFERS
    part = client.get("/intern/leerstand/daten?zoom=17&bbox=11.0495,50.93,11.0525,50.94").json
    assert sorted(one["id"] for one in part["features"]) == offers[:3] and not part["complete"]
    hotels = client.get(f"/intern/leerstand/daten?zoom=9&{STATE}&art=HOTEL&am=2025-01-01").json
    assert hotels["complete"] and len(hotels["features"]) == OFFERS / 3
    with db.staff(SYSTEM, towns.foreign) as session:
        shown = queries.on_map(session, towns.own, queries.Filters(DAY))
        assert not shown.rows and not shown.clusters


def test_query_that_takes_too_long_is_told_in_a_sentence(client, monkeypatch, offers):
    def slow(session, *_):
        session.execute(text("SET LOCAL statement_timeout = 50"))
        session.execute(text("SELECT pg_sleep(1)"))

    monkeypatch.setattr(offer_map, "on_map", slow)
    answer = client.get("/api/v1/leerstand/karte")
    assert answer.status_code == 503 and "kleineren Ausschnitt" in answer.json["detail"]
    assert answer.headers["Retry-After"]
