"""Stops, viewpoints and pilot sites in the words and addresses of the pages about their effects."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.dates import format_date
from flask import url_for

from geo.synergy.anchors import SITE, STOP, VIEWPOINT, Anchor

# Of each kind: the endpoint of its ripple view, of its own page, the argument of both, and how its opening is called.
PAGES = {
    STOP: ("synergy_intern.stop", "trees_intern.show", "stop_id"),
    VIEWPOINT: ("synergy_intern.viewpoint", "viewpoints_intern.show", "viewpoint_id"),
    SITE: ("synergy_intern.site", "pilots_intern.show", "site_id"),
}
# Which of the map's signs each has.
PARTS = {STOP: "trees", VIEWPOINT: "viewpoints", SITE: "pilots"}
OPENING = {STOP: "Besuch ab", VIEWPOINT: "offen seit", SITE: "Umsetzung ab"}
NEVER = {STOP: "noch kein Besuch", VIEWPOINT: "noch nicht offen", SITE: "noch nicht in Umsetzung"}


def day_in_words(day: date) -> str:
    return str(format_date(day, "d. MMMM yyyy", locale="de"))


def url_of(kind: str, anchor_id: int, *, units: bool = False, **more: Any) -> str:
    """The address of the ripple view, or of its units for the map."""
    endpoint, _, argument = PAGES[kind]
    values: dict[str, Any] = {argument: anchor_id, **more}
    return url_for(f"{endpoint}_units" if units else endpoint, **values)


def ranked_url(weights: Mapping[str, int], kept: Mapping[str, str]) -> str:
    """The address of the ranked places for the map, under these weights."""
    values: dict[str, Any] = {**weights, **kept}
    return url_for("synergy_intern.next_places_on_map", **values)


def own_url(kind: str, anchor_id: int) -> str:
    """The address of the object's own page."""
    _, endpoint, argument = PAGES[kind]
    values: dict[str, Any] = {argument: anchor_id}
    return url_for(endpoint, **values)


def place_id(kind: str, anchor_id: int) -> str:
    """What a list and its map both call one place, whatever kinds stand there together."""
    return f"{kind}-{anchor_id}"


def openings_in_words(one: Anchor, day: date) -> str:
    """Since when it is there, or that it was not yet."""
    begun = one.opened(day)
    if not begun:
        return NEVER[one.kind]
    first = f"{OPENING[one.kind]} {day_in_words(begun[0])}"
    more = len(begun) - 1
    return f"{first}, danach {'noch einmal' if more == 1 else f'noch {more}-mal'}" if more else first
