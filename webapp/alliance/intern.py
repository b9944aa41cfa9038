"""The alliance's internal pages: one line an address."""

from flask import Blueprint

from webapp.alliance import (
    feed_pages,
    group_pages,
    import_pages,
    meeting_pages,
    member_pages,
    minutes_pages,
    report_pages,
)

alliance_intern = Blueprint("alliance_intern", __name__)
# Calendars stand behind a secret address, without signing in.
alliance_feeds = Blueprint("alliance_feeds", __name__)

GET, BOTH, POST = ["GET"], ["GET", "POST"], ["POST"]
_MEMBER, _MEETING = "/allianz/mitglieder/<int:member_id>", "/allianz/sitzungen/<int:meeting_id>"
ROUTES = (
    ("/allianz", "overview", member_pages.overview, GET),
    ("/allianz/mitglieder", "members", member_pages.members, GET),
    ("/allianz/mitglieder/neu", "new_member", member_pages.new, BOTH),
    ("/allianz/mitglieder/einlesen", "import_members", import_pages.upload, BOTH),
    ("/allianz/mitglieder/einlesen/uebernehmen", "accept_members", import_pages.accept, POST),
    ("/allianz/mitglieder/einlesen/zuruecknehmen", "undo_members", import_pages.undo, POST),
    (_MEMBER, "member", member_pages.member, GET),
    (f"{_MEMBER}/bearbeiten", "edit_member", member_pages.edit, BOTH),
    (f"{_MEMBER}/loeschen", "delete_member", member_pages.delete, BOTH),
    (f"{_MEMBER}/verlauf", "member_history", member_pages.history, GET),
    (f"{_MEMBER}/rueckgaengig", "undo_member", member_pages.undo, POST),
    (f"{_MEMBER}/kontakte/neu", "new_contact", member_pages.new_contact, BOTH),
    ("/allianz/kontakte/<int:contact_id>", "contact", member_pages.contact, BOTH),
    ("/allianz/kontakte/<int:contact_id>/loeschen", "erase_contact", member_pages.erase_contact, POST),
    ("/allianz/mitgliederzahl", "counts", member_pages.counts, BOTH),
    ("/allianz/mitgliederzahl/<int:count_id>/entfernen", "remove_count", member_pages.remove_count, POST),
    ("/allianz/arbeitsgruppen/<slug>", "group", group_pages.group, GET),
    ("/allianz/arbeitsgruppen/<slug>/bearbeiten", "edit_group", group_pages.edit, BOTH),
    ("/allianz/arbeitsgruppen/<slug>/mitarbeit", "new_work", group_pages.new_work, BOTH),
    ("/allianz/mitarbeit/<int:work_id>", "work", group_pages.work, BOTH),
    ("/allianz/sitzungen", "meetings", meeting_pages.meetings, GET),
    ("/allianz/sitzungen/neu", "new_meeting", meeting_pages.new, BOTH),
    (_MEETING, "meeting", meeting_pages.meeting, GET),
    (f"{_MEETING}/bearbeiten", "edit_meeting", meeting_pages.edit, BOTH),
    (f"{_MEETING}/schritt", "course", meeting_pages.course, POST),
    (f"{_MEETING}/tagesordnung", "agenda", meeting_pages.agenda, BOTH),
    (f"{_MEETING}/protokoll", "minutes", minutes_pages.minutes, BOTH),
    (f"{_MEETING}/anwesenheit", "attendance", minutes_pages.attendance, BOTH),
    (f"{_MEETING}/unterlagen", "documents", meeting_pages.documents, BOTH),
    (f"{_MEETING}/unterlagen/<int:document_id>", "document", meeting_pages.document, GET),
    (f"{_MEETING}/unterlagen/<int:document_id>/entfernen", "remove_document", meeting_pages.remove_document, POST),
    ("/allianz/aufgaben/<int:task_id>/erledigt", "finish_task", meeting_pages.finish_task, POST),
    ("/allianz/kalender", "feeds", feed_pages.feeds, BOTH),
    ("/allianz/jahresbericht", "yearly", report_pages.overview, GET),
    ("/allianz/jahresbericht/<int:year>.docx", "yearly_docx", report_pages.as_word, GET),
    ("/allianz/jahresbericht/<int:year>.pdf", "yearly_pdf", report_pages.as_print, GET),
    ("/allianz/kalender/<int:feed_id>/zurueckziehen", "revoke_feed", feed_pages.revoke, POST),
)
for path, endpoint, view, methods in ROUTES:
    alliance_intern.add_url_rule(path, endpoint, view, methods=methods)
alliance_feeds.add_url_rule("/allianz/kalender/<token>.ics", "secret", feed_pages.secret, methods=GET)
