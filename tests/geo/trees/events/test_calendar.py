"""The calendar: files read in the sandbox, brought in step again and again, and the stops that events block."""

from datetime import date

import pytest

from geo.core.access import SYSTEM
from geo.core.errors import Conflict, Invalid, NotFound
from geo.trees.events import queries, reading, service
from geo.trees.events.reading import Found
from geo.trees.events.schemas import EventInput, parse_event
from geo.trees.model import Stop
from geo.trees.site import queries as site
from geo.trees.wording import period
from tests.geo.trees import rows
from tests.geo.trees.rows import MAY

TODAY = date(2026, 5, 1)
FAIR = EventInput("Maimarkt", "MARKT", period(date(2026, 5, 8), date(2026, 5, 10)))


def ics(*events: str) -> bytes:
    whole = "".join(f"BEGIN:VEVENT\n{one}\nEND:VEVENT\n" for one in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Test//Test//DE\n{whole}END:VCALENDAR\n".encode()


def days(found: reading.Read) -> list[tuple[str, str, str]]:
    return [(one.uid, one.first.isoformat(), one.last.isoformat()) for one in found.events]


def test_whole_days_moments_durations_and_nights_become_days():
    found = reading.read(
        ics(
            "UID:a\nSUMMARY:Fest\nDTSTART;VALUE=DATE:20260503\nDTEND;VALUE=DATE:20260506",
            "UID:b\nSUMMARY:Tag\nDTSTART;VALUE=DATE:20260507",
            "UID:c\nSUMMARY:Abend\nDTSTART:20260508T180000\nDTEND:20260509T000000",
            "UID:d\nSUMMARY:Nacht\nDTSTART:20260510T180000\nDTEND:20260511T020000",
            "UID:e\nSUMMARY:Zwei Tage\nDTSTART;VALUE=DATE:20260512\nDURATION:P2D",
            "UID:f\nSTATUS:CANCELLED\nDTSTART;VALUE=DATE:20260520",
        ),
        TODAY,
    )
    assert days(found) == [
        ("a", "2026-05-03", "2026-05-05"), ("b", "2026-05-07", "2026-05-07"), ("c", "2026-05-08", "2026-05-08"),
        ("d", "2026-05-10", "2026-05-11"), ("e", "2026-05-12", "2026-05-13"), ("f", "2026-05-20", "2026-05-20"),
    ]  # fmt: skip
    assert [one.cancelled for one in found.events] == [False] * 5 + [True]


def test_moments_of_other_zones_have_their_day_in_germany():
    found = reading.read(
        ics(
            "UID:a\nSUMMARY:Fest\nDTSTART:20260502T220000Z\nDTEND:20260503T220000Z",
            "UID:b\nSUMMARY:Abend\nDTSTART:20260506T170000Z\nDTEND:20260506T213000Z",
            "UID:c\nSUMMARY:Funk\nDTSTART;TZID=America/New_York:20260508T190000",
        ),
        TODAY,
    )
    assert days(found) == [
        ("a", "2026-05-03", "2026-05-03"), ("b", "2026-05-06", "2026-05-06"), ("c", "2026-05-09", "2026-05-09"),
    ]  # fmt: skip


def test_what_repeats_is_told_day_by_day_with_exceptions_and_moved_ones():
    found = reading.read(
        ics(
            "UID:w\nSUMMARY:Wochenmarkt\nDTSTART;TZID=Europe/Berlin:20260501T080000\n"
            "DTEND;TZID=Europe/Berlin:20260501T140000\nRRULE:FREQ=WEEKLY;UNTIL=20260531T220000Z\n"
            "EXDATE;TZID=Europe/Berlin:20260515T080000",
            "UID:w\nSUMMARY:Verlegt\nRECURRENCE-ID;TZID=Europe/Berlin:20260522T080000\n"
            "DTSTART;TZID=Europe/Berlin:20260523T080000\nDTEND;TZID=Europe/Berlin:20260523T140000",
        ),
        TODAY,
    )
    assert [one.first.day for one in found.events] == [1, 8, 23, 29]
    assert [one.title for one in found.events] == ["Wochenmarkt", "Wochenmarkt", "Verlegt", "Wochenmarkt"]
    assert found.events[2].uid == "w#2026-05-22"


def test_an_endless_daily_event_of_long_ago_is_bounded():
    found = reading.read(ics("UID:x\nSUMMARY:Ewig\nDTSTART;VALUE=DATE:19800101\nRRULE:FREQ=DAILY"), TODAY)
    assert 300 < len(found.events) <= 400


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "Bitte eine Datei"),
        (b"hallo", "kein Kalender"),
        (b"\x00\xff" * 50, "kein Kalender"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n", "kein Kalender"),
        (ics(), "kein Termin"),
        (ics("UID:alt\nDTSTART;VALUE=DATE:20010101"), "kein Termin"),
        (b"x" * (reading.MOST_BYTES + 1), "größer als 5 MB"),
    ],
)
def test_what_is_no_calendar_is_told(raw, sentence):
    with pytest.raises(Invalid, match=sentence):
        reading.read(raw, TODAY)


