"""A point's upkeep: one line an address."""

from flask import Blueprint

from webapp.viewpoints import care_pages, defect_pages, picture_pages

care_intern = Blueprint("care_intern", __name__)
# The yard's calendar stands behind a secret address, without signing in.
care_feeds = Blueprint("care_feeds", __name__)

_POINT = "/blicke/<int:viewpoint_id>"
BOTH, POST = ["GET", "POST"], ["POST"]
ROUTES = (
    (f"{_POINT}/pruefen", "check", care_pages.check, BOTH),
    (f"{_POINT}/hinweise", "notices", care_pages.notices, BOTH),
    (f"{_POINT}/hinweise/<int:notice_id>/beenden", "end_notice", care_pages.end_notice, POST),
    (f"{_POINT}/unterlagen", "documents", care_pages.documents, BOTH),
    (f"{_POINT}/unterlagen/<int:document_id>", "document", care_pages.document, ["GET"]),
    (f"{_POINT}/unterlagen/<int:document_id>/entfernen", "remove_document", care_pages.remove_document, POST),
    ("/blicke/maengel", "defects", defect_pages.overview, ["GET"]),
    (f"{_POINT}/maengel/<int:defect_id>", "defect", defect_pages.defect, BOTH),
    (f"{_POINT}/maengel/<int:defect_id>/foto.jpg", "defect_photo", defect_pages.photo, ["GET"]),
    ("/blicke/kalender", "feeds", care_pages.feeds, BOTH),
    ("/blicke/kalender/<int:feed_id>/zurueckziehen", "revoke", care_pages.revoke, POST),
    (f"{_POINT}/fotos", "photos", picture_pages.photos, BOTH),
    (f"{_POINT}/fotos/<int:photo_id>", "edit_photo", picture_pages.edit_photo, BOTH),
    (f"{_POINT}/fotos/<int:photo_id>.jpg", "picture", picture_pages.picture, ["GET"]),
    (f"{_POINT}/fotos/<int:photo_id>-480.jpg", "preview", picture_pages.preview, ["GET"]),
    (f"{_POINT}/fotos/<int:photo_id>/nach-vorn", "photo_first", picture_pages.photo_first, POST),
    (f"{_POINT}/fotos/<int:photo_id>/entfernen", "delete_photo", picture_pages.delete_photo, POST),
)
for path, endpoint, view, methods in ROUTES:
    care_intern.add_url_rule(path, endpoint, view, methods=methods)
care_feeds.add_url_rule("/blicke/kalender/<token>.ics", "secret", care_pages.secret, methods=["GET"])
