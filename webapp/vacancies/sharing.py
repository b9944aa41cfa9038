"""What the town lets the alliance's office see of its figures, and who decided so when."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core.access import Action
from geo.core.errors import Conflict, Invalid
from geo.core.history import Change
from geo.vacancies.figures import alliance_sharing
from geo.vacancies.figures.levels import LEVELS
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.vacancies import present
from webapp.vacancies.forms import refusal, town, typed, version


@needs(Action.FIGURES_SHARE)
def sharing() -> ResponseReturnValue:
    """Choose a level, take it back, and see what was chosen before."""
    here = town()
    if request.method == "GET":
        return _page({"level": alliance_sharing.of_town(staff_session(), here).level})
    try:
        level = alliance_sharing.parse(request.form)
        alliance_sharing.share(staff_session(), actor(), here, version(), level)
    except Invalid as error:
        return _page(typed(request.form), refusal(error)["errors"]), 422
    except Conflict as error:
        staff_session().rollback()
        now = LEVELS[alliance_sharing.of_town(staff_session(), here).level][0]
        return _page(typed(request.form), {"": f"{error} Jetzt gilt: {now}."}), 409
    flash(f"Gespeichert. Die Allianz sieht jetzt: {LEVELS[level][0]}.", "good")
    return redirect(url_for("vacancies_intern.sharing"), 303)


def _page(values: dict[str, Any], errors: dict[str, str] | None = None) -> str:
    stored = alliance_sharing.of_town(staff_session(), town())
    entries = [_entry(change) for change in alliance_sharing.changes(staff_session(), town())]
    return render_template(
        "vacancies/intern_sharing.html",
        internal_active=present.KIND,
        values={**values, "version": stored.version},
        errors=errors or {},
        labels={"level": "Was die Geschäftsstelle der Allianz sieht"},
        levels=[(code, name, words) for code, (name, words) in LEVELS.items()],
        stored=LEVELS[stored.level],
        entries=[entry for entry in entries if entry["changes"]],
    )


def _entry(change: Change) -> dict[str, Any]:
    changes = [
        {"field": "Freigabe", "old": _name(one.old), "new": _name(one.new)}
        for one in change.fields
        if one.name == "level"
    ]
    return {"at": change.changed_at, "who": change.actor, "action": "Freigabe geändert", "changes": changes}


def _name(level: Any) -> str | None:
    return LEVELS[level][0] if level in LEVELS else None
