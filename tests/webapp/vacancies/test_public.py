import re
from datetime import timedelta

import pytest
from shapely.geometry import Point
from sqlalchemy import text

from geo.core import clock
from geo.places import photos as stored
from geo.places import service as places
from geo.places.photos import PhotoInput, Store
from geo.places.pois import service as pois
from geo.places.pois.service import PoiInput
from geo.vacancies import service
from geo.vacancies.schemas import parse_publication, parse_spell
from tests.geo.places.test_photos import picture
from tests.geo.vacancies.stock import TODAY, acting, mark

DAY = clock.today()
SECRET = "GEHEIME-NOTIZ-4711"
ADDRESSES = ("/leerstand", "/leerstand/liste", "/en/leerstand", "/en/leerstand/liste", "/api/v1/leerstand")


def publish(session, unit, level=3, **more):
    form = {
        "level": str(level),
        "until": (DAY + timedelta(days=90)).isoformat(),
        "consent_kind": "KOMMUNAL",
        "title": "Heller Laden",
        "title_en": "Bright shop",
        "text": "Große Fenster.",
        "text_en": "Large windows.",
        "rent_eur_m2": "7,5",
        **more,
    }
    return service.publish(session, acting(), unit.id, unit.version, parse_publication(form))


@pytest.fixture
def unit(staff, towns):
    return publish(staff, mark(staff, towns.own, note=SECRET))


def test_offer_is_on_map_list_page_and_json_in_both_languages(client, unit):
    for address in ADDRESSES:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "Heller Laden" in answer.text or "Bright shop" in answer.text
        assert "Set-Cookie" not in answer.headers
    german, english = client.get(f"/leerstand/{unit.id}").text, client.get(f"/en/leerstand/{unit.id}").text
    assert "Große Fenster." in german and "Marktstraße 907" in german and "leer" in german
    assert "Large windows." in english and "Shop on the ground floor" in english and 'lang="en"' in english


def test_what_draws_people_near_by_is_told_where_the_address_is_public(client, staff, towns, unit):
    near = [PoiInput("LADEN", Point(11.0530, 50.9331), "Bücherstube"), PoiInput("WC", Point(11.0523, 50.9332), "WC")]
    pois.replace(staff, acting(), towns.own, "Liste", [*near, PoiInput("LADEN", Point(11.056, 50.9331), "Zu weit")])
    german, english = client.get(f"/leerstand/{unit.id}").text, client.get(f"/en/leerstand/{unit.id}").text
    assert "Im Umkreis von 150 m" in german and "Bücherstube" in german and "Zu weit" not in german
    assert "Within 150 m" in english and "<dt>Shop</dt>" in english
    publish(staff, unit, level=2)
    assert "Bücherstube" not in client.get(f"/leerstand/{unit.id}").text


def test_feature_has_what_every_map_needs(client, unit):
    feature = client.get("/api/v1/leerstand").json["features"][0]
    assert feature["geometry"] == {"type": "Point", "coordinates": [11.0523, 50.9331]}
    properties = feature["properties"]
    assert {"id", "title", "subtitle", "url", "kind", "status", "status_label", "is_example"} <= set(properties)
    assert (properties["kind"], properties["status"], properties["status_label"]) == ("vacancies", "LEER", "leer")
    assert (properties["area_total_m2"], properties["empty_since"]) == (120.0, "2024-03-01")
    assert "rent_eur_m2" not in properties  # level 4 only
    english = client.get(f"/api/v1/leerstand/{unit.id}?sprache=en").json["properties"]
    assert english["url"] == f"/en/leerstand/{unit.id}" and english["title"] == "Bright shop"


def test_same_collection_is_not_sent_twice(client, unit):
    first = client.get("/api/v1/leerstand")
    assert first.mimetype == "application/geo+json" and first.headers["Cache-Control"] == "no-cache"
    again = client.get("/api/v1/leerstand", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_map_asks_for_the_filters_of_the_page(client, unit):
    page = client.get("/en/leerstand?art=HOTEL&am=2025-01-01").text
    assert re.search(r"/api/v1/leerstand/karte\?art=HOTEL[^ ]*am=2025-01-01[^ ]*sprache=en", page)
    assert "Bright shop" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("gemeinde=16999001", True),
        ("gemeinde=16999002", False),
        ("flaeche_von=100&flaeche_bis=130", True),
        ("flaeche_von=121", False),
        ("suche=markt", True),
        ("suche=%25", False),
        ("stufenlos=1", False),
        ("am=2024-02-29", False),
        ("am=2024-03-01", True),
    ],
)
def test_filters_and_day_narrow_list_and_json_alike(client, unit, query, found):
    assert (f"/leerstand/{unit.id}" in client.get(f"/leerstand/liste?{query}").text) is found
    assert (f"/leerstand/{unit.id}" in client.get(f"/leerstand?{query}").text) is found
    assert bool(client.get(f"/api/v1/leerstand?{query}").json["features"]) is found


@pytest.mark.parametrize(
    "query",
    [
        *("art=SCHLOSS", "flaeche_von=viel", "flaeche_von=-1", "am=gestern", "ab=%00x", "bbox=1,2,3", "sprache=fr"),
        "ab=WyJcdWQ4MDAiLCIiLDEsMV0=",  # half a character, which no database can hold
    ],
)
def test_address_that_makes_no_sense_is_answered_with_a_sentence(client, query):
    answer = client.get(f"/api/v1/leerstand?{query}")
    if query.startswith("ab"):
        answer = client.get(f"/leerstand/liste?{query}")
    assert answer.status_code == 422
    assert "problem+json" in answer.content_type or "<h1" in answer.text


