"""Survey rounds at the desk: the list, a new one, its order and progress, closing it, the frozen result."""

import csv
import io
import json
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core import clock
from geo.core.access import Action
from geo.core.codes import label
from geo.core.errors import Conflict, Invalid
from geo.core.parsing import Fields
from geo.vacancies.codes import OBJECT_TYPES, STATES, VERIFIED_BY
from geo.vacancies.figures.rates import MEASURES
from geo.vacancies.surveys import queries, service, snapshot, ways
from geo.vacancies.surveys.codes import SCOPES
from geo.vacancies.surveys.route import estimate
from geo.vacancies.surveys.schemas import parse_round
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.vacancies import present, survey_present
from webapp.vacancies.forms import options, refusal, town

KIND = "surveys"
LABELS = {"name": "Name", "reference_day": "Stichtag", "zone_id": "Gebiet", "scope": "Umfang"}
ENTRIES_SHOWN = 100
# Long after its reference day a walk no longer says what was true on it.
LATE_DAYS = 60


@needs(Action.VACANCY_VIEW)
def overview() -> str:
    """All rounds of the town with their progress."""
    rows = [survey_present.survey(row) for row in queries.rounds(staff_session(), town())]
    return render_template("vacancies/intern_surveys.html", internal_active=KIND, rows=rows)


@needs(Action.SURVEY_EDIT)
def new() -> ResponseReturnValue:
    """Set up a round."""
    here, today = town(), clock.today()
    values: dict[str, Any] = {
        "name": f"Begehung {today:%m/%Y}",
        "reference_day": today.isoformat(),
        "scope": "VERALTET",
        "zone_id": request.args.get("zone", ""),
    }
    errors: dict[str, str] = {}
    if request.method == "POST":
        values = request.form.to_dict()
        try:
            made = service.create(staff_session(), actor(), here, parse_round(request.form))
            return redirect(url_for("surveys_intern.show", round_id=made.id), 303)
        except Invalid as error:
            errors = refusal(error)["errors"]
    zones = [(zone.id, zone.name) for zone in queries.zones(staff_session(), here, today)]
    page = render_template(
        "vacancies/intern_survey_new.html",
        internal_active=KIND,
        values=values,
        errors=errors,
        labels=LABELS,
        zones=zones,
        scopes=options(SCOPES),
    )
    return page, 422 if errors else 200


@needs(Action.VACANCY_VIEW)
def show(round_id: int) -> str:
    """Progress, walking order with an estimate of the time, and what was seen."""
    session, today = staff_session(), clock.today()
    row, survey = queries.summary(session, round_id), queries.get(session, round_id)
    units = [survey_present.unit(one) for one in queries.walk(session, round_id, survey.route, today)]
    stops = queries.stops_of(session, survey.route, today)
    found = ways.among(session, survey.municipality_id, stops)
    left = {one["id"] for one in units if one["seen"] is None}
    return render_template(
        "vacancies/intern_survey.html",
        internal_active=KIND,
        survey=survey_present.survey(row),
        units=units,
        whole=survey_present.estimate(estimate(stops, found.between), found.by_network),
        rest=survey_present.estimate(
            estimate([stop for stop in stops if stop.id in left], found.between), found.by_network
        ),
        is_late=survey.state == "OFFEN" and (today - survey.reference_day).days > LATE_DAYS,
        entries=survey_present.entries(queries.entries(session, round_id, ENTRIES_SHOWN)),
        map_config={
            "features": url_for("surveys_intern.data", round_id=round_id),
            "kind": present.KIND,
            "label": "Karte der Begehung",
            "noun": "units",
            "remember": False,
        },
    )


@needs(Action.VACANCY_VIEW)
def data(round_id: int) -> Response:
    """The units of a round for its map."""
    session, today = staff_session(), clock.today()
    survey = queries.get(session, round_id)
    units = [survey_present.unit(one) for one in queries.walk(session, round_id, survey.route, today)]
    return jsonify({"type": "FeatureCollection", "features": survey_present.features(units)})


@needs(Action.SURVEY_EDIT)
def order(round_id: int) -> ResponseReturnValue:
    """Change the walking order: one unit up, down or to the beginning, or the proposal again."""
    version = Fields(request.form).version()
    moves = [name for name in ("hoch", "runter", "anfang") if request.form.get(name)]
    try:
        if moves:
            unit_id = Fields(request.form).whole(moves[0], most=2**31 - 1) or 0
            service.move(staff_session(), actor(), round_id, version, unit_id, moves[0])  # type: ignore[arg-type]
        else:
            service.order_anew(staff_session(), actor(), round_id, version)
    except Conflict as error:
        staff_session().rollback()
        flash(str(error), "warn")
    return redirect(url_for("surveys_intern.show", round_id=round_id, _anchor="reihenfolge"), 303)


