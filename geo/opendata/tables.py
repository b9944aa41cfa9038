"""The aggregates as files: vacancy rates by town and quarter, and what towns only count, for programs (CSV, JSON).

What a number may tell is decided in the database (`published.town_rates`, `published.counted_only`).
"""

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from geo.vacancies.codes import SIZE_CLASSES
from geo.vacancies.figures import counted_only
from geo.vacancies.figures import public as rates

# The columns of the files with their meaning, German and English.
RATES = {
    "ags": ("Amtlicher Gemeindeschlüssel", "Official municipality key"),
    "town": ("Stadt", "Town"),
    "quarter_end": ("Letzter Tag des Quartals", "Last day of the quarter"),
    "stock": (
        "Einheiten mit Straßenfront im Erdgeschoss (N)",
        "Premises with a front to the street on the ground floor (N)",
    ),
    "vacant_gross": (
        "leer, in Zwischennutzung oder leer und bereits vermietet",
        "vacant, in interim use, or vacant and let already",
    ),
    "vacant_net": ("leer", "vacant"),
    "off_market": ("nicht am Markt", "not on the market"),
    "rate_gross_percent": ("Quote brutto in Prozent", "gross rate in percent"),
    "rate_net_percent": ("Quote netto in Prozent", "net rate in percent"),
    "verified_percent": (
        "in zwölf Monaten geprüfter Anteil in Prozent",
        "share verified within twelve months in percent",
    ),
    "is_example": ("enthält erfundene Beispiele", "contains made-up examples"),
}
COUNTED = {
    "ags": RATES["ags"],
    "town": RATES["town"],
    "quarter_end": RATES["quarter_end"],
    "by": ("Gliederung: all (zusammen), size (Größe), zone (Zone)", "Breakdown: all, size or zone"),
    "name": ("Name der Zone oder Größenklasse", "Name of the zone or size class"),
    "vacant": ("leere Einheiten, die nur gezählt werden", "vacant premises that are only counted"),
    "is_example": RATES["is_example"],
}
TABLES = {"leerstandsquoten": RATES, "leerstand-gezaehlt": COUNTED}
MEDIA_TYPES = {"csv": "text/csv", "json": "application/json"}


def rows(session: Session, key: str, today: date) -> list[dict[str, Any]]:
    """The rows of one of `TABLES`, in the order of its columns."""
    return _rates(session, today) if key == "leerstandsquoten" else _counted(session, today)


def written(key: str, found: Sequence[dict[str, Any]], extension: str) -> bytes:
    """The file. An empty cell, or null, is a number that would tell of less than five premises."""
    if extension == "json":
        columns = {name: {"de": german, "en": english} for name, (german, english) in TABLES[key].items()}
        body = {"columns": columns, "rows": list(found)}
        return json.dumps(body, ensure_ascii=False, default=str, separators=(",", ":")).encode()
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(TABLES[key]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in found)
    return file.getvalue().encode()


def _rates(session: Session, today: date) -> list[dict[str, Any]]:
    towns = rates.publishing(session)
    found = []
    for day in reversed(rates.reference_days(today)):
        counts = rates.counted(session, day, [municipality_id for municipality_id, _, _ in towns])
        for municipality_id, name, ags in towns:
            one = counts.get(municipality_id)
            if one is None:
                continue
            found.append(
                {
                    "ags": ags,
                    "town": name,
                    "quarter_end": day.isoformat(),
                    "stock": one.stock,
                    "vacant_gross": one.gross,
                    "vacant_net": one.net,
                    "off_market": one.off_market,
                    "rate_gross_percent": _percent(one.rate("brutto")),
                    "rate_net_percent": _percent(one.rate("netto")),
                    "verified_percent": round(100 * one.share_verified, 1),
                    "is_example": one.is_example,
                }
            )
    return found


def _counted(session: Session, today: date) -> list[dict[str, Any]]:
    day, towns = rates.quarter_end(today, today), counted_only.towns(session)
    told = counted_only.counted(session, day, [municipality_id for municipality_id, _, _ in towns])
    found = []
    for municipality_id, name, ags in towns:
        one = told.get(municipality_id)
        if one is None:
            continue
        sizes = [("size", SIZE_CLASSES[size][0], units) for size, units in sorted(one.by_size.items())]
        zones = [("zone", zone, units) for zone, _, units in sorted(one.by_zone)]
        for by, of, units in [("all", "", one.units), *sizes, *zones]:
            row = {"ags": ags, "town": name, "quarter_end": day.isoformat(), "by": by, "name": of, "vacant": units}
            found.append(row | {"is_example": one.is_example})
    return found


def _percent(counts: tuple[int, int] | None) -> float | None:
    return None if counts is None else round(100 * counts[0] / counts[1], 1)


def _cell(value: Any) -> Any:
    """A cell that begins like a formula is one to a spreadsheet."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else value
