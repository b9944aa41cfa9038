"""How well a unit suits a seeker: only what was asked for counts, what is not known earns nothing, reasons say why."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from geo.vacancies.portfolio.seekers.scoring import NO, OPEN, WEIGHTS, YES, fit

DAY = date(2026, 11, 27)
NOTHING = {"object_types": [], "offer_kinds": [], "equipment": [], "least_m2": None, "most_m2": None,
           "most_rent_eur_m2": None, "least_frontage_m": None, "ground_floor": False, "step_free": False,
           "available_by": None}  # fmt: skip
UNIT = {"object_type": "LADEN_EG", "area_total_m2": Decimal(120), "divisible_from_m2": None, "rent_eur_m2": Decimal("7.5"),
        "offer_kinds": ["MIETE"], "frontage_m": Decimal("6.5"), "floor": 0, "accessible": "JA", "entrance": "EBENERDIG",
        "equipment": ["WC"], "available_from": None, "state": "LEER"}  # fmt: skip
UNKNOWN = {"area_total_m2": None, "rent_eur_m2": None, "offer_kinds": [], "frontage_m": None, "floor": None,
           "accessible": "UNBEKANNT", "entrance": None, "equipment": [], "object_type": "GASTRO", "state": "DROHEND"}  # fmt: skip


def score(wish, **unit):
    return fit(SimpleNamespace(**{**NOTHING, **wish}), SimpleNamespace(**{**UNIT, **unit}), DAY)


WISHES = [
    ({"least_m2": 100, "most_m2": 140}, {"area_total_m2": Decimal(300)}),
    ({"most_rent_eur_m2": Decimal(8)}, {"rent_eur_m2": Decimal(9)}),
    ({"offer_kinds": ["MIETE"]}, {"offer_kinds": ["KAUF"]}),
    ({"least_frontage_m": Decimal(5)}, {"frontage_m": Decimal(4)}),
    ({"ground_floor": True}, {"floor": 1, "object_type": "LADEN_OG"}),
    ({"step_free": True}, {"accessible": "NEIN", "entrance": "STUFEN"}),
    ({"available_by": DAY}, {"available_from": date(2027, 5, 1)}),
    ({"equipment": ["WC"]}, {"equipment": ["KELLER"]}),
]


@pytest.mark.parametrize(("wish", "bad"), WISHES)
def test_each_wish_is_met_broken_or_open(wish, bad):
    assert (score(wish).score, score(wish).reasons[0].verdict) == (100, YES)
    assert (score(wish, **bad).score, score(wish, **bad).reasons[0].verdict) == (0, NO)
    assert (score(wish, **UNKNOWN).score, score(wish, **UNKNOWN).reasons[0].verdict) == (0, OPEN)
    for one in (score(wish), score(wish, **bad), score(wish, **UNKNOWN)):
        assert one.reasons[0].words("de") and one.reasons[0].words("en") and one.reasons[0].words("de") != one.reasons[0].words("en")  # fmt: skip


def test_saying_less_never_raises_a_score():
    wish = {name: value for one, _ in WISHES for name, value in one.items()}
    whole = score(wish).score
    for name, value in UNKNOWN.items():
        if name not in ("object_type", "state"):
            assert score(wish, **{name: value}).score <= whole, name


def test_another_kind_and_a_far_size_are_no_sensible_proposals():
    assert score({"object_types": ["HOTEL"]}).is_out
    assert score({"least_m2": 400}).is_out
    near = score({"least_m2": 130})
    assert not near.is_out and near.reasons[0].verdict == NO
    assert score({"most_m2": 60}, divisible_from_m2=Decimal(50)).reasons[0].verdict == YES


def test_nobody_who_asks_for_nothing_is_suited_by_everything():
    assert score({}).score == 0 and WEIGHTS["kind"] == WEIGHTS["area"]
