"""What becomes of a write when the connection breaks around the commit, and of one that clashes for a moment.

A proxy stands between the application and the server's socket and drops the COMMIT, or only the answer to it: the
application sees the same error in both cases, and must tell them apart.
"""

import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from flask import Blueprint, redirect
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from geo.cluster.layout import PORT
from geo.core.access import SYSTEM, Action
from geo.core.db import Database
from geo.core.history import perform
from tests import factories
from tests.conftest import MIGRATED
from webapp import create_app
from webapp.access import signed_in
from webapp.app import staff_session


class Proxy:
    """Passes bytes between a socket of its own and the server's; once armed, it breaks the line at the next COMMIT."""

    def __init__(self, directory: Path, target: Path):
        self.target, self.mode = target, ""
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(directory / f".s.PGSQL.{PORT}"))
        self.listener.listen(20)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(str(self.target / f".s.PGSQL.{PORT}"))
            dropped = threading.Event()
            threading.Thread(target=self._up, args=(client, server, dropped), daemon=True).start()
            threading.Thread(target=self._down, args=(client, server, dropped), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket, dropped: threading.Event) -> None:
        with suppress(OSError):
            while data := _receive(client):
                if self.mode and b"COMMIT" in data:
                    mode, self.mode = self.mode, ""
                    dropped.set()
                    if mode == "drop the answer":
                        server.sendall(data)
                        server.settimeout(5)
                        server.recv(1000)  # the commit has happened; nobody hears of it
                    break
                server.sendall(data)
        _close(client, server)

    def _down(self, client: socket.socket, server: socket.socket, dropped: threading.Event) -> None:
        with suppress(OSError):
            while not dropped.is_set() and (data := _receive(server, dropped)):
                client.sendall(data)


def _receive(line: socket.socket, dropped: threading.Event | None = None) -> bytes:
    try:
        while dropped is not None:
            line.settimeout(0.05)
            try:
                return line.recv(1, socket.MSG_PEEK) and (b"" if dropped.is_set() else line.recv(65536))
            except TimeoutError:
                if dropped.is_set():
                    return b""
        return line.recv(65536)
    except OSError:
        return b""


def _close(*lines: socket.socket) -> None:
    for line in lines:
        try:
            line.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        line.close()


@pytest.fixture
def own_database(cluster, database) -> Iterator[str]:
    """A migrated database of its own, for real commits."""
    cluster.create_database("commit_test", template=MIGRATED)
    yield "commit_test"
    cluster.drop_database("commit_test")


@contextmanager
def _through(cluster, name: str) -> Iterator[tuple[Proxy, Database]]:
    folder = tempfile.TemporaryDirectory(prefix="it-", dir="/tmp")  # a socket's path has to be short
    directory = Path(folder.name)
    proxy = Proxy(directory, cluster.layout.socket)
    real = str(cluster.layout.socket).replace("/", "%2F")
    staff = cluster.url("reg_staff", name).replace(real, str(directory).replace("/", "%2F"))
    made = Database(cluster.url("reg_owner", name), cluster.url("reg_public", name), staff)
    yield proxy, made
    made.dispose()
    proxy.listener.close()
    folder.cleanup()


@pytest.mark.parametrize(("mode", "stored"), [("drop the answer", True), ("drop the commit", False)])
def test_the_outcome_of_a_broken_commit_is_known(cluster, own_database, settings, mode, stored):
    with _through(cluster, own_database) as (proxy, made):
        app = create_app(settings, made)
        with app.test_request_context("/"), made.staff(SYSTEM) as session:
            with perform(session, SYSTEM, Action.SYSTEM_SETUP):
                factories.account(session, email=f"commit-{int(stored)}@beispiel.test")
            proxy.mode = mode
            if stored:
                app._commit(session)
            else:
                with pytest.raises(OperationalError):
                    app._commit(session)
        with made.owner() as session:
            found = session.scalar(
                text("SELECT count(*) FROM register.accounts WHERE email = :mail"),
                {"mail": f"commit-{int(stored)}@beispiel.test"},
            )
        assert found == (1 if stored else 0)


@pytest.fixture
def clashing(settings, db, towns):
    """An application with a view that fails with a deadlock as often as told."""
    app = create_app(settings, db)
    app.config["WTF_CSRF_ENABLED"] = False
    app.clashes, app.calls = 0, 0
    views = Blueprint("clash", __name__)

    @views.post("/clash")
    @signed_in
    def clash():
        app.calls += 1
        if app.calls <= app.clashes:
            staff_session().execute(text("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40P01'; END $$"))
        return redirect("/intern", 303)

    app.register_blueprint(views, url_prefix="/intern")
    return app


def _post(app, db, towns, **data):
    visitor = factories.signed_in_client(app, db, "editor", towns.own)
    return visitor.post("/intern/clash", data=data)


def test_a_passing_clash_is_tried_again(clashing, db, towns):
    clashing.clashes = 2
    answer = _post(clashing, db, towns, _key="k" * 32)
    assert (answer.status_code, clashing.calls) == (303, 3)


def test_a_clash_that_stays_is_a_sentence(clashing, db, towns):
    clashing.clashes = 9
    answer = _post(clashing, db, towns, _key="k" * 32)
    assert answer.status_code == 409 and "noch einmal versuchen" in answer.text and clashing.calls == 3


def test_without_a_key_a_write_is_not_repeated(clashing, db, towns):
    clashing.clashes = 1
    assert _post(clashing, db, towns).status_code == 409 and clashing.calls == 1


def test_the_same_form_twice_is_carried_out_once(clashing, db, towns):
    visitor = factories.signed_in_client(clashing, db, "editor", towns.own)
    first = visitor.post("/intern/clash", data={"_key": "k" * 32, "a": "1"})
    second = visitor.post("/intern/clash", data={"_key": "k" * 32, "a": "1"})
    assert (first.location, clashing.calls) == (second.location, 1)
    other = visitor.post("/intern/clash", data={"_key": "k" * 32, "a": "2"})
    assert other.status_code == 422 and clashing.calls == 1
