"""Pages of the planner's runs: sliders for the weights, the curve while it runs, the result, taking it into a draft."""

from typing import Any

from babel.dates import format_date
from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.core.codes import label
from geo.core.parsing import Fields
from geo.synergy.rankings import Taken, wishes
from geo.trees.planner.model import Weights
from geo.trees.planner.worth import SENTENCES, TITLES
from geo.trees.planning.board import build
from geo.trees.planning.difference import KINDS, figures
from geo.trees.planning.problems import USUAL_NEED, as_board_visits
from geo.trees.planning.queries import PlanBoard, plan_board
from geo.trees.planning.runs import RunRow, get_run, runs_of
from geo.trees.planning.service import runs
from geo.trees.planning.service.runs import RunInput
from geo.trees.planning.waiting import applicants_of
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.trees import frame
from webapp.trees.curves import curve_of
from webapp.trees.draft_pages import lines_of, rows_between
from webapp.trees.loss_words import told

LONGEST_S, USUAL_S, MOST_WEIGHT = 600, 30, 300
RUN_STATES = {
    "WARTET": ("wartet", "waiting"),
    "RECHNET": ("rechnet", "computing"),
    "FERTIG": ("fertig", "done"),
    "UNLOESBAR": ("kein Plan möglich", "no plan possible"),
    "GESCHEITERT": ("gescheitert", "failed"),
    "ABGEBROCHEN": ("abgebrochen", "cancelled"),
}
RUN_LABELS = {**TITLES, "seconds": "Rechenzeit", "seed": "Startzahl", "name": "Name", "confirmed": "Bestätigung"}


@needs(Action.VISIT_EDIT)
def new(schedule_id: int) -> ResponseReturnValue:
    """Choose how much each rule counts, and let the planner compute."""
    session = staff_session()
    here = plan_board(session, actor(), schedule_id)
    known = runs_of(session, here)
    first: dict[str, Any] = dict.fromkeys(TITLES, 100) | {"seconds": USUAL_S, "seed": 1}
    if known:
        first |= known[0].weights | {"seconds": known[0].seconds}
    wished = wishes(session, actor(), [stop.id for stop in here.stops], clock.today())
    # What was taken over after the last run is what the person wants now.
    if not known or any(one.taken_at > known[0].created_at for one in wished.rankings):
        first |= wished.weights

    def save() -> ResponseReturnValue:
        run = runs.start(
            staff_session(),
            actor(),
            here,
            _parse_run(),
            page=lambda key: url_for("trees_intern.run", run_id=key),
            near=wished.points,
            near_from=[ranking_words(one) for one in wished.rankings],
        )
        return redirect(url_for("trees_intern.run", run_id=run.id), 303)

    return frame.write(
        "run",
        save,
        RUN_LABELS,
        values=first,
        title="Plan berechnen lassen",
        name=f"{here.plan.name}, {here.plan.fleet}",
        back=url_for("trees_intern.board", schedule_id=schedule_id),
        here=here,
        rules=[(name, TITLES[name], SENTENCES[name]) for name in TITLES],
        most=MOST_WEIGHT,
        longest=LONGEST_S,
        unknown_needs=sum(stop.heat_need is None and stop.kind == "STRASSE" for stop in here.stops),
        usual_need=USUAL_NEED,
        rankings=[
            (ranking_words(one), url_for("synergy_intern.next_places"), one.planner_weights) for one in wished.rankings
        ],
        runs=[(one, state_words(one)) for one in known],
        submit="Berechnen",
    )


def ranking_words(one: Taken) -> str:
    """Which ranking the planner heeds, in a sentence."""
    when = format_date(clock.day_of(one.taken_at), "d. MMMM yyyy", locale="de")
    return f"Für {one.town} gilt die Rangfolge „Wo als Nächstes“ vom {when} ({one.taken_by})."


def _parse_run() -> RunInput:
    fields = Fields(request.form)
    weights = {name: fields.whole(name, least=0, most=MOST_WEIGHT, required=True) or 0 for name in TITLES}
    seconds = fields.whole("seconds", least=2, most=LONGEST_S, required=True) or USUAL_S
    seed = fields.whole("seed", least=0, most=999_999) or 1
    fields.check()
    return RunInput(Weights(**weights), seconds, seed)


