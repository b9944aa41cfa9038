"""`innenstadt serve`: database, migrations, sample register on first start, then web server and worker as children.

The parent keeps the database's lifeline and ends it last; the web server is named by its module, because `geo` does
not import `webapp`.
"""

import dataclasses
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import SYSTEM
from geo.core.db import Database
from geo.core.errors import SetupError
from geo.places import photos
from geo.places.reference import load_reference
from geo.samples import load as samples
from geo.samples.load import is_loaded
from geo.settings import Settings, missing_operator_texts
from geo.startup import migrate, running_database, with_secret_key
from geo.vacancies.kompass.editions import take_shipped

PACKAGE_ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 30
# What a worker that dies again and again is given to recover, and what one that is told to end is given to do so.
LONGEST_REST_S = 30
WORKER_ENDS_S = 15


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on (default 8000).")
@click.option("--host", help="Address to listen on (default 127.0.0.1).")
@click.option("--home", type=click.Path(path_type=Path), help="Where the register keeps its data.")
@click.option("--no-sample", is_flag=True, help="Start with an empty register.")
@click.pass_context
def serve(context: click.Context, port: int | None, host: str | None, home: Path | None, no_sample: bool) -> None:
    """Start the database and the web server, and stay until Ctrl-C."""
    settings = context.obj.settings
    given = {"port": port, "host": host, "home": home and home.expanduser().resolve()}
    settings = dataclasses.replace(settings, **{name: value for name, value in given.items() if value is not None})
    listener = _listen(settings)
    settings = with_secret_key(dataclasses.replace(settings, port=listener.getsockname()[1]))
    began = time.monotonic()
    click.echo(f"Home: {settings.home}")
    with running_database(settings, pool_size=settings.threads, alone=True) as database:
        migrate(database)
        with context.obj.committed(database, "owner") as session:
            passwords = _first_start(settings, session, with_sample=not no_sample)
        _tend_photos(settings, database)
        has_sample = _has_sample(database)
        with _worker(settings), _web_server(settings, listener) as server:
            listener.close()
            _until_it_answers(settings, server)
            _announce(settings, passwords, has_sample, time.monotonic() - began)
            code = server.wait()
    sys.exit(0 if code in (0, -signal.SIGTERM) else 1)


def _listen(settings: Settings) -> socket.socket:
    """The socket, taken before anything is started, so that a taken port is one sentence at once."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as problem:
        listener.close()
        raise SetupError(
            f"Port {settings.port} on {settings.host} cannot be used ({problem.strerror}). Choose another with --port."
        ) from None
    listener.listen(128)
    return listener


def _first_start(settings: Settings, session: Session, *, with_sample: bool) -> dict[str, str]:
    """Reference data always; the sample register once, on an empty database. Returns new sign-ins by e-mail address."""
    fresh = session.scalar(text("SELECT NOT EXISTS (SELECT FROM register.municipalities)"))
    load_reference(session, SYSTEM)
    take_shipped(session, SYSTEM)
    if not (fresh and with_sample):
        return {}
    click.echo("Loading the sample register …")
    allowed = settings.embedded or settings.sample_on_foreign_database
    return samples.load(session, clock.today(), with_passwords=allowed).passwords


def _tend_photos(settings: Settings, database: Database) -> None:
    """Files that no row names go; rows whose file is lost or damaged are told, and nothing is done about them."""
    with database.owner() as session:
        known = photos.referenced(session)
    store = photos.Store(settings.home / "photos")
    store.sweep(known)
    lost = store.missing(known)
    if lost:
        click.echo(f"{len(lost)} photos are missing or damaged, the first: {lost[0][1]}. Restore them from a backup.")


def _has_sample(database: Database) -> bool:
    with database.staff() as session:
        return is_loaded(session)


def _log_file(settings: Settings) -> Path | None:
    """On a terminal the log goes to a file, so that the sign-ins stay in sight; a service manager gets it itself."""
    return settings.home / "server.log" if sys.stderr.isatty() else None


def _child(settings: Settings, *command: str, pass_fds: tuple[int, ...] = ()) -> subprocess.Popen[bytes]:
    """A process of our own code, which ends with this one."""
    log = _log_file(settings)
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        stderr=log.open("ab") if log else None,
        env=settings.for_child(PYTHONPATH=os.pathsep.join([str(PACKAGE_ROOT), *filter(None, sys.path)])),
        pass_fds=pass_fds,
        stdin=subprocess.PIPE,  # the lifeline: it closes when this process is gone, however it went
        start_new_session=True,  # Ctrl-C reaches this process, which ends its children first and the database last
    )


@contextmanager
def _worker(settings: Settings) -> Iterator[None]:
    """One worker for the time of the block; one that dies is replaced, at leisure when that happens again and again."""
    over = threading.Event()
    children: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        rest = 1.0
        while not over.is_set():
            began = time.monotonic()
            children.append(_child(settings, "geo.worker"))
            children[-1].wait()
            rest = 1.0 if time.monotonic() - began > LONGEST_REST_S else min(2 * rest, LONGEST_REST_S)
            over.wait(rest)

    keeper = threading.Thread(target=keep, name="worker", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        for child in children:
            if child.poll() is None:
                child.terminate()
        keeper.join(WORKER_ENDS_S)
        for child in children:
            if child.poll() is None:
                child.kill()


@contextmanager
def _web_server(settings: Settings, listener: socket.socket) -> Iterator[subprocess.Popen[bytes]]:
    """The web server for the time of the block; a signal to this process ends it, and so does this process's end."""
    listener.set_inheritable(True)
    server = _child(settings, "webapp.serve", str(listener.fileno()), pass_fds=(listener.fileno(),))

    def forward(_number: int, _frame: FrameType | None) -> None:
        server.terminate()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, forward)
    try:
        yield server
    finally:
        server.terminate()
        server.wait()


def _until_it_answers(settings: Settings, server: subprocess.Popen[bytes]) -> None:
    """Returns when /livez answers. Raises `SetupError` when the web server has ended instead."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104  (compared, not bound)
    while server.poll() is None:
        line = http.client.HTTPConnection(host, settings.port, timeout=START_SECONDS)
        try:
            line.request("GET", "/livez")
            line.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
        finally:
            line.close()
    raise SetupError(f"The web server did not start; its reason stands {_log_file(settings) or 'above'}.")


def _announce(settings: Settings, passwords: dict[str, str], has_sample: bool, seconds: float) -> None:
    click.echo(f"Ready after {seconds:.1f} s: {settings.url}/   (sign-in: {settings.url}/intern)")
    if not settings.mail_url:
        click.echo(f"Mail is written to {settings.home / 'mail'}")
    if passwords:
        click.echo("Sample sign-ins, made now and shown this once (anew: innenstadt sample passwords):")
        width = max(map(len, passwords))
        for address, password in passwords.items():
            click.echo(f"  {address:<{width}}  {password}")
    elif has_sample:
        click.echo("Sample sign-ins were shown at the first start; new ones: innenstadt sample passwords")
    else:
        click.echo("Accounts are made with: innenstadt user add EMAIL --name NAME --role admin --invite")
    missing = missing_operator_texts(settings)
    if missing:
        click.echo(
            f"Placeholders stand in Impressum, Datenschutz and Barrierefreiheit until you set {', '.join(missing)}."
        )
    if log := _log_file(settings):
        click.echo(f"The log is written to {log}")
    click.echo("Stop with Ctrl-C.")
