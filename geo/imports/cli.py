"""`innenstadt addresses` and `innenstadt streets`: the town's list of addresses and its street network from files."""

import json
from pathlib import Path
from typing import Any

import click

from geo.core.access import SYSTEM
from geo.core.db import for_municipality
from geo.core.errors import NotFound
from geo.imports import streets as street_files
from geo.imports.addresses import look_into
from geo.places import queries as places
from geo.places.addresses import service
from geo.places.streets import service as street_service


@click.group()
def addresses() -> None:
    """The towns' address lists."""


@addresses.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--town", required=True, metavar="AGS", help="The municipality's key, eight digits.")
@click.option("--source", help="What the list is called (default: the file's name); replaces what had that name.")
@click.option("--crs", "srid", type=int, metavar="EPSG", help="The file's coordinate system, where it does not say so.")
@click.option("--dry-run", is_flag=True, help="Only say what would be taken over.")
@click.option("--json", "as_json", is_flag=True, help="For a program.")
@click.pass_obj
def import_command(
    register: Any, file: Path, town: str, source: str | None, srid: int | None, *, dry_run: bool, as_json: bool
) -> None:
    """Replace a source of a town's address list: house coordinates (`;`, UTM), CSV, Excel or GeoJSON.

    Rows of other towns are left out; addresses that come twice are taken once.
    """
    found = look_into(file, file.name, town, srid)
    with register.session("owner") as session:
        place = places.municipality_by_ags(session, town)
        if place is None:
            raise NotFound("Die Gemeinde", town)
        name = source or file.stem
        with for_municipality(session, place):
            done = service.replace(session, SYSTEM, place, name, found.addresses)
        if dry_run:
            session.rollback()
    report = {
        "file": str(file),
        "source": name,
        "applied": not dry_run,
        "rows": found.rows,
        "addresses": done.now,
        "before": done.before,
        "elsewhere": found.elsewhere,
        "twice": found.twice,
        "faulty": found.faulty,
        "problems": [{"row": row, "sentence": sentence} for row, sentence in found.problems],
        "warnings": list(found.warnings),
    }
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    click.echo(
        f"{'Would take over' if dry_run else 'Took over'} {done.now} addresses of {found.rows} rows as “{name}”"
        f" (before: {done.before}); {found.elsewhere} in other towns, {found.twice} twice, {found.faulty} faulty."
    )
    for row, sentence in found.problems:
        click.echo(f"  row {row}: {sentence}")


@click.group()
def streets() -> None:
    """The towns' street networks."""


@streets.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--town", required=True, metavar="AGS", help="The municipality's key, eight digits.")
@click.option("--source", help="What the network is called (default: the file's name); replaces what had that name.")
@click.option("--crs", "srid", type=int, metavar="EPSG", help="The file's coordinate system, where it does not say so.")
@click.option("--dry-run", is_flag=True, help="Only say what would be taken over.")
@click.option("--json", "as_json", is_flag=True, help="For a program.")
@click.pass_obj
def import_streets_command(
    register: Any, file: Path, town: str, source: str | None, srid: int | None, *, dry_run: bool, as_json: bool
) -> None:
    """Replace a source of a town's street network by a file of lines: GeoJSON, GeoPackage, shapefile, KML.

    The lines must be such as can be walked along. Survey walks are then ordered and measured along these lines.
    """
    found = street_files.look_into(file, file.name, srid)
    with register.session("owner") as session:
        place = places.municipality_by_ags(session, town)
        if place is None:
            raise NotFound("Die Gemeinde", town)
        name = source or file.stem
        with for_municipality(session, place):
            done = street_service.replace(session, SYSTEM, place, name, found.streets)
        if dry_run:
            session.rollback()
    report = {
        "file": str(file),
        "source": name,
        "applied": not dry_run,
        "rows": found.rows,
        "lines": done.now,
        "before": done.before,
        "faulty": found.faulty,
        "problems": [{"row": row, "sentence": sentence} for row, sentence in found.problems],
        "warnings": list(found.warnings),
    }
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    click.echo(
        f"{'Would take over' if dry_run else 'Took over'} {done.now} lines of {found.rows} rows as “{name}”"
        f" (before: {done.before}); {found.faulty} faulty."
    )
    for row, sentence in found.problems:
        click.echo(f"  row {row}: {sentence}")
