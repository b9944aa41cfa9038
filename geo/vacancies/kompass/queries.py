"""Reads of assessments, measures and what is known at the place: for the staff session, in the town's context."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, or_, select, text
from sqlalchemy.orm import Session

from geo.core.errors import NotFound
from geo.core.history import Change, changes_of
from geo.vacancies.cases import queries as cases
from geo.vacancies.cases.model import Case
from geo.vacancies.codes import EMPTY_STATES
from geo.vacancies.freshness.service import settings_of
from geo.vacancies.kompass.model import CaseAssessment, CaseMeasure, TownAssessment

LARGE_M2 = 800
# So many measures of a town are listed.
MOST = 200
# What a kind of unit is in the words of the Kompass; an office is none of its five.
OBJECTS = {
    "LADEN_EG": "L",
    "LADEN_OG": "L",
    "GASTRO": "G",
    "HOTEL": "G",
    "WOHNUNG": "W",
    "WOHN_GESCHAEFTSHAUS": "W",
    "GANZES_GEBAEUDE": "W",
    "HOFSTELLE": "W",
    "KAUFHAUS_GROSS": "K",
    "OEFFENTL_SONDERBAU": "K",
    "INDUSTRIE": "K",
    "BAULUECKE": "B",
    "BRACHE": "B",
}
LOCATIONS = {"A": "A", "B": "B", "C": "C", "RAND": "C"}
_MONTHS = ((6, "BIS6"), (24, "BIS24"), (60, "UEBER24"))


def case(session: Session, case_id: int) -> Case:
    """A case. Raises `NotFound`, also for another town's."""
    return cases.get(session, case_id)


def assessment(session: Session, case_id: int, day: date) -> CaseAssessment | None:
    """The newest assessment of a case on a day."""
    chosen = select(CaseAssessment).where(CaseAssessment.case_id == case_id, CaseAssessment.on_day <= day)
    return session.scalar(chosen.order_by(CaseAssessment.on_day.desc(), CaseAssessment.id.desc()).limit(1))


def measures(session: Session, case_id: int, day: date) -> Sequence[CaseMeasure]:
    """The measures of a case planned or begun by a day: in the order of their start, the planned ones last."""
    is_there = or_(CaseMeasure.created_at < day + timedelta(days=1), CaseMeasure.starts_on <= day)
    chosen = select(CaseMeasure).where(CaseMeasure.case_id == case_id, is_there)
    ordered = chosen.order_by(CaseMeasure.starts_on.nulls_last(), CaseMeasure.id)
    return session.scalars(ordered.execution_options(populate_existing=True)).all()


def measure(session: Session, measure_id: int) -> CaseMeasure:
    """A measure of a case. Raises `NotFound`, also for another town's."""
    found = session.get(CaseMeasure, measure_id, populate_existing=True)
    if found is None:
        raise NotFound("Die Maßnahme", measure_id)
    return found


def measure_history(session: Session, measure_id: int) -> list[Change]:
    """What happened to a measure, newest first."""
    return changes_of(session, [("case_measures", measure_id)])


_REMOVED = text(
    """
    SELECT DISTINCT c.row_id FROM history.changes c
    WHERE c.table_name = 'case_measures' AND c.operation = 'DELETE' AND c.old_values ->> 'case_id' = CAST(:id AS text)
    """
)


def line_of(session: Session, case_id: int) -> list[Change]:
    """What happened to a case's measures, removed ones too, and its assessments: newest first."""
    rows = [("case_measures", one) for one in session.scalars(_REMOVED, {"id": case_id})]
    for model in (CaseMeasure, CaseAssessment):
        ids = session.scalars(select(model.id).where(model.case_id == case_id))
        rows += [(str(model.__tablename__), one) for one in ids]
    return changes_of(session, rows)


def tried(found: Sequence[CaseMeasure], day: date) -> list[str]:
    """The codes of the measures that had begun on a day: what is documented as tried."""
    return sorted({one.code for one in found if one.stage(day) != "GEPLANT"})


_PLACE = text(
    """
    SELECT u.object_type, u.condition, u.location_class, u.area_total_m2, b.condition AS building_condition, b.monument,
           coalesce(b.is_hazard, false) AS is_hazard, coalesce(b.is_landmark, false) AS is_landmark
    FROM register.units u LEFT JOIN register.buildings b ON b.id = u.building_id WHERE u.id = :unit
    """
)
_SPELLS = text(
    """
    SELECT s.state, lower(s.during) AS start, upper(s.during) AS until FROM register.occupancy_spells s
    WHERE s.unit_id = :unit AND lower(s.during) <= :day ORDER BY lower(s.during) DESC
    """
)
_AREAS = text(
    """
    SELECT DISTINCT z.kind FROM register.units u JOIN register.places p ON p.id = u.place_id
    JOIN register.zones z ON z.municipality_id = u.municipality_id AND z.during @> CAST(:day AS date)
         AND ST_Intersects(z.outline, p.point)
    WHERE u.id = :unit AND z.kind = ANY (:kinds) ORDER BY 1
    """
)


def legal_areas(session: Session, unit_id: int, day: date, kinds: Sequence[str]) -> list[str]:
    """The kinds of zones in force at a unit's place on a day, of those that the Kompass asks for."""
    return list(session.scalars(_AREAS, {"unit": unit_id, "day": day, "kinds": list(kinds)}))


