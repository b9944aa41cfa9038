"""A town's vacancies on a day: what it has published, or (for people of the town) every unit that stands empty."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.numbers import format_decimal
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.core.codes import label
from geo.reports.ground import around, ground
from geo.reports.page import Group, Report, Spot, Table
from geo.reports.words import day_in_words
from geo.vacancies import offers, queries
from geo.vacancies.codes import OBJECT_TYPES, SIZE_CLASSES, STATES
from geo.vacancies.dates import in_words
from geo.vacancies.offers import OfferFilters
from geo.vacancies.queries import Filters

# More objects than this make no readable file; the lists and exports have all of them.
MOST = 1_500
EMPTY = ("LEER", "ZWISCHENGENUTZT", "LEER_VERMIETET", "DROHEND")
TITLES = ("Leerstand: %s", "Vacancies: %s")
AS_OF = ("Stand %s", "As of %s")
HEADERS = (
    ("Adresse", "Art", "Fläche", "Zustand", "Seit"),
    ("Address", "Kind", "Area", "State", "Since"),
)
PUBLIC_NOTE = (
    "Gezeigt ist, was die Stadt veröffentlicht hat. Wie viele Räume sonst leer stehen, geht daraus nicht hervor.",
    "Shown is what the town has published. How many other premises stand empty cannot be told from it.",
)
OFFERS = ("Veröffentlichte Leerstände", "Published vacancies")
CUT = ("Es sind nur die ersten %s Objekte gezeigt.", "Only the first %s objects are shown.")


_KEYS = text("SELECT m.ags::text AS ags, m.name FROM register.municipalities m WHERE m.id = :town")


def keys_of(session: Session, municipality_id: int) -> tuple[str, str]:
    """Key and name of a municipality."""
    row = session.execute(_KEYS, {"town": municipality_id}).one()
    return row.ags, row.name


def public(session: Session, ags: str, name: str, day: date, today: date, lang: str) -> Report:
    """What the town has published, by the public role or any other."""
    page = offers.search(session, OfferFilters(day, ags=ags), size=MOST)
    return _report(session, page.rows, (ags, name), day, today, lang, is_cut=page.next_key is not None)


def internal(session: Session, municipality_id: int, ags: str, name: str, day: date, today: date) -> Report:
    """Every unit of the town that stands empty, in interim use, or will; for a session of the town's staff."""
    rows = [row for row in queries.rows_of(session, municipality_id, Filters(day), MOST * 20) if row.state in EMPTY]
    return _report(session, rows[:MOST], (ags, name), day, today, "de", is_internal=True, is_cut=len(rows) > MOST)


def _report(
    session: Session,
    rows: Sequence[Row[Any]],
    town: tuple[str, str],
    day: date,
    today: date,
    lang: str,
    *,
    is_internal: bool = False,
    is_cut: bool = False,
) -> Report:
    english, (ags, name) = int(lang == "en"), town
    states = (*EMPTY, *sorted({row.state for row in rows} - set(EMPTY)))
    groups = [
        Group(_capital(label(STATES, state, lang)), [_spot(row, lang) for row in rows if row.state == state])
        for state in states
        if any(row.state == state for row in rows)
    ]
    box = around([(row.longitude, row.latitude) for row in rows])
    table = Table(
        OFFERS[english] if not is_internal else "Leerstände und drohende Leerstände",
        HEADERS[english],
        [(str(row.id), (_address(row), *_cells(row, lang))) for row in rows],
    )
    notes = [*([] if is_internal else [PUBLIC_NOTE[english]]), *([CUT[english] % MOST] if is_cut else [])]
    return Report(
        lang,
        TITLES[english] % name,
        AS_OF[english] % day_in_words(day, lang),
        day_in_words(today, lang),
        groups,
        [table],
        ground(session, day, box, ags),
        numbers=[(group.name, str(len(group.spots))) for group in groups],
        notes=notes,
        is_internal=is_internal,
        is_example=any(row.is_example for row in rows),
    )


def _spot(row: Any, lang: str) -> Spot:
    kind, area, state, since = _cells(row, lang)
    lines = tuple(one for one in (kind, area, " ".join(part for part in (state, since) if part)) if one)
    return Spot(str(row.id), row.longitude, row.latitude, _address(row), lines)


def _cells(row: Any, lang: str) -> tuple[str, str, str, str]:
    since = getattr(row, "since", None) or getattr(row, "empty_since", None)
    return (
        _capital(label(OBJECT_TYPES, row.object_type, lang)),
        _area(row, lang),
        _capital(label(STATES, row.state, lang)),
        in_words(since, row.start_precision, lang) if since else "",
    )


def _area(row: Any, lang: str) -> str:
    if row.area_total_m2 is not None:
        return f"{format_decimal(row.area_total_m2, '#,##0', locale=lang)} m²"
    size = getattr(row, "size_class", None)
    return label(SIZE_CLASSES, size, lang) if size else ""


def _address(row: Any) -> str:
    own = getattr(row, "name", None)
    place = " ".join(part for part in (row.street, row.house_number) if part)
    return ", ".join(part for part in (place, own) if part) or row.locality or "–"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
