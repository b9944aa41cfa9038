"""When a call is what: its phase at a moment; its moments in words and in forms, to the second, in Berlin time.

A call is open from `opens_at` on and closed at `closes_at`: the last second that takes something is the one before.
"""

import re
from datetime import UTC, datetime, time
from typing import Protocol

from babel.dates import format_date

from geo.core import clock
from geo.core.errors import Conflict
from geo.core.parsing import Fields, parse_day

EXAMPLE = "31.03.2027 23:59:59"
_MOMENT = re.compile(r"([0-9.-]+)(?:T|,? +)([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?: *Uhr)?")


class Timed(Protocol):
    """What has the times of a call (`model.Call` and rows of the published view)."""

    @property
    def opens_at(self) -> datetime: ...
    @property
    def closes_at(self) -> datetime: ...
    @property
    def decided_at(self) -> datetime | None: ...
    @property
    def called_off_at(self) -> datetime | None: ...


class Stored(Timed, Protocol):
    """What also says whether it is published (`model.Call` and rows of the internal list)."""

    @property
    def published_at(self) -> datetime | None: ...


def phase_of(call: Stored, now: datetime) -> str:
    """The phase of a stored call, which may be a draft."""
    return phase(call, now, is_published=call.published_at is not None)


def phase(call: Timed, now: datetime, *, is_published: bool = True) -> str:
    """The code of `codes.PHASES` that holds at the moment."""
    if not is_published:
        return "ENTWURF"
    if call.called_off_at is not None:
        return "ABGESAGT"
    if call.decided_at is not None and call.decided_at <= now:
        return "ENTSCHIEDEN"
    if now < call.opens_at:
        return "ANGEKUENDIGT"
    return "OFFEN" if now < call.closes_at else "GESCHLOSSEN"


def check_open(call: Timed, now: datetime, *, is_published: bool = True) -> None:
    """Raises `Conflict` with the moment unless the call takes applications now."""
    check_not_called_off(call)
    if not is_published or now < call.opens_at:
        raise Conflict(f"Der Aufruf beginnt erst am {in_words(call.opens_at)}.")
    if now >= call.closes_at:
        raise Conflict(
            f"Der Aufruf ist seit {in_words(call.closes_at)} geschlossen. Was bis dahin gespeichert war, bleibt lesbar."
        )


def check_not_called_off(call: Timed) -> None:
    """Raises `Conflict` with the moment from which on nothing happens to the call any more."""
    if call.called_off_at is not None:
        since = in_words(call.called_off_at)
        raise Conflict(f"Der Aufruf ist seit {since} abgesagt. Was bis dahin gespeichert war, bleibt lesbar.")


def in_words(moment: datetime, lang: str = "de") -> str:
    """31. März 2027, 23:59:59 Uhr (Berliner Zeit); seconds only where there are some."""
    here = moment.astimezone(clock.BERLIN)
    time_of_day = f"{here:%H:%M:%S}" if here.second else f"{here:%H:%M}"
    if lang == "en":
        return f"{format_date(here, 'd MMMM yyyy', locale='en')}, {time_of_day} Berlin time"
    return f"{format_date(here, 'd. MMMM yyyy', locale='de')}, {time_of_day} Uhr"


def saved_in_words(moment: datetime, now: datetime) -> str:
    """Gespeichert um 14:03:27 Uhr; with the day where that is not today."""
    here = moment.astimezone(clock.BERLIN)
    if here.date() == clock.day_of(now):
        return f"Gespeichert um {here:%H:%M:%S} Uhr"
    return f"Gespeichert am {format_date(here, 'd. MMMM yyyy', locale='de')} um {here:%H:%M} Uhr"


def typed(moment: datetime | None) -> str:
    """A stored moment as `moment_field` reads it back."""
    return "" if moment is None else f"{moment.astimezone(clock.BERLIN):%d.%m.%Y %H:%M:%S}"


def moment_field(fields: Fields, name: str) -> datetime | None:
    """The moment in a form's field, as the clocks in Berlin show it, with or without seconds; mistakes are noted."""
    raw = fields.text(name, required=True, longest=60)
    if raw is None:
        return None
    found = _MOMENT.fullmatch(raw)
    day = parse_day(found[1]) if found else None
    if found is None or day is None or int(found[2]) > 23 or int(found[3]) > 59 or int(found[4] or 0) > 59:
        fields.fail(name, f"Bitte Tag und Uhrzeit angeben wie {EXAMPLE}.")
        return None
    here = datetime.combine(day, time(int(found[2]), int(found[3]), int(found[4] or 0)), clock.BERLIN)
    if here.astimezone(UTC).astimezone(clock.BERLIN).replace(tzinfo=None) != here.replace(tzinfo=None):
        fields.fail(name, "Diese Uhrzeit gibt es an dem Tag nicht: Die Uhren werden vorgestellt.")
        return None
    return here.astimezone(UTC)
