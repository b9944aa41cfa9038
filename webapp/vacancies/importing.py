"""Lists of units from files: hand in, say what the columns are, look at the differences, take over, take back."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core.access import Action
from geo.core.errors import Conflict, Invalid, NotFound
from geo.imports.profiles import Profile, ready
from geo.imports.reading import ReadOptions
from geo.jobs import service as jobs
from geo.vacancies.columns import Kind
from geo.vacancies.importing import proposing, queries, service, wording, work
from geo.vacancies.importing.codes import ImportState, RowClass
from geo.vacancies.importing.files import HandedIn, Uploads
from geo.vacancies.importing.model import ImportProfile, UnitImport
from geo.vacancies.importing.plan import CONSTANT_KEYS, FIELDS, NOTHING, Plan, from_json, parse_plan
from webapp.access import needs
from webapp.app import actor, register_app, staff_session, takes_files
from webapp.vacancies import import_rows, import_words, present
from webapp.vacancies.forms import refusal, town

# A list of so many rows is done while the person waits; a longer one is a job with its own page.
AT_ONCE = 2_000
READ_AT_ONCE = 3_000_000  # bytes: a larger file is read as a job
ENCODINGS = (("utf-8", "UTF-8"), ("cp1252", "Windows (cp1252)"), ("latin-1", "Latin-1 (ISO 8859-1)"))
SEPARATORS = ((";", "Semikolon"), (",", "Komma"), ("\t", "Tabulator"), ("|", "Senkrechter Strich"))
_MB = 1_000_000
_NO_PLACE = (
    "Keine Spalte sagt, um welche Nutzungseinheit es geht oder wo sie liegt. Bitte Straße und Hausnummer, Breite und"
    " Länge, die Registernummer oder den Fremdschlüssel zuordnen."
)
LABELS = {"file": "Datei", "source": "Quelle", "day": "Stand der Liste", "srid": "Koordinatensystem"}


def uploads() -> Uploads:
    """Where handed-in files lie."""
    settings = register_app().settings
    return Uploads(settings.home / "imports", settings.import_mb * _MB)


def _most_bytes() -> int:
    """The form with a file of the largest size that is allowed."""
    return register_app().settings.import_mb * _MB + _MB


@takes_files(_most_bytes)
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
            staff_session().rollback()  # the import that was begun for a file that is none
    page = render_template(
        "vacancies/intern_imports.html",
        internal_active=present.KIND,
        rows=[import_words.imported(one) for one in queries.newest(staff_session(), here)],
        profiles=_profiles(here),
        most_mb=register_app().settings.import_mb,
        values=request.form,
        labels=LABELS,
        **state,
    )
    return page, 422 if state["errors"] else 200


def _received(here: int) -> ResponseReturnValue:
    given, session = _given(here), staff_session()
    name = request.form.get("profile", "")
    profile = proposing.find_profile(session, here, name) if name else None
    imported = service.begin(session, actor(), here, given)
    options = (profile.plan.get("options") if isinstance(profile, ImportProfile) else None) or {}
    return _read(imported, ReadOptions(**options), name)


def _given(here: int) -> HandedIn:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid({"file": "Bitte eine Datei auswählen."})
    return uploads().receive(here, file.stream, file.filename)


def _profiles(here: int) -> list[tuple[str, str]]:
    """The town's own, then those that come with the register."""
    own = [(one.name, one.name) for one in queries.profiles(staff_session(), here)]
    unchecked = " (Angabe noch nicht geprüft)"
    return own + [(proposing.READY + one.name, one.title + ("" if one.checked else unchecked)) for one in ready()]


def _read(imported: UnitImport, options: ReadOptions, profile: str = "") -> ResponseReturnValue:
    """Reads the file, on the spot or, a large one, as a job; then come its columns."""
    there = url_for("vacancies_intern.import_columns", import_id=imported.id)
    session = staff_session()
    if imported.file_bytes > READ_AT_ONCE:
        more = {"options": asdict(options), "profile": profile}
        home = url_for("vacancies_intern.imports")  # a file that could not be read has no columns to go back to
        return _as_job(work.READ, imported, more, f"Liste lesen: {imported.file_name}", there, home)
    service.read_file(session, actor(), imported.id, uploads(), options)
    _propose(imported, profile)
    return redirect(there, 303)


