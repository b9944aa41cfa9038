"""Site packages and OpenImmo files: what is public of several offers at once, and nothing else."""

from dataclasses import replace
from datetime import timedelta
from xml.etree.ElementTree import fromstring

import pytest

from geo.core import clock
from geo.core.errors import SetupError
from geo.vacancies import service as units
from geo.vacancies.portfolio.openimmo.checking import mistakes
from tests.geo.vacancies.stock import acting, mark
from tests.webapp.vacancies.test_expose import publish

DAY = clock.today()


@pytest.fixture
def whole(staff, towns):
    return publish(staff, mark(staff, towns.own, frontage_m="6,5"), 4)


@pytest.fixture
def section(staff, towns):
    return publish(staff, mark(staff, towns.own, house_number="4711", street="Nebenstraße"), 2)


@pytest.fixture
def manager(app, sign_in, towns, whole, section):
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in("manager", towns.own)


def form(*chosen, **more):
    return {"title": "Zwei Läden", "title_en": "Two shops", "until": (DAY + timedelta(days=50)).isoformat(),
            "is_public": "1", "units": [str(one.id) for one in chosen], **more}  # fmt: skip


def test_package_shows_what_is_public_of_each_offer_and_drops_what_is_not(client, db, manager, whole, section, towns):
    sent = manager.post("/intern/leerstand/pakete/neu", data=form(whole, section))
    assert sent.status_code == 303
    listed = client.get("/leerstand/pakete").text
    address = next(part for part in listed.split('"') if part.startswith("/leerstand/pakete/"))
    page = client.get(address).text
    assert "Zwei Läden" in page and "Heller Laden" in page and "Nebenstraße" in page and "4711" not in page
    assert "zusammen mindestens 120\u00a0m²" in page  # the area of the other one is not public
    assert "Two shops" in client.get(f"/en{address}").text
    assert address in client.get("/leerstand").text or "/leerstand/pakete" in client.get("/leerstand").text
    long_ago = (DAY - timedelta(days=4000)).isoformat()
    assert client.get(f"{address}?am={long_ago}").status_code == 404
    with db.staff(acting(), towns.own) as session:
        for unit in (whole, section):
            units.withdraw(session, acting(), unit.id, units.queries.get(session, unit.id).version)
        session.commit()
    assert client.get(address).status_code == 404 and "Zwei Läden" not in client.get("/leerstand/pakete").text


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"title": ""}, "Bitte ausfüllen."),
        ({"units": []}, "Ein Paket hat 2 bis 40 Angebote (jetzt 0)."),
        ({"units": ["1", "999999"]}, "Bitte nur angebotene Werte wählen."),
        ({"until": "2001-01-01"}, "Bitte einen Tag zwischen heute und in zwei Jahren angeben."),
    ],
)
def test_mistakes_are_named_and_nothing_is_lost(manager, whole, section, more, sentence):
    answer = manager.post("/intern/leerstand/pakete/neu", data={**form(whole, section), **more})
    assert answer.status_code == 422 and sentence in answer.text and "Two shops" in answer.text


def test_package_is_changed_by_one_person_at_a_time_and_taken_apart(client, manager, whole, section):
    manager.post("/intern/leerstand/pakete/neu", data=form(whole, section))
    listed = manager.get("/intern/leerstand/pakete").text
    address = next(
        part for part in listed.split('"') if part.startswith("/intern/leerstand/pakete/") and part[-1].isdigit()
    )
    assert manager.post(address, data=form(section, whole, version="1", is_public="")).status_code == 303
    stale = manager.post(address, data=form(whole, section, version="1", title="Mein Titel"))
    assert stale.status_code == 409 and "Mein Titel" in stale.text
    assert "nur intern" in manager.get("/intern/leerstand/pakete").text
    assert client.get("/leerstand/pakete").text.count("Zwei Läden") == 0
    assert manager.post(f"{address}/loeschen", data={"version": "2"}).status_code == 303
    assert "Noch keine Pakete" in manager.get("/intern/leerstand/pakete").text


