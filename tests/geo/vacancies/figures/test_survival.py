"""The Kaplan-Meier estimate against a published trial: remission of leukaemia, 6-MP and placebo (Freireich 1963), in weeks.

The shares, medians and 95 % bands are those that textbooks print for these data.
"""

import pytest

from geo.vacancies.figures.survival import curve, median

MERCAPTOPURINE = [
    *((time, True) for time in (6, 6, 6, 7, 10, 13, 16, 22, 23)),
    *((time, False) for time in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)),
]
PLACEBO = [(time, True) for time in (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)]


def test_curve_of_the_published_trial():
    steps = {step.time: round(step.survival, 3) for step in curve(MERCAPTOPURINE)}
    assert steps == {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    first = curve(MERCAPTOPURINE)[0]
    assert (round(first.low, 3), round(first.high, 3)) == (0.720, 1.0)


def test_medians_of_the_published_trial():
    treated, control = median(MERCAPTOPURINE), median(PLACEBO)
    assert (treated.value, treated.low, treated.high, treated.observed, treated.ended) == (23, 16, None, 21, 9)
    assert (control.value, control.low, control.high, control.observed, control.ended) == (8, 4, 12, 21, 21)


@pytest.mark.parametrize(
    ("durations", "expected"),
    [
        ([], None),
        ([(5, False)] * 9, None),
        ([(5, True)], 5),
        ([(1, True), (3, True), (5, True), (9, True)], 4),
        ([(1, True), (3, True)], 2),
    ],
)
def test_median_at_the_edges(durations, expected):
    assert median(durations).value == expected
