"""`innenstadt report town|season|viewpoints`: a stand-alone map with its table, as one HTML file."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import SYSTEM
from geo.reports import outlook, season
from geo.reports import town as of_town
from geo.reports.page import Report, as_html
from geo.trees.queries.public import Filters as TreeFilters
from geo.vacancies.figures.cli import town_of
from geo.viewpoints.public import Filters as PointFilters


def _options(needs_town: bool) -> Callable[[Any], Any]:
    def add(command: Any) -> Any:
        told = "The municipality's key, eight digits" + ("." if needs_town else " (default: all towns).")
        options = (
            click.argument("file", type=click.Path(path_type=Path, dir_okay=False)),
            click.option("--town", "ags", required=needs_town, metavar="AGS", help=told),
            click.option("--on", "on_day", type=click.DateTime(["%Y-%m-%d"]), help="The day (default: today)."),
            click.option("--lang", type=click.Choice(["de", "en"]), default="de", help="Language (default: de)."),
        )
        for option in reversed(options):
            command = option(command)
        return command

    return add


@click.command("town")
@_options(needs_town=True)
@click.option("--internal", "is_internal", is_flag=True, help="Also what is not published; the file says so (German).")
@click.pass_obj
def town(register: Any, file: Path, ags: str, on_day: datetime | None, lang: str, *, is_internal: bool) -> None:
    """A town's vacancies as a stand-alone map with a table: what is published, or (--internal) all that is empty."""
    day = _day(on_day)
    with register.database() as database:
        with database.staff(SYSTEM) as session:
            municipality_id, name = town_of(session, ags, day)
        if is_internal:
            with database.staff(SYSTEM, municipality_id) as session:
                made = of_town.internal(session, municipality_id, ags, name, day, clock.today())
        else:
            with database.public() as session:
                made = of_town.public(session, ags, name, day, clock.today(), lang)
    _write(file, made)


@click.command("season")
@_options(needs_town=False)
@click.pass_obj
def of_season(register: Any, file: Path, ags: str | None, on_day: datetime | None, lang: str) -> None:
    """Where the mobile trees of a season stand when, as a stand-alone map with a table."""
    filters = TreeFilters(ags=ags)
    _public(register, file, lambda session: season.report(session, _day(on_day), clock.today(), lang, filters))


@click.command("viewpoints")
@_options(needs_town=False)
@click.pass_obj
def viewpoints(register: Any, file: Path, ags: str | None, on_day: datetime | None, lang: str) -> None:
    """The finest views as a stand-alone map with a table."""
    filters = PointFilters(ags=ags)
    _public(register, file, lambda session: outlook.report(session, _day(on_day), clock.today(), lang, filters))


def _public(register: Any, file: Path, make: Callable[[Session], Report]) -> None:
    with register.database() as database, database.public() as session:
        made = make(session)
    _write(file, made)


def _day(on_day: datetime | None) -> date:
    return on_day.date() if on_day else clock.today()


def _write(file: Path, made: Report) -> None:
    page = as_html(made).encode()
    try:
        file.write_bytes(page)
    except OSError as problem:
        raise click.FileError(str(file), problem.strerror or "") from None
    click.echo(f"{file}: {len(page) // 1024} KB")


COMMANDS = (town, of_season, viewpoints)
