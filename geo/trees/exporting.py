"""The visits of a season as a file: for spreadsheets under headers, for GIS under the register's own keys."""

import csv
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import xlsxwriter
from sqlalchemy.orm import Session

from geo.core.geometry import WGS84
from geo.trees.queries.positions import standings_of
from geo.trees.queries.public import Filters, season_of, stops_on, visits

FORMATS = {
    "xlsx": ("Excel (XLSX)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": ("Text (CSV)", "text/csv"),
    "gpkg": ("GeoPackage", "application/geopackage+sqlite3"),
    "geojson": ("GeoJSON", "application/geo+json"),
}
# Key, German and English header.
COLUMNS = (
    ("municipality", "Stadt", "Town"),
    ("ags", "Gemeindeschlüssel (AGS)", "Municipality key (AGS)"),
    ("stop", "Standplatz", "Stop"),
    ("street", "Straße", "Street"),
    ("fleet", "Allee", "Avenue"),
    ("first", "Erster Tag", "First day"),
    ("last", "Letzter Tag", "Last day"),
    ("last_precision", "Letzter Tag ist bekannt auf", "Last day is known to"),
    ("is_confirmed", "Bestätigt", "Confirmed"),
    ("is_here", "Steht am Stichtag", "Stands on the day"),
    ("tree_count", "Bäume", "Trees"),
    ("trees", "Bezeichnungen", "Labels"),
    ("species", "Arten", "Species (German)"),
    ("longitude", "Länge", "Longitude"),
    ("latitude", "Breite", "Latitude"),
    ("is_example", "Beispiel", "Sample"),
)
_WORDS: dict[str, dict[object, str]] = {
    "de": {True: "ja", False: "nein", "day": "Tag", "month": "Monat"},
    "en": {True: "yes", False: "no"},
}
# A cell that begins like this is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_LAYER = "wanderbaeume"


@dataclass(frozen=True)
class Sheet:
    """The visits of the season that the day lies in, as rows of `COLUMNS`."""

    day: date
    first: date
    last: date
    rows: tuple[tuple[Any, ...], ...]


def sheet(session: Session, day: date, filters: Filters) -> Sheet:
    """What is published of the season: visits to streets, in the order of their first day."""
    first, last = season_of(session, day, filters.fleet_id)
    stops = {stop.id: stop for stop in stops_on(session, day, Filters(filters.ags, filters.fleet_id))}
    found = []
    for visit in visits(one for one in standings_of(session, first, last, filters) if one.last >= first):
        stop = stops.get(visit.stop_id)
        here = visit.first <= day <= visit.last
        if stop is None or (filters.only_taken and not here):
            continue
        species = sorted({tree.species for tree in visit.trees if tree.species})
        precision = "month" if visit.to_month else "day"
        values = (stop.municipality, stop.ags, stop.name, stop.street, visit.fleet, visit.first, visit.last, precision)
        trees = (len(visit.trees), ", ".join(tree.tree for tree in visit.trees), ", ".join(species))
        found.append((*values, visit.is_sure, here, *trees, stop.lon, stop.lat, stop.is_example))
    return Sheet(day, first, last, tuple(found))


def write(sheet: Sheet, path: Path, language: str) -> None:
    """Write the file; the ending of its name says the format, one of `FORMATS`."""
    match path.suffix:
        case ".csv":
            _csv(sheet, path, language)
        case ".xlsx":
            _xlsx(sheet, path, language)
        case ".geojson":
            _geojson(sheet, path)
        case _:
            _geopackage(sheet, path)


def _headers(language: str) -> list[str]:
    return [english if language == "en" else german for _, german, english in COLUMNS]


def _word(value: Any, language: str) -> Any:
    """A truth or a precision as a word; what would be a formula with an apostrophe in front."""
    if isinstance(value, bool) or value in {"day", "month"}:
        return _WORDS[language].get(value, value)
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _csv(sheet: Sheet, path: Path, language: str) -> None:
    """As German Excel opens it (UTF-8 with its mark, semicolons, decimal commas); in English with commas."""
    german = language != "en"

    def cell(value: Any) -> Any:
        if isinstance(value, date):
            return f"{value:%d.%m.%Y}"
        if isinstance(value, float):
            return f"{value:.6f}".replace(".", "," if german else ".")
        return _word(value, language)

    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";" if german else ",")
        writer.writerow(_headers(language))
        writer.writerows([[cell(value) for value in row] for row in sheet.rows])


def _xlsx(sheet: Sheet, path: Path, language: str) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "dd.mm.yyyy"}
    book = xlsxwriter.Workbook(path, options)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    page = book.add_worksheet("Visits" if language == "en" else "Standzeiten")
    page.freeze_panes(1, 0)
    for column, header in enumerate(_headers(language)):
        page.set_column(column, column, min(max(len(header) + 2, 12), 28))
        page.write_string(0, column, header, bold)
    for line, row in enumerate(sheet.rows, start=1):
        for column, value in enumerate(row):
            page.write(line, column, _word(value, language))
    about = len(sheet.rows) + 2
    page.write_string(about, 0, "As of" if language == "en" else "Stand")
    page.write_datetime(about, 1, sheet.day)
    book.close()


def _records(sheet: Sheet) -> list[dict[str, Any]]:
    names = [name for name, *_ in COLUMNS]
    return [dict(zip(names, row, strict=True)) for row in sheet.rows]


def _geojson(sheet: Sheet, path: Path) -> None:
    features = []
    for record in _records(sheet):
        spot = [record.pop("longitude"), record.pop("latitude")]
        place = None if None in spot else {"type": "Point", "coordinates": [round(value, 6) for value in spot]}
        days = {name: record[name].isoformat() for name in ("first", "last")}
        features.append({"type": "Feature", "geometry": place, "properties": record | days})
    body = {"type": "FeatureCollection", "name": _LAYER, "as_of": sheet.day.isoformat(), "features": features}
    path.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")


def _geopackage(sheet: Sheet, path: Path) -> None:
    frame = geopandas.GeoDataFrame(_records(sheet), columns=[name for name, *_ in COLUMNS])
    spots = geopandas.points_from_xy(frame.pop("longitude"), frame.pop("latitude"), crs=WGS84)
    frame.set_geometry(spots).to_file(path, layer=_LAYER, driver="GPKG", engine="pyogrio")
