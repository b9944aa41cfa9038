"""Table of contents: the internal pages of owners, of letters to them, and of their rights."""

from flask import Blueprint

from webapp.owners import answer_pages, campaign_pages, pages, parts, rights_pages

owners_intern = Blueprint("owners_intern", __name__)

READ, WRITE, BOTH = ["GET"], ["POST"], ["GET", "POST"]
OWNER = "/eigentum/<int:owner_id>"
UNIT = "/eigentum/einheit/<int:unit_id>"
PART = "/eigentum/anteil/<int:ownership_id>"
CAMPAIGN = "/eigentum/briefe/<int:campaign_id>"
LETTER = "/eigentum/brief/<int:owner_letter_id>"
ANSWER = "/eigentum/antworten/<int:answer_id>"

ROUTES = (
    ("/eigentum", "overview", pages.overview, READ),
    ("/eigentum/liste.csv", "as_csv", pages.as_csv, READ),
    ("/eigentum/neu", "new", pages.new, BOTH),
    ("/eigentum/einstellungen", "settings", rights_pages.settings, BOTH),
    ("/eigentum/loeschungen", "erasures", rights_pages.erasures, READ),
    (OWNER, "show", pages.show, READ),
    (f"{OWNER}/bearbeiten", "edit", pages.edit, BOTH),
    (f"{OWNER}/verlauf", "history", rights_pages.history, READ),
    (f"{OWNER}/auskunft", "told", rights_pages.told, READ),
    (f"{OWNER}/auskunft.json", "told_json", rights_pages.told_json, READ),
    (f"{OWNER}/loeschen", "erase", rights_pages.erase, BOTH),
    (f"{OWNER}/mitglieder", "add_member", parts.add_member, WRITE),
    (f"{OWNER}/mitglieder/<int:member_id>/entfernen", "remove_member", parts.remove_member, WRITE),
    (f"{OWNER}/einwilligungen", "add_consent", parts.add_consent, WRITE),
    (f"{OWNER}/einwilligungen/<int:consent_id>/widerrufen", "withdraw_consent", parts.withdraw_consent, WRITE),
    (f"{OWNER}/kontakte", "add_contact", parts.add_contact, WRITE),
    (f"{OWNER}/kontakte/<int:contact_id>/entfernen", "remove_contact", parts.remove_contact, WRITE),
    (UNIT, "of_unit", parts.of_unit, READ),
    (f"{UNIT}/eintragen", "add_ownership", parts.add_ownership, WRITE),
    (f"{PART}/beenden", "end_ownership", parts.end_ownership, WRITE),
    (f"{PART}/entfernen", "remove_ownership", parts.remove_ownership, WRITE),
    ("/eigentum/briefe", "campaigns", campaign_pages.overview, READ),
    ("/eigentum/briefe/neu", "new_campaign", campaign_pages.new, BOTH),
    ("/eigentum/briefe/vorlage", "template", campaign_pages.template, BOTH),
    ("/eigentum/briefe/absender", "sender", campaign_pages.sender, BOTH),
    (CAMPAIGN, "campaign", campaign_pages.show, READ),
    (f"{CAMPAIGN}/text", "campaign_text", campaign_pages.word, BOTH),
    (f"{CAMPAIGN}/drucken", "print_letters", campaign_pages.print_letters, WRITE),
    (f"{CAMPAIGN}/verschickt", "campaign_sent", campaign_pages.sent, WRITE),
    (f"{CAMPAIGN}/beenden", "campaign_end", campaign_pages.end, WRITE),
    (f"{CAMPAIGN}/verwerfen", "campaign_remove", campaign_pages.remove, WRITE),
    (f"{LETTER}/ansehen", "letter", campaign_pages.preview, READ),
    (f"{LETTER}/drucken", "print_again", campaign_pages.print_again, WRITE),
    (f"{LETTER}/ruecklauf", "letter_returned", campaign_pages.returned, WRITE),
    ("/eigentum/antworten", "answers", answer_pages.overview, READ),
    (ANSWER, "answer", answer_pages.show, READ),
    (f"{ANSWER}/entscheiden", "decide", answer_pages.decide, WRITE),
    (f"{ANSWER}/erledigt", "close_answer", answer_pages.close, WRITE),
)
for path, endpoint, view, methods in ROUTES:
    owners_intern.add_url_rule(path, endpoint, view, methods=methods)
