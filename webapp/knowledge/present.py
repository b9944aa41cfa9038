"""Best-practice cards as pages and maps show them, and where a hit of the search leads."""

from typing import Any

from flask import current_app, g, url_for

from geo.core import clock
from geo.core.access import Action, Actor, scope
from geo.core.codes import label
from geo.core.fields_of_action import FIELDS_OF_ACTION
from geo.core.geometry import lon_lat
from geo.finding.queries import Hit
from geo.knowledge.codes import UNCHECKED
from geo.knowledge.public import PublishedCard
from geo.knowledge.queries import Record
from geo.vacancies.kompass import editions
from webapp import geojson
from webapp.language import PREFIX

CHECKED = ("Angaben geprüft", "verified")
# Where the kinds of the search lead: endpoint and the name of its key, in public and inside.
_PUBLIC = {
    "card": ("knowledge.show", "card_id"),
    "pilot_project": ("pilots.show", "slug"),
    "pilot_site": ("pilots.site", "site_id"),
    "call": ("calls.show", "call_id"),
    "working_group": ("alliance.group", "slug"),
    "measure": ("kompass.measure", "code"),
}
# Inside also the action that the page asks for; a site's page asks for it in the site's town.
_INTERN = {
    "card": ("knowledge_intern.show", "card_id", Action.KNOWLEDGE_VIEW),
    "pilot_project": ("pilots_intern.project", "slug", Action.PILOT_VIEW),
    "pilot_site": ("pilots_intern.show", "site_id", Action.PILOT_VIEW),
    "call": ("calls_intern.show", "call_id", Action.CALL_VIEW),
    "meeting": ("alliance_intern.meeting", "meeting_id", Action.ALLIANCE_VIEW),
    "working_group": ("alliance_intern.group", "slug", Action.ALLIANCE_VIEW),
}
_NUMBERED = frozenset(("card_id", "site_id", "call_id", "meeting_id"))


def page(lang: str, endpoint: str, **values: Any) -> str:
    """The address of a public page in that language."""
    return url_for(f"{PREFIX if lang == 'en' else ''}{endpoint}", **values)


def years(begins: int | None, ends: int | None, lang: str) -> str:
    """From when to when, as years; empty when nothing is known."""
    english = lang == "en"
    if begins is None:
        return ""
    if ends is None:
        return f"since {begins}" if english else f"seit {begins}"
    if ends == begins:
        return str(begins)
    return f"{begins} to {ends}" if english else f"{begins} bis {ends}"


def fields(codes: list[str], lang: str) -> list[str]:
    """The names of fields of action."""
    return [label(FIELDS_OF_ACTION, code, lang) for code in codes]


def measures(session: Any, lang: str) -> dict[str, str]:
    """The titles of the Kompass's measures by their codes."""
    matrix = editions.of_day(session, clock.today()).matrix
    return {one.code: one.title.in_language(lang) for one in matrix.measures}


def checked(is_checked: bool, lang: str) -> tuple[str, str]:
    """Code and words for whether what is said was verified."""
    names = CHECKED if is_checked else UNCHECKED
    return ("GEPRUEFT" if is_checked else "UNGEPRUEFT"), names[lang == "en"]


def row(card: PublishedCard, lang: str) -> dict[str, Any]:
    """An entry of the list beside the map."""
    code, words = checked(card.is_checked, lang)
    title, title_lang = card.in_language("title", lang)
    told = [card.town, years(card.begins, card.ends, lang)]
    return {
        "id": card.id,
        "title": title,
        "title_lang": title_lang,
        "subtitle": ", ".join(part for part in told if part),
        "meta": fields(card.fields_of_action, lang),
        "url": page(lang, "knowledge.show", card_id=card.id),
        "status": code,
        "status_label": words,
        "is_example": False,
        "badges": [],
    }


def feature(card: PublishedCard, lang: str) -> dict[str, Any]:
    """The card as GeoJSON: what every map knows of an object, then all its public columns."""
    shown = {name: value for name, value in row(card, lang).items() if name not in {"badges", "meta", "title_lang"}}
    properties = {
        **card.values,
        **shown,
        "kind": "pilots",
        "published_on": card.published_on.isoformat(),
        "result": card.in_language("result", lang)[0],
        "description": card.in_language("description", lang)[0],
    }
    return geojson.feature((card.longitude, card.latitude), properties)


def record_feature(record: Record) -> dict[str, Any]:
    """A card for the small map of its internal page."""
    code, words = checked(record.card.is_checked, "de")
    return geojson.feature(
        lon_lat(record.card.point),
        {
            "id": record.id,
            "title": record.card.title,
            "subtitle": record.town,
            "kind": "pilots",
            "status": code,
            "status_label": words,
            "is_example": False,
        },
    )


def leads_to(hit: Hit, reader: Actor | None) -> str | None:
    """The address of what was found: for `reader` (None: everybody) the internal page, where they may open it."""
    endpoint, name = _page_of(hit, reader)
    if not endpoint or not _exists(endpoint):
        return None
    values: dict[str, Any] = {name: int(hit.key) if name in _NUMBERED else hit.key}
    return page(g.lang, endpoint, **values) if reader is None else url_for(endpoint, **values)


def _page_of(hit: Hit, reader: Actor | None) -> tuple[str, str]:
    if reader is not None and hit.kind in _INTERN:
        endpoint, name, action = _INTERN[hit.kind]
        where = scope(reader, action)
        if where.everywhere or (where.municipality_ids and hit.kind != "pilot_site"):
            return endpoint, name
    return _PUBLIC.get(hit.kind, ("", ""))


def _exists(endpoint: str) -> bool:
    return endpoint in current_app.view_functions
