"""The public collections and aggregates, declared once: their texts, their files, and how recent they are.

A distribution's path is an address of this register that exists; a test asks each of them. File types and themes are
codes of the EU's authority tables, which DCAT-AP.de prescribes.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

CSV = ("text/csv", "CSV")
XLSX = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX")
JSON = ("application/json", "JSON")
GEOJSON = ("application/geo+json", "GEOJSON")
GPKG = ("application/geopackage+sqlite3", "GPKG")
PARQUET = ("application/vnd.apache.parquet", "PARQUET")
JSON_LD = ("application/ld+json", "JSON_LD")
GPX = ("application/gpx+xml", "GPX")
# Types that IANA has registered; of others only the EU's code is told.
UNREGISTERED = {GPX[0]}


@dataclass(frozen=True)
class Distribution:
    """A file of a dataset; `key` stays, so that its address in the catalogue does."""

    key: str
    path: str
    kind: tuple[str, str]

    @property
    def media_type(self) -> str:
        return self.kind[0]

    @property
    def file_type(self) -> str:
        return self.kind[1]

    @property
    def label(self) -> str:
        return {"GEOJSON": "GeoJSON", "GPKG": "GeoPackage", "PARQUET": "GeoParquet", "JSON_LD": "JSON-LD"}.get(
            self.file_type, self.file_type
        )


@dataclass(frozen=True)
class Dataset:
    """A public collection or aggregate. Texts are in German and English; `facts` is SQL on published views.

    `facts` gives one row: modified, first, last (days), towns (their keys), is_example.
    """

    key: str
    title: tuple[str, str]
    description: tuple[str, str]
    keywords: tuple[tuple[str, ...], tuple[str, ...]]
    themes: tuple[str, ...]
    frequency: str
    level: str
    page: str
    distributions: tuple[Distribution, ...]
    facts: str


@dataclass(frozen=True)
class Facts:
    """What a dataset holds now: the newest day in it, the days and towns that it is about. Empty without towns."""

    modified: date | None
    first: date | None
    last: date | None
    towns: tuple[str, ...]
    is_example: bool


@dataclass(frozen=True)
class Town:
    """A municipality with its official keys; ARS where it is known."""

    ags: str
    ars: str | None
    name: str


_OFFERS = """
SELECT max(least(greatest(v.verified_on, lower(v.published_during)), current_date)) AS modified,
       min(v.empty_since) AS first, NULL::date AS last, array_agg(DISTINCT v.ags) AS towns,
       bool_or(v.is_example) AS is_example
FROM published.vacancies v WHERE v.during @> current_date AND upper(v.published_during) > current_date
"""
_TREES = """
SELECT (SELECT least(max(p.published_at)::date, current_date) FROM published.schedules p) AS modified,
       min(lower(y.whole)) AS first, NULL::date AS last, array_agg(DISTINCT s.ags) AS towns,
       bool_or(s.is_example) AS is_example
FROM published.standings y JOIN published.stops s ON s.id = y.stop_id WHERE s.kind = 'STRASSE'
"""
_VIEWPOINTS = """
SELECT max(greatest(v.last_checked_on, (SELECT max(lower(t.during)) FROM published.viewpoint_statuses t
               WHERE t.viewpoint_id = v.id AND lower(t.during) <= current_date))) AS modified,
       NULL::date AS first, NULL::date AS last, array_agg(DISTINCT m.ags) AS towns, bool_or(v.is_example) AS is_example
FROM published.viewpoints v JOIN published.municipalities m ON m.id = v.municipality_id
WHERE EXISTS (SELECT FROM published.viewpoint_statuses t WHERE t.viewpoint_id = v.id AND t.during @> current_date)
"""
_PILOTS = """
SELECT max(lower(h.during)) FILTER (WHERE lower(h.during) <= current_date) AS modified, min(lower(h.during)) AS first,
       NULL::date AS last, array_agg(DISTINCT m.ags) AS towns, false AS is_example
