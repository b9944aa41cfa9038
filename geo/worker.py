"""The worker: takes jobs from the queue and runs them. `innenstadt worker`, and a child of `innenstadt serve`.

It keeps a heartbeat in the database. A worker that is killed loses it, and any other worker (or itself, started anew)
takes its jobs up again after `DEAD_AFTER_S` seconds. Told to stop, it puts what it is doing back into the queue.
"""

import asyncio
import logging
import os
import signal
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import click
import procrastinate
import structlog

import geo.models  # noqa: F401  (every table: a job asks the tables what refers to what)
from geo.alliance.tending import tend_alliance
from geo.calls.tending import tend_calls
from geo.core.db import PATIENT, Database
from geo.core.log import configure
from geo.jobs.files import Store
from geo.jobs.queue import QUEUE, TASK, Again, RunAgain
from geo.jobs.running import committed, run
from geo.jobs.tending import DEAD_AFTER_S, forget, sweep, take_up
from geo.kinds import kinds
from geo.owners.rights import tend_owners
from geo.pilots.tending import tend_pilots
from geo.places import previews
from geo.places.photos import Store as Photos
from geo.settings import Settings
from geo.startup import connect, migrate, running_database
from geo.trees.duties import tend_trees
from geo.trees.fleet import photos as tree_photos
from geo.trees.planner.annealing.compiling import keep_in
from geo.vacancies.citizens.tending import tend_reports
from geo.vacancies.importing.files import Uploads
from geo.vacancies.importing.queries import open_files
from geo.vacancies.portfolio.tending import tend_portfolio
from geo.viewpoints.tending import tend_viewpoints

log = structlog.get_logger("jobs")

AT_ONCE = 2
# A job's own session, its reports, the thread that watches it; and one to spare.
POOL_SIZE = 3 * AT_ONCE + 1
HEARTBEAT_S = 5
LOOK_S = 2
SWEEP_EVERY_S = 3600
LONGEST_REST_S = 30


@dataclass(frozen=True)
class Pace:
    """How fast a worker notices things, in seconds; tests are less patient."""

    heartbeat_s: float = HEARTBEAT_S
    dead_after_s: float = DEAD_AFTER_S
    tend_every_s: float = 10


@click.command()
@click.pass_context
def worker(context: click.Context) -> None:
    """Run background jobs until Ctrl-C; more machines with one worker each share the work."""
    settings = context.obj.settings
    configure(settings.log_level)
    with running_database(settings, pool_size=POOL_SIZE) as database:
        migrate(database)
        click.echo(f"Working on {len(kinds)} kinds of jobs; results go to {settings.home / 'jobs'}. Stop with Ctrl-C.")
        work(database, settings)


def main() -> None:
    """As a child: the parent keeps the database and holds the other end of standard input."""
    settings = Settings.from_env()
    configure(settings.log_level)
    threading.Thread(target=_end_with_the_parent, args=(os.getpid(),), daemon=True).start()
    database = connect(settings, POOL_SIZE, patient=True)
    try:
        work(database, settings)
    finally:
        database.dispose()


def _end_with_the_parent(own: int) -> None:
    while os.read(0, 1):
        pass
    os.kill(own, signal.SIGTERM)


def work(database: Database, settings: Settings, pace: Pace = Pace()) -> None:
    """Work until SIGTERM or SIGINT; after a failure of the database, again when it is back."""
    keep_in(settings.home / "compiled")
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)  # the runs are logged by us, without arguments
    rest = 1.0
    while True:
        began = time.monotonic()
        try:
            if asyncio.run(_work(database, settings, pace)):
                return
            problem = "the worker's connection ended"
        except Exception as error:
            problem = type(error).__name__
        rest = 1.0 if time.monotonic() - began > LONGEST_REST_S else min(2 * rest, LONGEST_REST_S)
        log.warning("worker rests", seconds=rest, problem=problem)
        time.sleep(rest)


async def _work(database: Database, settings: Settings, pace: Pace) -> bool:
    """Work until told to stop (True) or until the queue cannot be reached (False)."""
    app = procrastinate.App(connector=_connector(database))
    wanted_to_stop = threading.Event()

    @app.task(name=TASK, queue=QUEUE, pass_context=True, retry=Again())
    def run_job(context: procrastinate.JobContext, job_id: int, municipality_id: int | None) -> None:
        again = run(database, settings.home, job_id, municipality_id, stopping=context.should_abort)
        if again is not None:
            raise RunAgain(again)

    async with app.open_async():
        working = asyncio.ensure_future(
            app.run_worker_async(
                queues=[QUEUE],
                concurrency=AT_ONCE,
                fetch_job_polling_interval=LOOK_S,
                shutdown_graceful_timeout=0.5,
                install_signal_handlers=False,
                update_heartbeat_interval=pace.heartbeat_s,
                stalled_worker_timeout=pace.dead_after_s,
            )
        )

        def stop() -> None:
            wanted_to_stop.set()
            working.cancel()

        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop)
        tending = asyncio.ensure_future(_tend(database, settings, pace))
        try:
            await working
        except asyncio.CancelledError:
            if not wanted_to_stop.is_set():
                raise
        finally:
            tending.cancel()
    return wanted_to_stop.is_set()


def _connector(database: Database) -> procrastinate.PsycopgConnector:
    """The queue's own connections, under the staff role, in its own schema."""
    address = database.staff_engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    options = f"-c search_path=jobs,pg_catalog {PATIENT}"
    return procrastinate.PsycopgConnector(conninfo=address, kwargs={"options": options}, min_size=1, max_size=4)


async def _tend(database: Database, settings: Settings, pace: Pace) -> None:
    """Looks after the queue, the files and the trees, for as long as the worker works."""
    swept = -float(SWEEP_EVERY_S)
    while True:
        due = time.monotonic() - swept >= SWEEP_EVERY_S
        try:
            await asyncio.to_thread(_tend_once, database, settings, pace, due)
            swept = time.monotonic() if due else swept
        except Exception as problem:
            log.warning("tending failed", problem=type(problem).__name__)
        await asyncio.sleep(pace.tend_every_s)


def _tend_once(database: Database, settings: Settings, pace: Pace, sweep_too: bool) -> None:
    with committed(database.owner()) as session:
        take_up(session, pace.dead_after_s)
        expired = forget(session) if sweep_too else []
    store = Store(settings.home / "jobs")
    for file in expired:
        store.remove(file)
    if sweep_too:
        sweep_files(database, settings.home)
        tend_trees(database, settings)
        tend_viewpoints(database, settings)
        tend_pilots(database, settings)
        tend_calls(database, settings)
        tend_owners(database, settings.home)
        tend_portfolio(database, settings)
        tend_reports(database, settings)
        tend_alliance(database, settings)


def sweep_files(database: Database, home: Path) -> dict[str, int]:
    """Removes what nobody needs any more: results without a job, files without an open import, old previews."""
    with database.owner() as session:
        removed = {
            "results": sweep(session, Store(home / "jobs")),
            "imports": Uploads(home / "imports").sweep(open_files(session)),
            "previews": previews.sweep(home),
            "tree_photos": Photos(home / tree_photos.FOLDER).sweep(tree_photos.referenced(session)),
        }
    if any(removed.values()):
        log.info("left-over files removed", **removed)
    return removed


if __name__ == "__main__":
    main()
