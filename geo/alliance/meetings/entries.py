"""Meetings as entries of a calendar: one invited to stands there, one called off is said to be so and keeps its day."""

from collections.abc import Callable, Iterable, Iterator

from geo.alliance.meetings.queries import Announced
from geo.core.calendar_files import Entry
from geo.core.clock import BERLIN

Address = Callable[[Announced], str]


def meeting_entries(found: Iterable[Announced], address: Address) -> Iterator[Entry]:
    """An entry a meeting; `address` gives its internal page."""
    for one in found:
        summary = f"{one.title} ({one.group})" if one.group and one.group not in one.title else one.title
        begins, ends = one.starts_at.astimezone(BERLIN), one.ends_at.astimezone(BERLIN)
        yield Entry(
            uid=f"{one.uid}-sitzung",
            sequence=one.sequence,
            changed_at=one.changed_at,
            summary=f"Abgesagt: {summary}" if one.is_cancelled else summary,
            first=begins.date(),
            last=ends.date(),
            at=begins,
            until=ends,
            location=", ".join(part for part in (one.location, one.online_url) if part),
            description="" if one.is_cancelled else _told(one),
            url=address(one),
            is_cancelled=one.is_cancelled,
        )


def _told(one: Announced) -> str:
    lines = ["Erfundene Sitzung des Beispielregisters."] if one.is_example else []
    if one.agenda:
        lines += ["Tagesordnung:", *(f"{number}. {title}" for number, title in enumerate(one.agenda, 1))]
    return "\n".join(lines)
