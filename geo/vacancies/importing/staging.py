"""Judges every row of a file: what it would do to the register. Writes nothing but the staged rows, from which accepting
works on; the file is not read again.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.db import set_local
from geo.vacancies.importing import difference, parsing, repeating
from geo.vacancies.importing.codes import RowClass
from geo.vacancies.importing.direct import Sorter
from geo.vacancies.importing.loading import Loader
from geo.vacancies.importing.model import UnitImport
from geo.vacancies.importing.parsing import ROW, Parser, Source
from geo.vacancies.importing.pieces import Recipe
from geo.vacancies.importing.plan import Plan

__all__ = ["Source"]
Progress = Callable[[int, int, str], None]
STEPS = 4
# Rows whose cells are kept as they stand in the file.
KEPT = (RowClass.FAULTY, RowClass.UNPLACED, RowClass.CONFLICT)


def quiet(_done: int, _total: int, _sentence: str) -> None:
    """For those who do not watch."""


def stage(
    session: Session,
    import_id: int,
    town: int,
    plan: Plan,
    source: Source,
    progress: Progress = quiet,
    before: UnitImport | None = None,
) -> dict[str, int]:
    """Judges the file's rows anew; returns the number in each class, and of the units that vanished from the source.

    `before` is an import that took over the same file (see `repeating`).
    """
    today = clock.today()
    by_the_set(session)
    session.execute(text("SELECT pg_advisory_xact_lock_shared(:space, :town)"), {"space": LOCK_SPACE, "town": town})
    progress(0, STEPS, "Die Zeilen werden gelesen und geprüft")
    session.execute(text("DELETE FROM register.import_rows WHERE import_id = :id"), {"id": import_id})
    if before is not None and (known := repeating.stage(session, import_id, town, plan.source, before)) is not None:
        progress(STEPS, STEPS, "Die Datei ist dieselbe wie beim letzten Mal")
        return known
    parser = Parser(plan, shape_srid=source.shape_srid, today=today)
    sorter = Sorter.of(session, town, plan, parser)
    loader = Loader(session, import_id, parser)
    for piece in Recipe(import_id, plan, source, sorter, today).pieces():
        loader.take(piece)
        progress(0, STEPS, f"Die Zeilen werden gelesen und geprüft ({loader.rows})")
    progress(1, STEPS, "Die Unterschiede werden festgestellt")
    if loader.judged:
        loader.finish()
        said = {*parser.names, *(("point",) if parser.has_spots else ())}
        said |= {"outline"} if source.shape_srid is not None else set()
        by_key = sorter.can_sort and not sorter.has_others
        difference.judge(session, import_id, town, plan, said, by_key=by_key)
    progress(2, STEPS, "Was wartet, wird aufbewahrt")
    counts = count(session, import_id) if loader.judged else loader.counts
    if any(counts[one] for one in KEPT):
        _keep_cells(session, import_id, source)
    progress(3, STEPS, "Es wird nachgesehen, was in der Datei fehlt")
    counts["known"] = session.scalar(text(KNOWN_COUNT), {"town": town, "source": plan.source}) or 0
    counts["vanished"] = 0
    # Where every unit of the source stands in a row that says the same as before, none can be missing.
    if counts["known"] and not plan.is_part and (loader.judged or loader.counts[RowClass.UNCHANGED] < sorter.known):
        session.execute(text("SELECT register.refresh_statistics('import_rows')"))
        values = {"import": import_id, "town": town, "source": plan.source}
        counts["vanished"] = session.scalar(text(VANISHED_COUNT), values) or 0
    for table in ("parsed", "existing", "matched", "lost", "open_units", "spots", "wanted"):
        session.execute(text(f"DROP TABLE IF EXISTS {table}"))
    progress(STEPS, STEPS, "Fertig geprüft")
    return counts


# One lock a town for all that writes units by the set; the other number keeps it apart from other locks.
LOCK_SPACE = 1003
FAR_M = 200
VANISHED = """
    FROM register.imported_units k JOIN register.units u ON u.id = k.unit_id
    WHERE k.municipality_id = :town AND k.source = :source AND upper_inf(u.during)
      AND NOT EXISTS (SELECT FROM register.import_rows r WHERE r.import_id = :import AND r.unit_id = k.unit_id)
"""
VANISHED_COUNT = f"SELECT count(*) {VANISHED}"
KNOWN_COUNT = """
    SELECT count(*) FROM register.imported_units k JOIN register.units u ON u.id = k.unit_id
    WHERE k.municipality_id = :town AND k.source = :source AND upper_inf(u.during)
"""


def by_the_set(session: Session) -> None:
    """For the rest of the transaction: room for large sorts, and time, which a page's request does not get."""
    set_local(session, work_mem="96MB", statement_timeout="0")


def count(session: Session, import_id: int) -> dict[str, int]:
    """How many rows are in each class."""
    query = text("SELECT class, count(*) AS rows FROM register.import_rows WHERE import_id = :id GROUP BY class")
    found = {row[0]: int(row[1]) for row in session.execute(query, {"id": import_id})}
    return {str(one): found.get(one, 0) for one in RowClass}


def _keep_cells(session: Session, import_id: int, source: Source) -> None:
    """The text of rows that wait for a person, so that they can be handed out, mended and sent again."""
    query = text("SELECT row_number FROM register.import_rows WHERE import_id = :id AND class = ANY (:kept)")
    waiting = np.array(session.scalars(query, {"id": import_id, "kept": list(KEPT)}).all(), np.int32)
    session.execute(text("CREATE TEMP TABLE kept_cells (row_number integer, cells text[]) ON COMMIT DROP"))
    driver: Any = session.connection().connection.driver_connection
    with driver.cursor() as cursor, cursor.copy("COPY kept_cells FROM STDIN") as copy:
        for batch in parsing.batches(source):
            here = batch.filter(pa.array(np.isin(batch.column(ROW).to_numpy(), waiting)))
            texts = [here.column(f"c{index}").to_pylist() for index in range(source.width)]
            for number, cells in zip(here.column(ROW).to_pylist(), zip(*texts, strict=True), strict=True):
                copy.write_row((number, list(cells)))
    session.execute(text("ANALYZE kept_cells"))
    session.execute(
        text(
            "UPDATE register.import_rows r SET cells = k.cells FROM kept_cells k"
            " WHERE r.import_id = :id AND r.row_number = k.row_number"
        ),
        {"id": import_id},
    )
    session.execute(text("DROP TABLE kept_cells"))
