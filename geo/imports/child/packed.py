"""What is in a zip file that is no spreadsheet: a KMZ, a shapefile, or one file of any other kind."""

from pathlib import Path, PurePosixPath
from zipfile import ZipInfo

from geo.core.foreign.archive import Archive
from geo.core.foreign.refused import Refused

SHAPE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_TABLES = (
    *(".gpkg", ".geojson", ".json", ".geojsonl", ".fgb", ".kml", ".osm"),
    *(".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods"),
)
_HIDDEN = ("__MACOSX/", "._")
NOTHING = (
    "Im Archiv ist keine Datei, die gelesen werden kann: erwartet wird ein Shapefile (.shp, .shx, .dbf, .prj) oder eine"
    " Datei im Format GeoPackage, GeoJSON, KML, OSM-XML, FlatGeobuf, CSV, XLSX, XLS oder ODS."
)


def data_files(archive: Archive) -> dict[str, ZipInfo]:
    """The files that hold data, by name; of a shapefile the .shp alone. A .txt counts where nothing else is there."""
    found = {
        entry.filename: entry
        for entry in archive.entries
        if not entry.filename.startswith(_HIDDEN[0]) and not PurePosixPath(entry.filename).name.startswith(".")
    }
    chosen = {
        name: entry for name, entry in found.items() if _ending(name) in (".shp", *_TABLES) and _ending(name) != ".txt"
    }
    return chosen or {name: entry for name, entry in found.items() if _ending(name) == ".txt"}


def chosen_file(files: dict[str, ZipInfo], wanted: str | None) -> ZipInfo:
    """The file that was asked for, else the largest."""
    if not files:
        raise Refused(NOTHING)
    if wanted is not None:
        by_layer = {layer_name(name): entry for name, entry in files.items()}
        if wanted not in by_layer:
            raise Refused(f"Eine Ebene „{wanted}“ gibt es im Archiv nicht.")
        return by_layer[wanted]
    return max(files.values(), key=lambda entry: entry.file_size)


def layer_name(entry_name: str) -> str:
    """What a person calls the entry."""
    path = PurePosixPath(entry_name)
    return path.stem if path.suffix.lower() == ".shp" else path.name


def unpack_shape(archive: Archive, layer: ZipInfo, folder: Path) -> Path:
    """The parts of the shapefile, under names of our own."""
    stem = str(PurePosixPath(layer.filename).with_suffix("")).lower()
    for entry in archive.entries:
        path = PurePosixPath(entry.filename)
        if path.suffix.lower() in SHAPE_PARTS and str(path.with_suffix("")).lower() == stem:
            archive.unpack(entry, folder / f"layer{path.suffix.lower()}")
    for ending in (".shx", ".dbf"):
        if not (folder / f"layer{ending}").is_file():
            raise Refused(
                f"Zum Shapefile {layer_name(layer.filename)} fehlt im Archiv die Datei mit der Endung {ending}."
            )
    if archive.start(layer, 4) != b"\x00\x00\x27\x0a":
        raise Refused("Die Datei .shp im Archiv ist kein Shapefile.")
    return folder / "layer.shp"


def _ending(name: str) -> str:
    return PurePosixPath(name).suffix.lower()
