"""The exposé: its pages, files and what they say at each level; the town's plans and the office founders ask."""

import io
import json
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import text

from geo.core import clock
from geo.core.access import SYSTEM
from geo.places.photos import Store
from geo.vacancies import service as units
from geo.vacancies.model import Unit
from geo.vacancies.portfolio import service
from geo.vacancies.portfolio.queries import Contact
from geo.vacancies.portfolio.service import PLANS_FOLDER
from geo.vacancies.schemas import parse_publication
from tests.geo.places.test_photos import picture
from tests.geo.vacancies.stock import acting, mark

DAY = clock.today()
TERMS = {
    "offer_kinds": ["MIETE", "ZWISCHENNUTZUNG"],
    "available_from": (DAY + timedelta(days=30)).isoformat(),
    "min_term_months": "3",
    "max_term_months": "24",
    "side_costs_eur_m2": "2,5",
    "price_eur": "",
}


def publish(session, unit, level=4, **more):
    form = {"level": str(level), "until": (DAY + timedelta(days=90)).isoformat(), "consent_kind": "KOMMUNAL",
            "title": "Heller Laden", "title_en": "Bright shop", "text": "Große Fenster.", "rent_eur_m2": "7,5", **TERMS,
            **more}  # fmt: skip
    return units.publish(session, acting(), unit.id, unit.version, parse_publication(form))


def publish_again(db, unit, level):
    """The same after requests of others, who have used the connection since."""
    with db.staff(SYSTEM, unit.municipality_id) as session:
        publish(session, session.get(Unit, unit.id), level)
        session.commit()


@pytest.fixture
def unit(staff, towns):
    return publish(staff, mark(staff, towns.own, frontage_m="6,5", equipment=["WC", "STARKSTROM"]))


@pytest.fixture
def manager(sign_in, towns):
    return sign_in("manager", towns.own)


def test_terms_are_told_in_both_languages_as_far_as_the_level_goes(client, staff, unit):
    german, english = client.get(f"/leerstand/{unit.id}").text, client.get(f"/en/leerstand/{unit.id}").text
    for words in ("Miete, Zwischennutzung", "3 bis 24 Monate", "7,50 €/m² (rund 900 € im Monat)", "2,50 €/m²"):
        assert words in german
    for words in ("rent, interim use", "3 to 24 months", "€7.50 per m² (about €900 a month)"):
        assert words in english
    publish(staff, unit, 3)
    german = client.get(f"/leerstand/{unit.id}").text
    assert "3 bis 24 Monate" in german and "7,50" not in german and "2,50" not in german
    publish(staff, unit, 2)
    assert "24 Monate" not in client.get(f"/leerstand/{unit.id}").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("miete_bis=7,5", True),
        ("miete_bis=7.4", False),
        ("front_ab=6", True),
        ("front_ab=7", False),
        ("angebot=ZWISCHENNUTZUNG", True),
        ("angebot=KAUF", False),
        (f"bezug_bis={DAY + timedelta(days=30)}", True),
        (f"bezug_bis={DAY + timedelta(days=29)}", False),
        ("ausstattung=WC&ausstattung=STARKSTROM", True),
        ("ausstattung=WC,ABLUFT", False),
    ],
)
def test_founders_filters_narrow_map_list_and_files_alike(client, unit, query, found):
    for address in ("/leerstand", "/en/leerstand/liste"):
        assert (f"/leerstand/{unit.id}" in client.get(f"{address}?{query}").text) is found, address
    assert bool(client.get(f"/api/v1/leerstand?{query}").json["features"]) is found
    assert bool(client.get(f"/api/v1/leerstand/karte?{query}&zoom=15").json["features"]) is found


@pytest.mark.parametrize("query", ["miete_bis=viel", "miete_bis=-1", "angebot=RAUB", "bezug_bis=gestern", "ausstattung=WC,X"])  # fmt: skip
def test_odd_filters_get_a_sentence(client, query):
    assert client.get(f"/leerstand/liste?{query}").status_code == 422


def test_what_was_chosen_stands_in_the_form_and_in_the_links(client, unit):
    page = client.get("/leerstand/liste?ausstattung=WC&ausstattung=STARKSTROM&miete_bis=8&am=2026-01-01").text
    assert page.count("checked") == 2 and 'value="8"' in page
    assert "ausstattung=WC,STARKSTROM" in page or "ausstattung=WC%2CSTARKSTROM" in page


def test_expose_can_be_taken_away(client, unit):
    printed = client.get(f"/leerstand/{unit.id}/expose.pdf")
    assert printed.status_code == 200 and printed.data.startswith(b"%PDF-") and len(printed.data) > 5_000
    code = client.get(f"/en/leerstand/{unit.id}/qr.svg")
    assert code.mimetype == "image/svg+xml" and b"<svg" in code.data
    linked = json.loads(client.get(f"/leerstand/{unit.id}/daten.jsonld").data)
    assert linked["@type"] == "RealEstateListing" and linked["url"] == f"http://localhost/leerstand/{unit.id}"
    assert linked["about"]["@type"] == "Accommodation"  # has a `floorSize`, which a plain `Place` has not
    assert linked["about"]["floorSize"] == {"@type": "QuantitativeValue", "value": 120.0, "unitCode": "MTK"}
    assert [one["businessFunction"].rpartition("#")[2] for one in linked["offers"]] == ["LeaseOut", "LeaseOut"]
    assert linked["offers"][0]["priceSpecification"]["price"] == 7.5


