"""The filters of a search as a person reads them."""

from typing import Any

from babel.numbers import format_decimal
from flask_babel import gettext as _

from geo.core.codes import label
from geo.vacancies import offers
from geo.vacancies.codes import EQUIPMENT, OBJECT_TYPES, OFFER_KINDS
from geo.vacancies.dates import in_words as day_in_words
from geo.vacancies.offers import OfferFilters


def in_words(filters: OfferFilters, lang: str, session: Any) -> list[tuple[str, str]]:
    """Name and value of each filter that is set; `session` knows the towns by their keys."""
    towns = dict(offers.towns(session)) if filters.ags else {}
    named = [
        (_("Straße oder Stichwort"), filters.text),
        (_("Stadt"), towns.get(filters.ags or "", filters.ags)),
        (_("Objektart"), label(OBJECT_TYPES, filters.object_type, lang)),
        (_("Angeboten zur"), label(OFFER_KINDS, filters.offer_kind, lang)),
        (_("Fläche ab"), _with(filters.least_m2, "m²", lang)),
        (_("Fläche bis"), _with(filters.most_m2, "m²", lang)),
        (_("Kaltmiete bis"), _with(filters.most_rent, "€/m²", lang)),
        (_("Schaufenster ab"), _with(filters.least_frontage_m, "m", lang)),
        (_("Verfügbar bis spätestens"), day_in_words(filters.available_by, "TAG", lang)),
        (_("nur im Erdgeschoss"), _("ja") if filters.ground_floor else None),
        (_("nur stufenlos zugänglich"), _("ja") if filters.step_free else None),
        (_("Muss vorhanden sein"), ", ".join(label(EQUIPMENT, code, lang) for code in filters.equipment)),
    ]
    return [(name, value) for name, value in named if value]


def _with(value: float | None, unit: str, lang: str) -> str | None:
    return None if value is None else f"{format_decimal(value, locale=lang)} {unit}"