@needs(Action.SURVEY_EDIT)
def close(round_id: int) -> ResponseReturnValue:
    """End the round and freeze its result, after asking."""
    if request.method == "POST":
        try:
            service.close(staff_session(), actor(), round_id, Fields(request.form).version())
        except Conflict as error:
            staff_session().rollback()
            flash(str(error), "warn")
            return redirect(url_for("surveys_intern.show", round_id=round_id), 303)
        return redirect(url_for("surveys_intern.frozen", round_id=round_id), 303)
    row = queries.summary(staff_session(), round_id)
    return render_template(
        "vacancies/intern_survey_close.html", internal_active=KIND, survey=survey_present.survey(row)
    )


@needs(Action.SURVEY_EDIT)
def delete(round_id: int) -> ResponseReturnValue:
    """Remove a round on which nothing was seen."""
    try:
        service.delete(staff_session(), actor(), round_id, Fields(request.form).version())
    except Conflict as error:
        staff_session().rollback()
        flash(str(error), "warn")
        return redirect(url_for("surveys_intern.show", round_id=round_id), 303)
    flash("Die Begehung ist gelöscht.", "good")
    return redirect(url_for("surveys_intern.overview"), 303)


@needs(Action.VACANCY_VIEW)
def frozen(round_id: int) -> str:
    """The frozen result: figures, units, hash, and whether it is still what it was."""
    session = staff_session()
    stored, row = queries.snapshot(session, round_id), queries.summary(session, round_id)
    content = json.loads(stored.content)
    return render_template(
        "vacancies/intern_survey_snapshot.html",
        internal_active=KIND,
        survey=survey_present.survey(row),
        content=content,
        made_at=survey_present.moment(stored.created_at),
        proof=snapshot.verify(session, round_id),
        rates=_rates(content["figures"]),
        units=[_frozen_unit(unit) for unit in content["units"]],
        bytes=len(stored.content.encode()),
    )


def _rates(found: dict[str, Any]) -> list[dict[str, Any]]:
    by_measure: dict[str, dict[str, Any]] = {}
    for one in found["rates"]:
        line = by_measure.setdefault(one["measure"], {"name": MEASURES[one["measure"]][0], "cells": []})
        unit = MEASURES[one["measure"]][1]
        percent = None if one["percent"] is None else f"{one['percent'].replace('.', ',')} %"
        amounts = [survey_present.number(float(one[name]), 1) for name in ("n", "N")]
        line["cells"].append(
            {"percent": percent, "reason": one["reason"], "of": f"{amounts[0]} von {amounts[1]} {unit}"}
        )
    return list(by_measure.values())


def _frozen_unit(unit: dict[str, Any]) -> dict[str, Any]:
    address = " ".join(part for part in (unit["street"], unit["house_number"]) if part) or unit["locality"] or ""
    return {
        **unit,
        "address": address,
        "object_label": label(OBJECT_TYPES, unit["object_type"]),
        "state_label": label(STATES, unit["state"]) if unit["state"] else "unbekannt",
        "verified_label": label(VERIFIED_BY, unit["verified_by_kind"]) if unit["verified_by_kind"] else "",
    }


# Columns of the list of a snapshot's units: the key in its JSON, and the heading.
_COLUMNS = (
    ("id", "Nummer"),
    ("street", "Straße"),
    ("house_number", "Hausnummer"),
    ("postcode", "Postleitzahl"),
    ("locality", "Ort"),
    ("name", "Bezeichnung"),
    ("object_label", "Objektart"),
    ("floor", "Geschoss"),
    ("is_ground_floor_frontage", "Straßenfront im Erdgeschoss"),
    ("area_total_m2", "Gesamtfläche (m²)"),
    ("area_sales_m2", "Verkaufsfläche (m²)"),
    ("frontage_m", "Schaufensterlänge (m)"),
    ("state_label", "Nutzung am Stichtag"),
    ("since", "Seit"),
    ("occupant", "Nutzer"),
    ("verified_on", "Bestätigt am"),
    ("verified_label", "Bestätigt durch"),
)


@needs(Action.VACANCY_VIEW)
def frozen_csv(round_id: int) -> Response:
    """The units of the frozen result as a table for a spreadsheet."""
    stored = queries.snapshot(staff_session(), round_id)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([heading for _, heading in _COLUMNS])
    for unit in json.loads(stored.content)["units"]:
        shown = _frozen_unit(unit)
        writer.writerow([_cell(shown[key]) for key, _ in _COLUMNS])
    return _file(f"\ufeff{text.getvalue()}", "text/csv", f"begehung-{round_id}-{stored.reference_day}.csv")


@needs(Action.VACANCY_VIEW)
def frozen_json(round_id: int) -> Response:
    """The frozen text itself, byte for byte: its SHA-256 is the one on the page."""
    stored = queries.snapshot(staff_session(), round_id)
    return _file(stored.content, "application/json", f"begehung-{round_id}-{stored.reference_day}.json")


def _file(content: str, mimetype: str, name: str) -> Response:
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _cell(value: Any) -> str:
    """A value as a spreadsheet shows it and never computes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    text = str(value)
    if text[:1] in "=+-@\t\r\0" and not text.lstrip("-").isdecimal():
        return f"'{text}"
    return text.replace(".", ",") if text.replace(".", "", 1).isdecimal() else text
