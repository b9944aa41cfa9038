"""The columns of made-up records, for the loader."""

from collections.abc import Sequence
from random import Random
from typing import Any

from sqlalchemy.dialects.postgresql import Range

from geo.samples.model import PlaceSample, UnitSample

Row = dict[str, Any]
EXACT_LEVEL, PUBLIC_LEVEL, COUNTED_LEVEL = 3, 2, 1
_LISTING = ("publication_level", "public_title", "public_title_en", "public_text", "public_text_en", "consent_kind")
_TERMS = (*("rent_eur_m2", "side_costs_eur_m2", "price_eur", "available_from", "min_term_months", "max_term_months"),)
_NO_UNIT_COLUMN = {
    "key",
    "place",
    "stock_start",
    "stock_end",
    "spells",
    "listing",
    "equipment",
    "building",
    "parcel_key",
    "confirmed_on",
}


def exact_places(units: Sequence[UnitSample]) -> set[PlaceSample]:
    """Spots whose published units all show their address; every other unit shows only its grid cell."""
    levels: dict[PlaceSample, list[int]] = {}
    for unit in units:
        if unit.listing is not None and unit.listing.publication_level >= PUBLIC_LEVEL:
            levels.setdefault(unit.place, []).append(unit.listing.publication_level)
    return {place for place, found in levels.items() if min(found) >= EXACT_LEVEL}


def unit_row(unit: UnitSample) -> Row:
    """The columns of a made-up unit that need no other row."""
    row = {name: value for name, value in vars(unit).items() if name not in _NO_UNIT_COLUMN}
    row |= {
        "during": Range(unit.stock_start, unit.stock_end),
        "equipment": list(unit.equipment),
        "is_example": True,
        "publication_level": _unlisted_level(unit),
        "published_during": None,
        "offer_kinds": [],
    }
    row |= dict.fromkeys((*_LISTING[1:], *_TERMS))
    if unit.listing is not None:
        row |= {name: getattr(unit.listing, name) for name in (*_LISTING, *_TERMS)}
        row["offer_kinds"] = list(unit.listing.offer_kinds)
        row["published_during"] = Range(unit.listing.published_from, unit.listing.published_until)
    return row


def _unlisted_level(unit: UnitSample) -> int:
    """What is empty and not offered is counted in most cases, and in some not even that."""
    is_counted = unit.current.state in ("LEER", "ZWISCHENGENUTZT") and Random(f"{unit.key}/level").random() < 0.8  # noqa: S311 (sample data)
    return COUNTED_LEVEL if is_counted else 0


def without(record: Any, *names: str) -> Row:
    """Everything of a record but the named entries."""
    return {name: value for name, value in vars(record).items() if name not in names}
