"""Which state follows on which, what is held, what ends, and which type follows from use and time."""

from datetime import date

import pytest

from geo.vacancies.cases import rules
from geo.vacancies.cases.codes import CASE_STATES, ENDED, HELD, RESULTS, VACANCY_TYPES, WORKING
from geo.vacancies.cases.types import Thresholds, derived
from geo.vacancies.codes import STATES

DAY = date(2026, 11, 22)


def test_every_state_of_the_work_is_reached_and_left():
    reached = {"GEMELDET"}
    for _ in WORKING:
        reached |= {after for state in reached for after in rules.next_states(state)}
    assert reached == set(WORKING)
    assert all(rules.next_states(state) for state in WORKING)
    assert all("GEMELDET" not in rules.next_states(state) for state in WORKING)


@pytest.mark.parametrize("state", CASE_STATES)
def test_held_from_any_open_state_and_from_no_end(state):
    for held in HELD:
        assert rules.may_hold(state, held) == (state not in ENDED and state != held)
    assert rules.may_close(state) == (state not in {"GEMELDET", *ENDED})
    assert rules.may_dismiss(state) == (state == "GEMELDET")
    if state in HELD:
        assert rules.may_dismiss(state, "GEMELDET") and not rules.may_close(state, "GEMELDET")
        assert rules.may_close(state, "BERATUNG") and not rules.may_dismiss(state, "BERATUNG")
    assert not any(rules.may_move(state, end) for end in ENDED)


def test_what_is_held_goes_on_where_it_was_and_nowhere_else():
    assert rules.next_states("BLOCKIERT", "BERATUNG") == ("BERATUNG",)
    assert not rules.may_move("RUHEND", "VERMARKTUNG", "BERATUNG")


def test_each_result_has_uses_that_the_register_knows():
    assert set(rules.FITTING) == set(RESULTS)
    assert all(set(uses) <= set(STATES) and "LEER" not in uses for uses in rules.FITTING.values())


@pytest.mark.parametrize(
    ("line", "failed"),
    [
        ("GEPRUEFT VERMARKTUNG", 0),
        ("VERMARKTUNG RESERVIERT ABGESCHLOSSEN", 0),
        ("VERMARKTUNG BERATUNG VERMARKTUNG IM_GESPRAECH", 2),
        ("VERMARKTUNG RUHEND VERMARKTUNG", 0),
        ("VERMARKTUNG BLOCKIERT IM_GESPRAECH", 1),
        ("RESERVIERT VERMARKTUNG", 0),
        ("VERMARKTUNG MASSNAHME_LAEUFT", 0),
    ],
)
def test_rounds_of_marketing_that_led_nowhere(line, failed):
    assert rules.failed_rounds(line.split()) == failed


@pytest.mark.parametrize(
    ("state", "since", "rounds", "expected"),
    [
        ("LEER", date(2026, 5, 22), 0, "FLUKTUATION"),
        ("LEER", date(2026, 5, 21), 0, "VERFESTIGT"),
        ("LEER", date(2024, 11, 22), 0, "VERFESTIGT"),
        ("LEER", date(2024, 11, 21), 0, "STRUKTURELL"),
        ("LEER", date(2026, 11, 1), 1, "FLUKTUATION"),
        ("ZWISCHENGENUTZT", date(2026, 11, 1), 2, "STRUKTURELL"),
        ("DROHEND", None, 0, "DROHEND"),
        ("NICHT_MARKTAKTIV", None, 0, "NICHT_MARKTAKTIV"),
        ("IM_UMBAU", None, 0, "PROJEKTBEDINGT"),
        ("GENUTZT", None, 5, None),
        (None, None, 0, None),
    ],
)
def test_the_type_follows_from_use_and_time(state, since, rounds, expected):
    assert derived(state, since, DAY, rounds, Thresholds()) == expected
    assert expected is None or expected in VACANCY_TYPES
