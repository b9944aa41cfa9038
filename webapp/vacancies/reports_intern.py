"""Internal pages of citizens' reports: the queue, one of them with the units near it, the figures."""

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.core.codes import label
from geo.core.errors import Conflict, Invalid, NotFound
from geo.core.geometry import lon_lat
from geo.core.parsing import Fields
from geo.places.addresses.keys import taken_apart
from geo.vacancies import near
from geo.vacancies import queries as units
from geo.vacancies.citizens import figures, queries, service
from geo.vacancies.citizens import photos as taking
from geo.vacancies.citizens.codes import KIND_NAMES, KINDS, OUTCOMES, WISHES
from geo.vacancies.citizens.model import Report
from geo.vacancies.citizens.rules import POSSIBLE, SPOKEN_OF, WITH_UNIT
from geo.vacancies.citizens.schemas import parse_decision
from geo.vacancies.codes import STATES
from geo.vacancies.model import Unit
from webapp import geojson, parameters
from webapp.access import needs
from webapp.app import actor, chosen_town, staff_session
from webapp.places.photos import send_photo
from webapp.places.photos import store as photo_store
from webapp.vacancies import nearby, present, report_letters

reports_intern = Blueprint("reports_intern", __name__)

# A phone knows its place to some tens of metres.
WITHIN_M = 80
OPEN, DECIDED = "offen", "entschieden"
NOWHERE = (0.0, 0.0)
LABELS = {
    "outcome": "Was wird daraus?",
    "unit_id": "Nutzungseinheit",
    "other_unit": "Nummer der Nutzungseinheit",
    "since": "Seit",
    "take_photo": "Foto übernehmen",
    "photo_words": "Was zeigt das Foto?",
    "wish": "Was fehlt",
    "answer": "Antwort",
    "note": "Interne Notiz",
}


def _page(template: str, status: int = 200, **values: Any) -> ResponseReturnValue:
    return render_template(f"vacancies/intern_{template}.html", internal_active=present.KIND, **values), status


@needs(Action.VACANCY_VIEW)
def overview() -> ResponseReturnValue:
    """What citizens reported: what waits, oldest first; what was decided, newest first."""
    day, kind = parameters.day(), parameters.choice("art", KINDS)
    chosen = parameters.choice("stand", (OPEN, DECIDED, "alle")) or OPEN
    is_open = None if chosen == "alle" else chosen == OPEN
    page = queries.listing(
        staff_session(), chosen_town(), day, is_open=is_open, kind=kind, after=parameters.text("ab", longest=400)
    )
    kept = {"am": request.args.get("am"), "art": kind, "stand": request.args.get("stand")}
    return _page(
        "reports",
        page=page,
        kinds=[(code, names[0]) for code, names in KIND_NAMES.items()],
        kind_names=KIND_NAMES,
        outcomes=OUTCOMES,
        wishes=WISHES,
        stand=chosen,
        kind=kind,
        args=request.args,
        kept={name: value for name, value in kept.items() if value},
        day=day,
        today=clock.today(),
        takes_reports=queries.settings_of(staff_session(), chosen_town()).takes_reports,
    )


@needs(Action.VACANCY_VIEW)
def totals() -> ResponseReturnValue:
    """How many, how quickly answered, and what became of them."""
    day = parameters.day()
    return _page(
        "report_figures",
        sums=figures.of_town(staff_session(), chosen_town(), day),
        soon_days=figures.SOON_DAYS,
        kind_names=KIND_NAMES,
        outcomes_named=[(code, names[0]) for code, names in OUTCOMES.items()],
        wishes=WISHES,
        day=day,
        today=clock.today(),
    )


@needs(Action.VACANCY_VIEW)
def show(report_id: int) -> ResponseReturnValue:
    """One report with the units near it; the form decides it."""
    report = queries.get(staff_session(), report_id)
    if request.method == "GET":
        return _shown(report, None, {})
    try:
        return _decided(report)
    except Invalid as refused:
        errors, status = refused.fields, 422
    except Conflict as refused:
        errors, status = {"": f"{refused} Bitte den jetzigen Stand ansehen."}, 409
    staff_session().rollback()
    return _shown(queries.get(staff_session(), report_id), request.form.to_dict(), errors, status)


