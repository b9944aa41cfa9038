"""Small steps from a list: another state on the board, a thing that is done, another day."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action
from geo.core.parsing import Fields
from geo.core.undo import last_change
from geo.vacancies.cases import queries, service
from geo.vacancies.cases.codes import HELD, WORKING
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.vacancies.cases.addresses import NAMES
from webapp.vacancies.forms import version

# Where a small step can be made, and where it leads back to.
_LISTS = {"tafel": "cases_intern.board", "mein-tag": "cases_intern.my_day", "wiedervorlagen": "cases_intern.follow_ups"}


def _back(case_id: int) -> ResponseReturnValue:
    """To the list, where the step can be undone."""
    endpoint = _LISTS.get(request.form.get("liste", ""), "cases_intern.my_day")
    change = last_change(staff_session(), "cases", case_id)
    named: dict[str, Any] = {name: request.args[name] for name in NAMES if name in request.args}
    return redirect(url_for(endpoint, **{**named, "geaendert": case_id, "aenderung": change}), 303)


@needs(Action.CASE_EDIT)
def move(case_id: int) -> ResponseReturnValue:
    """Another state of the work; being blocked needs a reason, and so the case's own page."""
    fields = Fields(request.form)
    to = fields.choice("to", {**WORKING, **HELD}, required=True)
    fields.check()
    if to == "BLOCKIERT":
        return redirect(url_for("cases_intern.show", case_id=case_id, stand=to, _anchor="schritt"), 303)
    service.move(staff_session(), actor(), case_id, version(), to or "")
    return _back(case_id)


@needs(Action.CASE_EDIT)
def done(case_id: int) -> ResponseReturnValue:
    """The next action was carried out; what comes then is asked on the case's page."""
    case = queries.get(staff_session(), case_id)
    service.record(staff_session(), actor(), case_id, version(), replace(service.step_of(case), done=True))
    return _back(case_id)


@needs(Action.CASE_EDIT)
def postpone(case_id: int) -> ResponseReturnValue:
    """The same action some days later, counted from today."""
    fields = Fields(request.form)
    days = fields.whole("tage", least=1, most=90, required=True)
    fields.check()
    case = queries.get(staff_session(), case_id)
    on = clock.today() + timedelta(days=days or 1)
    service.set_next_action(staff_session(), actor(), case_id, version(), case.next_action or "Wiedervorlage", on)
    return _back(case_id)


@needs(Action.CASE_EDIT)
def claim(case_id: int) -> ResponseReturnValue:
    """Whoever is signed in becomes responsible."""
    service.assign(staff_session(), actor(), case_id, version(), actor().account_id)
    return _back(case_id)
