"""The finest views: where they are, which way they look, how to get there; from what is published."""

from datetime import date

from sqlalchemy.orm import Session

from geo.core.codes import label
from geo.reports.ground import around, ground
from geo.reports.page import Group, Report, Spot, Table
from geo.reports.words import day_in_words
from geo.viewpoints import direction
from geo.viewpoints.codes import STATUSES, STEP_FREE
from geo.viewpoints.public import Filters, Point, everything

TITLES = ("Schönste Blicke der Städte", "Finest views of the towns")
AS_OF = ("Stand %s", "As of %s")
TABLE = ("Blickpunkte", "Viewpoints")
HEADERS = (
    ("Blickpunkt", "Stadt", "Adresse", "Blickrichtung", "Stufenlos", "Stand"),
    ("Viewpoint", "Town", "Address", "Direction", "Step-free", "State"),
)


def report(session: Session, day: date, today: date, lang: str, filters: Filters) -> Report:
    """All public viewpoints on the day; of a town alone with `filters.ags`."""
    english = int(lang == "en")
    points = everything(session, filters, day)
    states = list(dict.fromkeys(point.status for point in points))
    groups = [
        Group(_capital(label(STATUSES, state, lang)), [_spot(one, lang) for one in points if one.status == state])
        for state in states
    ]
    rows = [(str(point.id), (point.title(lang), *_cells(point, lang))) for point in points]
    box = around([(point.longitude, point.latitude) for point in points])
    return Report(
        lang,
        TITLES[english],
        AS_OF[english] % day_in_words(day, lang),
        day_in_words(today, lang),
        groups,
        [Table(TABLE[english], HEADERS[english], rows)],
        ground(session, day, box, filters.ags),
        numbers=[(group.name, str(len(group.spots))) for group in groups],
        is_example=any(point.is_example for point in points),
    )


def _spot(point: Point, lang: str) -> Spot:
    town, address, facing, _step_free, state = _cells(point, lang)
    lines = tuple(one for one in (", ".join(part for part in (address, town) if part), facing, state) if one)
    return Spot(str(point.id), point.longitude, point.latitude, point.title(lang), lines)


def _cells(point: Point, lang: str) -> tuple[str, str, str, str, str]:
    return (
        point.municipality,
        point.address or "",
        "; ".join(direction.in_words(sector, lang) for sector in point.sectors),
        label(STEP_FREE, point.step_free, lang) if point.step_free else "",
        _capital(label(STATUSES, point.status, lang)),
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
