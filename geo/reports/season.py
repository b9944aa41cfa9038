"""The trees of a season: where they stand when, from what is published."""

from datetime import date
from typing import Any

from babel.dates import format_date
from sqlalchemy.orm import Session

from geo.reports.ground import around, ground
from geo.reports.page import Group, Report, Spot, Table
from geo.reports.words import day_in_words
from geo.trees import exporting
from geo.trees.exporting import COLUMNS
from geo.trees.queries.public import Filters

TITLES = ("Wanderbäume der Saison", "Mobile trees of the season")
PERIOD = ("%s bis %s, Stand %s", "%s to %s, as of %s")
HERE = ("Heute besetzt", "Trees are here today")
LATER = ("Nicht besetzt", "No trees on this day")
TABLE = ("Standzeiten", "Stays")
HEADERS = (
    ("Standplatz", "Stadt", "Allee", "Erster Tag", "Letzter Tag", "Bäume", "Arten"),
    ("Stop", "Town", "Avenue", "First day", "Last day", "Trees", "Species"),
)
PLANNED = ("geplant", "planned")
NUMBERS = (("Standzeiten", "Standplätze", "Bäume am Stichtag"), ("Stays", "Stops", "Trees on the day"))


def report(session: Session, day: date, today: date, lang: str, filters: Filters) -> Report:
    """The season that the day lies in; of a town alone with `filters.ags`."""
    sheet = exporting.sheet(session, day, filters)
    names = [name for name, *_ in COLUMNS]
    rows = [dict(zip(names, row, strict=True)) for row in sheet.rows]
    english = int(lang == "en")
    spots: dict[str, tuple[dict[str, Any], list[str]]] = {}
    taken: set[str] = set()
    table = []
    for row in rows:
        key = f"{row['longitude']},{row['latitude']}"
        when = f"{_short(row['first'], lang)} – {_last(row, lang)}"
        sure = "" if row["is_confirmed"] else f" ({PLANNED[english]})"
        line = f"{when}: {row['tree_count']} × {row['species'] or row['fleet']}{sure}"
        spots.setdefault(key, (row, []))[1].append(line)
        if row["is_here"]:
            taken.add(key)
        cells = (row["stop"], row["municipality"], row["fleet"], _short(row["first"], lang), _last(row, lang) + sure,
                 str(row["tree_count"]), row["species"])  # fmt: skip
        table.append((key if row["longitude"] is not None else None, cells))
    marks = [
        Spot(key, row["longitude"], row["latitude"], f"{row['stop']}, {row['municipality']}", tuple(lines))
        for key, (row, lines) in spots.items()
        if row["longitude"] is not None
    ]
    groups = [
        Group(HERE[english], [spot for spot in marks if spot.key in taken]),
        Group(LATER[english], [spot for spot in marks if spot.key not in taken]),
    ]
    box = around([(spot.longitude, spot.latitude) for spot in marks])
    standing = sum(row["tree_count"] for row in rows if row["is_here"])
    counts = (str(len(rows)), str(len(spots)), str(standing))
    ends = (day_in_words(sheet.first, lang), day_in_words(sheet.last, lang), day_in_words(day, lang))
    return Report(
        lang,
        TITLES[english],
        PERIOD[english] % ends,
        day_in_words(today, lang),
        groups,
        [Table(TABLE[english], HEADERS[english], table, frozenset({5}))],
        ground(session, day, box, filters.ags),
        numbers=list(zip(NUMBERS[english], counts, strict=True)),
        is_example=any(row["is_example"] for row in rows),
    )


def _short(day: date, lang: str) -> str:
    return format_date(day, "medium", locale="en_GB" if lang == "en" else "de")


def _last(row: dict[str, object], lang: str) -> str:
    """The last day as far as it is known."""
    day = row["last"]
    if not isinstance(day, date):
        return ""
    if row["last_precision"] == "month":
        return format_date(day, "MMMM y", locale="en_GB" if lang == "en" else "de")
    return _short(day, lang)
