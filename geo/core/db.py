"""Database sessions: one engine for each database role, and who acts set for every transaction.

The role of a connection is fixed by its pool, never by `SET ROLE`: whatever a request manages to run on the public
pool, it can neither write nor read a table that is not public. Nothing in `geo` commits but the command line and
a job.
"""

import math
import select
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Protocol

import psycopg
from sqlalchemy import DateTime, Dialect, Engine, MetaData, Text, create_engine, event, text
from sqlalchemy.dialects.postgresql import DATERANGE, Range
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, Session

from geo.core.clock import ZONE

# PostgreSQL's own default names, so that hand-written migrations and the models agree without spelling them out.
_NAMES = {
    "pk": "%(table_name)s_pkey",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "ck": "%(constraint_name)s",
}

# Dead peers are noticed in seconds, not in hours.
_CONNECT = {"connect_timeout": 3, "keepalives_idle": 10, "tcp_user_timeout": 10_000}

# What runs out at the end of a day does so when the day ends here, not an hour or two later.
DAYS = f"-c timezone={ZONE}"

# Long work is ended by whoever asked for it, not by the limits that guard the web server's connections.
PATIENT = f"{DAYS} -c statement_timeout=0 -c idle_in_transaction_session_timeout=0"


# After so many seconds without use a connection of the public pool is asked whether it still is one.
_RESTED_S = 30


class Base(DeclarativeBase):
    """Every table of the register; schema `register` unless a table says otherwise."""

    metadata = MetaData(schema="register", naming_convention=_NAMES)
    type_annotation_map = {str: Text(), datetime: DateTime(timezone=True), Range[date]: DATERANGE()}


class ActingPerson(Protocol):
    """What a session needs to know of whoever acts (`geo.core.access.Actor` is one)."""

    @property
    def account_id(self) -> int | None: ...
    @property
    def request_id(self) -> str: ...


@dataclass(frozen=True)
class Context:
    """Who acts, for which municipality, on whose request: set in the database at the start of each transaction."""

    account_id: int | None = None
    request_id: str = ""
    municipality_id: int | None = None
    action: str = ""

    def settings(self) -> dict[str, str]:
        def blank(value: object) -> str:
            return "" if value is None else str(value)

        return {
            "account": blank(self.account_id),
            "request": self.request_id,
            "municipality": blank(self.municipality_id),
            "action": self.action,
        }


_SET_CONTEXT = text(
    "SELECT set_config('app.account_id', :account, true), set_config('app.request_id', :request, true),"
    " set_config('app.municipality_id', :municipality, true), set_config('app.action', :action, true)"
)


_SET_LOCAL = text("SELECT set_config(:name, :value, true)")


def context_of(session: Session) -> Context:
    """The context under which the session's transactions run."""
    return session.info.get("context", Context())


def set_context(session: Session, context: Context) -> None:
    """Replace the context: at once if a transaction is open, and for every later one of this session."""
    session.info["context"] = context
    if session.in_transaction():
        session.execute(_SET_CONTEXT, context.settings())
    else:
        session.connection()  # begins; the listener below sets it


@event.listens_for(Session, "after_begin")
def _apply_context(session: Session, _transaction: Any, connection: Any) -> None:
    if "context" in session.info:
        connection.execute(_SET_CONTEXT, session.info["context"].settings())


