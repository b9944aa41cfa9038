from datetime import date

from geo.core.calendar import Holiday, holidays_in, is_public_holiday


def test_public_holidays_are_those_of_thuringia():
    assert is_public_holiday(date(2026, 9, 20)), "Weltkindertag is a holiday in Thuringia alone"
    assert is_public_holiday(date(2026, 10, 31))
    assert not is_public_holiday(date(2026, 11, 1)) and not is_public_holiday(date(2026, 6, 4))


def test_school_holidays_are_whole_and_in_the_language_wanted():
    summer = holidays_in(date(2026, 7, 20), date(2026, 7, 20))
    assert summer == [Holiday(date(2026, 7, 4), date(2026, 8, 14), "Sommerferien", is_school=True)]
    assert holidays_in(date(2026, 7, 20), date(2026, 7, 20), "en")[0].name != "Sommerferien"
    (christmas,) = [one for one in holidays_in(date(2026, 12, 28), date(2026, 12, 29)) if one.is_school]
    assert (christmas.start.year, christmas.end.year) == (2026, 2027)


def test_holidays_come_in_order_and_a_long_period_is_cut():
    found = holidays_in(date(2026, 1, 1), date(9000, 1, 1))
    assert found == sorted(found, key=lambda one: (one.start, one.is_school)) and found[-1].start.year <= 2036
    assert holidays_in(date(2026, 11, 3), date(2026, 11, 4)) == []
