"""The page of open data, its files and the catalogue: what they list is there, under the media type that they say."""

import csv
import io
import json
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
from rdflib import DCAT, RDF, Graph

from geo.core import clock
from geo.core.access import SYSTEM
from geo.core.errors import SetupError
from geo.opendata.datasets import DATASETS
from geo.vacancies.figures import public as rates
from tests.geo.opendata.test_catalogue import problems
from tests.geo.vacancies.figures.entered import Entered, enter
from webapp import create_app

IANA = "https://www.iana.org/assignments/media-types/"
TODAY = clock.today()
DAY = rates.quarter_end(TODAY, TODAY)
OLD = date(2020, 1, 1)
PUBLISHED_BY_TOWNS = ("leerstandsquoten", "leerstand-gezaehlt")  # without data in a small sample


@pytest.fixture
def publishing(staff, towns):
    """Musterstadt publishes its rate: 8 of 20 empty; and counts five units without showing them."""
    seen = {"verified_on": DAY - timedelta(days=20), "note": "GEHEIMNOTIZ"}
    counted = seen | {"publication_level": 1, "area_total_m2": 60}
    units = [Entered([("LEER", OLD, None)], unit=counted, street="GEHEIMSTRASSE") for _ in range(8)]
    enter(staff, towns.own, [*units, *(Entered([("GENUTZT", OLD, None)], unit=seen) for _ in range(12))])
    rates.set_public(staff, SYSTEM, towns.own, 0, is_public=True)
    staff.commit()


def test_every_address_of_the_catalogue_answers_with_its_media_type(client, small_sample, publishing):
    made = Graph().parse(data=client.get("/dcat.ttl").data, format="turtle")
    assert problems(made) == ""
    files = list(made.subjects(RDF.type, DCAT.Distribution))
    assert len(files) == sum(len(dataset.distributions) for dataset in DATASETS)
    for file in files:
        address = urlsplit(str(made.value(file, DCAT.accessURL)))
        assert address.netloc == "localhost" and not address.query
        answer = client.get(address.path)
        said = made.value(file, DCAT.mediaType)
        assert answer.status_code == 200 and answer.data, address.path
        assert said is None or answer.mimetype == str(said).removeprefix(IANA), address.path
    for page in {*made.objects(None, DCAT.landingPage), *made.subjects(RDF.type, DCAT.Dataset)}:
        for prefix in ("", "/en"):
            assert client.get(prefix + urlsplit(str(page)).path).mimetype == "text/html", page


def test_the_three_catalogues_say_the_same(client, small_sample):
    kinds = {
        "ttl": ("turtle", "text/turtle"),
        "jsonld": ("json-ld", "application/ld+json"),
        "rdf": ("xml", "application/rdf+xml"),
    }
    sizes = set()
    for extension, (name, media_type) in kinds.items():
        answer = client.get(f"/dcat.{extension}")
        assert answer.mimetype == media_type and answer.headers["Access-Control-Allow-Origin"] == "*"
        sizes.add(len(Graph().parse(data=answer.data, format=name)))
        assert client.get(f"/dcat.{extension}").status_code == 200
    assert len(sizes) == 1 and sizes.pop() > 100
    assert client.get("/dcat.xls").status_code == 404


def test_the_page_lists_what_the_catalogue_does(client, small_sample):
    german, english = unescape(client.get("/offene-daten").text), unescape(client.get("/en/offene-daten").text)
    for dataset in DATASETS:
        assert dataset.title[0] in german and dataset.title[1] in english
        for one in dataset.distributions if dataset.key not in PUBLISHED_BY_TOWNS else ():
            assert f'href="{one.path}"' in german and f'href="{one.path}"' in english
    assert "Noch ohne Daten" in german and "No data yet" in english
    assert "Datenlizenz Deutschland" in german and "/dcat.ttl" in german and "Name noch nicht angegeben" in german
    assert 'href="/offene-daten"' in client.get("/").text and 'href="/en/offene-daten"' in client.get("/en/").text
    assert client.get("/offene-daten/gibt-es-nicht").status_code == 404
    assert client.get("/offene-daten/gibt-es-nicht.csv").status_code == 404


def test_rates_by_town_and_quarter(client, publishing):
    answer = client.get("/offene-daten/leerstandsquoten.csv")
    assert answer.mimetype == "text/csv" and b"GEHEIM" not in answer.data
    found = list(csv.DictReader(io.StringIO(answer.text)))
    newest = found[-1]
    assert newest == {
        "ags": "16999001", "town": "Musterstadt", "quarter_end": DAY.isoformat(), "stock": "20", "vacant_gross": "8",
        "vacant_net": "8", "off_market": "0", "rate_gross_percent": "40.0", "rate_net_percent": "40.0",
        "verified_percent": "100.0", "is_example": "false",
    }  # fmt: skip
    assert len(found) == 12 and len({row["quarter_end"] for row in found}) == 12
    body = json.loads(client.get("/offene-daten/leerstandsquoten.json").data)
    assert list(body["columns"]) == list(newest) and body["rows"][-1]["vacant_net"] == 8
    shown = unescape(client.get("/offene-daten/leerstandsquoten").text)
    assert "vacant_gross" in shown and "Musterstadt" in shown


def test_no_file_tells_of_less_than_five(client, staff, towns):
    units = [Entered([(state, OLD, None)], unit={"verified_on": DAY}) for state in ["LEER"] * 4 + ["GENUTZT"] * 16]
    enter(staff, towns.own, units)
    rates.set_public(staff, SYSTEM, towns.own, 0, is_public=True)
    staff.commit()
    newest = list(csv.DictReader(io.StringIO(client.get("/offene-daten/leerstandsquoten.csv").text)))[-1]
    assert (newest["stock"], newest["vacant_net"], newest["vacant_gross"], newest["rate_net_percent"]) == (
        "20",
        "",
        "",
        "",
    )


def test_what_is_only_counted(client, publishing):
    found = list(csv.DictReader(io.StringIO(client.get("/offene-daten/leerstand-gezaehlt.csv").text)))
    assert [(row["town"], row["by"], row["name"], row["vacant"]) for row in found] == [
        ("Musterstadt", "all", "", "8"), ("Musterstadt", "size", "50 bis 100 m²", "8"),
    ]  # fmt: skip
    page = client.get("/offene-daten").text
    assert all(f'href="/offene-daten/{key}.csv"' in page for key in PUBLISHED_BY_TOWNS)


def test_an_unknown_licence_is_refused_at_the_start(settings, db):
    with pytest.raises(SetupError, match="INNENSTADT_DATA_LICENCE"):
        create_app(replace(settings, data_licence="frei"), db)
