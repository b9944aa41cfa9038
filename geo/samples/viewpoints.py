"""Viewpoints of the sample, with dates counted back from the day."""

from datetime import date, timedelta
from itertools import pairwise

from geo.samples.content import Record, read
from geo.samples.model import PlaceSample, StatusSample, ViewpointSample

COPIED = ("key", "name", "name_en", "story", "story_en", "story_easy")
OPTIONAL = ("step_free", "access_note", "access_note_en", "best_time", "best_time_en", "toilet", "is_featured")


def viewpoints(today: date) -> tuple[ViewpointSample, ...]:
    """All viewpoints of the sample as they are on the day."""
    return tuple(_viewpoint(record, today) for record in read("viewpoints")["viewpoints"])


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
