"""Units with their spells entered set-based, as tests of figures need them by the hundred."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.core import geometry
from geo.core.access import SYSTEM, Action
from geo.core.history import perform
from geo.places.model import Place
from geo.vacancies.model import OccupancySpell, Unit


@dataclass
class Entered:
    """A unit to be entered: its spells are (state, from, to or None) and may carry more columns in a fourth place."""

    spells: list[tuple] = field(default_factory=list)
    at: tuple[float, float] = (11.05, 50.93)
    street: str = "Marktstraße"
    number: str = "1"
    during: tuple[date | None, date | None] = (None, None)
    unit: dict[str, Any] = field(default_factory=dict)


def ids(session: Session, table: str, count: int) -> list[int]:
    query = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
    return list(session.scalars(query, {"table": f"register.{table}", "count": count}))


def enter(session: Session, municipality_id: int, units: list[Entered]) -> list[int]:
    """Enter them all; the ids of the units, in their order."""
    with perform(session, SYSTEM, Action.VACANCY_CREATE, municipality_id):
        places, numbers = ids(session, "places", len(units)), ids(session, "units", len(units))
        session.execute(insert(Place), [
            {"id": place, "municipality_id": municipality_id, "street": one.street, "house_number": one.number,
             "locality": "Musterstadt", "point": geometry.point(*one.at), "public_point": geometry.point(*one.at)}
            for place, one in zip(places, units, strict=True)
        ])  # fmt: skip
        for number, place, one in zip(numbers, places, units, strict=True):
            values = {"object_type": "LADEN_EG", "is_ground_floor_frontage": True, **one.unit}
            session.execute(insert(Unit).values(
                id=number, municipality_id=municipality_id, place_id=place, during=Range(*one.during), **values
            ))  # fmt: skip
        rows = [
            (number, state, begin, end, more[0] if more else {})
            for number, one in zip(numbers, units, strict=True)
            for state, begin, end, *more in one.spells
        ]
        for number, state, begin, end, more in rows:
            session.execute(insert(OccupancySpell).values(
                unit_id=number, municipality_id=municipality_id, state=state, during=Range(begin, end), **more
            ))  # fmt: skip
    return numbers
