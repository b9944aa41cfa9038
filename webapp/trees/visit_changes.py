"""Internal forms of visits: add, describe, move, assign trees, permit, arrival, departure, result, delete."""

from datetime import date, timedelta
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.core.errors import Invalid
from geo.core.parsing import Fields, parse_day
from geo.trees.queries import internal
from geo.trees.visits import queries, service
from geo.trees.visits.codes import DECISIONS, PERMIT_STATES
from geo.trees.visits.queries import VisitRow
from geo.trees.visits.schemas import (
    MOVE_LABELS,
    PERMIT_LABELS,
    VERDICT_LABELS,
    VISIT_LABELS,
    parse_change,
    parse_move,
    parse_permit,
    parse_verdict,
    parse_visit,
)
from geo.trees.wording import period
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.trees import frame, visit_words


@needs(Action.VISIT_EDIT)
def new() -> ResponseReturnValue:
    """Plan a visit, or record one that was."""
    session = staff_session()
    plans = [one for one in internal.schedules(session) if one.state != "UEBERHOLT" and _mine(one)]
    plan = next((one for one in plans if str(one.id) == request.values.get("schedule_id")), plans[0] if plans else None)
    given: dict[str, Any] = {"modules_s": "", "modules_l": ""}
    if plan is not None:
        first = _next_move_day(max(clock.today(), plan.first), plan.move_weekday)
        last = min(first + timedelta(weeks=6, days=-1), plan.last)
        given |= {"schedule_id": plan.id, "first": first.isoformat(), "last": last.isoformat()}
    given |= {name: value for name in ("stop_id", "first", "last") if (value := request.args.get(name))}

    def save() -> ResponseReturnValue:
        made = service.add(staff_session(), actor(), parse_visit(request.form))
        flash("Der Besuch ist eingetragen.", "good")
        return redirect(url_for("visits_intern.show", visit_id=made.id), 303)

    return frame.write(
        "visit",
        save,
        VISIT_LABELS | {"is_actual": "So war es wirklich"},
        values=given,
        title="Besuch eintragen",
        back=url_for("visits_intern.overview"),
        plans=[(one.id, f"{one.fleet}: {one.name} ({frame.schedule_state(one.state)})") for one in plans],
        stops=_streets(g.municipality_id),
        is_new=True,
    )


@needs(Action.VISIT_EDIT)
def edit(visit_id: int) -> ResponseReturnValue:
    """Change how many modules come and what is said about the visit."""
    visit, back = _visit(visit_id)

    def save() -> ResponseReturnValue:
        service.change(staff_session(), actor(), visit_id, frame.version(), parse_change(request.form))
        flash("Gespeichert.", "good")
        return redirect(back, 303)

    return frame.write(
        "visit",
        save,
        VISIT_LABELS,
        values=visit_words.values(visit),
        title="Besuch bearbeiten",
        name=visit_words.about(visit),
        back=back,
        is_new=False,
    )


@needs(Action.VISIT_EDIT)
def move(visit_id: int) -> ResponseReturnValue:
    """Give a visit another stop or time."""
    visit, back = _visit(visit_id)

    def save() -> ResponseReturnValue:
        moved = service.move(staff_session(), actor(), visit_id, frame.version(), parse_move(request.form))
        flash("Verschoben." + visit_words.asked_again(visit, moved.permit_state), "good")
        return redirect(url_for("visits_intern.show", visit_id=moved.id), 303)

    return frame.write(
        "visit_move",
        save,
        MOVE_LABELS,
        values=visit_words.values(visit),
        title="Besuch verschieben",
        name=visit_words.about(visit),
        back=back,
        visit=visit,
        stops=_streets(_reach(visit)),
        submit="Verschieben",
    )


@needs(Action.VISIT_EDIT)
def trees(visit_id: int) -> ResponseReturnValue:
    """Say which trees come."""
    visit, back = _visit(visit_id)
    session = staff_session()
    plan = internal.get_schedule(session, actor(), visit.schedule_id)
    during = period(visit.first, visit.last)
    classes = internal.get_stop(session, actor(), visit.stop_id).module_classes
    choices = [
        tree
        for tree in internal.tree_choices(session, plan, visit.stop_id, during)
        if tree.module_class in classes and {"S": visit.modules_s, "L": visit.modules_l}[tree.module_class]
    ]

    def save() -> ResponseReturnValue:
        service.set_trees(session, actor(), visit_id, frame.version(), _chosen())
        flash("Die Bäume sind zugeteilt.", "good")
        return redirect(back, 303)

    return frame.write(
        "visit_trees",
        save,
        {"trees": "Bäume"},
        values={"trees": [tree.id for tree in choices if tree.label in visit.trees], "version": visit.version},
        title="Bäume zuteilen",
        name=visit_words.about(visit),
        back=back,
        visit=visit,
        choices=[(tree.id, f"Baum {tree.label}", visit_words.tree_hint(tree, visit)) for tree in choices],
    )


@needs(Action.VISIT_EDIT)
def permit(visit_id: int) -> ResponseReturnValue:
    """Note how far the permit has come."""
    visit, back = _visit(visit_id)

    def save() -> ResponseReturnValue:
        service.set_permit(staff_session(), actor(), visit_id, frame.version(), parse_permit(request.form))
        flash("Gespeichert.", "good")
        return redirect(back, 303)

    return frame.write(
        "visit_permit",
        save,
        PERMIT_LABELS,
        values=visit_words.values(visit),
        title="Genehmigung und Schilder",
        name=visit_words.about(visit),
        back=back,
        visit=visit,
        permit_states=frame.options(PERMIT_STATES),
    )


