"""The one table from what `geo` raises to what a person, or a program, is told."""

import html
import re
from typing import Any

import structlog
from flask import Flask, Response, g, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, RequestURITooLarge

from geo.core.errors import Conflict, Invalid, NotFound, NotPermitted, TooManyTries
from webapp.app import actor, close_sessions, request_id
from webapp.constraints import CONSTRAINTS
from webapp.language import N_

log = structlog.get_logger("webapp")

TITLES = {
    400: N_("Anfrage nicht verständlich"),
    403: N_("Nicht berechtigt"),
    404: N_("Nicht gefunden"),
    405: N_("So nicht möglich"),
    409: N_("Zusammenstoß mit einer anderen Änderung"),
    413: N_("Zu groß"),
    414: N_("Adresse zu lang"),
    422: N_("Eingabe prüfen"),
    429: N_("Zu viele Versuche"),
    500: N_("Da ist etwas schiefgegangen"),
    503: N_("Gerade nicht erreichbar"),
}
# Names and sentences from `geo`, which knows no translations, that a visitor of a public page may meet.
FROM_GEO = (
    N_("Der Leerstand"),
    N_("Der Standplatz"),
    N_("Der Baum"),
    N_("Die Allee"),
    N_("Der Blickpunkt"),
    N_("Das Pilotprojekt"),
    N_("Der Pilotstandort"),
    N_("Der Aufruf"),
    N_("Diese Seite der Liste gibt es nicht."),
)
# The parts of the register, by the beginning of their addresses.
PARTS = {
    "leerstand": N_("Leerstand"),
    "baeume": N_("Wanderbäume"),
    "blicke": N_("Schönster Blick"),
    "pilotprojekte": N_("Pilotprojekte"),
}
# In the environment of a request (not a header) that the server before the app could not read to the end.
TOO_LONG = "innenstadt.too_long"
_LARGE = 25_000_000  # bytes: forms with so much room are those for files
UNSTORABLE = N_("Der Text enthält Zeichen, die nicht gespeichert werden können.")
_RETRYABLE = {"40001", "40P01", "55P03"}
_UNAVAILABLE = re.compile(r"^(08|57P|53)")


def constraint_sentence(error: DBAPIError) -> tuple[int, str] | None:
    """Status and sentence for a refusal by the database; None when it is no rule of ours that was broken."""
    original: Any = error.orig
    state = getattr(original, "sqlstate", None) or ""
    name = getattr(getattr(original, "diag", None), "constraint_name", None)
    if name in CONSTRAINTS:
        return CONSTRAINTS[name]
    if state == "23503":
        return 409, "Das hängt noch an etwas anderem im Register oder verweist auf etwas, das es nicht gibt."
    if state.startswith("23"):
        return 409, "Das verträgt sich nicht mit dem, was schon im Register steht."
    if state == "57014":
        return 503, N_(
            "Die Abfrage dauerte zu lange und wurde abgebrochen. Bitte einen kleineren Ausschnitt, einen anderen Tag"
            " oder weitere Filter wählen."
        )
    if state in _RETRYABLE:
        return 409, "Zwei Änderungen trafen zusammen. Bitte noch einmal versuchen."
    if _UNAVAILABLE.match(state) or (isinstance(error, OperationalError) and not state):
        return 503, N_("Die Datenbank ist gerade nicht erreichbar. Bitte in einer Minute noch einmal versuchen.")
    if state in {"22P05", "22021"} or (isinstance(error, DataError) and not state):  # the driver refuses a NUL itself
        return 422, UNSTORABLE
    return None


def translated(text: str) -> str:
    """A sentence in the page's language; one that nobody translated stays German."""
    return gettext(text) if text else text


def not_found_sentence(error: NotFound) -> str:
    """What is not there, by its name and key."""
    if error.key is None:
        return str(error)
    return gettext("%(what)s %(key)s wurde nicht gefunden.", what=translated(error.what), key=error.key)


def ways_back(status: int) -> list[tuple[str, str]]:
    """From a page that was asked for wrongly: the same page as it is today, or the map and list it belongs to."""
    if request.method != "GET":
        return []
    if status == 422 and request.args:
        return [(gettext("Dieselbe Seite ohne Angaben in der Adresse"), request.script_root + request.path)]
    part = request.path.removeprefix("/en").removeprefix("/intern").strip("/").partition("/")[0]
    if status == 404 and part in PARTS and request.path.rstrip("/").count(part) == 1:
        return [(translated(PARTS[part]), request.script_root + request.path.split(part)[0] + part)]
    return []


