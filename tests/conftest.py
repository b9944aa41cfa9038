"""The database of the tests: a throw-away cluster, built by the migrations once, then one outer transaction a test.

Test and application share the connection, not the session: each session is a savepoint on it, under the database role
that the real pool would have, so that a forgotten commit and a missing right both fail.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session
from xdist.scheduler import LoadScopeScheduling

from geo.accounts import passwords
from geo.cluster import Cluster, temporary_cluster
from geo.cluster.provision import DATABASE
from geo.core import clock
from geo.core.access import SYSTEM, Action, Actor
from geo.core.db import Context, Database
from geo.core.history import perform
from geo.migrations import upgrade
from geo.places.reference import load_reference
from geo.samples import generate
from geo.samples.load import load
from geo.settings import Settings
from tests import factories
from webapp import RegisterApp, create_app

# What takes longest, in this order. `./dev test` hands out whole groups: one of these at the end would leave a worker idle.
FIRST = (
    "tests/browser/",
    "tests/webapp/test_markers.py",
    "tests/house/",
    "tests/geo/cluster/",
    "tests/geo/jobs/",
    "tests/geo/vacancies/test_import",
    "tests/geo/samples/",
    "tests/geo/imports/",
    "tests/geo/trees/planner/",
    "tests/webapp/security/",
    "tests/webapp/accounts/",
)
# The journeys share a register and leave behind what they wrote. So there are two halves of about the same time, always
# the same ones in the same order, each with a register of its own; of all other tests a group is a file.
SECOND_HALF = ("areas", "every_page", "figures", "import", "keyboard", "rates", "streets", "terrain", "visitor")


def _group(nodeid: str) -> str:
    file = nodeid.split("::", maxsplit=1)[0]
    if not file.startswith("tests/browser/"):
        return file
    return f"journeys-{1 + (Path(file).stem.removeprefix('test_') in SECOND_HALF)}"


def _place(item: pytest.Item) -> tuple[int, str, int]:
    """Long groups come first; journeys in the order in which they are written, of the rest the order stays what it is."""
    rank = next((number for number, path in enumerate(FIRST) if item.nodeid.startswith(path)), len(FIRST))
    return (rank, f"{_group(item.nodeid)} {item.path.name}", item.location[1] or 0) if rank == 0 else (rank, "", 0)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What comes first."""
    items.sort(key=_place)


