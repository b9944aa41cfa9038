"""What changed between two editions is told field by field; what an edition of long ago said stays readable."""

import copy
import json

import pytest

from geo.core.errors import Invalid
from geo.kompass.differences import between
from geo.kompass.schema import matrix_from, shipped, shipped_data

MATRIX = shipped()


def changed(change):
    data = copy.deepcopy(json.loads(shipped_data()))
    change(data)
    return between(MATRIX, matrix_from(data))


@pytest.mark.parametrize(
    ("change", "name", "lines"),
    [
        (lambda d: d["measures"][4]["fit"]["cause"].update(MIETE=1), "Maßnahme M05",
         [("Ursache: Miete über Markt", "gleichgültig", "passt")]),
        (lambda d: d["measures"][4].update(title=["Inserat", "Listing"]), "Maßnahme M05",
         [("Titel", "Exposé und Portal", "Inserat"), ("Titel (englisch)", MATRIX.by_code["M05"].title.en, "Listing")]),
        (lambda d: d["measures"][9].update(time_checked=True), "Maßnahme M10",
         [("Wirkt nach: Angabe", "nicht geprüft", "geprüft")]),
        (lambda d: d["situations"][8]["when"].pop(), "Lage S8",
         [("Gilt, wenn", "Lage: Kein Ort für Handel mehr – oder Lage: Randlage; Dauer: 2 bis 5 Jahre oder über 5 Jahre",
           "Lage: Kein Ort für Handel mehr")]),
        (lambda d: d["questions"][1].update(weight=4), "Rechnung", [("Gewicht: Ursache", "3", "4")]),
        (lambda d: d["context"][0].update(weight=1), "Rechnung", [("Gewicht: Schlüsselobjekt", "2", "1")]),
        (lambda d: d["phases"][3].update(measures=[]), "Phase 3", [("Es hilft", "M27", "")]),
        (lambda d: d["rungs"][5].update(after=[4]), "Leiter",
         [("Stufe 5", "Planen und durchsetzen; nach 1, 2, 3, 4", "Planen und durchsetzen; nach 4")]),
    ],
)  # fmt: skip
def test_a_change_is_one_line_with_before_and_after(change, name, lines):
    assert [(one.name.split(":")[0], list(one.lines)) for one in changed(change)] == [(name, lines)]


def test_nothing_changed_is_no_difference_and_a_measure_taken_out_is_one():
    assert changed(lambda d: None) == []

    def take_out(data):
        data["measures"].pop(2)
        data["situations"][6]["steps"].pop(0)
        data["phases"][4]["measures"].remove("M03")

    gone = {one.name.split(":")[0]: one.lines for one in changed(take_out)}
    assert list(gone) == ["Lage S6", "Phase 4", "Maßnahme M03"]
    assert {after for _, _, after in gone["Maßnahme M03"]} == {""}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda d: d["measures"][11].pop("example_checked"), "measures.M12.source"),
        (lambda d: d["measures"][0].update(title=["x" * 81, "y"]), "measures.M01.title"),
        (lambda d: d["questions"][0]["answers"][0].update(clause=["x" * 81, "y"]), "questions.object.answers.L.clause"),
    ],
)
def test_what_is_new_keeps_rules_that_an_old_edition_need_not(change, path):
    data = copy.deepcopy(json.loads(shipped_data()))
    change(data)
    matrix_from(data)
    with pytest.raises(Invalid) as refused:
        matrix_from(data, is_new=True)
    assert list(refused.value.fields) == [path]


def test_an_example_without_a_source_is_never_called_verified():
    data = copy.deepcopy(json.loads(shipped_data()))
    data["measures"][9].pop("source")
    assert "example" in matrix_from(data).by_code["M10"].unchecked
    assert [
        one.code for one in MATRIX.measures if one.example and not one.source and "example" not in one.unchecked
    ] == []
