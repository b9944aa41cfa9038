"""Internal pages of pilot projects and their sites: one line an address."""

from flask import Blueprint

from webapp.pilots import document_pages, particular_pages, project_pages, project_part_pages, site_pages

pilots_intern = Blueprint("pilots_intern", __name__)

_HOME = "/pilotprojekte"
_SITE = f"{_HOME}/<int:site_id>"
_PROJECT = f"{_HOME}/projekt/<slug>"
GET, BOTH, POST = ["GET"], ["GET", "POST"], ["POST"]
ROUTES = (
    (_HOME, "overview", project_pages.overview, GET),
    (f"{_HOME}/projekt/neu", "new_project", project_pages.new_project, BOTH),
    (_PROJECT, "project", project_pages.project, GET),
    (f"{_PROJECT}/bearbeiten", "edit_project", project_pages.edit_project, BOTH),
    (f"{_PROJECT}/loeschen", "delete_project", project_pages.delete_project, BOTH),
    (f"{_PROJECT}/verlauf", "project_history", project_pages.project_history, GET),
    (f"{_PROJECT}/rueckgaengig", "undo_project", project_pages.undo_project, POST),
    (f"{_PROJECT}/stand/neu", "new_status", project_part_pages.new_status, BOTH),
    (f"{_PROJECT}/stand/<int:status_id>", "status", project_part_pages.status, BOTH),
    (f"{_PROJECT}/stand/<int:status_id>/entfernen", "remove_status", project_part_pages.remove_status, POST),
    (f"{_PROJECT}/schritte/neu", "new_milestone", project_part_pages.new_milestone, BOTH),
    (f"{_PROJECT}/schritte/<int:milestone_id>", "milestone", project_part_pages.milestone, BOTH),
    (
        f"{_PROJECT}/schritte/<int:milestone_id>/entfernen",
        "remove_milestone",
        project_part_pages.remove_milestone,
        POST,
    ),
    (f"{_PROJECT}/merkmale", "ratings", project_part_pages.ratings, BOTH),
    (f"{_PROJECT}/unterlagen/neu", "new_document", document_pages.new_document, BOTH),
    (f"{_PROJECT}/unterlagen/<int:document_id>", "document", document_pages.document, GET),
    (f"{_PROJECT}/unterlagen/<int:document_id>/bearbeiten", "edit_document", document_pages.edit_document, BOTH),
    (f"{_PROJECT}/unterlagen/<int:document_id>/entfernen", "remove_document", document_pages.remove_document, POST),
    (f"{_HOME}/neu", "new", site_pages.new, BOTH),
    (_SITE, "show", site_pages.show, GET),
    (f"{_SITE}/bearbeiten", "edit", site_pages.edit, BOTH),
    (f"{_SITE}/loeschen", "delete", site_pages.delete, BOTH),
    (f"{_SITE}/verlauf", "history", site_pages.history, GET),
    (f"{_SITE}/rueckgaengig", "undo", site_pages.undo, POST),
    (f"{_SITE}/phasen/neu", "new_phase", site_pages.new_phase, BOTH),
    (f"{_HOME}/phasen/<int:phase_id>", "phase", site_pages.phase, BOTH),
    (f"{_HOME}/phasen/<int:phase_id>/entfernen", "remove_phase", site_pages.remove_phase, POST),
    (f"{_SITE}/beteiligte/neu", "new_partner", particular_pages.new_partner, BOTH),
    (f"{_HOME}/beteiligte/<int:partner_id>", "partner", particular_pages.partner, BOTH),
    (f"{_HOME}/beteiligte/<int:partner_id>/entfernen", "remove_partner", particular_pages.remove_partner, POST),
    (f"{_SITE}/foerderung/neu", "new_funding", particular_pages.new_funding, BOTH),
    (f"{_HOME}/foerderung/<int:funding_id>", "funding", particular_pages.funding, BOTH),
    (f"{_HOME}/foerderung/<int:funding_id>/entfernen", "remove_funding", particular_pages.remove_funding, POST),
    (f"{_SITE}/beobachtungen/neu", "new_observation", particular_pages.new_observation, BOTH),
    (f"{_HOME}/beobachtungen/<int:observation_id>", "observation", particular_pages.observation, BOTH),
    (
        f"{_HOME}/beobachtungen/<int:observation_id>/entfernen",
        "remove_observation",
        particular_pages.remove_observation,
        POST,
    ),
)
for path, endpoint, view, methods in ROUTES:
    pilots_intern.add_url_rule(path, endpoint, view, methods=methods)
