"""Proposes what a file's columns mean: by their names, confirmed by the values in them, each with its reason.

Pure: columns and samples in, proposals out. A field is any object with the attributes of `Field`.
"""

import difflib
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from geo.imports import values
from geo.imports.words import is_large_area, key, tokens, without_unit

ADDRESS = "address"  # the field for street and number in one column, where there is one
LEAST = 0.5  # less certain proposals are none
SURE, LIKELY = 0.85, 0.65
_FIT, _MISFIT = 0.9, 0.5
_MOST_SAMPLES = 200
# Further words for fields that registers of this kind share, by the field's key.
_ALSO = {
    "street": ("Straße", "Strasse", "Straßenname", "Lage Straße", "street name"),
    "house_number": ("Hausnummer", "Haus-Nr.", "HsNr", "HNR", "Nr.", "Hausnr. mit Zusatz", "number"),
    "postcode": ("PLZ", "Postleitzahl", "zip code", "postal code"),
    "locality": ("Ort", "Ortschaft", "Wohnplatz", "Stadt", "Gemeindename", "town", "place"),
    "ags": ("AGS", "Gemeindeschlüssel", "Amtlicher Gemeindeschlüssel", "Gemeindekennziffer"),
    "address": ("Adresse", "Anschrift", "Lage", "Standort", "Straße und Hausnummer", "Objektadresse", "Straße/Nr."),
    "area_total_m2": ("Gesamtfläche", "Fläche", "Größe", "Nutzfläche gesamt", "GFL", "qm", "floor area", "size"),
    "area_sales_m2": ("Verkaufsfläche", "VKF", "VK-Fläche", "Ladenfläche", "sales floor"),
    "area_storage_m2": ("Lagerfläche", "Lager", "storage"),
    "state": ("Nutzung", "Status", "Leerstand", "Belegung", "Zustand der Nutzung", "occupancy", "vacancy"),
    "since": ("leer seit", "Leerstand seit", "seit", "Beginn Leerstand", "vacant since"),
    "occupant": ("Nutzer", "Firma", "Betrieb", "Geschäft", "Mieter", "Name des Betriebs", "tenant", "occupier"),
    "note": ("Bemerkung", "Bemerkungen", "Notiz", "Anmerkung", "Hinweis", "Kommentar", "remarks", "comment"),
    "floor": ("Geschoss", "Etage", "Stockwerk", "storey", "level"),
    "verified_on": ("Stand", "Erhebungsdatum", "Datum der Erhebung", "Begehung am", "surveyed on"),
    "latitude": ("Breite", "Breitengrad", "Hochwert", "Nordwert", "lat", "y", "northing"),
    "longitude": ("Länge", "Längengrad", "Rechtswert", "Ostwert", "lon", "lng", "x", "easting"),
}  # fmt: skip