def _decided(report: Report) -> ResponseReturnValue:
    session, today = staff_session(), clock.today()
    data, version = parse_decision(request.form, report.kind, today), Fields(request.form).version()
    report = service.decide(session, actor(), report.id, version, data, today)
    if data.photo_words is not None:
        taking.take_over(
            session, actor(), report, data.photo_words, sent=report_letters.photo_store(), kept=photo_store()
        )
    told = service.answer(session, actor(), report, datetime.now(UTC))
    sentences = [f"Gespeichert: {label(OUTCOMES, report.outcome)}."]
    if told is not None:
        report_letters.send_answer(report, *told)
        sentences.append("Wer gemeldet hat, bekommt Ihre Antwort; die E-Mail-Adresse ist danach gelöscht.")
    flash(" ".join(sentences), "good")
    return redirect(url_for("reports_intern.show", report_id=report.id), 303)


@needs(Action.REPORT_EDIT)
def reopen(report_id: int) -> ResponseReturnValue:
    """Take a decision back."""
    report = service.reopen(staff_session(), actor(), report_id, Fields(request.form).version())
    flash("Die Meldung ist wieder offen. Was an der Nutzungseinheit geändert wurde, gilt weiter.", "good")
    return redirect(url_for("reports_intern.show", report_id=report.id), 303)


@needs(Action.VACANCY_VIEW)
def photo(report_id: int) -> ResponseReturnValue:
    """The photo that came with a report."""
    report = queries.get(staff_session(), report_id)
    if report.photo_sha256 is None:
        raise NotFound("Das Foto")
    path = report_letters.photo_store().path(report.municipality_id, report.photo_sha256)
    return send_photo(path, report.photo_sha256) if path.is_file() else abort(404)


@needs(Action.TOWN_EDIT)
def set_taking() -> ResponseReturnValue:
    """Take reports of citizens, or no more."""
    fields = Fields(request.form)
    wanted = fields.choice("takes_reports", ("ja", "nein"), required=True) == "ja"
    fields.check()
    service.set_taking(staff_session(), actor(), chosen_town(), fields.version(), takes_reports=wanted)
    flash("Die Stadt nimmt jetzt Meldungen an." if wanted else "Die Stadt nimmt keine Meldungen mehr an.", "good")
    return redirect(url_for("vacancies_intern.settings") + "#meldungen", 303)


def _shown(
    report: Report, values: dict[str, Any] | None, errors: dict[str, str], status: int = 200
) -> ResponseReturnValue:
    session = staff_session()
    spot = NOWHERE if report.point is None else lon_lat(report.point)
    beside = _units_near(report, spot)
    person = queries.reporter(session, report)
    return _page(
        "report",
        status,
        report=report,
        kind_names=KIND_NAMES,
        outcome=label(OUTCOMES, report.outcome),
        wish=label(WISHES, report.wish),
        unit=_unit(report.unit_id),
        unit_title=present.stored_title,
        near=beside,
        outcomes=[(code, _outcome(code, report.kind)) for code in POSSIBLE[report.kind]],
        wishes=[(code, names[0]) for code, names in WISHES.items()],
        needs_unit=WITH_UNIT,
        feature=_feature(report, spot),
        new_unit=_new_unit(report, spot),
        values={**(_values(report, beside) if values is None else values), "version": report.version},
        errors=errors,
        labels=LABELS,
        wants_answer=person is not None and person.confirmed_at is not None,
        is_unconfirmed=person is not None and person.confirmed_at is None,
        may_edit=may(actor(), Action.REPORT_EDIT, report.municipality_id),
    )


def _units_near(report: Report, spot: tuple[float, float]) -> list[dict[str, Any]]:
    """The unit that the report names, a unit just recorded for it, and those near by or at its address."""
    session, today = staff_session(), clock.today()
    address = taken_apart(report.address or "")
    rows = near.units(session, report.municipality_id, spot, address, today, within_m=WITHIN_M)
    found = [nearby.shown(row) for row in rows]
    wanted = (parameters.whole("einheit", 1), report.unit_id)
    for unit_id in (one for one in wanted if one is not None and one not in [row["id"] for row in found]):
        unit = _unit(unit_id)
        if unit is not None:
            found.insert(0, _named_unit(unit, today))
    return found


def _unit(unit_id: int | None) -> Unit | None:
    """A unit of the town; None for what is not there."""
    try:
        return None if unit_id is None else units.get(staff_session(), unit_id)
    except NotFound:
        return None


