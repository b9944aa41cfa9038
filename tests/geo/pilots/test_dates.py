"""Dates are said no more exactly than they are known."""

from datetime import date

import pytest
from sqlalchemy.dialects.postgresql import Range

from geo.pilots.dates import Moment, day_in_words, last_day, moment_in_words, parse_moment, period_in_words, typed


@pytest.mark.parametrize(
    ("precision", "german", "english"),
    [
        ("TAG", "21. August 2023", "21 August 2023"),
        ("MONAT", "August 2023", "August 2023"),
        ("HALBJAHR", "zweites Halbjahr 2023", "the second half of 2023"),
        ("JAHR", "2023", "2023"),
        ("UNGEWISS", "", ""),
    ],
)
def test_a_day(precision, german, english):
    assert day_in_words(date(2023, 8, 21), precision) == german
    assert day_in_words(date(2023, 8, 21), precision, "en") == english


@pytest.mark.parametrize(
    "case",
    [
        (
            "2023-08-21",
            "TAG",
            "2023-10-31",
            "MONAT",
            "21. August 2023 bis Oktober 2023",
            "21 August 2023 to October 2023",
        ),
        ("2023-10-31", "MONAT", None, "UNGEWISS", "ab Oktober 2023, Ende offen", "from October 2023, end open"),
        (
            "2023-07-01",
            "HALBJAHR",
            None,
            "UNGEWISS",
            "ab dem zweiten Halbjahr 2023, Ende offen",
            "from the second half of 2023, end open",
        ),
        ("2023-07-01", "HALBJAHR", "2024-01-01", "HALBJAHR", "zweites Halbjahr 2023", "second half of 2023"),
        (
            "2023-07-01",
            "HALBJAHR",
            "2024-07-01",
            "HALBJAHR",
            "vom zweiten Halbjahr 2023 bis zum ersten Halbjahr 2024",
            "the second half of 2023 to the first half of 2024",
        ),
        ("2023-01-01", "JAHR", "2023-08-21", "TAG", "2023 bis 20. August 2023", "2023 to 20 August 2023"),
        ("2023-01-01", "JAHR", "2024-01-01", "JAHR", "2023", "2023"),
        ("2023-08-21", "TAG", "2023-08-22", "TAG", "21. August 2023", "21 August 2023"),
        ("2023-01-01", "UNGEWISS", "2024-01-01", "JAHR", "bis 2023", "until 2023"),
        ("2023-01-01", "UNGEWISS", None, "UNGEWISS", "Anfang offen, Ende offen", "start open, end open"),
    ],
)
def test_a_period(case):
    start, start_precision, end, end_precision, german, english = case
    during = Range(date.fromisoformat(start), date.fromisoformat(end) if end else None)
    assert period_in_words(during, start_precision, end_precision) == german
    assert period_in_words(during, start_precision, end_precision, "en") == english


def test_a_moment_that_nobody_knows():
    assert moment_in_words(None, "UNGEWISS") == "Zeitpunkt offen"
    assert moment_in_words(None, "UNGEWISS", "en") == "date open"
    assert moment_in_words(Range(date(2023, 4, 1), date(2023, 5, 1)), "MONAT") == "April 2023"


def test_the_last_day_is_inside_the_period():
    assert last_day(Range(date(2023, 1, 1), date(2024, 1, 1))) == date(2023, 12, 31)
    assert last_day(Range(date(2023, 1, 1), None)) is None


@pytest.mark.parametrize(
    ("text", "first", "after", "precision"),
    [
        ("21.8.2023", "2023-08-21", "2023-08-22", "TAG"),
        ("2023-08-21", "2023-08-21", "2023-08-22", "TAG"),
        ("August 2023", "2023-08-01", "2023-09-01", "MONAT"),
        (" dez  2023 ", "2023-12-01", "2024-01-01", "MONAT"),
        ("März 2024", "2024-03-01", "2024-04-01", "MONAT"),
        ("08.2023", "2023-08-01", "2023-09-01", "MONAT"),
        ("2023-08", "2023-08-01", "2023-09-01", "MONAT"),
        ("zweites Halbjahr 2023", "2023-07-01", "2024-01-01", "HALBJAHR"),
        ("1. Halbjahr 2024", "2024-01-01", "2024-07-01", "HALBJAHR"),
        ("H2 2023", "2023-07-01", "2024-01-01", "HALBJAHR"),
        ("2. HJ 2023", "2023-07-01", "2024-01-01", "HALBJAHR"),
        ("2023", "2023-01-01", "2024-01-01", "JAHR"),
    ],
)
def test_reads_a_moment(text, first, after, precision):
    moment = parse_moment(text)
    assert moment == Moment(date.fromisoformat(first), date.fromisoformat(after), precision)
    assert moment.first in moment
    assert moment.after not in moment
    assert parse_moment(typed(moment.first, precision)) == moment


@pytest.mark.parametrize(
    "text",
    ["", "bald", "31.02.2023", "13.2023", "Augst-2023", "3. Halbjahr 2023", "1899", "2100", "٢٠٢٣", "Herbst 2023"],
)
def test_refuses_what_is_no_moment(text):
    assert parse_moment(text) is None
