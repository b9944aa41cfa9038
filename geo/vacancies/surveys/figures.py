"""The rates of a frozen survey round, computed from its own rows alone, so that anybody can compute them again.

The formulas are those of design 3, section 2.4: units with a front to the street on the ground floor whose state is
known; gross, net and market-active; by count, sales area and frontage; no percentage under ten units or under 70 per
cent verified.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

LEAST_UNITS = 10
LEAST_VERIFIED = Decimal("0.7")
MEASURES = {"anzahl": "Anzahl", "flaeche": "Verkaufsfläche", "front": "Schaufensterlänge"}
UNITS = {"anzahl": "Einheiten", "flaeche": "m²", "front": "m"}
READINGS = {
    "brutto": ("LEER", "ZWISCHENGENUTZT", "LEER_VERMIETET"),
    "netto": ("LEER",),
    "marktaktiv": ("LEER",),
}
_COLUMNS = {"flaeche": "area_sales_m2", "front": "frontage_m"}

Unit = Mapping[str, Any]


def rates(units: Sequence[Unit]) -> dict[str, Any]:
    """Stock, share verified and the nine rates, as plain values for JSON (decimals as text)."""
    base = [unit for unit in units if unit["is_ground_floor_frontage"]]
    stock = [unit for unit in base if unit["state"] is not None]
    verified = sum(bool(unit["is_verified"]) for unit in stock)
    share = Decimal(verified) / len(base) if base else Decimal(0)
    return {
        "stock": len(stock),
        "unknown": len(base) - len(stock),
        "verified": verified,
        "share_verified_percent": _percent(Decimal(verified), Decimal(len(base))) if base else None,
        "rates": [_rate(stock, share, measure, reading) for measure in MEASURES for reading in READINGS],
    }


def _rate(stock: Sequence[Unit], share: Decimal, measure: str, reading: str) -> dict[str, Any]:
    whole = [unit for unit in stock if reading != "marktaktiv" or unit["state"] != "NICHT_MARKTAKTIV"]
    whole = [unit for unit in whole if measure == "anzahl" or unit[_COLUMNS[measure]] is not None]
    empty = [unit for unit in whole if unit["state"] in READINGS[reading]]
    amount, total = _amount(empty, measure), _amount(whole, measure)
    reason = None
    if len(whole) < LEAST_UNITS:
        reason = f"unter {LEAST_UNITS} Einheiten"
    elif share < LEAST_VERIFIED:
        reason = "unter 70 % geprüft"
    elif total == 0:
        reason = "Summe null"
    return {
        "measure": measure,
        "reading": reading,
        "n": str(amount),
        "N": str(total),
        "units": len(whole),
        "percent": None if reason else _percent(amount, total),
        "reason": reason,
    }


def _amount(units: Sequence[Unit], measure: str) -> Decimal:
    if measure == "anzahl":
        return Decimal(len(units))
    return sum((Decimal(unit[_COLUMNS[measure]]) for unit in units), Decimal(0))


def _percent(part: Decimal, whole: Decimal) -> str:
    return str((100 * part / whole).quantize(Decimal("0.1"), ROUND_HALF_UP))
