"""`innenstadt report alliance YEAR FILE`: the alliance's yearly report as DOCX or PDF."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from geo.core import clock
from geo.core.access import SYSTEM
from geo.core.errors import Invalid
from geo.yearly.gathering import gather
from geo.yearly.office_document import as_docx
from geo.yearly.page import as_pdf
from geo.yearly.wording import report


@click.command()
@click.argument("year", type=int)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def alliance(register: Any, year: int, file: Path) -> None:
    """The alliance's report of a YEAR, ready to edit: FILE ends in .docx or .pdf."""
    if file.suffix.lower() not in {".docx", ".pdf"}:
        raise click.BadParameter("The file ends in .docx or .pdf.", param_hint="FILE")
    with register.database() as database, database.owner() as session:
        try:
            document = report(gather(session, SYSTEM, year, clock.today()))
        except Invalid as refused:
            raise click.BadParameter(str(refused), param_hint="YEAR") from None
    made = as_docx(document, datetime.now(UTC)) if file.suffix.lower() == ".docx" else as_pdf(document)
    try:
        file.write_bytes(made)
    except OSError as problem:
        raise click.FileError(str(file), problem.strerror or "") from None
    click.echo(f"{file}: {max(1, len(made) // 1024)} KB")
