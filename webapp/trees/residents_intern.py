"""Internal pages about residents: one line a page. The views stand beside this file by subject."""

from flask import Blueprint

from webapp.trees import application_pages, effect_pages, watering_pages

residents_intern = Blueprint("residents_intern", __name__)

READ, WRITE, BOTH = ["GET"], ["POST"], ["GET", "POST"]
APPLICATION = "/baeume/antraege/<int:application_id>"
VISIT = "/baeume/besuch/<int:visit_id>/giessen"

ROUTES = (
    ("/baeume/antraege", "applications", application_pages.overview, READ),
    (APPLICATION, "application", application_pages.show, BOTH),
    (f"{APPLICATION}/foto.jpg", "application_photo_file", application_pages.photo, READ),
    (f"{APPLICATION}/verlauf", "application_history", application_pages.history, READ),
    (f"{APPLICATION}/loeschen", "application_erase", application_pages.erase, BOTH),
    ("/baeume/wirkung", "effects", effect_pages.internal_effects, READ),
    ("/baeume/einstellungen", "settings", application_pages.settings, BOTH),
    ("/baeume/giessen", "watering", watering_pages.overview, READ),
    (VISIT, "watering_visit", watering_pages.visit_page, READ),
    (f"{VISIT}/heute", "watering_tap", watering_pages.tap, WRITE),
    (f"{VISIT}/wasser", "watering_log", watering_pages.water, WRITE),
    (f"{VISIT}/wasser/<int:log_id>/loeschen", "watering_remove", watering_pages.remove_water, WRITE),
    (f"{VISIT}/pflege", "watering_care", watering_pages.care, WRITE),
    (f"{VISIT}/pate/<int:patron_id>/loeschen", "patron_erase", watering_pages.erase_patron, WRITE),
    ("/baeume/baum/<int:tree_id>/pflege", "tree_record", watering_pages.tree_record, BOTH),
    ("/baeume/wetter", "weather", watering_pages.weather, READ),
    ("/baeume/wetter/tag", "weather_type", watering_pages.type_weather, WRITE),
    ("/baeume/wetter/datei", "weather_upload", watering_pages.weather_file, WRITE),
)
for path, endpoint, view, methods in ROUTES:
    residents_intern.add_url_rule(path, endpoint, view, methods=methods)
