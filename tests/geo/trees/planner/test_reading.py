"""Problems come and go as JSON without a change; what is none is refused with a sentence."""

import json

import pytest

from geo.trees.planner.baselines import best_baseline
from geo.trees.planner.generator import generate, generate_any
from geo.trees.planner.reading import BadProblem, plan_from, plan_json, problem_json, problem_of, read_problem


@pytest.mark.parametrize("seed", range(12))
def test_a_problem_and_its_plan_come_back_from_json(seed):
    one = generate_any(seed) if seed else generate("S", 1)
    assert problem_of(json.loads(json.dumps(problem_json(one)))) == one
    drawn = best_baseline(one)
    assert plan_from(json.loads(json.dumps(plan_json(drawn)))) == drawn


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weeks": 0}, "1 bis 110 Wochen"),
        ({"weeks": "26"}, "„weeks“ ist keine ganze Zahl"),
        ({"weeks": 27}, "„season_weight“"),
        ({"fleet": {"S": 0, "L": 0}}, "0 Module"),
        ({"fleet": {"S": -1, "L": 3}}, "negative"),
        ({"crew": -1}, "negativ"),
        ({"visit": {"min_weeks": 5, "max_weeks": 4}}, "kürzer"),
        ({"visit": {"min_weeks": 0, "max_weeks": 4}}, "mindestens eine Woche"),
        ({"visit": None}, "nicht lesbar"),
        ({"stops": [{}]}, "fehlt „id“"),
        ({"now": 99}, "heutige Woche"),
        ({"weights": {"beauty": 3}}, "„weights“ kennt „beauty“ nicht"),
        ({"weights": {"heat": -1}}, "Gewicht ist negativ"),
        ({"visit_cost": -1}, "„visit_cost“ ist negativ"),
        ({"costs": {"kept": -5}}, "„kept“ ist negativ"),
        ({"costs": {"beauty": 3}}, "„costs“ kennt „beauty“ nicht"),
        ({"class_value": {"S": float("nan")}}, "„class_value“ ist keine Zahl"),
        ({"class_value": {"S": 1e300}}, "„class_value“ ist zu groß"),
        ({"class_value": {"S": -1}}, "negativ"),
        ({"first_monday": "2026-99-99"}, "kein Tag wie"),
        ({"first_monday": 7}, "kein Tag wie"),
        ({"pins": [{"stop": "s000", "start": 0, "weeks": 2, "modules": {"S": 2}, "kind": "GLUED"}]}, "nicht „GLUED“"),
        ({"pins": [{"stop": "?", "start": 0, "weeks": 2, "modules": {"S": 2}, "kind": "past"}]}, "den es nicht gibt"),
        ({"pins": [{"kind": "past"}]}, "fehlt „modules“"),
    ],
)
def test_what_is_no_problem_gets_a_sentence(change, words):
    with pytest.raises(BadProblem, match=words):
        problem_of({**problem_json(generate("S", 1)), **change})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"capacity": 0}, "1 bis 2000"),
        ({"capacity": 99_999}, "1 bis 2000"),
        ({"need": 10**30}, "zu groß"),
        ({"min_modules": 99}, "Mindestzahl"),
        ({"open": [True]}, "„open“"),
        ({"need": -1}, "negativ"),
        ({"depot_km": "NaN"}, "keine Zahl"),
        ({"id": "s001"}, "dasselbe Kennzeichen"),
    ],
)
def test_a_stop_that_cannot_be_is_named(change, words):
    data = problem_json(generate("S", 1))
    data["stops"][0].update(change)
    with pytest.raises(BadProblem, match=words):
        problem_of(data)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff\xfe", b'{"weeks": 3}', b"[" * 100_000, b"9" * 6000])
def test_a_file_that_is_no_problem_is_refused(tmp_path, content):
    path = tmp_path / "problem.json"
    path.write_bytes(content)
    with pytest.raises(BadProblem):
        read_problem(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadProblem, match="nicht lesen"):
        read_problem(tmp_path / "none.json")


def test_a_plan_that_is_none_is_refused():
    for data in (
        {},
        {"visits": [{}]},
        {"visits": 3},
        {"visits": [{"stop": "a", "start": 1.5, "weeks": 2, "modules": {}}]},
    ):
        with pytest.raises(BadProblem):
            plan_from(data)
