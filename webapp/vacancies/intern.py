"""Table of contents: the internal pages of vacancies. The views stand in the modules named here."""

from flask import Blueprint

from webapp.vacancies import (
    around,
    bulk,
    comparing,
    editing,
    export,
    figures,
    figures_report,
    import_rows,
    importing,
    nearby,
    openimmo,
    package_pages,
    pictures,
    plan_pages,
    publishing,
    seeker_pages,
    settings,
    sharing,
    stock,
    successions,
    totals,
    unit,
)

vacancies_intern = Blueprint("vacancies_intern", __name__)

_UNIT = "/leerstand/<int:unit_id>"
_SPELL = f"{_UNIT}/abschnitte/<int:spell_id>"
_PHOTO = f"{_UNIT}/fotos/<int:photo_id>"
_PLAN = f"{_UNIT}/grundrisse/<int:plan_id>"
_BUILDING = "/leerstand/gebaeude/<int:building_id>"
_BULK = "/leerstand/sammeln/<int:bulk_id>"
_PACKAGE = "/leerstand/pakete/<int:package_id>"
_IMPORT = "/leerstand/import/<int:import_id>"
_FORM = ["GET", "POST"]

# Address, endpoint, view, methods.
ROUTES = (
    ("/leerstand", "overview", stock.overview, ["GET"]),
    ("/leerstand/daten", "data", stock.data, ["GET"]),
    ("/leerstand/einstellungen", "settings", settings.settings, _FORM),
    ("/leerstand/einstellungen/kontakt", "contact", settings.contact, ["POST"]),
    ("/leerstand/einstellungen/quote", "public_rates", settings.rates, ["POST"]),
    ("/leerstand/einstellungen/allianz", "sharing", sharing.sharing, _FORM),
    ("/leerstand/branche", "branch", unit.branch, ["GET"]),
    ("/leerstand/exportieren", "export", export.export, _FORM),
    ("/leerstand/import", "imports", importing.imports, _FORM),
    (f"{_IMPORT}/spalten", "import_columns", importing.import_columns, _FORM),
    (_IMPORT, "import_preview", import_rows.import_preview, ["GET"]),
    (f"{_IMPORT}/auswahl", "tick_rows", import_rows.tick_rows, ["POST"]),
    (f"{_IMPORT}/berichtigt", "mended", importing.mended, ["POST"]),
    (f"{_IMPORT}/uebernehmen", "accept_import", importing.accept_import, ["POST"]),
    (f"{_IMPORT}/zuruecknehmen", "take_back_import", importing.take_back_import, ["POST"]),
    (f"{_IMPORT}/verwerfen", "discard_import", importing.discard_import, ["POST"]),
    (f"{_IMPORT}/zeilen/<int:row>/ort", "place_row", import_rows.place_row, _FORM),
    (f"{_IMPORT}/fehler.csv", "faulty_csv", import_rows.faulty_csv, ["GET"]),
    (f"{_IMPORT}/fehler.xlsx", "faulty_xlsx", import_rows.faulty_xlsx, ["GET"]),
    ("/leerstand/portfolio", "portfolio", package_pages.portfolio_page, ["GET"]),
    ("/leerstand/openimmo", "openimmo", openimmo.check, ["GET"]),
    ("/leerstand/pakete", "packages", package_pages.intern_packages, ["GET"]),
    ("/leerstand/pakete/neu", "new_package", package_pages.new_package, _FORM),
    (_PACKAGE, "edit_package", package_pages.edit_package, _FORM),
    (f"{_PACKAGE}/loeschen", "remove_package", package_pages.remove_package, ["POST"]),
    ("/leerstand/neu", "new", editing.new, _FORM),
    ("/leerstand/zahlen", "figures", figures.overview, ["GET"]),
    ("/leerstand/zahlen/vergleich", "comparison", comparing.comparison, ["GET"]),
    ("/leerstand/zahlen/vergleich/daten", "comparison_data", comparing.data, ["GET"]),
    ("/leerstand/zahlen/bericht", "report", figures_report.report, ["POST"]),
    ("/leerstand/zahlen/staedte", "totals", totals.totals, ["GET"]),
    ("/leerstand/zahlen/staedte/<int:town_id>", "totals_town", totals.town, ["GET"]),
    ("/leerstand/zahlen/staedte.xlsx", "totals_file", totals.file, ["GET"]),
    ("/leerstand/daten/naehe", "data_near", nearby.data_near, ["GET"]),
    ("/leerstand/daten/gebaeude", "data_buildings", nearby.data_buildings, ["GET"]),
    ("/leerstand/sammeln", "bulk", bulk.bulk, ["GET"]),
    ("/leerstand/sammeln/vorschau", "bulk_preview", bulk.preview, ["POST"]),
    ("/leerstand/sammeln/ausfuehren", "bulk_carry_out", bulk.carry_out, ["POST"]),
    (_BULK, "bulk_show", bulk.show, ["GET"]),
    (f"{_BULK}/rueckgaengig", "bulk_undo", bulk.undo, ["POST"]),
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
    (f"{_UNIT}/weitere", "beside", around.beside, _FORM),
    (f"{_UNIT}/gebaeude", "choose_building", around.choose_building, _FORM),
    (f"{_UNIT}/flurstuecke", "parcels", around.parcels, _FORM),
    (f"{_UNIT}/flurstuecke/<int:parcel_id>/entfernen", "remove_parcel", around.remove_parcel, ["POST"]),
    (f"{_UNIT}/teilen", "split", successions.split, _FORM),
    (f"{_UNIT}/zusammenlegen", "merge", successions.merge, _FORM),
    (_BUILDING, "building", around.building, ["GET"]),
    (f"{_BUILDING}/bearbeiten", "edit_building", around.edit_building, _FORM),
    (f"{_BUILDING}/loeschen", "delete_building", around.delete_building, ["POST"]),
    (f"{_BUILDING}/rueckgaengig", "undo_building", around.undo_building, ["POST"]),
    (f"{_UNIT}/fotos", "photos", pictures.photos, _FORM),
    (_PHOTO, "edit_photo", pictures.edit_photo, _FORM),
    (f"{_PHOTO}/nach-vorn", "photo_first", pictures.photo_first, ["POST"]),
    (f"{_PHOTO}/loeschen", "delete_photo", pictures.delete_photo, ["POST"]),
    (f"{_UNIT}/grundrisse", "plans", plan_pages.plans, _FORM),
    (f"{_PLAN}.jpg", "plan_picture", plan_pages.picture, ["GET"]),
    (f"{_PLAN}/aendern", "change_plan", plan_pages.change, ["POST"]),
    (f"{_PLAN}/loeschen", "remove_plan", plan_pages.remove, ["POST"]),
    (f"{_PHOTO}/zurueckholen", "restore_photo", pictures.restore_photo, ["POST"]),
)

for address, endpoint, view, methods in (*ROUTES, *seeker_pages.ROUTES):
    vacancies_intern.add_url_rule(address, endpoint, view, methods=methods)
