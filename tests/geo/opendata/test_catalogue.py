"""The catalogue keeps to DCAT-AP.de (our shapes, through SHACL), for the sample and empty; and each rule can be broken."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import DCAT, DCTERMS, FOAF, RDF, XSD, BNode, Graph, Literal, URIRef

from geo.core.access import SYSTEM
from geo.core.errors import SetupError
from geo.opendata import catalogue
from geo.opendata.catalogue import ADMS, DCATAP, DCATDE, EU, POLITICAL, VCARD, Entry
from geo.opendata.datasets import DATASETS, Facts, Town, towns
from geo.opendata.publisher import licence_of, publisher_of
from geo.places.reference import load_reference
from geo.settings import Settings

SHAPES = Graph().parse(Path(__file__).with_name("shapes.ttl"))
OPERATOR = Settings(
    home=Path("/nowhere"), base_url="https://register.example", operator_name="Beispielamt", operator_mail="daten@amt.test",
    contributor_id="beispielamt",
)  # fmt: skip
DAY = date(2026, 9, 30)
FACTS = Facts(date(2026, 10, 1), date(2024, 1, 1), DAY, ("16067029", "16053000"), True)
TOWNS = (Town("16053000", "160530000000", "Jena"), Town("16067029", None, "Gotha"))
ENTRIES = [Entry(dataset, FACTS, TOWNS) for dataset in DATASETS]
A_DATASET = URIRef("https://register.example/offene-daten/leerstaende")
A_FILE = URIRef("https://register.example/offene-daten/leerstaende#csv")
THE_CATALOGUE = URIRef("https://register.example/offene-daten")


def made(entries=ENTRIES, settings=OPERATOR):
    return catalogue.graph(entries, publisher_of(settings))


def problems(graph):
    """What the shapes say; empty when the catalogue keeps to them."""
    conforms, _, text = validate(graph, shacl_graph=SHAPES, advanced=True)
    return "" if conforms else text


@pytest.fixture(scope="module")
def good():
    return made()


def test_it_keeps_to_the_shapes(good):
    assert problems(good) == ""
    assert len(set(good.subjects(RDF.type, DCAT.Dataset))) == len(DATASETS)
    wanted = sum(len(dataset.distributions) for dataset in DATASETS)
    assert len(set(good.subjects(RDF.type, DCAT.Distribution))) == wanted


@pytest.mark.parametrize("extension", catalogue.FORMATS)
def test_it_says_the_same_in_each_format(good, extension):
    again = Graph().parse(data=catalogue.written(good, extension), format=catalogue.FORMATS[extension][0])
    assert len(again) == len(good) and problems(again) == ""


def test_it_names_towns_by_their_official_keys(good):
    keys = {str(key).removeprefix(POLITICAL) for key in good.objects(A_DATASET, DCATDE.politicalGeocodingURI)}
    assert keys == {"municipalityKey/16053000", "regionalKey/160530000000", "municipalityKey/16067029"}
    assert good.value(A_DATASET, DCATDE.contributorID) == URIRef("http://dcat-ap.de/def/contributors/beispielamt")
    assert good.value(A_DATASET, DCTERMS.modified) == Literal(date(2026, 10, 1), datatype=XSD.date)
    assert "erfundene Objekte" in str(list(good.objects(A_DATASET, DCTERMS.description)))


def test_who_has_said_nothing_is_said_to_have_said_nothing():
    nobody = made(settings=Settings(home=Path("/nowhere"), base_url="https://register.example"))
    assert problems(nobody) == ""
    names = {str(name) for name in nobody.objects(None, FOAF.name)}
    assert names == {"Betreiber dieses Innenstadtregisters (Name noch nicht angegeben)"}
    assert list(nobody.objects(None, DCATDE.contributorID)) == list(nobody.objects(None, VCARD.hasEmail)) == []
    assert set(nobody.objects(None, VCARD.hasURL)) == {URIRef("https://register.example/impressum")}


def test_a_dataset_without_data_is_not_offered(db):
    with db.public() as session:
        found = catalogue.entries(session)
    assert [entry.dataset.key for entry in found] == [dataset.key for dataset in DATASETS]
    assert not any(entry.towns for entry in found)
    empty = made(found)
    assert problems(empty) == "" and list(empty.objects(THE_CATALOGUE, DCAT.dataset)) == []


def test_the_licence_is_the_operators_choice_among_recommended_ones():
    free = made(settings=replace(OPERATOR, data_licence="dl-zero-de/2.0"))
    assert problems(free) == "" and list(free.objects(None, DCATDE.licenseAttributionByText)) == []
    with pytest.raises(SetupError, match="INNENSTADT_DATA_LICENCE"):
        licence_of("all rights reserved")


def without(prop, node=A_DATASET):
    return lambda graph: graph.remove((node, prop, None))


def put(prop, value, node=A_DATASET):
    return lambda graph: graph.set((node, prop, value))


def further(prop, value, node=A_DATASET):
    return lambda graph: graph.add((node, prop, value))


BROKEN = {
    "catalogue without title": without(DCTERMS.title, THE_CATALOGUE),
    "catalogue without description": without(DCTERMS.description, THE_CATALOGUE),
    "catalogue without publisher": without(DCTERMS.publisher, THE_CATALOGUE),
    "catalogue with two publishers": further(DCTERMS.publisher, BNode(), THE_CATALOGUE),
    "catalogue without language": without(DCTERMS.language, THE_CATALOGUE),
    "catalogue without licence": without(DCTERMS.license, THE_CATALOGUE),
    "catalogue without homepage": without(FOAF.homepage, THE_CATALOGUE),
    "catalogue without taxonomy": without(DCAT.themeTaxonomy, THE_CATALOGUE),
    "catalogue without place": without(DCTERMS.spatial, THE_CATALOGUE),
    "dataset outside of the catalogue": lambda graph: graph.remove((THE_CATALOGUE, DCAT.dataset, A_DATASET)),
    "dataset without title": without(DCTERMS.title),
    "title without language": put(DCTERMS.title, Literal("Leerstände")),
    "two German titles": further(DCTERMS.title, Literal("Noch ein Titel", lang="de")),
    "dataset without description": without(DCTERMS.description),
    "dataset without publisher": without(DCTERMS.publisher),
    "publisher that is nobody": put(DCTERMS.publisher, URIRef("https://register.example/niemand")),
    "dataset without contact": without(DCAT.contactPoint),
    "contact without address": lambda graph: [graph.remove((None, prop, None)) for prop in (VCARD.hasEmail, VCARD.hasURL)],
    "contact with a mail that is none": lambda graph: graph.set(
        (graph.value(A_DATASET, DCAT.contactPoint), VCARD.hasEmail, URIRef("mailto:amt"))
    ),
    "dataset without files": without(DCAT.distribution),
    "dataset without keyword": without(DCAT.keyword),
    "dataset without theme": without(DCAT.theme),
    "theme that is not in the list": put(DCAT.theme, URIRef(f"{EU}data-theme/SHOP")),
    "dataset without level": without(DCATDE.politicalGeocodingLevelURI),
    "level that is not in the list": put(DCATDE.politicalGeocodingLevelURI, URIRef(f"{POLITICAL}Level/town")),
    "dataset without coverage": without(DCATDE.politicalGeocodingURI),
    "key of another state": put(DCATDE.politicalGeocodingURI, URIRef(f"{POLITICAL}municipalityKey/09162000")),
    "key that is too short": put(DCATDE.politicalGeocodingURI, URIRef(f"{POLITICAL}municipalityKey/1606702")),
    "coverage that is no place": lambda graph: graph.remove(
        (A_DATASET, DCTERMS.spatial, URIRef(f"{POLITICAL}municipalityKey/16067029"))
    ),
    "contributor that is none": put(DCATDE.contributorID, Literal("beispielamt")),
    "contributor of another list": put(DCATDE.contributorID, URIRef("https://register.example/amt")),
    "dataset without identifier": without(DCTERMS.identifier),
    "day that is none": put(DCTERMS.modified, Literal("gestern")),
    "two days of change": further(DCTERMS.modified, Literal(DAY, datatype=XSD.date)),
    "frequency in words": put(DCTERMS.accrualPeriodicity, Literal("oft")),
    "access that is not in the list": put(DCTERMS.accessRights, URIRef(f"{EU}access-right/SECRET")),
    "period that ends before it begins": lambda graph: graph.set(
        (graph.value(A_DATASET, DCTERMS.temporal), DCAT.endDate, Literal(date(2020, 1, 1), datatype=XSD.date))
    ),
    "period without days": lambda graph: [
        graph.remove((graph.value(A_DATASET, DCTERMS.temporal), prop, None)) for prop in (DCAT.startDate, DCAT.endDate)
    ],
    "box without coordinate system": lambda graph: graph.set(
        (next(graph.subjects(DCAT.bbox)), DCAT.bbox, Literal("POLYGON((9 50, 13 50, 13 52, 9 50))"))
    ),
    "file without address": without(DCAT.accessURL, A_FILE),
    "file with a path for an address": lambda graph: [
        graph.set((A_FILE, prop, Literal("/leerstand.csv"))) for prop in (DCAT.accessURL, DCAT.downloadURL)
    ],
    "download that is elsewhere": put(DCAT.downloadURL, URIRef("https://register.example/anderswo"), A_FILE),
    "file without licence": without(DCTERMS.license, A_FILE),
    "licence that is not in the list": put(DCTERMS.license, URIRef("https://register.example/lizenz"), A_FILE),
    "licence that names nobody": without(DCATDE.licenseAttributionByText, A_FILE),
    "file without title": without(DCTERMS.title, A_FILE),
    "file without format": without(DCTERMS["format"], A_FILE),
    "format in words": put(DCTERMS["format"], Literal("CSV"), A_FILE),
    "media type in words": put(DCAT.mediaType, Literal("text/csv"), A_FILE),
    "status that is not in the list": put(ADMS.status, URIRef("http://purl.org/adms/status/Nice"), A_FILE),
    "availability that is not in the list": put(DCATAP.availability, URIRef(f"{EU}planned-availability/SOON"), A_FILE),
    "agent without name": lambda graph: graph.remove((None, FOAF.name, None)),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_catalogue_is_refused(good, what):
    broken = Graph()
    for triple in good:
        broken.add(triple)
    BROKEN[what](broken)
    assert problems(broken) != ""


def test_keys_of_the_register_are_told(db):
    with db.owner() as session:
        load_reference(session, SYSTEM)
        session.commit()
    with db.public() as session:
        (gotha,) = towns(session, ("16067029",))
    assert gotha.name == "Gotha" and (gotha.ars is None or gotha.ars.startswith("16067"))
