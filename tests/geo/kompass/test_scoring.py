"""The Kompass adds up as design 4 says; what holds for all answers is tried on generated ones."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.kompass import scoring, wording
from geo.kompass.model import RULES_OUT
from geo.kompass.schema import shipped

MATRIX = shipped()
CODES = [one.code for one in MATRIX.measures]
AREAS = [one.code for one in MATRIX.areas]


def some(codes):
    return st.sets(st.sampled_from(codes)).map(sorted)


@st.composite
def answers(draw):
    """Any answers, questions left open included."""
    given_ = {}
    for key, question in MATRIX.asked.items():
        chosen = draw(st.sets(st.sampled_from([one.code for one in question.answers]), max_size=question.most))
        if chosen:
            given_[key] = tuple(sorted(chosen))
    return given_


CASES = settings(max_examples=150, deadline=None, derandomize=True, database=None)


def shown(result):
    """Every measure that is named anywhere in what was found."""
    steps = {code for step in result.steps for code in step.measures}
    return steps | {one.measure.code for one in result.proposals}


def is_ruled_out(measure, answers):
    return any(
        measure.fit.get(key, {}).get(code) == RULES_OUT
        and not (measure.in_danger and key == "condition" and answers.get("danger"))
        for key, codes in answers.items() for code in codes
    )  # fmt: skip


@CASES
@given(answers(), some(AREAS), some(CODES))
def test_what_is_ruled_out_appears_nowhere(answers, areas, tried):
    found = scoring.assess(MATRIX, answers, areas, tried)
    assert not {one.code for one in MATRIX.measures if is_ruled_out(one, answers)} & shown(found)


@CASES
@given(answers(), some(AREAS), some(CODES), st.randoms(use_true_random=False))
def test_the_order_is_stable(answers, areas, tried, random):
    """The same whatever order answers, areas and measures come in; by score, then the softer one, then the code."""
    found = scoring.assess(MATRIX, answers, areas, tried)
    keys = list(answers)
    random.shuffle(keys)
    turned = {key: tuple(reversed(answers[key])) for key in keys}
    mixed = replace(MATRIX, measures=tuple(random.sample(MATRIX.measures, len(MATRIX.measures))))
    again = scoring.assess(mixed, turned, list(reversed(areas)), list(reversed(tried)))
    for name in ("now", "year", "otherwise", "after_resolution"):
        codes = [one.measure.code for one in getattr(found, name)]
        assert codes == [one.measure.code for one in getattr(again, name)]
    for column in (found.now, found.year, found.after_resolution):
        order = [(-one.score, one.measure.rung, one.measure.code) for one in column]
        assert order == sorted(order)


@CASES
@given(answers(), some(AREAS))
def test_every_reason_names_a_real_cell_and_the_score_is_their_sum(answers, areas):
    for one in scoring.assess(MATRIX, answers, areas).proposals:
        best = {}
        for reason in one.reasons:
            key, code = reason.question.key, reason.answer.code
            assert one.measure.fit[key][code] == reason.fit and code in answers[key]
            best[key] = max(best.get(key, -99), reason.fit * MATRIX.asked[key].weight)
        assert one.score == sum(best.values()) + (MATRIX.key_bonus if answers.get("key") else 0)
        assert one.fits and wording.because(one, "de").startswith("weil ")


@CASES
@given(answers(), st.sampled_from([one.key for one in (*MATRIX.questions, *MATRIX.context)]))
def test_an_unknown_answer_never_raises_a_score(answers, key):
    """Left open a question counts nothing: no measure gains by it over an answer that says nothing of that measure,
    nor over the best answer; and the certainty falls."""
    question = MATRIX.asked[key]
    known = {one: codes for one, codes in answers.items() if one != key}
    for measure in MATRIX.measures:
        open_ = scoring.judged(MATRIX, measure, known)
        if open_ is None:
            continue
        for answer in question.answers:
            with_it = scoring.judged(MATRIX, measure, {**known, key: (answer.code,)})
            if with_it is not None and answer.code not in measure.fit.get(key, {}) and key != "key":
                assert open_.score == with_it.score
            if measure.fit.get(key, {}).get(answer.code) in (1, 2):
                assert with_it is None or open_.score < with_it.score
    less, more = (
        scoring.certainty(MATRIX, known),
        scoring.certainty(MATRIX, {**known, key: (question.answers[0].code,)}),
    )
    assert less.answered + (question.weight if key not in ("key", "danger") else 0) == more.answered


def test_nothing_is_proposed_without_an_answer():
    found = scoring.assess(MATRIX, {})
    assert found.proposals == () and found.certainty.share == 0 and found.situation.code == "S14"


@CASES
@given(answers(), some(AREAS), some(CODES))
def test_hard_powers_only_after_a_softer_try_but_for_danger(answers, areas, tried):
    found = scoring.assess(MATRIX, answers, areas, tried)
    soft = {MATRIX.by_code[code].rung for code in tried} & {1, 2, 3, 4}
    if found.situation.code != "S0" and not soft:
        assert not [one.measure.code for one in (*found.now, *found.year) if one.measure.rung >= 5]


@CASES
@given(answers(), some(AREAS))
def test_what_needs_an_area_is_shown_as_possible_after_a_resolution(answers, areas):
    found = scoring.assess(MATRIX, answers, areas)
    for one in (*found.now, *found.year, *found.otherwise):
        assert not one.measure.areas or set(one.measure.areas) & set(areas)
    for one in found.after_resolution:
        assert not set(one.measure.areas) & set(areas) and "Beschluss" in wording.resolution(one.measure, "de")


@CASES
@given(answers(), some(CODES))
def test_three_each_no_measure_twice_and_nothing_that_was_tried(answers, tried):
    found = scoring.assess(MATRIX, answers, AREAS, tried)
    codes = [one.measure.code for one in found.proposals]
    assert len(codes) == len(set(codes)) and not set(codes) & set(tried)
    assert max(len(one) for one in (found.now, found.year, found.otherwise)) <= 3


FULL = {"object": ("L",), "cause": ("MIETE",), "condition": ("1",), "location": ("A",), "owner": ("ABWARTEND",)}


def test_a_shop_above_the_market_by_hand():
    """3·MIETE+2, 3·ABWARTEND+2, 2·(1)+1, 2·(6–24)+2 for advice on rent: 6+6+2+4 = 18."""
    found = scoring.assess(MATRIX, {**FULL, "duration": ("BIS24",)})
    assert found.situation.code == "S4"
    assert [(one.measure.code, one.score) for one in found.now] == [("M04", 18), ("M02", 13), ("M06", 10)]
    assert [(one.measure.code, one.score) for one in found.year] == [("M11", 21), ("M10", 11), ("M08", 10)]
    assert wording.because(found.now[0], "de") == (
        "weil die Miete über dem Markt liegt, die Eigentümerseite abwartet und es 6 bis 24 Monate leer steht"
    )
    assert (found.certainty.answered, found.certainty.of) == (13, 13)


def test_the_public_is_not_told_the_owner_s_attitude():
    answers = {"cause": ("PASSIV", "MIETE"), "owner": ("ABLEHNEND",), "lage": ("A",)}
    assert scoring.in_public(MATRIX, answers) == {"cause": ("MIETE",), "owner": ()}
    found = scoring.assess(MATRIX, {**FULL, "cause": ("MIETE", "PASSIV"), "duration": ("BIS24",)})
    assert "untätig" in wording.because(found.now[1], "de")
    assert "untätig" not in wording.because(found.now[1], "de", in_public=True)
    assert "Eigentümerseite" not in wording.because(found.now[0], "de", in_public=True)
    assert "owner" not in wording.because(found.now[0], "en", in_public=True)


def test_the_ladder_opens_with_a_documented_try():
    answers = {"owner": ("ABLEHNEND",), "cause": ("SPEKULATION",), "condition": ("4",), "duration": ("UEBER60",)}
    before, after = (scoring.assess(MATRIX, answers, ["VORKAUFSSATZUNG"], tried) for tried in ([], ["M02"]))
    assert {"M23", "M24"} <= {one.measure.code for one in before.otherwise}
    assert {"M23", "M24"} <= {one.measure.code for one in after.year}
    assert "M02" in [one.code for one in after.tried] and "M02" not in shown(after)


def test_danger_comes_first_and_lifts_the_ladder():
    found = scoring.assess(
        MATRIX, {"danger": ("JA",), "condition": ("3",), "cause": ("SUBSTANZ",), "owner": ("ABLEHNEND",)}
    )
    assert found.situation.code == "S0" and "M25" in [one.measure.code for one in found.now]
    assert "M24" in [one.measure.code for one in found.year]
    assert scoring.judged(MATRIX, MATRIX.by_code["M25"], {"condition": ("3",)}) is None


SITUATIONS = [
    ("S0", {"condition": ("5",), "owner": ("KOMMUNAL",)}),
    ("S1", {"duration": ("DROHEND",), "cause": ("RECHT",)}),
    ("S2", {"duration": ("BIS6",), "condition": ("2",), "location": ("B",)}),
    ("S3", {"owner": ("UNBEKANNT",), "cause": ("MIETE",)}),
    ("S4", {"cause": ("MIETE", "ZUSCHNITT")}),
    ("S5", {"cause": ("ZUSCHNITT",)}),
    ("S6", {"owner": ("UEBERFORDERT",), "condition": ("3",)}),
    ("S6", {"cause": ("PASSIV",), "condition": ("2",)}),
    ("S7", {"location": ("C",), "duration": ("UEBER24",), "condition": ("1",), "owner": ("KOOP",)}),
    ("S8", {"location": ("C",), "duration": ("UEBER24",)}),
    ("S8", {"location": ("X",)}),
    ("S9", {"owner": ("ABLEHNEND",), "key": ("FOLGE",)}),
    ("S10", {"object": ("K",), "owner": ("KOMMUNAL",)}),
    ("S11", {"object": ("G",), "duration": ("BIS24",)}),
    ("S12", {"owner": ("KOMMUNAL",), "object": ("B",)}),
    ("S13", {"object": ("B",)}),
    ("S14", {"object": ("G",), "duration": ("BIS6",)}),
    ("S14", {"owner": ("UEBERFORDERT",), "condition": ("1",)}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "answers"), SITUATIONS)
def test_the_first_situation_that_holds_is_the_case_s(code, answers):
    assert scoring.situation_of(MATRIX, answers).code == code


def test_a_town_s_progress_is_the_share_of_what_holds():
    given_ = {"P0A": "JA", "P0B": "TEILWEISE", "P1A": "NEIN"}
    assert scoring.progress(MATRIX, given_)[:2] == [(0, 0.5), (1, 0.0)]
