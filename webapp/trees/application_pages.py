"""Internal pages of residents' applications: the list, one application with its decision, what the town has set."""

from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, g, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.core.codes import label
from geo.core.db import for_municipality
from geo.core.errors import Conflict, Invalid, NotFound
from geo.core.history import changes_of
from geo.trees.applications import queries, service
from geo.trees.applications.codes import DECIDED, STATES
from geo.trees.applications.model import TreeApplicant
from geo.trees.applications.queries import ApplicationRow
from geo.trees.applications.schemas import parse_decision
from geo.trees.applications.service import DECISION_LABELS
from geo.trees.applications.settings import SETTING_LABELS, parse_settings, setting_values
from geo.trees.queries import internal
from webapp import geojson, parameters
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.entries import Words, coded, day, entries
from webapp.trees import frame
from webapp.trees import resident_letters as letters
from webapp.trees.applying import forget_photo, photo_store

ACTIONS = {
    "resident.act": "Antragstellende Person",
    "application.edit": "Antrag bearbeitet",
    "resident.erase": "Personenbezogene Daten gelöscht",
    "sample.load": "Beispielregister geladen",
}
WORDS = Words(
    {
        "state": "Stand",
        "signatures": "Unterschriften",
        "reason": "Begründung",
        "listed_on": "wartet seit",
        "closed_on": "erledigt am",
    },
    {"state": coded(STATES), "listed_on": day, "closed_on": day},
)
PHOTO_POLICY = "default-src 'none'; sandbox"


@needs(Action.TREE_VIEW)
def overview() -> ResponseReturnValue:
    """The applications as they stood on a day: what is new, who waits at which place, what is done."""
    session, on_day, town = staff_session(), parameters.day(), g.municipality_id
    rows = queries.listing(session, actor(), town, on_day)
    ranks = queries.ranks(session, actor(), town, on_day)
    groups = {code: [row for row in rows if row.state(on_day) == code] for code in STATES}
    groups["WARTELISTE"].sort(key=lambda row: (row.municipality, ranks[row.id][0]))
    return frame.page(
        "residents/applications",
        day=on_day,
        groups=[(label(STATES, code), code, groups[code]) for code in STATES if groups[code]],
        ranks=ranks,
        several=town is None,
        takes=town is not None and queries.settings_of(session, town).takes_applications,
        town=town,
        may_set=may(actor(), Action.TOWN_EDIT, town),
    )


@needs(Action.TREE_VIEW)
def show(application_id: int) -> ResponseReturnValue:
    """One application with its decision."""
    session = staff_session()
    row = queries.get(session, actor(), application_id, g.municipality_id)
    if request.method == "GET":
        return _page(row, {"state": row.stored_state, "stop_id": row.stop_id, "reason": row.reason, "note": row.note})
    try:
        data = parse_decision(request.form)
        given = frame.version()
        service.decide(session, actor(), row.id, row.municipality_id, given, data, today=clock.today())
    except Invalid as refused:
        return _page(row, request.form.to_dict(), refused.fields, 422)
    except Conflict as conflict:
        return _page(row, request.form.to_dict(), {"": _conflict(conflict)}, 409)
    person = _person(row)
    if data.tell and person is not None:
        values = {"street": row.street, "state": label(STATES, data.state, person.language), "reason": data.reason}
        letters.send(person.email, person.language, "application_decided", values)
    flash("Gespeichert." + (" Die Person bekommt eine E-Mail." if data.tell and person is not None else ""), "good")
    return redirect(url_for("residents_intern.application", application_id=row.id), 303)


def _conflict(conflict: Conflict) -> str:
    if not conflict.theirs:
        return str(conflict)
    now = label(STATES, conflict.theirs["state"])
    reason = conflict.theirs["reason"]
    told = f", mit der Begründung „{reason}“" if reason else ""
    return f"{conflict} Jetzt ist der Antrag {now}{told}. Ihre Eingaben stehen noch im Formular."


