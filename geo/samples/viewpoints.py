"""Viewpoints of the sample, with dates counted back from the day."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from geo.core import geometry
from geo.core.clock import BERLIN
from geo.samples.content import Record, read
from geo.samples.model import NoticeSample, PlaceSample, StatusSample, ViewpointSample

COPIED = ("key", "name", "name_en", "story", "story_en", "story_easy")
OPTIONAL = (
    *("path_surface", "path_steps", "stop_distance_m", "parking", "shade", "evening_light", "prune_month"),
    *("step_free", "access_note", "access_note_en", "best_time", "best_time_en", "toilet", "is_featured"),
)


def viewpoints(today: date) -> tuple[ViewpointSample, ...]:
    """All viewpoints of the sample as they are on the day."""
    return tuple(_viewpoint(record, today) for record in read("viewpoints")["viewpoints"])


# Made-up places around each point: kind, name, metres to the east and north, opening hours, wheelchair.
_NEAR = (
    ("GASTRONOMIE", "Café am Blick (Beispiel)", 85, 60, "Tu-Su 10:00-18:00", "JA"),
    ("GASTRONOMIE", "Gasthaus zur Aussicht (Beispiel)", -190, 120, "Mo-Sa 11:00-22:00; Su 11:00-15:00", "TEILWEISE"),
    ("LADEN", "Bäckerei Muster (Beispiel)", 40, -120, "Mo-Fr 06:30-18:00; Sa 06:30-12:00", "JA"),
    ("LADEN", "Buchladen Muster (Beispiel)", -230, -60, "Mo-Fr 10:00-18:00", None),
    ("HALTESTELLE", "Haltestelle Stadtmitte (Beispiel)", 150, -190, None, "JA"),
    ("PARKPLATZ", "Parkplatz Nord (Beispiel)", 20, 240, None, None),
)
_TOILET = ("WC", "Öffentliche Toilette (Beispiel)", -70, 40, "Mo-Su 08:00-20:00", "JA")
METRE_X, METRE_Y = 1.43e-5, 0.9e-5
SOURCE = "Beispielregister"


def near_by(viewpoints: Iterable[ViewpointSample]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Key of the town and the columns of each made-up place near a viewpoint."""
    for viewpoint in viewpoints:
        for kind, name, east, north, hours, wheelchair in (*_NEAR, *([_TOILET] if viewpoint.toilet else ())):
            place = viewpoint.place
            yield (
                place.ags,
                {
                    "kind": kind,
                    "name": name,
                    "point": geometry.point(place.lon + east * METRE_X, place.lat + north * METRE_Y),
                    "opening_hours": hours,
                    "wheelchair": wheelchair,
                    "source": SOURCE,
                    "is_example": True,
                },
            )


def _viewpoint(record: Record, today: date) -> ViewpointSample:
    return ViewpointSample(
        place=PlaceSample(ags=record["ags"], lat=record["lat"], lon=record["lon"], street=record.get("street")),
        sectors=tuple((start, end) for start, end in record["sectors"]),
        statuses=tuple(_statuses(record["statuses"], today)),
        furniture=tuple(record["furniture"]),
        checked_on=tuple(
            today - timedelta(days=days) for days in record.get("checks", [record.get("checked")]) if days is not None
        ),
        damaged=tuple(record.get("damaged", ())),
        defects=tuple(_defect(defect, today) for defect in record.get("defects", [])),
        notices=tuple(_notice(notice, today) for notice in record.get("notices", [])),
        responsible_body="Bauhof der Stadt (Beispiel)" if record["furniture"] else None,
        **{name: record[name] for name in COPIED},
        **{name: record[name] for name in OPTIONAL if name in record},
    )


def _defect(record: Record, today: date) -> Record:
    """A defect reported, confirmed and perhaps mended so many days ago."""
    days = {name: today - timedelta(days=record[name]) for name in ("confirmed_on", "closed_on") if name in record}
    due = {"due_on": days["confirmed_on"] + timedelta(days=14)} if "confirmed_on" in days else {}
    state = "BEHOBEN" if "closed_on" in days else "BESTAETIGT" if days else "NEU"
    reported = datetime.combine(today - timedelta(days=record["reported"]), time(10), BERLIN)
    empty = dict.fromkeys(("confirmed_on", "closed_on", "due_on"))
    return (
        {"kind": record["kind"], "words": record["words"], "state": state, "reported_at": reported} | empty | days | due
    )


def _notice(record: Record, today: date) -> NoticeSample:
    start, end = (today + timedelta(days=days) for days in record["days"])
    return NoticeSample(record["text"], record["text_en"], start, end)


def _statuses(entries: list[list[str | int]], today: date) -> list[StatusSample]:
    starts = [today - timedelta(days=int(entry[1])) for entry in entries]
    ends: list[date | None] = [after for _, after in pairwise(starts)] + [None]
    return [
        StatusSample(str(name), start, end, str(why[0]) if why else None)
        for (name, _days, *why), start, end in zip(entries, starts, ends, strict=True)
    ]
