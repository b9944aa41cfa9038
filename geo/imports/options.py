"""Options of the command line that every import of a file has."""

import click

from geo.core.systems import CHOICES

crs_option = click.option(
    "--crs",
    "srid",
    type=click.Choice(list(CHOICES)),
    metavar="EPSG",
    help=f"The file's coordinate system, where it does not say so: one of {', '.join(map(str, CHOICES))}.",
)
