"""What a visitor wants to know of a point, in words: the last 300 m, the light, what is near by, why it is limited."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from babel.numbers import format_decimal
from flask_babel import format_date
from flask_babel import gettext as _

from geo.core.codes import label
from geo.places.pois.codes import KINDS, WHEELCHAIR
from geo.places.pois.queries import CLOSE_M, Near
from geo.viewpoints.care.public import Limit
from geo.viewpoints.codes import LIMITS, SHADE, SURFACES
from geo.viewpoints.public import Point
from geo.viewpoints.terrain.sun import SunDay, sun_in_sectors

TO_EAT_AND_BUY = ("GASTRONOMIE", "LADEN", "TOURISTINFO")
# What a slope means to somebody with a wheelchair or a pram (DIN 18040: 6 % is the most for a ramp).
GENTLE_PERCENT = 6
_DAYS = {"Mo": "Mo", "Tu": "Di", "We": "Mi", "Th": "Do", "Fr": "Fr", "Sa": "Sa", "Su": "So"}
_MONTHS = {"Mar": "März", "May": "Mai", "Oct": "Okt", "Dec": "Dez"}
_OTHERS = {
    "PH": ("Feiertage", "public holidays"),
    "off": ("geschlossen", "closed"),
    "closed": ("geschlossen", "closed"),
}


def metres(distance_m: float, lang: str) -> str:
    """A distance as people say it: to ten metres, from a kilometre on in kilometres."""
    if distance_m < 995:
        return f"{max(10, round(distance_m, -1)):.0f} m"
    return f"{format_decimal(distance_m / 1000, '0.0', locale=lang)} km"


def hours(raw: str | None, lang: str) -> str | None:
    """Opening hours in OpenStreetMap's shape, readable: `Tu-Su 10:00-18:00` as "Di–So 10:00–18:00"."""
    if not raw:
        return None
    if raw == "24/7":
        return _("durchgehend geöffnet")
    text = re.sub(r"(?<=\w)\s*-\s*(?=\w)", "–", raw)
    if lang == "de":
        text = re.sub(r"\b[A-Z][a-z]{1,2}\b", lambda found: {**_DAYS, **_MONTHS}.get(found[0], found[0]), text)
    return re.sub(r"\b(PH|off|closed)\b", lambda found: _OTHERS[found[0]][lang == "en"], text)


def last_metres(point: Point, lang: str) -> list[tuple[str, str]]:
    """Surface, slope and stairs of the last 300 m, each with its name, as far as they are known."""
    facts = []
    if point.path_surface:
        facts.append((_("Belag"), label(SURFACES, point.path_surface, lang)))
    if point.path_slope_percent is not None:
        percent = format_decimal(point.path_slope_percent, locale=lang)
        gentle = point.path_slope_percent <= GENTLE_PERCENT
        words = (
            _("höchstens %(percent)s %%", percent=percent)
            if gentle
            else _("bis %(percent)s %%, steil", percent=percent)
        )
        facts.append((_("Steigung"), words))
    if point.path_steps is not None:
        steps = _("keine") if point.path_steps == 0 else _("%(count)s Stufen", count=point.path_steps)
        facts.append((_("Treppen"), steps))
    return facts


def shade(point: Point, lang: str) -> str:
    return label(SHADE, point.shade, lang)


@dataclass(frozen=True)
class Light:
    """The sun on the day: a sentence on it and the view, and when it rises and sets."""

    sentence: str
    sunrise: str
    sunset: str


def light(point: Point, day: date, angles_deg: Sequence[float] | None = None) -> Light | None:
    """Best light on the day; None without directions. `angles_deg` is the computed skyline."""
    if not point.sectors:
        return None
    found = sun_in_sectors(point.longitude, point.latitude, point.sectors, day, angles_deg)
    return Light(_sun_sentence(found), _clock(found.sunrise), _clock(found.sunset))


def _sun_sentence(found: SunDay) -> str:
    if not found.spans:
        return _("Die Sonne steht an diesem Tag nie im Blick: Das Licht kommt von der Seite oder von hinten.")
    spans = " " + _("und") + " "
    times = spans.join(
        _("von %(begins)s bis %(ends)s Uhr", begins=_clock(one.begins), ends=_clock(one.ends)) for one in found.spans
    )
    if len(found.spans) == 1 and (found.spans[0].begins, found.spans[0].ends) == (found.sunrise, found.sunset):
        return _("Die Sonne steht den ganzen Tag im Blick, vom Aufgang bis zum Untergang.")
    if found.spans[-1].ends == found.sunset:
        return _("Die Sonne steht %(times)s im Blick; der Sonnenuntergang liegt im Blick.", times=times)
    if found.spans[0].begins == found.sunrise:
        return _("Die Sonne steht %(times)s im Blick; der Sonnenaufgang liegt im Blick.", times=times)
    return _("Die Sonne steht %(times)s im Blick, danach kommt das Licht von der Seite.", times=times)


def _clock(moment: datetime | None) -> str:
    return f"{moment:%H:%M}" if moment else ""


def limits(found: Iterable[Limit], lang: str) -> list[str]:
    """Why the point is limited though its town calls it open."""
    return [
        f"{LIMITS[one.cause][lang == 'en']} ({_('seit %(since)s', since=format_date(one.since, 'medium'))})"
        for one in found
    ]


def near_groups(found: Iterable[Near], lang: str) -> list[dict[str, Any]]:
    """Gastronomy and shops within 150 m, then those up to 300 m; empty groups are left out."""
    wanted = [one for one in found if one.kind in TO_EAT_AND_BUY]
    close = [one for one in wanted if one.distance_m <= CLOSE_M]
    far = [one for one in wanted if one.distance_m > CLOSE_M]
    groups = ((_("Bis 150 m"), close), (_("150 bis 300 m"), far))
    return [{"title": title, "places": [_near(one, lang) for one in group]} for title, group in groups if group]


def nearest(found: Iterable[Near], kind: str, lang: str) -> dict[str, Any] | None:
    """The nearest place of the kind, if one is near."""
    one = next((one for one in found if one.kind == kind), None)
    return _near(one, lang) if one else None


def sources(found: Iterable[Near]) -> str:
    """Whose data the list is made of."""
    return ", ".join(sorted({one.source for one in found}))


def _near(one: Near, lang: str) -> dict[str, Any]:
    kind = label(KINDS, one.kind, lang)
    facts = [kind if one.name else None, metres(one.distance_m, lang), hours(one.opening_hours, lang)]
    if one.wheelchair:
        facts.append(label(WHEELCHAIR, one.wheelchair, lang))
    return {
        "name": one.name or kind,
        "text": ", ".join(fact for fact in facts if fact),
        "website": one.website,
        "is_example": one.is_example,
    }
