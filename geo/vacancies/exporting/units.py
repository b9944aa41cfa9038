"""One file of units, or of offers: the query, the format, and how far it is."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.access import Role
from geo.core.db import one_transaction
from geo.vacancies import offers, queries
from geo.vacancies.exporting import gis, tables
from geo.vacancies.exporting.fields import Field, offer_fields, unit_fields
from geo.vacancies.exporting.formats import Format, format_of
from geo.vacancies.exporting.stream import batches

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Written:
    """A file that is complete: how many rows and bytes it has."""

    path: Path
    format: Format
    rows: int
    bytes: int


def count_units(session: Session, municipality_id: int | None, filters: queries.Filters) -> int:
    """How many rows an export has."""
    return queries.count_selected(session, municipality_id, filters)


def export_units(
    session: Session,
    municipality_id: int | None,
    role: Role,
    filters: queries.Filters,
    path: Path,
    *,
    language: str = "de",
    progress: Progress | None = None,
) -> Written:
    """Write the town's units (None: all that the session sees) that the filters show, as of their day.

    `path` is overwritten; its ending says the format. Raises `Invalid` for one that is not known.
    """
    selected, values = queries.selected(session, municipality_id, filters)
    fields = unit_fields(role)
    rows = batches(session, fields, "p.point", f"{selected} ORDER BY u.id", values)
    return _write(rows, fields, path, filters.day, language, progress)


# A file is one statement; the pages of the public pool have two seconds for theirs.
_A_MINUTE = text("SET LOCAL statement_timeout = '60s'")


def export_offers(
    session: Session,
    filters: offers.OfferFilters,
    path: Path,
    *,
    language: str = "de",
    progress: Progress | None = None,
) -> Written:
    """Write the offers that the filters show: public columns, from the published view, within a minute."""
    selected, values = offers.selected(filters)
    fields = offer_fields()
    with one_transaction(session):
        session.execute(_A_MINUTE)
        rows = batches(session, fields, "v.point", f"{selected} ORDER BY v.id", values)
        return _write(rows, fields, path, filters.day, language, progress)


def _write(
    rows: Iterator[pa.RecordBatch],
    fields: Sequence[Field],
    path: Path,
    day: date,
    language: str,
    progress: Progress | None,
) -> Written:
    wanted = format_of(path)
    counted = _Counted(rows, progress)
    path.unlink(missing_ok=True)
    try:
        match wanted.extension:
            case "csv":
                tables.write_csv(path, iter(counted), fields, language)
            case "xlsx":
                tables.write_xlsx(path, iter(counted), fields, language, day)
            case "parquet":
                gis.write_parquet(path, iter(counted), fields, language)
            case "geojson":
                gis.write_geojson(path, iter(counted), fields, language)
            case _:
                gis.write_gdal(path, wanted.driver, iter(counted), fields, language)
    except BaseException as problem:
        path.unlink(missing_ok=True)  # half a file is none
        # What went wrong while the rows came is the reason, however the writer worded it.
        raise counted.problem or problem from None
    if counted.problem is not None:  # a writer that took an error for the end
        path.unlink(missing_ok=True)
        raise counted.problem
    return Written(path, wanted, counted.rows, path.stat().st_size)


class _Counted:
    """Counts rows as they pass, and keeps the error that ends them: writers in C do not hand it on."""

    def __init__(self, rows: Iterator[pa.RecordBatch], progress: Progress | None):
        self.source, self.progress = rows, progress
        self.rows = 0
        self.problem: BaseException | None = None

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            for batch in self.source:
                if self.progress is not None:
                    self.progress(self.rows)
                self.rows += batch.num_rows
                yield batch
            if self.progress is not None:
                self.progress(self.rows)
        except GeneratorExit:
            raise
        except BaseException as problem:
            self.problem = problem
            raise
