"""Reads of cases, for the staff session in the town's context."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from geo.accounts import links
from geo.core.db import for_municipality
from geo.core.errors import NotFound
from geo.vacancies.cases.model import Case, CaseEvent, CaseFeed, CaseSettings
from geo.vacancies.cases.types import Thresholds
from geo.vacancies.model import OccupancySpell


def get(session: Session, case_id: int) -> Case:
    """A case. Raises `NotFound`, also for another town's."""
    found = session.get(Case, case_id, populate_existing=True)
    if found is None:
        raise NotFound("Der Fall", case_id)
    return found


def municipality_of(session: Session, case_id: int) -> int:
    """The municipality of a case that the session can see. Raises `NotFound`."""
    municipality_id = session.scalar(select(Case.municipality_id).where(Case.id == case_id))
    if municipality_id is None:
        raise NotFound("Der Fall", case_id)
    return municipality_id


def open_of_unit(session: Session, unit_id: int) -> Case | None:
    """The open case of a unit, if it has one."""
    return session.scalar(select(Case).where(Case.unit_id == unit_id, Case.closed_on.is_(None)))


def of_unit(session: Session, unit_id: int) -> Sequence[Case]:
    """All cases of a unit, the open one first, then the newest."""
    wanted = select(Case).where(Case.unit_id == unit_id)
    return session.scalars(wanted.order_by(Case.closed_on.desc().nulls_first(), Case.id.desc())).all()


def events(session: Session, case_id: int, day: date | None = None) -> Sequence[CaseEvent]:
    """The steps of a case up to a day, the oldest first."""
    wanted = select(CaseEvent).where(CaseEvent.case_id == case_id)
    if day is not None:
        wanted = wanted.where(CaseEvent.on_day <= day)
    return session.scalars(wanted.order_by(CaseEvent.on_day, CaseEvent.id)).all()


def last_day(session: Session, case_id: int) -> date | None:
    """The day of the last step of a case."""
    return session.scalar(select(func.max(CaseEvent.on_day)).where(CaseEvent.case_id == case_id))


def last_days(session: Session, case_ids: Sequence[int]) -> dict[int, date]:
    """The day of the last step of each of these cases."""
    wanted = select(CaseEvent.case_id, func.max(CaseEvent.on_day)).where(CaseEvent.case_id.in_(case_ids))
    return {row[0]: row[1] for row in session.execute(wanted.group_by(CaseEvent.case_id))}


def locked(session: Session, case_ids: Sequence[int]) -> Sequence[Case]:
    """These cases by their ids, as they are now, held until the transaction ends."""
    wanted = select(Case).where(Case.id.in_(case_ids)).order_by(Case.id).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).all()


def settings_of(session: Session, municipality_id: int) -> CaseSettings | None:
    """The town's own thresholds; None where it has none."""
    wanted = select(CaseSettings).where(CaseSettings.municipality_id == municipality_id)
    return session.scalar(wanted.execution_options(populate_existing=True))


def limits(session: Session, municipality_id: int) -> Thresholds:
    """The thresholds of the types that count in a town."""
    row = settings_of(session, municipality_id)
    if row is None:
        return Thresholds()
    return Thresholds(row.turnover_months, row.structural_months, row.failed_rounds, row.version)


_IS_RECORDED_SINCE = text(
    """
    SELECT EXISTS (SELECT FROM history.changes h
        WHERE h.table_name = 'occupancy_spells' AND h.row_id = :spell AND h.changed_at >= :since
          AND (h.operation = 'INSERT' OR h.new_values ?| ARRAY['state', 'during']))
    """
)


def is_new_use(session: Session, case: Case, spell: OccupancySpell) -> bool:
    """Whether a unit's use began after a case did, or was recorded since."""
    began = spell.during.lower is not None and spell.during.lower > case.opened_on
    asked = {"spell": spell.id, "since": case.created_at}
    return began or bool(session.scalar(_IS_RECORDED_SINCE, asked))


