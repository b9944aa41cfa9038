"""Drafts: copied from another plan, and compared with each other."""

from collections.abc import Iterable, Mapping
from datetime import date

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core.access import Action
from geo.core.codes import label
from geo.trees.planning.board import Board, BoardStop, BoardVisit
from geo.trees.planning.difference import KINDS, Kind, differences, figures
from geo.trees.planning.queries import PlanBoard, plan_board, siblings
from geo.trees.planning.schemas import COPY_LABELS, parse_copy
from geo.trees.planning.service import drafts
from geo.trees.queries import internal
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.trees import frame, words

BESIDE = 3


@needs(Action.VISIT_EDIT)
def copy(schedule_id: int) -> ResponseReturnValue:
    """A new draft from a plan: to try something, or to begin a season from the last one."""
    plan = internal.get_schedule(staff_session(), actor(), schedule_id)

    def save() -> ResponseReturnValue:
        given = parse_copy(request.form)
        made = drafts.copy_plan(staff_session(), actor(), schedule_id, given.name, given.first)
        flash(f"Der Entwurf „{made.name}“ ist angelegt.", "good")
        return redirect(url_for("trees_intern.board", schedule_id=made.id), 303)

    return frame.write(
        "board_copy",
        save,
        COPY_LABELS,
        values={"name": f"{plan.name}, Variante", "first": plan.first.isoformat()},
        title="Plan in einen Entwurf kopieren",
        name=f"{plan.name}, {plan.fleet}",
        back=url_for("trees_intern.board", schedule_id=schedule_id),
        plan=plan,
        submit="Kopieren",
    )


@needs(Action.TREE_VIEW)
def compare(schedule_id: int) -> ResponseReturnValue:
    """A plan beside up to three others of its fleet: figures, weeks, and what differs visit by visit."""
    here = plan_board(staff_session(), actor(), schedule_id)
    others = [one for one in siblings(staff_session(), here.plan) if one.id != schedule_id]
    same = [one.id for one in others if _overlap(one, here.plan)]
    asked = request.args.getlist("mit", type=int) or same[:1]
    chosen = [one.id for one in others if one.id in asked][:BESIDE]
    beside = [plan_board(staff_session(), actor(), key) for key in chosen]
    return frame.page(
        "board_compare",
        here=here,
        plan=here.plan,
        others=others,
        chosen=chosen,
        columns=[(one.plan, figures(one.board)) for one in (here, *beside)],
        lists=[(one.plan, rows_of(one, here) if _overlap(one.plan, here.plan) else None) for one in beside],
        boards=[(one.plan, one.board.weeks.count, lines_of(one.board)) for one in (here, *beside)],
        groups=[(one.plan.id, dict(figures(one.board).groups)) for one in (here, *beside)],
        choices=[
            (one.id, one.name, f"{frame.schedule_state(one.state)}, {words.span_words(one.first, one.last)}")
            for one in others
        ],
        most=BESIDE,
    )


def _overlap(one: internal.ScheduleRow, other: internal.ScheduleRow) -> bool:
    return one.first <= other.last and other.first <= one.last


def _state_and_season(plan: internal.ScheduleRow) -> str:
    return f"{frame.schedule_state(plan.state)}, {words.span_words(plan.first, plan.last)}"


def rows_of(before: PlanBoard, after: PlanBoard) -> list[dict[str, object]]:
    """What differs from one plan to the other, as rows of a table; what is the same is left out."""
    stops = {stop.id: stop for stop in (*before.stops, *after.stops)}
    return rows_between(stops, before.board.visits, after.board.visits)


def rows_between(
    stops: Mapping[int, BoardStop], before: Iterable[BoardVisit], after: Iterable[BoardVisit]
) -> list[dict[str, object]]:
    """The same for any two lists of visits."""
    rows: list[dict[str, object]] = []
    for one in differences(before, after):
        if one.kind == Kind.SAME or one.stop_id not in stops:
            continue
        rows.append(
            {
                "kind": str(one.kind),
                "label": label(KINDS, one.kind),
                "stop": stops[one.stop_id].name,
                "stop_id": one.stop_id,
                "before": None if one.before is None else _told(one.before.first, one.before.last, one.before.modules),
                "after": None if one.after is None else _told(one.after.first, one.after.last, one.after.modules),
            }
        )
    return rows


def _told(first: date, last: date, modules: str) -> str:
    return f"{words.span_words(first, last)}, {modules}"


def lines_of(board: Board) -> list[tuple[str, list[tuple[int, int, str, str]]]]:
    """A plan drawn small: for each stop that is visited its visits as (week, number of weeks, modules, words)."""
    weeks = board.weeks
    lines = []
    for row in board.rows:
        marks = []
        for visit in row.visits:
            begin, end = weeks.span(visit.first, visit.last)
            begin, end = max(0, begin), min(weeks.count - 1, end)
            if begin <= end:
                told = _told(visit.first, visit.last, visit.modules)
                marks.append((begin, end - begin + 1, str(visit.size), told))
        if marks and row.stop.kind == "STRASSE":
            lines.append((row.stop.name, marks))
    return lines
