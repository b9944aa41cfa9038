"""The day in Germany, at the hours at which other zones have another one."""

import time
from datetime import date, datetime

import pytest

from geo.core import clock


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-11-27T22:59:59+00:00", date(2026, 11, 27)),
        ("2026-11-27T23:00:00+00:00", date(2026, 11, 28)),
        ("2026-06-30T21:59:59+00:00", date(2026, 6, 30)),
        ("2026-06-30T22:00:00+00:00", date(2026, 7, 1)),
        ("2027-03-28T22:00:00+00:00", date(2027, 3, 29)),  # the first evening of summer time
        ("2027-10-31T22:30:00+00:00", date(2027, 10, 31)),  # and the first of winter time
        ("2028-02-29T12:00:00-12:00", date(2028, 3, 1)),
    ],
)
def test_a_moment_has_its_day_in_germany(moment, day):
    assert clock.day_of(datetime.fromisoformat(moment)) == day


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        clock.day_of(datetime(2026, 11, 27, 12))


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_the_zone_of_the_machine_does_not_count(monkeypatch, zone):
    """In one of the two it is another day than here, at any hour."""
    before = clock.today()
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        there = clock.today()
    finally:
        monkeypatch.undo()
        time.tzset()
    assert before <= there <= clock.today()
