"""The rights of whoever is stored: to be told, to be erased; what was erased when; what the town has set."""

from typing import Any

from flask import Response, flash, json, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action
from geo.core.errors import Conflict, Invalid
from geo.core.parsing import Fields
from geo.owners import queries, rights, service
from geo.owners.campaigns.costs import ASSUMPTION_LABELS, assumption_values, parse_assumptions
from geo.owners.codes import GROUNDS
from webapp import parameters
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.entries import Words, entries
from webapp.owners import frame, words

SETTING_LABELS = {
    "keep_months": "Aufbewahrt werden Angaben",
    "answer_days": "Zeit für die Antwort auf einen Brief",
    **ASSUMPTION_LABELS,
}
_GIVEN = ("VERLANGEN", "WIDERSPRUCH", "IRRTUM")


@needs(Action.OWNER_VIEW)
def told(owner_id: int) -> ResponseReturnValue:
    """All that is stored on an owner, to be read or printed."""
    session = staff_session()
    owner = queries.get(session, owner_id)
    everything = rights.everything_on(session, actor(), owner_id)
    everything.pop("verlauf")
    return frame.page("told", owner=owner, parts=words.in_words(everything), mentions=rights.mentions(session, owner))


@needs(Action.OWNER_VIEW)
def told_json(owner_id: int) -> Response:
    """The same for a program, with every change."""
    everything = rights.everything_on(staff_session(), actor(), owner_id)
    body = json.dumps(everything, ensure_ascii=False, indent=2, default=str)
    answer = Response(body, mimetype="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="auskunft-{owner_id}.json"'
    return answer


@needs(Action.OWNER_VIEW)
def history(owner_id: int) -> ResponseReturnValue:
    """Every change, field by field."""
    session = staff_session()
    owner = queries.get(session, owner_id)
    happened = words.as_changes(rights.history(session, owner_id))
    tables = {name: Words(labels, {**words.FORMATS}, row=row) for name, (labels, row) in words.TABLES.items()}
    shown = entries(happened, tables, words.ACTIONS, "Eigentum erfasst")
    return frame.page("history", owner=owner, entries=shown)


@needs(Action.OWNER_ERASE)
def erase(owner_id: int) -> ResponseReturnValue:
    """Erase everything about an owner, after asking; nothing brings it back."""
    session = staff_session()
    owner = queries.get(session, owner_id)
    errors: dict[str, str] = {}
    if request.method == "POST":
        fields = Fields(request.form)
        ground = fields.choice("ground", _GIVEN, required=True)
        if not fields.flag("confirm"):
            fields.fail("confirm", "Bitte bestätigen: das lässt sich nicht rückgängig machen.")
        try:
            fields.check()
            rights.erase(session, actor(), owner_id, ground or "", frame.store(), clock.today())
        except Invalid as refused:
            errors = refused.fields
        else:
            flash("Alle Angaben zu dieser Person sind gelöscht.", "good")
            return redirect(url_for("owners_intern.erasures"), 303)
    return frame.page(
        "erase",
        422 if errors else 200,
        owner=owner,
        units=queries.units_of(session, owner_id, clock.today()),
        mentions=rights.mentions(session, owner),
        grounds=[(code, GROUNDS[code][0]) for code in _GIVEN],
        labels={"ground": "Grund", "confirm": "Bestätigung"},
        values=request.form.to_dict() or {"ground": parameters.choice("grund", _GIVEN) or ""},
        errors=errors,
    )


@needs(Action.OWNER_VIEW)
def erasures() -> ResponseReturnValue:
    """What was erased, when, and why; and who is next."""
    town, session = frame.town(), staff_session()
    due = queries.OwnerFilters(clock.today(), due=True)
    return frame.page(
        "erasures",
        rows=queries.erasures(session, town),
        total=queries.count_erasures(session, town),
        due=queries.every(session, town, due),
    )


@needs(Action.TOWN_EDIT)
def settings() -> ResponseReturnValue:
    """How long owners are kept and may answer; what the sheets of costs assume."""
    town, session = frame.town(), staff_session()
    stored = queries.settings_of(session, town)
    values: dict[str, Any] = {"keep_months": stored.keep_months, "answer_days": stored.answer_days}
    values |= assumption_values(stored.assumptions) | {"version": stored.version}
    errors, status = {}, 200
    if request.method == "POST":
        values = request.form.to_dict()
        fields = Fields(request.form)
        given = {
            "keep_months": fields.whole("keep_months", least=1, most=120, required=True),
            "answer_days": fields.whole("answer_days", least=7, most=365, required=True),
        }
        try:
            fields.check()
            given["assumptions"] = parse_assumptions(request.form).stored()  # type: ignore[assignment]  # JSON
            service.set_up(session, actor(), town, frame.version(), given)
        except Invalid as refused:
            errors, status = refused.fields, 422
        except Conflict as conflict:
            errors, status = {"": str(conflict)}, 409
        else:
            flash("Gespeichert.", "good")
            return redirect(url_for("owners_intern.settings"), 303)
        session.rollback()
    return frame.page("settings", status, values=values, errors=errors, labels=SETTING_LABELS)
