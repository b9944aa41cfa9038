"""The sun at a viewpoint in words: when it stands in the view today, and on the 21st of each month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date

from geo.viewpoints.direction import Sector
from geo.viewpoints.terrain.sun import SunDay, sun_by_month, sun_in_sectors

Angles = Sequence[float] | None
NEVER = {"de": "nicht", "en": "not at all"}


@dataclass(frozen=True)
class LightRow:
    """One day: its name, sunrise and sunset, and when the sun stands in the view; times as people write them."""

    title: str
    sunrise: str
    sunset: str
    in_view: str
    is_in_view: bool


def today(
    longitude: float,
    latitude: float,
    sectors: Sequence[Sector],
    day: date,
    angles_deg: Sequence[float] | None,
    lang: str,
) -> LightRow:
    """The day itself; above the computed skyline if there is one."""
    found = sun_in_sectors(longitude, latitude, sectors, day, angles_deg)
    return _row(format_date(day, "long", locale=lang), found, lang)


def months(
    longitude: float,
    latitude: float,
    sectors: Sequence[Sector],
    year: int,
    angles_deg: Sequence[float] | None,
    lang: str,
) -> list[LightRow]:
    """The 21st of each month of the year."""
    found = sun_by_month(longitude, latitude, sectors, year, angles_deg)
    return [_row(format_date(one.day, "LLLL", locale=lang), one, lang, in_table=True) for one in found]


def _row(title: str, found: SunDay, lang: str, *, in_table: bool = False) -> LightRow:
    spans = [f"{_time(span.begins)}–{_time(span.ends)}" for span in found.spans]
    joined = ", ".join(spans)
    in_view = (f"{joined} Uhr" if lang == "de" and not in_table else joined) if spans else NEVER[lang]
    return LightRow(title, _time(found.sunrise), _time(found.sunset), in_view, bool(spans))


def _time(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%H:%M}"
