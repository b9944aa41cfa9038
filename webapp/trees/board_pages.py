"""The planner's one screen: a plan as map, weeks and list; visits put, moved and taken out; steps back and forward."""

from datetime import date
from functools import partial
from typing import Any

from flask import Response, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.core.parsing import Fields
from geo.trees.planning import possible
from geo.trees.planning.board import BoardStop, BoardVisit
from geo.trees.planning.difference import figures
from geo.trees.planning.queries import PlanBoard, board_of_visit, plan_board, siblings
from geo.trees.planning.schemas import BOARD_LABELS, parse_placing
from geo.trees.planning.service import placing, steps
from geo.trees.planning.waiting import open_ones
from webapp import geojson, parameters
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.trees import frame, words

USUAL_WEEKS = 6


@needs(Action.TREE_VIEW)
def board(schedule_id: int) -> ResponseReturnValue:
    """Map, weeks, what is not planned yet, one clock."""
    here = plan_board(staff_session(), actor(), schedule_id)
    day = _day_of(here)
    back, forward = steps.next_steps(staff_session(), actor(), here.plan)
    is_draft = here.plan.state == "ENTWURF"
    may_copy = may(actor(), Action.VISIT_EDIT, here.plan.municipality_id)
    may_plan = may_copy and is_draft
    return frame.page(
        "board",
        here=here,
        plan=here.plan,
        board=here.board,
        weeks=here.board.weeks,
        day=day,
        now=here.board.weeks.of(day),
        standing=[visit for visit in here.board.visits if visit.covers(day) and not visit.rests],
        stop_of={stop.id: stop for stop in here.stops},
        figures=figures(here.board),
        open_ones=open_ones(staff_session(), actor(), here, clock.today()),
        siblings=siblings(staff_session(), here.plan),
        moved=request.args.get("besuch", type=int),
        may_plan=may_plan,
        may_copy=may_copy,
        may_replan=may_copy and here.plan.state == "VEROEFFENTLICHT" and here.plan.last >= clock.today(),
        may_publish=is_draft and may(actor(), Action.SCHEDULE_PUBLISH, here.plan.municipality_id),
        back=back,
        forward=forward,
        map_config={
            "features": url_for("trees_intern.board_points", schedule_id=schedule_id, am=day.isoformat()),
            "kind": "trees",
            "label": "Karte des Plans",
            "remember": False,
        },
        placing_values=placing.values_of,
        usual_weeks=_usual_weeks(here),
        usual_modules=partial(_modules_for, here),
    )


def _day_of(here: PlanBoard) -> date:
    """The day of the clock: the one in the address, else today if the plan holds it, else the plan's first."""
    day = parameters.day()
    if not request.args.get("am") and not here.plan.first <= day <= here.plan.last:
        return here.plan.first
    return day


@needs(Action.TREE_VIEW)
def points(schedule_id: int) -> Response:
    """The plan's stops on the clock's day, for the map."""
    here = plan_board(staff_session(), actor(), schedule_id)
    day = _day_of(here)
    by_stop = {visit.stop_id: visit for visit in here.board.visits if visit.covers(day)}
    coming = {visit.stop_id: visit for visit in reversed(here.board.visits) if visit.first > day}
    return geojson.collection(
        [
            geojson.feature(
                None if stop.lon is None or stop.lat is None else (stop.lon, stop.lat),
                _card(here, stop, by_stop.get(stop.id), coming.get(stop.id)),
            )
            for stop in here.stops
        ]
    )


def _card(here: PlanBoard, stop: BoardStop, now: BoardVisit | None, coming: BoardVisit | None) -> dict[str, Any]:
    notes = [f"bis {words.day_words(now.last)}"] if now else []
    notes += [f"ab {words.day_words(coming.first)}: {coming.modules}"] if coming else []
    notes += [f"Hitzebedarf {stop.heat_need}"] if stop.heat_need is not None else []
    label = f"{now.modules} hier" if now else "Besuch geplant" if coming else "kein Besuch im Plan"
    return {
        "id": stop.id,
        "kind": "trees",
        "title": stop.name,
        "subtitle": ", ".join(part for part in (stop.quarter, stop.municipality) if part),
        "url": url_for("trees_intern.board", schedule_id=here.plan.id) + f"#zeile-{stop.id}",
        "status": "BESETZT" if now else "GEPLANT" if coming else "FREI",
        "status_label": label,
        "is_example": False,
        "mark": str(now.size) if now else "",
        "note": " · ".join(notes),
    }


