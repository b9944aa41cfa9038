"""The catalogue as DCAT-AP.de 3.0: what portals such as GovData harvest, in Turtle, JSON-LD or RDF/XML.

Addresses stay: a dataset is `/offene-daten/<key>`, its files are fragments of that. Spatial and political coverage are
the towns that have data, by their official keys; the level says who collects the data.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rdflib import DCAT, DCTERMS, FOAF, RDF, XSD, BNode, Graph, Literal, Namespace, URIRef
from sqlalchemy.orm import Session

from geo.core.systems import STATE_BOX
from geo.opendata.datasets import DATASETS, UNREGISTERED, Dataset, Distribution, Facts, Town, facts, towns
from geo.opendata.publisher import Publisher

DCATDE = Namespace("http://dcat-ap.de/def/dcatde/")
DCATAP = Namespace("http://data.europa.eu/r5r/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
ADMS = Namespace("http://www.w3.org/ns/adms#")
GEO = Namespace("http://www.opengis.net/ont/geosparql#")
EU = "http://publications.europa.eu/resource/authority/"
POLITICAL = "http://dcat-ap.de/def/politicalGeocoding/"
STATE = URIRef(f"{POLITICAL}stateKey/16")
IANA = "https://www.iana.org/assignments/media-types/"
MADE_UP = ("Enthält erfundene Objekte eines Beispielregisters.", "Contains made-up objects of a sample register.")
# As which file, in which of rdflib's formats, with which media type.
FORMATS = {
    "ttl": ("turtle", "text/turtle"),
    "jsonld": ("json-ld", "application/ld+json"),
    "rdf": ("xml", "application/rdf+xml"),
}
_TITLE = ("Offene Daten des Innenstadtregisters Thüringen", "Open data of the Innenstadtregister of Thuringia")
_ABOUT = (
    "Öffentliche Sammlungen und Auswertungen der Allianz „Innenstädte mit Zukunft“: Leerstände, Wanderbäume, schönste"
    " Blicke und Pilotprojekte der Thüringer Städte.",
    "Public collections and aggregates of the alliance (Innenstädte mit Zukunft): vacancies, mobile trees, finest"
    " views and pilot projects of Thuringian towns.",
)


@dataclass(frozen=True)
class Entry:
    """A dataset as it stands in the catalogue: with what it holds now, and its towns."""

    dataset: Dataset
    facts: Facts
    towns: tuple[Town, ...]


def entries(session: Session) -> list[Entry]:
    """All datasets with what they hold now; those without data too, which the catalogue leaves out."""
    found = [(dataset, facts(session, dataset)) for dataset in DATASETS]
    keys = tuple(sorted({key for _, one in found for key in one.towns}))
    known = {town.ags: town for town in towns(session, keys)}
    return [Entry(dataset, one, tuple(known[key] for key in one.towns if key in known)) for dataset, one in found]


def graph(listed: Iterable[Entry], publisher: Publisher) -> Graph:
    """The catalogue of the datasets that hold something."""
    made = Graph()
    for prefix, namespace in (("dcatde", DCATDE), ("dcatap", DCATAP), ("adms", ADMS), ("vcard", VCARD), ("geo", GEO)):
        made.bind(prefix, namespace)
    filled = [entry for entry in listed if entry.towns]
    catalogue, agent = URIRef(f"{publisher.url}/offene-daten"), URIRef(f"{publisher.url}/impressum#betreiber")
    _both(made, catalogue, DCTERMS.title, _TITLE)
    _both(made, catalogue, DCTERMS.description, _ABOUT)
    modified = [entry.facts.modified for entry in filled if entry.facts.modified]
    _say(
        made,
        catalogue,
        (RDF.type, DCAT.Catalog),
        (DCTERMS.publisher, agent),
        (DCTERMS.language, URIRef(f"{EU}language/DEU")),
        (DCTERMS.language, URIRef(f"{EU}language/ENG")),
        (DCTERMS.license, URIRef(publisher.licence.uri)),
        (DCTERMS.spatial, STATE),
        (DCAT.themeTaxonomy, URIRef("http://publications.europa.eu/resource/authority/data-theme")),
        (FOAF.homepage, catalogue),
        (DCATAP.availability, URIRef(f"{EU}planned-availability/AVAILABLE")),
    )
    if modified:
        made.add((catalogue, DCTERMS.modified, Literal(max(modified), datatype=XSD.date)))
    _say(made, agent, (RDF.type, FOAF.Agent), (FOAF.name, Literal(publisher.name, lang="de")))
    for entry in filled:
        made.add((catalogue, DCAT.dataset, _dataset(made, entry, publisher, agent)))
    return made


def written(made: Graph, extension: str) -> bytes:
    """The graph as a file; `extension` is one of `FORMATS`."""
    return made.serialize(format=FORMATS[extension][0], encoding="utf-8")


def _dataset(made: Graph, entry: Entry, publisher: Publisher, agent: URIRef) -> URIRef:
    dataset, known = entry.dataset, entry.facts
    node = URIRef(f"{publisher.url}/offene-daten/{dataset.key}")
    about = dataset.description
    if known.is_example:
        about = (f"{about[0]} {MADE_UP[0]}", f"{about[1]} {MADE_UP[1]}")
    _both(made, node, DCTERMS.title, dataset.title)
    _both(made, node, DCTERMS.description, about)
    for language, words in zip(("de", "en"), dataset.keywords, strict=True):
        for word in words:
            made.add((node, DCAT.keyword, Literal(word, lang=language)))
    _say(
        made,
        node,
        (RDF.type, DCAT.Dataset),
        (DCTERMS.identifier, Literal(dataset.key)),
        (DCTERMS.publisher, agent),
        (DCTERMS.accrualPeriodicity, URIRef(f"{EU}frequency/{dataset.frequency}")),
        (DCTERMS.accessRights, URIRef(f"{EU}access-right/PUBLIC")),
        (DCTERMS.language, URIRef(f"{EU}language/DEU")),
        (DCAT.landingPage, URIRef(publisher.url + dataset.page)),
        (DCATAP.availability, URIRef(f"{EU}planned-availability/AVAILABLE")),
        (DCATDE.politicalGeocodingLevelURI, URIRef(f"{POLITICAL}Level/{dataset.level}")),
        (DCAT.contactPoint, _contact(made, publisher)),
        *((DCAT.theme, URIRef(f"{EU}data-theme/{code}")) for code in dataset.themes),
        *(both for town in entry.towns for both in _covers(town)),
        (DCTERMS.spatial, _box(made)),
    )
    if publisher.contributor:
        made.add((node, DCATDE.contributorID, URIRef(publisher.contributor)))
    if known.modified:
        made.add((node, DCTERMS.modified, Literal(known.modified, datatype=XSD.date)))
    if known.first or known.last:
        made.add((node, DCTERMS.temporal, _period(made, known)))
    for one in dataset.distributions:
        made.add((node, DCAT.distribution, _distribution(made, node, dataset, one, publisher, known)))
    return node


def _covers(town: Town) -> Iterable[tuple[URIRef, URIRef]]:
    """The town by its AGS and, where it is known, by its ARS; both also as its place."""
    keys = [f"{POLITICAL}municipalityKey/{town.ags}", *([f"{POLITICAL}regionalKey/{town.ars}"] if town.ars else [])]
    for key in keys:
        yield DCATDE.politicalGeocodingURI, URIRef(key)
        yield DCTERMS.spatial, URIRef(key)


def _box(made: Graph) -> BNode:
    west, south, east, north = STATE_BOX
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    outline = ", ".join(f"{x} {y}" for x, y in corners)
    words = f"<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POLYGON(({outline}))"
    place = BNode()
    made.add((place, RDF.type, DCTERMS.Location))
    made.add((place, DCAT.bbox, Literal(words, datatype=GEO.wktLiteral)))
    return place


def _period(made: Graph, known: Facts) -> BNode:
    period = BNode()
    made.add((period, RDF.type, DCTERMS.PeriodOfTime))
    if known.first:
        made.add((period, DCAT.startDate, Literal(known.first, datatype=XSD.date)))
    if known.last:
        made.add((period, DCAT.endDate, Literal(known.last, datatype=XSD.date)))
    return period


def _contact(made: Graph, publisher: Publisher) -> BNode:
    contact = BNode()
    made.add((contact, RDF.type, VCARD.Organization))
    made.add((contact, VCARD.fn, Literal(publisher.name, lang="de")))
    made.add((contact, VCARD.hasURL, URIRef(f"{publisher.url}/impressum")))
    if publisher.mail:
        made.add((contact, VCARD.hasEmail, URIRef(f"mailto:{publisher.mail}")))
    return contact


def _distribution(
    made: Graph, node: URIRef, dataset: Dataset, one: Distribution, publisher: Publisher, known: Facts
) -> URIRef:
    file, address = URIRef(f"{node}#{one.key}"), URIRef(publisher.url + one.path)
    _both(made, file, DCTERMS.title, (f"{dataset.title[0]} ({one.label})", f"{dataset.title[1]} ({one.label})"))
    _say(
        made,
        file,
        (RDF.type, DCAT.Distribution),
        (DCAT.accessURL, address),
        (DCAT.downloadURL, address),
        (DCTERMS.license, URIRef(publisher.licence.uri)),
        (DCTERMS["format"], URIRef(f"{EU}file-type/{one.file_type}")),
        (ADMS.status, URIRef("http://purl.org/adms/status/Completed")),
        (DCATAP.availability, URIRef(f"{EU}planned-availability/AVAILABLE")),
    )
    if one.media_type not in UNREGISTERED:
        made.add((file, DCAT.mediaType, URIRef(IANA + one.media_type)))
    if publisher.licence.names_somebody:
        made.add((file, DCATDE.licenseAttributionByText, Literal(publisher.attribution, lang="de")))
    if known.modified:
        made.add((file, DCTERMS.modified, Literal(known.modified, datatype=XSD.date)))
    return file


def _say(made: Graph, node: URIRef, *told: tuple[Any, Any]) -> None:
    for prop, value in told:
        made.add((node, prop, value))


def _both(made: Graph, node: URIRef, prop: URIRef, texts: tuple[str, str]) -> None:
    for language, words in zip(("de", "en"), texts, strict=True):
        made.add((node, prop, Literal(words, lang=language)))
