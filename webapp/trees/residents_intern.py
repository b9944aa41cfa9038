"""Internal pages about residents: one line a page. The views stand beside this file by subject."""

from flask import Blueprint

from webapp.trees import application_pages

residents_intern = Blueprint("residents_intern", __name__)

READ, WRITE, BOTH = ["GET"], ["POST"], ["GET", "POST"]
APPLICATION = "/baeume/antraege/<int:application_id>"

ROUTES = (
    ("/baeume/antraege", "applications", application_pages.overview, READ),
    (APPLICATION, "application", application_pages.show, BOTH),
    (f"{APPLICATION}/foto.jpg", "application_photo_file", application_pages.photo, READ),
    (f"{APPLICATION}/verlauf", "application_history", application_pages.history, READ),
    (f"{APPLICATION}/loeschen", "application_erase", application_pages.erase, BOTH),
    ("/baeume/einstellungen", "settings", application_pages.settings, BOTH),
)
for path, endpoint, view, methods in ROUTES:
    residents_intern.add_url_rule(path, endpoint, view, methods=methods)
