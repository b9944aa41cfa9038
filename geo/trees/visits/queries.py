"""Visits with the names around them, for staff: one, those of a stop or plan, and those that are coming as of a day."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor, may
from geo.core.errors import NotFound
from geo.trees.queries.internal import is_visible
from geo.trees.visits.deadlines import Deadline, Planned, deadlines, next_open


@dataclass(frozen=True)
class VisitRow:
    """A visit; `actual_*` say when the trees really were there, as far as that is known. Days are included."""

    id: int
    uid: uuid.UUID
    version: int
    layer: str
    first: date
    last: date
    modules_s: int
    modules_l: int
    is_pinned: bool
    exception_reason: str | None
    title: str | None
    note: str | None
    public_text: str | None
    opening_at: datetime | None
    permit_state: str
    permit_applied_on: date | None
    permit_decided_on: date | None
    permit_reference: str | None
    has_parade: bool
    parade_filed_on: date | None
    signs_up_on: date | None
    decision: str
    decision_note: str | None
    is_example: bool
    planned_visit_id: int | None
    schedule_id: int
    schedule: str
    schedule_state: str
    fleet_id: int
    fleet: str
    fleet_municipality_id: int | None
    stop_id: int
    stop: str
    permit_office: str | None
    permit_lead_weeks: int
    municipality_id: int
    municipality: str
    actual_id: int | None
    actual_version: int | None
    actual_first: date | None
    actual_last: date | None
    trees: tuple[str, ...]

    @property
    def modules(self) -> int:
        return self.modules_s + self.modules_l

    @property
    def is_confirmed(self) -> bool:
        return self.layer == "TATSAECHLICH" or self.actual_id is not None

    @property
    def stands_from(self) -> date:
        """The first day on which trees stood there, or are to."""
        return self.actual_first or self.first

    @property
    def stands_until(self) -> date:
        """The last one."""
        return self.actual_last or self.last

    @property
    def name(self) -> str:
        return self.title or self.stop

    def planned(self) -> Planned:
        """What its deadlines follow from."""
        return Planned(
            first=self.first,
            permit_state=self.permit_state,
            lead_weeks=self.permit_lead_weeks,
            applied_on=self.permit_applied_on,
            has_parade=self.has_parade,
            parade_filed_on=self.parade_filed_on,
            signs_up_on=self.signs_up_on,
        )

    def deadlines(self, day: date) -> list[Deadline]:
        """Its duties as of a day; none once the trees have come."""
        return [] if self.is_confirmed or self.first <= day else deadlines(self.planned(), day)

    def next_duty(self, day: date) -> Deadline | None:
        """What has to be done first."""
        return next_open(self.deadlines(day))


_VISITS = """
    SELECT v.id, v.uid, v.version, v.layer, lower(v.during) AS first, upper(v.during) - 1 AS last, v.modules_s,
           v.modules_l, v.is_pinned, v.title, v.note, v.public_text,
           v.exception_reason, v.opening_at, v.permit_state, v.permit_applied_on,
           v.permit_decided_on, v.permit_reference, v.has_parade, v.parade_filed_on, v.signs_up_on, v.decision,
           v.decision_note, v.is_example, v.planned_visit_id, v.schedule_id, c.name AS schedule,
           c.state AS schedule_state, f.id AS fleet_id, f.name AS fleet, f.municipality_id AS fleet_municipality_id,
           v.stop_id, s.name AS stop, s.permit_office, s.permit_lead_weeks, v.municipality_id, m.name AS municipality,
           a.id AS actual_id, a.version AS actual_version, lower(a.during) AS actual_first,
           upper(a.during) - 1 AS actual_last,
           ARRAY(SELECT t.label FROM register.stays y JOIN register.trees t ON t.id = y.tree_id
                 WHERE y.visit_id = v.id ORDER BY t.label) AS trees
    FROM register.visits v
    JOIN register.schedules c ON c.id = v.schedule_id
    JOIN register.fleets f ON f.id = c.fleet_id
    JOIN register.stops s ON s.id = v.stop_id
    JOIN register.municipalities m ON m.id = v.municipality_id
    LEFT JOIN register.visits a ON a.planned_visit_id = v.id
"""
# Actual visits that fulfil a decided one are told with it; a withdrawn plan's drafts are nobody's plan any more.
_HEADS = "v.planned_visit_id IS NULL AND NOT (v.layer = 'ENTWURF' AND c.state = 'UEBERHOLT')"
_ORDER = "ORDER BY lower(v.during), m.name, s.name, v.id"
_ONE = text(f"{_VISITS} WHERE v.id = :id")
_LISTED = text(
    f"""
    {_VISITS}
    WHERE {_HEADS}
      AND (CAST(:town AS integer) IS NULL OR v.municipality_id = :town)
      AND (CAST(:stop AS integer) IS NULL OR v.stop_id = :stop)
      AND (CAST(:schedule AS integer) IS NULL OR v.schedule_id = :schedule)
      AND (CAST(:ends_after AS date) IS NULL OR coalesce(upper(a.during), upper(v.during)) > :ends_after)
      AND (CAST(:ended_by AS date) IS NULL OR coalesce(upper(a.during), upper(v.during)) <= :ended_by)
    {_ORDER}
    """
)


def get_visit(session: Session, actor: Actor, visit_id: int) -> VisitRow:
    """A visit of a town or fleet that the actor may look into. Raises `NotFound`."""
    row = session.execute(_ONE, {"id": visit_id}).first()
    if row is None:
        raise NotFound("Der Besuch", visit_id)
    visit = _visit(row)
    if not any(is_visible(actor, town) for town in (visit.municipality_id, visit.fleet_municipality_id)):
        raise NotFound("Der Besuch", visit_id)
    return visit


def coming(session: Session, actor: Actor, municipality_id: int | None, day: date) -> list[VisitRow]:
    """The visits that go on or are to come as of the day, drafts included; of a town, or of all the actor may see."""
    return _listed(session, actor, town=municipality_id, ends_after=day)


def past(session: Session, actor: Actor, municipality_id: int | None, day: date) -> list[VisitRow]:
    """The visits that had ended by the day, the latest first; drafts that never came are none."""
    found = _listed(session, actor, town=municipality_id, ended_by=day)
    return [visit for visit in reversed(found) if visit.layer != "ENTWURF"]


def at_stop(session: Session, actor: Actor, stop_id: int) -> list[VisitRow]:
    """All visits of a stop."""
    return _listed(session, actor, stop=stop_id)


def of_schedule(session: Session, actor: Actor, schedule_id: int) -> list[VisitRow]:
    """All visits of a schedule."""
    return _listed(session, actor, schedule=schedule_id)


def with_duties(visits: Sequence[VisitRow], day: date) -> list[tuple[VisitRow, Deadline]]:
    """Every open duty of these visits, the most urgent first."""
    found = [(visit, one) for visit in visits for one in visit.deadlines(day) if one.is_open]
    return sorted(found, key=lambda pair: (pair[1].due, pair[0].first, pair[0].id))


def _listed(session: Session, actor: Actor, **asked: object) -> list[VisitRow]:
    nothing = dict.fromkeys(("town", "stop", "schedule", "ends_after", "ended_by"))
    found = [_visit(row) for row in session.execute(_LISTED, nothing | asked)]
    return [visit for visit in found if may(actor, Action.TREE_VIEW, visit.municipality_id)]


def _visit(row: Row) -> VisitRow:
    return VisitRow(**{**row._mapping, "trees": tuple(row.trees)})
