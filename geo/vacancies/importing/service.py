"""What a manager does with a list of units: hand it in, say what its columns are, judge it, take it over, or back.

Judging and taking over are one transaction each; whoever runs them (a job, the command line) commits.
"""

import shutil
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo.core import clock, geometry
from geo.core.access import Action, Actor
from geo.core.db import set_local
from geo.core.errors import Conflict, Invalid, NeedsConfirmation, NotFound
from geo.core.history import perform
from geo.imports.reading import ReadFile, ReadOptions, read
from geo.vacancies.importing import accepting, parsing, queries, repeating, staging, taking_back, wording
from geo.vacancies.importing.codes import MANY_VANISHED, ImportState, RowClass
from geo.vacancies.importing.files import HandedIn, Uploads
from geo.vacancies.importing.model import ImportProfile, UnitImport
from geo.vacancies.importing.plan import Plan, from_json
from geo.vacancies.importing.staging import LOCK_SPACE, Progress, quiet

STALE = "Jemand anderes hat diesen Import in der Zwischenzeit bearbeitet. Bitte die Seite neu laden."
SAMPLES = 50
_MB = 1_000_000


def begin(session: Session, actor: Actor, town: int, given: HandedIn) -> UnitImport:
    """A file was handed in; nothing of it is read yet."""
    with perform(session, actor, Action.VACANCY_IMPORT, town):
        made = UnitImport(
            municipality_id=town,
            file_name=given.name,
            file_sha256=given.sha256,
            file_bytes=given.bytes,
            file_day=clock.today(),
            started_by=actor.account_id,
        )
        session.add(made)
    return made