@needs(Action.TREE_VIEW)
def weeks(schedule_id: int) -> Response:
    """In which weeks a visit can begin at a stop, and what keeps it from the others: asked while it is moved."""
    here = plan_board(staff_session(), actor(), schedule_id)
    fields = Fields(request.args)
    stop_id = fields.whole("platz", least=1, most=2**31 - 1, required=True) or 0
    length = fields.whole("wochen", least=1, most=104, required=True) or 1
    modules_s, modules_l = (fields.whole(name, least=0, most=200) or 0 for name in ("s", "l"))
    visit_id = fields.whole("besuch", least=1, most=2**31 - 1)
    fields.check()
    moving = here.visit(visit_id) if visit_id else None
    question = possible.ask(
        here.board,
        here.limits,
        here.stop(stop_id),
        length=length,
        modules_s=modules_s,
        modules_l=modules_l,
        moving=moving,
    )
    calendar = here.board.weeks
    return jsonify(
        {
            "stop": here.stop(stop_id).name,
            "weeks": [
                {"first": calendar.first_day(week).isoformat(), "number": calendar.number(week), "reasons": reasons}
                for week, reasons in enumerate(possible.reasons(question))
            ],
        }
    )


@needs(Action.VISIT_EDIT)
def add(schedule_id: int) -> ResponseReturnValue:
    """A new visit of the plan."""
    here = plan_board(staff_session(), actor(), schedule_id)
    stop_id = request.args.get("platz", type=int)
    stop = next((one for one in here.stops if one.id == stop_id), None)
    first = request.args.get("ab", "")
    values: dict[str, Any] = {"stop_id": stop_id, "weeks": _usual_weeks(here), "first": first}
    values |= _modules_for(here, stop)

    def save() -> ResponseReturnValue:
        made = placing.add(staff_session(), actor(), here, parse_placing(request.form))
        flash("Der Besuch ist eingetragen.", "good")
        return _back(schedule_id, made.id)

    return _form(here, save, values, title="Besuch eintragen", moving=None)


def _usual_weeks(here: PlanBoard) -> int:
    """How long a new visit is meant to be, unless somebody says otherwise."""
    return min(USUAL_WEEKS, here.limits.max_weeks)


def _modules_for(here: PlanBoard, stop: BoardStop | None) -> dict[str, int]:
    """As many modules as the stop takes, small ones first."""
    if stop is None:
        return {"modules_s": 0, "modules_l": 0}
    small = min(stop.capacity, here.limits.modules_s) if "S" in stop.module_classes else 0
    large = min(stop.capacity - small, here.limits.modules_l) if "L" in stop.module_classes else 0
    return {"modules_s": small, "modules_l": large}


@needs(Action.VISIT_EDIT)
def move(visit_id: int) -> ResponseReturnValue:
    """A visit's place, weeks and modules: the form, and what dragging and the arrow keys send."""
    here = board_of_visit(staff_session(), actor(), visit_id)
    visit = here.visit(visit_id)

    def save() -> ResponseReturnValue:
        moved = placing.place(staff_session(), actor(), here, visit_id, frame.version(), parse_placing(request.form))
        flash("Der Besuch steht jetzt so im Plan.", "good")
        return _back(here.plan.id, moved.id)

    values = placing.values_of(visit) | {"version": visit.version}
    return _form(here, save, values, title="Besuch verschieben oder ändern", moving=visit)


@needs(Action.VISIT_EDIT)
def remove(visit_id: int) -> ResponseReturnValue:
    """Take a visit out of the plan, after a question."""
    here = board_of_visit(staff_session(), actor(), visit_id)
    visit = here.visit(visit_id)

    def save() -> ResponseReturnValue:
        placing.remove(staff_session(), actor(), here, visit_id, frame.version())
        flash("Der Besuch ist aus dem Plan genommen.", "good")
        return _back(here.plan.id)

    return frame.write(
        "board_remove",
        save,
        BOARD_LABELS,
        values={"version": visit.version},
        title="Besuch aus dem Plan nehmen?",
        name=here.stop(visit.stop_id).name,
        back=url_for("trees_intern.board", schedule_id=here.plan.id),
        visit=visit,
        submit="Herausnehmen",
    )


