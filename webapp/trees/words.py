"""Stops and trees as the pages and the map show them: titles, statuses in words, addresses, in the page's language."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from babel.dates import format_interval, get_day_names, get_month_names
from flask import g, request, url_for
from flask_babel import force_locale, format_date, get_locale, gettext, ngettext

from geo.core.codes import label
from geo.trees.codes import MODULE_CLASSES, TREE_STATES
from geo.trees.queries.lives import Planted, State
from geo.trees.queries.positions import Positions
from geo.trees.queries.public import Filters, Standing, StopOnDay, TreePage, Visit
from geo.trees.queries.streets import Street
from geo.trees.watering.codes import CARE
from webapp import geojson
from webapp.language import LOCALES
from webapp.parameters import day_chosen

TREES_NAMED = 3


@contextmanager
def language_of_data() -> Iterator[str]:
    """JSON has one address for both languages: `sprache=en` asks for English titles and links."""
    lang = "en" if request.args.get("sprache") == "en" else "de"
    with force_locale(LOCALES[lang]):
        yield lang


def address(lang: str, endpoint: str, **values: Any) -> str:
    """The address of a public page in the language."""
    return url_for(("en_" if lang == "en" else "") + endpoint, **values)


def day_words(value: date) -> str:
    """4. Mai 2026"""
    return format_date(value, "long")


def month_words(value: date) -> str:
    """Mai 2026"""
    return format_date(value, "MMMM yyyy")


def last_words(last: date, to_month: bool) -> str:
    """The last day, or its month where no more is known."""
    return month_words(last) if to_month else day_words(last)


def span_words(first: date, last: date, to_month: bool = False) -> str:
    """4. Mai – 7. Juni 2026; of an end that is known to the month, the month"""
    if to_month:
        start = format_date(first, "d MMMM" if page_language() == "en" else "d. MMMM")
        return f"{start if first.year == last.year else day_words(first)} – {month_words(last)}"
    return day_words(first) if first == last else format_interval(first, last, "yMMMMd", locale=get_locale())


def weekday_day(value: date) -> str:
    """Sa. 12.12. as a calendar has it, in the page's language"""
    return format_date(value, "EEE d MMM" if page_language() == "en" else "EEE d.M.")


def weekday_letters(number: int) -> str:
    """Mo, Tu for 1 to 7"""
    return str(get_day_names("short", context="stand-alone", locale=get_locale())[number - 1]).rstrip(".")


def month_letter(number: int) -> str:
    """J, F, M, … as a calendar has them."""
    return str(get_month_names("narrow", context="stand-alone", locale=get_locale())[number])


def tree_count(count: int) -> str:
    return ngettext("%(num)s Baum", "%(num)s Bäume", count)


def tree_state(code: str) -> str:
    """A tree's state in words."""
    return label(TREE_STATES, code, page_language())


def module_class(code: str) -> str:
    """A module's class in words."""
    return label(MODULE_CLASSES, code, page_language())


def status(stop: StopOnDay, day: date) -> tuple[str, str]:
    """A stop's state on the day as code and words."""
    if stop.here:
        return "BESETZT", ngettext("%(num)s Baum steht hier", "%(num)s Bäume stehen hier", len(stop.here))
    if stop.coming is not None:
        return "GEPLANT", gettext("Bäume ab %(day)s", day=day_words(stop.coming.day))
    return "FREI", gettext("zurzeit kein Baum")


def street_status(street: Street) -> tuple[str, str]:
    """A street's state on the day as code and words."""
    if street.here:
        return "BESETZT", ngettext("%(num)s Baum steht hier", "%(num)s Bäume stehen hier", len(street.here))
    if street.coming is not None:
        return "GEPLANT", gettext("Bäume ab %(day)s", day=day_words(street.coming.day))
    return "FREI", gettext("zurzeit kein Baum")


def subtitle(stop: StopOnDay) -> str:
    """Where the stop is: the street if its name does not say so, and the town."""
    named = stop.address and stop.address not in stop.name
    return ", ".join(part for part in (stop.address if named else "", stop.municipality) if part)


def meta(stop: StopOnDay) -> list[str]:
    """What else is worth a line: until when the trees stay, which they are, what comes next."""
    lines = []
    if stop.here and stop.until is not None:
        names = ", ".join(tree.tree for tree in stop.here[:TREES_NAMED])
        more = len(stop.here) - TREES_NAMED
        lines.append(gettext("bis %(day)s", day=last_words(stop.until, stop.until_month)))
        lines.append(names if more <= 0 else gettext("%(names)s und %(num)s weitere", names=names, num=more))
    if stop.coming is not None:
        lines.append(
            gettext("ab %(day)s: %(what)s", day=day_words(stop.coming.day), what=tree_count(stop.coming.count))
        )
    return lines


def row(stop: StopOnDay, day: date, lang: str) -> dict[str, Any]:
    """A stop in a list beside the map."""
    code, words = status(stop, day)
    return {
        "id": stop.id,
        "kind": "trees",
        "title": stop.name,
        "subtitle": subtitle(stop),
        "url": _stop_url(stop, day, lang),
        "status": code,
        "status_label": words,
        "meta": meta(stop),
        "is_example": stop.is_example,
    }


