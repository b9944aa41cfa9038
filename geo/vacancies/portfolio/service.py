"""Writes of the portfolio: floor plans, whom founders ask, and publications that have come to their end."""

from datetime import date

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from geo.core.access import SYSTEM, Action, Actor
from geo.core.errors import STALE, Conflict, Invalid
from geo.core.history import perform
from geo.places import service as places
from geo.places.photos import CleanPhoto, Store
from geo.vacancies import service as units
from geo.vacancies.freshness.model import TownSettings
from geo.vacancies.freshness.service import settings_of
from geo.vacancies.model import Unit
from geo.vacancies.portfolio import queries
from geo.vacancies.portfolio.model import FloorPlan
from geo.vacancies.portfolio.queries import Contact
from geo.vacancies.portfolio.schemas import PlanInput
from geo.vacancies.queries import municipality_of

PLANS_FOLDER = "floor-plans"
MOST_PLANS = 6
# What is left of a publication after its end: the unit counts in figures, and is not shown by itself.
LEVEL_AFTER_END = 1


def add_plan(
    session: Session, actor: Actor, unit_id: int, data: PlanInput, *, plan: CleanPhoto, store: Store
) -> FloorPlan:
    """Keep a floor plan of a unit: its file first, then its row."""
    town = municipality_of(session, unit_id)
    with perform(session, actor, Action.VACANCY_EDIT, town):
        known = [one.sha256 for one in queries.plans(session, unit_id)]
        if plan.sha256 in known:
            raise Invalid({"plan": "Dieser Grundriss ist hier schon gespeichert."})
        if len(known) >= MOST_PLANS:
            raise Invalid({"plan": f"Zu einer Nutzungseinheit gehören höchstens {MOST_PLANS} Grundrisse."})
        store.keep(town, plan)
        row = FloorPlan(municipality_id=town, unit_id=unit_id, sha256=plan.sha256, **vars(data))
        row.width_px, row.height_px = plan.width_px, plan.height_px
        session.add(row)
        session.flush()
    return row


def update_plan(session: Session, actor: Actor, unit_id: int, plan_id: int, version: int, data: PlanInput) -> FloorPlan:
    """Change what is said of a floor plan, and whether it may be public. Raises `NotFound`, `Conflict`."""
    with perform(session, actor, Action.VACANCY_EDIT, municipality_of(session, unit_id)):
        row = _expected_plan(session, unit_id, plan_id, version)
        row.title, row.is_public = data.title, data.is_public
    return row


def remove_plan(session: Session, actor: Actor, unit_id: int, plan_id: int, version: int) -> None:
    """Take a floor plan away at once; its file is swept a day later."""
    with perform(session, actor, Action.VACANCY_EDIT, municipality_of(session, unit_id)):
        session.delete(_expected_plan(session, unit_id, plan_id, version))


def _expected_plan(session: Session, unit_id: int, plan_id: int, version: int) -> FloorPlan:
    row = queries.plan(session, unit_id, plan_id)
    if row.version != version:
        raise Conflict(STALE, version=row.version)
    return row


def set_contact(session: Session, actor: Actor, municipality_id: int, version: int, data: Contact) -> None:
    """Say whom founders ask. Raises `Conflict` when the settings are others than in `version`."""
    with perform(session, actor, Action.TOWN_EDIT, municipality_id):
        row = settings_of(session, municipality_id)
        if (row.version if row is not None else 0) != version:
            raise Conflict("Jemand anderes hat diese Einstellungen in der Zwischenzeit geändert.")
        values = {f"contact_{name}": value for name, value in vars(data).items()}
        if row is None:
            session.add(TownSettings(municipality_id=municipality_id, **values))
            return
        for name, value in values.items():
            if getattr(row, name) != value:
                setattr(row, name, value)


_ENDED = text(
    "SELECT u.municipality_id, u.id FROM register.units u"
    " WHERE u.publication_level >= 2 AND upper(u.published_during) <= CAST(:today AS date) ORDER BY 1, 2"
)


def end_publications(session: Session, today: date) -> int:
    """What is public no more since its last day passed drops to “in figures only”; how many those were.

    The public views show none of it since midnight anyway: this makes the town's own pages say so, too. Needs the
    owner's session, which sees every town's rows.
    """
    by_town: dict[int, list[int]] = {}
    for row in session.execute(_ENDED, {"today": today}):
        by_town.setdefault(row.municipality_id, []).append(row.id)
    count = 0
    for town, ids in by_town.items():
        with perform(session, SYSTEM, Action.VACANCY_PUBLISH, town):
            # Asked once more with the rows held: somebody may have extended one meanwhile.
            still = (Unit.id.in_(ids), Unit.publication_level >= 2, func.upper(Unit.published_during) <= today)
            ended = session.scalars(select(Unit).where(*still).with_for_update()).all()
            for unit in ended:
                unit.publication_level, unit.published_during = LEVEL_AFTER_END, None
            session.flush()
            for unit in ended:
                places.set_public_point(session, unit.place_id, units.public_point(session, unit))
        count += len(ended)
    return count
