"""Table of contents: the internal pages of cases."""

from flask import Blueprint

from webapp.vacancies.cases import bulk, lists, one, quick, settings

cases_intern = Blueprint("cases_intern", __name__)

_CASE = "/faelle/<int:case_id>"
_BULK = "/faelle/sammeln/<int:bulk_id>"
_FORM = ["GET", "POST"]

# Address, endpoint, view, methods.
ROUTES = (
    ("/faelle", "table", lists.table, ["GET"]),
    ("/faelle/tafel", "board", lists.board, ["GET"]),
    ("/faelle/mein-tag", "my_day", lists.my_day, ["GET"]),
    ("/faelle/wiedervorlagen", "follow_ups", lists.follow_ups, ["GET"]),
    ("/faelle/eroeffnen", "open_many", bulk.open_many, _FORM),
    ("/faelle/sammeln", "bulk", bulk.bulk, ["GET"]),
    ("/faelle/sammeln/vorschau", "bulk_preview", bulk.preview, ["POST"]),
    ("/faelle/sammeln/ausfuehren", "bulk_carry_out", bulk.carry_out, ["POST"]),
    (_BULK, "bulk_show", bulk.show, ["GET"]),
    (f"{_BULK}/rueckgaengig", "bulk_undo", bulk.undo, ["POST"]),
    ("/faelle/einstellungen", "settings", settings.settings, _FORM),
    ("/faelle/kalender", "feeds", settings.feeds, _FORM),
    ("/faelle/kalender/<int:feed_id>/zurueckziehen", "revoke_feed", settings.revoke, ["POST"]),
    ("/leerstand/<int:unit_id>/fall", "open_case", one.open_case, ["POST"]),
    (_CASE, "show", one.show, ["GET"]),
    (f"{_CASE}/schritt", "step", one.step, ["POST"]),
    (f"{_CASE}/abschliessen", "close", one.close, _FORM),
    (f"{_CASE}/wieder-eroeffnen", "reopen", one.reopen, ["POST"]),
    (f"{_CASE}/typ", "set_type", one.set_type, ["POST"]),
    (f"{_CASE}/rueckgaengig", "undo", one.undo, ["POST"]),
    (f"{_CASE}/stand", "move", quick.move, ["POST"]),
    (f"{_CASE}/erledigt", "done", quick.done, ["POST"]),
    (f"{_CASE}/verschieben", "postpone", quick.postpone, ["POST"]),
    (f"{_CASE}/uebernehmen", "claim", quick.claim, ["POST"]),
)

for address, endpoint, view, methods in ROUTES:
    cases_intern.add_url_rule(address, endpoint, view, methods=methods)
