"""`innenstadt export`: a town's units into a file, without the queue."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from geo.accounts.queries import town_by_key
from geo.core import clock
from geo.core.access import SYSTEM, Role
from geo.core.errors import NotFound
from geo.vacancies.codes import OBJECT_TYPES, STATES
from geo.vacancies.exporting.formats import format_of
from geo.vacancies.exporting.units import export_units
from geo.vacancies.queries import Filters


@click.group()
def export() -> None:
    """Files for other programs."""


@export.command("units")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--town", "ags", required=True, metavar="AGS", help="The town's key of eight digits.")
@click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), help="The day whose state is written (default: today).")
@click.option("--state", type=click.Choice(list(STATES)), help="Only units in this state.")
@click.option("--object-type", type=click.Choice(list(OBJECT_TYPES)), help="Only units of this type.")
@click.option("--language", type=click.Choice(["de", "en"]), default="de", help="Of headers and labels.")
@click.option("--json", "as_json", is_flag=True, help="For a program.")
@click.pass_obj
def units_command(
    register: Any,
    file: Path,
    ags: str,
    on: datetime | None,
    state: str | None,
    object_type: str | None,
    language: str,
    *,
    as_json: bool,
) -> None:
    """Write the units of a town to FILE, whose ending says the format: xlsx, csv, gpkg, geojson, fgb or parquet."""
    wanted = format_of(file)
    if not file.resolve().parent.is_dir():
        raise NotFound("Der Ordner", file.resolve().parent)
    filters = Filters(on.date() if on else clock.today(), state=state, object_type=object_type)
    with register.database() as database:
        with database.staff(SYSTEM) as session:
            town = town_by_key(session, ags)
        if town is None:
            raise NotFound("Die Gemeinde", ags)
        with database.staff(SYSTEM, town) as session:
            draft = file.with_name(f".{file.stem}.part.{wanted.extension}")
            written = export_units(session, town, Role.MANAGER, filters, draft, language=language)
            draft.replace(file)
    if as_json:
        report = {"file": str(file), "format": wanted.extension, "town": ags, "on": filters.day.isoformat()}
        click.echo(json.dumps({**report, "rows": written.rows, "bytes": written.bytes}, ensure_ascii=False))
    else:
        click.echo(f"{written.rows} units of {ags} as of {filters.day} are in {file} ({written.bytes} bytes).")
