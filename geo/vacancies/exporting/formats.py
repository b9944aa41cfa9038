"""The formats of exported files."""

from dataclasses import dataclass
from pathlib import Path

from geo.core.errors import Invalid


@dataclass(frozen=True)
class Format:
    """A format by its file name's ending. `is_table`: for people, with headers and labels; else for GIS, with keys."""

    extension: str
    label: tuple[str, str]
    media_type: str
    is_table: bool = False
    driver: str = ""


FORMATS = {
    one.extension: one
    for one in (
        Format(
            "xlsx",
            ("Excel (XLSX)", "Excel (XLSX)"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            is_table=True,
        ),
        Format("csv", ("Text (CSV)", "Text (CSV)"), "text/csv", is_table=True),
        Format("gpkg", ("GeoPackage", "GeoPackage"), "application/geopackage+sqlite3", driver="GPKG"),
        Format("geojson", ("GeoJSON", "GeoJSON"), "application/geo+json"),
        Format("fgb", ("FlatGeobuf", "FlatGeobuf"), "application/flatgeobuf", driver="FlatGeobuf"),
        Format("parquet", ("GeoParquet", "GeoParquet"), "application/vnd.apache.parquet"),
    )
}


def format_of(path: Path) -> Format:
    """The format that a file's name ends in. Raises `Invalid` for any other."""
    found = FORMATS.get(path.suffix.removeprefix(".").lower())
    if found is None:
        known = ", ".join(f".{extension}" for extension in FORMATS)
        raise Invalid({"file": f"Der Name der Datei muss auf eine dieser Endungen enden: {known}."})
    return found