def read_file(
    session: Session,
    actor: Actor,
    import_id: int,
    uploads: Uploads,
    options: ReadOptions,
    progress: Progress = quiet,
) -> UnitImport:
    """Reads the file in the sandbox, anew with other options. Raises `Invalid` at the field `file`."""
    imported = _open(session, import_id)
    folder = uploads.folder(imported.municipality_id, imported.file_sha256)
    if not (folder / "file").exists():
        raise Invalid({"file": "Die Datei liegt nicht mehr vor. Bitte noch einmal hochladen."})
    into = uploads.rows_folder(imported.municipality_id, imported.file_sha256, imported.id)
    into.mkdir(mode=0o700, exist_ok=True)
    rows, whole = into / "rows.csv", max(imported.file_bytes // _MB, 1)

    def watch() -> None:
        done = rows.stat().st_size // _MB if rows.exists() else 0
        progress(min(done, whole), whole, "Die Datei wird gelesen (MB)")

    found = read(folder / "file", imported.file_name, options, into, None if progress is quiet else watch)
    with perform(session, actor, Action.VACANCY_IMPORT, imported.municipality_id):
        imported.reading = _facts(found, options)
        imported.state = ImportState.READ
        imported.counts = None
    return imported


def _facts(found: ReadFile, options: ReadOptions) -> dict[str, Any]:
    facts = {
        key: value
        for key, value in asdict(found).items()
        if key in {"format", "encoding", "separator", "layer", "header_row", "row_count", "has_geometry", "srid"}
        or key in {"srid_is_certain", "swapped_axes", "problem_count"}
    }
    facts |= {
        "layers": [{"name": layer.name, "rows": layer.rows} for layer in found.layers],
        "columns": list(found.columns),
        "warnings": list(found.warnings),
        "problems": [list(problem) for problem in found.problems[:50]],
        "samples": found.samples(SAMPLES),
        "options": asdict(options),
        "distinct": wording.distinct(found.rows, len(found.columns)),
        "way": parsing.WAY,
    }
    return facts


def remember_job(session: Session, actor: Actor, import_id: int, job_id: int) -> None:
    """Which job works on the import, or was the last to do so."""
    imported = queries.get(session, import_id)
    with perform(session, actor, Action.VACANCY_IMPORT, imported.municipality_id):
        imported.job_id = job_id


def set_plan(session: Session, actor: Actor, import_id: int, plan: Plan, *, keep_as: str | None = None) -> UnitImport:
    """Says what the columns are; `keep_as` keeps that as a profile of the town under this name."""
    imported = _open(session, import_id)
    with perform(session, actor, Action.VACANCY_IMPORT, imported.municipality_id):
        imported.plan = plan.as_json()
        imported.source = plan.source
        if keep_as:
            _keep_profile(session, imported, plan, keep_as)
    return imported


def _keep_profile(session: Session, imported: UnitImport, plan: Plan, name: str) -> None:
    headers = imported.reading["columns"]
    kept = {
        "columns": {headers[index]: key for key, index in plan.columns.items()},
        "constants": dict(plan.constants),
        "srid": plan.srid,
        "words": {key: dict(words) for key, words in plan.words.items()},
        "options": imported.reading.get("options") or {},
    }
    chosen = select(ImportProfile).where(
        ImportProfile.municipality_id == imported.municipality_id, ImportProfile.name == name
    )
    known = session.scalar(chosen)
    if known is None:
        made = ImportProfile(municipality_id=imported.municipality_id, name=name, source=plan.source, plan=kept)
        session.add(made)
    elif (known.plan, known.source) != (kept, plan.source):
        known.plan, known.source = kept, plan.source
    session.flush()


def stage(
    session: Session, actor: Actor, import_id: int, uploads: Uploads, progress: Progress = quiet
) -> dict[str, int]:
    """Judges every row against the register. Repeating it is harmless."""
    imported = _open(session, import_id)
    plan = _plan(imported)
    rows = uploads.rows_folder(imported.municipality_id, imported.file_sha256, import_id) / "rows.csv"
    if not rows.exists():
        raise Invalid({"file": "Die Datei liegt nicht mehr vor. Bitte noch einmal hochladen."})
    reading = imported.reading
    source = staging.Source(rows, len(reading["columns"]), _shape_srid(reading, plan))
    with perform(session, actor, Action.VACANCY_IMPORT, imported.municipality_id):
        before = repeating.taken_over(session, imported, plan)
        counts = staging.stage(session, import_id, imported.municipality_id, plan, source, progress, before)
        imported.counts = counts
        imported.state = ImportState.STAGED
        imported.staged_at = datetime.now(UTC)
    return counts


def _shape_srid(reading: dict[str, Any], plan: Plan) -> int | None:
    if not reading["has_geometry"]:
        return None
    return int(reading["srid"] or plan.srid or geometry.WGS84)


def _plan(imported: UnitImport) -> Plan:
    if not imported.plan:
        raise Invalid({"": "Bitte zuerst die Spalten zuordnen."})
    return from_json(imported.plan)


def choose(session: Session, actor: Actor, import_id: int, shown: Sequence[int], ticked: Sequence[int]) -> None:
    """Keeps the ticks of the rows that were shown. A row whose tick nobody touched goes on with its class."""
    imported = _open(session, import_id)
    with perform(session, actor, Action.VACANCY_IMPORT, imported.municipality_id):
        session.execute(
            text(
                "UPDATE register.import_rows SET is_chosen = row_number = ANY (:ticked)"
                " WHERE import_id = :id AND row_number = ANY (:shown)"
                f" AND coalesce(is_chosen, class <> '{RowClass.CONFLICT}') <> (row_number = ANY (:ticked))"
            ),
            {"id": import_id, "shown": list(shown), "ticked": list(ticked)},
        )


def place(session: Session, actor: Actor, import_id: int, row: int, longitude: float, latitude: float) -> None:
    """Says where a row is that the address list does not know; it is new from then on. Raises `Invalid`, `NotFound`."""
    imported = _open(session, import_id)
    geometry.point(longitude, latitude, "longitude")
    with perform(session, actor, Action.VACANCY_IMPORT, imported.municipality_id):
        values = {"id": import_id, "row": row, "x": longitude, "y": latitude, "town": imported.municipality_id}
        placed = session.execute(
            text(
                f"UPDATE register.import_rows r SET point = {geometry.POINT}, class = 'NEU', is_chosen = NULL,"
                f" outside_m = register.outside_m(:town, {geometry.POINT}) WHERE r.import_id = :id AND r.row_number = :row"
                " AND r.class IN ('OHNE_ORT', 'NEU') RETURNING r.outside_m"
            ),
            values,
        ).first()
        if placed is None:
            raise NotFound("Die Zeile", row)
        if placed.outside_m is not None and placed.outside_m > staging.FAR_M:
            raise Invalid({"longitude": "Der Punkt liegt mehr als 200 m außerhalb der Gemeinde."})
        imported.counts = {**(imported.counts or {}), **staging.count(session, import_id)}


def accept(
    session: Session,
    actor: Actor,
    import_id: int,
    classes: Sequence[str],
    *,
    vanished_confirmed: bool = False,
    progress: Progress = quiet,
) -> dict[str, int]:
    """Takes the chosen rows over, all in this transaction; an import of which every row came too late stays open.

    Raises `NeedsConfirmation` when many units vanished.
    """
    imported = _open(session, import_id)
    town = imported.municipality_id
    _lock(session, town)
    session.refresh(imported)
    if imported.state != ImportState.STAGED:
        raise Conflict("Dieser Import ist nicht (mehr) zu übernehmen. Bitte die Seite neu laden.")
    counts = imported.counts or {}
    if staging.count(session, import_id) != {one: counts.get(one, 0) for one in map(str, RowClass)}:
        raise Conflict("Die geprüften Zeilen sind nach einer Störung nicht mehr da. Bitte noch einmal prüfen.")
    if many_vanished(counts) and not vanished_confirmed:
        raise NeedsConfirmation(
            "vanished_confirmed",
            {
                "vanished_confirmed": f"{counts['vanished']} von {counts['known']} Nutzungseinheiten der Quelle fehlen in"
                " der Datei. Ist das die ganze Liste? Gelöscht wird nichts."
            },
        )
    acting = replace(actor, request_id=taking_back.request_of(import_id))
    with perform(session, acting, Action.VACANCY_IMPORT, town):
        staging.by_the_set(session)
        session.execute(text("SELECT register.refresh_statistics('import_rows')"))
        done = accepting.accept(session, import_id, town, _plan(imported), list(classes), progress)
        if done["late"] and not done["created"] + done["changed"]:  # all of it came too late: it is to be judged anew
            imported.counts = {**counts, **staging.count(session, import_id)}
            return done
        imported.state = ImportState.ACCEPTED
        imported.accepted_at = datetime.now(UTC)
        imported.counts = {**counts, **done}
        session.execute(
            text("SELECT register.refresh_statistics('places', 'units', 'occupancy_spells', 'imported_units')")
        )
        imported.transaction_id = session.scalar(text("SELECT pg_current_xact_id()::text"))
    return done


def many_vanished(counts: dict[str, Any]) -> bool:
    """Whether so many units of the source are missing that the file may not be the whole list."""
    return bool(counts.get("vanished", 0) > MANY_VANISHED * max(counts.get("known", 0), 1))


def take_back(session: Session, actor: Actor, import_id: int, progress: Progress = quiet) -> list[dict[str, Any]]:
    """Undoes an accepted import as a whole; returns the units that somebody changed since, which stay as they are."""
    imported = queries.get(session, import_id)
    _lock(session, imported.municipality_id)
    session.refresh(imported)
    if imported.state != ImportState.ACCEPTED or imported.transaction_id is None:
        raise Conflict("Zurücknehmen lässt sich nur ein Import, der übernommen ist.")
    with perform(session, actor, Action.VACANCY_IMPORT, imported.municipality_id):
        staging.by_the_set(session)
        left = taking_back.take_back(session, import_id, imported.transaction_id, progress)
        session.execute(text("DELETE FROM register.imported_units WHERE import_id = :id"), {"id": import_id})
        imported.state = ImportState.TAKEN_BACK
        imported.taken_back_at = datetime.now(UTC)
        imported.left_rows = left
    return left


def discard(session: Session, actor: Actor, import_id: int, uploads: Uploads) -> None:
    """Forgets a file that is not wanted, with its judged rows."""
    imported = _open(session, import_id)
    with perform(session, actor, Action.VACANCY_IMPORT, imported.municipality_id):
        session.execute(text("DELETE FROM register.import_rows WHERE import_id = :id"), {"id": import_id})
        imported.state = ImportState.DISCARDED
    shutil.rmtree(uploads.rows_folder(imported.municipality_id, imported.file_sha256, import_id), ignore_errors=True)
    if not queries.same_file(session, imported):
        uploads.remove(imported.municipality_id, imported.file_sha256)


def _open(session: Session, import_id: int) -> UnitImport:
    """An import that can still be worked on. Raises `NotFound`, or `Conflict` when it is over."""
    imported = queries.get(session, import_id)
    if imported.state not in {ImportState.READ, ImportState.STAGED}:
        raise Conflict("Dieser Import ist abgeschlossen.")
    return imported


def _lock(session: Session, town: int) -> None:
    """One import of a town at a time; whoever comes second waits for as long as the session's lock timeout lets it."""
    staging.by_the_set(session)
    set_local(session, lock_timeout="0")
    session.execute(text("SELECT pg_advisory_xact_lock(:space, :town)"), {"space": LOCK_SPACE, "town": town})


def folder_of(imported: UnitImport, uploads: Uploads) -> Path:
    """Where the file of an import lies."""
    return uploads.folder(imported.municipality_id, imported.file_sha256)
