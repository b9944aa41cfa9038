"""What becomes of visits when a schedule is published or taken back, and when their stays change by themselves."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor
from geo.core.errors import Invalid
from geo.core.history import perform
from geo.trees.model import Schedule, Stay, Stop
from geo.trees.queries.occupation import DECIDED, DRAFT, Layer
from geo.trees.visits import rules
from geo.trees.visits.model import Visit
from geo.trees.wording import bounds

# A visit whose start moves by no more than this is the same visit, put off.
SAME_WITHIN_DAYS = 60
# What a plan says of a visit; everything else a visit keeps when a new plan takes it over.
_PLANNED = ("schedule_id", "during", "modules_s", "modules_l", "is_pinned", "exception_reason", "layer")
_WORDS = ("title", "note", "public_text", "opening_at")
_ASKED_FOR = ("BEANTRAGT", "GENEHMIGT")


def visits_of(session: Session, schedule: Schedule, layer: str | None = None) -> list[Visit]:
    """The visits of a schedule, in all layers or in one."""
    query = select(Visit).where(Visit.schedule_id == schedule.id).order_by(Visit.id)
    return list(session.scalars(query if layer is None else query.where(Visit.layer == layer)))


def check_weekday(session: Session, schedule: Schedule, weekday: int) -> None:
    """Every draft visit begins on that day of the week."""
    others = [one for one in visits_of(session, schedule, DRAFT) if bounds(one.during)[0].isoweekday() != weekday]
    if others:
        raise Invalid({"move_weekday": f"{len(others)} Besuche im Entwurf beginnen an einem anderen Wochentag."})


def take_over(session: Session, actor: Actor, old: Schedule, new: Schedule, drafts: Sequence[Visit]) -> list[Visit]:
    """The new plan's draft visits, those put in place of an older plan's decided visits by these themselves.

    The two change what the plan says of them and the stays they hold: the decided row goes on with the new plan's days
    and its own permit, rota, feedback and address, the draft's row becomes the older plan's remnant. Trees by name are
    the new plan's where it names any.
    """
    decided = visits_of(session, old, DECIDED)
    pairs: dict[int, Visit] = {}
    for draft in drafts:
        if draft.schedule_id == new.id and draft.layer == DRAFT and (same := _same(draft, decided, pairs.values())):
            pairs[draft.id] = same
    for draft in drafts:
        if draft.id in pairs:
            _swap(session, actor, draft, pairs[draft.id])
    return [pairs.get(draft.id, draft) for draft in drafts]


def _same(draft: Visit, decided: Iterable[Visit], taken: Iterable[Visit]) -> Visit | None:
    """The decided visit at the draft's stop that begins nearest to it."""
    start, used = bounds(draft.during)[0], {one.id for one in taken}
    near = [
        (abs((bounds(one.during)[0] - start).days), one.id, one)
        for one in decided
        if one.stop_id == draft.stop_id and one.id not in used
    ]
    near = [found for found in near if found[0] <= SAME_WITHIN_DAYS or found[2].during.overlaps(draft.during)]
    return min(near)[2] if near else None


def _swap(session: Session, actor: Actor, draft: Visit, decided: Visit) -> None:
    stays = session.scalars(select(Stay).where(Stay.visit_id.in_([draft.id, decided.id]))).all()
    with perform(session, actor, Action.SCHEDULE_PUBLISH, decided.municipality_id):
        if decided.permit_state in _ASKED_FOR and not _covered(decided, draft):
            decided.permit_state, decided.permit_applied_on, decided.permit_decided_on = "OFFEN", None, None
        for name in _PLANNED:
            one, other = getattr(draft, name), getattr(decided, name)
            setattr(draft, name, other)
            setattr(decided, name, one)
        for name in _WORDS:
            if getattr(draft, name) is not None:
                setattr(decided, name, getattr(draft, name))
        draft.layer = DRAFT
        has_trees = any(stay.visit_id == draft.id for stay in stays)
        for stay in stays:
            if stay.visit_id == draft.id:
                stay.visit_id = decided.id
            elif has_trees or not decided.during.contains(stay.during):
                stay.visit_id, stay.layer = draft.id, DRAFT
            else:  # no other trees were chosen: those that stood for it go on doing so
                stay.schedule_id = decided.schedule_id


def _covered(decided: Visit, draft: Visit) -> bool:
    """Whether what was asked for covers what is planned now."""
    fewer = draft.modules_s + draft.modules_l <= decided.modules_s + decided.modules_l
    return fewer and decided.during.contains(draft.during)


def retire(session: Session, actor: Actor, old: Schedule, instead: Sequence[Visit], today: date) -> set[int]:
    """Decided visits of the old plan that give way become drafts again; their ids."""
    goes = [
        visit
        for visit in visits_of(session, old, DECIDED)
        if bounds(visit.during)[0] > today
        or any(one.stop_id == visit.stop_id and one.during.overlaps(visit.during) for one in instead)
    ]
    for visit in goes:
        with perform(session, actor, Action.SCHEDULE_PUBLISH, visit.municipality_id):
            visit.layer = DRAFT
    return {visit.id for visit in goes}


def decide(session: Session, actor: Actor, schedule: Schedule, visits: Sequence[Visit]) -> None:
    """Let a plan's visits be decided. Raises `Conflict` when a stop is taken, or when the fleet has too few modules."""
    for visit in visits:
        stop = session.get_one(Stop, visit.stop_id)
        rules.check_decidable(session, visit, schedule, stop)
        rules.check_alone(session, visit, stop, visit.during, Layer(DECIDED, schedule.id))
    rules.check_fleet_enough(session, schedule.fleet_id, visits, ignoring=[])
    for visit in visits:
        with perform(session, actor, Action.SCHEDULE_PUBLISH, visit.municipality_id):
            visit.layer = DECIDED


def holds(session: Session, visit_id: int | None, stop_id: int, during: Range[date]) -> bool:
    """Whether a stay at the stop in the period still belongs to its visit."""
    visit = session.get(Visit, visit_id) if visit_id is not None else None
    return visit is not None and visit.stop_id == stop_id and visit.during.contains(during)


def arrived_for(session: Session, stay: Stay) -> int | None:
    """The actual visit to which a stay that came true belongs."""
    if stay.visit_id is None:
        return None
    actual = session.scalar(select(Visit).where(Visit.planned_visit_id == stay.visit_id))
    return actual.id if actual is not None and actual.during.contains(stay.during) else None
