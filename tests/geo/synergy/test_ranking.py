"""The ranking of where next: its places, shares and sentences, under any weights and with anything missing."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.synergy.ranking import MOST_POINTS, REASONS, Candidate, Reason, planner_weights, rank

_VALUES = st.one_of(st.none(), st.integers(0, 20).map(lambda number: number / 20))
_WEIGHTS = st.fixed_dictionaries({name: st.integers(0, 10).map(lambda step: 10 * step) for name in REASONS})


@st.composite
def several(draw):
    count = draw(st.integers(1, 7))
    return [
        Candidate(
            draw(st.sampled_from(["standplatz", "blick"])),
            number,
            draw(st.sampled_from(["Markt", "Brühl", "Anger"])),
            None,
            11.0,
            50.9,
            False,
            {name: Reason(draw(_VALUES), f"{name} so") for name in REASONS},
        )
        for number in range(count)
    ]


def place_of(ranked, candidate):
    return next(one for one in ranked if one.candidate.id == candidate.id)


@settings(deadline=None)
@given(several(), _WEIGHTS)
def test_a_score_is_the_sum_of_its_shares_and_the_order_follows_it(known, weights):
    ranked = rank(known, weights)
    assert sorted(one.candidate.id for one in ranked) == [one.id for one in known]
    scores = [-1.0 if one.score is None else one.score for one in ranked]
    assert scores == sorted(scores, reverse=True)
    for one in ranked:
        shares = [share.points for share in one.shares if share.points is not None]
        if one.score is None:
            assert not shares
        else:
            assert sum(shares) == pytest.approx(one.score, abs=1e-5)
            assert 0 <= one.score <= 100
        assert one.place == 1 + sum(other > (-1.0 if one.score is None else one.score) for other in scores)
        assert 1 <= one.best <= one.place <= one.worst <= len(known)


@settings(deadline=None)
@given(several(), _WEIGHTS, st.randoms())
def test_the_order_of_the_list_and_the_scale_of_the_weights_do_not_matter(known, weights, random):
    shuffled = list(known)
    random.shuffle(shuffled)
    first, second = rank(known, weights), rank(shuffled, {name: 3 * value for name, value in weights.items()})
    assert [(one.candidate.id, one.place, one.score) for one in first] == [
        (one.candidate.id, one.place, one.score) for one in second
    ]


@settings(deadline=None)
@given(several(), _WEIGHTS, st.sampled_from(list(REASONS)))
def test_what_has_no_weight_changes_nothing(known, weights, name):
    weights = {**weights, name: 0}
    without = [replace(one, reasons={**one.reasons, name: Reason(0.5, "anders")}) for one in known]
    assert [one.score for one in rank(known, weights)] == [one.score for one in rank(without, weights)]


@settings(deadline=None)
@given(several(), _WEIGHTS, st.sampled_from(list(REASONS)), st.floats(0.05, 1.0))
def test_more_of_a_reason_never_costs_a_place(known, weights, name, more):
    one = known[0]
    value = one.reasons[name].value
    if value is None:
        return
    better = replace(one, reasons={**one.reasons, name: Reason(min(1.0, value + more), "mehr")})
    before, after = place_of(rank(known, weights), one), place_of(rank([better, *known[1:]], weights), one)
    assert after.place <= before.place and (after.score or 0) >= (before.score or 0)
    assert after.points is None or before.points is None or after.points >= before.points


@settings(deadline=None)
@given(several(), _WEIGHTS, st.data())
def test_whatever_is_missing_the_place_stays_within_what_is_said(known, weights, data):
    """Fill every gap with any values: the place then lies between the best and the worst that were told."""
    ranked = rank(known, weights)
    told = {one.candidate.id: (one.best, one.worst) for one in ranked}
    filled = [
        replace(
            one,
            reasons={
                name: reason if reason.value is not None else Reason(data.draw(st.integers(0, 20)) / 20, "nun bekannt")
                for name, reason in one.reasons.items()
            },
        )
        for one in known
    ]
    if not any(weights.values()):
        return
    for one in rank(filled, weights):
        best, worst = told[one.candidate.id]
        assert best <= one.place <= worst


@settings(deadline=None)
@given(several(), _WEIGHTS)
def test_points_for_the_planner_come_from_what_it_has_no_rule_for(known, weights):
    for one in rank(known, weights):
        assert one.points is None or 0 <= one.points <= MOST_POINTS
        other = rank(
            [
                replace(
                    one.candidate,
                    reasons={**one.candidate.reasons, "heat": Reason(1.0, "x"), "equity": Reason(0.0, "x")},
                )
            ],
            weights,
        )
        assert other[0].points == one.points


def a_place(name="Markt", **values):
    reasons = {key: Reason(values.get(key), f"{key} {values.get(key)}") for key in REASONS}
    return Candidate("standplatz", hash(name) % 1000, name, None, 11.0, 50.9, False, reasons)


def test_a_place_is_explained_in_a_sentence():
    usual = dict.fromkeys(REASONS, 50)
    (first, second) = rank(
        [
            a_place("A", vacancies=0.5, heat=0.9),
            a_place("B", vacancies=0.1, heat=0.2, sealed=0.1, passing=0.0, equity=0.0),
        ],
        usual,
    )
    assert first.sentence.startswith(
        "Platz 1 von 2 mit 70 von 100 Punkten: heat 0.9 (45 Punkte); vacancies 0.5 (25 Punkte)."
    )
    assert "Nicht bekannt: Versiegelung, Menschen, die vorbeikommen, Ausgleich zwischen Quartieren" in first.sentence
    assert (first.best, first.worst) == (1, 1) and "immer Platz 1" in first.sentence
    assert second.place == 2 and "Nicht bekannt" not in second.sentence
    (nothing,) = rank([a_place()], usual)
    assert nothing.score is None and "nichts bekannt" in nothing.sentence
    (nought,) = rank([a_place(vacancies=0.0)], {**dict.fromkeys(REASONS, 0), "vacancies": 50})
    assert "keiner der Gründe spricht für diesen Ort" in nought.sentence


def test_half_of_the_slider_is_the_planners_usual_weight():
    assert planner_weights(dict.fromkeys(REASONS, 50)) == {"heat": 100, "fairness": 100, "near": 100}
    weights = {"vacancies": 100, "sealed": 0, "passing": 50, "heat": 0, "equity": 80}
    assert planner_weights(weights) == {"heat": 0, "fairness": 160, "near": 100}
