"""What the three projects do for each other: one line an address."""

from flask import Blueprint

from webapp.synergy import next_pages, overview_pages, ripple_pages

synergy_intern = Blueprint("synergy_intern", __name__)

GET, POST = ["GET"], ["POST"]
ROUTES = (
    ("/wirkung", "overview", overview_pages.overview, GET),
    ("/wirkung/standplatz/<int:stop_id>", "stop", ripple_pages.stop, GET),
    ("/wirkung/standplatz/<int:stop_id>/einheiten", "stop_units", ripple_pages.stop_units, GET),
    ("/wirkung/blick/<int:viewpoint_id>", "viewpoint", ripple_pages.viewpoint, GET),
    ("/wirkung/blick/<int:viewpoint_id>/einheiten", "viewpoint_units", ripple_pages.viewpoint_units, GET),
    ("/wirkung/standort/<int:site_id>", "site", ripple_pages.site, GET),
    ("/wirkung/standort/<int:site_id>/einheiten", "site_units", ripple_pages.site_units, GET),
    ("/wirkung/naechste", "next_places", next_pages.overview, GET),
    ("/wirkung/naechste/orte", "next_places_on_map", next_pages.on_map, GET),
    ("/wirkung/naechste/uebernehmen", "take", next_pages.take, POST),
    ("/wirkung/naechste/<int:ranking_id>/zuruecknehmen", "withdraw", next_pages.withdraw, POST),
)
for path, endpoint, view, methods in ROUTES:
    synergy_intern.add_url_rule(path, endpoint, view, methods=methods)
