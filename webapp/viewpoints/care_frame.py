"""What the pages of a point's upkeep share: their frame, and a form that is shown, saved, or refused."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.errors import Conflict, Invalid
from geo.viewpoints import queries
from geo.viewpoints.care.schemas import LABELS
from geo.viewpoints.codes import (
    CHECK_RESULTS,
    DEFECT_STATES,
    DEFECTS,
    FURNITURE,
    FURNITURE_STATES,
    LIMITS,
    STATUSES,
)
from webapp.app import actor, staff_session

CODES: dict[str, Mapping[str, tuple[str, str]]] = {
    "results": CHECK_RESULTS,
    "defects": DEFECTS,
    "defect_states": DEFECT_STATES,
    "furniture": FURNITURE,
    "furniture_states": FURNITURE_STATES,
    "limits": LIMITS,
    "statuses": STATUSES,
}


def page(template: str, status: int = 200, **values: Any) -> ResponseReturnValue:
    """An internal page of upkeep."""
    frame = {"nav": "viewpoints", "today": clock.today(), "labels": LABELS, "codes": CODES}
    return render_template(f"viewpoints/intern/care/{template}.html", **frame, **values), status


def record(viewpoint_id: int) -> queries.Record:
    """The point that a page is about."""
    return queries.get(staff_session(), actor(), viewpoint_id)


def write(
    template: str,
    save: Callable[[], ResponseReturnValue],
    *,
    first: Mapping[str, Any],
    shown: Callable[[], Mapping[str, Any]],
) -> ResponseReturnValue:
    """Show a form with its `first` values, or save what was sent; what is refused is said in the form.

    `shown` gives what else the page needs, read anew after a refusal.
    """
    if request.method == "GET":
        return page(template, values=first, errors={}, **shown())
    try:
        return save()
    except Invalid as refused:
        return page(template, 422, values=request.form.to_dict(), errors=refused.fields, **shown())
    except Conflict as conflict:
        staff_session().rollback()
        values = {**request.form.to_dict(), "version": conflict.version}
        sentence = f"{conflict} Unten steht, was Sie eingetragen haben; erneut speichern ersetzt den anderen Stand."
        return page(template, 409, values=values, errors={"": sentence}, **shown())
