"""The web application: a thin skin over `geo`. URL, parse, call, answer."""

from pathlib import Path

from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from geo.core.db import Database
from geo.opendata.publisher import publisher_of
from geo.places.geocoder import Geocoder
from geo.settings import Settings
from webapp import assets, auth, compression, errors, forms, frame, headers, health, language, logs, sessions
from webapp.access import mark_of
from webapp.accounts.views import accounts
from webapp.alliance.intern import alliance_feeds, alliance_intern
from webapp.alliance.views import alliance
from webapp.app import FORM_LIMIT, RegisterApp, RowNumber, bound_forms, close_sessions
from webapp.basemap.views import basemap
from webapp.calls import office_pages
from webapp.calls.intern import calls_intern
from webapp.calls.views import calls
from webapp.calls.views import of_project as calls_of_project
from webapp.intern.views import intern
from webapp.jobs.views import jobs_intern
from webapp.knowledge.intern import knowledge_intern
from webapp.knowledge.views import knowledge
from webapp.knowledge.views import of_project as cards_of_project
from webapp.kompass.intern import kompass_intern
from webapp.kompass.views import kompass
from webapp.opendata.views import open_catalogue, open_data
from webapp.owners.intern import owners_intern
from webapp.owners.public import owner_answers
from webapp.pages.technical import technical
from webapp.pages.views import pages
from webapp.pilots import sections as project_sections
from webapp.pilots.intern import pilots_intern
from webapp.pilots.views import pilots
from webapp.places.addresses import addresses_intern
from webapp.places.photos import photos, photos_intern
from webapp.places.pois import pois_intern
from webapp.places.street_network import streets_intern
from webapp.reports.views import reports, reports_intern_files
from webapp.synergy.intern import synergy_intern
from webapp.trees.feedback import feedback
from webapp.trees.feeds import calendars
from webapp.trees.intern import trees_intern
from webapp.trees.residents import residents
from webapp.trees.residents_intern import residents_intern
from webapp.trees.views import trees
from webapp.trees.visits_intern import visits_intern
from webapp.vacancies.cases.intern import cases_intern
from webapp.vacancies.cases.settings import case_feeds
from webapp.vacancies.expose import plans
from webapp.vacancies.intern import vacancies_intern
from webapp.vacancies.reporting import citizens
from webapp.vacancies.reports_intern import reports_intern
from webapp.vacancies.survey_intern import surveys_intern
from webapp.vacancies.views import vacancies
from webapp.viewpoints.care_intern import care_feeds, care_intern
from webapp.viewpoints.exchange import exchange_intern
from webapp.viewpoints.intern import viewpoints_intern
from webapp.viewpoints.kit import kit
from webapp.viewpoints.landmark_pages import landmarks_intern
from webapp.viewpoints.reporting import defects
from webapp.viewpoints.terrain_pages import terrain_intern
from webapp.viewpoints.views import viewpoints
from webapp.zones.intern import zones_intern

PUBLIC = (
    *(pages, vacancies, kompass, citizens, owner_answers, trees, residents, feedback, calendars, viewpoints),
    *(defects, kit, pilots, calls, knowledge, alliance, open_data, reports),
)
INTERNAL = (
    intern,
    accounts,
    vacancies_intern,
    reports_intern_files,
    reports_intern,
    owners_intern,
    cases_intern,
    kompass_intern,
    zones_intern,
    addresses_intern,
    streets_intern,
    pois_intern,
    surveys_intern,
    trees_intern,
    visits_intern,
    residents_intern,
    viewpoints_intern,
    care_intern,
    exchange_intern,
    terrain_intern,
    landmarks_intern,
    pilots_intern,
    knowledge_intern,
    alliance_intern,
    synergy_intern,
    calls_intern,
    photos_intern,
    jobs_intern,
)

UPLOAD_LIMIT = 20 * 1024 * 1024


def geocoder_of(settings: Settings) -> Geocoder | None:
    """The geocoder that the operator has set up; None without one."""
    if not settings.geocoder_url:
        return None
    return Geocoder(settings.geocoder_url, settings.geocoder_kind, may_be_private=settings.geocoder_private)


def create_app(settings: Settings, database: Database) -> RegisterApp:
    """The application, ready to serve. `settings.secret_key` must be set."""
    app = RegisterApp("webapp", static_folder=None, template_folder=str(Path(__file__).parent / "templates"))
    app.settings, app.database = settings, database
    app.secret_key = settings.secret_key
    publisher_of(settings)  # refuses a licence that is none
    app.geocoder = geocoder_of(settings)
    app.url_map.converters["int"] = RowNumber
    app.config.update(
        MAX_CONTENT_LENGTH=UPLOAD_LIMIT,
        MAX_FORM_MEMORY_SIZE=FORM_LIMIT,
        MAX_FORM_PARTS=500,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.before_request(bound_forms)
    sessions.init(app)
    hops = settings.proxy_hops
    if hops:  # so many proxies of our own tell the visitor's address; a stranger's header is not believed
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]  # Flask's way
    logs.init(app)
    language.init(app)
    headers.init(app)
    compression.init(app)
    auth.init(app)
    forged = CSRFProtect(app)
    errors.init(app)
    forms.init(app)
    assets.register(app)
    health.init(app)
    for blueprint in PUBLIC:
        language.register_public(app, blueprint)
    app.register_blueprint(basemap)
    app.register_blueprint(photos)
    app.register_blueprint(plans)
    app.register_blueprint(care_feeds)
    app.register_blueprint(case_feeds)
    app.register_blueprint(alliance_feeds)
    app.register_blueprint(technical)
    app.register_blueprint(open_catalogue)
    for blueprint in INTERNAL:
        app.register_blueprint(blueprint, url_prefix="/intern")
    for view in app.view_functions.values():
        mark = mark_of(view)
        if mark is not None and mark.takes_forms:
            forged.exempt(view)
    # What other parts add to the page of a pilot project.
    project_sections.init(
        app,
        public=(calls_of_project, cards_of_project),
        internal=(office_pages.of_project,),
    )
    app.teardown_request(close_sessions)
    frame.init(app)
    return app


__all__ = ["RegisterApp", "create_app"]