def state_words(run: RunRow) -> str:
    """A run's state in words."""
    return label(RUN_STATES, run.state)


def run_of(run_id: int) -> RunRow:
    """A run that the person may look into. Raises `NotFound`."""
    towns = tuple(town for town, _ in g.get("towns", []))
    return get_run(staff_session(), actor(), run_id, (*actor().municipality_ids, *towns))


@needs(Action.TREE_VIEW)
def show(run_id: int) -> ResponseReturnValue:
    """How far a run is, with its best plan so far; or its result. The page asks again by itself while it runs."""
    run = run_of(run_id)
    session = staff_session()
    here = plan_board(session, actor(), run.schedule_id)
    found = as_board_visits(run.visits, here.board.weeks) if run.plan else []
    board = build(here.board.weeks, here.stops, found)
    drafted = [visit for visit in here.board.visits if not visit.rests]
    stops = {stop.id: stop for stop in here.stops}
    left_out = {int(one["stop"]): one["sentence"] for one in (run.outcome or {}).get("why", [])}
    return frame.page(
        "run",
        run=run,
        here=here,
        plan=here.plan,
        state=state_words(run),
        curve=curve_of(run.curve, run.seconds),
        figures=figures(board),
        count=here.board.weeks.count,
        lines=lines_of(board),
        rows=rows_between(stops, drafted, found) if run.plan else [],
        applicants=applicants_of(session, actor(), here, left_out, {int(one.stop) for one in run.visits}),
        left_out=[(stops[key], said) for key, said in left_out.items() if key in stops],
        titles=TITLES,
        loss=told(run, here),
        kinds={str(kind): label(KINDS, kind) for kind in KINDS},
        may_plan=may(actor(), Action.VISIT_EDIT, run.municipality_id),
    )


@needs(Action.VISIT_EDIT)
def stop(run_id: int) -> ResponseReturnValue:
    """End a run with the best that it has."""
    runs.stop(staff_session(), actor(), run_of(run_id))
    flash("Die Berechnung endet gleich mit dem besten Plan, den sie hat.", "good")
    return redirect(url_for("trees_intern.run", run_id=run_id), 303)


@needs(Action.VISIT_EDIT)
def take(run_id: int) -> ResponseReturnValue:
    """Take a result into the draft, or as a draft of its own."""
    run = run_of(run_id)
    here = plan_board(staff_session(), actor(), run.schedule_id)

    def save() -> ResponseReturnValue:
        fields = Fields(request.form)
        beside = request.form.get("into") == "new"
        name = fields.text("name", required=beside, longest=120)
        fields.check()
        plan = runs.take(
            staff_session(),
            actor(),
            run,
            name=name if beside else None,
            confirmed=fields.flag("confirmed"),
        )
        flash("Das Ergebnis steht jetzt im Entwurf.", "good")
        return redirect(url_for("trees_intern.board", schedule_id=plan.id), 303)

    return frame.write(
        "run_take",
        save,
        RUN_LABELS,
        values={"into": "same" if here.plan.state == "ENTWURF" else "new", "name": f"{here.plan.name}, berechnet"},
        title="Ergebnis übernehmen",
        name=f"{here.plan.name}, {here.plan.fleet}",
        back=url_for("trees_intern.run", run_id=run_id),
        choices=_take_choices(here),
        run=run,
        submit="Übernehmen",
    )


def _take_choices(here: PlanBoard) -> list[tuple[str, str, str]]:
    beside = ("new", "Als neuen Entwurf", "Der Entwurf, für den gerechnet wurde, bleibt daneben stehen.")
    if here.plan.state != "ENTWURF":
        return [beside]
    into = f"In den Entwurf „{here.plan.name}“"
    hint = "Was nicht festgehalten ist, wird ersetzt. Auf der Planungstafel lässt es sich zurücknehmen."
    return [("same", into, hint), beside]
