"""Calendars of the trees: one line an address."""

from flask import Blueprint

from webapp.trees import feed_pages

calendars = Blueprint("calendars", __name__)

ROUTES = (
    ("/baeume/kalender/abonnieren", "overview", feed_pages.overview),
    ("/baeume/kalender/stadt/<ags>.ics", "town", feed_pages.town),
    ("/baeume/kalender/standplatz/<int:stop_id>.ics", "stop", feed_pages.stop),
    ("/baeume/kalender/allee/<int:fleet_id>.ics", "fleet", feed_pages.fleet),
    ("/baeume/kalender/intern/<token>.ics", "secret", feed_pages.secret),
)
for path, endpoint, view in ROUTES:
    calendars.add_url_rule(path, endpoint, view, methods=["GET"])
