"""Table of contents: the internal pages of the Kompass. The views stand in the modules named here."""

from flask import Blueprint

from webapp.kompass import case_pages, measure_pages, office_pages, town_pages

kompass_intern = Blueprint("kompass_intern", __name__)

_CASE = "/faelle/<int:case_id>"
_MEASURE = "/faelle/massnahmen/<int:measure_id>"
_DRAFT = "/kompass/entwurf"
_FORM = ["GET", "POST"]

# Address, endpoint, view, methods.
ROUTES = (
    (f"{_CASE}/kompass", "result", case_pages.result, ["GET"]),
    (f"{_CASE}/kompass/fragen", "questions", case_pages.questions, _FORM),
    (f"{_CASE}/kompass/blatt.pdf", "sheet", case_pages.sheet, ["GET"]),
    (f"{_CASE}/massnahmen", "take", measure_pages.take, ["POST"]),
    (f"{_CASE}/massnahmen/neu", "new_measure", measure_pages.new, _FORM),
    (_MEASURE, "measure", measure_pages.edit, _FORM),
    (f"{_MEASURE}/verlauf", "measure_history", measure_pages.history, ["GET"]),
    (f"{_MEASURE}/entfernen", "delete_measure", measure_pages.delete, ["POST"]),
    (f"{_MEASURE}/rueckgaengig", "undo_measure", measure_pages.undo, ["POST"]),
    ("/kompass", "overview", town_pages.overview, ["GET"]),
    ("/kompass/stadt", "town", town_pages.town, _FORM),
    ("/kompass/nennen", "share", town_pages.share, ["POST"]),
    ("/kompass/ausgaben", "editions", office_pages.overview, ["GET"]),
    ("/kompass/ausgaben/<int:number>", "edition", office_pages.show, ["GET"]),
    (f"{_DRAFT}/massnahmen/<code>", "edit_measure", office_pages.measure, _FORM),
    (f"{_DRAFT}/lagen/<code>", "edit_situation", office_pages.situation, _FORM),
    (f"{_DRAFT}/fragen", "edit_questions", office_pages.questions, _FORM),
    (f"{_DRAFT}/fragen/<key>", "edit_question", office_pages.question, _FORM),
    (f"{_DRAFT}/phasen/<int:number>", "edit_phase", office_pages.phase, _FORM),
    (f"{_DRAFT}/veroeffentlichen", "publish", office_pages.publish, ["POST"]),
    (f"{_DRAFT}/verwerfen", "discard", office_pages.discard, ["POST"]),
)

for address, endpoint, view, methods in ROUTES:
    kompass_intern.add_url_rule(address, endpoint, view, methods=methods)
