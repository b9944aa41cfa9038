"""Which units a figure counts: the same conditions for the figure's sums and for the list of the units behind it.

The base of every figure is the ground floor: units with a front to the street that are in the stock on the day and
whose state on that day is known. Units whose state is not known are said beside the figure and count as not verified.
"""

from collections.abc import Iterator
from typing import Any

# What the three readings count as empty (design 3, section 2.4).
GROSS = ("LEER", "ZWISCHENGENUTZT", "LEER_VERMIETET")
NET = ("LEER",)
OFF_MARKET = "NICHT_MARKTAKTIV"
# Behind these nothing happens that a passer-by could see; an interim use brings a window back to life.
DEAD = ("LEER", "LEER_VERMIETET")
USED = ("GENUTZT", "DROHEND")
# A confirmation counts for so many days: "verified within twelve months".
VERIFIED_DAYS = 365


def in_states(states: tuple[str, ...], column: str = "s.state") -> str:
    """The SQL of a check that a state is one of these."""
    return f"{column} IN ({', '.join(repr(state) for state in states)})"


# Confirmed within twelve months before the day, by what was known on that day: the last confirmation, an earlier one
# that a later one has replaced, or the day on which a state was seen.
CONFIRMED = f"""(
    coalesce(u.verified_on > CAST(:day AS date) - {VERIFIED_DAYS + 1} AND u.verified_on <= CAST(:day AS date), false)
    OR EXISTS (SELECT FROM register.unit_confirmations c WHERE c.unit_id = u.id
        AND c.on_day > CAST(:day AS date) - {VERIFIED_DAYS + 1} AND c.on_day <= CAST(:day AS date))
    OR EXISTS (SELECT FROM register.occupancy_spells o WHERE o.unit_id = u.id
        AND o.observed_on > CAST(:day AS date) - {VERIFIED_DAYS + 1} AND o.observed_on <= CAST(:day AS date)))"""  # noqa: S608 (a number of our own)
_STOCK = "u.is_ground_floor_frontage AND s.state IS NOT NULL"
# Sets of units by their names in addresses: each condition goes with a unit `u`, its place `p`, its spell `s` on it.
SETS = {
    "bestand": _STOCK,
    "marktaktiv": f"{_STOCK} AND s.state <> '{OFF_MARKET}'",
    "brutto": f"{_STOCK} AND {in_states(GROSS)}",
    "netto": f"{_STOCK} AND {in_states(NET)}",
    "unbekannt": "u.is_ground_floor_frontage AND s.state IS NULL",
    "geprueft": f"{_STOCK} AND {CONFIRMED}",
    "ungeprueft": f"u.is_ground_floor_frontage AND (s.state IS NULL OR NOT {CONFIRMED})",
    "genutzt": f"{_STOCK} AND {in_states(USED)}",
    "ohne_branche": f"{_STOCK} AND {in_states(USED)} AND s.sortiment IS NULL",
    "filialen": f"{_STOCK} AND {in_states(USED)} AND s.operator_kind IN ('FILIALE', 'FRANCHISE')",
    "inhaber": f"{_STOCK} AND {in_states(USED)} AND s.operator_kind = 'INHABER'",
    "mit_betreiber": f"{_STOCK} AND {in_states(USED)} AND s.operator_kind IS NOT NULL",
    "ohne_betreiber": f"{_STOCK} AND {in_states(USED)} AND s.operator_kind IS NULL",
    "ohne_hausnummer": "u.is_ground_floor_frontage AND s.state IS DISTINCT FROM 'ENTFALLEN'"
    " AND (p.street IS NULL OR substring(p.house_number FROM '^[0-9]{1,6}') IS NULL)",
}
SET_LABELS = {
    "bestand": "Bestand im Erdgeschoss (N)",
    "marktaktiv": "Bestand ohne „nicht am Markt“",
    "brutto": "Leerstand brutto",
    "netto": "Leerstand netto",
    "unbekannt": "Zustand an diesem Tag unbekannt",
    "geprueft": "innerhalb von zwölf Monaten geprüft",
    "ungeprueft": "nicht innerhalb von zwölf Monaten geprüft",
    "genutzt": "genutzt",
    "ohne_branche": "genutzt, ohne Angabe der Branche",
    "filialen": "Filialen und Franchise",
    "inhaber": "inhabergeführt",
    "mit_betreiber": "mit Angabe zum Betreiber",
    "ohne_betreiber": "genutzt, ohne Angabe zum Betreiber",
    "ohne_hausnummer": "Erdgeschoss ohne Straße oder Hausnummer",
}
# What a unit must have a value of to count in a sum.
VALUES = {"flaeche": "u.area_sales_m2", "front": "u.frontage_m"}
VALUE_LABELS = {"flaeche": "mit Verkaufsfläche", "front": "mit Schaufensterlänge"}
IN_ZONE = (
    "EXISTS (SELECT FROM register.zones z WHERE z.id = :zone_id AND z.municipality_id = p.municipality_id"
    " AND ST_Covers(z.outline, p.point))"
)


def behind(
    zone: int | None,
    counted: str | None,
    valued: str | None,
    sortiment: str | None,
    unit_ids: tuple[int, ...],
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Conditions and their values for a list of the units behind a figure; nothing for what is not set."""
    if zone is not None:
        yield IN_ZONE, {"zone_id": zone}
    if counted:
        yield f"({SETS[counted]})", {}
    if valued:
        yield f"{VALUES[valued]} IS NOT NULL", {}
    if sortiment:
        yield "s.sortiment = :sortiment", {"sortiment": sortiment}
    if unit_ids:
        yield "u.id = ANY (:unit_ids)", {"unit_ids": list(unit_ids)}
