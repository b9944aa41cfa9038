"""What the town hall asks for before trees come: applied for, granted, announced, signposted; and the verdict after."""

from datetime import date

from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import Action, Actor
from geo.core.errors import Invalid
from geo.core.history import perform
from geo.trees.service.rules import expect_version
from geo.trees.visits.model import Visit
from geo.trees.visits.schemas import PermitInput, VerdictInput, permit_values, verdict_values
from geo.trees.visits.service.planning import found
from geo.trees.wording import bounds, day


def set_permit(
    session: Session, actor: Actor, visit_id: int, version: int, data: PermitInput, *, today: date | None = None
) -> Visit:
    """Note how far the permit and what goes with it has come. Raises `Invalid` for a day that is still to come."""
    visit, _, _ = found(session, actor, visit_id)
    _check_own(visit)
    now = today or clock.today()
    later = {
        name: f"Der {day(value)} liegt in der Zukunft."
        for name, value in vars(data).items()
        if isinstance(value, date) and value > now
    }
    if later:
        raise Invalid(later)
    with perform(session, actor, Action.VISIT_EDIT, visit.municipality_id):
        expect_version(visit, version, permit_values(visit))
        for name, value in vars(data).items():
            if getattr(visit, name) != value:
                setattr(visit, name, value)
    return visit


def set_verdict(
    session: Session, actor: Actor, visit_id: int, version: int, data: VerdictInput, *, today: date | None = None
) -> Visit:
    """The result of a visit: plant here for good, or not, or come again. Raises `Invalid` before it has begun."""
    visit, _, _ = found(session, actor, visit_id)
    _check_own(visit)
    if data.decision != "OFFEN" and (visit.layer == "ENTWURF" or bounds(visit.during)[0] > (today or clock.today())):
        raise Invalid({"decision": "Entschieden wird erst, wenn die Bäume da waren."})
    with perform(session, actor, Action.VISIT_DECIDE, visit.municipality_id):
        expect_version(visit, version, verdict_values(visit))
        visit.decision, visit.decision_note = data.decision, data.decision_note
    return visit


def _check_own(visit: Visit) -> None:
    if visit.planned_visit_id is not None:
        raise Invalid({"": "Genehmigung und Ergebnis gehören zum geplanten Besuch, nicht zu seiner Ankunft."})