def test_openimmo_has_what_the_level_shows_in_the_order_of_the_schema(client, whole, section):
    answer = client.get("/leerstand/openimmo.xml?gemeinde=16999001")
    assert answer.status_code == 200 and answer.mimetype == "application/xml"
    root = fromstring(answer.data)
    provider = root.find("anbieter")
    assert (provider.findtext("anbieternr"), provider.findtext("firma")) == ("16999001", "Stadt Musterstadt")
    full, rough = provider.findall("immobilie")
    assert [child.tag for child in full] == [
        "objektkategorie", "geo", "kontaktperson", "preise", "flaechen", "ausstattung", "zustand_angaben", "freitexte",
        "verwaltung_objekt", "verwaltung_techn"]  # fmt: skip
    assert full.find("objektkategorie/objektart/einzelhandel").get("handel_typ") == "LADENLOKAL"
    assert full.find("objektkategorie/vermarktungsart").get("MIETE_PACHT") == "true"
    assert full.findtext("geo/hausnummer") == "907" and full.find("geo/geokoordinaten") is not None
    assert full.findtext("geo/gemeindecode") == "16999001"
    assert full.findtext("preise/nettokaltmiete") == "900.00" and full.findtext("preise/mietpreis_pro_qm") == "7.50"
    assert full.findtext("preise/provisionspflichtig") == "false"
    assert full.findtext("flaechen/fensterfront") == "6.50" and full.findtext("flaechen/verkaufsflaeche") == "80.50"
    assert full.find("verwaltung_objekt/max_mietdauer").get("max_dauer") == "MONAT"
    assert full.findtext("verwaltung_objekt/objektadresse_freigeben") == "true"
    assert full.findtext("kontaktperson/name") == "Stadtverwaltung Musterstadt"
    assert full.findtext("verwaltung_techn/openimmo_obid") == f"INNENSTADT-16999001-{whole.id}"
    assert rough.findtext("verwaltung_objekt/objektadresse_freigeben") == "false"
    assert rough.findtext("geo/strasse") == "Nebenstraße" and rough.findtext("geo/hausnummer") is None
    assert rough.find("geo/geokoordinaten") is None and rough.findtext("flaechen/gesamtflaeche") is None
    single = fromstring(client.get(f"/leerstand/{whole.id}/openimmo.xml").data)
    assert len(single.findall("anbieter/immobilie")) == 1
    assert client.get("/leerstand/999999/openimmo.xml").status_code == 404
    none = fromstring(client.get("/leerstand/openimmo.xml?gemeinde=16999002").data)
    assert none.findtext("anbieter/firma") == "Innenstadtregister" and none.find("anbieter/immobilie") is None
    # A portal ends what a whole transfer does not hold: one offer, or what a filter leaves, is no whole one.
    parts = (f"{whole.id}/openimmo.xml", "openimmo.xml?gemeinde=16999001&flaeche_von=1", "openimmo.xml?am=2026-01-01")
    transfers = [answer.data, *(client.get(f"/leerstand/{part}").data for part in parts)]
    assert [fromstring(one).find("uebertragung").get("umfang") for one in transfers] == ["VOLL", "TEIL", "TEIL", "TEIL"]