def known(session: Session, unit_id: int, day: date) -> dict[str, tuple[str, ...]]:
    """What the register knows already of the six questions, so that nobody has to answer it again."""
    row = session.execute(_PLACE, {"unit": unit_id}).one()
    condition = row.condition or row.building_condition
    is_large = row.area_total_m2 is not None and row.area_total_m2 > LARGE_M2
    key = [
        code for code, holds in (("ECKE", row.is_landmark), ("DENKMAL", row.monument not in (None, "NEIN"))) if holds
    ]
    found = {
        "object": "K" if is_large else OBJECTS.get(row.object_type),
        "condition": None if condition is None else str(condition),
        "location": LOCATIONS.get(row.location_class),
        "duration": _duration(session, unit_id, day),
        "danger": "JA" if row.is_hazard else None,
    }
    return {name: (code,) for name, code in found.items() if code} | ({"key": tuple(key)} if key else {})


def _duration(session: Session, unit_id: int, day: date) -> str | None:
    """For how long the unit has been empty on a day; spells of emptiness that meet are one."""
    begin: date | None = None
    for spell in session.execute(_SPELLS, {"unit": unit_id, "day": day}):
        if begin is None:
            if spell.until is not None and spell.until <= day:
                return None
            if spell.state == "DROHEND":
                return "DROHEND"
        elif spell.until != begin:
            break
        if spell.state not in EMPTY_STATES:
            break
        begin = spell.start
    return None if begin is None else duration_code(begin, day)


def duration_code(since: date, day: date) -> str:
    """The answer to the question of how long, for a vacancy since a day."""
    months = (day.year - since.year) * 12 + day.month - since.month - (day.day < since.day)
    return next((code for most, code in _MONTHS if months < most), "UEBER60")


_ADDRESS = text(
    """
    SELECT u.id, u.name, u.object_type, u.area_total_m2, u.is_example, p.street, p.house_number, p.postcode, p.locality,
           m.name AS municipality
    FROM register.units u JOIN register.places p ON p.id = u.place_id
    JOIN register.municipalities m ON m.id = u.municipality_id WHERE u.id = :unit
    """
)


def unit(session: Session, unit_id: int) -> Row[Any]:
    """The unit that a case is about, with its address."""
    return session.execute(_ADDRESS, {"unit": unit_id}).one()


_STANDING = text(
    """
    SELECT m.id, m.case_id, m.code, m.edition_id, m.starts_on, m.ends_on, m.effect, m.is_example,
           p.street, p.house_number
    FROM register.case_measures m JOIN register.cases c ON c.id = m.case_id JOIN register.units u ON u.id = c.unit_id
    JOIN register.places p ON p.id = u.place_id
    WHERE m.municipality_id = :town AND (m.created_at < CAST(:day AS date) + 1 OR m.starts_on <= CAST(:day AS date))
    ORDER BY CASE WHEN m.ends_on <= CAST(:day AS date) THEN m.ends_on END DESC NULLS FIRST, m.starts_on NULLS FIRST,
             m.id
    LIMIT :most
    """
)


def of_town(session: Session, municipality_id: int, day: date) -> Sequence[Row[Any]]:
    """The measures of a town's cases as of a day: planned and running ones first, then what ended last.

    One more than `MOST` says that there are more.
    """
    return session.execute(_STANDING, {"town": municipality_id, "day": day, "most": MOST + 1}).all()


@dataclass(frozen=True)
class Outcome:
    """What a measure came to over the alliance; `towns`: those that agreed to be named, where they tried it."""

    code: str
    cases: int
    worked: int
    partly: int
    towns: tuple[str, ...]
    is_example: bool


_OUTCOMES = text("SELECT o.* FROM published.kompass_outcomes(CAST(:day AS date)) o ORDER BY o.code")


def outcomes(session: Session, day: date) -> dict[str, Outcome]:
    """What each measure came to in all towns by a day, from five cases on."""
    return {
        row.code: Outcome(row.code, row.cases, row.worked, row.partly, tuple(row.towns or ()), row.is_example)
        for row in session.execute(_OUTCOMES, {"day": day})
    }


def shares_outcomes(session: Session, municipality_id: int) -> tuple[bool, int]:
    """Whether the town agreed to be named with outcomes, and the version of its settings (0 where it has none)."""
    row = settings_of(session, municipality_id)
    return (False, 0) if row is None else (row.outcomes_shared, row.version)


def town_assessment(session: Session, municipality_id: int, day: date) -> TownAssessment | None:
    """What a town said of itself last, on a day."""
    chosen = select(TownAssessment).where(
        TownAssessment.municipality_id == municipality_id, TownAssessment.on_day <= day
    )
    return session.scalar(chosen.order_by(TownAssessment.on_day.desc(), TownAssessment.id.desc()).limit(1))


def town_assessments(session: Session, municipality_id: int, day: date) -> Sequence[TownAssessment]:
    """Everything that a town said of itself up to a day, newest first."""
    chosen = select(TownAssessment).where(
        TownAssessment.municipality_id == municipality_id, TownAssessment.on_day <= day
    )
    return session.scalars(chosen.order_by(TownAssessment.on_day.desc(), TownAssessment.id.desc()).limit(20)).all()
