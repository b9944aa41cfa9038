"""The data of the Kompass are what design 4 says, and bad data are refused with a sentence at their path."""

import copy
import json

import pytest

from geo.core.errors import Invalid
from geo.kompass.answers import NAMES, kept, parse_answers
from geo.kompass.model import RULES_OUT
from geo.kompass.schema import matrix_from, shipped, shipped_data
from geo.kompass.wording import rule

MATRIX = shipped()


def test_fifteen_situations_twenty_nine_measures_eight_phases():
    assert [one.code for one in MATRIX.situations] == [f"S{n}" for n in range(15)]
    assert [one.code for one in MATRIX.measures] == [f"M{n:02}" for n in range(1, 30)]
    assert [one.number for one in MATRIX.phases] == list(range(8))
    assert {one.key: one.weight for one in MATRIX.questions} == {
        "cause": 3, "owner": 3, "condition": 2, "duration": 2, "location": 2, "object": 1,
    }  # fmt: skip


# One cell of each kind from each corner of the table, read off the design.
CELLS = [
    ("M02", "owner", "KOMMUNAL", RULES_OUT), ("M02", "owner", "UNBEKANNT", -2), ("M05", "condition", "4", -2),
    ("M05", "location", "X", -2), ("M08", "condition", "4", RULES_OUT), ("M10", "duration", "BIS24", 2),
    ("M11", "owner", "ABWARTEND", 1), ("M17", "location", "A", -2), ("M20", "owner", "KOOP", RULES_OUT),
    ("M24", "owner", "KOOP", RULES_OUT), ("M24", "duration", "UEBER60", 2), ("M25", "condition", "3", RULES_OUT),
    ("M28", "key", "FOLGE", 2), ("M29", "condition", "3", RULES_OUT), ("M29", "location", "A", -2),
]  # fmt: skip


@pytest.mark.parametrize(("measure", "question", "answer", "fit"), CELLS)
def test_cells_of_the_table(measure, question, answer, fit):
    assert MATRIX.by_code[measure].fit[question][answer] == fit


def test_every_measure_is_on_its_rung():
    rungs = {}
    for one in MATRIX.measures:
        rungs.setdefault(one.rung, set()).add(one.code)
    assert rungs == {
        0: {"M01", "M25"}, 1: {"M02", "M03", "M04", "M15", "M26", "M28"}, 2: {"M05", "M06", "M07"},
        3: {"M12", "M13", "M14", "M16", "M17", "M20", "M21"}, 4: {"M08", "M09", "M10", "M11", "M18", "M19"},
        5: {"M22", "M23", "M24", "M27"}, 6: {"M29"},
    }  # fmt: skip


def test_what_is_not_verified_says_so():
    """Law, and effort and time of our own estimate; the one effort that a source names is not marked."""
    assert [one.code for one in MATRIX.measures if one.legal and "legal" not in one.unchecked] == []
    assert [one.code for one in MATRIX.measures if "effort" not in one.unchecked] == ["M10"]
    assert [one.code for one in MATRIX.measures if one.example and not one.source] == [
        "M04", "M05", "M12", "M14", "M26", "M28"
    ]  # fmt: skip
    assert not [
        one.code for one in MATRIX.measures if one.example and not one.source and "example" not in one.unchecked
    ]


def test_both_languages_say_when_a_situation_holds():
    s0, s9 = MATRIX.situations[0], MATRIX.situations[9]
    assert rule(MATRIX, s0, "de") == "Zustand: 5 · abgängig – oder Gefahr"
    assert rule(MATRIX, s9, "en") == ("Owner: Refusing; Key object – or Cause: Speculation; Key object")


def broken(change):
    data = copy.deepcopy(json.loads(shipped_data()))
    change(data)
    with pytest.raises(Invalid) as refused:
        matrix_from(data)
    return refused.value.fields


BROKEN = [
    (lambda d: d["measures"][0]["fit"]["cause"].update(MIETE=3), "measures.M01.fit.cause.MIETE"),
    (lambda d: d["measures"][0]["fit"]["cause"].update(MIETE=True), "measures.M01.fit.cause.MIETE"),
    (lambda d: d["measures"][0]["fit"]["cause"].update(MITE=1), "measures.M01.fit.cause.MITE"),
    (lambda d: d["measures"][0]["fit"].update(weather={}), "measures.M01.fit.weather"),
    (lambda d: d["measures"][0].update(title=["nur deutsch"]), "measures.M01.title"),
    (lambda d: d["measures"][0].update(titel=["a", "b"]), "measures.M01.titel"),
    (lambda d: d["measures"][13].pop("area_resolution"), "measures.M14.area_resolution"),
    (lambda d: d["measures"].append(dict(d["measures"][0])), "measures.M01"),
    (lambda d: d["situations"][0]["steps"][0].update(measures=["M99"]), "situations.S0.steps.0.measures"),
    (lambda d: d["situations"][0]["when"][0].update(condition=["6"]), "situations.S0.when.condition"),
    (lambda d: d["situations"].pop(), "situations"),
    (lambda d: d["situations"].clear(), "situations"),
    (lambda d: d["situations"][3].update(when=[]), "situations.S3.when"),
    (lambda d: d["situations"][3]["when"][0].update(cause=[]), "situations.S3.when"),
    (lambda d: d["situations"][3].update(when=[{}]), "situations.S3.when"),
    (lambda d: d["phases"].pop(), "phases"),
    (lambda d: d["phases"][0].update(statements=[]), "phases.0.statements"),
    (lambda d: d["questions"].reverse(), "questions"),
    (lambda d: d.update(key_bonus="viel"), "key_bonus"),
    (lambda d: d.update(measures="keine"), "measures"),
    (lambda d: d["rungs"][2].update(after=[3]), "rungs.2.after"),
    (lambda d: d["phases"][0].update(statements=[7]), "phases.0.statements.0"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "path"), BROKEN)
def test_a_mistake_is_named_at_its_path(change, path):
    assert path in broken(change)


@pytest.mark.parametrize("data", [None, [], "x", {}, {"measures": [None]}])
def test_what_is_no_matrix_is_refused(data):
    with pytest.raises(Invalid):
        matrix_from(data)


def test_answers_of_a_form():
    read = parse_answers(MATRIX, {"objekt": "L", "ursache": ["MIETE", "ZUSCHNITT"], "zustand": "", "gefahr": "JA"})
    assert read == {"object": ("L",), "cause": ("MIETE", "ZUSCHNITT"), "danger": ("JA",)}
    assert kept(MATRIX, {"cause": ["MIETE", "WEG"], "location": []}) == {"cause": ("MIETE",)}


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"ursache": ["MIETE", "RECHT", "PASSIV"]}, "ursache"),
        ({"lage": "Z"}, "lage"),
        ({"zustand": ["1", "2"]}, "zustand"),
    ],
)
def test_answers_that_are_none(form, field):
    with pytest.raises(Invalid) as refused:
        parse_answers(MATRIX, form)
    assert list(refused.value.fields) == [field] and field in NAMES.values()