def answer(status: int, text: str, *, fields: dict[str, str] | None = None, error_id: str | None = None) -> Response:
    """An error as a page, or as `application/problem+json` under /api and for whoever sent JSON or asks for it."""
    close_sessions_keep_actor()
    title, text = translated(TITLES.get(status, N_("Fehler"))), translated(text)
    if is_for_program():
        body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": text}
        if fields:
            body["fields"] = fields
        if error_id:
            body["id"] = error_id
        if status == 403 and actor().account_id is None and request.path.startswith("/intern"):
            body["sign_in"] = url_for("accounts.sign_in")
        response = jsonify(body)
        response.mimetype = "application/problem+json"
    else:
        internal = request.path.startswith("/intern")
        try:
            page = render_template(
                "error.html",
                status=status,
                title=title,
                text=text,
                error_id=error_id,
                links=ways_back(status),
                is_internal=internal and actor().account_id is not None,
                lang=g.get("lang", "de"),
            )
        except Exception as error:  # the page about an error must not fail on the same error
            log.error("error page failed", id=request_id(), kind=type(error).__name__, where=_place(error))
            page = f"<!doctype html><html lang={g.get('lang', 'de')}><title>{title}</title><h1>{title}</h1>"
            page += f"<p>{html.escape(text)}</p>"
        response = make_response(page)
    response.status_code = status
    if status == 503:
        response.headers["Retry-After"] = "30"
    return response


def is_for_program() -> bool:
    """Whether whoever asks is a program (or a script of a page) and not a person who wants to read a page."""
    wanted = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.path.startswith("/api/") or request.is_json or wanted == "application/json"


def close_sessions_keep_actor() -> None:
    """Nothing of the failed transaction survives; the page still knows who is signed in."""
    person = g.get("actor")
    close_sessions()
    if person is not None:
        g.actor = person


def _place(error: Exception) -> str:
    """Where it was raised. With its kind that is all that is logged: its text may hold what somebody typed."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame is not None else ""


def init(app: Flask) -> None:
    """Register a handler for each kind of error."""

    @app.before_request
    def too_long() -> None:
        if request.environ.get(TOO_LONG):
            raise RequestURITooLarge

    @app.errorhandler(Invalid)
    def invalid(error: Invalid) -> Response:
        fields = {name: translated(sentence) for name, sentence in error.fields.items()}
        return answer(422, " ".join(fields.values()), fields=fields)

    @app.errorhandler(NotFound)
    def not_found(error: NotFound) -> Response:
        return answer(404, not_found_sentence(error))

    @app.errorhandler(NotPermitted)
    def not_permitted(error: NotPermitted) -> Response:
        anonymous = actor().account_id is None and request.path.startswith("/intern")
        if anonymous and request.method == "GET" and not is_for_program():
            return make_response(redirect(url_for("accounts.sign_in", weiter=request.full_path.rstrip("?"))))
        return answer(403, str(error))

    @app.errorhandler(Conflict)
    def conflict(error: Conflict) -> Response:
        return answer(409, str(error))

    @app.errorhandler(StaleDataError)
    def stale(_error: StaleDataError) -> Response:
        return answer(*CONSTRAINTS["version_stale"])

    @app.errorhandler(TooManyTries)
    def too_many(error: TooManyTries) -> Response:
        response = answer(429, str(error))
        response.headers["Retry-After"] = str(error.retry_after_s)
        return response

    @app.errorhandler(PoolTimeout)
    def busy(_error: PoolTimeout) -> Response:
        return answer(503, N_("Gerade sind zu viele Anfragen unterwegs. Bitte gleich noch einmal versuchen."))

    @app.errorhandler(DBAPIError)
    def database(error: DBAPIError) -> Response:
        known = constraint_sentence(error)
        if known is None:
            return unexpected(error)
        if not isinstance(error, IntegrityError):
            log.warning("database refused", id=request_id(), kind=type(error.orig).__name__)
        return answer(*known)

    @app.errorhandler(UnicodeEncodeError)
    def half_a_character(error: UnicodeEncodeError) -> Response:
        # JSON can name one ("\\ud800"), and no database, file or answer can hold it.
        return answer(422, UNSTORABLE) if error.reason == "surrogates not allowed" else unexpected(error)

    @app.errorhandler(CSRFError)
    def forged(_error: CSRFError) -> Response:
        return answer(400, "Das Formular ist abgelaufen oder kommt nicht von dieser Seite. Bitte die Seite neu laden.")

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        status = error.code or 500
        if status < 400:
            return make_response(error.get_response())
        sentences = {
            404: N_("Diese Seite gibt es nicht."),
            405: N_("Diese Adresse kann so nicht aufgerufen werden."),
            413: N_("Was Sie geschickt haben, ist zu groß."),
            414: N_(
                "Die Adresse ist länger, als dieser Server sie annimmt. Bitte weniger Filter oder ein einfacheres"
                " Gebiet wählen."
            ),
        }
        if status == 413 and (request.max_content_length or 0) > _LARGE:
            sentences[413] = N_("Die Datei ist zu groß. Wie groß sie sein darf, steht am Feld.")
        response = answer(status, sentences.get(status, N_("Die Anfrage war nicht verständlich.")))
        if status == 405 and error.get_response().headers.get("Allow"):
            response.headers["Allow"] = error.get_response().headers["Allow"]
        return response

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        kind = type(error).__name__
        log.error("unexpected", id=request_id(), kind=kind, where=_place(error), endpoint=request.endpoint)
        return answer(500, N_("Der Fehler ist vermerkt; an Ihren Daten wurde nichts geändert."), error_id=request_id())
