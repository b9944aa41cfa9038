"""After a change: directions at once, and where heights are needed the computation by itself, a job for all that waits.

Called at the end of every write on which results depend: a viewpoint, a landmark, an elevation model. Until the job ran
a row of `viewpoint_renewals` says to everybody that the results are of before the change.
"""

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo.core.access import SYSTEM, Action, Actor
from geo.core.history import perform
from geo.jobs import service as jobs
from geo.viewpoints.codes import points_in_words
from geo.viewpoints.landmarks.storing import store_sights
from geo.viewpoints.model import Viewpoint
from geo.viewpoints.skylines import queries
from geo.viewpoints.skylines.computing import compute
from geo.viewpoints.skylines.jobs import KIND
from geo.viewpoints.skylines.model import Renewal, Skyline

MOST_AT_ONCE = 500
TITLE = "Gelände nach einer Änderung neu berechnen: {points}"


def renew(session: Session, actor: Actor, municipality_id: int, viewpoint_ids: Sequence[int] | None = None) -> None:
    """Bring what is computed for the town's viewpoints (or these of them) up to date with what it depends on.

    Directions and distances of landmarks are stored here and now. Where a model is, or was, a job is queued; one that
    waits already takes more viewpoints in, so that many edits are one computation for each point.
    """
    ids = queries.ids_of_town(session, municipality_id) if viewpoint_ids is None else list(viewpoint_ids)
    if not ids:
        return
    with perform(session, actor, Action.VIEWPOINT_EDIT, municipality_id):
        stale = [one for one in ids if _is_stale(session, actor, municipality_id, one)]
        if stale:
            _queue(session, actor, municipality_id, stale[:MOST_AT_ONCE])


def renew_everywhere(session: Session) -> None:
    """The same for every town with a viewpoint, after a change of the elevation models."""
    towns = session.scalars(select(Viewpoint.municipality_id).distinct().order_by(Viewpoint.municipality_id)).all()
    for town in towns:
        renew(session, SYSTEM, town)


def renew_forgotten(session: Session) -> int:
    """Queue what is out of date although nobody changed it here: the method is a new one, or a job came to no end.

    Needs a session that sees all towns; says for how many viewpoints.
    """
    found: dict[int, list[int]] = {}
    for viewpoint_id, town in session.execute(select(Skyline.viewpoint_id, Skyline.municipality_id)).all():
        state = queries.state_of(session, SYSTEM, viewpoint_id)
        if state.is_outdated and queries.open_job(session, town, viewpoint_id) is None:
            found.setdefault(town, []).append(viewpoint_id)
    for town, ids in found.items():
        renew(session, SYSTEM, town, ids)
    return sum(map(len, found.values()))


def _is_stale(session: Session, actor: Actor, municipality_id: int, viewpoint_id: int) -> bool:
    """Whether heights have to be looked at; the mark that says so comes or goes."""
    state = queries.state_of(session, actor, viewpoint_id)
    if state.skyline is not None and not state.is_outdated:
        session.execute(delete(Renewal).where(Renewal.viewpoint_id == viewpoint_id))
        return False
    laid_out = compute(state.inputs, [])
    store_sights(session, viewpoint_id, municipality_id, laid_out.sights, only_laid_out=True)
    if state.skyline is None and not state.has_model:
        session.execute(delete(Renewal).where(Renewal.viewpoint_id == viewpoint_id))
        return False
    _mark(session, municipality_id, viewpoint_id)
    return True


def _mark(session: Session, municipality_id: int, viewpoint_id: int) -> None:
    """A moment of its own for each change: the computation takes away only the mark that it has seen."""
    values = {"municipality_id": municipality_id, "since": func.clock_timestamp()}
    mark = insert(Renewal).values(viewpoint_id=viewpoint_id, **values)
    session.execute(mark.on_conflict_do_update(index_elements=["viewpoint_id"], set_=values))


def _queue(session: Session, actor: Actor, municipality_id: int, viewpoint_ids: list[int]) -> None:
    """A job for these viewpoints; the one that waits for such a purpose takes them in."""
    waiting = jobs.waiting(session, KIND, municipality_id)
    joined = next((one for one in waiting if one.arguments.get("after_change")), None)
    known = list(joined.arguments["viewpoints"]) if joined is not None else []
    ids = list(dict.fromkeys([*known, *viewpoint_ids]))[:MOST_AT_ONCE]
    title = TITLE.format(points=points_in_words(len(ids)))
    if joined is not None:
        joined.arguments, joined.title = {**joined.arguments, "viewpoints": ids}, title
        return
    jobs.start(
        session,
        actor,
        KIND,
        municipality_id,
        {"viewpoints": ids, "after_change": True},
        action=Action.VIEWPOINT_EDIT,
        title=title,
    )
