"""What the building yard has to do at a town's points, and when: as lines of a list and as a calendar.

The days follow from what is stored alone: they do not move because somebody asks later. How often an event has changed
(`revisions`) follows from the history.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.calendar_files import Entry
from geo.core.codes import label
from geo.core.db import for_municipality
from geo.viewpoints.care import revisions
from geo.viewpoints.care.revisions import CHECK, MEND, PRUNE, Change, Facts, Revision, revision
from geo.viewpoints.codes import DEFECTS

# After a pruning the next one is not before this: one in October counts for the November that was meant.
PRUNED_FOR = timedelta(days=183)
# What was done is told for so long, so that every subscriber has heard of it.
TOLD_FOR = timedelta(days=90)


@dataclass(frozen=True)
class YardPoint:
    """A point that is looked after, with what its days follow from.

    Without `needs_pruning` the `prune_month` is the one that was taken out not long ago; where the opening was undone
    not long ago, `opened_on` is the day that was told.
    """

    id: int
    name: str
    municipality: str
    created_at: datetime
    is_open: bool
    opened_on: date
    begun: tuple[date, ...]
    last_checked_on: date | None
    last_pruned_on: date | None
    check_every_months: int
    prune_month: int | None
    needs_pruning: bool
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
        """The first day of the month in which the view is to be cut free next; None where that never was needed."""
        if self.prune_month is None:
            return None
        after = self.last_pruned_on + PRUNED_FOR if self.last_pruned_on else self.opened_on
        first = date(after.year, self.prune_month, 1)
        return first if first >= after.replace(day=1) else date(after.year + 1, self.prune_month, 1)


@dataclass(frozen=True)
class YardDefect:
    """A defect that is or was confirmed, with its deadline."""

    id: int
    viewpoint_id: int
    kind: str
    due_on: date
    is_confirmed: bool


_POINTS = text(
    """
    SELECT v.id, v.name, m.name AS municipality, v.created_at,
           coalesce(b.is_open, false) OR coalesce(undone.until > CAST(:day AS date), false) AS is_open,
           coalesce(b.opened_on, undone.opened_on) AS opened_on, coalesce(b.begun, '{}') AS begun,
           l.last_checked_on, l.last_pruned_on, v.check_every_months,
           coalesce(v.prune_month, was.prune_month) AS prune_month,
           v.prune_month IS NOT NULL OR was.until > CAST(:day AS date) AS needs_pruning,
           public.ST_X(p.point) AS longitude, public.ST_Y(p.point) AS latitude, v.responsible_body
    FROM register.viewpoints v
    JOIN register.places p ON p.id = v.place_id
    JOIN register.municipalities m ON m.id = v.municipality_id
    CROSS JOIN LATERAL (
        SELECT array_agg(lower(t.during) ORDER BY lower(t.during)) AS begun,
               bool_or(t.during @> CAST(:day AS date) AND t.status IN ('OFFEN', 'EINGESCHRAENKT')) AS is_open,
               min(lower(t.during)) FILTER (WHERE t.status IN ('OFFEN', 'EINGESCHRAENKT')) AS opened_on
        FROM register.viewpoint_statuses t WHERE t.viewpoint_id = v.id AND lower(t.during) <= :day
    ) b
    LEFT JOIN LATERAL (
        SELECT * FROM (
            SELECT h.id, lower((h.old_values ->> 'during')::daterange) AS opened_on,
                   (h.changed_at AT TIME ZONE 'Europe/Berlin')::date AS until
            FROM (SELECT DISTINCT r.transaction_id FROM history.changes r
                  WHERE r.table_name = 'viewpoints' AND r.row_id = v.id) own
            JOIN history.changes h ON h.transaction_id = own.transaction_id
            WHERE h.table_name = 'viewpoint_statuses' AND h.operation = 'DELETE'
              AND (h.old_values ->> 'viewpoint_id')::integer = v.id
              AND h.old_values ->> 'status' IN ('OFFEN', 'EINGESCHRAENKT')
        ) was_open
        WHERE was_open.opened_on <= least(was_open.until, CAST(:day AS date)) AND was_open.until >= :told
        ORDER BY was_open.id DESC LIMIT 1
    ) undone ON b.opened_on IS NULL
    CROSS JOIN LATERAL (
        SELECT max(c.checked_on) AS last_checked_on, max(c.checked_on) FILTER (WHERE c.was_pruned) AS last_pruned_on
        FROM register.viewpoint_checks c WHERE c.viewpoint_id = v.id AND c.checked_on <= :day
    ) l
    LEFT JOIN LATERAL (
        SELECT (h.old_values ->> 'prune_month')::integer AS prune_month,
               (h.changed_at AT TIME ZONE 'Europe/Berlin')::date AS until
        FROM history.changes h
        WHERE h.table_name = 'viewpoints' AND h.row_id = v.id AND h.operation = 'UPDATE'
          AND h.old_values ->> 'prune_month' IS NOT NULL
        ORDER BY h.id DESC LIMIT 1
    ) was ON v.prune_month IS NULL AND was.until >= greatest(b.opened_on, undone.opened_on, :told)
    WHERE v.municipality_id = :town AND coalesce(b.opened_on, undone.opened_on) IS NOT NULL
    ORDER BY v.name, v.id
    """
)
# Whatever once had a deadline was in the calendar: what became of it is told, a confirmation taken back as well.
_DEFECTS = text(
    """
    SELECT d.id, d.viewpoint_id, d.kind, coalesce(d.due_on, told.due_on) AS due_on,
           coalesce(d.confirmed_on <= :day AND (d.closed_on IS NULL OR d.closed_on > :day), false) AS is_confirmed
    FROM register.viewpoint_defects d
    CROSS JOIN LATERAL (
        SELECT (h.new_values ->> 'due_on')::date AS due_on FROM history.changes h
        WHERE h.table_name = 'viewpoint_defects' AND h.row_id = d.id AND h.new_values ->> 'due_on' IS NOT NULL
        ORDER BY h.id DESC LIMIT 1
    ) told
    WHERE d.municipality_id = :town AND coalesce(d.confirmed_on, :day) <= :day
      AND (d.closed_on IS NULL OR d.closed_on >= :told)
    ORDER BY 4, d.id
    """
)


def points(session: Session, municipality_id: int, day: date) -> list[YardPoint]:
    """The points of the town that are or were open by the day, or were said to be. Needs a staff session."""
    with for_municipality(session, municipality_id):
        found = session.execute(_POINTS, {"town": municipality_id, "day": day, "told": day - TOLD_FOR})
        return [YardPoint(**{**row._mapping, "begun": tuple(row.begun)}) for row in found]


def defects(session: Session, municipality_id: int, day: date) -> list[YardDefect]:
    """Confirmed defects, and those that ended not long ago. Needs a staff session."""
    with for_municipality(session, municipality_id):
        found = session.execute(_DEFECTS, {"town": municipality_id, "day": day, "told": day - TOLD_FOR})
        return [YardDefect(**row._mapping) for row in found]


def calendar(session: Session, municipality_id: int, day: date, base: str) -> list[Entry]:
    """The events of the town's points as of the day; `base` as for `entries`. Needs a staff session."""
    with for_municipality(session, municipality_id):
        done = revisions.changes(session, municipality_id)
    known, broken = points(session, municipality_id, day), defects(session, municipality_id, day)
    return list(entries(known, broken, done, base))


