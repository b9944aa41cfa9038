"""What stands in which calendar: visits and openings for everybody, duties for the town hall, moves for the crew."""

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta

from geo.core.calendar_files import Entry
from geo.core.codes import label
from geo.trees.visits.calendar.queries import Announced, Carried, Turn
from geo.trees.visits.deadlines import DUTIES, Deadline
from geo.trees.visits.queries import VisitRow

_WORDS = {
    "de": {
        "visit": "{count} in der Straße: {name}",
        "one": "1 Wanderbaum",
        "many": "{n} Wanderbäume",
        "opening": "Eröffnung: {name}",
        "cancelled": "Abgesagt: {summary}",
        "example": "Erfundener Besuch des Beispielregisters.",
    },
    "en": {
        "visit": "{count} in the street: {name}",
        "one": "1 mobile tree",
        "many": "{n} mobile trees",
        "opening": "Opening: {name}",
        "cancelled": "Cancelled: {summary}",
        "example": "Made-up visit of the sample register.",
    },
}
Address = Callable[[Announced], str]


def public_entries(found: Iterable[Announced], address: Address, language: str = "de") -> Iterator[Entry]:
    """Each visit as the days on which the trees stand there, and its opening. `address` gives a visit's public page."""
    words = _WORDS[language]
    for one in found:
        count = words["one"] if one.modules == 1 else words["many"].format(n=one.modules)
        name = one.title or one.stop
        yield _entry(one, "besuch", words["visit"].format(count=count, name=name), address, words)
        opening = one.opening_at or one.last_opening_at
        if opening is not None:
            gone = one.opening_at is None
            yield _entry(one, "eroeffnung", words["opening"].format(name=name), address, words, at=opening, gone=gone)


def _entry(
    one: Announced,
    part: str,
    summary: str,
    address: Address,
    words: Mapping[str, str],
    *,
    at: object = None,
    gone: bool = False,
) -> Entry:
    cancelled = one.is_cancelled or gone
    told = [one.public_text or "", one.fleet, words["example"] if one.is_example else ""]
    return Entry(
        uid=f"{one.uid}-{part}",
        sequence=one.sequence,
        changed_at=one.changed_at,
        summary=words["cancelled"].format(summary=summary) if cancelled else summary,
        first=one.first,
        last=one.last,
        at=at,  # type: ignore[arg-type]  # a moment or None
        location=f"{one.stop}, {one.municipality}",
        description="" if cancelled else "\n".join(part for part in told if part),
        url="" if cancelled else address(one),
        spot=None if one.lon is None or one.lat is None else (one.lon, one.lat),
        is_cancelled=cancelled,
    )


def duty_entries(
    found: Iterable[Announced],
    visits: Mapping[int, VisitRow],
    told: Collection[tuple[uuid.UUID, str]],
    day: date,
    address: Address,
) -> Iterator[Entry]:
    """Each duty before a visit on its last day in time; one that is done, or of a visit called off, is called off.

    What nobody was ever `told` (visit and duty) is not called off either.

    One that is done stays on its day, so that it does not jump to another in calendars that show what is called off.
    """
    for one in found:
        visit = None if one.is_cancelled else visits.get(one.visit_id)
        known = {duty.duty: duty for duty in visit.deadlines(day)} if visit else {}
        for duty in DUTIES:
            due = known.get(duty)
            if (due is not None and due.is_open) or (one.uid, duty) in told:
                yield _duty(one, duty, due, address)


def _duty(one: Announced, duty: str, known: Deadline | None, address: Address) -> Entry:
    summary = f"Frist: {label(DUTIES, duty)} ({one.title or one.stop})"
    on = known.due if known else one.first
    due = known if known and known.is_open else None
    return Entry(
        uid=f"{one.uid}-{duty.lower()}",
        sequence=one.revision,
        changed_at=one.changed_at,
        summary=summary if due else f"Erledigt oder entfallen: {summary}",
        first=on,
        last=on,
        location=f"{one.stop}, {one.municipality}",
        description=f"Die Bäume kommen am {one.first:%d.%m.%Y}." if due else "",
        url=address(one) if due else "",
        is_cancelled=due is None,
    )


def turn_entries(found: Iterable[Turn]) -> Iterator[Entry]:
    """Each day of watering; one that was given back is called off."""
    for one in found:
        summary = f"Bäume gießen: {one.stop}"
        yield Entry(
            uid=f"{one.visit_uid}-giessen-{one.day.isoformat()}",
            sequence=one.sequence,
            changed_at=one.changed_at,
            summary=f"Abgesagt: {summary}" if one.is_cancelled else summary,
            first=one.day,
            last=one.day,
            location=f"{one.stop}, {one.municipality}",
            is_cancelled=one.is_cancelled,
        )


def crew_entries(found: Iterable[Announced], carried: Mapping[int, Carried], address: Address) -> Iterator[Entry]:
    """Each move for those who push: what is brought where on the first day, and what is taken away after the last."""
    for one in found:
        load = carried.get(one.visit_id, Carried())
        parts = [(one.modules_s, "S"), (one.modules_l, "L")]
        modules = ", ".join(f"{n} {name}" for n, name in parts if n)
        trees = [f"Bäume: {', '.join(load.trees)}"] if load.trees else ["Bäume noch nicht zugeteilt."]
        come = [f"Von: {', '.join(load.before)}"] if load.before else []
        go = [f"Nach: {', '.join(load.after)}"] if load.after else []
        after = one.last + timedelta(days=1)
        yield _move(one, "ankunft", f"Aufbau: {one.stop} ({modules})", one.first, [*trees, *come], address)
        yield _move(one, "abzug", f"Abbau: {one.stop} ({modules})", after, [*trees, *go], address)


def _move(one: Announced, part: str, summary: str, on: date, told: list[str], address: Address) -> Entry:
    return Entry(
        uid=f"{one.uid}-{part}",
        sequence=one.revision,
        changed_at=one.changed_at,
        summary=f"Abgesagt: {summary}" if one.is_cancelled else summary,
        first=on,
        last=on,
        location=f"{one.stop}, {one.municipality}",
        description="" if one.is_cancelled else "\n".join(told),
        url="" if one.is_cancelled else address(one),
        spot=None if one.lon is None or one.lat is None else (one.lon, one.lat),
        is_cancelled=one.is_cancelled,
    )
