"""Pages for a stop that drops out in the middle of the season: say so, and take what was planned around it."""

from datetime import date

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action
from geo.core.parsing import Fields
from geo.synergy.rankings import wishes
from geo.trees.planning.losses import GRANTED, affected
from geo.trees.planning.queries import PlanBoard, plan_board
from geo.trees.planning.runs import runs_of
from geo.trees.planning.schemas import LOSS_LABELS, parse_loss
from geo.trees.planning.service import replanning
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.trees import frame, run_pages, words
from webapp.trees.loss_words import lost_in_words

TAKE_LABELS = {"into": "Wohin", "name": "Name des neuen Entwurfs", "confirmed": "Bestätigung"}


@needs(Action.VISIT_EDIT)
def new(schedule_id: int) -> ResponseReturnValue:
    """A stop of a published plan drops out: which, from when on, why."""
    session, today = staff_session(), clock.today()
    here = plan_board(session, actor(), schedule_id)
    asked = next((one for one in here.stops if one.id == request.args.get("platz", type=int)), None)
    begins = max(today, here.plan.first)
    wished = wishes(session, actor(), [stop.id for stop in here.stops], today)
    said = [run_pages.ranking_words(one) for one in wished.rankings]

    def save() -> ResponseReturnValue:
        run = replanning.start(
            staff_session(),
            actor(),
            here,
            parse_loss(request.form),
            page=lambda key: url_for("trees_intern.run", run_id=key),
            near=wished.points,
            near_from=said,
        )
        return redirect(url_for("trees_intern.run", run_id=run.id), 303)

    return frame.write(
        "replan",
        save,
        LOSS_LABELS,
        values={"stop_id": asked.id if asked else None, "first": begins.isoformat(), "block": True},
        title="Ein Standplatz fällt aus",
        name=f"{here.plan.name}, {here.plan.fleet}",
        back=url_for("trees_intern.board", schedule_id=schedule_id),
        plan=here.plan,
        stops=_choices(here, begins),
        begins=begins,
        granted=sum(one.permit_state in GRANTED and one.first > today for one in here.board.visits),
        runs=[
            (one, run_pages.state_words(one), lost_in_words(one, here)) for one in runs_of(session, here) if one.loss
        ],
        rankings=[(one, url_for("synergy_intern.next_places")) for one in said],
        submit="Umplanen",
    )


def _choices(here: PlanBoard, begins: date) -> list[tuple[int, str]]:
    """The stops at which something is still to come, each with when."""
    found = []
    for row in here.board.rows:
        visits = affected(here.board, row.stop.id, begins)
        if visits and row.stop.kind == "STRASSE":
            when = ", ".join(words.span_words(one.first, one.last) for one in visits)
            found.append((row.stop.id, f"{row.stop.name} ({when})"))
    return found


@needs(Action.VISIT_EDIT)
def take(run_id: int) -> ResponseReturnValue:
    """Take what was planned around a loss into a draft: one of this season, or a new one."""
    run = run_pages.run_of(run_id)
    here = plan_board(staff_session(), actor(), run.schedule_id)
    known = replanning.drafts_for(staff_session(), here.plan)
    lost = lost_in_words(run, here)

    def save() -> ResponseReturnValue:
        fields = Fields(request.form)
        into = fields.choice("into", ["new", *(str(one.id) for one in known)], required=True)
        name = fields.text("name", required=into == "new", longest=120)
        fields.check()
        plan = replanning.take(
            staff_session(),
            actor(),
            run,
            into=None if into == "new" else int(into or 0),
            name=name or "",
            confirmed=fields.flag("confirmed"),
        )
        flash("Die Umplanung steht jetzt im Entwurf. Veröffentlicht ist sie noch nicht.", "good")
        return redirect(url_for("trees_intern.board", schedule_id=plan.id), 303)

    beside = ("new", "In einen neuen Entwurf", "Er beginnt als Kopie des veröffentlichten Plans.")
    hint = "Was dort nicht festgehalten ist, wird ersetzt. Auf der Planungstafel lässt es sich zurücknehmen."
    return frame.write(
        "replan_take",
        save,
        TAKE_LABELS,
        values={"into": "new", "name": f"{here.plan.name} ohne {lost}"[:120]},
        title="Umplanung übernehmen",
        name=f"{here.plan.name}, {here.plan.fleet}",
        back=url_for("trees_intern.run", run_id=run_id),
        choices=[beside, *((str(one.id), f"In den Entwurf „{one.name}“", hint) for one in known)],
        submit="Übernehmen",
    )
