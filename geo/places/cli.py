"""`innenstadt municipalities`: a newer state of the boundaries into the register."""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from geo.core import clock
from geo.core.access import SYSTEM
from geo.places.boundary_changes import Ended, Known
from geo.places.boundary_files import Boundary, read
from geo.places.moving import Moved
from geo.places.municipality_import import Imported, import_municipalities


@click.group()
def municipalities() -> None:
    """Municipalities and their boundaries."""


@municipalities.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--reference-day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day from which the file's boundaries count (default: today).",
)
@click.option("--successor", "pairs", multiple=True, metavar="OLD=NEW", help="Who takes over an ended AGS.")
@click.option("--accept", is_flag=True, help="Move what stands in ended municipalities to their successors.")
@click.option("--credit", help="Credit of the boundaries (default: © GeoBasis-DE / BKG and the year).")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--json", "as_json", is_flag=True, help="For a program.")
@click.pass_obj
def import_command(
    register: Any,
    file: Path,
    reference_day: datetime | None,
    pairs: tuple[str, ...],
    *,
    accept: bool,
    credit: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take over a current VG250 (GeoPackage, shapefile, zipped shapefile or GeoJSON).

    Keys that begin, keys that end with their successors, new names and changed outlines are versioned as of the
    reference day. A successor is certain from 95 % of the area on; else it is proposed here and set by --successor.
    """
    successors = _successors(pairs)
    boundaries = read(file)
    day = reference_day.date() if reference_day else clock.today()
    with register.session("owner") as session:
        done = import_municipalities(
            session, SYSTEM, boundaries, day, successors=successors, accept=accept, credit=credit
        )
        if dry_run:
            session.rollback()
    if as_json:
        report = {"file": str(file), "applied": not dry_run, "features": len(boundaries), **as_data(done)}
        click.echo(json.dumps(report, ensure_ascii=False, default=str))
    else:
        click.echo("\n".join(as_lines(done, dry_run=dry_run)))


def _successors(pairs: Iterable[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        old, _, new = pair.partition("=")
        if not all(len(key) == 8 and key.isdecimal() for key in (old, new)):
            raise click.BadParameter(f"{pair}: expected two keys of eight digits, OLD=NEW", param_hint="--successor")
        found[old] = new
    return found


def as_data(done: Imported) -> dict[str, Any]:
    """The report for a program."""
    changes = done.changes
    outlines = [one for one in changes.outlines if not one.is_redrawn_only]
    return {
        "reference_day": done.reference_day.isoformat(),
        "new": [_named(one) for one in changes.new],
        "ended": [_ended(one) for one in changes.ended],
        "renamed": [{**_named(known), "new_name": one.name} for known, one in changes.renamed],
        "outline_changed": [{**_named(one.known), "share": one.share} for one in outlines],
        "redrawn": len(changes.outlines) - len(outlines),
        "unchanged": changes.unchanged,
        "outside_of_file": len(changes.outside),
        "districts": list(done.districts),
        "moved": [vars(one) for one in done.moved],
        "places_waiting": [vars(one) for one in done.waiting],
        "people_in_ended": done.people_left,
    }


def _named(one: Known | Boundary) -> dict[str, Any]:
    return {"ags": one.ags, "name": one.name}


def _ended(one: Ended) -> dict[str, Any]:
    proposals = [vars(overlap) for overlap in one.overlaps]
    return {**_named(one.known), "successor": one.successor, "proposals": proposals}


def as_lines(done: Imported, *, dry_run: bool) -> list[str]:
    """The report for a person."""
    data, changes = as_data(done), done.changes
    lines = [
        f"{'Would change' if dry_run else 'Changed'} as of {done.reference_day}: {len(changes.new)} new,"
        f" {len(changes.ended)} ended, {len(changes.renamed)} renamed, {len(data['outline_changed'])} with a changed"
        f" territory, {data['redrawn']} redrawn, {changes.unchanged} unchanged; {len(changes.outside)} lie outside of"
        f" the file and stay. Districts changed: {', '.join(done.districts) or 'none'}."
    ]
    lines += [f"  new      {one.ags} {one.name}" for one in changes.new]
    lines += [f"  renamed  {known.ags} {known.name} -> {one.name}" for known, one in changes.renamed]
    lines += [f"  changed  {one['ags']} {one['name']}: {one['share']:.1%}" for one in data["outline_changed"]]
    lines += [f"  ended    {_ended_line(one)}" for one in changes.ended]
    lines += [_moved_line(one) for one in done.moved]
    lines += [_waiting_line(one) for one in done.waiting]
    if done.people_left:
        lines.append(f"{done.people_left} people have a role in an ended municipality; give them a new one.")
    return lines


def _ended_line(one: Ended) -> str:
    start = f"{one.known.ags} {one.known.name}"
    shares = ", ".join(f"{overlap.ags} {overlap.name} ({overlap.share:.1%})" for overlap in one.overlaps[:4])
    if one.successor:
        return f"{start} -> {one.successor} ({shares})"
    best = one.overlaps[0].ags if one.overlaps else "AGS"
    return f"{start}: no certain successor ({shares or 'no overlap'}); set it with --successor {one.known.ags}={best}"


def _moved_line(one: Moved) -> str:
    far = f"; {one.far} lie outside of it, please check" if one.far else ""
    return f"Moved {one.places} places of {one.name} ({one.ags}) to {one.successor}{far}."


def _waiting_line(one: Moved) -> str:
    what = "--accept moves them" if one.successor else "it has no successor yet"
    return f"{one.places} places still belong to {one.name} ({one.ags}), which has ended: {what}."
