"""Table of contents: the internal pages of survey rounds. The views stand in the modules named here."""

from flask import Blueprint

from webapp.vacancies import survey, survey_walk

surveys_intern = Blueprint("surveys_intern", __name__)

_ROUND = "/begehung/<int:round_id>"
_FROZEN = f"{_ROUND}/stand"
_WALK = f"{_ROUND}/gehen"
_FORM = ["GET", "POST"]

# Address, endpoint, view, methods.
ROUTES = (
    ("/begehung", "overview", survey.overview, ["GET"]),
    ("/begehung/neu", "new", survey.new, _FORM),
    (_ROUND, "show", survey.show, ["GET"]),
    (f"{_ROUND}/daten", "data", survey.data, ["GET"]),
    (f"{_ROUND}/reihenfolge", "order", survey.order, ["POST"]),
    (f"{_ROUND}/schliessen", "close", survey.close, _FORM),
    (f"{_ROUND}/loeschen", "delete", survey.delete, ["POST"]),
    (_FROZEN, "frozen", survey.frozen, ["GET"]),
    (f"{_FROZEN}.csv", "frozen_csv", survey.frozen_csv, ["GET"]),
    (f"{_FROZEN}.json", "frozen_json", survey.frozen_json, ["GET"]),
    (_WALK, "walk", survey_walk.page, ["GET"]),
    (f"{_WALK}/sw.js", "worker", survey_walk.worker, ["GET"]),
    (f"{_WALK}/app.webmanifest", "manifest", survey_walk.manifest, ["GET"]),
    (f"{_WALK}/daten", "take_along", survey_walk.take_along, ["GET"]),
    (f"{_WALK}/wer", "who", survey_walk.who, ["GET"]),
    (f"{_WALK}/eintraege", "entries", survey_walk.entries, ["POST"]),
)

for address, endpoint, view, methods in ROUTES:
    surveys_intern.add_url_rule(address, endpoint, view, methods=methods)