def _form(here: PlanBoard, save: Any, values: dict[str, Any], *, title: str, moving: BoardVisit | None) -> Any:
    """The board's form. What was typed decides which weeks are shown as possible."""
    typed = frame.typed() if request.method == "POST" else values
    shown: dict[str, Any] = {
        "title": title,
        "name": f"{here.plan.name}, {here.plan.fleet}",
        "back": url_for("trees_intern.board", schedule_id=here.plan.id),
        "here": here,
        "moving": moving,
        "stops": _stop_choices(here),
        "choices": _week_choices(here, typed, moving),
        "submit": "In den Plan eintragen" if moving is None else "Speichern",
    }
    if request.form.get("pruefen"):
        return frame.form("board_visit", labels=BOARD_LABELS, values=typed, **shown)
    return frame.write("board_visit", save, BOARD_LABELS, values=values, **shown)


def _stop_choices(here: PlanBoard) -> list[tuple[int, str]]:
    several = len({stop.municipality_id for stop in here.stops}) > 1
    return [(stop.id, f"{stop.municipality}: {stop.name}" if several else stop.name) for stop in here.stops]


def _week_choices(here: PlanBoard, typed: dict[str, Any], moving: BoardVisit | None) -> list[tuple[str, str]]:
    """The weeks to choose from, each with what speaks against it; the visit's own day among them."""
    calendar = here.board.weeks
    fields = Fields(typed)
    stop_id, length = fields.whole("stop_id"), fields.whole("weeks", least=1, most=104)
    modules_s, modules_l = fields.whole("modules_s") or 0, fields.whole("modules_l") or 0
    stop = next((one for one in here.stops if one.id == stop_id), None)
    said: list[tuple[str, ...]] = [() for _ in calendar]
    if stop is not None and length:
        question = possible.ask(
            here.board, here.limits, stop, length=length, modules_s=modules_s, modules_l=modules_l, moving=moving
        )
        said = possible.reasons(question)
    days = [calendar.first_day(week) for week in calendar]
    found = [(day.isoformat(), _week_words(day, calendar.number(week), said[week])) for week, day in enumerate(days)]
    own = fields.day("first")
    if own is not None and own not in days:
        found.append((own.isoformat(), f"{words.day_words(own)} (anderer Wochentag)"))
    return sorted(found)


def _week_words(day: date, number: int, reasons: tuple[str, ...]) -> str:
    name = f"KW {number}, ab {words.day_words(day)}"
    return f"{name}: geht nicht, {'; '.join(reasons)}" if reasons else name


def _back(schedule_id: int, visit_id: int | None = None) -> ResponseReturnValue:
    day = request.form.get("am") or None
    return redirect(url_for("trees_intern.board", schedule_id=schedule_id, am=day, besuch=visit_id), 303)


@needs(Action.VISIT_EDIT)
def name_trees(schedule_id: int) -> ResponseReturnValue:
    """Give the draft's visits their trees by name."""
    here = plan_board(staff_session(), actor(), schedule_id)
    given, lacking = placing.name_trees(staff_session(), actor(), here)
    told = "1 Baum ist zugeteilt." if given == 1 else f"{given} Bäume sind zugeteilt."
    if lacking:
        told += f" {lacking} {'Platz bleibt' if lacking == 1 else 'Plätze bleiben'} ohne Baum: es ist keiner frei."
    flash(told, "warn" if lacking else "good")
    return _back(schedule_id)


@needs(Action.VISIT_EDIT)
def undo(schedule_id: int) -> ResponseReturnValue:
    """Take the person's last step back."""
    flash(f"Zurückgenommen: {steps.undo(staff_session(), actor(), schedule_id)}.", "good")
    return _back(schedule_id)


@needs(Action.VISIT_EDIT)
def redo(schedule_id: int) -> ResponseReturnValue:
    """Do again what was taken back."""
    flash(f"Wiederholt: {steps.redo(staff_session(), actor(), schedule_id)}.", "good")
    return _back(schedule_id)
