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

from geo.vacancies.surveys import figures, queries
from geo.vacancies.surveys.model import SurveyRound

FORMAT = 1
# Design 3, 2.4 counts the share verified within twelve months, whatever the town has set for its own walks.
VERIFIED_DAYS = 365
_UNITS = """
    SELECT u.id, u.name, u.object_type, u.floor, u.is_ground_floor_frontage, u.area_total_m2, u.area_sales_m2,
           u.frontage_m, u.verified_on, u.verified_by_kind, p.street, p.house_number, p.postcode, p.locality,
           s.state, lower(s.during) AS since, s.start_precision, s.occupant, s.sortiment,
           u.verified_on >= least(CAST(:day AS date), CAST(:closed AS date)) - :verified_days AS is_verified
    FROM register.units u
    JOIN register.places p ON p.id = u.place_id
    LEFT JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.during @> CAST(:day AS date)
    WHERE u.municipality_id = :municipality_id AND u.during @> CAST(:day AS date)
      AND s.state IS DISTINCT FROM 'ENTFALLEN' {zone}
    ORDER BY u.id
"""
_IN_ZONE = (
    "AND EXISTS (SELECT FROM register.zones z WHERE z.id = :zone_id AND z.municipality_id = u.municipality_id"
    " AND ST_Covers(z.outline, p.point))"
)
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
    units = _units(session, survey, closed_on)
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
        "figures": figures.rates(units),
    }


def verify(session: Session, round_id: int) -> Proof:
    """Compute hash and figures of a stored snapshot again, and compare its units with the register of today."""
    survey, stored = queries.get(session, round_id), queries.snapshot(session, round_id)
    content = json.loads(stored.content)
    now = {unit["id"]: unit for unit in _units(session, survey, date.fromisoformat(content["round"]["closed_on"]))}
    then = {unit["id"]: unit for unit in content["units"]}
    return Proof(
        round_id,
        stored.reference_day,
        stored.sha256,
        sha256(stored.content),
        figures.rates(content["units"]) == content["figures"],
        len(then),
        sum(_shown(then.get(key)) != _shown(now.get(key)) for key in then.keys() | now.keys()),
    )


def _shown(unit: Mapping[str, Any] | None) -> object:
    """What the register says of the day itself; that it was confirmed again later is no difference."""
    later = ("verified_on", "verified_by_kind", "is_verified")
    return None if unit is None else {name: value for name, value in unit.items() if name not in later}


def _units(session: Session, survey: SurveyRound, closed_on: date) -> list[dict[str, Any]]:
    query = text(_UNITS.format(zone=_IN_ZONE if survey.zone_id else ""))
    values = {
        "municipality_id": survey.municipality_id,
        "zone_id": survey.zone_id,
        "day": survey.reference_day,
        "closed": closed_on,
        "verified_days": VERIFIED_DAYS,
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
