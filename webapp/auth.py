"""Who is signed in, and whether the page is for them: asked before each view, by the view's mark.

A public view loads nothing: no session, no account, no cookie. A view without a mark answers nobody.

Why own code for sessions and for signing in (read in the sources of Flask-Session 0.8.0 and Flask-Security 5.9.2; the
parts that are not about our own tables are libraries: argon2-cffi, pyotp, webauthn, Authlib, Flask-WTF):

* Flask-Session stores the cookie's own value as the row's key (`base.py`, `_get_store_id`), so that a copy of the table
  opens every session; the design asks for its hash. Its row has no account, so that the sessions of somebody disabled
  cannot be found and ended, and no end but one that each use puts off. It needs Flask-SQLAlchemy, creates its table at
  start (which our database role may not), commits that extension's global session by itself, and reads a row that it
  cannot decode with `pickle.loads`.
* Flask-Security signs out by taking keys out of Flask's session (`utils.logout_user`); with Flask's signed cookie, a
  copy taken before still works. It counts no tries anywhere. Its views commit through `datastore.commit()` after the
  view (`utils._view_commit`), past `perform()`, past the history's action and past the place where a refusal by the
  database still becomes a sentence. Recovery codes lie in the clear unless keys are set, and are readable even then.
"""

from urllib.parse import urlsplit

from flask import Flask, current_app, g, request, url_for

from geo import overview
from geo.accounts import queries
from geo.core.access import ALLIANCE_ROLES, ANONYMOUS, PERMISSIONS, Action, Actor, may, scope
from geo.core.errors import NotPermitted
from geo.samples.load import is_loaded
from webapp.access import mark_of
from webapp.app import SAFE_METHODS, actor, register_app, request_id
from webapp.intern.navigation import navigation
from webapp.sessions import session

UNMARKED = frozenset({"dist", "static"})
SIGN_IN_AGAIN = "bitte anmelden; die Anmeldung läuft nach einiger Zeit ohne Eingabe ab"


def init(app: Flask) -> None:
    """Load the actor and check the view's mark before each view."""
    app.before_request(check_access)
    app.context_processor(internal_frame)


def check_access() -> None:
    """Raises `NotPermitted` unless the view's mark lets this person in."""
    if request.method not in SAFE_METHODS:
        refuse_foreign_origin()
    if request.endpoint is None or request.endpoint in UNMARKED:
        return  # no such page: Flask says so
    mark = mark_of(current_app.view_functions[request.endpoint])
    if mark is not None and mark.kind == "public":
        return
    load_actor()
    if mark is None:
        raise NotPermitted("unmarked")
    if mark.kind == "sign_in":
        return
    if actor().account_id is None:
        raise NotPermitted(mark.action or Action.ACCOUNT_SELF, SIGN_IN_AGAIN)
    if mark.kind == "needs" and mark.action is not None:
        check_action(actor(), mark.action, g.municipality_id)


def check_action(person: Actor, action: Action, municipality_id: int | None) -> None:
    """Raises `NotPermitted` unless the person may do this somewhere, and in the town they work in."""
    where = scope(person, action)
    somewhere = where.everywhere or where.municipality_ids or may(person, action)
    here = municipality_id is None or may(person, action, municipality_id)
    if not (somewhere and here):
        raise NotPermitted(action, PERMISSIONS[action].sentence())


def load_actor() -> None:
    """Sets `g.actor` and `g.municipality_id` from the session."""
    g.actor, g.municipality_id, g.towns = ANONYMOUS, None, []
    account_id = session.account_id
    if account_id is None:
        return
    with register_app().database.staff() as database:
        person = queries.find_actor(database, account_id, request_id())
        if person is None:
            return
        g.actor = person
        _new_token_for_new_roles(person)
        g.towns = (
            overview.towns_in_use(database)
            if is_alliance(person)
            else queries.town_names(database, person.municipality_ids)
        )
        g.municipality_id = _current_town(person)
        if g.municipality_id is not None and g.municipality_id not in dict(g.towns):
            g.towns += queries.town_names(database, (g.municipality_id,))
        g.sample_is_loaded = is_loaded(database)


def _new_token_for_new_roles(person: Actor) -> None:
    """Whoever may do other things than at the last request goes on under a new token."""
    held = sorted(f"{one.role}:{one.municipality_id or ''}" for one in person.memberships)
    known = session.get("roles")
    if known != held:
        session["roles"] = held
        if known is not None:
            session.rotate()


def is_alliance(person: Actor) -> bool:
    """Whether the person has a role of the alliance, and so may look at any town."""
    return any(role in person.alliance_roles for role in ALLIANCE_ROLES)


def _current_town(person: Actor) -> int | None:
    chosen = session.get("municipality_id")
    if chosen is not None and (chosen in person.municipality_ids or is_alliance(person)):
        return int(chosen)
    if is_alliance(person):
        return None
    return next(iter(person.municipality_ids), None)


def refuse_foreign_origin() -> None:
    """Raises `NotPermitted` for a request that another site's page sent (the browser says so in its headers)."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        fine = site in {"same-origin", "none"}
    elif origin is not None:
        fine = origin in {register_app().settings.url, request.host_url.rstrip("/")}
    else:
        fine = current_app.config["SESSION_COOKIE_NAME"] not in request.cookies
    if not fine:
        raise NotPermitted("cross_site", "die Anfrage kommt nicht von dieser Seite")


def local_path(wanted: str | None) -> str | None:
    """The address if it is a path under /intern on this host, else None: nobody is sent elsewhere after signing in."""
    if not wanted or "\\" in wanted or any(not character.isprintable() for character in wanted):
        return None
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or wanted.startswith("//"):
        return None
    if not (parts.path == "/intern" or parts.path.startswith("/intern/")):
        return None
    return wanted


def internal_frame() -> dict[str, object]:
    """What `base.html` needs on internal pages."""
    if not request.path.startswith("/intern"):
        return {}
    person = actor()
    if person.account_id is None:
        return {"is_internal": True, "actor": None}
    town = g.get("municipality_id")
    towns = list(g.get("towns", []))
    if is_alliance(person):
        towns.insert(0, ("", "Alle Gemeinden"))
    return {
        "is_internal": True,
        "actor": person,
        "towns": towns,
        "town": "" if town is None else town,
        "town_switch_url": url_for("intern.switch_town"),
        "internal_nav": navigation(lambda action: may_open(person, action, town)),
        "may": lambda action, where=None: may(person, Action(action), town if where is None else where),
    }


def may_open(person: Actor, action: Action, town: int | None) -> bool:
    try:
        check_action(person, action, town)
    except NotPermitted:
        return False
    return True
