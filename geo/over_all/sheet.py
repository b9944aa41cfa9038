"""The office's figures as a spreadsheet: the sum by quarter, towns and zones as far as shared, how it is counted."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter

from geo.over_all.beside import Beside
from geo.vacancies.figures.alliance import Quarter, Summed, Told, ZoneFigures
from geo.vacancies.figures.levels import LEVELS

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell that begins like this is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_READINGS = ("brutto", "netto", "marktaktiv")
NOTES = (
    "Gezählt sind Einheiten mit Straßenfront im Erdgeschoss, jeweils am Ende eines Quartals.",
    "brutto: leer, in Zwischennutzung oder leer und bereits vermietet; netto: leer; marktaktiv: leer, unter den"
    " Einheiten am Markt.",
    "Städte mit weniger als zehn Einheiten sind nicht enthalten. Eine Zahl, aus der sich weniger als fünf Einheiten"
    " ablesen ließen, fehlt.",
    "Städte, die nur zur Summe beitragen, stehen zusammen in einer Zeile, auf fünf gerundet, und nur wenn es"
    " mindestens drei sind.",
    "Eine Quote steht nur, wo mindestens 70 % des Bestands innerhalb von zwölf Monaten geprüft sind.",
    "Bäume, Blickpunkte, Pilotstandorte und Angebote: was am jeweiligen Tag veröffentlicht ist.",
)


@dataclass(frozen=True)
class Sheets:
    """What the file holds: quarters with what stood beside them, oldest first, and zones by the name of their town."""

    quarters: Sequence[Quarter]
    beside: Sequence[Beside]
    zones: Sequence[tuple[str, ZoneFigures]]
    as_of: date
    is_example: bool = False


def written(sheets: Sheets) -> bytes:
    """The workbook."""
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(content, options | {"default_date_format": "dd.mm.yyyy"})
    book.set_properties({"title": "Zahlen aller Städte"})
    _page(book, "Zusammen", _SUM, [_of_quarter(*both) for both in zip(sheets.quarters, sheets.beside, strict=True)])
    _page(book, "Städte", _TOWNS, _towns(sheets.quarters[-1]))
    if sheets.zones:
        _page(book, "Zonen", _ZONES, [_of_zone(*one) for one in sheets.zones])
    example = ("Diese Zahlen enthalten erfundene Einheiten des Beispielregisters.",) if sheets.is_example else ()
    notes = (f"Stand: {sheets.as_of:%d.%m.%Y}", *example, *NOTES)
    _page(book, "Hinweise", ("Hinweise",), [(note,) for note in notes], width=110)
    book.close()
    return content.getvalue()


_COUNTS = ("Bestand (N)", "leer, brutto", "leer, netto", "Quote brutto (%)", "Quote netto (%)", "Quote marktaktiv (%)")
_SUM = (
    *("Quartalsende", "Städte in der Summe", *_COUNTS, "geprüft (%)"),
    *("Angebote", "Wanderbäume", "Städte mit Wanderbäumen", "Blickpunkte", "Pilotstandorte"),
)
_TOWNS = ("Stadt", "Gemeindeschlüssel (AGS)", "Freigabe", *_COUNTS, "geprüft (%)", "Beispiel")
_ZONES = ("Stadt", "Zone", "Bestand (N)", "leer, brutto", "Quote brutto (%)", "Beispiel")


def _of_quarter(quarter: Quarter, beside: Beside) -> tuple[Any, ...]:
    others = (beside.offers, beside.trees, beside.tree_towns, beside.viewpoints, beside.sites)
    told = _counts(quarter.total) if quarter.summed else ("",) * 7
    return (quarter.day, quarter.summed, *told, *others)


def _towns(quarter: Quarter) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = [
        (town.name, town.ags, LEVELS[town.level][0], *_counts(town.told), _yes(town.told.is_example))
        for town in quarter.towns
    ]
    if quarter.rest:
        name = f"{quarter.rest_towns} weitere Städte, gerundet"
        rows.append((name, "", LEVELS["SUMME"][0], *_counts(quarter.rest), _yes(quarter.rest.is_example)))
    return rows


def _counts(told: Told | Summed) -> tuple[Any, ...]:
    share = told.share_verified
    rates = (_rounded(told.percent(reading)) for reading in _READINGS)
    return (told.stock, _or_note(told.gross), _or_note(told.net), *rates, _rounded(100 * share if share else None))


def _of_zone(town: str, zone: ZoneFigures) -> tuple[Any, ...]:
    return (town, zone.zone, zone.stock, zone.gross, _rounded(zone.percent), _yes(zone.is_example))


def _or_note(value: int | None) -> int | str:
    return "nicht angegeben" if value is None else value


def _rounded(value: float | None) -> float | str:
    return "keine Quote" if value is None else round(value, 1)


def _yes(value: bool) -> str:
    return "ja" if value else "nein"


def _page(book: Any, name: str, headers: Sequence[str], rows: Sequence[Sequence[Any]], width: int = 0) -> None:
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    page = book.add_worksheet(name)
    page.freeze_panes(1, 0)
    for column, header in enumerate(headers):
        page.set_column(column, column, width or (28 if column == 0 else min(max(len(header) + 2, 12), 24)))
        page.write_string(0, column, header, bold)
    for line, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            page.write(line, column, f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value)
