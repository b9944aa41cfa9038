"""What a panel of streets says: windows, the year before, and the sentences that forbid a conclusion."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.synergy.effect import Panel, Street, compared, effect, welch
from geo.synergy.panel import moments, months_from
from geo.synergy.student import beta_share, quantile, two_sided
from geo.synergy.wording import OUTCOMES, points, sentence

OPENED = date(2024, 3, 31)


def panel(treated, others, *, before=20.0, drift=0.0, until=date(2026, 1, 1), units=10.0, **more) -> Panel:
    """Streets whose share jumps by so many points at the opening; each has a level of its own, and drifts if told."""
    when = moments(OPENED, until)
    streets = []
    for number, (is_treated, jump) in enumerate([*((True, one) for one in treated), *((False, one) for one in others)]):
        level = before + number
        slope = drift if is_treated else 0.0
        values = tuple(
            level + (jump if month > 0 else 0.0) + (slope + 0.01 * (number * 7 % 5)) * month for month in when
        )
        streets.append(Street(f"Straße {number}", is_treated, units, values))
    return Panel(OPENED, tuple(when.values()), tuple(when), tuple(streets), **more)


def test_the_days_are_two_years_before_to_one_after():
    when = moments(OPENED, date(2026, 1, 1))
    assert len(when) == 36 and 0 not in when
    assert when[-1] == date(2024, 2, 29) and when[1] == date(2024, 4, 30) and when[-24] == date(2022, 3, 31)
    assert max(moments(OPENED, date(2024, 6, 29))) == 2
    assert months_from(date(2024, 12, 31), 2) == date(2025, 2, 28)
    assert all(one < other for one, other in pairwise(when.values()))


def test_an_effect_is_told_in_percentage_points():
    found = effect(panel([-11, -10, -9], [0, 1, -1, 0.5], verified=0.9))
    assert found.is_conclusive and found.estimate.is_told_apart
    assert found.estimate.points == pytest.approx(-10.0, abs=1.0)
    words = sentence(found, OUTCOMES["leer"])
    assert "Prozentpunkte niedriger" in words and "(günstig)" in words and "kein Beweis" in words
    assert "(ungünstig)" in sentence(found, OUTCOMES["gastro"])


def test_no_difference_is_said_to_be_none_that_can_be_shown():
    words = sentence(effect(panel([-3, 3, 1], [0, 1, -4, 4])), OUTCOMES["leer"])
    assert words.startswith("Ein Unterschied zu den Vergleichsstraßen ist nicht nachweisbar")


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (panel([-10, -9], [0, 1, -1, 2]), "Im Umkreis liegen nur 2 Straßen"),
        (panel([-10], [0, 1, -1, 2]), "Im Umkreis liegt nur eine Straße"),
        (panel([], [0, 1, -1, 2]), "Im Umkreis liegt keine Straße"),
        (panel([-10, -9, -8], [0, 1, -1]), "Zum Vergleich gibt es nur 3 Straßen"),
        (panel([-10, -9, -8], []), "Zum Vergleich gibt es keine Straße"),
        (panel([-10, -9, -8], [0, 1, -1, 2], units=3.0), "werden nur 9 Einheiten gezählt"),
        (panel([-10, -9, -8], [0, 1, -1, 2], verified=0.699), "nur 69 % der Einheiten"),
        (panel([-10, -9, -8], [0, 1, -1, 2], until=date(2024, 5, 1)), "ist erst ein Monat bekannt"),
        (panel([-10, -9, -8], [0, 1, -1, 2], until=OPENED), "sind erst 0 Monate bekannt"),
        (panel([-10, -9, -8], [0, 1, -1, 2], drift=1.0), "Schon im Jahr vor der Eröffnung"),
        (panel([-10, -9, -8], [0, 1, -1, 2], doubts=("Niemand weiß, wo.",)), "Niemand weiß, wo."),
    ],
)
def test_what_forbids_a_conclusion_is_said(made, said):
    found = effect(made)
    words = sentence(found, OUTCOMES["leer"])
    assert not found.is_conclusive and words.startswith("Daraus lässt sich nichts schließen.") and said in words


def test_streets_that_all_change_alike_give_no_uncertainty():
    made = panel([-5, -5, -5], [0, 0, 0, 0])
    flat = replace(
        made, streets=tuple(replace(one, values=tuple(round(v) for v in one.values)) for one in made.streets)
    )
    found = effect(flat)
    assert found.estimate is None and "Unsicherheit" in sentence(found, OUTCOMES["leer"])


def test_a_street_without_values_is_left_out_and_named():
    made = panel([-10, -9, -8, -7], [0, 1, -1, 2])
    first = made.streets[0]
    gap = tuple(None if 1 <= month <= 7 else value for month, value in zip(made.months, first.values, strict=True))
    found = effect(replace(made, streets=(replace(first, values=gap), *made.streets[1:])))
    assert found.left_out == ("Straße 0",) and len(found.treated) == 3


def test_what_is_only_a_reservation_does_not_forbid():
    early = panel([-10, -9, -8], [0, 1, -1, 2], until=date(2024, 9, 1), others_in_reach=("Marktbank",))
    short = replace(
        early,
        streets=tuple(
            replace(one, values=tuple(None if m < -12 else v for m, v in zip(early.months, one.values, strict=True)))
            for one in early.streets
        ),
    )
    found = effect(short)
    assert found.is_conclusive and found.placebo is None
    told = " ".join(found.notes)
    assert "nicht prüfen" in told and "5 von 12 Monaten" in told and "Marktbank" in told


def test_student_is_the_one_of_the_tables():
    tables = {1: 12.7062, 2: 4.30265, 3: 3.18245, 5: 2.57058, 10: 2.22814, 30: 2.04227, 1000: 1.96234}
    assert quantile(0.95, list(tables)) == pytest.approx(list(tables.values()), abs=1e-4)
    assert quantile(0.99, [4]) == pytest.approx([4.60409], abs=1e-4)
    assert two_sided(2.57058, 5) == pytest.approx(0.05, abs=1e-6)
    assert beta_share([0.0, 0.5, 1.0], 1.0, 1.0) == pytest.approx([0.0, 0.5, 1.0])


@settings(deadline=None)
@given(st.floats(1.0, 200.0), st.floats(0.01, 30.0))
def test_student_agrees_with_its_density(df, t):
    """The tail, integrated from the density itself (the substitution x = sqrt(df) tan u makes the range finite)."""
    u = np.linspace(np.arctan(t / np.sqrt(df)), np.pi / 2, 20_001)
    heights = np.cos(u) ** (df - 1)
    whole = np.cos(np.linspace(0, np.pi / 2, 20_001)) ** (df - 1)
    width = np.pi / 2 / 20_000
    share = np.trapezoid(heights, u) / np.trapezoid(whole, dx=width)
    assert float(two_sided(t, df)) == pytest.approx(share, abs=2e-5)


_NUMBERS = st.lists(st.floats(-50, 50).map(lambda x: round(x, 3)), min_size=3, max_size=8)


@settings(deadline=None)
@given(_NUMBERS, _NUMBERS, st.floats(-20, 20))
def test_the_estimate_moves_with_the_streets(treated, others, by):
    found = compared(treated, others)
    moved = compared([one + by for one in treated], others)
    turned = compared(others, treated)
    if found is None or moved is None or turned is None:
        return
    assert moved.points == pytest.approx(found.points + by, abs=1e-6)
    assert moved.error == pytest.approx(found.error, rel=1e-6, abs=1e-9)
    assert turned.points == pytest.approx(-found.points) and turned.p == pytest.approx(found.p)
    assert found.low <= found.points <= found.high and (
        abs(found.p - 0.05) < 1e-6 or (found.p < 0.05) == found.is_told_apart
    )


def test_welch_of_an_example_by_hand():
    """1, 2, 3 against 4, 6, 8, 10: difference -5, error sqrt(1/3 + 20/12), degrees 4 / (1/18 + 25/27)."""
    difference, error, df = welch(np.array([1.0, 2.0, 3.0]), np.array([4.0, 6.0, 8.0, 10.0]))
    assert (difference, error) == (pytest.approx(-5.0), pytest.approx(np.sqrt(1 / 3 + 20 / 12)))
    assert df == pytest.approx(4 / ((1 / 9) / 2 + (20 / 12) ** 2 / 3))


def test_numbers_are_written_as_germans_do():
    assert points(-3.14) == "−3,1" and points(2.0) == "+2,0" and points(-0.01) == "0,0"