FROM published.pilot_sites s JOIN published.municipalities m ON m.id = s.municipality_id
JOIN published.pilot_phases h ON h.pilot_site_id = s.id
"""
# An aggregate is of the last end of a quarter, and is there from the day after.
_QUARTER = "(date_trunc('quarter', current_date) - interval '1 day')::date"
_FIRST = "(date_trunc('quarter', current_date) - interval '33 months 1 day')::date"
_RATES = f"""
SELECT {_QUARTER} + 1 AS modified, {_FIRST} AS first, {_QUARTER} AS last, array_agg(DISTINCT t.ags) AS towns,
       coalesce((SELECT bool_or(r.is_example) FROM published.town_rates({_QUARTER},
           (SELECT array_agg(a.municipality_id) FROM published.rate_towns a)) r), false) AS is_example
FROM published.rate_towns t
"""  # noqa: S608 (days of our own)
_COUNTED = f"""
SELECT {_QUARTER} + 1 AS modified, {_QUARTER} AS first, {_QUARTER} AS last, array_agg(DISTINCT t.ags) AS towns,
       bool_or(c.is_example) AS is_example
FROM published.counted_only({_QUARTER},
    (SELECT coalesce(array_agg(a.municipality_id), '{{}}') FROM published.counted_towns a)) c
