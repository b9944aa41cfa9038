"""Internal pages of visits to look at: what is due, one visit with all that belongs to it, its history."""

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.core.undo import last_change
from geo.trees.queries import changes
from geo.trees.visits import queries
from geo.trees.visits.deadlines import SOURCES, earliest_start
from geo.trees.visits.feedback import queries as feedback
from geo.trees.visits.feedback.codes import MOODS, PLANT
from geo.trees.visits.feedback.codes import STATES as FEEDBACK_STATES
from geo.trees.visits.letters import queries as letter_queries
from geo.trees.visits.letters.codes import KINDS
from webapp import parameters
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.trees import frame

VIEWS = {"kommend": "Kommend und jetzt", "fristen": "Fristen", "ergebnis": "Ergebnis fehlt", "vergangen": "Vergangen"}


@needs(Action.TREE_VIEW)
def overview() -> ResponseReturnValue:
    """The visits of a town, or of all towns, as of a day: what comes, what is due, what still lacks its result."""
    session, day, town = staff_session(), parameters.day(), g.municipality_id
    chosen = request.args.get("ansicht", "")
    chosen = chosen if chosen in VIEWS else "kommend"
    coming = queries.coming(session, actor(), town, day)
    past = queries.past(session, actor(), town, day)
    lacking = [visit for visit in past if visit.decision == "OFFEN"]
    duties = queries.with_duties([visit for visit in coming if visit.permit_state != "ABGELEHNT"], day)
    return frame.page(
        "visits/overview",
        day=day,
        views=[(code, label, code == chosen) for code, label in VIEWS.items()],
        chosen=chosen,
        visits={"kommend": coming, "ergebnis": lacking, "vergangen": past}.get(chosen, []),
        duties=duties,
        overdue=sum(one.state == "UEBERFAELLIG" for _, one in duties),
        lacking=len(lacking),
        waiting={} if town is None else feedback.waiting(session, town),
        several=town is None,
        earliest=earliest_start(day),
        may_plan=may(actor(), Action.VISIT_EDIT, town),
        may_feed=may(actor(), Action.FEED_EDIT, town),
        may_edit_texts=town is not None and may(actor(), Action.LETTER_EDIT, town),
    )


@needs(Action.TREE_VIEW)
def show(visit_id: int) -> ResponseReturnValue:
    """A visit: its duties, trees, letters, what neighbours said, its result."""
    session = staff_session()
    visit = queries.get_visit(session, actor(), visit_id)
    if visit.planned_visit_id is not None:
        return redirect(url_for("visits_intern.show", visit_id=visit.planned_visit_id))
    day = parameters.day()
    answers = feedback.of_visit(session, actor(), visit)
    edits = may(actor(), Action.VISIT_EDIT, visit.municipality_id)
    return frame.page(
        "visits/show",
        visit=visit,
        day=day,
        deadlines=visit.deadlines(day),
        sources=SOURCES,
        change_id=last_change(session, "visits", visit_id) if edits and visit.actual_id is None else None,
        may_edit=edits and visit.schedule_state != "UEBERHOLT",
        may_permit=edits,
        may_decide=may(actor(), Action.VISIT_DECIDE, visit.municipality_id),
        may_see_history=may(actor(), Action.HISTORY_VIEW, visit.municipality_id),
        letters=letter_queries.letters_of(session, visit),
        letter_kinds=frame.options(KINDS),
        answers=answers,
        counts=feedback.counted(answers),
        moods=MOODS,
        plant=PLANT,
        feedback_states=FEEDBACK_STATES,
        may_moderate=may(actor(), Action.FEEDBACK_EDIT, visit.municipality_id),
        has_begun=visit.stands_from <= day,
        may_arrive=edits and visit.layer == "BESCHLOSSEN" and visit.actual_id is None and visit.first <= clock.today(),
        may_leave=edits and visit.is_confirmed,
    )


@needs(Action.HISTORY_VIEW)
def history(visit_id: int) -> ResponseReturnValue:
    """What was changed of a visit."""
    visit = queries.get_visit(staff_session(), actor(), visit_id)
    happened = changes.history_of(staff_session(), "visits", visit_id, visit.municipality_id)
    return frame.page(
        "history",
        name=visit.name,
        back=url_for("visits_intern.show", visit_id=visit_id),
        entries=frame.in_entries(happened, "visits", "Besuch angelegt"),
    )
