"""Reads an iCalendar file in the sandbox: each event, each day on which it repeats, as one line of JSON.

Standard input: the file. Its first line is the horizon (first and last day), written by `reading`. Whole days count:
an event from 8 to 18 o'clock is that day. Ends with `REFUSED` and a word for what is no calendar.
"""

import json
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil.rrule import rruleset, rrulestr
from icalendar import Calendar

from geo.core import clock
from geo.core.sandbox import REFUSED

MOST_EVENTS, MOST_REPEATS = 2_000, 400
ONE_DAY, LONGEST = timedelta(days=1), timedelta(days=3660)


def refuse(word: str) -> None:
    """End with the word for why."""
    sys.stderr.write(word)
    sys.exit(REFUSED)


def here(value: Any) -> Any:
    """A moment with a zone as the clocks in Germany show it; a day, or a moment of no zone, as it is."""
    return value.astimezone(clock.BERLIN) if isinstance(value, datetime) and value.tzinfo else value


def as_day(value: Any) -> date:
    """The day of a moment in Germany."""
    return here(value).date() if isinstance(value, datetime) else value


def span(event: Any) -> tuple[date, date] | None:
    """First and last day of an event, both included; the end of an event of whole days is the day after it."""
    begin = event.get("DTSTART")
    if begin is None:
        return None
    first = as_day(begin.dt)
    if event.get("DTEND") is not None:
        end = here(event["DTEND"].dt)
        is_midnight = isinstance(end, datetime) and end.time() == time(0)
        last = as_day(end) - ONE_DAY if not isinstance(end, datetime) or is_midnight else as_day(end)
    elif event.get("DURATION") is not None:
        length = event["DURATION"].dt
        last = (
            first + max(length - timedelta(seconds=1), timedelta(0))
            if isinstance(begin.dt, datetime)
            else (first + max(length - ONE_DAY, timedelta(0)))
        )
    else:
        last = first
    return first, max(first, last)


def beginnings(event: Any, first: date, horizon: tuple[date, date]) -> list[date]:
    """The days on which an event begins within the horizon."""
    begin = datetime.combine(first, time(0))
    rules = event.get("RRULE")
    if rules is None and event.get("RDATE") is None:
        return [first]
    known = rruleset()
    known.rdate(begin)
    given_rules = rules if isinstance(rules, list) else [rules] if rules is not None else []
    for rule in map(dict, given_rules):
        if rule.get("FREQ", [""])[0] not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
            continue
        if rule.get("INTERVAL", [1])[0] < 1:
            raise ValueError("never comes to an end")
        until = rule.pop("UNTIL", None)
        words = ";".join(f"{name}={','.join(str(one) for one in parts)}" for name, parts in rule.items())
        if until:
            words += f";UNTIL={as_day(until[0]):%Y%m%d}T000000"
        known.rrule(rrulestr(words, dtstart=begin, ignoretz=True))
    for name, add in (("RDATE", known.rdate), ("EXDATE", known.exdate)):
        given = event.get(name)
        for part in given if isinstance(given, list) else [given] if given is not None else []:
            for one in part.dts:
                add(datetime.combine(as_day(one.dt), time(0)))
    found = []
    for begins in known.xafter(
        datetime.combine(horizon[0], time(0)) - timedelta(days=60), count=MOST_REPEATS, inc=True
    ):
        if begins.date() > horizon[1]:
            break
        found.append(begins.date())
    return found


def main() -> None:
    """Read, take apart, write."""
    head, _, content = sys.stdin.buffer.read().partition(b"\n")
    horizon = tuple(date.fromisoformat(part) for part in head.decode().split())
    try:
        calendars = Calendar.from_ical(content, multiple=True)
    except Exception:
        refuse("broken")
    if not calendars or not isinstance(calendars[0], Calendar):
        refuse("broken")
    events: list[Any] = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    if len(events) > MOST_EVENTS:
        refuse("many")
    told: list[dict[str, Any]] = []
    problems = 0
    moved = {(str(one.get("UID", "")), as_day(one["RECURRENCE-ID"].dt)) for one in events if one.get("RECURRENCE-ID")}
    for event in events:
        try:
            told += rows(event, (horizon[0], horizon[1]), moved)
        except Exception:
            problems += 1
    sys.stdout.write(json.dumps({"events": told, "problems": problems}))


def rows(event: Any, horizon: tuple[date, date], moved: set[tuple[str, date]]) -> list[dict[str, Any]]:
    """An event's days within the horizon, each with a name of its own; those moved by another entry left out."""
    days = span(event)
    if days is None:
        raise ValueError("no beginning")
    first, last = days
    if last - first > LONGEST:
        raise ValueError("no event lasts so long")
    uid = str(event.get("UID", "")).strip()[:300]
    title = " ".join(str(event.get("SUMMARY", "")).split())[:200]
    cancelled = str(event.get("STATUS", "")).upper() == "CANCELLED"
    repeats = event.get("RRULE") is not None or event.get("RDATE") is not None
    made = []
    for begin in beginnings(event, first, horizon):
        end = begin + (last - first)
        if end < horizon[0] or begin > horizon[1] or (repeats and (uid, begin) in moved):
            continue
        once = event.get("RECURRENCE-ID")
        mark = as_day(once.dt) if once is not None else begin if repeats else None
        name = f"{uid or title}#{mark.isoformat()}" if mark is not None else uid or f"{title}#{begin.isoformat()}"
        made.append(
            {"uid": name, "title": title, "first": begin.isoformat(), "last": end.isoformat(), "cancelled": cancelled}
        )
    return made


if __name__ == "__main__":
    main()
