"""The command line `innenstadt`: the same verbs as the pages, for people with a terminal and for programs.

One of the three places that commit (the others: a request, a job). Exit codes: 0 done, 1 the answer is no (a check
failed, nothing found), 2 wrong use or bad input, 3 the installation or the database is not as it must be.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from geo.accounts.cli import user
from geo.cluster import Cluster, ClusterError
from geo.core.commands import SETTINGS, refuse, run
from geo.core.db import Database
from geo.core.errors import SetupError
from geo.imports.cli import addresses, pois, streets
from geo.migrations import current, head
from geo.places.cli import municipalities
from geo.reports import cli as reports
from geo.samples.cli import sample
from geo.serve import serve
from geo.settings import Settings
from geo.startup import create_roles, migrate, running_database, server_url
from geo.trees.cli import plan
from geo.vacancies.exporting.cli import export
from geo.vacancies.figures.cli import rate, report
from geo.vacancies.importing.cli import importing
from geo.vacancies.surveys.cli import survey
from geo.viewpoints.skylines.cli import terrain
from geo.worker import worker
from geo.yearly.cli import alliance


class Register:
    """What every command gets: the settings, and a session that is committed when the command succeeds."""

    def __init__(self, settings: Settings):
        self.settings = settings

    @contextmanager
    def database(self) -> Iterator[Database]:
        """The database, running and migrated."""
        with running_database(self.settings) as database:
            migrate(database)
            yield database

    @contextmanager
    def session(self, role: str = "staff") -> Iterator[Session]:
        """A session that is committed at the end of the block, or rolled back by an error."""
        with self.database() as database, self.committed(database, role) as session:
            yield session

    @contextmanager
    def committed(self, database: Database, role: str) -> Iterator[Session]:
        """The same on a database that is open already."""
        with getattr(database, role)() as session:
            yield session
            session.commit()


def say(data: Any, text: str, *, as_json: bool) -> None:
    """The answer, for a program or for a person."""
    click.echo(json.dumps(data, ensure_ascii=False, default=str) if as_json else text)


@click.group(context_settings=SETTINGS)
@click.option("--home", type=click.Path(path_type=Path), help="Where the register keeps its data.")
@click.version_option(package_name=None, version="0.1.0", prog_name="innenstadt")
@click.pass_context
def innenstadt(context: click.Context, home: Path | None) -> None:
    """Innenstadtregister: vacancies, mobile trees and viewpoints of Thuringian towns."""
    context.obj = Register(Settings.from_env(home=home))


@innenstadt.group()
def db() -> None:
    """The database: the embedded one, or the server named by DATABASE_URL."""


def _own_cluster(register: Register) -> Cluster:
    if not register.settings.embedded:
        raise SetupError("DATABASE_URL is set: that server is not started or stopped from here.")
    return Cluster(register.settings.home)


@db.command()
@click.pass_obj
def start(register: Register) -> None:
    """Start the embedded database and leave it running."""
    cluster = _own_cluster(register)
    cluster.start(background=True)
    click.echo(f"The database runs; its socket is in {cluster.status().socket}.")


@db.command()
@click.pass_obj
def stop(register: Register) -> None:
    """Stop the embedded database."""
    stopped = _own_cluster(register).stop()
    click.echo("The database has stopped." if stopped else "The database was not running.")


@db.command()
@click.option("--json", "as_json", is_flag=True, help="For a program.")
@click.pass_obj
def status(register: Register, as_json: bool) -> None:
    """Whether the database runs, and at which migration it stands. Exit code 1 when it does not run."""
    facts: dict[str, Any] = {"embedded": register.settings.embedded, "newest_migration": head(), "migration": None}
    if register.settings.embedded:
        found = _own_cluster(register).status()
        facts |= {"state": found.state, "home": str(found.home), "socket": str(found.socket), "major": found.major}
        facts["running"] = found.running
    else:
        facts |= {"state": "foreign", "running": True}
    if facts["running"]:
        with running_database(register.settings) as database:
            facts["migration"] = current(database.owner_engine)
    at = facts["migration"] or ("none" if facts["running"] else "not known while the database is stopped")
    text = f"state: {facts['state']}\nmigration: {at} (newest: {facts['newest_migration']})"
    say(facts, text, as_json=as_json)
    sys.exit(0 if facts["running"] else 1)


@db.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def psql(register: Register, arguments: tuple[str, ...]) -> None:
    """Open psql on the register, as its owner. Further words go to psql."""
    if not register.settings.embedded:
        url = server_url(str(register.settings.database_url))
        # By environment, because every user of the machine can read a command line.
        parts = {"PGHOST": url.host, "PGPORT": url.port, "PGUSER": url.username, "PGPASSWORD": url.password}
        known = {name: str(value) for name, value in (parts | {"PGDATABASE": url.database}).items() if value}
        sys.exit(subprocess.call(["psql", *arguments], env=register.settings.for_child(**known)))
    cluster = _own_cluster(register)
    with cluster.running():
        sys.exit(subprocess.call([*cluster.psql_command(), *arguments]))


@db.command("migrate")
@click.pass_obj
def migrate_command(register: Register) -> None:
    """Bring the tables to this version of the register."""
    with register.database() as database:
        click.echo(f"The database stands at migration {current(database.owner_engine)}.")


@db.command()
@click.pass_obj
def roles(register: Register) -> None:
    """On a server of your own: create the login roles the register needs."""
    made = create_roles(register.settings)
    click.echo(f"Created: {', '.join(made)}." if made else "All roles are there.")


@db.command()
@click.pass_obj
def upgrade(register: Register) -> None:
    """Bring the data to the newest PostgreSQL and PostGIS on this machine."""
    click.echo(_own_cluster(register).upgrade())


@db.command()
@click.option("--json", "as_json", is_flag=True, help="For a program.")
@click.pass_obj
def check(register: Register, as_json: bool) -> None:
    """Look for damage and for settings that would lose data. Exit code 1 when something is found."""
    findings = _own_cluster(register).check()
    data = [{"name": found.name, "ok": found.ok, "text": found.text} for found in findings]
    text = "\n".join(f"{'ok  ' if found.ok else 'FAIL'} {found.name}: {found.text}" for found in findings)
    say(data, text, as_json=as_json)
    sys.exit(0 if all(found.ok for found in findings) else 1)


innenstadt.add_command(serve)
innenstadt.add_command(worker)
innenstadt.add_command(sample)
innenstadt.add_command(survey)
innenstadt.add_command(municipalities)
innenstadt.add_command(addresses)
innenstadt.add_command(streets)
innenstadt.add_command(pois)
innenstadt.add_command(user)
innenstadt.add_command(importing)
innenstadt.add_command(rate)
for command in reports.COMMANDS:
    report.add_command(command)
report.add_command(alliance)
innenstadt.add_command(report)
innenstadt.add_command(export)
innenstadt.add_command(plan)
innenstadt.add_command(terrain)


def main(command: Callable[..., Any] = innenstadt) -> None:
    """Run a command; a refusal is a sentence on standard error and an exit code, never a traceback."""
    try:
        run(command, prog_name="innenstadt")
    except ClusterError as problem:
        refuse(str(problem), 3)
    except OperationalError as problem:
        refuse(f"The database does not answer: {str(problem.orig).strip().splitlines()[0]}", 3)
