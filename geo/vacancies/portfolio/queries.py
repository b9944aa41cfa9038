"""Reads of the portfolio: floor plans for the town and for everybody, whom of the town a founder asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from geo.core.errors import NotFound
from geo.vacancies.portfolio.model import FloorPlan

WHAT = "Der Grundriss"


@dataclass(frozen=True)
class Contact:
    """Whom of the town a founder asks: office, mail address, telephone, as far as the town has said."""

    office: str | None = None
    email: str | None = None
    phone: str | None = None


def plans(session: Session, unit_id: int) -> list[FloorPlan]:
    """The floor plans of a unit of the own town, the oldest first."""
    return list(session.scalars(select(FloorPlan).where(FloorPlan.unit_id == unit_id).order_by(FloorPlan.id)))


def plan(session: Session, unit_id: int, plan_id: int) -> FloorPlan:
    """One of them. Raises `NotFound`."""
    found = session.get(FloorPlan, plan_id, populate_existing=True)
    if found is None or found.unit_id != unit_id:
        raise NotFound(WHAT, plan_id)
    return found


def public_plans(session: Session, unit_id: int) -> Sequence[Row[Any]]:
    """The public floor plans of an offer: none below the full exposé."""
    query = text(
        "SELECT f.sha256, f.width_px, f.height_px, f.title FROM published.floor_plans f"
        " WHERE f.unit_id = :unit ORDER BY f.id"
    )
    return session.execute(query, {"unit": unit_id}).all()


def public_plan(session: Session, sha256: str) -> Row[Any]:
    """Town and hash of the public floor plan with this hash. Raises `NotFound` for one that is not, or no longer."""
    query = text("SELECT f.municipality_id, f.sha256 FROM published.floor_plans f WHERE f.sha256 = :sha256 LIMIT 1")
    found = session.execute(query, {"sha256": sha256}).first()
    if found is None:
        raise NotFound(WHAT)
    return found


def contact(session: Session, municipality_id: int) -> Contact:
    """What the town says to the public of whom to ask."""
    query = text("SELECT c.office, c.email, c.phone FROM published.town_contacts c WHERE c.municipality_id = :town")
    found = session.execute(query, {"town": municipality_id}).first()
    return Contact() if found is None else Contact(*found)


def ags_of(session: Session, municipality_id: int) -> str:
    """The town's key, by which the public pages name it."""
    query = text("SELECT m.ags FROM published.municipalities m WHERE m.id = :id")
    return str(session.scalar(query, {"id": municipality_id}) or "").strip()


def town_of(session: Session, ags: str) -> int:
    """The town with this key. Raises `NotFound`."""
    found = session.scalar(text("SELECT m.id FROM published.municipalities m WHERE m.ags = :ags"), {"ags": ags})
    if found is None:
        raise NotFound("Die Stadt", ags)
    return int(found)


def referenced_plans(session: Session) -> set[tuple[int, str]]:
    """Town and hash of every floor plan, for sweeping the files; needs a session that sees all towns."""
    found = session.execute(select(FloorPlan.municipality_id, FloorPlan.sha256))
    return {(row.municipality_id, row.sha256) for row in found}