class Database:
    """The register's engines, one per role. Each method gives a new session; use it as a context manager.

    With `patient` (commands and workers, never the web server) no statement is broken off for taking long.
    """

    def __init__(
        self, owner: str | URL, public: str | URL, staff: str | URL, *, pool_size: int = 5, patient: bool = False
    ):
        self.owner_engine = _engine(owner, pool_size=2, patient=patient)
        pool = _engine(public, pool_size=pool_size, patient=patient, ping=False)
        _look_before_use(pool)
        # Each statement by itself: what takes one only goes to the server half as often.
        self.public_engine = pool.execution_options(isolation_level="AUTOCOMMIT")
        self._snapshots = pool.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self.staff_engine = _engine(staff, pool_size=pool_size, patient=patient)

    def owner(self) -> Session:
        """For migrations and set-up on the command line; never for a request."""
        return self._session(self.owner_engine, Context())

    def public(self) -> Session:
        """Reads the published views, and can do nothing else."""
        return self._session(self.public_engine, None)

    def snapshot(self) -> Session:
        """The same in one transaction: however many statements a page takes, all of them see one moment."""
        return self._session(self._snapshots, None)

    def staff(self, actor: ActingPerson | None = None, municipality_id: int | None = None) -> Session:
        """Reads and writes under row level security, for `actor` in the municipality given."""
        if actor is None:
            return self._session(self.staff_engine, Context(municipality_id=municipality_id))
        return self._session(self.staff_engine, Context(actor.account_id, actor.request_id, municipality_id))

    def _session(self, engine: Engine, context: Context | None) -> Session:
        session = Session(engine, expire_on_commit=False)
        if context is not None:
            session.info["context"] = context
        return session

    def dispose(self) -> None:
        for engine in (self.owner_engine, self.public_engine, self.staff_engine):
            engine.dispose()


def _engine(url: str | URL, pool_size: int, patient: bool, *, ping: bool = True) -> Engine:
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=3,
        pool_pre_ping=ping,
        connect_args={**_CONNECT, "options": PATIENT if patient else DAYS},
    )


def _look_before_use(engine: Engine) -> None:
    """A connection that the server has ended is noticed by its socket, which has something to read; nothing is asked.

    Only after a rest, in which a firewall may have forgotten the connection, the server is asked whether it is there.
    """

    @event.listens_for(engine, "checkin")
    def note(_driver: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def look(driver: Any, record: Any, _proxy: Any) -> None:
        try:
            socket = select.poll()
            socket.register(driver.fileno(), select.POLLIN)
            if socket.poll(0):
                raise InvalidatePoolError
            if time.monotonic() - record.info.get("rests_since", math.inf) > _RESTED_S:
                driver.execute("SELECT 1")
                driver.rollback()
        except (psycopg.Error, OSError, ValueError) as problem:
            raise InvalidatePoolError from problem


def set_local(session: Session, **settings: str) -> None:
    """Settings that hold until the transaction ends; a double underscore in a name stands for the dot."""
    for name, value in settings.items():
        session.execute(_SET_LOCAL, {"name": name.replace("__", "."), "value": value})


def bytes_columns(session: Session, statement: str, values: Mapping[str, Any]) -> list[list[bytes | None]]:
    """The columns of a query as the server sent them, its texts in UTF-8: nothing is made of them on their way.

    Placeholders are written `:name`; a text whose type PostgreSQL cannot tell needs a CAST. Errors are SQLAlchemy's.
    """
    driver: Any = session.connection().connection.driver_connection
    try:
        found = driver.execute(_for_driver(statement, session.get_bind().dialect), values).pgresult
    except psycopg.Error as problem:
        raise of_driver(problem, statement) from problem
    value, rows = found.get_value, range(found.ntuples)
    return [[value(row, column) for row in rows] for column in range(found.nfields)]


def of_driver(problem: psycopg.Error, statement: str) -> DBAPIError:
    """The driver's error as SQLAlchemy would have raised it."""
    return DBAPIError.instance(statement, None, problem, psycopg.Error, hide_parameters=True)  # type: ignore[return-value]  # the driver's errors have one


@contextmanager
def one_transaction(session: Session) -> Iterator[None]:
    """A transaction around the block, on the public pool too, where each statement is one otherwise."""
    driver: Any = session.connection().connection.driver_connection
    with driver.transaction():
        yield


@lru_cache(maxsize=1024)
def _for_driver(statement: str, dialect: Dialect) -> str:
    return str(text(statement).compile(dialect=dialect))


@contextmanager
def for_municipality(session: Session, municipality_id: int | None) -> Iterator[None]:
    """Read another municipality's rows for a while (the caller has checked that the actor may)."""
    before = context_of(session)
    set_context(session, replace(before, municipality_id=municipality_id))
    yield
    set_context(session, before)