def test_one_broken_event_does_not_lose_the_others():
    found = reading.read(ics("UID:a\nSUMMARY:Gut\nDTSTART;VALUE=DATE:20260503", "SUMMARY:ohne Tag"), TODAY)
    assert len(found.events) == 1 and found.problems == 1
    odd = (
        "UID:b\nDTSTART;VALUE=DATE:20260503\nDURATION:P99999D",
        "UID:c\nDTSTART;VALUE=DATE:20260503\nRRULE:FREQ=DAILY;INTERVAL=0",
    )
    assert reading.read(ics("UID:a\nDTSTART;VALUE=DATE:20260503", *odd), TODAY).problems == 2


def take(avenue, found, stop_ids=(), source="Märkte der Stadt"):
    return service.take_over(
        avenue.session, SYSTEM, avenue.town, found, source=source, kind="MARKT", stop_ids=stop_ids, today=TODAY
    )


def test_the_same_source_again_brings_the_calendar_in_step(avenue):
    stop = avenue.market
    first = [
        Found("old", "Ostermarkt", date(2026, 4, 1), date(2026, 4, 3)),
        Found("a", "Maimarkt", date(2026, 5, 8), date(2026, 5, 10)),
        Found("b", "Herbstmarkt", date(2026, 9, 1), date(2026, 9, 2)),
        Found("c", "Fällt aus", date(2026, 9, 5), date(2026, 9, 5), cancelled=True),
    ]
    assert vars(take(avenue, first, [stop.id])) == {"new": 3, "changed": 0, "gone": 0, "same": 0}
    assert vars(take(avenue, first, [stop.id])) == {"new": 0, "changed": 0, "gone": 0, "same": 3}
    with pytest.raises(Conflict, match="gesperrt: Maimarkt"):
        avenue.put("B 1", stop, MAY)
    moved = [Found("a", "Maimarkt", date(2026, 6, 12), date(2026, 6, 14))]
    assert vars(take(avenue, moved, [stop.id])) == {"new": 0, "changed": 1, "gone": 1, "same": 0}
    assert [one.reason for one in site.blocks(avenue.session, stop.id)] == ["Ostermarkt", "Maimarkt"]
    avenue.put("B 1", stop, MAY)
    assert vars(take(avenue, moved)) == {"new": 0, "changed": 1, "gone": 0, "same": 0}
    assert [one.reason for one in site.blocks(avenue.session, stop.id)] == ["Ostermarkt"]
    with pytest.raises(Invalid, match="steht schon im Kalender „Märkte der Stadt“"):
        take(avenue, moved, source="Anderer")


def test_an_event_blocks_the_stops_that_are_ticked_and_opens_them_again(avenue, towns):
    session = avenue.session
    data = EventInput(**{**vars(FAIR), "stop_ids": (avenue.market.id, avenue.square.id)})
    event = service.add_event(session, SYSTEM, avenue.town, data)
    assert event.blocks and [one.source for one in site.blocks(session, avenue.square.id)] == ["KALENDER"]
    longer = EventInput("Großer Maimarkt", "MARKT", period(date(2026, 5, 8), date(2026, 5, 12)), (avenue.market.id,))
    service.update_event(session, SYSTEM, event.id, event.version, longer)
    (block,) = site.blocks(session, avenue.market.id)
    assert (block.reason, block.during) == ("Großer Maimarkt", longer.during)
    assert site.blocks(session, avenue.square.id) == []
    foreign = rows.stop(session, towns.foreign, "Fremder Platz", lon=11.25)
    with pytest.raises(Invalid, match="eigenen Gemeinde"):
        service.update_event(
            session, SYSTEM, event.id, event.version, EventInput(**{**vars(FAIR), "stop_ids": (foreign.id,)})
        )
    service.remove_event(session, SYSTEM, event.id, event.version)
    assert site.blocks(session, avenue.market.id) == [] and session.get(Stop, avenue.market.id) is not None
    with pytest.raises(NotFound):
        queries.get_event(session, SYSTEM, event.id)


def test_holidays_school_holidays_and_events_stand_in_one_calendar(avenue):
    service.add_event(avenue.session, SYSTEM, avenue.town, FAIR)
    may = queries.background(avenue.session, avenue.town, date(2026, 5, 1), date(2026, 5, 31))
    named = {one.title: one.kind for one in may}
    assert named["Maimarkt"] == "MARKT" and named["Christi Himmelfahrt"] == "FEIERTAG"
    summer = queries.background(avenue.session, None, date(2026, 7, 20), date(2026, 7, 21))
    assert [(one.kind, one.first, one.last) for one in summer] == [("SCHULFERIEN", date(2026, 7, 4), date(2026, 8, 14))]
    assert "Maimarkt" not in {one.title for one in queries.background(avenue.session, None, *_whole_year())}


def _whole_year() -> tuple[date, date]:
    return date(2026, 1, 1), date(2026, 12, 31)


def test_an_event_that_ends_before_it_begins_is_told():
    with pytest.raises(Invalid) as error:
        parse_event({"title": "Fest", "kind": "MARKT", "first": "2026-05-04", "last": "2026-05-03", "stops": ["x"]})
    assert error.value.fields == {
        "last": "Der letzte Tag liegt vor dem ersten.", "stops": "Bitte nur angebotene Standplätze wählen."
    }  # fmt: skip
    given = parse_event({"title": "Fest", "kind": "MARKT", "first": "2026-05-04"})
    assert given.during == period(date(2026, 5, 4), date(2026, 5, 4))
