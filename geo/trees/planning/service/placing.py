"""Writes of the board: a visit is put somewhere, moved, taken out. Each is a step that can be taken back."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from geo.core.access import Actor
from geo.core.errors import Conflict, NeedsConfirmation
from geo.trees.model import Schedule
from geo.trees.planning.board import BoardVisit
from geo.trees.planning.possible import ask, doubts, exceptions
from geo.trees.planning.queries import PlanBoard
from geo.trees.planning.schemas import Placing
from geo.trees.planning.service import naming
from geo.trees.planning.service.steps import remember
from geo.trees.service.rules import find
from geo.trees.visits import service as visits
from geo.trees.visits.model import Visit
from geo.trees.visits.schemas import VisitInput, VisitMove, VisitWords, words_of
from geo.trees.wording import day, period


def add(session: Session, actor: Actor, here: PlanBoard, data: Placing) -> Visit:
    """A new visit in the plan. What speaks against it is to be confirmed; what forbids it is a `Conflict`."""
    _require_draft(here)
    _doubt(here, data, None)
    made = visits.add(
        session,
        actor,
        VisitInput(
            here.plan.id,
            data.stop_id,
            period(data.first, last_day(data, None)),
            VisitWords(
                data.modules_s,
                data.modules_l,
                title=data.title,
                is_pinned=data.is_pinned,
                exception_reason=data.exception_reason,
            ),
        ),
    )
    sentence = f"Besuch am Standplatz „{here.stop(data.stop_id).name}“ ab {day(data.first)} eingetragen"
    remember(session, actor, _schedule(session, here), sentence, [made.municipality_id])
    return made


def place(session: Session, actor: Actor, here: PlanBoard, visit_id: int, version: int, data: Placing) -> Visit:
    """Give a visit its place, weeks and modules. Raises `Conflict` with both versions when it was changed since.

    Trees known by name that are elsewhere in the new weeks leave the visit: they are assigned anew.
    """
    _require_draft(here)
    before, stored = here.visit(visit_id), session.get_one(Visit, visit_id)
    if stored.version != version:
        raise Conflict(
            "Jemand anderes hat den Besuch in der Zwischenzeit geändert.",
            theirs=values_of(before),
            version=stored.version,
        )
    _doubt(here, data, before)
    old_town, moved = stored.municipality_id, stored
    during = period(data.first, last_day(data, before))
    was = f"„{here.stop(before.stop_id).name}“ ab {day(before.first)}"
    words = words_of(stored)
    fewer = data.modules_s < words.modules_s or data.modules_l < words.modules_l
    wanted = VisitWords(
        **vars(words)
        | {
            "modules_s": data.modules_s,
            "modules_l": data.modules_l,
            "title": data.title,
            "is_pinned": data.is_pinned,
            "exception_reason": data.exception_reason or words.exception_reason,
        }
    )
    if fewer:  # a smaller visit may go where the larger one does not fit
        moved = visits.change(session, actor, visit_id, version, wanted)
    if (data.stop_id, during) != (stored.stop_id, stored.during):
        move = VisitMove(
            data.stop_id, during, weekday_confirmed=data.anyway, release=True, exception_reason=wanted.exception_reason
        )
        moved = visits.move(session, actor, moved.id, moved.version, move)
    if not fewer and wanted != words:
        moved = visits.change(session, actor, moved.id, moved.version, wanted)
    sentence = f"Besuch {was} verschoben nach „{here.stop(data.stop_id).name}“ ab {day(data.first)}"
    if (data.stop_id, data.first) == (before.stop_id, before.first):
        sentence = f"Besuch {was} geändert"
    remember(session, actor, _schedule(session, here), sentence, [old_town, moved.municipality_id])
    return moved


def remove(session: Session, actor: Actor, here: PlanBoard, visit_id: int, version: int) -> None:
    """Take a visit out of the plan."""
    _require_draft(here)
    before, town = here.visit(visit_id), session.get_one(Visit, visit_id).municipality_id
    visits.remove(session, actor, visit_id, version)
    sentence = f"Besuch „{here.stop(before.stop_id).name}“ ab {day(before.first)} entfernt"
    remember(session, actor, _schedule(session, here), sentence, [town])


def name_trees(session: Session, actor: Actor, here: PlanBoard) -> tuple[int, int]:
    """Give the draft's visits the trees that they lack: how many got a place, how many places stay without one."""
    given, lacking, towns = naming.fill(session, actor, here.plan.id)
    if towns:
        remember(session, actor, _schedule(session, here), "Bäume zugeteilt", towns)
    return given, lacking


def last_day(data: Placing, before: BoardVisit | None) -> date:
    """The last day of so many weeks; a visit that was no whole number of weeks long keeps its days."""
    days = before.days if before is not None and before.weeks == data.weeks else data.weeks * 7
    return data.first + timedelta(days=days - 1)


def values_of(visit: BoardVisit) -> dict[str, object]:
    """A visit as the values of the board's form."""
    return {
        "stop_id": visit.stop_id,
        "first": visit.first.isoformat(),
        "weeks": visit.weeks,
        "modules_s": visit.modules_s,
        "modules_l": visit.modules_l,
        "title": visit.title,
        "is_pinned": visit.is_pinned,
        "exception_reason": visit.exception_reason,
    }


def _require_draft(here: PlanBoard) -> None:
    if here.plan.state != "ENTWURF":
        raise Conflict(
            "Auf der Tafel wird nur ein Entwurf geändert. Einen beschlossenen Besuch verlegen Sie auf seiner Seite."
        )


def _doubt(here: PlanBoard, data: Placing, before: BoardVisit | None) -> None:
    """What speaks against it and was not there before is to be confirmed; some of it with a reason."""
    place = (data.stop_id, data.first, data.weeks, data.modules_s, data.modules_l)
    if before is not None and place == (before.stop_id, before.first, before.weeks, before.modules_s, before.modules_l):
        return
    question = ask(
        here.board,
        here.limits,
        here.stop(data.stop_id),
        length=data.weeks,
        modules_s=data.modules_s,
        modules_l=data.modules_l,
        moving=before,
    )
    week = here.board.weeks.of(data.first)
    if not here.board.weeks.holds(week):
        return
    said = doubts(question, week)
    if said and not data.anyway:
        raise NeedsConfirmation("anyway", {"first": _sentence(said)})
    reason = data.exception_reason or (before.exception_reason if before else None)
    if not reason and (grave := exceptions(question, week)):
        raise NeedsConfirmation("anyway", {"exception_reason": f"Bitte den Grund angeben. {_sentence(grave)}"})


def _sentence(said: list[str]) -> str:
    text = "; ".join(said)
    return f"Dagegen spricht: {text}."


def _schedule(session: Session, here: PlanBoard) -> Schedule:
    found: Schedule = find(session, Schedule, here.plan.id, "Der Umzugsplan")
    return found
