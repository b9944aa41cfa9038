"""Public pages for residents, without account and cookie: apply and wait, help to water, go again."""

from flask import Blueprint

from webapp.trees import applying, effect_pages, helping, links_again

residents = Blueprint("residents", __name__)

READ, WRITE, BOTH = ["GET"], ["POST"], ["GET", "POST"]
LINK, PATRON = "/baeume/antrag/<token>", "/baeume/pate/<token>"

ROUTES = (
    ("/baeume/wirkung", "effects", effect_pages.public_effects, READ),
    ("/baeume/antrag", "apply", applying.apply, BOTH),
    ("/baeume/antrag/gesendet", "sent", applying.sent, READ),
    ("/baeume/antrag/bestaetigen/<token>", "confirm", applying.confirm, BOTH),
    (LINK, "application", applying.show, READ),
    (f"{LINK}/zurueckziehen", "withdraw", applying.withdraw, BOTH),
    (f"{LINK}/loeschen", "erase", applying.erase, BOTH),
    ("/baeume/antrag/geloescht", "erased", applying.erased, READ),
    ("/baeume/giessen/<int:visit_id>", "help_water", helping.help_water, BOTH),
    ("/baeume/giessen/gesendet", "help_sent", helping.help_sent, READ),
    ("/baeume/giessen/bestaetigen/<token>", "help_confirm", helping.help_confirm, BOTH),
    (PATRON, "patron", helping.patron, READ),
    (f"{PATRON}/giessen.ics", "patron_calendar", helping.calendar, READ),
    (f"{PATRON}/uebernehmen", "take_day", helping.take, WRITE),
    (f"{PATRON}/zurueckgeben", "give_back_day", helping.give_back, WRITE),
    (f"{PATRON}/gegossen", "watered", helping.watered, WRITE),
    (f"{PATRON}/zuruecknehmen", "take_back", helping.take_back, WRITE),
    (f"{PATRON}/verlassen", "leave", helping.leave, BOTH),
    ("/baeume/link", "again", links_again.again, BOTH),
    ("/baeume/link/gesendet", "again_sent", links_again.again_sent, READ),
    ("/baeume/giessen/verlassen", "help_left", helping.help_left, READ),
)
for path, endpoint, view, methods in ROUTES:
    residents.add_url_rule(path, endpoint, view, methods=methods)
