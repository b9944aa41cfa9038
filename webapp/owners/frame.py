"""What every internal page of owners shares: its frame, its forms, the town worked in."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.codes import label
from geo.core.errors import Conflict, Invalid
from geo.core.parsing import Fields
from geo.jobs.files import Store
from geo.owners import codes
from geo.vacancies.codes import PUBLICATION_LEVELS, STATES
from webapp.app import chosen_town, register_app, staff_session
from webapp.forms import as_sent, side_by_side

KIND = "owners"
_CODED = {"kind": codes.KINDS, "attitude": codes.ATTITUDES, "salutation": codes.SALUTATIONS}
_UNIT_STATES = {code: names[0] for code, names in STATES.items()}
_LEVELS = {level: names[0] for level, names in PUBLICATION_LEVELS.items()}


def town() -> int:
    """The town worked in: owners are of one town, always."""
    return chosen_town("Bitte zuerst im Feld „Gemeinde“ eine wählen: Eigentum gehört zu einer Stadt.")


def options(of: Mapping[str, tuple[str, str]]) -> list[tuple[str, str]]:
    """A code list to choose from."""
    return [(code, names[0]) for code, names in of.items()]


def page(template: str, status: int = 200, **values: Any) -> ResponseReturnValue:
    """An internal page."""
    known: dict[str, Any] = {"codes": codes, "label": label, "options": options, "today": clock.today()}
    known |= {"internal_active": KIND, "unit_states": _UNIT_STATES, "levels": _LEVELS}
    return render_template(f"owners/intern/{template}.html", **known, **values), status


def write(
    kind: str,
    save: Callable[[], ResponseReturnValue],
    labels: Mapping[str, str],
    *,
    values: Mapping[str, Any],
    **shown: Any,
) -> ResponseReturnValue:
    """Show a form, or save what was sent and go on; what the register refuses is said in the form.

    `kind` names the template with its fields; `values` are the stored ones, or the first ones of something new.
    """
    if request.method == "GET":
        return page("form", kind=kind, labels=labels, values=values, errors={}, **shown)
    try:
        return save()
    except Invalid as refused:
        staff_session().rollback()
        return page("form", 422, kind=kind, labels=labels, values=typed(), errors=refused.fields, **shown)
    except Conflict as conflict:
        staff_session().rollback()
        if not conflict.theirs:
            errors = {"": str(conflict)}
            return page("form", 409, kind=kind, labels=labels, values=typed(), errors=errors, **shown)
        differing, common = side_by_side(labels, typed(), conflict.theirs, _in_words)
        sides = {"fields": differing, "same": common, "version": conflict.version, "message": str(conflict)}
        return page("conflict", 409, **sides, **shown)


def typed() -> dict[str, Any]:
    """What was sent, to show it again."""
    return request.form.to_dict()


def version() -> int:
    """The version that the form was opened with."""
    return Fields(request.form).version()


def _in_words(name: str, value: Any) -> str:
    return label(_CODED[name], value) if name in _CODED and value else as_sent(value)


def lowered(units: int) -> str:
    """That units are shown with less, because nobody agrees to more any longer; nothing where none is."""
    if not units:
        return ""
    who = "Eine Nutzungseinheit wird" if units == 1 else f"{units} Nutzungseinheiten werden"
    return f" {who} nur noch soweit gezeigt, wie es ohne diese Einwilligung geht."


def store() -> Store:
    """Where printed letters lie until they are fetched."""
    return Store(register_app().settings.home / "jobs")