def _named_unit(unit: Unit, day: date) -> dict[str, Any]:
    state = next((spell.state for spell in unit.spells if spell.during.contains(day)), None)
    return {
        "id": unit.id,
        "title": present.stored_title(unit),
        "what": present.what_it_is(unit, with_name=False),
        "url": url_for("vacancies_intern.show", unit_id=unit.id),
        "status": state or "UNBEKANNT",
        "status_label": label(STATES, state) or "Zustand unbekannt",
        "distance": "",
        "is_example": unit.is_example,
    }


def _outcome(code: str, kind: str) -> str:
    """An outcome as something to choose: what will be done."""
    state = label(STATES, SPOKEN_OF.get(kind))
    return {
        "GEAENDERT": f"Nutzung ändern auf „{state}“",
        "BESTAETIGT": "Stand im Register bestätigen, er stimmt schon",
        "ZUGEORDNET": "nur zuordnen, nichts ändern",
        "GEZAEHLT": "als Anregung zählen",
    }.get(code, label(OUTCOMES, code))


def _values(report: Report, beside: list[dict[str, Any]]) -> dict[str, Any]:
    """What is likely: the unit that is named or alone near by, and what the report says of it."""
    received = clock.day_of(report.received_at)
    values: dict[str, Any] = {"since": received.isoformat(), "wish": report.wish or "", "with_case": "1"}
    values["photo_words"] = f"Ladenfront, gemeldet am {received:%d.%m.%Y}"
    chosen = parameters.whole("einheit", 1) or report.unit_id or (beside[0]["id"] if len(beside) == 1 else None)
    values["unit_id"] = "" if chosen is None else str(chosen)
    state = next((row["status"] for row in beside if row["id"] == chosen), None)
    if report.kind == "IDEE":
        values["outcome"] = "GEZAEHLT"
    elif state is not None and report.kind in SPOKEN_OF:
        values["outcome"] = "BESTAETIGT" if state == SPOKEN_OF[report.kind] else "GEAENDERT"
    return values


def _feature(report: Report, spot: tuple[float, float]) -> dict[str, Any] | None:
    if report.point is None:
        return None
    words = {"id": report.id, "title": label(KIND_NAMES, report.kind), "kind": present.KIND}
    return geojson.feature(spot, {**words, "status": "NEU", "status_label": "gemeldet"})


def _new_unit(report: Report, spot: tuple[float, float]) -> str:
    """The form for a new unit where the report says that something is; it leads back to the report."""
    street, number = taken_apart(report.address or "")
    given: dict[str, Any] = {"meldung": report.id, "street": street, "house_number": number}
    if report.point is not None:
        given |= {"longitude": f"{spot[0]:.6f}", "latitude": f"{spot[1]:.6f}"}
    if report.kind in SPOKEN_OF:
        given["state"] = SPOKEN_OF[report.kind]
    return url_for("vacancies_intern.new", **{name: value for name, value in given.items() if value})


def heard_of(unit_id: int, day: date) -> dict[str, Any]:
    """For a unit's page: what citizens said of it until the day, and what they miss there, open ideas among it."""
    rows = queries.of_unit(staff_session(), unit_id, day)
    counted = Counter(row.wish for row in rows if row.wish is not None)
    return {
        "rows": [{**row._mapping, "name": _named(row)} for row in rows],
        "wishes": [(label(WISHES, wish), number) for wish, number in counted.most_common()],
    }


def _named(row: Any) -> str:
    return ": ".join(part for part in (label(KIND_NAMES, row.kind), label(WISHES, row.wish)) if part)


_REPORT = "/leerstand/meldungen/<int:report_id>"
ROUTES = (
    ("/leerstand/meldungen", "overview", overview, ["GET"]),
    ("/leerstand/meldungen/zahlen", "totals", totals, ["GET"]),
    ("/leerstand/meldungen/annahme", "set_taking", set_taking, ["POST"]),
    (_REPORT, "show", show, ["GET", "POST"]),
    (f"{_REPORT}/oeffnen", "reopen", reopen, ["POST"]),
    (f"{_REPORT}/foto.jpg", "photo", photo, ["GET"]),
)
for path, endpoint, view, methods in ROUTES:
    reports_intern.add_url_rule(path, endpoint, view, methods=methods)
