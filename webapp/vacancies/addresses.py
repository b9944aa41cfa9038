"""What the addresses of vacancy pages say: filters, by their German names, and the same filters as an address again."""

import re
from datetime import date
from typing import Any

from flask import request

from geo.core.errors import Invalid
from geo.vacancies.branches import GROUPS
from geo.vacancies.codes import EQUIPMENT, OBJECT_TYPES, OFFER_KINDS, STATES
from geo.vacancies.counted import SETS, VALUES
from geo.vacancies.figures import flows
from geo.vacancies.offers import OfferFilters
from geo.vacancies.queries import SORTS, Filters
from webapp import parameters
from webapp.language import LOCALES, current

_IDS = re.compile(r"[0-9]{1,9}(,[0-9]{1,9}){0,499}")


def language() -> str:
    """`de` or `en`: from the address, and for JSON from `sprache`."""
    parameters.choice("sprache", LOCALES)  # one that the register does not speak is refused
    return current()


def offer_filters() -> OfferFilters:
    """The filters of the public pages."""
    return OfferFilters(
        day=parameters.day(),
        ags=parameters.text("gemeinde", longest=8),
        object_type=parameters.choice("art", OBJECT_TYPES),
        least_m2=parameters.whole("flaeche_von", most=999_999),
        most_m2=parameters.whole("flaeche_bis", most=999_999),
        ground_floor=parameters.flag("erdgeschoss"),
        step_free=parameters.flag("stufenlos"),
        text=parameters.text("suche"),
        most_rent=parameters.number("miete_bis", most=1000),
        least_frontage_m=parameters.whole("front_ab", most=500),
        offer_kind=parameters.choice("angebot", OFFER_KINDS),
        available_by=parameters.a_day("bezug_bis"),
        equipment=parameters.several("ausstattung", EQUIPMENT),
    )


def unit_filters() -> Filters:
    """The filters of the internal pages."""
    day = parameters.day()
    return Filters(
        day=day,
        state=parameters.choice("zustand", STATES),
        object_type=parameters.choice("art", OBJECT_TYPES),
        text=parameters.text("suche"),
        stale=parameters.flag("veraltet"),
        published=parameters.flag("oeffentlich"),
        building_id=parameters.whole("gebaeude"),
        zone=parameters.whole("zone", least=1),
        counted=parameters.choice("kennzahl", SETS),
        valued=parameters.choice("mit", VALUES),
        sortiment=parameters.choice("gruppe", GROUPS),
        unit_ids=unit_ids(),
        moved=moved(day),
        area=parameters.ring("gebiet"),
    )


def unit_ids() -> tuple[int, ...]:
    """`einheiten`: numbers of units with commas between them. Raises `Invalid` for anything else."""
    raw = request.args.get("einheiten", "").strip()
    if not raw:
        return ()
    if not _IDS.fullmatch(raw):
        raise Invalid({"einheiten": "„einheiten“ erwartet Nummern mit Komma dazwischen, höchstens 500."})
    return tuple(int(one) for one in raw.split(","))


def moved(day: date) -> tuple[str, int] | None:
    """`bewegung` and `jahr`: a number of the years' table or of the durations; None without."""
    told = parameters.choice("bewegung", {**flows.MOVEMENTS, **flows.OVERALL})
    year = parameters.whole("jahr", least=1, most=9999) or day.year
    return None if told is None else (told, year)


def sorting() -> str:
    """`sortiert`: the order of the internal list, with a minus in front for the other direction."""
    return parameters.choice("sortiert", [*SORTS, *(f"-{name}" for name in SORTS)]) or "adresse"


PUBLIC = (
    *("gemeinde", "art", "angebot", "flaeche_von", "flaeche_bis", "miete_bis", "front_ab", "bezug_bis"),
    *("erdgeschoss", "stufenlos", "ausstattung", "suche"),
)
INTERNAL = (
    *("zustand", "art", "suche", "veraltet", "oeffentlich", "gebaeude"),
    *("zone", "kennzahl", "mit", "gruppe", "einheiten", "gebiet", "bewegung", "jahr"),
)
# What comes from a figure or from drawing, and has no field of its own in the form.
FROM_FIGURES = ("gebiet", "mit", "gruppe", "einheiten", "bewegung", "jahr")


def chosen(names: tuple[str, ...]) -> dict[str, Any]:
    """The parameters of the address that are set, to be carried on."""
    given = {name: ",".join(part for part in request.args.getlist(name) if part.strip()) for name in names}
    return {name: text for name, text in given.items() if text}