class Field(Protocol):
    """What is known of a field: its key, names, kind (as in `values`), code list and further names."""

    @property
    def key(self) -> str: ...
    @property
    def de(self) -> str: ...
    @property
    def en(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def codes(self) -> Dictionary[Any, Any] | None: ...
    @property
    def names(self) -> Sequence[str]: ...


@dataclass(frozen=True)
class Proposal:
    """What one column means: a field's key or None, from 0 to 1 how certain that is, and why (a German sentence).

    `fits` is the share of its values that the field can read, None where there are none. `splits_address`: the column
    holds street and house number; it fills the field `street`, and `house_number` from its end.
    """

    column: str
    field: str | None
    certainty: float
    reason: str
    fits: float | None = None
    splits_address: bool = False

    @property
    def level(self) -> str:
        """How certain, in a word."""
        if self.field is None:
            return "offen"
        return "sicher" if self.certainty >= SURE else "wahrscheinlich" if self.certainty >= LIKELY else "unsicher"


@dataclass(frozen=True)
class Mapping:
    """A proposal for each column, in their order."""

    proposals: tuple[Proposal, ...]
    decimal: str = ","

    def by_field(self) -> dict[str, Proposal]:
        """The proposals that have one."""
        return {one.field: one for one in self.proposals if one.field is not None}

    def by_column(self) -> dict[str, str]:
        """Each column's field, for those that have one."""
        return {one.column: one.field for one in self.proposals if one.field is not None}


@dataclass(frozen=True)
class _Match:
    column: int
    field: Field
    score: float
    reason: str
    fits: float | None = None


def propose(columns: Sequence[str], samples: Sequence[Sequence[str]], fields: Sequence[Field]) -> Mapping:
    """The most certain meaning of each column; no field is given twice."""
    cells = [_cells(samples, place) for place in range(len(columns))]
    decimal = _decimal(cells)
    matches = []
    for place, column in enumerate(columns):
        for one in fields:
            score, reason = _by_name(column, one)
            match = _confirmed(_Match(place, one, score, reason), cells[place], decimal)
            if match.score >= LEAST:
                matches.append(match)
    matches.sort(key=lambda match: (-match.score, match.column))
    taken_fields: set[str] = set()
    chosen: dict[int, _Match] = {}
    for match in matches:
        if match.column not in chosen and match.field.key not in taken_fields:
            chosen[match.column] = match
            taken_fields.add(match.field.key)
    proposals = [_proposal(column, chosen.get(place)) for place, column in enumerate(columns)]
    return Mapping(tuple(_with_addresses(proposals, cells, {one.key for one in fields})), decimal)


def _cells(samples: Sequence[Sequence[str]], place: int) -> list[str]:
    found = [values.plain(row[place]) for row in samples[:_MOST_SAMPLES] if place < len(row)]
    return [cell for cell in found if cell.casefold() not in values.NOTHING]


def _decimal(cells: Sequence[Sequence[str]]) -> str:
    signs = [sign for column in cells if (sign := values.decimal_sign(list(column)))]
    return "." if signs.count(".") > signs.count(",") else ","


def _by_name(column: str, one: Field) -> tuple[float, str]:
    """How well the header fits the field's names: the same, the same words, some of the words, nearly the same."""
    best, reason = 0.0, ""
    if one.unit == "m²" and is_large_area(column):  # of a quarter or a district, not of a unit
        return best, reason
    plain, words = key(without_unit(column)), tokens(column)
    whole = key(column)
    for name in (one.de, one.en, one.key, *one.names, *_ALSO.get(one.key, ())):
        named, name_words = key(without_unit(name)), tokens(name)
        if not plain or not named:
            continue
        score = 0.0
        if whole == key(name) or plain == named:
            score = 0.95
        elif words == name_words:
            score = 0.92
        elif set(words) == set(name_words) or "".join(words) == "".join(name_words):
            score = 0.88
        elif len(named) > 3 and set(name_words) <= set(words):
            score = 0.62 + 0.15 * len(name_words) / len(words)
        elif len(plain) > 3 and (near := difflib.SequenceMatcher(None, plain, named).ratio()) >= 0.85:
            score = 0.8 * near
        if score > best:
            best, reason = score, f"Der Name „{column}“ {'ist' if score > 0.9 else 'ähnelt'} „{name}“"
    return best, reason


def _confirmed(match: _Match, cells: Sequence[str], decimal: str) -> _Match:
    """The match after a look at the values; without a fitting name only those of code lists and postcodes count."""
    one, kind = match.field, str(match.field.kind)
    if match.score == 0 and kind not in {"code", "codes", "postcode"}:
        return match
    if not cells:
        return _Match(match.column, one, match.score * 0.9, f"{match.reason}; die Spalte ist leer.", None)
    fits = _share(cells, values.Reading(kind, one.codes, decimal=decimal))
    share = f"{round(100 * fits)} % der Werte"
    if match.score == 0:
        if (
            fits >= _FIT
            and (kind == "postcode" or len({cell.casefold() for cell in cells}) > 1)
            and not _all_digits(cells, kind)
        ):
            return _Match(match.column, one, 0.6, f"{share} passen zu „{one.de}“.", fits)
        return match
    if kind == "text":
        return _Match(match.column, one, match.score, f"{match.reason}.", fits)
    if fits >= _FIT:
        return _Match(match.column, one, min(1.0, match.score + 0.05), f"{match.reason}, und {share} passen.", fits)
    if fits < _MISFIT and kind not in {"code", "codes"}:
        return _Match(match.column, one, match.score * 0.5, f"{match.reason}, aber nur {share} passen.", fits)
    return _Match(match.column, one, match.score * 0.85, f"{match.reason}; {share} passen ohne Nacharbeit.", fits)


def _all_digits(cells: Sequence[str], kind: str) -> bool:
    """Bare numbers would fit the conditions 1 to 5 as well as anything else."""
    if kind == "postcode":
        return not all(len(cell) == 5 for cell in cells)
    return all(cell.isdecimal() or len(cell) == 1 for cell in cells)


def _share(cells: Sequence[str], how: values.Reading) -> float:
    read = 0
    for cell in cells:
        try:
            values.read(cell, how)
        except values.Fault:
            continue
        read += 1
    return read / len(cells)


def _proposal(column: str, match: _Match | None) -> Proposal:
    if match is None:
        return Proposal(column, None, 0.0, "Der Name sagt nicht, was die Spalte bedeutet.")
    return Proposal(column, match.field.key, round(match.score, 2), match.reason, match.fits)


def _with_addresses(proposals: list[Proposal], cells: Sequence[Sequence[str]], keys: set[str]) -> list[Proposal]:
    """A column of streets that has the numbers too is split, where no other column has them."""
    given = {one.field for one in proposals}
    for place, one in enumerate(proposals):
        if one.field not in {"street", ADDRESS} or "house_number" in given or not cells[place]:
            continue
        with_number = sum(1 for cell in cells[place] if values.split_address(cell)[1]) / len(cells[place])
        if with_number >= 0.5:
            wanted = ADDRESS if ADDRESS in keys else "street"
            share = f"{round(100 * with_number)} % der Werte"
            reason = f"{one.reason} {share} haben eine Hausnummer am Ende: sie wird abgetrennt."
            proposals[place] = Proposal(one.column, wanted, one.certainty, reason, one.fits, splits_address=True)
    return proposals
