"""Internal pages of stops' places, of trees' states and of the calendar: one line a page."""

from webapp.trees import bay_pages, calendar_pages, heat_pages, photo_pages, site_pages, state_pages

READ, WRITE, BOTH = ["GET"], ["POST"], ["GET", "POST"]
SITE = "/baeume/<int:stop_id>/ort"
FLEET, TREE = "/baeume/allee/<int:fleet_id>", "/baeume/baum/<int:tree_id>"

ROUTES = (
    (SITE, "site", site_pages.show, READ),
    (f"{SITE}/buchten", "site_bays", bay_pages.edit, BOTH),
    (f"{SITE}/buchten/probe", "bays_try", bay_pages.attempt, WRITE),
    (f"{SITE}/umgebung", "site_around", bay_pages.around, READ),
    (f"{SITE}/lageskizze.svg", "sketch_svg", bay_pages.sketch_svg, READ),
    (f"{SITE}/lageskizze.pdf", "sketch_pdf", bay_pages.sketch_pdf, READ),
    (f"{SITE}/regeln", "site_facts", site_pages.facts, BOTH),
    (f"{SITE}/hitze", "site_heat", site_pages.heat, BOTH),
    (f"{SITE}/sperrzeit", "block_new", site_pages.block_new, BOTH),
    (f"{SITE}/sperrzeit/<int:block_id>/aufheben", "block_remove", site_pages.block_remove, WRITE),
    (f"{SITE}/patenschaft", "caretaker_new", site_pages.caretaker_new, BOTH),
    (f"{SITE}/patenschaft/<int:stop_caretaker_id>", "caretaker_edit", site_pages.caretaker_edit, BOTH),
    (f"{SITE}/patenschaft/<int:stop_caretaker_id>/loeschen", "caretaker_remove", site_pages.caretaker_remove, WRITE),
    ("/baeume/hitze", "heat_upload", heat_pages.upload, BOTH),
    ("/baeume/hitze/uebernehmen", "heat_accept", heat_pages.accept, WRITE),
    ("/baeume/kalender", "calendar", calendar_pages.calendar, READ),
    ("/baeume/kalender/neu", "event_new", calendar_pages.event_new, BOTH),
    ("/baeume/kalender/einlesen", "calendar_file", calendar_pages.calendar_file, BOTH),
    ("/baeume/kalender/<int:event_id>", "event_edit", calendar_pages.event_edit, BOTH),
    ("/baeume/kalender/<int:event_id>/loeschen", "event_remove", calendar_pages.event_remove, WRITE),
    (f"{TREE}/foto", "tree_photo", photo_pages.add, BOTH),
    (f"{TREE}/foto/<int:photo_id>-480.jpg", "tree_preview", photo_pages.internal_preview, READ),
    (f"{TREE}/foto/<int:photo_id>.jpg", "tree_picture", photo_pages.internal_picture, READ),
    (f"{TREE}/foto/<int:photo_id>/angaben", "tree_photo_edit", photo_pages.edit, BOTH),
    (f"{TREE}/foto/<int:photo_id>/entfernen", "tree_photo_remove", photo_pages.remove, WRITE),
    (f"{TREE}/zustand", "tree_state", state_pages.state, BOTH),
    (f"{FLEET}/baeume", "trees_many", state_pages.many, BOTH),
)
