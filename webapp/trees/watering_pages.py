"""Internal pages of watering: what is due where, a visit's rota and record, a tree's record of care, the weather."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action, may
from geo.core.codes import label
from geo.core.db import for_municipality
from geo.core.errors import Invalid
from geo.trees.applications.queries import settings_of
from geo.trees.watering import queries, service
from geo.trees.watering.codes import BY, CARE, WEATHER_SOURCES
from geo.trees.watering.need import owed
from geo.trees.watering.schemas import (
    CARE_LABELS,
    LOG_LABELS,
    WEATHER_LABELS,
    parse_care,
    parse_log,
    parse_weather,
)
from geo.trees.watering.weather import MOST_BYTES, read_file
from webapp import parameters
from webapp.access import needs
from webapp.app import actor, chosen_town, staff_session, takes_files
from webapp.trees import frame
from webapp.trees import resident_letters as letters

SHOWN_WEATHER = timedelta(days=30)


@needs(Action.TREE_VIEW)
def overview() -> ResponseReturnValue:
    """Every visit that stands on the day: when it needs water, when it last got some, and what nobody took care of."""
    session, day, town = staff_session(), parameters.day(), g.municipality_id
    visits = [
        visit
        for visit in queries.visits_between(session, day, day + queries.AHEAD, town=town)
        if may(actor(), Action.TREE_VIEW, visit.municipality_id)
    ]
    return frame.page(
        "residents/watering",
        day=day,
        lines=[_line(visit, day) for visit in visits],
        alarms=queries.open_alarms(session, actor(), town) if day == clock.today() else [],
        several=town is None,
        town=town,
        yard=None if town is None else settings_of(session, town).yard_email,
        may_set=may(actor(), Action.TOWN_EDIT, town),
        may_edit=may(actor(), Action.WATERING_EDIT, town),
        by=BY,
    )


def _line(visit: queries.WateredVisit, day: date) -> dict[str, Any]:
    session = staff_session()
    days = queries.rota(session, visit, max(day, visit.first) + queries.AHEAD)
    logs = [log for log in queries.logs_of_visit(session, visit) if log.day <= day]
    latest = next((one for one in reversed(days) if one.day <= day), None)
    return {
        "visit": visit,
        "stands": visit.first <= day,
        "latest": latest,
        "owed": owed([one.due for one in days], day),
        "next": next((one for one in days if one.day > day), None),
        "last_log": logs[0] if logs else None,
        "patrons": queries.count_patrons(session, visit),
    }


@needs(Action.TREE_VIEW)
def visit_page(visit_id: int) -> ResponseReturnValue:
    """A visit's rota, water, patrons and care."""
    return _visit_page(queries.get_visit(staff_session(), actor(), visit_id))


@needs(Action.WATERING_EDIT)
def tap(visit_id: int) -> ResponseReturnValue:
    """One tap: watered today with the usual amount."""
    by = request.form.get("by", "")
    service.log_water(
        staff_session(), actor(), visit_id, None, by=by if by in BY else "VERWALTUNG", now=datetime.now(UTC)
    )
    flash("Das Gießen ist eingetragen.", "good")
    back = request.form.get("zurueck") == "uebersicht"
    return redirect(url_for("residents_intern.watering") if back else _here(visit_id), 303)


@needs(Action.WATERING_EDIT)
def water(visit_id: int) -> ResponseReturnValue:
    """Water of another day, another amount, or for one tree."""
    visit = queries.get_visit(staff_session(), actor(), visit_id)
    try:
        data = parse_log(request.form, clock.today())
        service.log_water(staff_session(), actor(), visit_id, data, by=data.by_kind, now=datetime.now(UTC))
    except Invalid as refused:
        return _visit_page(visit, "water", refused.fields)
    flash("Das Gießen ist eingetragen.", "good")
    return redirect(_here(visit_id), 303)


@needs(Action.WATERING_EDIT)
def remove_water(visit_id: int, log_id: int) -> ResponseReturnValue:
    """Take water out that was not poured."""
    service.remove_water(staff_session(), actor(), visit_id, log_id, frame.version())
    flash("Der Eintrag ist gelöscht.", "good")
    return redirect(_here(visit_id), 303)


@needs(Action.WATERING_EDIT)
def care(visit_id: int) -> ResponseReturnValue:
    """Care for the trees of a visit, or for one of them."""
    visit = queries.get_visit(staff_session(), actor(), visit_id)
    try:
        service.add_care(staff_session(), actor(), visit_id, parse_care(request.form, clock.today()))
    except Invalid as refused:
        return _visit_page(visit, "care", refused.fields)
    flash("Die Pflege ist eingetragen.", "good")
    return redirect(_here(visit_id), 303)


@needs(Action.RESIDENT_ERASE)
def erase_patron(visit_id: int, patron_id: int) -> ResponseReturnValue:
    """Erase a patron who asks for it."""
    service.erase(staff_session(), actor(), visit_id, patron_id)
    flash("Die Daten der Person sind gelöscht; was sie gegossen hat, bleibt ohne sie stehen.", "good")
    return redirect(_here(visit_id), 303)


