"""Public pages where neighbours say what they think of a visit, without account and cookie."""

from flask import Blueprint

from webapp.trees import feedback_pages

feedback = Blueprint("feedback", __name__)

ROUTES = (
    ("/baeume/besuch/<int:visit_id>/meinung", "answer", feedback_pages.answer, ["GET", "POST"]),
    ("/baeume/besuch/<int:visit_id>/meinung/danke", "sent", feedback_pages.sent, ["GET"]),
)
for path, endpoint, view, methods in ROUTES:
    feedback.add_url_rule(path, endpoint, view, methods=methods)