def _propose(imported: UnitImport, name: str) -> None:
    session = staff_session()
    profile = proposing.find_profile(session, imported.municipality_id, name) if name else None
    plan = proposing.propose(imported.reading, imported.file_name, imported.file_day, profile)
    service.set_plan(session, actor(), imported.id, plan)


@needs(Action.VACANCY_IMPORT)
def import_columns(import_id: int) -> ResponseReturnValue:
    """How the file was read, and what its columns are."""
    imported = _own(import_id)
    if not imported.plan:
        return _not_read(imported)
    state: dict[str, Any] = {"errors": {}}
    plan = from_json(imported.plan)
    values = _values(plan, imported)
    if request.method == "POST":
        values = request.form.to_dict()
        try:
            if "read_again" in request.form:
                return _read_again(imported)
            if "use_profile" in request.form:
                _propose(imported, request.form.get("profile", ""))
                return redirect(url_for("vacancies_intern.import_columns", import_id=import_id), 303)
            return _judged(imported)
        except Invalid as error:
            state = refusal(error)
            imported = _own(import_id)
    columns = _chosen(values, imported.reading["columns"])
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
        profiles=_profiles(imported.municipality_id),
        profile=_ready(plan.profile),
        words=_words(columns, imported, values),
        advice=proposing.advice(columns, imported.reading),
        before=queries.accepted_before(staff_session(), imported.municipality_id, imported.file_sha256),
        values=values,
        labels=LABELS,
        **state,
    )
    return page, 422 if state["errors"] else 200


def _not_read(imported: UnitImport) -> ResponseReturnValue:
    """A file that is still being read, or could not be: its job says which."""
    if imported.job_id is None:
        return redirect(url_for("vacancies_intern.imports"), 303)
    return redirect(url_for("jobs_intern.show", job_id=imported.job_id), 303)


