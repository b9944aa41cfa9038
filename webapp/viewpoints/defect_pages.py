"""Internal pages of defects: the list with its deadlines, and one of them: confirm, mend, answer."""

from typing import Any

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.core.codes import label
from geo.core.errors import NotFound
from geo.core.parsing import Fields
from geo.places.photos import Store
from geo.viewpoints.care import queries, service
from geo.viewpoints.care.model import Defect
from geo.viewpoints.care.schemas import parse_decision
from geo.viewpoints.codes import DEFECT_STATES, DEFECTS
from webapp import letters, parameters
from webapp.access import needs
from webapp.app import actor, register_app, staff_session
from webapp.places.photos import send_photo
from webapp.viewpoints import care_frame

ANSWERED = ("BEHOBEN", "ABGELEHNT")
SUBJECTS = {"de": "Ihre Meldung an einem Blickpunkt", "en": "Your report at a viewpoint"}


def photo_store() -> Store:
    """The folder of the photos that came with reports; none of it is public."""
    return Store(register_app().settings.home / "defect-photos")


@needs(Action.VIEWPOINT_VIEW)
def overview() -> ResponseReturnValue:
    """All defects: what is new, what has a deadline, what is done."""
    state, day = parameters.choice("stand", DEFECT_STATES), parameters.day()
    rows = queries.defects(staff_session(), actor(), g.municipality_id, day, state)
    overdue = sum(one.state == "BESTAETIGT" and one.due_on is not None and one.due_on < day for one in rows)
    kept = {"stand": state} if state else {}
    return care_frame.page("defects", rows=rows, state=state, args=request.args, overdue=overdue, day=day, kept=kept)


@needs(Action.VIEWPOINT_VIEW)
def defect(viewpoint_id: int, defect_id: int) -> ResponseReturnValue:
    """A defect; the form decides it."""
    if request.method == "POST":
        return _decide(viewpoint_id, defect_id)
    found = queries.defect(staff_session(), actor(), viewpoint_id, defect_id)
    return care_frame.page("defect", values=_values(found), errors={}, **_shown(viewpoint_id, defect_id))


def _decide(viewpoint_id: int, defect_id: int) -> ResponseReturnValue:
    def save() -> ResponseReturnValue:
        known = queries.defect(staff_session(), actor(), viewpoint_id, defect_id)
        data, version = parse_decision(request.form, clock.today(), known.due_on), Fields(request.form).version()
        before = known.state
        changed = service.decide(staff_session(), actor(), viewpoint_id, defect_id, version, data, clock.today())
        sentences = [f"Gespeichert: {label(DEFECT_STATES, changed.state)}."]
        if changed.state == "BESTAETIGT" != before:
            sentences.append(_tell_yard(viewpoint_id, changed))
        elif changed.state in ANSWERED:
            sentences.append(_answer(viewpoint_id, changed))
        flash(" ".join(sentence for sentence in sentences if sentence), "good")
        return redirect(url_for("care_intern.defect", viewpoint_id=viewpoint_id, defect_id=defect_id), 303)

    return care_frame.write("defect", save, first={}, shown=lambda: _shown(viewpoint_id, defect_id))


def _tell_yard(viewpoint_id: int, one: Defect) -> str:
    """Mail the responsible body what is to be mended, and until when."""
    record = care_frame.record(viewpoint_id)
    if not record.viewpoint.responsible_email:
        return "Es ist keine E-Mail der zuständigen Stelle hinterlegt; bitte selbst Bescheid geben."
    page = url_for("care_intern.defect", viewpoint_id=viewpoint_id, defect_id=one.id)
    values: dict[str, Any] = {"record": record, "defect": one, "kind": label(DEFECTS, one.kind)}
    values["link"] = register_app().settings.url + page
    letters.send(
        record.viewpoint.responsible_email,
        f"Mangel am Blickpunkt {record.viewpoint.name}",
        "viewpoints/mail/de/defect_confirmed.txt",
        values,
    )
    return f"Die zuständige Stelle bekommt eine E-Mail mit der Frist {one.due_on:%d.%m.%Y}."


def _answer(viewpoint_id: int, one: Defect) -> str:
    """Answer who reported it, and forget them."""
    found = service.told(staff_session(), actor(), one, clock.today())
    if found is None:
        return ""
    address, language = found
    record = care_frame.record(viewpoint_id)
    english = language == "en"
    values: dict[str, Any] = {
        "name": (record.viewpoint.name_en or record.viewpoint.name) if english else record.viewpoint.name
    }
    values |= {"town": record.municipality, "kind": label(DEFECTS, one.kind, language), "defect": one}
    letters.send(address, SUBJECTS[language], f"viewpoints/mail/{language}/defect_closed.txt", values)
    return "Wer den Mangel gemeldet hat, bekommt Ihre Antwort; die E-Mail-Adresse ist danach gelöscht."


@needs(Action.VIEWPOINT_VIEW)
def photo(viewpoint_id: int, defect_id: int) -> ResponseReturnValue:
    """The photo that came with a report."""
    found = queries.defect(staff_session(), actor(), viewpoint_id, defect_id)
    if found.photo_sha256 is None:
        raise NotFound("Das Foto")
    path = photo_store().path(found.municipality_id, found.photo_sha256)
    return send_photo(path, found.photo_sha256) if path.is_file() else abort(404)


def _values(one: Defect) -> dict[str, Any]:
    values = {name: getattr(one, name) for name in ("state", "answer", "note", "version")}
    return values | {"due_on": one.due_on.isoformat() if one.due_on else ""}


def _shown(viewpoint_id: int, defect_id: int) -> dict[str, Any]:
    record = care_frame.record(viewpoint_id)
    found = queries.defect(staff_session(), actor(), viewpoint_id, defect_id)
    person = queries.reporter(staff_session(), found)
    return {
        "record": record,
        "defect": found,
        "wants_answer": person is not None and person.email is not None and person.confirmed_at is not None,
        "may_edit": may(actor(), Action.VIEWPOINT_EDIT, record.municipality_id),
    }
