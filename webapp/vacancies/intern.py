"""Table of contents: the internal pages of vacancies. The views stand in the modules named here."""

from flask import Blueprint

from webapp.vacancies import editing, pictures, publishing, settings, stock, unit

vacancies_intern = Blueprint("vacancies_intern", __name__)

_UNIT = "/leerstand/<int:unit_id>"
_SPELL = f"{_UNIT}/abschnitte/<int:spell_id>"
_PHOTO = f"{_UNIT}/fotos/<int:photo_id>"
_FORM = ["GET", "POST"]

# Address, endpoint, view, methods.
ROUTES = (
    ("/leerstand", "overview", stock.overview, ["GET"]),
    ("/leerstand/daten", "data", stock.data, ["GET"]),
    ("/leerstand/einstellungen", "settings", settings.settings, _FORM),
    ("/leerstand/branche", "branch", unit.branch, ["GET"]),
    ("/leerstand/neu", "new", editing.new, _FORM),
    (_UNIT, "show", unit.show, ["GET"]),
    (f"{_UNIT}/bearbeiten", "edit", editing.edit, _FORM),
    (f"{_UNIT}/zustand", "state", unit.state, _FORM),
    (f"{_UNIT}/abschnitte/neu", "new_spell", unit.new_spell, _FORM),
    (_SPELL, "edit_spell", unit.edit_spell, _FORM),
    (f"{_SPELL}/loeschen", "delete_spell", unit.delete_spell, ["POST"]),
    (f"{_UNIT}/bestaetigen", "verify", unit.verify, ["POST"]),
    (f"{_UNIT}/veroeffentlichen", "publish", publishing.publish, _FORM),
    (f"{_UNIT}/zurueckziehen", "withdraw", publishing.withdraw, ["POST"]),
    (f"{_UNIT}/verlauf", "history", unit.history, ["GET"]),
    (f"{_UNIT}/rueckgaengig", "undo", unit.undo, ["POST"]),
    (f"{_UNIT}/loeschen", "delete", unit.delete, _FORM),
    (f"{_UNIT}/fotos", "photos", pictures.photos, _FORM),
    (_PHOTO, "edit_photo", pictures.edit_photo, _FORM),
    (f"{_PHOTO}/loeschen", "delete_photo", pictures.delete_photo, ["POST"]),
    (f"{_PHOTO}/zurueckholen", "restore_photo", pictures.restore_photo, ["POST"]),
)

for address, endpoint, view, methods in ROUTES:
    vacancies_intern.add_url_rule(address, endpoint, view, methods=methods)
