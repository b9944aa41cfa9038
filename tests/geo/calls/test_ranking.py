"""The ranking: weights, ties at the decimal place that is shown, spread, reviews that are not whole."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from geo.calls.judging.ranking import Weighted, ranking

CRITERIA = [Weighted(1, 3), Weighted(2, 1)]


def test_weights_decide():
    """By hand: (8·3 + 0·1) / 40 = 60 per cent, (4·3 + 10·1) / 40 = 55 per cent."""
    first, second = ranking(CRITERIA, [7, 8], {(7, 1): {1: 4, 2: 10}, (8, 1): {1: 8, 2: 0}})
    assert (first.application, first.rank, first.score) == (8, 1, Decimal("60.0"))
    assert (second.application, second.rank, second.score) == (7, 2, Decimal("55.0"))


def test_the_mean_of_the_reviewers_and_their_spread():
    [found] = ranking(CRITERIA, [7], {(7, 1): {1: 10, 2: 10}, (7, 2): {1: 5, 2: 5}, (7, 3): {1: 9, 2: 9}})
    assert found.score == Decimal("80.0") and found.spread == Decimal("50.0") and found.is_disputed
    assert [(one.mean, one.lowest, one.highest) for one in found.criteria] == [(Decimal("8.0"), 5, 10)] * 2


def test_what_shows_the_same_number_shares_a_rank():
    same = ranking([Weighted(1, 1)], [1, 2, 3], {(1, 1): {1: 6}, (2, 1): {1: 6}, (3, 1): {1: 5}})
    assert [(one.rank, one.is_tied) for one in same] == [(1, True), (1, True), (3, False)]
    close = ranking(
        [Weighted(1, 99), Weighted(2, 100)],
        [1, 2],
        {(1, 1): {1: 5, 2: 5}, (1, 2): {1: 5, 2: 5}, (2, 1): {1: 6, 2: 4}, (2, 2): {1: 5, 2: 5}},
    )
    assert {one.score for one in close} == {Decimal("50.0")} or not any(one.is_tied for one in close)


def test_without_a_whole_review_there_is_no_rank():
    first, second = ranking(CRITERIA, [7, 8], {(7, 1): {1: 4}, (8, 1): {1: 0, 2: 0}})
    assert (first.application, first.rank, first.score) == (8, 1, Decimal("0.0"))
    assert (second.application, second.rank, second.score, second.spread) == (7, None, None, None)


POINTS = st.integers(0, 10)


@given(st.lists(st.integers(1, 100), min_size=1, max_size=5), st.data())
def test_scores_stay_between_the_reviewers_and_ranks_follow_them(weights, data):
    criteria = [Weighted(number, weight) for number, weight in enumerate(weights)]
    marks = {
        (application, reviewer): {one.id: data.draw(POINTS) for one in criteria}
        for application in range(4)
        for reviewer in range(data.draw(st.integers(0, 3)))
    }
    found = ranking(criteria, range(4), marks)
    assert {one.application for one in found} == set(range(4))
    rated = [one for one in found if one.score is not None]
    for one in rated:
        assert one.lowest - Decimal("0.1") <= one.score <= one.highest + Decimal("0.1") and 0 <= one.score <= 100
        assert one.rank == 1 + sum(other.score > one.score for other in rated)
        assert one.is_tied == (sum(other.score == one.score for other in rated) > 1)
    assert [one.score for one in rated] == sorted((one.score for one in rated), reverse=True)
