"""Days that are known to the day, the month or the year only: how they are typed, stored and read out.

Stored as the first day of what is known, with the precision beside it: "March 2024" is 2024-03-01 and MONAT.
"""

from datetime import date, timedelta

from babel.dates import format_date

from geo.core.parsing import Fields, Since, parse_since

# How far ahead a change of use may be entered.
AHEAD = timedelta(days=5 * 366)


def since_field(fields: Fields, name: str, *, today: date, required: bool = True) -> Since | None:
    """The day and its precision in a form's field."""
    raw = fields.text(name, required=required, longest=40)
    if raw is None:
        return None
    since = parse_since(raw)
    if since is None:
        fields.fail(name, "Bitte ein Datum wie 15.03.2024, 03.2024, 2024 oder „vor 2019“ angeben.")
    elif since[0] > today + AHEAD:
        fields.fail(name, "Das Datum liegt zu weit in der Zukunft (höchstens fünf Jahre).")
    return since


def typed(day: date | None, precision: str = "TAG") -> str:
    """A day as somebody would type it into the field; `parse_since` gives the same day back."""
    if day is None:
        return ""
    if precision == "VOR":
        return f"vor {day.year}" if (day.month, day.day) == (1, 1) else f"vor dem {day:%d.%m.%Y}"
    return {"TAG": f"{day:%d.%m.%Y}", "MONAT": f"{day:%m.%Y}", "JAHR": f"{day.year}"}[precision]


def in_words(day: date | None, precision: str = "TAG", language: str = "de") -> str:
    """A day as a sentence has it after “seit”: no more exact than it is known."""
    if day is None:
        return ""
    if precision == "VOR":
        if (day.month, day.day) == (1, 1):
            return f"before {day.year}" if language == "en" else f"vor {day.year}"
        return ("before " if language == "en" else "vor dem ") + in_words(day, "TAG", language)
    pattern = {"TAG": "long", "MONAT": "MMMM yyyy", "JAHR": "yyyy"}[precision]
    return format_date(day, pattern, locale="en_GB" if language == "en" else "de_DE")


def until_in_words(end: date | None, precision: str = "TAG") -> str:
    """The end of a period: `end` is the first day after it; an end known to the month names the month of the change."""
    if end is None:
        return ""
    return in_words(end - timedelta(days=1)) if precision == "TAG" else in_words(end, precision)


def typed_until(end: date | None, precision: str = "TAG") -> str:
    """The end of a period as somebody would type it: the last day, or the month or year of the change."""
    if end is None:
        return ""
    return typed(end - timedelta(days=1)) if precision == "TAG" else typed(end, precision)


def until_field(fields: Fields, name: str, *, today: date) -> Since | None:
    """The first day after a period, and the precision, from the last day (or the month of the change) in a field."""
    until = since_field(fields, name, today=today, required=False)
    if until is None or until[1] != "TAG":
        return until
    return until[0] + timedelta(days=1), "TAG"
