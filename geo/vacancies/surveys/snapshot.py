"""The frozen result of a survey round: canonical JSON, its SHA-256, and the proof later that nothing was changed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.vacancies.counted import CONFIRMED, IN_ZONE
from geo.vacancies.surveys import figures, queries
from geo.vacancies.surveys.codes import CONFIRMING
from geo.vacancies.surveys.model import SurveyRound

FORMAT = 2
# A unit counts as verified as on the figures page of the day (within twelve months before it), or because it was seen
# on this round and is still what it was on the day: what a round sees holds as of its reference day.
_SEEN = """EXISTS (
    SELECT FROM register.survey_entries e WHERE e.round_id = :round_id AND e.unit_id = u.id
    AND e.undone_at IS NULL AND e.is_applied AND e.kind = ANY (:confirming)
    AND (upper_inf(s.during) OR upper(s.during) > (e.seen_at AT TIME ZONE 'Europe/Berlin')::date))"""
_UNITS = """
    SELECT u.id, u.name, u.object_type, u.floor, u.is_ground_floor_frontage, u.area_total_m2, u.area_sales_m2,
           u.frontage_m, u.verified_on, u.verified_by_kind, p.street, p.house_number, p.postcode, p.locality,
           s.state, lower(s.during) AS since, s.start_precision, s.occupant, s.sortiment,
           {confirmed} OR {seen} AS is_verified
    FROM register.units u
    JOIN register.places p ON p.id = u.place_id
    LEFT JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.during @> CAST(:day AS date)
    WHERE u.municipality_id = :municipality_id AND u.during @> CAST(:day AS date)
      AND s.state IS DISTINCT FROM 'ENTFALLEN' {zone}
    ORDER BY u.id
"""
_TOWN = text("SELECT m.ags::text AS ags, m.name FROM published.municipalities m WHERE m.id = :id")


@dataclass(frozen=True)
class Proof:
    """What checking a snapshot found. `is_intact`: its hash and its figures are what its content gives today.

    `differing` counts the units that the register shows otherwise for the reference day today than it did then:
    corrections and later entries; they are no damage.
    """

    round_id: int
    reference_day: date
    stored_sha256: str
    computed_sha256: str
    figures_agree: bool
    units: int
    differing: int

    @property
    def is_intact(self) -> bool:
        return self.stored_sha256 == self.computed_sha256 and self.figures_agree


def canonical(content: Mapping[str, Any]) -> str:
    """The one way in which these values are written: keys sorted, no blanks, every letter itself."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256(content: str) -> str:
    """The hash of a snapshot's text, 64 hexadecimal digits."""
    return hashlib.sha256(content.encode()).hexdigest()


def content_of(session: Session, survey: SurveyRound, closed_on: date) -> dict[str, Any]:
    """All units of the round's zone as of its reference day, with their state and the figures they give."""
    summary = queries.summary(session, survey.id)
    town = session.execute(_TOWN, {"id": survey.municipality_id}).one()
    units = _units(session, survey)
    return {
        "format": FORMAT,
        "round": {
            "id": survey.id,
            "name": survey.name,
            "reference_day": survey.reference_day.isoformat(),
            "scope": survey.scope,
            "zone": None if survey.zone_id is None else {"id": survey.zone_id, "name": summary.zone},
            "units_on_route": summary.units,
            "units_seen": summary.seen,
            "closed_on": closed_on.isoformat(),
        },
        "municipality": {"ags": town.ags, "name": town.name},
        "units": units,
        "figures": figures.written(figures.figures_of(units, survey.reference_day)),
    }


def verify(session: Session, round_id: int) -> Proof:
    """Compute hash and figures of a stored snapshot again, and compare its units with the register of today."""
    survey, stored = queries.get(session, round_id), queries.snapshot(session, round_id)
    content = json.loads(stored.content)
    now = {unit["id"]: unit for unit in _units(session, survey)}
    then = {unit["id"]: unit for unit in content["units"]}
    again = figures.written(figures.figures_of(content["units"], stored.reference_day))
    return Proof(
        round_id,
        stored.reference_day,
        stored.sha256,
        sha256(stored.content),
        figures.agree(again, content["figures"]),
        len(then),
        sum(_shown(then.get(key)) != _shown(now.get(key)) for key in then.keys() | now.keys()),
    )


def _shown(unit: Mapping[str, Any] | None) -> object:
    """What the register says of the day itself; that it was confirmed again later is no difference."""
    later = ("verified_on", "verified_by_kind", "is_verified")
    return None if unit is None else {name: value for name, value in unit.items() if name not in later}


def _units(session: Session, survey: SurveyRound) -> list[dict[str, Any]]:
    zone = f"AND {IN_ZONE}" if survey.zone_id else ""
    query = text(_UNITS.format(zone=zone, confirmed=CONFIRMED, seen=_SEEN))
    values = {
        "municipality_id": survey.municipality_id,
        "zone_id": survey.zone_id,
        "day": survey.reference_day,
        "round_id": survey.id,
        "confirming": list(CONFIRMING),
    }
    return [_unit(row) for row in session.execute(query, values)]


def _unit(row: Row[Any]) -> dict[str, Any]:
    values = {name: _plain(value) for name, value in row._mapping.items()}
    values["is_verified"] = bool(values["is_verified"])
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, date) else value
