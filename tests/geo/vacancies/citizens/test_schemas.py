"""What the forms of citizens and of the town take, and what they say of a mistake."""

from datetime import date

import pytest

from geo.core.errors import Invalid
from geo.vacancies.citizens.codes import KINDS, OUTCOMES
from geo.vacancies.citizens.rules import POSSIBLE, SPOKEN_OF
from geo.vacancies.citizens.schemas import parse_decision, parse_idea, parse_report
from geo.vacancies.codes import STATES

TODAY = date(2026, 11, 27)
PLACE = {"longitude": "11.05", "latitude": "50,93"}


def mistakes(parse):
    with pytest.raises(Invalid) as refused:
        parse()
    return refused.value.fields


def test_three_inputs_are_enough():
    data = parse_report({"kind": "LEER", **PLACE}, "de")
    assert (data.kind, data.point, data.email, data.words) == ("LEER", (11.05, 50.93), None, None)


def test_an_address_does_instead_of_a_point_and_a_mail_address_is_kept_in_lower_case():
    data = parse_report({"kind": "LEER", "gemeinde": "16999001", "address": " Markt \n 5 ", "email": "A@B.de"}, "en")
    assert (data.ags, data.address, data.email, data.language) == ("16999001", "Markt 5", "a@b.de", "en")


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "kind"),
        ({"kind": "DACH", **PLACE}, "kind"),
        ({"kind": "LEER"}, "address"),
        ({"kind": "LEER", "address": "Markt 5"}, "gemeinde"),
        ({"kind": "LEER", "longitude": "11.05"}, "latitude"),
        ({"kind": "LEER", "longitude": "nan", "latitude": "50.9"}, "latitude"),
        ({"kind": "LEER", "longitude": "13.4", "latitude": "52.5"}, "latitude"),
        ({"kind": "IDEE", **PLACE}, "words"),
        ({"kind": "FEHLER", **PLACE}, "words"),
        ({"kind": "LEER", "words": "x" * 2001, **PLACE}, "words"),
        ({"kind": "LEER", "words": "a\x00b", **PLACE}, "words"),
        ({"kind": "LEER", "email": "kein@punkt", **PLACE}, "email"),
        ({"kind": "LEER", "email": "a@b.de\nBcc: c@d.de", **PLACE}, "email"),
    ],
)
def test_a_mistake_is_told_at_its_field(form, field):
    assert field in mistakes(lambda: parse_report(form, "de"))


def test_an_idea_names_what_is_missing():
    assert parse_idea({"wish": "KULTUR"}, 7, "de").unit_id == 7
    assert "wish" in mistakes(lambda: parse_idea({"wish": "BURGER"}, 7, "de"))
    assert "words" in mistakes(lambda: parse_idea({"wish": "SONSTIGES"}, 7, "de"))


@pytest.mark.parametrize(
    ("kind", "form", "field"),
    [
        ("LEER", {"outcome": "GEAENDERT", "unit_id": "3"}, "since"),
        ("LEER", {"outcome": "GEAENDERT", "since": "2026-11-01"}, "unit_id"),
        ("LEER", {"outcome": "GEAENDERT", "unit_id": "3", "since": "2026-12-01"}, "since"),
        ("LEER", {"outcome": "ZUGEORDNET", "unit_id": "other"}, "other_unit"),
        ("LEER", {"outcome": "UNZUTREFFEND"}, "answer"),
        ("LEER", {"outcome": "GEZAEHLT"}, "outcome"),
        ("IDEE", {"outcome": "GEZAEHLT"}, "wish"),
        ("IDEE", {"outcome": "GEAENDERT", "unit_id": "3", "since": "2026-11-01"}, "outcome"),
    ],
)
def test_a_decision_is_whole(kind, form, field):
    assert field in mistakes(lambda: parse_decision(form, kind, TODAY))


def test_a_case_comes_only_with_a_unit_and_a_state():
    form = {"unit_id": "3", "since": "2026-11-01", "with_case": "1"}
    assert parse_decision({**form, "outcome": "GEAENDERT"}, "LEER", TODAY).with_case
    assert not parse_decision({**form, "outcome": "ANDERS"}, "LEER", TODAY).with_case
    assert not parse_decision({**form, "outcome": "ZUGEORDNET"}, "FEHLER", TODAY).with_case


def test_every_kind_has_what_it_may_become():
    assert set(POSSIBLE) == set(KINDS)
    assert {code for codes in POSSIBLE.values() for code in codes} == set(OUTCOMES)
    assert set(SPOKEN_OF.values()) <= set(STATES)
