"""Branches: what is typed becomes a code of its edition, and a code proposes what is clear and nothing else."""

import csv

import pytest

from geo.core.parsing import Fields
from geo.core.paths import DATA
from geo.vacancies import classification
from geo.vacancies.branches import GROUPS
from geo.vacancies.classification import WZ_2008, WZ_2025, normal, proposal


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("47.71", "47.71"),
        ("4771", "47.71"),
        ("47.71.0", "47.71"),
        ("47710", "47.71"),
        ("47.71 Einzelhandel mit Bekleidung", "47.71"),
        ("einzelhandel mit bekleidung", "47.71"),
        ("47.64.1", "47.64.1"),
        ("47", "47"),
        ("47.7", "47.7"),
        ("99.99", None),
        ("47.99.7", None),
        ("Schraubenladen", None),
        ("47,71", "47.71"),
        ("47,7,1", None),
    ],
)
def test_a_code_or_a_name_becomes_the_code(typed, code):
    assert normal(WZ_2008, typed) == code


def test_a_code_of_the_other_edition_is_refused_at_its_field():
    fields = Fields({"wz_2025": "47.29"})
    assert classification.code_field(fields, "wz_2025", WZ_2025) is None
    assert "gibt es in der WZ 2025 nicht" in fields.errors["wz_2025"]


@pytest.mark.parametrize(
    ("edition", "code", "other", "group"),
    [
        (WZ_2008, "47.71", "47.71", "BEKLEIDUNG"),
        (WZ_2008, "47.64.1", "47.63.1", "FAHRRAD"),
        (WZ_2008, "47.29", "47.27", "LEBENSMITTEL"),
        (WZ_2008, "96.02.1", "96.21", "DIENSTLEISTUNG"),
        (WZ_2008, "56.10.3", "56.11.3", "GASTRONOMIE"),
        (WZ_2025, "96.21", "96.02.1", "DIENSTLEISTUNG"),
        (WZ_2025, "47.12", "47.19", "WARENHAUS"),
        # Hairdressers and beauticians went apart, so nothing stands out.
        (WZ_2008, "96.02", None, "DIENSTLEISTUNG"),
        (WZ_2008, "86.90", None, "GESUNDHEIT"),
    ],
)
def test_a_code_proposes_the_other_edition_and_the_group(edition, code, other, group):
    found = proposal(edition, code)
    assert (found.wz_2025 if edition == WZ_2008 else found.wz_2008, found.group) == (other, group)
    assert not found.checked


def test_every_proposal_is_a_code_of_its_edition():
    for edition, other in ((WZ_2008, WZ_2025), (WZ_2025, WZ_2008)):
        for code, _ in classification.offered(edition):
            found = proposal(edition, code)
            target = found.wz_2025 if edition == WZ_2008 else found.wz_2008
            assert target is None or target in classification.names(other), code


def test_the_files_hang_together():
    def column(name, field):
        with (DATA / "reference" / name).open(encoding="utf-8", newline="") as file:
            return [row[field] for row in csv.DictReader(file)]

    old, new = set(classification.names(WZ_2008)), set(classification.names(WZ_2025))
    assert (len(old), len(new)) == (1312, 1532)
    assert set(column("branches_2008_2025.csv", "wz_2008")) <= old
    assert set(column("branches_2008_2025.csv", "wz_2025")) <= new
    assert set(column("branches_2008_2025.csv", "checked")) == {"0"}
    assert set(column("branches_groups.csv", "wz_2008")) <= old
    assert set(column("branches_groups.csv", "group")) <= set(GROUPS)
    retail = [code for code in old if code.startswith("47.") and len(code) >= len("47.11")]
    assert {code for code in retail if classification.group(code) is None} == {"47.64", "47.76", "47.78"}
