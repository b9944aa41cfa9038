"""Lists of units from files: hand in, say what the columns are, look at the differences, take over, take back."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core.access import Action
from geo.core.errors import Invalid, NeedsConfirmation
from geo.imports.reading import ReadOptions
from geo.jobs import service as jobs
from geo.vacancies.importing import proposing, queries, service
from geo.vacancies.importing.codes import ImportState, RowClass
from geo.vacancies.importing.files import MOST_BYTES, Uploads
from geo.vacancies.importing.model import UnitImport
from geo.vacancies.importing.plan import CONSTANT_KEYS, FIELDS, Plan, from_json, parse_plan
from webapp.access import needs
from webapp.app import actor, register_app, staff_session, takes_files
from webapp.vacancies import import_words, present
from webapp.vacancies.forms import refusal, town

# A list of so many rows is done while the person waits; a longer one is a job with its own page.
AT_ONCE = 2_000
ENCODINGS = (("utf-8", "UTF-8"), ("cp1252", "Windows (cp1252)"), ("latin-1", "Latin-1 (ISO 8859-1)"))
SEPARATORS = ((";", "Semikolon"), (",", "Komma"), ("\t", "Tabulator"), ("|", "Senkrechter Strich"))
LABELS = {"file": "Datei", "source": "Quelle", "day": "Stand der Liste", "srid": "Koordinatensystem"}


def uploads() -> Uploads:
    """Where handed-in files lie."""
    return Uploads(register_app().settings.home / "imports")


@takes_files(MOST_BYTES + 1_000_000)
@needs(Action.VACANCY_IMPORT)
def imports() -> ResponseReturnValue:
    """The town's imports, and the form that hands a file in."""
    here = town()
    state: dict[str, Any] = {"errors": {}}
    if request.method == "POST":
        try:
            return _received(here)
        except Invalid as error:
            state = refusal(error)
    page = render_template(
        "vacancies/intern_imports.html",
        internal_active=present.KIND,
        rows=[import_words.imported(one) for one in queries.newest(staff_session(), here)],
        profiles=[(one.name, one.name) for one in queries.profiles(staff_session(), here)],
        values=request.form,
        labels=LABELS,
        **state,
    )
    return page, 422 if state["errors"] else 200


def _received(here: int) -> ResponseReturnValue:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid({"file": "Bitte eine Datei auswählen."})
    given = uploads().receive(here, file.stream, file.filename)
    session = staff_session()
    name = request.form.get("profile", "")
    profile = queries.profile(session, here, name) if name else None
    imported = service.begin(session, actor(), here, given)
    options = (profile.plan.get("options") if profile else None) or {}
    service.read_file(session, actor(), imported.id, uploads(), ReadOptions(**options))
    plan = proposing.propose(imported.reading, imported.file_name, imported.file_day, profile)
    service.set_plan(session, actor(), imported.id, plan)
    return redirect(url_for("vacancies_intern.import_columns", import_id=imported.id), 303)


@needs(Action.VACANCY_IMPORT)
def import_columns(import_id: int) -> ResponseReturnValue:
    """How the file was read, and what its columns are."""
    imported = _own(import_id)
    state: dict[str, Any] = {"errors": {}}
    values = _values(from_json(imported.plan), imported)
    if request.method == "POST":
        values = request.form.to_dict()
        try:
            if "read_again" in request.form:
                return _read_again(imported)
            return _judged(imported)
        except Invalid as error:
            state = refusal(error)
            imported = _own(import_id)
    page = render_template(
        "vacancies/intern_import_columns.html",
        internal_active=present.KIND,
        imported=import_words.imported(imported),
        reading=imported.reading,
        reading_layers=[(one["name"], f"{one['name']} ({one['rows']})") for one in imported.reading["layers"]],
        columns=_columns(imported),
        fields=[(key, column.de) for key, column in FIELDS.items()],
        constants=[(key, FIELDS[key].de, import_words.choices(FIELDS[key])) for key in CONSTANT_KEYS],
        encodings=ENCODINGS,
        separators=SEPARATORS,
        systems=import_words.SYSTEMS,
        before=queries.accepted_before(staff_session(), imported.municipality_id, imported.file_sha256),
        values=values,
        labels=LABELS,
        **state,
    )
    return page, 422 if state["errors"] else 200


def _own(import_id: int) -> UnitImport:
    return queries.get(staff_session(), import_id)


def _columns(imported: UnitImport) -> list[dict[str, Any]]:
    samples = imported.reading["samples"]
    return [
        {
            "index": index,
            "header": header,
            "samples": list(dict.fromkeys(row[index] for row in samples if index < len(row) and row[index].strip()))[
                :3
            ],
        }
        for index, header in enumerate(imported.reading["columns"])
    ]