def _page(
    row: ApplicationRow, values: dict[str, Any], errors: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    today = clock.today()
    with for_municipality(staff_session(), row.municipality_id):
        stops = internal.stop_choices(staff_session(), actor(), row.municipality_id)
    feature = None
    if row.lon is not None and row.lat is not None:
        title = row.address or "Antrag"
        properties = {
            "id": row.id,
            "kind": "trees",
            "title": title,
            "status": "GEPLANT",
            "status_label": "gewünschter Ort",
        }
        feature = geojson.feature((row.lon, row.lat), properties | {"url": "", "subtitle": row.municipality})
    return frame.page(
        "residents/application",
        status,
        row=row,
        state=(row.stored_state, label(STATES, row.stored_state)),
        applicant=_person(row),
        may_contact=may(actor(), Action.APPLICATION_CONTACT, row.municipality_id),
        may_edit=may(actor(), Action.APPLICATION_EDIT, row.municipality_id) and row.stored_state != "ZURUECKGEZOGEN",
        may_erase=may(actor(), Action.RESIDENT_ERASE, row.municipality_id) and not row.is_erased,
        may_see_history=may(actor(), Action.HISTORY_VIEW, row.municipality_id),
        may_create_stop=may(actor(), Action.STOP_EDIT, row.municipality_id),
        stops=stops,
        states=[(code, label(STATES, code)) for code in DECIDED],
        rank=queries.ranks(staff_session(), actor(), row.municipality_id, today).get(row.id),
        feature=feature,
        labels=DECISION_LABELS,
        values=values | {"version": values.get("version") or row.version},
        errors=errors or {},
    )


def _person(row: ApplicationRow) -> TreeApplicant | None:
    if not may(actor(), Action.APPLICATION_CONTACT, row.municipality_id):
        return None
    return queries.contact(staff_session(), actor(), row)


@needs(Action.APPLICATION_CONTACT)
def photo(application_id: int) -> ResponseReturnValue:
    """The photo that came with it, for the town's own editors."""
    row = queries.get(staff_session(), actor(), application_id, g.municipality_id)
    person = queries.contact(staff_session(), actor(), row)
    if person is None or person.photo_sha256 is None:
        raise NotFound("Das Foto")
    path = photo_store().path(row.municipality_id, person.photo_sha256)
    if not path.is_file():
        abort(404)
    answer = send_file(path, mimetype="image/jpeg")
    answer.headers["Content-Security-Policy"] = PHOTO_POLICY
    return answer


@needs(Action.HISTORY_VIEW)
def history(application_id: int) -> ResponseReturnValue:
    """What happened to the application; nothing personal is kept there."""
    row = queries.get(staff_session(), actor(), application_id, g.municipality_id)
    with for_municipality(staff_session(), row.municipality_id):
        happened = changes_of(staff_session(), [("tree_applications", row.id)])
    return frame.page(
        "history",
        name=row.address or "Antrag",
        back=url_for("residents_intern.application", application_id=row.id),
        entries=entries(happened, {"tree_applications": WORDS}, ACTIONS, "Antrag angekommen"),
    )


@needs(Action.RESIDENT_ERASE)
def erase(application_id: int) -> ResponseReturnValue:
    """Erase what is personal, when somebody asks for it by letter or on the telephone."""
    row = queries.get(staff_session(), actor(), application_id, g.municipality_id)
    here = url_for("residents_intern.application", application_id=row.id)
    if request.method == "GET":
        return frame.page("residents/erase", row=row, back=here)
    sha256 = service.erase(staff_session(), actor(), row.id, row.municipality_id, datetime.now(UTC))
    forget_photo(row.municipality_id, sha256)
    flash("Die personenbezogenen Daten sind gelöscht.", "good")
    return redirect(here, 303)


@needs(Action.TOWN_EDIT)
def settings() -> ResponseReturnValue:
    """What the town says about applications and watering."""
    town = g.municipality_id
    if town is None:
        raise Invalid({"": "Bitte zuerst im Feld „Gemeinde“ eine wählen."})
    stored = queries.settings_of(staff_session(), town)
    values, errors, status = setting_values(stored), {}, 200
    if request.method == "POST":
        values = request.form.to_dict()
        try:
            service.set_up(staff_session(), actor(), town, frame.version(), parse_settings(request.form))
        except Invalid as refused:
            errors, status = refused.fields, 422
        except Conflict as conflict:
            errors, status = {"": str(conflict)}, 409
        else:
            flash("Gespeichert.", "good")
            return redirect(url_for("residents_intern.settings"), 303)
    return frame.page(
        "residents/settings",
        status,
        values=values | {"version": values.get("version", stored.version)},
        errors=errors,
        labels=SETTING_LABELS,
    )
