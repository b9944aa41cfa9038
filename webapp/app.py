"""One database session a request, committed here (and only here) when the view has succeeded.

A public view gets the read-only public pool, an internal one the staff pool under row level security. Deferred
constraints speak at commit, so the commit happens inside the dispatch, where the error handlers still see it.
"""

import hashlib
import random
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar, cast
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Request, Response, current_app, g, has_request_context, make_response, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter, Map, RequestRedirect

from geo.accounts.model import IdempotencyKey
from geo.core.access import ANONYMOUS, Actor
from geo.core.db import Database
from geo.core.errors import Invalid
from geo.places.geocoder import Geocoder
from geo.settings import Settings

Answer = TypeVar("Answer")
View = TypeVar("View", bound=Callable[..., Any])
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
ATTEMPTS = 3
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
FORM_LIMIT = 2 * 1024 * 1024
# Serialization failure, deadlock, lock not to be had, server going down; lost connections begin with 08.
_PASSING = ("40001", "40P01", "55P03", "57P01", "08")
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, :account))")


class RowNumber(IntegerConverter):
    """A row's number in an address; one that no row can have is an address that is not there."""

    def __init__(self, routes: Map, *args: Any, **kwargs: Any):
        super().__init__(routes, *args, **{"max": 2**31 - 1, **kwargs})


class RegisterApp(Flask):
    """The Flask application with the register's settings and database."""

    settings: Settings
    database: Database
    geocoder: Geocoder | None

    def read_or(self, otherwise: Answer, read: Callable[[Session], Answer]) -> Answer:
        """What `read` finds on the public pool; `otherwise` when the database does not answer."""
        try:
            with self.database.public() as session:
                return read(session)
        except SQLAlchemyError:
            return otherwise

    def raise_routing_exception(self, request: Request) -> NoReturn:
        """The router's own redirects (a slash too few) name the host that the visitor claims: the path is enough."""
        error = request.routing_exception
        if isinstance(error, RequestRedirect):
            parts = urlsplit(error.new_url)
            error.new_url = urlunsplit(("", "", "/" + parts.path.lstrip("/"), parts.query, ""))
        super().raise_routing_exception(request)

    def dispatch_request(self) -> ResponseReturnValue:
        """Call the view and commit; a passing clash in the database is tried again where that can do no harm."""
        for _ in range(ATTEMPTS - 1):
            try:
                return _answer_given_before() or self._dispatch_once()
            except DBAPIError as error:
                if not _may_try_again(error):
                    raise
                _end_sessions()
                time.sleep(random.uniform(0.02, 0.15))  # noqa: S311  (jitter, not a secret)
        return _answer_given_before() or self._dispatch_once()

    def _dispatch_once(self) -> Response:
        answer = self.make_response(super().dispatch_request())
        end_reading()
        _end("public_statements")
        session = g.pop("staff_session", None)
        if session is not None:
            try:
                if answer.status_code < 400 and request.method not in SAFE_METHODS:
                    _remember_answer(session, answer)
                    self._commit(session)
                else:
                    session.rollback()
            finally:
                session.close()
        return answer

    def _commit(self, session: Session) -> None:
        """Commit; when the connection breaks before the answer, ask the server what became of the transaction."""
        transaction = session.scalar(text("SELECT pg_current_xact_id_if_assigned()::text"))
        try:
            session.commit()
        except (OperationalError, InterfaceError):
            if transaction is None or self._outcome(transaction) != "committed":
                raise

    def _outcome(self, transaction: str) -> str:
        """`committed`, `aborted` or, if the server cannot say within two seconds, `in progress`."""
        status = "in progress"
        for _ in range(20):
            with self.database.staff() as session:
                asked = text("SELECT pg_xact_status(CAST(:transaction AS xid8))")
                status = session.scalar(asked, {"transaction": transaction}) or "in progress"
            if status != "in progress":
                break
            time.sleep(0.1)
        return status


def bound_forms() -> None:
    """Only a form with a file may be as large as a file: any other is read and taken apart in memory at once."""
    view: Any = current_app.view_functions.get(request.endpoint or "")
    if request.mimetype != "multipart/form-data":
        request.max_content_length = FORM_LIMIT
    elif hasattr(view, "most_bytes"):
        request.max_content_length = view.most_bytes() if callable(view.most_bytes) else view.most_bytes


def takes_files(most_bytes: int | Callable[[], int]) -> Callable[[View], View]:
    """A view whose form may hold several files, together so large; what is large waits on the disk, not in memory."""

    def decorate(view: View) -> View:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]  # a function takes any attribute
        return view

    return decorate


def register_app() -> RegisterApp:
    """The application that handles the current request."""
    return cast(RegisterApp, current_app)