JOIN published.counted_towns t ON t.municipality_id = c.municipality_id
"""  # noqa: S608 (days of our own)

DATASETS = (
    Dataset(
        "leerstaende",
        ("Leerstehende Räume im Angebot", "Vacant premises on offer"),
        (
            "Läden und andere Räume, die Thüringer Städte zur Vermietung oder zum Verkauf zeigen: mit Lage, Größe und"
            " Ausstattung, soweit die Stadt sie veröffentlicht hat. Angaben zum Eigentum sind nicht enthalten.",
            "Shops and other premises that Thuringian towns show to let or for sale: location, size and equipment as"
            " far as the town has published them. Nothing about owners is included.",
        ),
        (("Leerstand", "Gewerbeimmobilien", "Innenstadt"), ("vacancy", "commercial property", "town centre")),
        ("ECON", "REGI"),
        "IRREG",
        "municipality",
        "/leerstand/liste",
        (
            Distribution("geojson", "/leerstand/datei/geojson", GEOJSON),
            Distribution("csv", "/leerstand/datei/csv", CSV),
            Distribution("xlsx", "/leerstand/datei/xlsx", XLSX),
            Distribution("gpkg", "/leerstand/datei/gpkg", GPKG),
            Distribution("parquet", "/leerstand/datei/parquet", PARQUET),
        ),
        _OFFERS,
    ),
    Dataset(
        "leerstandsquoten",
        ("Leerstandsquoten nach Stadt und Quartal", "Vacancy rates by town and quarter"),
        (
            "Leerstand im Erdgeschoss nach Anzahl zum Ende der letzten zwölf Quartale, von den Städten, die ihre Quote"
            " veröffentlichen. Keine Zahl lässt weniger als fünf Einheiten erkennen.",
            "Ground floor vacancy by count at the ends of the last twelve quarters, of towns that publish their rate."
            " No number tells of fewer than five premises.",
        ),
        (("Leerstand", "Leerstandsquote", "Statistik"), ("vacancy", "vacancy rate", "statistics")),
        ("ECON", "REGI"),
        "QUARTERLY",
        "municipality",
        "/leerstand/quoten",
        (
            Distribution("csv", "/offene-daten/leerstandsquoten.csv", CSV),
            Distribution("json", "/offene-daten/leerstandsquoten.json", JSON),
        ),
        _RATES,
    ),
    Dataset(
        "leerstand-gezaehlt",
        ("Gezählter Leerstand nach Größe und Zone", "Vacancy counted by size and zone"),
        (
            "Wie viele leere Räume Städte nur zählen, ohne sie einzeln zu zeigen: nach Größe und Zone zum Ende des"
            " letzten Quartals, ab fünf Einheiten.",
            "How many vacant premises towns count without showing them one by one: by size and zone at the end of the"
            " last quarter, from five premises.",
        ),
        (("Leerstand", "Zone", "Statistik"), ("vacancy", "zone", "statistics")),
        ("ECON", "REGI"),
        "QUARTERLY",
        "municipality",
        "/leerstand/zahlen",
        (
            Distribution("csv", "/offene-daten/leerstand-gezaehlt.csv", CSV),
            Distribution("json", "/offene-daten/leerstand-gezaehlt.json", JSON),
        ),
        _COUNTED,
    ),
    Dataset(
        "wanderbaeume",
        ("Standzeiten der Wanderbäume", "Stays of the mobile trees"),
        (
            "Wo und wann die Wanderbäume der Saison stehen: Standplatz, Allee, erster und letzter Tag, Zahl und Arten"
            " der Bäume, aus den veröffentlichten Umzugsplänen.",
            "Where and when the season's mobile trees stand: stop, avenue, first and last day, number and species of"
            " the trees, from the published schedules.",
        ),
        (("Wanderbaumallee", "Stadtgrün", "Klimaanpassung"), ("mobile trees", "urban greening", "climate adaptation")),
        ("ENVI", "REGI"),
        "IRREG",
        "municipality",
        "/baeume/liste",
        (
            Distribution("geojson", "/baeume/datei/geojson", GEOJSON),
            Distribution("csv", "/baeume/datei/csv", CSV),
            Distribution("xlsx", "/baeume/datei/xlsx", XLSX),
            Distribution("gpkg", "/baeume/datei/gpkg", GPKG),
        ),
        _TREES,
    ),
    Dataset(
        "schoenste-blicke",
        ("Schönste Blicke der Städte", "Finest views of the towns"),
        (
            "Die Aussichtspunkte „Der schönste Blick der Stadt“ mit Blickrichtung, Ausstattung und Zugang.",
            "The viewpoints “The finest view of the town” with their direction, furniture and access.",
        ),
        (("Aussichtspunkt", "Tourismus", "Stadtbild"), ("viewpoint", "tourism", "townscape")),
        ("EDUC", "REGI"),
        "IRREG",
        "municipality",
        "/blicke/liste",
        (
            Distribution("geojson", "/blicke/export.geojson", GEOJSON),
            Distribution("jsonld", "/blicke/daten.jsonld", JSON_LD),
            Distribution("gpx", "/blicke/export.gpx", GPX),
        ),
        _VIEWPOINTS,
    ),
    Dataset(
        "pilotstandorte",
        ("Pilotstandorte der Allianz", "Pilot sites of the alliance"),
        (
            "Die Standorte der Pilotprojekte der Allianz „Innenstädte mit Zukunft“ mit ihren Phasen und Quellen.",
            "The sites of the pilot projects of the alliance (Innenstädte mit Zukunft) with their phases and sources.",
        ),
        (("Pilotprojekt", "Stadtentwicklung", "Förderung"), ("pilot project", "urban development", "funding")),
        ("REGI", "GOVE"),
        "IRREG",
        "state",
        "/pilotprojekte/liste",
        (Distribution("geojson", "/api/v1/pilotstandorte", GEOJSON),),
        _PILOTS,
    ),
)
BY_KEY = {dataset.key: dataset for dataset in DATASETS}

_TOWNS = text("SELECT k.ags, k.ars, k.name FROM published.municipality_keys k WHERE k.ags = ANY (:ags) ORDER BY k.ags")


def facts(session: Session, dataset: Dataset) -> Facts:
    """What the dataset holds now."""
    row = session.execute(text(dataset.facts)).one()
    return Facts(row.modified, row.first, row.last, tuple(sorted(row.towns or ())), bool(row.is_example))


def towns(session: Session, ags: tuple[str, ...]) -> list[Town]:
    """The towns of these keys with their official keys."""
    return [Town(**row._mapping) for row in session.execute(_TOWNS, {"ags": list(ags)})]
