"""`innenstadt terrain`: the elevation models from which is computed what can be seen."""

import json
from pathlib import Path
from typing import Any

import click

from geo.core.access import SYSTEM
from geo.core.errors import NotFound
from geo.imports.options import crs_option
from geo.viewpoints.skylines import queries, service
from geo.viewpoints.skylines.files import Store
from geo.viewpoints.skylines.model import ElevationModel


@click.group()
def terrain() -> None:
    """Elevation models, from which skylines and visible areas of viewpoints are computed."""


def _facts(model: ElevationModel) -> dict[str, Any]:
    return {
        "id": model.id,
        "name": model.name,
        "source": model.source,
        "licence": model.licence,
        "srid": model.srid,
        "columns": model.column_count,
        "rows": model.row_count,
        "resolution_m": model.resolution_m,
        "lowest_m": model.lowest_m,
        "highest_m": model.highest_m,
    }


def _line(model: ElevationModel) -> str:
    return (
        f"{model.id}: {model.name}, {model.column_count} x {model.row_count} cells of {model.resolution_m:g} m,"
        f" {model.lowest_m:.0f} to {model.highest_m:.0f} m; {model.source} ({model.licence})"
    )


@terrain.command("add")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--source", required=True, help="Who made the heights, as it has to be named.")
@click.option("--licence", required=True, help="Under which terms, as it has to be named.")
@click.option("--name", help="What the model is called (default: the file's name).")
@crs_option
@click.option("--json", "as_json", is_flag=True, help="For a program.")
@click.pass_obj
def add(
    register: Any, file: Path, source: str, licence: str, name: str | None, srid: int | None, *, as_json: bool
) -> None:
    """Add an elevation model: GeoTIFF, ASCII grid or HGT (N50E011.hgt), as it is or zipped; heights in metres.

    Where several know the same ground, the finest counts. What it changes is computed anew by the worker.
    """
    with register.session("owner") as session:
        store = Store(register.settings.home / "terrain")
        model = service.add_model(session, SYSTEM, store, file, file.name, source, licence, srid, title=name)
        click.echo(json.dumps(_facts(model), ensure_ascii=False) if as_json else f"Added {_line(model)}.")


@terrain.command("list")
@click.option("--json", "as_json", is_flag=True, help="For a program.")
@click.pass_obj
def list_models(register: Any, *, as_json: bool) -> None:
    """The elevation models that are there."""
    with register.session("owner") as session:
        found = queries.models(session)
        if as_json:
            click.echo(json.dumps([_facts(one) for one in found], ensure_ascii=False))
        else:
            click.echo("\n".join(map(_line, found)) or "There is no elevation model.")


@terrain.command("remove")
@click.argument("number", type=int)
@click.pass_obj
def remove(register: Any, number: int) -> None:
    """Take an elevation model out, by its number in the list; what was computed with it is computed anew."""
    with register.session("owner") as session:
        model = session.get(ElevationModel, number)
        if model is None:
            raise NotFound("Das Geländemodell", number)
        click.echo(f"Removed {service.remove_model(session, SYSTEM, number, model.version)}.")
