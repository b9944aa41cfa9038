"""What a list would change: its rows by class, ticked one by one, placed by hand, the faulty ones handed out."""

import csv
import io
from collections.abc import Callable
from typing import Any

import xlsxwriter
from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core.access import Action
from geo.core.errors import Invalid
from geo.core.parsing import Fields
from geo.vacancies import queries as units
from geo.vacancies.columns import COLUMNS
from geo.vacancies.importing import queries, service
from geo.vacancies.importing.cli import sentence
from geo.vacancies.importing.codes import UNSETTLED, ImportState, RowClass
from webapp import parameters
from webapp.access import needs
from webapp.app import actor, staff_session
from webapp.vacancies import import_words, present
from webapp.vacancies.forms import refusal, town

_PLACE_LABELS = {"latitude": "Breite (Nord)", "longitude": "Länge (Ost)"}
SPOT = ("latitude", "longitude")
_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@needs(Action.VACANCY_IMPORT)
def import_preview(import_id: int, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """The rows of one class, with what each would change; ticks are kept when the page is turned."""
    session = staff_session()
    imported = queries.get(session, import_id)
    if imported.state == ImportState.READ:
        return redirect(url_for("vacancies_intern.import_columns", import_id=import_id), 303)
    counts = imported.counts or {}
    first = next((one for one in import_words.TABS if counts.get("vanished" if one == "FEHLT" else str(one))), "NEU")
    chosen = parameters.choice("art", [str(one) for one in import_words.TABS]) or str(first)
    after = parameters.text("ab", longest=400)
    is_gone = chosen == "FEHLT"
    page = queries.vanished(session, imported, after) if is_gone else queries.rows(session, import_id, chosen, after)
    can_tick = imported.state == ImportState.STAGED and chosen in {RowClass.NEW, RowClass.CHANGED, RowClass.CONFLICT}
    columns = imported.plan.get("columns", {}) if imported.plan else {}
    return render_template(
        "vacancies/intern_import_preview.html",
        internal_active=present.KIND,
        imported=import_words.imported(imported),
        counts=counts,
        tabs=import_words.tabs(counts, chosen),
        chosen=chosen,
        page=page,
        rows=[_gone(one) if is_gone else import_words.row(one, columns) for one in page.rows],
        settled=[one.row_number for one in page.rows if not is_gone and one.reason in UNSETTLED],
        can_tick=can_tick,
        ticked_by_class=chosen != RowClass.CONFLICT,
        is_open=imported.state == ImportState.STAGED,
        ask_vanished=service.many_vanished(counts),
        was_asked=parameters.flag("bestaetigen"),
        unplaced=queries.next_unplaced(session, import_id),
        can_mend=chosen in {RowClass.FAULTY, RowClass.UNPLACED} and page.total > 0,
        args=request.args,
        errors=errors or {},
    )


def _gone(one: Any) -> dict[str, Any]:
    title = ", ".join(part for part in (one.name, present.address(one)) if part)
    return {"number": one.external_id or "", "title": title, "unit_id": one.unit_id, "facts": "", "changes": []}


@needs(Action.VACANCY_IMPORT)
def tick_rows(import_id: int) -> ResponseReturnValue:
    """Keeps the ticks of the rows that a page showed."""
    keep_ticks(import_id)
    art = request.form.get("art", "")
    onward = request.form.get("onward") or None
    return redirect(url_for("vacancies_intern.import_preview", import_id=import_id, art=art, ab=onward), 303)


def keep_ticks(import_id: int) -> None:
    """What is ticked on the page that the form was sent from, if it showed rows to tick."""
    if shown := _numbers("shown"):
        service.choose(staff_session(), actor(), import_id, shown, _numbers("rows"))


def _numbers(name: str) -> list[int]:
    given = request.form.getlist(name)
    if any(not (one.isascii() and one.isdecimal() and len(one) < 10) for one in given):
        raise Invalid({"": "Das Formular ist unvollständig. Bitte die Seite neu laden."})
    return [int(one) for one in given]


@needs(Action.VACANCY_IMPORT)
def place_row(import_id: int, row: int) -> ResponseReturnValue:
    """Say where a row is that the address list does not know."""
    session = staff_session()
    found = queries.row(session, import_id, row)
    values: dict[str, Any] = {"longitude": found.longitude or "", "latitude": found.latitude or ""}
    state: dict[str, Any] = {"errors": {}}
    if request.method == "POST":
        values = request.form.to_dict()
        try:
            fields = Fields(request.form)
            longitude, latitude = fields.degrees("longitude"), fields.degrees("latitude")
            fields.check()
            service.place(session, actor(), import_id, row, longitude or 0, latitude or 0)
            onward = queries.next_unplaced(session, import_id, row)
            if onward is None:
                return redirect(url_for("vacancies_intern.import_preview", import_id=import_id, art="NEU"), 303)
            return redirect(url_for("vacancies_intern.place_row", import_id=import_id, row=onward), 303)
        except Invalid as error:
            state = refusal(error)
    imported = queries.get(session, import_id)
    page = render_template(
        "vacancies/intern_import_place.html",
        internal_active=present.KIND,
        imported=import_words.imported(imported),
        row=import_words.row(found),
        cells=list(zip(imported.reading["columns"], found.cells or [], strict=False)),
        left=(imported.counts or {}).get("OHNE_ORT", 0),
        onward=queries.next_unplaced(session, import_id, row),
        center=units.middle(session, town()),
        values=values,
        labels=_PLACE_LABELS,
        **state,
    )
    return page, 422 if state["errors"] else 200


@needs(Action.VACANCY_IMPORT)
def faulty_csv(import_id: int) -> Response:
    """The rows to be mended, as they stood in the file, with a column that says what is wrong."""
    return _handed_out(import_id, "csv", _csv, "text/csv; charset=utf-8")


@needs(Action.VACANCY_IMPORT)
def faulty_xlsx(import_id: int) -> Response:
    """The same for Excel."""
    media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _handed_out(import_id, "xlsx", _xlsx, media)


def _handed_out(import_id: int, ending: str, write: Callable[[list[list[str]]], bytes], media: str) -> Response:
    session = staff_session()
    imported = queries.get(session, import_id)
    has_shapes = imported.reading.get("has_geometry") and "latitude" not in imported.plan.get("columns", {})
    spot = SPOT if has_shapes else ()  # a geometry is no cell, and would be lost
    lines = [[*imported.reading.get("columns", ()), *(COLUMNS[key].de for key in spot), "Fehler"]]
    for one in queries.waiting_rows(session, import_id):
        degrees = ["" if getattr(one, key) is None else f"{getattr(one, key):.6f}".replace(".", ",") for key in spot]
        lines.append([*(cell or "" for cell in one.cells or []), *degrees, _why(one)])
    answer = Response(write(lines), mimetype=media)
    answer.headers["Content-Disposition"] = f'attachment; filename="fehler-{import_id}.{ending}"'
    return answer


def _why(one: Any) -> str:
    if one.problems:
        return sentence(one)
    return "Der Ort ist nicht bekannt: Die Adresse steht weder in der Adressliste noch im Register."


def _csv(lines: list[list[str]]) -> bytes:
    """For spreadsheets: no cell is taken for a formula."""
    file = io.StringIO(newline="")
    out = csv.writer(file, delimiter=";")
    for line in lines:
        out.writerow([f"'{cell}" if cell.startswith(_SIGNS) and not _is_number(cell) else cell for cell in line])
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def _is_number(cell: str) -> bool:
    return cell.lstrip("+-").replace(",", "").replace(".", "").isdecimal()


def _xlsx(lines: list[list[str]]) -> bytes:
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet("Fehler")
        for number, row in enumerate(lines):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell)
        sheet.freeze_panes(1, 0)
    return file.getvalue()
