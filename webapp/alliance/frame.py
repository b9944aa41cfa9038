"""What the internal pages of the alliance share: their frame, and a form that is shown, saved, or refused."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from geo.alliance.codes import KINDS, MEETING_STATES, PRESENCE
from geo.core import clock
from geo.core.access import Action, may
from geo.core.errors import Conflict, Invalid
from geo.core.parsing import Fields
from webapp.app import actor, staff_session


def page(template: str, status: int = 200, **values: Any) -> ResponseReturnValue:
    """An internal page of the alliance."""
    frame = {
        "nav": "pilots",
        "internal_active": "alliance",
        "today": clock.today(),
        "kinds": KINDS,
        "states": MEETING_STATES,
        "presence_names": PRESENCE,
        "may_edit": may(actor(), Action.ALLIANCE_EDIT),
    }
    return render_template(f"alliance/intern/{template}.html", **{**frame, **values}), status


def version() -> int:
    """The version of what was edited, from the form."""
    return Fields(request.form).version()


def town() -> int | None:
    """The town for which the person reads here; None for the alliance's own roles."""
    return g.municipality_id if isinstance(g.municipality_id, int) else None


def write(
    template: str,
    save: Callable[[], ResponseReturnValue],
    first: Mapping[str, Any],
    shown: Callable[[], Mapping[str, Any]] = dict,
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
        return page(template, 409, values=values, errors={"": sentence}, theirs=conflict.theirs, **shown())
