"""What an exported file has of a unit (for its town) or of an offer (for everybody): columns, and their SQL."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from geo.core.access import Role
from geo.vacancies import columns
from geo.vacancies.codes import OFFER_KINDS, SIZE_CLASSES
from geo.vacancies.columns import COLUMNS, Kind
from geo.vacancies.feature import VACANCIES


@dataclass(frozen=True)
class Field:
    """A column of a file: the name for programs, the headers for people, the SQL of its value and of its precision."""

    name: str
    de: str
    en: str
    kind: Kind
    sql: str
    unit: str = ""
    codes: Mapping[Any, tuple[str, str]] | None = None
    precision: str = ""

    def header(self, language: str) -> str:
        name = self.en if language == "en" else self.de
        return f"{name} ({self.unit})" if self.unit else name

    @property
    def arrow_type(self) -> pa.DataType:
        """As it comes from the database."""
        return _ARROW.get(self.kind, pa.string())

    def selected(self) -> list[str]:
        """The expressions of the query: the value, and its precision where it has one."""
        value = f"array_to_string({self.sql}, ',')" if self.kind is Kind.CODES else self.sql
        return [f"{value} AS {self.name}", *([f"{self.precision} AS {self.name}_precision"] if self.precision else [])]


_ARROW = {
    Kind.NUMBER: pa.float64(),
    Kind.DEGREES: pa.float64(),
    Kind.WHOLE: pa.int32(),
    Kind.FLAG: pa.bool_(),
    Kind.DAY: pa.date32(),
    Kind.SINCE: pa.date32(),
    Kind.UNTIL: pa.date32(),
}


def unit_fields(role: Role | None) -> tuple[Field, ...]:
    """What somebody with this role in the town may see of a unit; SQL over `u`, `p`, `s` and `m`."""
    return tuple(_field(column, column.stored) for column in columns.for_role(role))


def _field(column: columns.Column, sql: str, precision: str | None = None) -> Field:
    precise = column.precision if precision is None else precision
    return Field(column.key, column.de, column.en, column.kind, sql, column.unit, column.codes, precise)


# Public columns that a unit's list does not have, or that are called otherwise there.
_PUBLIC = {
    "title": Field("title", "Titel", "Title (German)", Kind.TEXT, "v.title"),
    "title_en": Field("title_en", "Titel (englisch)", "Title", Kind.TEXT, "v.title_en"),
    "description": Field("description", "Beschreibung", "Description (German)", Kind.TEXT, "v.description"),
    "description_en": Field("description_en", "Beschreibung (englisch)", "Description", Kind.TEXT, "v.description_en"),
    "size_class": Field("size_class", "Größenklasse", "Size class", Kind.CODE, "v.size_class", codes=SIZE_CLASSES),
    "rent_eur_m2": Field("rent_eur_m2", "Kaltmiete", "Rent", Kind.NUMBER, "v.rent_eur_m2", unit="€/m²"),
    "offer_kinds": Field("offer_kinds", "Angebot", "Offer", Kind.CODES, "v.offer_kinds", codes=OFFER_KINDS),
    "available_from": Field("available_from", "Verfügbar ab", "Available from", Kind.DAY, "v.available_from"),
    "min_term_months": Field(
        "min_term_months", "Mindestlaufzeit", "Shortest term", Kind.WHOLE, "v.min_term_months", unit="Monate"
    ),
    "max_term_months": Field(
        "max_term_months", "Höchstlaufzeit", "Longest term", Kind.WHOLE, "v.max_term_months", unit="Monate"
    ),
    "side_costs_eur_m2": Field(
        "side_costs_eur_m2", "Nebenkosten", "Service charges", Kind.NUMBER, "v.side_costs_eur_m2", unit="€/m²"
    ),
    "price_eur": Field("price_eur", "Kaufpreis", "Price", Kind.NUMBER, "v.price_eur", unit="€"),
    "is_example": Field("is_example", "Beispiel", "Sample", Kind.FLAG, "v.is_example"),
}


def offer_fields() -> tuple[Field, ...]:
    """What is public of an offer: the columns declared in `feature.py`, and no others; SQL over `v`."""
    found = []
    for name in VACANCIES.columns:
        if name in _PUBLIC:
            found.append(_PUBLIC[name])
        elif name == "empty_since":
            found.append(replace(_field(COLUMNS["since"], "v.empty_since", "v.start_precision"), name="empty_since"))
        elif name != "start_precision":
            found.append(_field(COLUMNS[name], f"v.{name}", ""))
    return tuple(found)
