"""The sheet of costs: nothing is assumed by itself, everything shown says how it comes about."""

from datetime import date
from decimal import Decimal

import pytest

from geo.core.errors import Invalid
from geo.owners.campaigns.costs import Assumptions, VacantUnit, parse_assumptions, sheet, whole_months

DAY = date(2026, 5, 15)
GIVEN = Assumptions(
    Decimal("6.5"), "Gewerbemietspiegel 2025", Decimal("1.2"), "Schätzung der Stadt", Decimal(2), 12, "Beratung"
)


def lines(unit, given=GIVEN):
    return {line.what: (line.euro, line.how) for line in sheet(unit, given, DAY)}


def test_every_line_says_how_it_comes_about():
    found = lines(VacantUnit("Laden", Decimal("80.5"), None, date(2025, 3, 31)))
    assert found["Entgangene Miete je Monat"] == (
        Decimal("523.25"),
        "80,5 m² × 6,50 € je m² und Monat, Annahme: Gewerbemietspiegel 2025",
    )
    assert found["Entgangene Miete bisher"] == (Decimal("6802.25"), "80,5 m² × 6,50 € × 13 volle Monate")
    assert found["Laufende Kosten je Monat"][0] == Decimal("96.60")
    assert found["Einnahmen bei Zwischennutzung"][0] == Decimal("1932.00")


def test_the_units_own_rent_comes_first():
    assert lines(VacantUnit("Laden", Decimal(100), Decimal(9), None))["Entgangene Miete je Monat"][0] == 900


def test_what_is_not_known_is_not_computed():
    assert sheet(VacantUnit("Laden", Decimal(100), None, DAY), Assumptions(), DAY) == []
    no_area = lines(VacantUnit("Laden", None, None, date(2025, 1, 1)))
    assert {euro for euro, _ in no_area.values()} == {None} and "Fläche" in no_area["Entgangene Miete je Monat"][1]
    for since, known in ((None, True), (date(2019, 1, 1), False), (date(2027, 1, 1), True)):
        euro, how = lines(VacantUnit("Laden", Decimal(100), None, since, known))["Entgangene Miete bisher"]
        assert euro is None and "nicht bekannt" in how


@pytest.mark.parametrize(
    ("since", "months"), [(date(2026, 4, 15), 1), (date(2026, 4, 16), 0), (date(2024, 2, 29), 26), (DAY, 0)]
)
def test_whole_months(since, months):
    assert whole_months(since, DAY) == months


def test_a_figure_needs_its_source():
    for form in ({"rent_eur_m2": "6,5"}, {"running_eur_m2": "1"}, {"interim_eur_m2": "2"}, {"interim_months": "3"}):
        with pytest.raises(Invalid):
            parse_assumptions(form)
    given = parse_assumptions({"rent_eur_m2": "6,5", "rent_source": "Mietspiegel"})
    assert Assumptions.of(given.stored()) == given
