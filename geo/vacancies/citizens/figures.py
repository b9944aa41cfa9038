"""How many citizens' reports a town had, how quickly it answered, and what became of them; as of a day."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.vacancies.citizens.codes import KINDS, OUTCOMES
from geo.vacancies.citizens.queries import RECEIVED_ON

SOON_DAYS = 7


@dataclass(frozen=True)
class ReportFigures:
    """Counts of the twelve months up to a day, and how many wait on it, whenever they came.

    Days run from the day of the report to that of the decision; `soon` of the decided ones took at most `SOON_DAYS`.
    """

    received: int
    decided: int
    open: int
    oldest_open_days: int | None
    median_days: float | None
    longest_days: int | None
    soon: int
    kinds: dict[str, dict[str, int]] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    wishes: dict[str, int] = field(default_factory=dict)


_KNOWN = f"""
    WITH known AS (
        SELECT r.kind, r.wish, {RECEIVED_ON} AS received_on,
               CASE WHEN r.decided_on <= CAST(:day AS date) THEN r.outcome END AS outcome,
               CASE WHEN r.decided_on <= CAST(:day AS date) THEN r.decided_on - {RECEIVED_ON} END AS days
        FROM register.citizen_reports r
        WHERE r.municipality_id = :town AND {RECEIVED_ON} <= CAST(:day AS date)
    ), recent AS (
        SELECT * FROM known WHERE received_on > CAST(:day AS date) - interval '12 months'
    )
"""  # noqa: S608 (own expression)
_SUMS = text(
    f"""
    {_KNOWN}
    SELECT (SELECT count(*) FROM recent) AS received,
           (SELECT count(*) FROM recent WHERE outcome IS NOT NULL) AS decided,
           (SELECT count(*) FROM known WHERE outcome IS NULL) AS open,
           (SELECT CAST(:day AS date) - min(received_on) FROM known WHERE outcome IS NULL) AS oldest_open_days,
           (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY days) FROM recent) AS median_days,
           (SELECT max(days) FROM recent) AS longest_days,
           (SELECT count(*) FROM recent WHERE days <= :soon) AS soon
    """  # noqa: S608 (own expression)
)
_CROSS = text(f"{_KNOWN} SELECT kind, outcome, wish, count(*) AS n FROM recent GROUP BY 1, 2, 3")  # noqa: S608 (as above)


def of_town(session: Session, municipality_id: int, day: date) -> ReportFigures:
    """The figures of a town; the session works in it."""
    values = {"town": municipality_id, "day": day}
    sums = session.execute(_SUMS, {**values, "soon": SOON_DAYS}).one()
    kinds: dict[str, dict[str, int]] = {code: {} for code in KINDS}
    outcomes: dict[str, int] = dict.fromkeys(OUTCOMES, 0)
    wishes: dict[str, int] = {}
    for row in session.execute(_CROSS, values):
        state = row.outcome or "OFFEN"
        kinds[row.kind][state] = kinds[row.kind].get(state, 0) + row.n
        if row.outcome is not None:
            outcomes[row.outcome] += row.n
        if row.outcome == "GEZAEHLT" and row.wish is not None:
            wishes[row.wish] = wishes.get(row.wish, 0) + row.n
    most_wanted = dict(sorted(wishes.items(), key=lambda one: (-one[1], one[0])))
    return ReportFigures(**sums._mapping, kinds=kinds, outcomes=outcomes, wishes=most_wanted)