def test_below_the_address_there_is_no_expose(client, staff, unit):
    publish(staff, unit, 2)
    for file in ("expose.pdf", "qr.svg", "daten.jsonld"):
        assert client.get(f"/leerstand/{unit.id}/{file}").status_code == 404, file
    publish(staff, unit, 3)
    assert "priceSpecification" not in client.get(f"/leerstand/{unit.id}/daten.jsonld").text


def test_floor_plan_is_uploaded_cleaned_and_public_in_the_full_expose_alone(app, client, db, manager, unit, settings):
    app.config["WTF_CSRF_ENABLED"] = False
    address = f"/intern/leerstand/{unit.id}/grundrisse"
    refused = manager.post(address, data={"title": "", "plan": (io.BytesIO(b"%PDF-1.7"), "plan.pdf")})
    assert refused.status_code == 422 and "Ein PDF bitte vorher als Bild speichern" in refused.text
    sent = manager.post(
        address, data={"title": "Laden und Lager", "is_public": "1", "plan": (io.BytesIO(picture()), "p.jpg")}
    )
    assert sent.status_code == 303
    again = manager.post(address, data={"title": "Laden und Lager", "plan": (io.BytesIO(picture()), "p.jpg")})
    assert again.status_code == 422 and "schon gespeichert" in again.text
    with db.owner() as session:
        row = session.execute(text("SELECT id, sha256, version FROM register.floor_plans")).one()
    file = f"/grundrisse/{row.sha256}.jpg"
    assert "Laden und Lager" in client.get(f"/leerstand/{unit.id}").text
    shown = client.get(file)
    assert shown.status_code == 200 and not Image.open(io.BytesIO(shown.data)).getexif()
    assert client.get(f"/grundrisse/{row.sha256}-480.jpg").status_code == 200
    publish_again(db, unit, 3)
    assert client.get(file).status_code == 404 and "Laden und Lager" not in client.get(f"/leerstand/{unit.id}").text
    publish_again(db, unit, 4)
    hidden = manager.post(f"{address}/{row.id}/aendern", data={"version": row.version, "title": "Laden und Lager"})
    assert hidden.status_code == 303 and client.get(file).status_code == 404
    stale = manager.post(f"{address}/{row.id}/loeschen", data={"version": row.version})
    assert stale.status_code == 409
    gone = manager.post(f"{address}/{row.id}/loeschen", data={"version": row.version + 1})
    assert gone.status_code == 303 and "Noch keine Grundrisse" in manager.get(address).text
    store = Store(settings.home / PLANS_FOLDER)
    assert store.sweep(set(), older_than_s=-1) == 2


def test_the_office_that_founders_ask_stands_on_the_expose(app, client, db, towns, manager, unit):
    app.config["WTF_CSRF_ENABLED"] = False
    form = {"contact_office": "Wirtschaftsförderung", "contact_email": "Wirtschaft", "contact_phone": "03621 1", "version": "0"}  # fmt: skip
    refused = manager.post("/intern/leerstand/einstellungen/kontakt", data=form)
    assert refused.status_code == 422 and "Bitte eine E-Mail-Adresse wie" in refused.text and "03621 1" in refused.text
    form["contact_email"] = "Wirtschaft@Musterstadt.de"
    assert manager.post("/intern/leerstand/einstellungen/kontakt", data=form).status_code == 303
    assert manager.post("/intern/leerstand/einstellungen/kontakt", data=form).status_code == 409
    page = client.get(f"/leerstand/{unit.id}").text
    assert "Wirtschaftsförderung" in page and "mailto:wirtschaft@musterstadt.de" in page
    assert "Wirtschaftsförderung" in manager.get("/intern/leerstand/einstellungen").text
    with db.staff(SYSTEM, towns.own) as session:
        service.set_contact(session, acting(), towns.own, 1, Contact())
        session.commit()
    assert "Wirtschaftsförderung" not in client.get(f"/leerstand/{unit.id}").text


def test_publication_form_keeps_what_was_typed_and_names_what_does_not_fit(app, manager, staff, unit):
    app.config["WTF_CSRF_ENABLED"] = False
    form = {"level": "4", "until": (DAY + timedelta(days=9)).isoformat(), "consent_kind": "KOMMUNAL",
            "version": str(unit.version), **TERMS, "max_term_months": "2"}  # fmt: skip
    page = manager.post(f"/intern/leerstand/{unit.id}/veroeffentlichen", data=form)
    assert page.status_code == 422 and "Die höchste Laufzeit ist kürzer als die mindeste." in page.text
    assert page.text.count("checked") == 3  # the level and two kinds of offer
    page = manager.post(f"/intern/leerstand/{unit.id}/veroeffentlichen", data={**form, "max_term_months": "24"})
    assert page.status_code == 303
