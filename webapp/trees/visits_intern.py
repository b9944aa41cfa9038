"""Internal pages of visits: one line a page."""

from flask import Blueprint

from webapp.trees import feed_pages, feedback_pages, visit_changes, visit_letters, visit_pages

visits_intern = Blueprint("visits_intern", __name__)

READ, WRITE, BOTH = ["GET"], ["POST"], ["GET", "POST"]
VISIT = "/baeume/besuch/<int:visit_id>"

ROUTES = (
    ("/baeume/besuche", "overview", visit_pages.overview, READ),
    ("/baeume/besuch/neu", "new", visit_changes.new, BOTH),
    (VISIT, "show", visit_pages.show, READ),
    (f"{VISIT}/verlauf", "history", visit_pages.history, READ),
    (f"{VISIT}/bearbeiten", "edit", visit_changes.edit, BOTH),
    (f"{VISIT}/verlegen", "move", visit_changes.move, BOTH),
    (f"{VISIT}/zuteilen", "trees", visit_changes.trees, BOTH),
    (f"{VISIT}/genehmigung", "permit", visit_changes.permit, BOTH),
    (f"{VISIT}/ankunft", "arrival", visit_changes.arrival, BOTH),
    (f"{VISIT}/abschied", "departure", visit_changes.departure, BOTH),
    (f"{VISIT}/ergebnis", "verdict", visit_changes.verdict, BOTH),
    (f"{VISIT}/loeschen", "delete", visit_changes.delete, BOTH),
    (f"{VISIT}/schreiben/<kind>", "letter", visit_letters.letter, BOTH),
    (f"{VISIT}/schreiben/<int:letter_id>.pdf", "letter_pdf", visit_letters.letter_pdf, READ),
    ("/baeume/abonnements", "addresses", feed_pages.addresses, BOTH),
    ("/baeume/abonnements/<int:address_id>/zurueckziehen", "revoke", feed_pages.revoke, WRITE),
    ("/baeume/schreiben", "letters", visit_letters.overview, READ),
    ("/baeume/schreiben/absender", "sender", visit_letters.sender, BOTH),
    ("/baeume/schreiben/vorlage/<kind>", "template", visit_letters.template, BOTH),
    (f"{VISIT}/rueckmeldung/<int:feedback_id>", "moderate", feedback_pages.moderate, WRITE),
    (f"{VISIT}/rueckgaengig", "undo", visit_changes.undo, WRITE),
)
for path, endpoint, view, methods in ROUTES:
    visits_intern.add_url_rule(path, endpoint, view, methods=methods)
