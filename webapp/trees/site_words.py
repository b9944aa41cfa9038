"""How changes of a stop's site, a fleet's modules and a tree's states read in the history."""

from collections.abc import Callable
from datetime import date
from typing import Any

from geo.trees.codes import MODULE_CLASSES, TREE_STATES
from geo.trees.fleet.modules import MODULE_LABELS
from geo.trees.site import seasons
from geo.trees.site.codes import SPECIAL_BAYS
from geo.trees.site.schemas import BAYS_LABELS, HEAT_LABELS, SITE_LABELS
from geo.trees.wording import ONE_DAY
from webapp.entries import NO, YES, Words, coded, day, period, plain

Format = Callable[[Any], str]


def _yes_no(value: Any) -> str:
    return YES if value else NO


def _metres(value: Any) -> str:
    return "keine in der Nähe" if float(value) >= 1000 else f"{plain(value)} m"


def _day(value: Any) -> str:
    return seasons.in_words(int(value))


def _since(value: Any) -> str:
    """A period of which nobody may know when it began."""
    text = str(value)
    if not text.startswith("(,"):
        return period(text)
    last = text[2:-1]
    return f"bis {day((date.fromisoformat(last) - ONE_DAY).isoformat())}" if last else "von Anfang an"


def _drawn(value: Any) -> str:
    return "gezeichnet" if value else ""


SITE_FIELDS = SITE_LABELS | HEAT_LABELS | {name: BAYS_LABELS[name] for name in ("bays", "gap_cm")}
SITE_FORMATS: dict[str, Format] = {
    "bays": _drawn,
    "gap_cm": lambda value: f"{value} cm",
    "season_first": _day,
    "season_last": _day,
    "permit_lead_weeks": lambda value: f"{value} Wochen",
    "special_bay": coded(SPECIAL_BAYS),
    "speed_limit_kmh": lambda value: f"{value} km/h",
    "sealed_share": lambda value: f"{value} %",
    "slope_percent": lambda value: f"{plain(value)} %",
    **dict.fromkeys(("has_bus_line", "has_tram_wire", "is_before_monument"), _yes_no),
    **dict.fromkeys(("junction_m", "crossing_m", "level_crossing_m"), _metres),
    **{name: lambda value: f"{plain(value)} m" for name in ("lane_width_m", "clear_height_m")},
}
FLEET_FIELDS = {"depot_point": "Depot"}
FLEET_FORMATS: dict[str, Format] = {"season_first": _day, "season_last": _day, "depot_point": lambda _: "eingetragen"}
PLANTED_FIELDS = {"planted_on": "Ausgepflanzt am", "planted_point": "Pflanzort"}
PLANTED_FORMATS: dict[str, Format] = {"planted_point": lambda _: "eingetragen"}
BLOCKS = Words({"during": "Gesperrt", "reason": "Grund der Sperrzeit"}, {"during": period})
MODULES = Words(
    {"class": "Modulklasse"} | {name[2:]: words.partition(": ")[2] for name, words in MODULE_LABELS.items()},
    {"class": coded(MODULE_CLASSES)},
)
STATES = Words(
    {"state": "Zustand", "during": "Gilt", "note": "Notiz zum Zustand"},
    {"state": coded(TREE_STATES), "during": _since},
)