def entries(
    known: Sequence[YardPoint], broken: Sequence[YardDefect], done: Mapping[int, Sequence[Change]], base: str
) -> Iterator[Entry]:
    """The calendar: per point its next check and its next pruning, per defect its deadline; what is over is called off.

    `done` is what the history holds of each point, `base` the address of the internal pages of points, to which the
    point's number is added.
    """
    by_id = {one.id: one for one in known}

    def of(one: YardPoint, facts: Facts, defect_id: int | None = None) -> Revision:
        return revision(done.get(one.id, ()), facts, one.begun, one.created_at, defect_id)

    for one in known:
        yield _entry(one, "pruefen", f"Blick prüfen: {one.name}", one.check_due_on, base, of(one, CHECK))
        if one.prune_on is not None:
            told = "Hecken und Gehölze dürfen nur von Oktober bis Februar stark geschnitten werden (§ 39 BNatSchG)."
            cut = f"Blick freischneiden: {one.name}"
            yield _entry(
                one, "freischneiden", cut, one.prune_on, base, of(one, PRUNE), told, gone=not one.needs_pruning
            )
    for defect in broken:
        point = by_id.get(defect.viewpoint_id)
        if point is not None:
            summary = f"Mangel beheben: {label(DEFECTS, defect.kind)}, {point.name}"
            part, state = f"mangel-{defect.id}", of(point, MEND, defect.id)
            yield _entry(point, part, summary, defect.due_on, base, state, gone=not defect.is_confirmed)


def _entry(
    one: YardPoint, part: str, summary: str, on: date, base: str, state: Revision, told: str = "", gone: bool = False
) -> Entry:
    cancelled = gone or not one.is_open
    return Entry(
        uid=f"blick-{one.id}-{part}",
        sequence=state.sequence,
        changed_at=state.changed_at,
        summary=f"Erledigt oder entfallen: {summary}" if cancelled else summary,
        first=on,
        last=on,
        location=f"{one.name}, {one.municipality}",
        description="" if cancelled else "\n".join(part for part in (told, one.responsible_body or "") if part),
        url="" if cancelled else f"{base}{one.id}",
        spot=(one.longitude, one.latitude),
        is_cancelled=cancelled,
    )
