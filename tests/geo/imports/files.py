"""Files as good and as bad as they come, made on the spot."""

import io
import json
import sqlite3
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas
import xlsxwriter
from shapely.geometry import LineString, Point, box

PLACES = [Point(11.03, 50.95), Point(11.04, 50.96), Point(11.05, 50.97)]
NAMES = ["Bäckerei Groß", "Café „Übermut“", "Leerstand, ehem. Schuhe"]


def frame(shapes=PLACES):
    count = len(shapes)
    columns = {
        "name": [NAMES[n % 3] for n in range(count)],
        "plz": ["07381"] * count,
        "flaeche": [12.5, 80, None][:count],
    }
    return geopandas.GeoDataFrame(columns, geometry=list(shapes), crs=4326)


def zipped(parts: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", kind) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return archive.getvalue()


def shapefile(folder: Path, data=None, *, srid=4326, name="läden", encoding="UTF-8", without=()) -> bytes:
    folder.mkdir(exist_ok=True)
    (frame() if data is None else data).to_crs(srid).to_file(folder / "x.shp", encoding=encoding)
    return zipped(
        {f"{name}{part.suffix}": part.read_bytes() for part in folder.glob("x.*") if part.suffix not in without}
    )


def written(folder: Path, name: str, driver: str, data=None) -> bytes:
    (frame() if data is None else data).to_file(folder / name, driver=driver)
    return (folder / name).read_bytes()


def workbook(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        fill(book)
    return file.getvalue()


def simple_workbook() -> bytes:
    def fill(book):
        sheet = book.add_worksheet("Liste")
        for number, row in enumerate([["Straße", "Nr", "Fläche"], ["Markt", "1", 50.5], ["Markt", "2", 60]]):
            sheet.write_row(number, 0, row)

    return workbook(fill)


def with_part(archive: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same zip file with one part changed."""
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        parts = {entry: packed.read(entry) for entry in packed.namelist()}
    parts[name] = change(parts.get(name, b""))
    return zipped(parts)


def with_sheet(rows: str, head: str = "") -> bytes:
    start = (
        '<?xml version="1.0"?>' + head + '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    )
    return with_part(simple_workbook(), "xl/worksheets/sheet1.xml", lambda _: f"{start}{rows}</worksheet>".encode())


def ods(rows: str, head: str = "") -> bytes:
    content = (
        f'<?xml version="1.0"?>{head}<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="Liste">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        packed.writestr("content.xml", content)
        packed.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return archive.getvalue()


def ods_row(*cells: str | float, repeated: str = "", cell: str = "") -> str:
    made = []
    for value in cells:
        if isinstance(value, str):
            made.append(
                f'<table:table-cell office:value-type="string"{cell}><text:p>{value}</text:p></table:table-cell>'
            )
        else:
            made.append(
                f'<table:table-cell office:value-type="float" office:value="{value}"{cell}><text:p>{value}</text:p></table:table-cell>'
            )
    return f"<table:table-row{repeated}>{''.join(made)}</table:table-row>"


def geojson(*features, **head) -> bytes:
    return json.dumps({"type": "FeatureCollection", **head, "features": list(features)}).encode()


def feature(coordinates="[11.03, 50.95]", kind="Point", properties='{"a": 1}') -> str:
    return f'{{"type": "Feature", "properties": {properties}, "geometry": {{"type": "{kind}", "coordinates": {coordinates}}}}}'


def collection(*features: str) -> bytes:
    return f'{{"type": "FeatureCollection", "features": [{", ".join(features)}]}}'.encode()


def kml(inner: str, head: str = "") -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{inner}</Document></kml>'.encode()


def osm(inner: str, head: str = "") -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}<osm version="0.6">{inner}</osm>'.encode()


PLACEMARK = (
    "<Placemark><name>Laden</name><ExtendedData><Data name='plz'><value>07381</value></Data></ExtendedData>"
    "<Point><coordinates>11.03,50.95,0</coordinates></Point></Placemark>"
)


def geopackage_with(folder: Path, *statements: str) -> bytes:
    """A good GeoPackage after the statements."""
    path = folder / "changed.gpkg"
    path.write_bytes(written(folder, "good.gpkg", "GPKG"))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        for statement in statements:
            connection.execute(statement)
    connection.close()
    return path.read_bytes()


def lying(archive: bytes, size: int) -> bytes:
    """The archive whose table of contents says that its (only) entry unpacks to so many bytes."""
    at = archive.rfind(b"PK\x01\x02")
    local = archive.find(b"PK\x03\x04")
    changed = bytearray(archive)
    changed[at + 24 : at + 28] = struct.pack("<I", size)
    changed[local + 22 : local + 26] = struct.pack("<I", size)
    return bytes(changed)


def symlink() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        entry = zipfile.ZipInfo("liste.csv")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(entry, "/etc/passwd")
    return archive.getvalue()


def overlapping() -> bytes:
    """Two entries in the table of contents for the same bytes."""
    archive = zipped({"liste.csv": b"a;b\n1;2\n"})
    at, end = archive.rfind(b"PK\x01\x02"), archive.rfind(b"PK\x05\x06")
    entry = archive[at:end]
    tail = bytearray(archive[end:])
    tail[8:12] = struct.pack("<HH", 2, 2)
    tail[12:16] = struct.pack("<I", 2 * len(entry))
    return archive[:at] + entry + entry + bytes(tail)


def zigzag(count: int) -> str:
    return "[" + ",".join(f"[11.{n % 999_999:06d},50.9{n % 2}]" for n in range(count)) + "]"


def good_files(folder: Path) -> dict[str, bytes]:
    """One of each format, by name."""
    shapes = frame([LineString([(11, 50.9), (11.1, 50.95)]), box(11, 50.9, 11.01, 50.91), PLACES[0]])
    return {
        "utf8.csv": 'Straße;Nr;Fläche\nMarkt;1;50,5\n"Am ""Tor""";007;\n'.encode() * 3,
        "cp1252.csv": "Straße;Nr;x;y\nMarkt;1;11,03;50,95\n".encode("cp1252"),
        "utf16.csv": "Straße\tNr\nMarkt\t1\n".encode("utf-16"),
        "liste.xlsx": simple_workbook(),
        "liste.ods": ods(ods_row("Straße", "Nr") + ods_row("Markt", 1)),
        "orte.geojson": written(folder, "g.geojson", "GeoJSON"),
        "orte.gpkg": written(folder, "g.gpkg", "GPKG", shapes),
        "orte.fgb": written(folder, "g.fgb", "FlatGeobuf"),
        "orte.zip": shapefile(folder / "shp"),
        "orte.kml": kml(PLACEMARK * 3),
        "orte.osm": osm(
            "<node id='1' lat='50.95' lon='11.03'><tag k='shop' v='bakery'/><tag k='name' v='Laden'/></node>"
        ),
        "orte.kmz": zipped({"doc.kml": kml(PLACEMARK)}),
    }
