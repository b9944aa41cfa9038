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
    waits already takes more viewpoints in, so that many edits are one computation for each point. Read and written
    for all of them at once.
    """
    if viewpoint_ids is not None and not viewpoint_ids:
        return
    with perform(session, actor, Action.VIEWPOINT_EDIT, municipality_id):
        known = queries.briefs(session, actor, municipality_id, viewpoint_ids)
        changed = [one for one in known if one.computed_at is None or one.is_outdated]
        laid_out = {one.id: compute(one.inputs, []).sights for one in changed}
        store_sights(session, municipality_id, laid_out, only_laid_out=True)
        stale = [one.id for one in changed if one.is_outdated or one.has_model]
        _mark(session, municipality_id, stale)
        holds = {one.id for one in known}.difference(stale)
        session.execute(delete(Renewal).where(Renewal.viewpoint_id.in_(holds)))
        _queue(session, actor, municipality_id, stale)


def renew_everywhere(session: Session) -> None:
    """The same for every town with a viewpoint, after a change of the elevation models."""
    towns = session.scalars(select(Viewpoint.municipality_id).distinct().order_by(Viewpoint.municipality_id)).all()
    for town in towns:
        renew(session, SYSTEM, town)


def renew_forgotten(session: Session) -> int:
    """Queue what is out of date although nobody changed it here: the method is a new one, or a job came to no end.

    Needs a session that sees all towns; says for how many viewpoints.
    """
    count = 0
    for town in session.scalars(select(Skyline.municipality_id).distinct().order_by(Skyline.municipality_id)).all():
        under_way = queries.ids_under_way(session, town)
        known = queries.briefs(session, SYSTEM, town)
        ids = [one.id for one in known if one.is_outdated and one.id not in under_way]
        renew(session, SYSTEM, town, ids)
        count += len(ids)
    return count


def _mark(session: Session, municipality_id: int, viewpoint_ids: Sequence[int]) -> None:
    """A moment of its own for each change: the computation takes away only the mark that it has seen."""
    if not viewpoint_ids:
        return
    values = {"municipality_id": municipality_id, "since": func.clock_timestamp()}
    mark = insert(Renewal).values([{"viewpoint_id": one, **values} for one in viewpoint_ids])
    session.execute(mark.on_conflict_do_update(index_elements=["viewpoint_id"], set_=values))


def _queue(session: Session, actor: Actor, municipality_id: int, viewpoint_ids: Sequence[int]) -> None:
    """Jobs for these viewpoints, of so many each; one that waits for such a purpose takes in what has room in it."""
    if not viewpoint_ids:
        return
    waiting = [one for one in jobs.waiting(session, KIND, municipality_id) if one.arguments.get("after_change")]
    known = {number for one in waiting for number in one.arguments["viewpoints"]}
    rest = [one for one in viewpoint_ids if one not in known]
    for job in waiting:
        ids = list(job.arguments["viewpoints"])
        room = max(0, MOST_AT_ONCE - len(ids))
        ids, rest = [*ids, *rest[:room]], rest[room:]
        job.arguments, job.title = {**job.arguments, "viewpoints": ids}, _title(ids)
    for start in range(0, len(rest), MOST_AT_ONCE):
        ids = rest[start : start + MOST_AT_ONCE]
        jobs.start(
            session,
            actor,
            KIND,
            municipality_id,
            {"viewpoints": ids, "after_change": True},
            action=Action.VIEWPOINT_EDIT,
            title=_title(ids),
        )


def _title(viewpoint_ids: Sequence[int]) -> str:
    return TITLE.format(points=points_in_words(len(viewpoint_ids)))
