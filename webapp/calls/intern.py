"""Internal pages of calls: one line an address."""

from flask import Blueprint

from webapp.calls import applying_pages, judging_pages, letter_pages, office_pages

calls_intern = Blueprint("calls_intern", __name__)

_CALL, _OWN = "/aufrufe/<int:call_id>", "/aufrufe/<int:call_id>/bewerbung"
_APPLICATION = "/aufrufe/bewerbungen/<int:application_id>"
GET, BOTH, POST = ["GET"], ["GET", "POST"], ["POST"]
ROUTES = (
    ("/aufrufe", "overview", office_pages.overview, GET),
    ("/aufrufe/neu", "new", office_pages.new, BOTH),
    (_CALL, "show", office_pages.show, GET),
    (f"{_CALL}/bearbeiten", "edit", office_pages.edit, BOTH),
    (f"{_CALL}/kriterien", "criteria", office_pages.criteria, BOTH),
    (f"{_CALL}/fragen", "questions", office_pages.questions, BOTH),
    (f"{_CALL}/veroeffentlichen", "publish", office_pages.publish, POST),
    (f"{_CALL}/zuruecknehmen", "unpublish", office_pages.unpublish, POST),
    (f"{_CALL}/loeschen", "delete", office_pages.delete, BOTH),
    (f"{_CALL}/verlaengern", "extend", office_pages.extend, BOTH),
    (f"{_CALL}/absagen", "call_off", office_pages.call_off, BOTH),
    (f"{_CALL}/absage-zuruecknehmen", "resume", office_pages.resume, POST),
    (f"{_CALL}/jury", "jury", office_pages.jury, BOTH),
    (f"{_CALL}/jury/<int:reviewer_id>/entlassen", "release", office_pages.release, POST),
    (f"{_CALL}/verlauf", "history", office_pages.history, GET),
    (f"{_CALL}/bekanntgeben", "announce", office_pages.announce, POST),
    (f"{_CALL}/rangliste", "ranking", judging_pages.ranking, GET),
    (f"{_CALL}/briefe", "letters", letter_pages.letters, GET),
    (f"{_CALL}/briefe/<outcome>", "letter", letter_pages.letter, BOTH),
    (f"{_CALL}/briefe.pdf", "letters_pdf", letter_pages.letters_pdf, GET),
    (_OWN, "apply", applying_pages.apply, BOTH),
    (f"{_OWN}/beginnen", "begin", applying_pages.begin, POST),
    (f"{_OWN}/pruefen", "check", applying_pages.check, GET),
    (f"{_OWN}/einreichen", "hand_in", applying_pages.hand_in, POST),
    (f"{_OWN}/zurueckziehen", "withdraw", applying_pages.withdraw, POST),
    (f"{_OWN}/aufnehmen", "take_up", applying_pages.take_up, POST),
    (f"{_OWN}/anlagen", "attachments", applying_pages.attachments, BOTH),
    (f"{_OWN}/anlagen/<int:attachment_id>", "attachment", applying_pages.attachment, GET),
    (f"{_OWN}/anlagen/<int:attachment_id>/entfernen", "detach", applying_pages.detach, POST),
    (f"{_OWN}/brief.pdf", "own_letter_pdf", letter_pages.own_letter_pdf, GET),
    (f"{_OWN}/verlauf", "own_history", applying_pages.own_history, GET),
    (_APPLICATION, "application", judging_pages.application, GET),
    (f"{_APPLICATION}/anlagen/<int:attachment_id>", "file", judging_pages.file, GET),
    (f"{_APPLICATION}/bewerten", "review", judging_pages.review, BOTH),
    (f"{_APPLICATION}/befangen", "conflict", judging_pages.conflict, BOTH),
    (f"{_APPLICATION}/entscheiden", "decide", judging_pages.decide, BOTH),
    (f"{_APPLICATION}/standort", "take_on", judging_pages.take_on, POST),
    (f"{_APPLICATION}/standort/zuruecknehmen", "take_back", judging_pages.take_back, POST),
    (f"{_APPLICATION}/brief.pdf", "letter_pdf", letter_pages.letter_pdf, GET),
)
for path, endpoint, view, methods in ROUTES:
    calls_intern.add_url_rule(path, endpoint, view, methods=methods)
