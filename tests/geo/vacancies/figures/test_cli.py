"""`innenstadt rate` answers a person and a program, and refuses in a sentence."""

import json
from contextlib import contextmanager
from datetime import date

import pytest
from click.testing import CliRunner
from shapely.geometry import box
from sqlalchemy.dialects.postgresql import Range

from geo.core import geometry
from geo.core.access import SYSTEM, Action
from geo.core.errors import Invalid, NotFound
from geo.core.history import perform
from geo.places.model import Zone
from geo.vacancies.figures.cli import rate
from tests.geo.vacancies.figures.entered import Entered, enter

DAY = date(2026, 5, 1)


class Register:
    """The command's register on the test's connection."""

    def __init__(self, db):
        self.db = db

    @contextmanager
    def database(self):
        yield self.db


@pytest.fixture
def ask(db, staff, towns):
    units = [
        Entered([("LEER" if n < 3 else "GENUTZT", date(2020, 1, 1), None)], unit={"verified_on": DAY})
        for n in range(11)
    ]
    enter(staff, towns.own, units)
    with perform(staff, SYSTEM, Action.ZONE_EDIT, towns.own):
        for kind, name in (("QUARTIER", "Altstadt"), ("QUARTIER", "Doppelt"), ("SANIERUNGSGEBIET", "Doppelt")):
            staff.add(
                Zone(
                    municipality_id=towns.own,
                    kind=kind,
                    name=name,
                    during=Range(date(2020, 1, 1), None),
                    outline=geometry.stored(box(11.0, 50.9, 11.02, 50.91)),
                )
            )
    staff.commit()

    def run(*words):
        result = CliRunner().invoke(rate, words, obj=Register(db), catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    return run


def test_a_program_reads_counts_and_the_rates(ask):
    found = json.loads(ask("--town", "16999001", "--on", "2026-05-01", "--json"))
    assert (found["n"], found["N"], found["rate"], found["share_verified"], found["suppressed"]) == (
        3,
        11,
        27.3,
        100.0,
        None,
    )
    assert (found["town"], found["zone"], found["on"]) == ("Musterstadt", None, "2026-05-01")
    assert {(one["measure"], one["reading"]) for one in found["rates"]} == {
        (measure, reading)
        for measure in ("count", "area_m2", "frontage_m")
        for reading in ("gross", "net", "market_active")
    }


def test_a_zone_with_too_few_says_why_there_is_no_percentage(ask):
    found = json.loads(ask("--town", "16999001", "--zone", "Altstadt", "--on", "2026-05-01", "--json"))
    assert (found["zone"], found["N"], found["rate"], found["zone_in_force"]) == ("Altstadt", 0, None, True)
    assert found["suppressed"] == "Keine Einheit: ein Anteil wird erst ab 10 angegeben."


def test_a_person_reads_lines(ask):
    lines = ask("--town", "16999001", "--on", "2026-05-01").splitlines()
    assert (
        lines[0]
        == "Musterstadt on 2026-05-01: 11 units on the ground floor, 0 of unknown state; 100.0 % verified within twelve months."
    )
    assert lines[1].split() == ["anzahl", "brutto", "3", "of", "11:", "27.3", "%"] and len(lines) == 10


@pytest.mark.parametrize(("words", "refusal", "sentence"), [
    (("--town", "16000000"), NotFound, "Die Gemeinde 16000000 wurde nicht gefunden."),
    (("--town", "16999001", "--zone", "Mond"), NotFound, "bekannt: Altstadt, Doppelt"),
    (("--town", "16999001", "--zone", "Doppelt"), Invalid, "mehrere Zonen"),
])  # fmt: skip
def test_what_is_not_there_is_a_sentence(ask, words, refusal, sentence):
    with pytest.raises(refusal, match=sentence):
        ask(*words)