def everywhere(client, unit_id):
    """All public answers that could show a unit."""
    addresses = [*ADDRESSES, f"/leerstand/{unit_id}", f"/en/leerstand/{unit_id}", f"/api/v1/leerstand/{unit_id}"]
    return {address: client.get(address) for address in addresses}


def test_level_2_shows_street_and_class_of_size_and_a_snapped_point(client, staff, unit):
    publish(staff, unit, 2)
    shown = everywhere(client, unit.id)
    for address, answer in shown.items():
        assert answer.status_code == 200, address
        for hidden in (
            "907",
            "Heller Laden",
            "Bright shop",
            "Große Fenster",
            "120 m²",
            "120\u00a0m²",
            "120.0",
            "11.0523",
            SECRET,
        ):
            assert hidden not in answer.text, (address, hidden)
    assert "Marktstraße" in shown[f"/leerstand/{unit.id}"].text
    assert "100 bis 200 m²" in shown["/leerstand/liste"].text
    longitude, latitude = shown["/api/v1/leerstand"].json["features"][0]["geometry"]["coordinates"]
    assert (longitude, latitude) != (11.0523, 50.9331) and abs(longitude - 11.0523) < 0.0015


def test_rent_is_shown_at_level_4_only(client, staff, unit):
    assert "7,50 €/m²" not in client.get(f"/leerstand/{unit.id}").text
    publish(staff, unit, 4)
    assert "7,50 €/m²" in client.get(f"/leerstand/{unit.id}").text


@pytest.mark.parametrize("level", [3, 4])
def test_internal_note_is_nowhere_public(client, staff, unit, level):
    publish(staff, unit, level)
    for address, answer in everywhere(client, unit.id).items():
        assert SECRET not in answer.text, address


@pytest.mark.parametrize("ending", ["withdrawn", "level 1", "expired", "let", "deleted"])
def test_what_is_no_longer_on_offer_is_gone_from_everywhere(client, app, staff, unit, ending):
    photo = stored.clean(picture())
    facts = PhotoInput("Fenster", "Stadt", "CC0", is_public=True)
    store = Store(app.settings.home / "photos")
    places.add_photo(staff, acting(), unit.place_id, facts, photo=photo, store=store)
    paths = [f"/fotos/{photo.sha256}.jpg", f"/fotos/{photo.sha256}-480.jpg"]
    assert [client.get(path).status_code for path in paths] == [200, 200]
    assert f"/fotos/{photo.sha256}" in client.get(f"/leerstand/{unit.id}").text
    if ending == "withdrawn":
        service.withdraw(staff, acting(), unit.id, unit.version)
    elif ending == "level 1":
        publish(staff, unit, 1)
    elif ending == "let":
        data = parse_spell({"state": "GENUTZT", "since": DAY.isoformat()}, TODAY)
        service.set_state(staff, acting(), unit.id, unit.version, data)
    elif ending == "deleted":
        service.delete(staff, acting(), unit.id, unit.version)
    else:
        staff.execute(text("SELECT set_config('app.action', 'vacancy.publish', true)"))
        staff.execute(
            text(
                "UPDATE register.units SET published_during = daterange(:a, :b), version = version + 1 WHERE id = :id"
            ),
            {"a": DAY - timedelta(days=9), "b": DAY, "id": unit.id},
        )
    for address, answer in everywhere(client, unit.id).items():
        assert "Heller Laden" not in answer.text and "Bright shop" not in answer.text, address
        if str(unit.id) in address.split("/"):
            assert answer.status_code == 404
    assert [client.get(path).status_code for path in paths] == [404, 404]


def test_photo_is_public_from_level_3_and_only_when_ticked(client, app, staff, unit):
    store = Store(app.settings.home / "photos")
    shown, hidden = (stored.clean(picture(colour=colour)) for colour in ((9, 9, 9), (99, 9, 9)))
    places.add_photo(
        staff, acting(), unit.place_id, PhotoInput("A", "B", "CC0", is_public=True), photo=shown, store=store
    )
    places.add_photo(staff, acting(), unit.place_id, PhotoInput("A", "B", "CC0"), photo=hidden, store=store)
    assert client.get(f"/fotos/{shown.sha256}.jpg").status_code == 200
    assert client.get(f"/fotos/{hidden.sha256}.jpg").status_code == 404
    publish(staff, unit, 2)
    assert client.get(f"/fotos/{shown.sha256}.jpg").status_code == 404


def test_photo_is_sent_as_a_picture_and_nothing_else(client, app, staff, unit):
    photo = stored.clean(picture())
    store = Store(app.settings.home / "photos")
    places.add_photo(
        staff, acting(), unit.place_id, PhotoInput("A", "B", "CC0", is_public=True), photo=photo, store=store
    )
    answer = client.get(f"/fotos/{photo.sha256}.jpg")
    assert answer.data == photo.picture and answer.mimetype == "image/jpeg"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Content-Disposition"].startswith("inline; filename=")
    for path in ("/fotos/../../etc/passwd", "/fotos/" + "a" * 64 + ".jpg", "/fotos/" + "a" * 63 + ".jpg"):
        assert client.get(path).status_code == 404


def test_unknown_offer_is_404(client):
    for address in ("/leerstand/999999", "/leerstand/99999999999", "/api/v1/leerstand/999999", "/leerstand/-1"):
        assert client.get(address).status_code == 404
