"""What the pages say of a run that plans around a lost stop."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from geo.core import clock
from geo.trees.planning.board import BoardVisit
from geo.trees.planning.difference import Kind, differences
from geo.trees.planning.losses import Loss
from geo.trees.planning.problems import as_board_visits
from geo.trees.planning.queries import PlanBoard
from geo.trees.planning.runs import RunRow
from webapp.trees import words
from webapp.trees.draft_pages import rows_between


def lost_in_words(run: RunRow, here: PlanBoard) -> str:
    """Marktplatz, ab 4. Mai 2026; nothing for a run that plans a draft."""
    loss = run.loss
    name = next((stop.name for stop in here.stops if loss and stop.id == loss.stop_id), "")
    return f"{name}, ab {words.day_words(loss.first)}" if loss else ""


def told(run: RunRow, here: PlanBoard) -> dict[str, Any] | None:
    """What the page of a run says when it plans around a loss: the stop, what stays and what differs."""
    if run.loss is None:
        return None
    weeks, stops = here.board.weeks, {stop.id: stop for stop in here.stops}
    before = as_board_visits(run.before, weeks)
    after = as_board_visits(run.visits, weeks) if run.plan else before
    today = clock.today()
    after = _as_it_ends(after, before, run.loss, today)
    counts = Counter(one.kind for one in differences(before, after))
    lost = stops.get(run.loss.stop_id)
    standing = [
        one
        for one in here.board.visits
        if one.stop_id == run.loss.stop_id and one.first <= today and one.last >= run.loss.first
    ]
    outcome = run.outcome or {}
    return {
        "name": lost.name if lost else "",
        "first": run.loss.first,
        "reason": run.loss.reason,
        "told": outcome.get("told", 0),
        "kept": outcome.get("kept", 0),
        "counts": [(str(kind), counts[kind]) for kind in Kind if counts[kind]],
        "rows": rows_between(stops, before, after),
        "same": _same(before, after, {stop.id: stop.name for stop in here.stops}),
        "standing": standing,
    }


def _as_it_ends(after: Sequence[BoardVisit], before: Sequence[BoardVisit], loss: Loss, today: date) -> list[BoardVisit]:
    """Trees that stand at the lost stop leave on the day before it is lost; the planner knows whole weeks only."""
    cut = {
        one.first
        for one in before
        if one.stop_id == loss.stop_id and one.first <= today and one.first < loss.first <= one.last
    }
    eve = loss.first - timedelta(days=1)
    return [replace(one, last=eve) if one.stop_id == loss.stop_id and one.first in cut else one for one in after]


def _same(before: Sequence[BoardVisit], after: Sequence[BoardVisit], names: dict[int, str]) -> list[tuple[str, str]]:
    """The visits that stay as they are: stop, and when."""
    return [
        (names[one.stop_id], words.span_words(one.one.first, one.one.last))
        for one in differences(before, after)
        if one.kind == Kind.SAME and one.stop_id in names
    ]
