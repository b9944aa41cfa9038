"""Viewpoints of the sample, with dates counted back from the day."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from geo.core import geometry
from geo.samples.content import Record, read
from geo.samples.model import PlaceSample, StatusSample, ViewpointSample

COPIED = ("key", "name", "name_en", "story", "story_en", "story_easy")
OPTIONAL = ("step_free", "access_note", "access_note_en", "best_time", "best_time_en", "toilet", "is_featured")


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
    checked = record.get("checked")
    return ViewpointSample(
        place=PlaceSample(ags=record["ags"], lat=record["lat"], lon=record["lon"], street=record.get("street")),
        sectors=tuple((start, end) for start, end in record["sectors"]),
        statuses=tuple(_statuses(record["statuses"], today)),
        furniture=tuple(record["furniture"]),
        last_checked_on=today - timedelta(days=checked) if checked is not None else None,
        responsible_body="Bauhof der Stadt (Beispiel)" if record["furniture"] else None,
        **{name: record[name] for name in COPIED},
        **{name: record[name] for name in OPTIONAL if name in record},
    )


def _statuses(entries: list[list[str | int]], today: date) -> list[StatusSample]:
    starts = [today - timedelta(days=int(days)) for _, days in entries]
    ends: list[date | None] = [after for _, after in pairwise(starts)] + [None]
    return [StatusSample(str(name), start, end) for (name, _), start, end in zip(entries, starts, ends, strict=True)]