def _visit_page(
    visit: queries.WateredVisit, form: str = "", errors: dict[str, str] | None = None
) -> ResponseReturnValue:
    session, day, today = staff_session(), parameters.day(), clock.today()
    town = visit.municipality_id
    may_contact = may(actor(), Action.APPLICATION_CONTACT, town)
    patrons = queries.patrons_of(session, actor(), visit) if may_contact else []
    typed = request.form.to_dict()
    return frame.page(
        "residents/visit",
        422 if errors else 200,
        visit=visit,
        day=day,
        days=queries.rota(session, visit, max(day, visit.first) + queries.AHEAD),
        logs=[log for log in queries.logs_of_visit(session, visit) if log.day <= day],
        care=[entry for entry in queries.care_of_visit(session, visit) if entry.day <= day],
        trees=queries.trees_of_visit(session, visit),
        patrons=patrons,
        names={patron.id: patron.name for patron in patrons},
        may_contact=may_contact,
        may_edit=may(actor(), Action.WATERING_EDIT, town),
        may_erase=may(actor(), Action.RESIDENT_ERASE, town),
        can_tap=visit.first <= today <= visit.last,
        by=BY,
        by_choices=frame.options(BY),
        kinds=frame.options(CARE),
        care_names=CARE,
        log_labels=LOG_LABELS,
        care_labels=CARE_LABELS,
        water_values=typed if form == "water" else {"day": today.isoformat(), "by_kind": "BAUHOF"},
        water_errors=errors if form == "water" and errors else {},
        care_values=typed if form == "care" else {"care_day": today.isoformat()},
        care_errors=errors if form == "care" and errors else {},
        sign_up_url=letters.address("de", "residents.help_water", visit_id=visit.id),
    )


@needs(Action.TREE_VIEW)
def tree_record(tree_id: int) -> ResponseReturnValue:
    """What was done for a tree, wherever it stood; and a form for what is done now."""
    session, town, day = staff_session(), g.municipality_id, parameters.day()
    name, logs, entries = queries.record_of_tree(session, actor(), tree_id, town)
    errors: dict[str, str] = {}
    may_edit = town is not None and may(actor(), Action.WATERING_EDIT, town)
    if request.method == "POST":
        if town is None:
            raise Invalid({"": "Bitte zuerst im Feld „Gemeinde“ eine wählen: eine Pflege gehört zu einer Gemeinde."})
        try:
            service.add_care_of_tree(session, actor(), tree_id, town, parse_care(request.form, clock.today()))
        except Invalid as refused:
            errors = refused.fields
        else:
            flash("Die Pflege ist eingetragen.", "good")
            return redirect(url_for("residents_intern.tree_record", tree_id=tree_id), 303)
    return frame.page(
        "residents/tree",
        422 if errors else 200,
        tree_id=tree_id,
        name=name,
        day=day,
        logs=[log for log in logs if log.day <= day],
        entries=[entry for entry in entries if entry.day <= day],
        by=BY,
        kinds=frame.options(CARE),
        care_names=CARE,
        labels=CARE_LABELS,
        values=request.form.to_dict() if errors else {"care_day": clock.today().isoformat()},
        errors=errors,
        may_edit=may_edit,
    )


@needs(Action.TREE_VIEW)
def weather() -> ResponseReturnValue:
    """The highest temperatures of the last days, and the two ways to note them."""
    return _weather_page({})


@needs(Action.WATERING_EDIT)
def type_weather() -> ResponseReturnValue:
    """Note a day's highest temperature, or the forecast of one."""
    try:
        day, degrees = parse_weather(request.form, clock.today())
        service.set_weather(staff_session(), actor(), _town(), {day: degrees}, source="HAND")
    except Invalid as refused:
        return _weather_page(refused.fields)
    flash("Die Temperatur ist eingetragen.", "good")
    return redirect(url_for("residents_intern.weather"), 303)


@takes_files(MOST_BYTES + 1_000_000)
@needs(Action.WATERING_EDIT)
def weather_file() -> ResponseReturnValue:
    """Take over a file of the weather service."""
    given = request.files.get("file")
    try:
        found = read_file(given.read(MOST_BYTES + 1) if given and given.filename else b"", clock.today())
        new = service.set_weather(
            staff_session(), actor(), _town(), dict(found.days), source="DWD", station=found.station
        )  # fmt: skip
    except Invalid as refused:
        return _weather_page(refused.fields)
    told = f"Station {found.station}: {len(found.days)} Tage der letzten zwei Jahre gelesen, {new} davon neu."
    told += f" {found.older} ältere Tage bleiben außen vor." if found.older else ""
    told += f" An {found.missing} Tagen fehlt die Höchsttemperatur." if found.missing else ""
    flash(told, "good")
    return redirect(url_for("residents_intern.weather"), 303)


def _weather_page(errors: dict[str, str]) -> ResponseReturnValue:
    day, town = parameters.day(), _town()
    with for_municipality(staff_session(), town):
        rows = queries.weather(staff_session(), town, day - SHOWN_WEATHER, day + timedelta(days=7))
        hot = settings_of(staff_session(), town).hot_above_c
    return frame.page(
        "residents/weather",
        422 if errors else 200,
        day=day,
        rows=rows,
        sources={code: label(WEATHER_SOURCES, code) for code in WEATHER_SOURCES},
        hot=hot,
        labels=WEATHER_LABELS,
        values=request.form.to_dict() if errors else {"day": clock.today().isoformat()},
        errors=errors,
        may_edit=may(actor(), Action.WATERING_EDIT, town),
        most_mb=MOST_BYTES // 1_000_000,
    )


def _town() -> int:
    return chosen_town("Bitte zuerst im Feld „Gemeinde“ eine wählen: das Wetter gehört zu einer Gemeinde.")


def _here(visit_id: int) -> str:
    return url_for("residents_intern.watering_visit", visit_id=visit_id)
