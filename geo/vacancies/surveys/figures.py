"""The figures of a frozen survey round from its own rows alone, by the rules of `geo.vacancies.figures.rates`.

So that anybody can compute them again later, whatever the register says by then.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from geo.vacancies.figures.rates import Figures, Rate, Sum

Unit = Mapping[str, Any]


def figures_of(units: Sequence[Unit], day: date) -> Figures:
    """What the figures page counts of these units on their day."""
    base = [unit for unit in units if unit["is_ground_floor_frontage"]]
    states: dict[str, Sum] = {}
    for unit in base:
        if unit["state"] is not None:
            states[unit["state"]] = states.get(unit["state"], Sum()) + _one(unit)
    verified = sum(unit["state"] is not None and bool(unit["is_verified"]) for unit in base)
    return Figures(day, states, sum(unit["state"] is None for unit in base), verified)


def _one(unit: Unit) -> Sum:
    area, front = unit["area_sales_m2"], unit["frontage_m"]
    return Sum(1, float(area or 0), int(area is not None), float(front or 0), int(front is not None))


def written(found: Figures) -> dict[str, Any]:
    """Stock, share verified and the nine rates, as plain values for JSON (decimals as text)."""
    everything = found.stock + found.unknown
    return {
        "stock": found.stock,
        "unknown": found.unknown,
        "verified": found.verified,
        "share_verified_percent": _percent(found.verified, everything) if everything else None,
        "rates": [_rate(one) for one in found.rates()],
    }


def _rate(one: Rate) -> dict[str, Any]:
    return {
        "measure": one.measure,
        "reading": one.reading,
        "n": _amount(one.empty),
        "N": _amount(one.stock),
        "units": one.stock_units,
        "percent": None if one.reason else _percent(one.empty, one.stock),
        "reason": one.reason,
    }


def agree(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two written figures say the same in numbers, however they word why there is no percentage."""
    return _numbers(one) == _numbers(other)


def _numbers(found: Mapping[str, Any]) -> object:
    heads = [found[name] for name in ("stock", "unknown", "verified", "share_verified_percent")]
    names = ("measure", "reading", "units", "percent")
    return heads, [(*(rate[name] for name in names), Decimal(rate["n"]), Decimal(rate["N"])) for rate in found["rates"]]


def _amount(value: float) -> str:
    return format(Decimal(str(value)).normalize(), "f")


def _percent(part: float, whole: float) -> str:
    share = 100 * Decimal(str(part)) / Decimal(str(whole))
    return str(share.quantize(Decimal("0.1"), ROUND_HALF_UP))
