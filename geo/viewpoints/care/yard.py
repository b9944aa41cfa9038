"""What the building yard has to do at a town's points, and when: as lines of a list and as a calendar.

The days follow from what is stored alone: they do not move because somebody asks later. A point's version counts every
change of it and of its upkeep, so it is the SEQUENCE of all its events.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.calendar_files import Entry
from geo.core.codes import label
from geo.core.db import for_municipality
from geo.viewpoints.codes import DEFECTS

# After a pruning the next one is not before this: one in October counts for the November that was meant.
PRUNED_FOR = timedelta(days=183)
# What was done is told for so long, so that every subscriber has heard of it.
TOLD_FOR = timedelta(days=90)


@dataclass(frozen=True)
class YardPoint:
    """A point that is looked after, with what its days follow from."""

    id: int
    name: str
    municipality: str
    version: int
    changed_at: datetime
    is_open: bool
    opened_on: date
    last_checked_on: date | None
    last_pruned_on: date | None
    check_every_months: int
    prune_month: int | None
    longitude: float
    latitude: float
    responsible_body: str | None

    @property
    def check_due_on(self) -> date:
        """The last day on which the next check is in time."""
        base = max(self.opened_on, self.last_checked_on) if self.last_checked_on else self.opened_on
        return base + relativedelta(months=self.check_every_months)

    @property
    def prune_on(self) -> date | None:
        """The first day of the month in which the view is to be cut free next; None where that is not needed."""
        if self.prune_month is None:
            return None
        after = self.last_pruned_on + PRUNED_FOR if self.last_pruned_on else self.opened_on
        first = date(after.year, self.prune_month, 1)
        return first if first >= after.replace(day=1) else date(after.year + 1, self.prune_month, 1)


@dataclass(frozen=True)
class YardDefect:
    """A confirmed defect with its deadline."""

    id: int
    viewpoint_id: int
    kind: str
    due_on: date
    closed_on: date | None
    version: int
    is_confirmed: bool


_POINTS = text(
    """
    SELECT v.id, v.name, m.name AS municipality, v.version,
           greatest(v.created_at, (SELECT max(c.created_at) FROM register.viewpoint_checks c
                                   WHERE c.viewpoint_id = v.id)) AS changed_at,
           EXISTS (SELECT FROM register.viewpoint_statuses t WHERE t.viewpoint_id = v.id
                   AND t.during @> CAST(:day AS date) AND t.status IN ('OFFEN', 'EINGESCHRAENKT')) AS is_open,
           (SELECT min(lower(t.during)) FROM register.viewpoint_statuses t
            WHERE t.viewpoint_id = v.id AND t.status IN ('OFFEN', 'EINGESCHRAENKT')) AS opened_on,
           (SELECT max(c.checked_on) FROM register.viewpoint_checks c WHERE c.viewpoint_id = v.id) AS last_checked_on,
           (SELECT max(c.checked_on) FROM register.viewpoint_checks c
            WHERE c.viewpoint_id = v.id AND c.was_pruned) AS last_pruned_on,
           v.check_every_months, v.prune_month, public.ST_X(p.point) AS longitude, public.ST_Y(p.point) AS latitude,
           v.responsible_body
    FROM register.viewpoints v
    JOIN register.places p ON p.id = v.place_id
    JOIN register.municipalities m ON m.id = v.municipality_id
    WHERE v.municipality_id = :town AND EXISTS (SELECT FROM register.viewpoint_statuses t
        WHERE t.viewpoint_id = v.id AND t.status IN ('OFFEN', 'EINGESCHRAENKT') AND lower(t.during) <= :day)
    ORDER BY v.name, v.id
    """
)
_DEFECTS = text(
    """
    SELECT d.id, d.viewpoint_id, d.kind, coalesce(d.due_on, d.closed_on) AS due_on, d.closed_on, d.version,
           d.state = 'BESTAETIGT' AS is_confirmed
    FROM register.viewpoint_defects d
    WHERE d.municipality_id = :town AND (d.state = 'BESTAETIGT' OR d.closed_on >= :told)
      AND (d.due_on IS NOT NULL OR d.closed_on IS NOT NULL)
    ORDER BY 4, d.id
    """
)


def points(session: Session, municipality_id: int, day: date) -> list[YardPoint]:
    """The points of the town that are or were open by the day. Needs a staff session."""
    with for_municipality(session, municipality_id):
        found = session.execute(_POINTS, {"town": municipality_id, "day": day})
        return [YardPoint(**row._mapping) for row in found]


def defects(session: Session, municipality_id: int, day: date) -> list[YardDefect]:
    """Confirmed defects, and those that ended not long ago. Needs a staff session."""
    with for_municipality(session, municipality_id):
        found = session.execute(_DEFECTS, {"town": municipality_id, "told": day - TOLD_FOR})
        return [YardDefect(**row._mapping) for row in found]


def entries(known: Sequence[YardPoint], broken: Sequence[YardDefect], base: str) -> Iterator[Entry]:
    """The calendar: per point its next check and its next pruning, per defect its deadline; what is over is called off.

    `base` is the address of the internal pages of points, to which the point's number is added.
    """
    by_id = {one.id: one for one in known}
    for one in known:
        yield _entry(one, "pruefen", f"Blick prüfen: {one.name}", one.check_due_on, base)
        if one.prune_on is not None:
            told = "Hecken und Gehölze dürfen nur von Oktober bis Februar stark geschnitten werden (§ 39 BNatSchG)."
            yield _entry(one, "freischneiden", f"Blick freischneiden: {one.name}", one.prune_on, base, told)
    for defect in broken:
        point = by_id.get(defect.viewpoint_id)
        if point is not None:
            summary = f"Mangel beheben: {label(DEFECTS, defect.kind)}, {point.name}"
            yield _entry(point, f"mangel-{defect.id}", summary, defect.due_on, base, gone=not defect.is_confirmed)


def _entry(one: YardPoint, part: str, summary: str, on: date, base: str, told: str = "", gone: bool = False) -> Entry:
    cancelled = gone or not one.is_open
    return Entry(
        uid=f"blick-{one.id}-{part}",
        sequence=one.version,
        changed_at=one.changed_at,
        summary=f"Erledigt oder entfallen: {summary}" if cancelled else summary,
        first=on,
        last=on,
        location=f"{one.name}, {one.municipality}",
        description="" if cancelled else "\n".join(part for part in (told, one.responsible_body or "") if part),
        url="" if cancelled else f"{base}{one.id}",
        spot=(one.longitude, one.latitude),
        is_cancelled=cancelled,
    )