_PEOPLE = text(
    """
    SELECT DISTINCT a.id, a.name FROM register.memberships b JOIN register.accounts a ON a.id = b.account_id
    WHERE b.municipality_id = :town AND b.role IN ('editor', 'manager') AND a.disabled_at IS NULL
    ORDER BY a.name, a.id
    """
)


def people(session: Session, municipality_id: int) -> list[tuple[int, str]]:
    """Who may be responsible for a case of the town: id and name of those who work cases there."""
    return [(row.id, row.name) for row in session.execute(_PEOPLE, {"town": municipality_id})]


_UNITS_OF_CHANGE = text(
    """
    SELECT DISTINCT o.row_id
    FROM history.changes c
    JOIN history.changes o ON o.transaction_id = c.transaction_id AND o.request_id = c.request_id
    WHERE c.id = :id AND c.table_name = 'cases' AND o.table_name = 'units'
    """
)


def units_of_change(session: Session, change_id: int) -> list[int]:
    """The units that were changed together with a case."""
    return list(session.scalars(_UNITS_OF_CHANGE, {"id": change_id}))


_NAMES = text("SELECT a.id, a.name FROM register.accounts a WHERE a.id = ANY (:ids)")


def names(session: Session, ids: Sequence[int | None]) -> dict[int, str]:
    """The names of accounts by their ids."""
    wanted = sorted({one for one in ids if one is not None})
    return {row.id: row.name for row in session.execute(_NAMES, {"ids": wanted})}


_WITHOUT = text(
    """
    SELECT u.id FROM register.units u WHERE u.municipality_id = :town AND u.id = ANY (:ids)
      AND NOT EXISTS (SELECT FROM register.cases c WHERE c.unit_id = u.id AND c.closed_on IS NULL)
    ORDER BY u.id
    """
)


def units_without_case(session: Session, municipality_id: int, ids: Sequence[int]) -> list[int]:
    """Those of the town's units that have no open case."""
    return list(session.scalars(_WITHOUT, {"town": municipality_id, "ids": list(ids)}))


def feeds(session: Session, municipality_id: int) -> Sequence[CaseFeed]:
    """The calendar addresses of the town, the newest first; revoked ones too."""
    wanted = select(CaseFeed).where(CaseFeed.municipality_id == municipality_id)
    return session.scalars(wanted.order_by(CaseFeed.id.desc())).all()


def feed_of(session: Session, token: str) -> CaseFeed:
    """The calendar of a secret address. Raises `NotFound` without one, a revoked one, or when its person has left."""
    town, hashed = links.read(token)
    with for_municipality(session, town):
        found = session.scalar(select(CaseFeed).where(CaseFeed.secret_sha256 == hashed))
        gone = found is None or found.revoked_at is not None
        if found is None or gone or (found.responsible_id and found.responsible_id not in dict(people(session, town))):
            raise NotFound("Der Kalender")
    return found


_BEGUN_AND_USED = text(
    """
    SELECT DISTINCT o.row_id
    FROM history.changes c
    JOIN history.changes o ON o.transaction_id = c.transaction_id AND o.request_id = c.request_id
    WHERE c.id = :id AND o.table_name = 'cases' AND o.operation = 'INSERT'
      AND (EXISTS (SELECT FROM register.case_assessments x WHERE x.case_id = o.row_id)
           OR EXISTS (SELECT FROM register.case_measures x WHERE x.case_id = o.row_id)
           OR EXISTS (SELECT FROM register.citizen_reports x WHERE x.case_id = o.row_id))
    ORDER BY o.row_id
    """
)


def begun_and_used(session: Session, change_id: int) -> list[int]:
    """The cases that the request of a change opened and on which something hangs: opening them is not taken back."""
    return list(session.scalars(_BEGUN_AND_USED, {"id": change_id}))
