"""Public pages for residents, without account and cookie: apply, confirm, see the waiting list, withdraw."""

from flask import Blueprint

from webapp.trees import applying

residents = Blueprint("residents", __name__)

READ, WRITE, BOTH = ["GET"], ["POST"], ["GET", "POST"]
LINK = "/baeume/antrag/<token>"

ROUTES = (
    ("/baeume/antrag", "apply", applying.apply, BOTH),
    ("/baeume/antrag/gesendet", "sent", applying.sent, READ),
    ("/baeume/antrag/bestaetigen/<token>", "confirm", applying.confirm, BOTH),
    (LINK, "application", applying.show, READ),
    (f"{LINK}/zurueckziehen", "withdraw", applying.withdraw, BOTH),
    (f"{LINK}/loeschen", "erase", applying.erase, BOTH),
    ("/baeume/antrag/geloescht", "erased", applying.erased, READ),
)
for path, endpoint, view, methods in ROUTES:
    residents.add_url_rule(path, endpoint, view, methods=methods)
