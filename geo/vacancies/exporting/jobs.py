"""An export as a job: for what a page cannot wait for."""

from dataclasses import asdict, fields
from datetime import date
from typing import Any

from geo.core.access import Role
from geo.jobs import Work, kind
from geo.vacancies.exporting.formats import FORMATS
from geo.vacancies.exporting.units import count_units, export_units
from geo.vacancies.queries import Filters

KIND = "units.export"


def arguments(filters: Filters, extension: str, name: str) -> dict[str, Any]:
    """What the job is started with; `name` is what the file is called when it is downloaded."""
    plain = {key: value.isoformat() if isinstance(value, date) else value for key, value in asdict(filters).items()}
    return {"filters": plain, "extension": extension, "name": name}


def filters_of(stored: dict[str, Any]) -> Filters:
    """The filters of such arguments."""
    known = {field.name for field in fields(Filters)}
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in stored.items() if key in known
    }
    return Filters(**{**values, "day": date.fromisoformat(values["day"])})


@kind(KIND, title="Export der Nutzungseinheiten")
def export(work: Work) -> dict[str, Any]:
    """Writes the file in the columns that whoever asked may see, and keeps it."""
    filters = filters_of(work.arguments["filters"])
    wanted = FORMATS[work.arguments["extension"]]
    total = count_units(work.session, work.town, filters)
    work.progress(0, total, "Die Nutzungseinheiten werden geschrieben.")
    role = work.actor.role_in(work.town) or Role.VIEWER
    path = work.folder / f"export.{wanted.extension}"
    written = export_units(
        work.session, work.town, role, filters, path, progress=lambda done: work.progress(done, total)
    )
    work.progress(written.rows, written.rows, "Die Datei wird abgelegt.")
    work.keep(path, work.arguments["name"], wanted.media_type)
    counted = f"{written.rows:,}".replace(",", ".")
    return {"rows": written.rows, "bytes": written.bytes, "sentence": f"{counted} Nutzungseinheiten geschrieben."}