def feature(stop: StopOnDay, day: date, lang: str) -> dict[str, Any]:
    """A stop as GeoJSON; winter quarters have no public point."""
    code, words = status(stop, day)
    properties: dict[str, Any] = {
        "id": stop.id,
        "kind": "trees",
        "title": stop.name,
        "subtitle": subtitle(stop),
        "url": _stop_url(stop, day, lang),
        "status": code,
        "status_label": words,
        "is_example": stop.is_example,
        "mark": str(len(stop.here)) if stop.here else "",
        "note": " · ".join(meta(stop)),
        "municipality": stop.municipality,
        "ags": stop.ags,
        "capacity": stop.capacity,
        "trees": [
            {
                "id": tree.tree_id,
                "label": tree.tree,
                "species": tree.species,
                "fleet": tree.fleet,
                "first": tree.first.isoformat(),
                "last": tree.last.isoformat(),
                "last_precision": "month" if tree.to_month else "day",
                "is_confirmed": tree.is_sure,
                "url": address(lang, "trees.tree", tree_id=tree.tree_id),
            }
            for tree in stop.here
        ],
        "next": None if stop.coming is None else {"day": stop.coming.day.isoformat(), "count": stop.coming.count},
    }
    return geojson.feature(None if stop.lon is None or stop.lat is None else (stop.lon, stop.lat), properties)


def care_kind(code: str) -> str:
    """What was done for a tree, in words."""
    return gettext("Gießen") if code == "GIESSEN" else label(CARE, code, page_language())


def life(stays: Sequence[Standing], states: Sequence[State]) -> list[Standing | State]:
    """A tree's stays and what else it was, the latest first; what began on no known day was before all of them."""
    return sorted([*stays, *states], key=lambda one: one.first or date.min, reverse=True)


def since_words(state: State) -> str:
    """From when to when it was so, as far as it is known."""
    if state.first and state.last:
        return span_words(state.first, state.last)
    if state.first:
        return gettext("seit %(day)s", day=day_words(state.first))
    return gettext("bis %(day)s", day=day_words(state.last)) if state.last else ""


def planted_feature(tree: TreePage, planted: Planted) -> dict[str, Any] | None:
    """The place of the permanent tree for a small map; None where it is not known."""
    if planted.lon is None or planted.lat is None:
        return None
    properties = {
        "id": tree.id,
        "kind": "trees",
        "title": gettext("Baum %(name)s", name=tree.label),
        "status": "AUSGEPFLANZT",
        "status_label": tree_state("AUSGEPFLANZT"),
        "is_example": tree.is_example,
    }
    return geojson.feature((planted.lon, planted.lat), properties)


def visit_data(visit: Visit, lang: str) -> dict[str, Any]:
    """A visit as JSON: which trees of which fleet stand where from the first to the last day."""
    return {
        "stop": visit.stop_id,
        "title": visit.stop,
        "fleet": visit.fleet,
        "first": visit.first.isoformat(),
        "last": visit.last.isoformat(),
        "last_precision": "month" if visit.to_month else "day",
        "is_confirmed": visit.is_sure,
        "trees": [
            {"id": tree.tree_id, "label": tree.tree, "url": address(lang, "trees.tree", tree_id=tree.tree_id)}
            for tree in visit.trees
        ],
    }


def season_data(found: Positions, lang: str) -> dict[str, Any]:
    """A season at once as JSON: stops, winter quarters, trees and fleets by id, and who is where when."""
    return {
        "first": found.first.isoformat(),
        "last": found.last.isoformat(),
        "stops": [
            {
                "id": stop.id,
                "title": stop.name,
                "subtitle": subtitle(stop),
                "municipality": stop.municipality,
                "point": None if stop.lon is None or stop.lat is None else [round(stop.lon, 6), round(stop.lat, 6)],
                "url": address(lang, "trees.show", stop_id=stop.id),
                "is_example": stop.is_example,
            }
            for stop in found.stops
        ],
        "resting": [{"id": one.id, "title": one.name, "municipality": one.municipality} for one in found.resting],
        "trees": [{"id": key, "label": label} for key, label in found.trees],
        "fleets": [{"id": key, "name": name} for key, name in found.fleets],
        "visits": [
            {
                "stop": one.stop_id,
                "fleet": one.fleet_id,
                "first": one.first.isoformat(),
                "last": one.last.isoformat(),
                "is_confirmed": one.is_sure,
                **({"last_is_month": True} if one.to_month else {}),
                "trees": list(one.tree_ids),
            }
            for one in found.visits
        ],
    }


def split_by_day(visits: list[Visit], day: date) -> dict[str, list[Visit]]:
    """What stands on the day, what comes after it (next first), what was before it (latest first)."""
    return {
        "now": [visit for visit in visits if visit.first <= day <= visit.last],
        "next": [visit for visit in visits if visit.first > day],
        "past": [visit for visit in reversed(visits) if visit.last < day],
    }


def query(filters: Filters, day: date, today: date) -> dict[str, Any]:
    """The filters and the day as they stand in an address; what is not set is left out."""
    values = {
        "am": day.isoformat() if day != today else None,
        "gemeinde": filters.ags,
        "allee": filters.fleet_id,
        "belegt": "1" if filters.only_taken else None,
    }
    return {name: value for name, value in values.items() if value}


def _stop_url(stop: StopOnDay, day: date, lang: str) -> str:
    return address(lang, "trees.show", stop_id=stop.id, **day_chosen(day))


def page_language() -> str:
    """The language of the page being made."""
    return g.get("lang", "de")
