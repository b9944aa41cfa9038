"""`innenstadt addresses` and `innenstadt streets`: the town's list of addresses and its street network from files.

Both replace what a source of that name had by what the file says, and tell the same things about it.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from geo.core.access import SYSTEM
from geo.core.db import for_municipality
from geo.core.errors import NotFound
from geo.imports import pois as poi_files
from geo.imports import streets as street_files
from geo.imports.addresses import look_into
from geo.imports.options import crs_option
from geo.places import queries as places
from geo.places.addresses import service as address_list
from geo.places.pois import service as near_places
from geo.places.streets import service as street_network

Command = Callable[..., Any]


@dataclass(frozen=True)
class _From:
    """Where a file is to go, and how."""

    file: Path
    town: str
    source: str
    dry_run: bool
    as_json: bool


def _options(command: Command) -> Command:
    """What both take."""
    for option in reversed(
        (
            click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True)),
            click.option("--town", required=True, metavar="AGS", help="The municipality's key, eight digits."),
            click.option("--source", help="What it is called (default: the file's name); replaces what had that name."),
            crs_option,
            click.option("--dry-run", is_flag=True, help="Only say what would be taken over."),
            click.option("--json", "as_json", is_flag=True, help="For a program."),
            click.pass_obj,
        )
    ):
        command = option(command)
    return command


@click.group()
def addresses() -> None:
    """The towns' address lists."""


@addresses.command("import")
@_options
def import_addresses(
    register: Any, file: Path, town: str, source: str | None, srid: int | None, *, dry_run: bool, as_json: bool
) -> None:
    """Replace a source of a town's address list: house coordinates (`;`, UTM), CSV, Excel or GeoJSON.

    Rows of other towns are left out; addresses that come twice are taken once.
    """
    found = look_into(file, file.name, town, srid)
    given = _From(file, town, source or file.stem, dry_run, as_json)
    more = {"elsewhere": found.elsewhere, "twice": found.twice}
    _replace(register, given, "addresses", address_list.replace, found.addresses, found, more)


@click.group()
def streets() -> None:
    """The towns' street networks."""


@streets.command("import")
@_options
def import_streets(
    register: Any, file: Path, town: str, source: str | None, srid: int | None, *, dry_run: bool, as_json: bool
) -> None:
    """Replace a source of a town's street network by a file of lines: GeoJSON, GeoPackage, shapefile, KML, OSM XML.

    The lines must be such as can be walked along. Survey walks are then ordered and measured along these lines.
    """
    found = street_files.look_into(file, file.name, srid)
    given = _From(file, town, source or file.stem, dry_run, as_json)
    _replace(register, given, "lines", street_network.replace, found.streets, found, {"others": found.others})


@click.group()
def pois() -> None:
    """Places near by: gastronomy, shops, toilets, stops, parking."""


@pois.command("import")
@_options
def import_pois(
    register: Any, file: Path, town: str, source: str | None, srid: int | None, *, dry_run: bool, as_json: bool
) -> None:
    """Replace a source of a town's places near by: an extract of OpenStreetMap (.osm, GeoJSON, …) or an own list.

    Objects that are no place for visitors are left out. What is near a viewpoint stands on its page.
    """
    found = poi_files.look_into(file, file.name, srid)
    given = _From(file, town, source or file.stem, dry_run, as_json)
    _replace(register, given, "places", near_places.replace, found.places, found, {"others": found.others})


def _replace(
    register: Any,
    given: _From,
    noun: str,
    replace: Callable[..., Any],
    rows: Sequence[Any],
    found: Any,
    more: dict[str, int],
) -> None:
    """Takes the rows over, or only says what would be; `more` is counted beside the faulty ones."""
    with register.session("owner") as session:
        done = _replaced(session, given, replace, rows)
        if given.dry_run:
            session.rollback()
    counts = {**more, "faulty": found.faulty}
    report = {
        "file": str(given.file),
        "source": given.source,
        "applied": not given.dry_run,
        "rows": found.rows,
        noun: done.now,
        "before": done.before,
        **counts,
        "problems": [{"row": row, "sentence": sentence} for row, sentence in found.problems],
        "warnings": list(found.warnings),
    }
    if given.as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    words = {"elsewhere": "in other towns", "others": "of other kinds"}
    click.echo(
        f"{'Would take over' if given.dry_run else 'Took over'} {done.now} {noun} of {found.rows} rows as"
        f" “{given.source}” (before: {done.before});"
        f" {', '.join(f'{number} {words.get(name, name)}' for name, number in counts.items())}."
    )
    for row, sentence in found.problems:
        click.echo(f"  row {row}: {sentence}")


def _replaced(session: Session, given: _From, replace: Callable[..., Any], rows: Sequence[Any]) -> Any:
    place = places.municipality_by_ags(session, given.town)
    if place is None:
        raise NotFound("Die Gemeinde", given.town)
    with for_municipality(session, place):
        return replace(session, SYSTEM, place, given.source, rows)