def _values(plan: Plan, imported: UnitImport) -> dict[str, Any]:
    options = imported.reading.get("options") or {}
    values: dict[str, Any] = {f"column-{index}": key for key, index in plan.columns.items()}
    values |= {f"constant-{key}": value for key, value in plan.constants.items()}
    values |= {"source": plan.source, "day": plan.day.isoformat(), "srid": plan.srid or ""}
    values |= {"layer": imported.reading["layer"], "header_row": imported.reading["header_row"]}
    values |= {"encoding": options.get("encoding") or "", "separator": options.get("separator") or ""}
    values["swap_axes"] = "" if options.get("swap_axes") is None else str(int(options["swap_axes"]))
    return values


def _read_again(imported: UnitImport) -> ResponseReturnValue:
    form, errors = request.form, {}
    header = form.get("header_row", "").strip()
    if header and not (header.isascii() and header.isdecimal() and len(header) < 7):
        errors["header_row"] = "Bitte die Nummer der Zeile angeben, 0 für keine."
    srid = form.get("srid", "")
    if srid and srid not in dict(import_words.SYSTEMS):
        errors["srid"] = "Bitte eines der angebotenen Koordinatensysteme wählen."
    if errors:
        raise Invalid(errors)
    options = ReadOptions(
        layer=form.get("layer") or None,
        encoding=form.get("encoding") or None,
        separator=form.get("separator") or None,
        header_row=int(header) if header else None,
        srid=int(srid) if srid else None,
        swap_axes={"0": False, "1": True}.get(form.get("swap_axes", "")),
    )
    session = staff_session()
    service.read_file(session, actor(), imported.id, uploads(), options)
    plan = proposing.propose(imported.reading, imported.file_name, imported.file_day)
    service.set_plan(session, actor(), imported.id, plan)
    return redirect(url_for("vacancies_intern.import_columns", import_id=imported.id), 303)


def _judged(imported: UnitImport) -> ResponseReturnValue:
    session = staff_session()
    plan = parse_plan(request.form, imported.reading["columns"])
    keep_as = " ".join(request.form.get("keep_as", "").split())[:120] or None
    service.set_plan(session, actor(), imported.id, plan, keep_as=keep_as)
    there = url_for("vacancies_intern.import_preview", import_id=imported.id)
    if imported.reading["row_count"] <= AT_ONCE:
        service.stage(session, actor(), imported.id, uploads())
        return redirect(there, 303)
    return _as_job("units.stage", imported, {}, f"Liste prüfen: {imported.file_name}", there)


def _as_job(kind: str, imported: UnitImport, more: dict[str, Any], title: str, origin: str) -> ResponseReturnValue:
    arguments = {"import": imported.id, **more}
    job = jobs.start(
        staff_session(),
        actor(),
        kind,
        imported.municipality_id,
        arguments,
        action=Action.VACANCY_IMPORT,
        title=title,
        origin=origin,
    )
    return redirect(url_for("jobs_intern.show", job_id=job.id), 303)


@needs(Action.VACANCY_IMPORT)
def accept_import(import_id: int) -> ResponseReturnValue:
    """Take over what is ticked and the classes that are chosen."""
    imported = _own(import_id)
    classes = [one for one in (RowClass.NEW, RowClass.CHANGED) if one in request.form.getlist("classes")]
    confirmed = request.form.get("vanished_confirmed") == "1"
    there = url_for("vacancies_intern.import_preview", import_id=import_id)
    if imported.reading["row_count"] > AT_ONCE and imported.state == ImportState.STAGED:
        if service.many_vanished(imported.counts or {}) and not confirmed:
            return redirect(f"{there}?bestaetigen=1", 303)
        more = {"classes": [str(one) for one in classes], "vanished_confirmed": confirmed}
        return _as_job("units.accept", imported, more, f"Liste übernehmen: {imported.file_name}", there)
    try:
        service.accept(staff_session(), actor(), import_id, classes, vanished_confirmed=confirmed)
    except NeedsConfirmation:
        staff_session().rollback()
        return redirect(f"{there}?bestaetigen=1", 303)
    return redirect(there, 303)


@needs(Action.VACANCY_IMPORT)
def take_back_import(import_id: int) -> ResponseReturnValue:
    """Take an import back as a whole."""
    imported = _own(import_id)
    there = url_for("vacancies_intern.import_preview", import_id=import_id)
    if imported.reading["row_count"] > AT_ONCE and imported.state == ImportState.ACCEPTED:
        return _as_job("units.take_back", imported, {}, f"Import zurücknehmen: {imported.file_name}", there)
    service.take_back(staff_session(), actor(), import_id)
    return redirect(there, 303)


@needs(Action.VACANCY_IMPORT)
def discard_import(import_id: int) -> ResponseReturnValue:
    """Forget a file that is not wanted."""
    service.discard(staff_session(), actor(), import_id, uploads())
    return redirect(url_for("vacancies_intern.imports"), 303)
