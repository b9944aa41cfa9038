"""The follow-ups of a town, or of one person, as events of a calendar."""

from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.calendar_files import Entry
from geo.core.codes import label
from geo.core.db import for_municipality
from geo.vacancies.bulk.plan import title
from geo.vacancies.cases.codes import CASE_STATES, ENDED
from geo.vacancies.counted import in_states

# What was done is told as called off for so long, so that every subscriber has heard of it.
TOLD_FOR = timedelta(days=90)

# Each case that has a next action on the day, or had one not long ago; `told` is the last that stood in this calendar,
# also one that was taken back since: of that only the history knows.
_STEPS = text(
    f"""
    SELECT * FROM (
    SELECT c.id AS case_id, c.version, coalesce(last.changed_at, e.recorded_at) AS changed_at, e.state,
           told.next_action, told.next_action_on, coalesce(told.was_undone, e.on_day) AS last_on,
           told.was_undone IS NULL AND e.next_action IS NOT NULL AND NOT {in_states(tuple(ENDED), "e.state")}
           AND (CAST(:who AS integer) IS NULL OR e.responsible_id = :who) AS is_due,
           u.id, u.name, u.object_type, u.floor, p.street, p.house_number, p.locality,
           ST_X(p.point) AS longitude, ST_Y(p.point) AS latitude
    FROM register.cases c
    JOIN register.units u ON u.id = c.unit_id
    JOIN register.places p ON p.id = u.place_id
    JOIN LATERAL (SELECT w.* FROM register.case_events w WHERE w.case_id = c.id AND w.on_day <= CAST(:day AS date)
                  ORDER BY w.on_day DESC, w.id DESC LIMIT 1) e ON true
    LEFT JOIN LATERAL (SELECT h.changed_at FROM history.changes h WHERE h.table_name = 'cases' AND h.row_id = c.id
                       ORDER BY h.id DESC LIMIT 1) last ON true
    JOIN LATERAL (
        (SELECT w.next_action, w.next_action_on, NULL::date AS was_undone, w.on_day, w.id FROM register.case_events w
         WHERE w.case_id = c.id AND w.on_day <= CAST(:day AS date) AND w.next_action IS NOT NULL
           AND (CAST(:who AS integer) IS NULL OR w.responsible_id = :who)
         ORDER BY w.on_day DESC, w.id DESC LIMIT 1)
        UNION ALL
        (SELECT h.old_values ->> 'next_action', (h.old_values ->> 'next_action_on')::date,
                (h.changed_at AT TIME ZONE 'Europe/Berlin')::date, NULL, h.id
         FROM (SELECT DISTINCT r.transaction_id FROM history.changes r
               WHERE r.table_name = 'cases' AND r.row_id = c.id) own
         JOIN history.changes h ON h.transaction_id = own.transaction_id
         WHERE h.table_name = 'case_events' AND h.operation = 'DELETE'
           AND (h.old_values ->> 'case_id')::integer = c.id AND h.old_values ->> 'next_action' IS NOT NULL
           AND (CAST(:who AS integer) IS NULL OR (h.old_values ->> 'responsible_id')::integer = :who)
         ORDER BY h.id DESC LIMIT 1)
        ORDER BY on_day DESC NULLS LAST, id DESC LIMIT 1
    ) told ON true
    WHERE c.municipality_id = :town
    ) s
    WHERE s.is_due OR s.last_on >= CAST(:told AS date)
    ORDER BY s.next_action_on, s.case_id
    """  # noqa: S608 (own codes)
)


def entries(session: Session, town: int, responsible_id: int | None, day: date, base: str) -> list[Entry]:
    """The events as of the day, what is done as called off; `base` is the address under which cases are found."""
    asked = {"town": town, "who": responsible_id, "day": day, "told": day - TOLD_FOR}
    with for_municipality(session, town):
        rows = session.execute(_STEPS, asked).all()
    return [
        Entry(
            uid=f"fall-{row.case_id}",
            sequence=row.version,
            changed_at=row.changed_at,
            summary=f"{'' if row.is_due else 'Erledigt oder entfallen: '}{row.next_action}: {title(row)}",
            first=row.next_action_on,
            last=row.next_action_on,
            location=" ".join(part for part in (row.street, row.house_number, row.locality) if part),
            description=f"Fall {row.case_id}, {label(CASE_STATES, row.state)}",
            url=f"{base}{row.case_id}" if base else "",
            spot=(row.longitude, row.latitude),
            is_cancelled=not row.is_due,
        )
        for row in rows
    ]
