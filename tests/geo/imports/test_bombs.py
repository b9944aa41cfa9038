"""Files that mean harm: each is refused with a sentence, quickly, in little memory, and asks nobody anything."""

import io
import json
import socket
import sys
import time
import zipfile

import pytest

from geo import readiness
from geo.core import sandbox
from geo.core.errors import Invalid
from geo.imports import reading
from geo.vacancies.importing.files import Uploads
from tests.geo.imports import files

MOST_SECONDS, MOST_MB = 2.0, 300
PADDING = "x" * 60
LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
) + "]>"  # fmt: skip

# One way of many corners, which a thousand areas say is theirs.
AGAIN = (
    "".join(f"<node id='{n}' lat='50.9{n % 97:02}' lon='11.0{n % 89:02}'/>" for n in range(1, 9_000))
    + "<way id='1'>"
    + "".join(f"<nd ref='{n}'/>" for n in range(1, 9_000))
    + "</way>"
    + "<relation id='1'><member type='way' ref='1'/><tag k='type' v='multipolygon'/></relation>" * 1_000
)


@pytest.fixture(scope="module")
def canary():
    """A listener that nobody should speak to; its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        yield server, f"http://127.0.0.1:{server.getsockname()[1]}/geheim"


def disguises(url):
    vrt = f'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/vsicurl/{url}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
    passwd = '<OGRVRTDataSource><OGRVRTLayer name="passwd"><SrcDataSource>CSV:/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
    wfs = f"<OGRWFSDataSource><URL>{url}?SERVICE=WFS</URL></OGRWFSDataSource>"
    linked = {"type": "link", "properties": {"href": url, "type": "proj4"}}
    entity = f'<!DOCTYPE kml [<!ENTITY x SYSTEM "{url}">]>'
    gml = f'<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="x {url}"/>'
    return {
        "vrt.geojson": (passwd.encode(), "nicht gelesen"),
        "vrt.csv": (vrt.encode(), "nicht gelesen"),
        "vrt.kml": (vrt.encode(), "nicht gelesen"),
        "wfs.geojson": (wfs.encode(), "nicht gelesen"),
        "wfs.gml": (gml.encode(), "GML"),
        "link.geojson": (files.geojson(json.loads(files.feature()), crs=linked), "verlinkt"),
        "entity.kml": (files.kml("<name>&x;</name>", entity), "ENTITY"),
        "network.kml": (files.kml(f"<NetworkLink><Link><href>{url}</href></Link></NetworkLink>"), "nicht verfolgt"),
        "vrt.zip": (files.zipped({"x.geojson": vrt.encode()}), "nicht gelesen"),
        "laughs.kml": (files.kml("<name>&i;</name>", LAUGHS), "ENTITY"),
        "entity.osm": (files.osm("<node id='1'/>", f'<!DOCTYPE osm [<!ENTITY x SYSTEM "{url}">]>'), "ENTITY"),
        "laughs.osm": (files.osm("<node id='1' lat='50.9' lon='11'><tag k='name' v='&i;'/></node>", LAUGHS), "ENTITY"),
        "late.osm": (b"<?xml version='1.0'?><osm>" + b"<node id='1'/>" * 400 + LAUGHS.encode() + b"</osm>", "kein gültiges XML"),
        "late.kml": (b"<?xml version='1.0'?>" + b"<!-- " + b" " * 5000 + b" -->" + LAUGHS.encode() + b"<kml>&i;</kml>", "nicht gelesen"),
        "gif.csv": (b"GIF89a;1;2\n" + files.zipped({"x.csv": b"a;b\n1;2\n"}), "Bild"),
        "pdf.xlsx": (b"%PDF-1.7\n" + files.simple_workbook(), "PDF"),
        "text.zip": (b"a;b\n1;2\n" + files.zipped({"x.csv": b"a;b\n1;2\n"}), "etwas anderes"),
        "text.csv": (b"a;b\n1;2\n" + files.zipped({"x.csv": b"a;b\n1;2\n"}), "Nullzeichen"),
        "tail.geojson": (files.collection(files.feature()) + b"<script>", "kein gültiges JSON"),
        "tail.zip": (files.zipped({"x.csv": b"a;b\n1;2\n"}) + b"more", "beschädigt"),
        "html.xls": (b"<html><table><tr><td>1</td></tr></table></html>", "Webseite"),
        "word.docx": (files.zipped({"[Content_Types].xml": b"", "word/document.xml": b""}), "Textdokument"),
        "kml.csv": (b"MZ\x90\x00", "Programm"),
    }  # fmt: skip


def archives():
    names = [
        "../liste.csv",
        "a/../../liste.csv",
        "/etc/liste.csv",
        "\\liste.csv",
        "C:\\liste.csv",
        "liste.csv:x",
        "NUL.csv",
        "a\x01b.csv",
    ]
    many = {f"{number}.csv": b"" for number in range(65_535)}
    bomb = files.zipped({"liste.csv": b"0" * 150_000_000})
    return {
        **{f"name{number}.zip": (files.zipped({name: b"a;b\n1;2\n"}), "Dateinamen") for number, name in enumerate(names)},
        "ratio.zip": (bomb, "verdächtig"),
        "nested.zip": (files.zipped({"inner.zip": files.zipped({"x.csv": b"a;b"})}), "weiteres Archiv"),
        "hidden.zip": (files.zipped({"inner.csv": files.zipped({"x.csv": b"a;b"})}), "weiteres Archiv"),
        "many.zip": (files.zipped(many, zipfile.ZIP_STORED), "mehr als 50"),
        "lying.zip": (files.lying(files.zipped({"liste.csv": b"a;b\n" * 4_000_000}), 100), "beschädigt"),
        "symlink.zip": (files.symlink(), "Verknüpfungen"),
        "overlap.zip": (files.overlapping(), "beschädigt"),
        "bzip.zip": (files.zipped({"liste.csv": b"a;b\n1;2\n"}, zipfile.ZIP_BZIP2), "ungewohnte"),
        "empty.zip": (files.zipped({}), "leer"),
        "nothing.zip": (files.zipped({"x.bin": b"1"}), "keine Datei"),
        "shape.zip": (files.zipped({"x.shp": b"\x00\x00\x27\x0a" + bytes(96)}), "fehlt im Archiv"),
        "fake.zip": (files.zipped({"x.shp": b"<OGRVRTDataSource>", "x.shx": b"", "x.dbf": b""}), "kein Shapefile"),
    }  # fmt: skip


def tables():
    cells = '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    unnamed = (
        "<sheetData>"
        + "<row><c><v>1</v></c></row>" * 1_000
        + "<row>"
        + "<c><v>1</v></c>" * 16_000
        + "</row></sheetData>"
    )
    strings = lambda _: b"<?xml version='1.0'?><sst>" + b"<si><t>aaaaaaaaaaaaaaaaaaaa</t></si>" * 8_000_000 + b"</sst>"  # noqa: E731
    repeated = ' table:number-rows-repeated="1048576"'
    wide = ' table:number-columns-repeated="16384"'
    return {
        "corner.xlsx": (files.with_sheet(cells), "Millionen Zellen"),
        "unnamed.xlsx": (files.with_sheet(unnamed), "Millionen Zellen"),
        "laughs.xlsx": (files.with_sheet("<sheetData><row><c><v>&i;</v></c></row></sheetData>", LAUGHS), "ENTITY"),
        "strings.xlsx": (files.with_part(files.simple_workbook(), "xl/sharedStrings.xml", strings), "verdächtig"),
        "repeated.ods": (files.ods(files.ods_row("a", "b") + files.ods_row("x", cell=wide, repeated=repeated)), "Die Tabelle ist beschädigt"),
        "laughs.ods": (files.ods(files.ods_row("&i;"), LAUGHS), "ENTITY"),
        "line.csv": (b"a;b\n" + b"x" * 30_000_000, "länger als 2 MB"),
        "late.csv": (b"a;b\n" * 2_000_000 + b"x" * 30_000_000, "länger als 2 MB"),
        "quote.csv": (b'a;b\n"' + b"x;y\n" * 5_000_000, "Anführungszeichen"),
        "nul.csv": (b"a;b\n1;2\n" * 1000 + b"\0", "Nullzeichen"),
        "columns.csv": (b";".join(b"%d" % n for n in range(200_000)) + b"\n" + b"1;" * 200_000, "Spalten"),
        "empty.csv": (b"", "leer"),
        "blank.csv": (b"\n \n;;\n", "keine einzige Zeile"),
        "titles.csv": ("Straße;Nr\n".encode(), "keine einzige Zeile"),
    }  # fmt: skip


def geodata(folder):
    path = files.feature
    return {
        "depth.geojson": (files.collection(path(coordinates="[" * 200_000)), "verschachtelt"),
        "depth.json": (b'{"a":' * 200_000, "verschachtelt"),
        "nan.geojson": (files.collection(path("[NaN, 50]")), "keine sind"),
        "infinity.geojson": (files.collection(path("[11, -Infinity]")), "keine sind"),
        "huge.geojson": (files.collection(path("[1e999, 50]")), "keine sind"),
        "digits.geojson": (files.collection(path(properties='{"a": ' + "9" * 1_000_000 + "}")), "keine sind"),
        "vertices.geojson": (files.collection(path(files.zigzag(1_000_000), "LineString")), "4 MB"),
        "some.geojson": (files.collection(path(files.zigzag(150_000), "LineString")), "Stützpunkte"),
        "vertices.kml": (files.kml("<Placemark><LineString><coordinates>" + "11.0,50.9 " * 1_000_000 + "</coordinates></LineString></Placemark>"), "Stützpunkte"),
        "deep.kml": (files.kml("<Folder>" * 10_000), "verschachtelt"),
        "broken.kml": (files.kml("<Placemark>"), "kein gültiges XML"),
        "deep.osm": (files.osm("<node>" * 10_000), "verschachtelt"),
        "tags.osm": (files.osm("<node id='1' lat='50.9' lon='11'>" + "".join(f"<tag k='{n}' v='{'x' * 200}'/>" for n in range(6_000))), "zu viele Angaben"),
        "refs.osm": (files.osm("<way id='1'>" + "<nd ref='1'/>" * 150_000), "Stützpunkte"),
        "again.osm": (files.osm(AGAIN), "zu groß"),
        "broken.osm": (files.osm("<way>"), "kein gültiges XML"),
        "truncated.geojson": (files.collection(path())[:-3], "kein gültiges JSON"),
        "config.json": (b'{"a": 1}', "kein GeoJSON"),
        "topo.json": (b'{"type": "Topology", "objects": {}}', "TopoJSON"),
        "none.geojson": (files.collection(), "keine Objekte"),
        "view.gpkg": (files.geopackage_with(folder, "CREATE VIEW v AS SELECT * FROM good"), "Sichten"),
        "trigger.gpkg": (files.geopackage_with(folder, "CREATE TRIGGER t AFTER INSERT ON good BEGIN SELECT load_extension('x'); END"), "Trigger"),
        "own.gpkg": (files.geopackage_with(folder, "CREATE TRIGGER rtree_x AFTER INSERT ON good BEGIN SELECT load_extension('x'); END"), "Trigger"),
        "virtual.gpkg": (files.geopackage_with(folder, "CREATE VIRTUAL TABLE f USING fts5(a)"), "virtuelle"),
        "computed.gpkg": (files.geopackage_with(folder, "ALTER TABLE good ADD COLUMN c TEXT GENERATED ALWAYS AS (hex(zeroblob(100000000)))"), "berechnete"),
        "tail.gpkg": (files.written(folder, "good.gpkg", "GPKG") + files.zipped({"x.csv": b"1"}), "beschädigt"),
        "plain.gpkg": (b"SQLite format 3\0" + b"\xff" * 5000, "beschädigt"),
        "bare.shp": (b"\x00\x00\x27\x0a" + bytes(100), "mehreren Dateien"),
        "broken.fgb": (b"fgb\x03fgb\x01" + b"\xff" * 4000, "beschädigt"),
    }  # fmt: skip


def answer(content: bytes, name: str, folder) -> tuple[dict, float, float]:
    """What the child says, and the seconds of the processor and of the clock that it took."""
    given = folder / "given"
    given.write_bytes(content)
    request = json.dumps({"name": name})
    began = time.monotonic()
    said = json.loads(sandbox.convert(reading.SCRIPT, given, folder / "rows.csv", request, reading.LIMITS))
    return said, said["seconds"], time.monotonic() - began


@pytest.mark.parametrize("made", [archives, tables, geodata, disguises])
def test_harmful_files_are_refused_quickly_in_little_memory_and_ask_nobody(made, tmp_path, canary):
    server, url = canary
    cases = {disguises: (url,), geodata: (tmp_path,)}.get(made, ())
    wrong, table = [], sys.stdout  # shown by pytest -s
    for name, (content, words) in made(*cases).items():
        said, seconds, waited = answer(content, name, tmp_path)
        fits = words in said.get("refused", "") and seconds <= MOST_SECONDS and said["peak_mb"] <= MOST_MB
        table.write(f"{name:20} {seconds:5.2f} s {waited:5.2f} s {said['peak_mb']:4} MB  {said.get('refused')}\n")
        if not fits:
            wrong.append((name, said.get("refused", said), round(seconds, 2), said["peak_mb"]))
    assert wrong == []
    with pytest.raises(TimeoutError):
        server.accept()


def test_without_namespaces_nobody_is_asked_either(tmp_path, canary, monkeypatch):
    server, url = canary
    as_nobody = sandbox._works((), as_nobody=True)
    monkeypatch.setattr(sandbox, "_confinement", lambda: ((), as_nobody))
    assert sandbox.sandbox_kind() == "limits"
    for name, (content, words) in disguises(url).items():
        assert words in answer(content, name, tmp_path)[0]["refused"], name
    said = answer(files.shapefile(tmp_path / "shp"), "x.zip", tmp_path)[0]
    assert said["row_count"] == 3
    with pytest.raises(TimeoutError):
        server.accept()


def test_a_sheet_that_lies_about_its_size_is_read_by_what_is_in_it(tmp_path):
    rows = '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c></row><row r="2"><c r="A2"><v>1</v></c></row></sheetData>'
    said, seconds, _ = answer(files.with_sheet(rows), "x.xlsx", tmp_path)
    assert said["row_count"] == 1 and seconds <= MOST_SECONDS and said["peak_mb"] <= MOST_MB


def test_the_server_says_whether_it_reads_behind_namespaces_or_behind_limits_only(monkeypatch, tmp_path, db):
    assert readiness.check(db, tmp_path).facts["sandbox"] == sandbox.sandbox_kind()
    monkeypatch.setattr(sandbox, "_confinement", lambda: ((), False))
    assert readiness.check(db, tmp_path).facts["sandbox"] == "limits"


def test_an_upload_has_a_limit_that_can_be_set(tmp_path):
    with pytest.raises(Invalid, match="höchstens 1 MB"):
        Uploads(tmp_path, 1_000_000).receive(1, io.BytesIO(b"x" * 1_000_001), "x.csv")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_an_entry_whose_name_is_not_in_its_encoding_is_a_damaged_archive(tmp_path):
    raw = files.zipped({"läden.csv": b"a;b\n1;2\n"})
    at = raw.find("läden".encode())
    broken = raw[: at + 1] + b"\xff\xff" + raw[at + 3 :]
    assert "beschädigt" in answer(broken, "x.zip", tmp_path)[0]["refused"]
