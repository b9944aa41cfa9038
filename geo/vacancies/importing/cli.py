"""`innenstadt import`: a list of units from the command line, judged and taken over as the pages do it."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from geo.core import clock
from geo.core.access import SYSTEM
from geo.core.db import Context, set_context
from geo.core.errors import Invalid, NeedsConfirmation, NotFound
from geo.imports.options import crs_option
from geo.imports.reading import ReadOptions
from geo.places.queries import municipalities
from geo.vacancies.importing import proposing, queries, service
from geo.vacancies.importing.codes import REASONS, RowClass
from geo.vacancies.importing.files import Uploads
from geo.vacancies.importing.model import ImportProfile, UnitImport
from geo.vacancies.importing.plan import FIELDS, Plan

_NAMES = {
    RowClass.NEW: "new",
    RowClass.CHANGED: "changed",
    RowClass.UNCHANGED: "unchanged",
    RowClass.CONFLICT: "conflicting",
    RowClass.UNPLACED: "unplaced",
    RowClass.FAULTY: "faulty",
}
_MOST_PROBLEMS = 1_000
_ADVICE = {
    "place": "No column says where the units are: street and number, latitude and longitude, or a key is needed.",
    "kind": "No column says what the units are and whether they are used: this may be no list of units. Boundaries"
    " and areas belong to the zones (page “Zonen”).",
}


@click.group("import")
def importing() -> None:
    """Lists from files into the register."""


@importing.command("units")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--town", "ags", required=True, metavar="AGS", help="The town's key of eight digits.")
@click.option(
    "--profile", "profile_name", metavar="NAME", help="A profile of the town, or a ready one: what the columns are."
)
@crs_option
@click.option("--sheet", metavar="NAME", help="The sheet or layer (default: the one with data).")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="The list's reference day (default: today).")
@click.option("--dry-run", is_flag=True, help="Only say what would change; nothing is kept.")
@click.option("--accept", is_flag=True, help="Take over what is new and changed.")
@click.option("--whole-list", is_flag=True, help="Confirm that the list is whole although many units are missing.")
@click.option(
    "--part", "is_part", is_flag=True, help="The file is a part of the list: what it does not name is not missing."
)
@click.option("--json", "as_json", is_flag=True, help="For a program.")
@click.pass_obj
def units_command(
    register: Any,
    file: Path,
    ags: str,
    profile_name: str | None,
    srid: int | None,
    sheet: str | None,
    day: datetime | None,
    *,
    dry_run: bool,
    accept: bool,
    whole_list: bool,
    is_part: bool,
    as_json: bool,
) -> None:
    """Judge a list of units, and take it over with --accept.

    Without it the judged list waits on the page of imports. Exit code 1 when rows are faulty, in conflict or without a
    place, or when --accept needs --whole-list.
    """
    uploads = Uploads(register.settings.home / "imports", register.settings.import_mb * 1_000_000)
    reference = day.date() if day else clock.today()
    with register.database() as database, _in_town(register, database, ags) as (session, town):
        known = proposing.find_profile(session, town, profile_name) if profile_name else None
        with file.open("rb") as handed_in:
            given = uploads.receive(town, handed_in, file.name)
        before = queries.accepted_before(session, town, given.sha256)
        imported = service.begin(session, SYSTEM, town, given)
        options = (known.plan.get("options") if isinstance(known, ImportProfile) else None) or {}
        options = {**options, **({"layer": sheet} if sheet else {}), **({"srid": srid} if srid else {})}
        service.read_file(session, SYSTEM, imported.id, uploads, ReadOptions(**options))
        plan = proposing.propose(imported.reading, file.name, reference, known)
        plan = replace(plan, srid=srid or plan.srid, is_part=is_part)
        if not plan.columns:
            raise Invalid({"file": "None of the columns is known. Make a profile on the page of imports first."})
        service.set_plan(session, SYSTEM, imported.id, plan)
        counts = service.stage(session, SYSTEM, imported.id, uploads)
        report = _report(session, imported, plan, counts)
        report["same_file_before"] = before.id if before else None
        question = None
        if accept and not dry_run:
            try:
                classes = [RowClass.NEW, RowClass.CHANGED]
                report["accepted"] = service.accept(
                    session, SYSTEM, imported.id, classes, vanished_confirmed=whole_list
                )
            except NeedsConfirmation as error:
                question = str(error)
        if dry_run:
            session.rollback()
    if question:
        report["question"] = question
    click.echo(json.dumps(report, ensure_ascii=False, default=str) if as_json else "\n".join(_lines(report)))
    waiting = any(report[name] for name in ("conflicting", "unplaced", "faulty"))
    sys.exit(1 if waiting or question else 0)


@contextmanager
def _in_town(register: Any, database: Any, ags: str) -> Iterator[tuple[Session, int]]:
    with register.committed(database, "staff") as session:
        town = next((one.id for one in municipalities(session, clock.today()) if one.ags == ags), None)
        if town is None:
            raise NotFound("Die Gemeinde", ags)
        session.rollback()
        set_context(session, Context(municipality_id=town))
        yield session, town


def _report(session: Session, imported: UnitImport, plan: Plan, counts: dict[str, int]) -> dict[str, Any]:
    headers = imported.reading["columns"]
    report: dict[str, Any] = {"import": imported.id, "file": imported.file_name, "source": plan.source}
    report["columns"] = {headers[index]: FIELDS[key].key for key, index in plan.columns.items()}
    report |= {name: counts[one] for one, name in _NAMES.items()}
    report["vanished"] = counts["vanished"]
    advice = _ADVICE.get(proposing.advice(plan.columns, imported.reading))
    report["warnings"] = [*imported.reading["warnings"], *([advice] if advice else [])]
    report["problems"] = list(_problems(session, imported))
    return report


def _problems(session: Session, imported: UnitImport) -> Iterator[dict[str, Any]]:
    """Each with the file's row and a sentence, up to a thousand."""
    left = _MOST_PROBLEMS
    for one in (RowClass.FAULTY, RowClass.CONFLICT, RowClass.UNPLACED):
        key: str | None = None
        while left > 0:
            page = queries.rows(session, imported.id, one, key)
            for row in page.rows[:left]:
                yield {"row": row.row_number, "class": _NAMES[one], "sentence": sentence(row)}
            left -= len(page.rows)
            key = page.next_key
            if key is None:
                break


def sentence(row: Any) -> str:
    """Why a row waits for a person."""
    if row.problems:
        return " ".join(f"{FIELDS[key].de if key in FIELDS else 'Lage'}: {said}" for key, said in row.problems.items())
    if row.reason:
        return REASONS[row.reason]
    return "Der Ort ist nicht bekannt: Die Adresse steht weder in der Adressliste noch im Register."


def _lines(report: dict[str, Any]) -> list[str]:
    counts = ", ".join(f"{report[name]} {name}" for name in (*_NAMES.values(), "vanished"))
    lines = [f"{report['file']}: {counts}.", *(f"  {one}" for one in report["warnings"])]
    lines += [f"  row {one['row']}: {one['sentence']}" for one in report["problems"]]
    if report.get("accepted"):
        done = report["accepted"]
        lines.append(f"Created {done['created']}, changed {done['changed']}, too late for {done['late']}.")
    if report.get("question"):
        lines.append(f"{report['question']} (--whole-list)")
    return lines