@needs(Action.VISIT_EDIT)
def arrival(visit_id: int) -> ResponseReturnValue:
    """Say that the trees have come."""
    visit, back = _visit(visit_id)

    def save() -> ResponseReturnValue:
        service.arrive(staff_session(), actor(), visit_id, frame.version(), _day("first"))
        flash("Die Ankunft ist eingetragen.", "good")
        return redirect(back, 303)

    return frame.write(
        "visit_arrival",
        save,
        {"first": "Tag der Ankunft"},
        values={"first": visit.first.isoformat(), "version": visit.version},
        title="Ankunft eintragen",
        name=visit_words.about(visit),
        back=back,
        visit=visit,
        submit="Die Bäume sind da",
    )


@needs(Action.VISIT_EDIT)
def departure(visit_id: int) -> ResponseReturnValue:
    """Say when the trees stood there for the last time."""
    visit, back = _visit(visit_id)
    last = min(visit.stands_until, clock.today())

    def save() -> ResponseReturnValue:
        service.leave(staff_session(), actor(), visit_id, frame.version(), _day("last"))
        flash("Der Abschied ist eingetragen.", "good")
        return redirect(back, 303)

    return frame.write(
        "visit_departure",
        save,
        {"last": "Letzter Tag"},
        values={"last": last.isoformat(), "version": visit.version},
        title="Abschied eintragen",
        name=visit_words.about(visit),
        back=back,
        visit=visit,
    )


@needs(Action.VISIT_DECIDE)
def verdict(visit_id: int) -> ResponseReturnValue:
    """Say what the visit has shown."""
    visit, back = _visit(visit_id)

    def save() -> ResponseReturnValue:
        service.set_verdict(staff_session(), actor(), visit_id, frame.version(), parse_verdict(request.form))
        flash("Das Ergebnis ist festgehalten.", "good")
        return redirect(back, 303)

    return frame.write(
        "visit_verdict",
        save,
        VERDICT_LABELS,
        values=visit_words.values(visit),
        title="Ergebnis festhalten",
        name=visit_words.about(visit),
        back=back,
        decisions=frame.options(DECISIONS),
    )


@needs(Action.VISIT_EDIT)
def delete(visit_id: int) -> ResponseReturnValue:
    """Take a visit out again."""
    visit, back = _visit(visit_id)

    def save() -> ResponseReturnValue:
        service.remove(staff_session(), actor(), visit_id, frame.version())
        flash("Der Besuch ist gelöscht.", "good")
        return redirect(url_for("visits_intern.overview"), 303)

    return frame.write(
        "visit_delete",
        save,
        VISIT_LABELS,
        values={"version": visit.version},
        title="Besuch löschen?",
        name=visit_words.about(visit),
        back=back,
        visit=visit,
        submit="Löschen",
    )


@needs(Action.VISIT_EDIT)
def undo(visit_id: int) -> ResponseReturnValue:
    """Take the last change of a visit back."""
    service.undo(staff_session(), actor(), visit_id, frame.change_id())
    flash("Die letzte Änderung ist zurückgenommen.", "good")
    known = {visit.id for visit in queries.coming(staff_session(), actor(), None, date.min)}
    there = visit_id in known
    return redirect(
        url_for("visits_intern.show", visit_id=visit_id) if there else url_for("visits_intern.overview"), 303
    )


def _visit(visit_id: int) -> tuple[VisitRow, str]:
    visit = queries.get_visit(staff_session(), actor(), visit_id)
    return visit, url_for("visits_intern.show", visit_id=visit.planned_visit_id or visit_id)


def _mine(plan: internal.ScheduleRow) -> bool:
    """A plan of the alliance, or of a town in which the person may plan."""
    return plan.municipality_id is None or may(actor(), Action.VISIT_EDIT, plan.municipality_id)


def _reach(visit: VisitRow) -> int | None:
    """A planner moves visits between towns; everybody else within their own."""
    return None if may(actor(), Action.SCHEDULE_PUBLISH, None) else visit.municipality_id


def _streets(municipality_id: int | None) -> list[tuple[int, str]]:
    found = internal.stops(staff_session(), actor(), municipality_id)
    several = len({stop.municipality_id for stop in found}) > 1
    return [
        (stop.id, f"{stop.municipality}: {stop.name}" if several else stop.name)
        for stop in found
        if stop.kind == "STRASSE"
    ]


def _next_move_day(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.isoweekday()) % 7)


def _day(name: str) -> date:
    given = Fields(request.form).day(name, required=True)
    if given is None or parse_day(given.isoformat()) is None:
        raise Invalid({name: "Bitte ein Datum wie 01.05.2026 angeben."})
    return given


def _chosen() -> list[int]:
    raw = [part for text in request.form.getlist("trees") for part in text.split(",") if part]
    if not all(part.isascii() and part.isdecimal() and len(part) < 10 for part in raw):
        raise Invalid({"trees": "Bitte nur angebotene Werte wählen."})
    return [int(part) for part in raw]
