"""Internal pages of trees: one line a page. The views stand beside this file by subject."""

from flask import Blueprint

from webapp.trees import fleet_pages, planning_intern, schedule_pages, site_intern, stay_pages, stop_pages

trees_intern = Blueprint("trees_intern", __name__)

READ, WRITE, BOTH = ["GET"], ["POST"], ["GET", "POST"]
STOP, STAY, FLEET = "/baeume/<int:stop_id>", "/baeume/standzeit/<int:stay_id>", "/baeume/allee/<int:fleet_id>"
TREE, SCHEDULE = "/baeume/baum/<int:tree_id>", "/baeume/plan/<int:schedule_id>"

ROUTES = (
    ("/baeume", "overview", stop_pages.overview, READ),
    ("/baeume/punkte", "points", stop_pages.points, READ),
    ("/baeume/neu", "new", stop_pages.new, BOTH),
    (STOP, "show", stop_pages.show, READ),
    (f"{STOP}/bearbeiten", "edit", stop_pages.edit, BOTH),
    (f"{STOP}/verlauf", "history", stop_pages.history, READ),
    (f"{STOP}/rueckgaengig", "undo", stop_pages.undo, WRITE),
    (f"{STOP}/bestaetigen", "confirm", stay_pages.confirm, WRITE),
    ("/baeume/standzeit/neu", "stay_new", stay_pages.new, BOTH),
    (STAY, "stay_edit", stay_pages.edit, BOTH),
    (f"{STAY}/loeschen", "stay_delete", stay_pages.delete, BOTH),
    (f"{STAY}/tauschen", "stay_swap", stay_pages.swap, BOTH),
    ("/baeume/allee/neu", "fleet_new", fleet_pages.new, BOTH),
    (FLEET, "fleet", fleet_pages.show, READ),
    (f"{FLEET}/bearbeiten", "fleet_edit", fleet_pages.edit, BOTH),
    (f"{FLEET}/verlauf", "fleet_history", fleet_pages.history, READ),
    (f"{FLEET}/rueckgaengig", "fleet_undo", fleet_pages.undo, WRITE),
    (f"{FLEET}/baum", "tree_new", fleet_pages.tree_new, BOTH),
    (TREE, "tree", fleet_pages.tree, READ),
    (f"{TREE}/bearbeiten", "tree_edit", fleet_pages.tree_edit, BOTH),
    (f"{TREE}/verlauf", "tree_history", fleet_pages.tree_history, READ),
    (f"{TREE}/rueckgaengig", "tree_undo", fleet_pages.tree_undo, WRITE),
    (f"{FLEET}/plan", "schedule_new", schedule_pages.new, BOTH),
    (SCHEDULE, "schedule", schedule_pages.show, READ),
    (f"{SCHEDULE}/bearbeiten", "schedule_edit", schedule_pages.edit, BOTH),
    (f"{SCHEDULE}/verlauf", "schedule_history", schedule_pages.history, READ),
    (f"{SCHEDULE}/veroeffentlichen", "schedule_publish", schedule_pages.publish, BOTH),
    (f"{SCHEDULE}/zurueckziehen", "schedule_withdraw", schedule_pages.withdraw, BOTH),
    *planning_intern.ROUTES,
    *site_intern.ROUTES,
)
for path, endpoint, view, methods in ROUTES:
    trees_intern.add_url_rule(path, endpoint, view, methods=methods)