# The order of some of the schema's elements, in words of our own: the schema itself is licensed.
SCHEMA = """<?xml version="1.0" encoding="UTF-8"?>
<s:schema xmlns:s="http://www.w3.org/2001/XMLSchema">
<s:element name="openimmo"><s:complexType><s:sequence>
 <s:element name="uebertragung"/>
 <s:element name="anbieter" maxOccurs="unbounded"><s:complexType><s:sequence>
  <s:element name="anbieternr"/><s:element name="firma"/><s:element name="openimmo_anid"/>
  <s:element name="immobilie" minOccurs="0" maxOccurs="unbounded"><s:complexType><s:sequence>
   <s:element name="objektkategorie"/><s:element name="geo"/><s:element name="kontaktperson"/>
   <s:element name="preise"><s:complexType><s:sequence>
    <s:element name="nettokaltmiete" minOccurs="0">
     <s:simpleType><s:restriction base="s:decimal"><s:maxInclusive value="{most}"/></s:restriction></s:simpleType>
    </s:element>
    <s:element name="nebenkosten" minOccurs="0"/><s:element name="mietpreis_pro_qm" minOccurs="0"/>
    <s:element name="provisionspflichtig"/><s:element name="waehrung"/>
   </s:sequence></s:complexType></s:element>
   <s:element name="flaechen"/><s:element name="ausstattung"/><s:element name="zustand_angaben"/>
   <s:element name="freitexte"/><s:element name="verwaltung_objekt"/><s:element name="verwaltung_techn"/>
  </s:sequence></s:complexType></s:element>
 </s:sequence></s:complexType></s:element>
</s:sequence></s:complexType></s:element>
</s:schema>"""


def test_openimmo_is_sent_when_the_operators_schema_takes_it(app, client, manager, whole, tmp_path):
    schema = tmp_path / "eigenes.xsd"
    schema.write_text(SCHEMA.format(most=900))
    assert "keine Kopie hinterlegt" in manager.get("/intern/leerstand/openimmo").text
    app.settings = replace(app.settings, openimmo_schema=str(schema))
    single = f"/leerstand/{whole.id}/openimmo.xml"
    for address in ("/leerstand/openimmo.xml", single, "/leerstand/openimmo.xml?gemeinde=16999002"):
        assert client.get(address).status_code == 200, address
    assert "geprüft und fehlerfrei" in manager.get("/intern/leerstand/openimmo").text
    schema.write_text(SCHEMA.format(most="899.99"))
    sentence = f"Angebot {whole.id}, Feld „preise/nettokaltmiete“: der Wert ist zu groß."
    for address in ("/leerstand/openimmo.xml", single):
        refused = client.get(address)
        assert refused.status_code == 422 and sentence in refused.text, address
    assert f"Offer {whole.id}, field “preise/nettokaltmiete”" in client.get("/en/leerstand/openimmo.xml").text
    assert sentence in manager.get("/intern/leerstand/openimmo").text


def test_a_schema_that_is_none_is_said_to_the_operator(tmp_path):
    hostile = tmp_path / "fremd.xsd"
    hostile.write_text('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>')
    for schema in (hostile, tmp_path / "fehlt.xsd"):
        with pytest.raises(SetupError, match="INNENSTADT_OPENIMMO_SCHEMA"):
            mistakes(b"<openimmo/>", schema)


def test_openimmo_keeps_the_order_where_everything_is_known(client, staff, towns):
    known = {"equipment": ["WC", "KUECHE", "LUEFTUNG", "KELLER", "AUFZUG", "ANLIEFERUNG"], "clear_height_m": "3"}
    unit = publish(staff, mark(staff, towns.own, area_side_m2="12", heating="HOLZ", **known))
    found = fromstring(client.get(f"/leerstand/{unit.id}/openimmo.xml").data).find("anbieter/immobilie")
    order = ["kueche", "befeuerung", "fahrstuhl", "hallenhoehe", "unterkellert"]
    assert [one.tag for one in found.find("ausstattung")] == order
    assert found.findtext("freitexte/ausstatt_beschr") == "WC, Küche, Lüftung, Keller, Aufzug, Anlieferung"
    assert found.findtext("flaechen/sonstflaeche") == "12.00"
    assert found.find("ausstattung/befeuerung").get("HOLZ") == "true"
    assert found.findtext("verwaltung_techn/aktiv_bis") == (DAY + timedelta(days=90)).isoformat()


def test_town_sees_what_its_openimmo_file_holds(manager):
    page = manager.get("/intern/leerstand/openimmo").text
    assert "Die Datei enthält 2 Angebote." in page and "Bei 1 davon ist die Adresse freigegeben." in page
    assert "/leerstand/openimmo.xml?gemeinde=16999001" in page and "Ansprechstelle angeben" in page