def actor() -> Actor:
    """Who is signed in; the anonymous visitor if nobody is."""
    return g.get("actor", ANONYMOUS)


def request_id() -> str:
    """The id of this request: stands in the log, in the history, and on the error page."""
    if "request_id" not in g:
        g.request_id = uuid.uuid4().hex[:12]
    return g.request_id


def public_session() -> Session:
    """This request's session on the public pool; whatever it reads is of one moment."""
    if "public_session" not in g:
        g.public_session = register_app().database.snapshot()
    return g.public_session


def public_statements() -> Session:
    """The same for answers of a single statement, which goes to the server alone: the map's."""
    if "public_statements" not in g:
        g.public_statements = register_app().database.public()
    return g.public_statements


def end_reading() -> None:
    """Everything public is read: what follows takes long, and must hold no connection meanwhile."""
    _end("public_session")


def staff_session() -> Session:
    """This request's session on the staff pool, for the actor in the town that the page is shown for."""
    if "staff_session" not in g:
        g.staff_session = register_app().database.staff(actor(), g.get("municipality_id"))
    return g.staff_session


def chosen_town(otherwise: str = "Bitte zuerst eine Gemeinde auswählen.") -> int:
    """The town that the page is shown for. Raises `Invalid` with this sentence where it is shown for several."""
    if g.municipality_id is None:
        raise Invalid({"": otherwise})
    return int(g.municipality_id)


@contextmanager
def autonomous() -> Iterator[Session]:
    """A transaction of its own on the staff pool, kept whatever becomes of the request: sessions, counted tries.

    Open it before the request's own session does anything, or after that has ended.
    """
    with register_app().database.staff() as session:
        yield session
        session.commit()


def close_sessions(_error: BaseException | None = None) -> None:
    """Whatever is still open at the end of a request was not meant to last."""
    if has_request_context():
        g.pop("actor", None)
    _end_sessions()


def _end_sessions() -> None:
    _end("public_statements")
    _end("public_session")  # an internal page opens it last, for its base map
    _end("staff_session")


def _end(name: str) -> None:
    session = g.pop(name, None)
    if session is not None:
        session.rollback()
        session.close()


def _may_try_again(error: DBAPIError) -> bool:
    """A passing clash, in a request that writes nothing or is known by its key, and whose body can be read again."""
    state = getattr(error.orig, "sqlstate", None) or ""
    rule = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    harmless = request.method in SAFE_METHODS or (_key() is not None and not request.files)
    return state.startswith(_PASSING) and rule is None and harmless


def _key() -> str | None:
    """The key that makes this request one write: a form's own, or a program's header `Idempotency-Key`."""
    if request.method in SAFE_METHODS:
        return None
    key = request.headers.get("Idempotency-Key", "")
    if not key and request.mimetype in _FORMS:
        key = request.form.get("_key", "")
    return key if 16 <= len(key) <= 64 else None


def _body_hash() -> str:
    """What was sent under the key, so that the same key cannot stand for something else."""
    if request.mimetype not in _FORMS:
        return hashlib.sha256(request.path.encode() + b"\0" + request.get_data()).hexdigest()
    fields = sorted((name, value) for name, value in request.form.items(multi=True) if name != "csrf_token")
    return hashlib.sha256(repr((request.path, fields)).encode()).hexdigest()


def _answer_given_before() -> Response | None:
    """What was already carried out (double click, reload, lost answer) gets its first answer again.

    Two of the same at once wait for each other: the second one asks when the first has been decided.
    """
    key = _key()
    if key is None or actor().account_id is None:
        return None
    staff_session().execute(_ONE_AT_A_TIME, {"key": key, "account": actor().account_id})
    known = staff_session().scalar(
        select(IdempotencyKey).where(IdempotencyKey.key == key, IdempotencyKey.account_id == actor().account_id)
    )
    if known is None:
        return None
    if known.body_sha256 != _body_hash():
        raise Invalid({"": "Dieses Formular wurde schon mit anderen Angaben abgeschickt. Bitte die Seite neu laden."})
    if known.answer is not None:
        return Response(known.answer, known.status, mimetype="application/json")
    return make_response(redirect(known.location or request.path, 303))


def _remember_answer(session: Session, answer: Response) -> None:
    key = _key()
    told = (
        answer.get_data(as_text=True) if answer.is_json and not answer.direct_passthrough else None
    )  # a file is no answer to keep
    if key is None or actor().account_id is None or not (answer.location or told):
        return
    session.execute(
        insert(IdempotencyKey).values(
            key=key,
            account_id=actor().account_id,
            body_sha256=_body_hash(),
            status=answer.status_code,
            location=answer.location,
            answer=told,
        )
    )
