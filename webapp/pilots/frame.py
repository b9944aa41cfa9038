"""What internal pages of pilot projects share: their frame, a form that is shown, saved or refused, the way back."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.core.errors import STALE, Conflict, Invalid, NeedsConfirmation
from geo.core.fields_of_action import FIELDS_OF_ACTION
from geo.pilots import queries
from geo.pilots.codes import (
    CRITERIA,
    PARTNER_ROLES,
    PHASES,
    PROJECTS_AIMED_AT,
    RATINGS,
    STATUSES,
    TARGET_GROUPS,
)
from geo.pilots.dates import EXAMPLES
from geo.pilots.model import PilotProject, PilotSite
from geo.pilots.projects import queries as projects
from webapp.app import actor, staff_session

_AGAIN = "Unten steht, was Sie eingetragen haben; erneut speichern ersetzt den anderen Stand."
CODES: dict[str, Mapping[str, tuple[str, str]]] = {
    "phases": PHASES,
    "statuses": STATUSES,
    "criteria": CRITERIA,
    "ratings": RATINGS,
    "fields_of_action": FIELDS_OF_ACTION,
    "target_groups": TARGET_GROUPS,
    "roles": PARTNER_ROLES,
}


def options(codes: Mapping[str, tuple[str, str]]) -> list[tuple[str, str]]:
    """A code list as the options of a field."""
    return [(code, names[0]) for code, names in codes.items()]


def show(template: str, http_status: int = 200, **values: Any) -> ResponseReturnValue:
    """An internal page of pilot projects."""
    frame = {
        "nav": "pilots",
        "today": clock.today(),
        "codes": CODES,
        "names": PHASES,
        "examples": EXAMPLES,
        "aimed_at": PROJECTS_AIMED_AT,
    }
    return render_template(f"pilots/intern/{template}.html", **frame, **values), http_status


def may_edit() -> bool:
    return may(actor(), Action.PILOT_EDIT)


def saved_site(site: PilotSite, sentence: str, anchor: str | None = None) -> ResponseReturnValue:
    """To the site's page, which then offers to take back just this change."""
    flash(sentence, "good")
    staff_session().flush()
    change = queries.newest_change(staff_session(), site)
    return redirect(url_for("pilots_intern.show", site_id=site.id, gespeichert=change, _anchor=anchor), 303)


def saved_project(project: PilotProject, sentence: str, anchor: str | None = None) -> ResponseReturnValue:
    """To the project's page, which then offers to take back just this change."""
    flash(sentence, "good")
    staff_session().flush()
    change = projects.newest_change(staff_session(), project)
    return redirect(url_for("pilots_intern.project", slug=project.slug, gespeichert=change, _anchor=anchor), 303)


def typed() -> dict[str, Any]:
    """What somebody typed, for the form again: fields with several values as lists."""
    several = {name: request.form.getlist(name) for name in ("fields_of_action", "target_groups")}
    return {**request.form.to_dict(), **{name: chosen for name, chosen in several.items() if name in request.form}}


def refused(template: str, problem: Invalid, **values: Any) -> ResponseReturnValue:
    """The form again, with each mistake at its field."""
    confirm = problem.confirm if isinstance(problem, NeedsConfirmation) else None
    return show(template, 422, values=typed(), errors=problem.fields, confirm=confirm, **values)


def write(
    template: str,
    save: Callable[[], ResponseReturnValue],
    *,
    first: Mapping[str, Any],
    shown: Callable[[], Mapping[str, Any]],
) -> ResponseReturnValue:
    """Show a form with its `first` values, or save what was sent; what is refused is said in the form.

    After a conflict the form comes again with what was typed, beside what is stored now; the next save is meant.
    """
    if request.method == "GET":
        return show(template, values=first, errors={}, **shown())
    try:
        return save()
    except Invalid as problem:
        return refused(template, problem, **shown())
    except Conflict as conflict:
        staff_session().rollback()
        values = {**typed(), "version": conflict.version}
        sentence = str(conflict) if conflict.theirs else f"{STALE} {_AGAIN}"
        return show(template, 409, values=values, errors={"": sentence}, theirs=conflict.theirs, **shown())
