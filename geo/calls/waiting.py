"""What of the calls waits for a person: reviews to hand in, calls to apply to, decisions to take."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from geo.calls.judging import queries as judging
from geo.calls.queries import ListRow, calls
from geo.calls.timing import phase_of
from geo.core.access import Action, Actor, may


@dataclass(frozen=True)
class Waiting:
    """So many reviews are not handed in, calls are open without an application of the town, calls are not decided."""

    reviews: int = 0
    open_calls: int = 0
    decisions: int = 0


def waiting(session: Session, actor: Actor, municipality_id: int | None, now: datetime) -> Waiting:
    """What waits for the actor, in the town that they work in, if any."""
    found = calls(session, actor, municipality_id)
    at = {one.id: phase_of(one, now) for one in found}
    closed = [one for one in found if at[one.id] == "GESCHLOSSEN"]
    applies = municipality_id is not None and may(actor, Action.CALL_APPLY, municipality_id)
    return Waiting(
        sum(_reviews(session, actor, one) for one in closed),
        sum(applies and at[one.id] == "OFFEN" and one.state != "EINGEREICHT" for one in found),
        sum(one.handed_in > 0 for one in closed) if may(actor, Action.CALL_DECIDE) else 0,
    )


def _reviews(session: Session, actor: Actor, call: ListRow) -> int:
    if judging.reviewer_of(session, actor, call.id) is None:
        return 0
    return sum(one.state == "OFFEN" for one in judging.to_do(session, actor, call.id))