class Groups(LoadScopeScheduling):
    """What goes to one worker together. (The plugin's own marks of groups do not reach it with this version of pytest.)"""

    def _split_scope(self, nodeid: str) -> str:
        return _group(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Groups:
    """Whole groups go to the workers, in the order in which they come."""
    return Groups(config, log)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--minutes", type=float, default=10.0, help="How long each test of ./dev soak goes on.")
    parser.addoption("--late", type=int, default=0, help="Each answer reaches the browser so many milliseconds later.")


# Passwords are hashed with little work in tests, which hash hundreds; how much it is in life, tests/geo/accounts asks here.
IN_LIFE = passwords._hasher
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
passwords._NOBODY = passwords._hasher.hash("not the password of anybody")

# A copy of the register as the migrations leave it, for tests that need a database of their own: copied in a moment.
MIGRATED = "template_register_migrated"


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A running PostGIS of its own."""
    with temporary_cluster() as running:
        running.create_database("template_register_empty")
        yield running


@pytest.fixture(scope="session")
def database(cluster: Cluster) -> Iterator[Database]:
    """The migrated database with two made-up municipalities, through its real roles. Do not commit to it in a test."""
    built = Database(cluster.url("reg_owner"), cluster.url("reg_public"), cluster.url("reg_staff"))
    upgrade(built.owner_engine)
    built.owner_engine.dispose()
    cluster.create_database(MIGRATED)
    with built.owner() as session:
        with perform(session, SYSTEM, Action.SYSTEM_SETUP):
            factories.two_towns(session)
        session.commit()
    yield built
    built.dispose()


@contextmanager
def register_apart(cluster: Cluster, name: str) -> Iterator[Database]:
    """A migrated database of its own with the two towns, to which is really committed. Needs `database` to be made."""
    cluster.create_database(name, template=MIGRATED)
    built = Database(*(cluster.url(role, name) for role in ("reg_owner", "reg_public", "reg_staff")))
    with built.owner() as session:
        with perform(session, SYSTEM, Action.SYSTEM_SETUP):
            factories.two_towns(session)
        session.commit()
    yield built
    built.dispose()
    cluster.drop_database(name)


def load_sample(register: Database) -> None:
    """Fill a migrated register with places and the sample of today, and commit."""
    with register.owner() as session:
        load_reference(session, SYSTEM)
        load(session, clock.today(), with_passwords=False)
        session.commit()


class NoDatabase(Database):
    """None at all: what reaches for it outside of a test fails."""

    def __init__(self) -> None:
        pass


class SharedDatabase(Database):
    """Every role's sessions on one connection, each under its own role by `SET LOCAL ROLE`."""

    def __init__(self, connection: Connection):
        self.connection = connection

    def owner(self) -> Session:
        return self._shared("reg_owner", Context())

    def public(self) -> Session:
        return self._shared("reg_public", None)

    def snapshot(self) -> Session:
        return self.public()

    def staff(self, actor: Any = None, municipality_id: int | None = None) -> Session:
        context = Context(municipality_id=municipality_id)
        if actor is not None:
            context = replace(context, account_id=actor.account_id, request_id=actor.request_id)
        return self._shared("reg_staff", context)

    def _shared(self, role: str, context: Context | None) -> Session:
        session = Session(self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
        if context is not None:
            session.info["context"] = context

        @event.listens_for(session, "after_begin")
        def take_role(_session: Session, _transaction: Any, connection: Connection) -> None:
            connection.execute(text(f"SET LOCAL ROLE {role}"))

        return session


@contextmanager
def an_outer_transaction(cluster: Cluster, name: str = DATABASE) -> Iterator[Connection]:
    """A connection (as the cluster's superuser, who may be any role) whose transaction is rolled back."""
    with _super_engine(cluster, name).connect() as open_connection:
        outer = open_connection.begin()
        yield open_connection
        outer.rollback()


@contextmanager
def shared_apart(cluster: Cluster, name: str) -> Iterator["SharedDatabase"]:
    """A database of its own that the tests of a file fill together, or read: nobody else waits for its transaction."""
    with register_apart(cluster, name), an_outer_transaction(cluster, name) as open_connection:
        yield SharedDatabase(open_connection)
        open_connection.detach()  # closed at the end, and not kept: the database is dropped


@pytest.fixture
def connection(cluster: Cluster, database: Database) -> Iterator[Connection]:
    """What test and application share."""
    with an_outer_transaction(cluster) as open_connection:
        yield open_connection


_engines: dict[str, Any] = {}


def _super_engine(cluster: Cluster, name: str) -> Any:
    from sqlalchemy import create_engine

    url = cluster.url("reg_super", name)
    if url not in _engines:
        _engines[url] = create_engine(url, connect_args={"options": "-c lock_timeout=60s"})  # no test waits for ever
    return _engines[url]


@pytest.fixture
def db(connection: Connection) -> SharedDatabase:
    """The database as a test sees it."""
    return SharedDatabase(connection)


@pytest.fixture
def towns(db: SharedDatabase) -> factories.Towns:
    """The two municipalities: Musterstadt (own) and Fremdstadt (foreign)."""
    with db.owner() as session:
        return factories.towns(session)


@pytest.fixture
def small_sample(db: SharedDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample register with sixty of its units, and everything else of it: the whole takes half a minute."""
    whole = generate.build(clock.today())
    monkeypatch.setattr(generate, "build", lambda today: replace(whole, units=whole.units[:60]))
    load_sample(db)


@pytest.fixture
def staff(db: SharedDatabase, towns: factories.Towns) -> Iterator[Session]:
    """A staff session in the own town, as an editor who exists."""
    with db.staff(SYSTEM, towns.own) as session:
        yield session


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    return Settings(home=tmp_path, secret_key="only-for-tests", base_url="http://localhost")


@pytest.fixture(scope="session")
def built() -> RegisterApp:
    """The application, built once a worker: its routes and templates take longer than most requests. It answers nobody."""
    made = create_app(
        Settings(home=Path("/nowhere"), secret_key="only-for-tests", base_url="http://localhost"), NoDatabase()
    )
    made.testing = True
    kept = Path(__file__).parents[1] / ".cache" / "templates"  # compiled by one worker for all
    kept.mkdir(parents=True, exist_ok=True)
    made.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(kept))
    made.test_client().get("/livez")  # from now on it takes no further routes: a test that adds some builds its own
    return made


@pytest.fixture
def app(built: RegisterApp, settings: Settings, db: SharedDatabase) -> Iterator[RegisterApp]:
    """The application on the shared connection; what a test sets on it, in it or remembers there is gone afterwards."""
    kept, config, extensions = dict(vars(built)), dict(built.config), dict(built.extensions)
    built.settings, built.database = settings, db
    yield built
    for now, before in ((vars(built), kept), (built.config, config), (built.extensions, extensions)):
        now.clear()
        now.update(before)


@pytest.fixture
def client(app: RegisterApp) -> Any:
    """A visitor without an account."""
    return app.test_client()


@pytest.fixture
def editor(db: SharedDatabase, towns: factories.Towns) -> Actor:
    """An editor of the own town."""
    return factories.actor(db, "editor", towns.own)


@pytest.fixture
def sign_in(app: RegisterApp, db: SharedDatabase) -> Any:
    """`sign_in("editor", town)` gives a client of a person with that role."""
    return lambda role, town=None: factories.signed_in_client(app, db, role, town)