def _chosen(values: Mapping[str, Any], headers: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, _header in enumerate(headers):
        key = values.get(f"column-{index}")
        if key in FIELDS:
            found.setdefault(str(key), index)
    return found


def _ready(name: str) -> Profile | None:
    return next((one for one in ready() if proposing.READY + one.name == name), None)


def _words(columns: dict[str, int], imported: UnitImport, values: dict[str, Any]) -> list[dict[str, Any]]:
    """The texts that the register does not know, by the field that they are to fill."""
    asked: dict[str, list[wording.Unknown]] = {}
    for one in wording.unknown(columns, imported.reading):
        asked.setdefault(one.key, []).append(one)
        values.setdefault(one.name, one.proposed)
    nothing = [(NOTHING, "keine Angabe")]
    return [
        {
            "field": FIELDS[key].de,
            "header": imported.reading["columns"][columns[key]],
            "words": [(one.name, one.text) for one in found],
            "choices": wording.choices(FIELDS[key]) + (nothing if FIELDS[key].kind != Kind.CODES else []),
        }
        for key, found in asked.items()
    ]


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
    values["is_part"] = plan.is_part
    values |= {"source": plan.source, "day": plan.day.isoformat(), "srid": plan.srid or ""}
    values |= {"layer": imported.reading["layer"], "header_row": imported.reading["header_row"]}
    values |= {"encoding": options.get("encoding") or "", "separator": options.get("separator") or ""}
    values["profile"] = plan.profile
    values["keep_as"] = "" if plan.profile.startswith(proposing.READY) else plan.profile
    values |= {
        one.name: plan.words[one.key][one.text.lower()]
        for one in wording.unknown(plan.columns, imported.reading)
        if one.text.lower() in plan.words.get(one.key, {})
    }
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
    return _read(imported, options, from_json(imported.plan).profile)


def _judged(imported: UnitImport) -> ResponseReturnValue:
    session = staff_session()
    plan = parse_plan(request.form, imported.reading["columns"])
    if not proposing.has_place(plan.columns, imported.reading):
        raise Invalid({"columns": _NO_PLACE})
    before = from_json(imported.plan)
    words = wording.parse_words(request.form, plan.columns, imported.reading, before.words)
    plan = replace(plan, words=words, profile=before.profile)
    keep_as = " ".join(request.form.get("keep_as", "").split())[:120] or None
    service.set_plan(session, actor(), imported.id, plan, keep_as=keep_as)
    there = url_for("vacancies_intern.import_preview", import_id=imported.id)
    if imported.reading["row_count"] <= AT_ONCE:
        service.stage(session, actor(), imported.id, uploads())
        return redirect(there, 303)
    return _as_job(work.STAGE, imported, {}, f"Liste prüfen: {imported.file_name}", there)


def _as_job(
    kind: str, imported: UnitImport, more: dict[str, Any], title: str, onward: str, origin: str | None = None
) -> ResponseReturnValue:
    """A job whose page leads `onward` when it is done; from anywhere else back to `origin`."""
    arguments = {"import": imported.id, "onward": onward, **more}
    session = staff_session()
    job = jobs.start(
        session,
        actor(),
        kind,
        imported.municipality_id,
        arguments,
        action=Action.VACANCY_IMPORT,
        title=title,
        origin=origin or onward,
    )
    service.remember_job(session, actor(), imported.id, job.id)
    return redirect(url_for("jobs_intern.show", job_id=job.id), 303)


@takes_files(_most_bytes)
@needs(Action.VACANCY_IMPORT)
def mended(import_id: int) -> ResponseReturnValue:
    """The faulty rows of an import once more, after somebody has mended them."""
    session, before = staff_session(), _own(import_id)
    if before.state == ImportState.READ:  # nothing of it is judged yet
        return redirect(url_for("vacancies_intern.import_columns", import_id=import_id), 303)
    try:
        given = _given(before.municipality_id)
        imported = service.begin(session, actor(), before.municipality_id, given)
        service.read_file(session, actor(), imported.id, uploads(), ReadOptions())
        plan = proposing.of_mended(imported.reading, before)
        if not plan.columns:
            raise Invalid(
                {"file": "Keine Spalte der Datei heißt wie eine der Liste. Ist es die Datei mit den Fehlern?"}
            )
        service.set_plan(session, actor(), imported.id, plan)
    except Invalid as error:
        answer = make_response(import_rows.import_preview(import_id, refusal(error)["errors"]))
        answer.status_code = 422
        return answer
    return redirect(url_for("vacancies_intern.import_columns", import_id=imported.id), 303)


@needs(Action.VACANCY_IMPORT)
def accept_import(import_id: int) -> ResponseReturnValue:
    """Take over what is ticked, also on the page that the form was sent from, and the classes that are chosen."""
    imported = _own(import_id)
    if imported.state == ImportState.STAGED:
        import_rows.keep_ticks(import_id)
    classes = [one for one in (RowClass.NEW, RowClass.CHANGED) if one in request.form.getlist("classes")]
    confirmed = request.form.get("vanished_confirmed") == "1"
    there = url_for("vacancies_intern.import_preview", import_id=import_id)
    agrees = (imported.counts or {}).get(RowClass.UNCHANGED)  # a list that agrees may be closed as taken over
    if imported.state == ImportState.STAGED and not (
        agrees or queries.is_any_chosen(staff_session(), import_id, classes)
    ):
        flash("Keine Zeile ist zum Übernehmen ausgewählt. Der Import bleibt offen.", "warn")
        return redirect(there, 303)
    if imported.state == ImportState.STAGED and service.many_vanished(imported.counts or {}) and not confirmed:
        return redirect(f"{there}?bestaetigen=1", 303)
    if imported.reading.get("row_count", 0) > AT_ONCE and imported.state == ImportState.STAGED:
        more = {"classes": [str(one) for one in classes], "vanished_confirmed": confirmed}
        return _as_job(work.ACCEPT, imported, more, f"Liste übernehmen: {imported.file_name}", there)
    service.accept(staff_session(), actor(), import_id, classes, vanished_confirmed=confirmed)
    return redirect(there, 303)


@needs(Action.VACANCY_IMPORT)
def take_back_import(import_id: int) -> ResponseReturnValue:
    """Take an import back as a whole."""
    imported = _own(import_id)
    there = url_for("vacancies_intern.import_preview", import_id=import_id)
    if imported.reading.get("row_count", 0) > AT_ONCE and imported.state == ImportState.ACCEPTED:
        return _as_job(work.TAKE_BACK, imported, {}, f"Import zurücknehmen: {imported.file_name}", there)
    service.take_back(staff_session(), actor(), import_id)
    return redirect(there, 303)


@needs(Action.VACANCY_IMPORT)
def discard_import(import_id: int) -> ResponseReturnValue:
    """Forget a file that is not wanted; a job that still works on it is ended."""
    job = _own(import_id).job_id
    if job is not None:
        with suppress(Conflict, NotFound):  # it has ended, or was cleared away
            jobs.cancel(staff_session(), actor(), job)
    service.discard(staff_session(), actor(), import_id, uploads())
    return redirect(url_for("vacancies_intern.imports"), 303)
