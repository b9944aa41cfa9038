"""What a file is, from its first bytes and never from its name; the name only has to agree."""

import re

from geo.core.foreign.refused import Refused

_MAGIC = (
    (b"SQLite format 3\0", "GPKG"),
    (b"PK\x03\x04", "ZIP"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "XLS"),
    (b"fgb\x03fgb", "FlatGeobuf"),
)
_TELL = (
    (b"\x00\x00\x27\x0a", "Ein Shapefile besteht aus mehreren Dateien: bitte .shp, .shx, .dbf und .prj zusammen als"
     " ZIP-Datei hochladen."),
    (b"%PDF", "Das ist ein PDF. Bitte die Tabelle, aus der es entstand, als XLSX oder CSV hochladen."),
    (b"PK\x05\x06", "Das Archiv ist leer."),
    (b"7z\xbc\xaf\x27\x1c", "7z-Archive werden nicht gelesen. Bitte als ZIP packen."),
    (b"Rar!", "RAR-Archive werden nicht gelesen. Bitte als ZIP packen."),
    (b"\x1f\x8b", "GZ-Archive werden nicht gelesen. Bitte als ZIP packen."),
    (b"BZh", "BZ2-Archive werden nicht gelesen. Bitte als ZIP packen."),
    (b"\xfd7zXZ", "XZ-Archive werden nicht gelesen. Bitte als ZIP packen."),
    (b"\x89PNG", "Das ist ein Bild, keine Tabelle und keine Geodatei."),
    (b"\xff\xd8\xff", "Das ist ein Bild, keine Tabelle und keine Geodatei."),
    (b"GIF8", "Das ist ein Bild, keine Tabelle und keine Geodatei."),
    (b"II*\x00", "Das ist ein Bild, keine Tabelle und keine Geodatei."),
    (b"MM\x00*", "Das ist ein Bild, keine Tabelle und keine Geodatei."),
    (b"AC10", "Das ist eine Zeichnung (DWG). Bitte die Daten als GeoPackage oder Shapefile ausgeben."),
    (b"{\\rtf", "Das ist ein Textdokument (RTF). Bitte die Tabelle als XLSX oder CSV speichern."),
    (b"PAR1", "Das ist eine Parquet-Datei. Bitte als GeoPackage, GeoJSON oder CSV speichern."),
    (b"\x7fELF", "Das ist ein Programm, keine Tabelle und keine Geodatei."),
    (b"MZ", "Das ist ein Programm, keine Tabelle und keine Geodatei."),
)  # fmt: skip
_XML = {
    "gpx": "Das ist eine GPX-Datei (Wege und Wegpunkte eines Navigationsgeräts). Bitte in QGIS öffnen und als"
    " GeoPackage oder GeoJSON speichern.",
    "osmchange": "Das ist eine Liste von Änderungen an OpenStreetMap (OSC), kein Auszug. Bitte den Auszug als OSM-XML"
    " (.osm) hochladen.",
    "html": "Das ist eine Webseite, auch wenn sie sich als Tabelle öffnen lässt. Bitte als XLSX oder CSV speichern.",
    "workbook": "Das ist eine Tabelle im XML-Format von 2003. Bitte als XLSX speichern.",
    "featurecollection": "Das ist eine GML-Datei. Bitte in QGIS öffnen und als GeoPackage speichern.",
    "ax_bestandsdatenauszug": "Das ist ein ALKIS-Auszug (NAS). Bitte in QGIS öffnen und als GeoPackage speichern.",
    "svg": "Das ist eine Zeichnung (SVG), keine Tabelle und keine Geodatei.",
}
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.\-]*:)?([A-Za-z_][\w.\-]*)")
_TEXTS = {"", ".csv", ".txt", ".tsv", ".tab", ".asc", ".dat", ".prn"}
_ENDINGS = {
    ".geojson": "GeoJSON", ".json": "GeoJSON", ".geojsonl": "GeoJSON", ".ndjson": "GeoJSON", ".gpkg": "GPKG",
    ".kml": "KML", ".osm": "OSM", ".fgb": "FlatGeobuf", ".xls": "XLS", ".xlsx": "ZIP", ".xlsm": "ZIP", ".xlsb": "ZIP",
    ".ods": "ZIP", ".kmz": "ZIP", ".zip": "ZIP",
}  # fmt: skip
UNKNOWN = (
    "Dieses Format wird nicht gelesen. Möglich sind CSV, XLSX, XLS, ODS, GeoJSON, GeoPackage, KML, OSM-XML, FlatGeobuf"
    " und Shapefile (als ZIP)."
)
_PBF = re.compile(rb"\0\0\0.\n\tOSMHeader", re.S)
PBF = (
    "Das ist ein Auszug aus OpenStreetMap im Format PBF. Bitte als OSM-XML (.osm) speichern, zum Beispiel in JOSM oder"
    " mit „osmium cat“, oder als GeoPackage."
)


def kind_of(start: bytes, ending: str) -> str:
    """`GPKG`, `ZIP`, `XLS`, `FlatGeobuf`, `GeoJSON`, `KML`, `OSM` or `CSV`. Raises `Refused` for anything else."""
    if _PBF.match(start):
        raise Refused(PBF)
    for magic, sentence in _TELL:
        if start.startswith(magic):
            raise Refused(sentence)
    kind = next((kind for magic, kind in _MAGIC if start.startswith(magic)), None) or _text_kind(start)
    if kind == "CSV" and ending not in _TEXTS:
        raise Refused(
            f"Die Datei heißt {ending}, enthält aber etwas anderes. Bitte unter dem richtigen Namen hochladen."
            if ending in _ENDINGS
            else UNKNOWN
        )
    return kind


def _text_kind(start: bytes) -> str:
    text = _decoded(start).lstrip("\ufeff \t\r\n\f")
    if text.startswith("<"):
        return _xml_kind(text)
    if text.startswith("{") or re.match(r"\[\s*[{\[]", text):
        return "GeoJSON"
    return "CSV"


def _decoded(start: bytes) -> str:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return start.decode("utf-16", "replace")
    return start.decode("latin-1").removeprefix("ï»¿")


def _xml_kind(text: str) -> str:
    without = re.sub(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*>", "", text, flags=re.S)
    if re.search(r"<!(DOCTYPE|ENTITY)", without, re.I):
        raise Refused(
            "Die XML-Datei enthält eigene Definitionen (DOCTYPE, ENTITY). Solche Dateien werden nicht gelesen."
        )
    root = _ROOT.search(without)
    name = root[1].lower() if root else ""
    if name in {"kml", "osm"}:
        return name.upper()
    raise Refused(_XML.get(name, UNKNOWN))
