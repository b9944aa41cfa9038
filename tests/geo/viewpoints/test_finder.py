"""Candidates in the order of their reasons; what is not known counts for nobody and against nobody."""

from hypothesis import given
from hypothesis import strategies as st

from geo.viewpoints.finder import CRITERIA, Candidate, rank

ALL = dict.fromkeys(CRITERIA, 1)
CODES = st.sampled_from(["JA", "TEILWEISE", "NEIN", "UNBEKANNT"])
CANDIDATES = st.builds(
    Candidate,
    id=st.integers(1, 999),
    name=st.sampled_from("ABC"),
    municipality=st.just("Musterstadt"),
    status=st.just("IDEE"),
    landmarks=st.none() | st.integers(0, 40),
    step_free=CODES,
    stop_m=st.none() | st.floats(0, 5000),
    shade=CODES,
    vacancies=st.integers(0, 40),
)


def one(**known):
    plain = {"id": 1, "name": "A", "municipality": "M", "status": "IDEE", "landmarks": None, "step_free": "UNBEKANNT"}
    return Candidate(**{**plain, "stop_m": None, "shade": "UNBEKANNT", "vacancies": 0, **known})


def test_the_better_one_comes_first_and_says_why():
    good = one(id=2, landmarks=4, step_free="JA", stop_m=150, shade="JA", vacancies=3)
    poor = one(id=3, landmarks=0, step_free="NEIN", stop_m=1200.0, shade="NEIN")
    first, second = rank([poor, good], ALL)
    assert (first.candidate, second.candidate) == (good, poor)
    assert (first.score, second.score) == (88, 0)
    assert [reason.sentence for reason in first.reasons] == [
        "4 Wahrzeichen im Blick.",
        "Stufenlos.",
        "Nächste Haltestelle in etwa 150 m.",
        "Schattig.",
        "3 angebotene Leerstände bis 300 m.",
    ]


def test_a_weight_of_none_takes_a_reason_out():
    shaded, seen = one(id=2, shade="JA", landmarks=0), one(id=3, shade="NEIN", landmarks=5)
    assert rank([shaded, seen], {"schatten": 3, "sichtmarken": 0})[0].candidate == shaded
    assert rank([shaded, seen], {"schatten": 0, "sichtmarken": 1})[0].candidate == seen


def test_without_a_known_answer_there_is_no_number():
    ranked = rank([one(id=2), one(id=3, shade="NEIN")], {"schatten": 1})
    assert [(row.candidate.id, row.score, row.known) for row in ranked] == [(3, 0, 1), (2, None, 0)]


@given(st.lists(CANDIDATES, max_size=8), st.fixed_dictionaries({name: st.integers(0, 3) for name in CRITERIA}))
def test_scores_are_numbers_of_a_hundred_and_every_reason_is_said(candidates, weights):
    ranked = rank(candidates, weights)
    assert sorted(row.candidate.id for row in ranked) == sorted(row.id for row in candidates)
    scores = [row.score for row in ranked if row.score is not None]
    assert scores == sorted(scores, reverse=True) and all(0 <= score <= 100 for score in scores)
    for row in ranked:
        assert [reason.criterion for reason in row.reasons] == list(CRITERIA)
        assert all(reason.sentence.endswith(".") for reason in row.reasons)
        assert row.known <= row.asked == sum(weight > 0 for weight in weights.values())
