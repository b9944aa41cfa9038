"""The photos of a unit's place: add, describe, remove, bring back.

Who may edit photos elsewhere (curators, of viewpoints) has no business with a town's vacancies.
"""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from geo.core.access import Action
from geo.core.errors import Conflict, Invalid, NotFound
from geo.core.undo import last_change
from geo.places import photos as stored
from geo.places import service
from geo.vacancies import queries
from geo.vacancies.model import Unit
from webapp import parameters
from webapp.access import needs
from webapp.app import actor, staff_session, takes_files
from webapp.places.photos import store
from webapp.vacancies import present
from webapp.vacancies.forms import PHOTO_LABELS, refusal, typed, version


@takes_files(stored.MOST_BYTES_AT_ONCE)
@needs(Action.VACANCY_EDIT)
def photos(unit_id: int) -> ResponseReturnValue:
    """All photos, and one more."""
    unit = queries.get(staff_session(), unit_id)
    values: dict[str, Any] = {"author": _last_author(unit)}
    errors: dict[str, str] = {}
    if request.method == "POST":
        values = typed(request.form)
        try:
            for data, photo in _parse():
                service.add_photo(staff_session(), actor(), unit.place_id, data, photo=photo, store=store())
            return _back(unit_id)
        except Invalid as error:
            errors = refusal(error)["errors"]
    return _page(unit_id, values, errors, 422 if errors else 200)


def _parse() -> list[tuple[stored.PhotoInput, stored.CleanPhoto]]:
    """The form and the photos, with the mistakes of all at once; one that is no photo is named by its file."""
    files = [file for file in request.files.getlist("photo") if file.filename]
    names = [str(file.filename) for file in files] or [""]
    errors: dict[str, str] = {}
    data: list[stored.PhotoInput] = []
    cleaned: list[stored.CleanPhoto] = []
    if len(files) > stored.MOST_AT_ONCE:
        raise Invalid({"photo": f"Bitte höchstens {stored.MOST_AT_ONCE} Fotos auf einmal hochladen."})
    try:
        data = stored.parse_photos(request.form, names)
    except Invalid as error:
        errors |= error.fields
    contents = (file.read(stored.MOST_BYTES + 1) for file in files) if files else iter([b""])
    for content, name in zip(contents, names, strict=True):
        try:
            cleaned.append(stored.clean(content))
        except Invalid as error:
            sentence = error.fields["photo"]
            named = f"{name[:80]}: {sentence}" if len(names) > 1 else sentence
            errors["photo"] = f"{errors['photo']} {named}" if "photo" in errors else named
    if not errors and len({photo.sha256 for photo in cleaned}) < len(cleaned):
        errors["photo"] = "Zwei der gewählten Dateien sind dasselbe Foto."
    if errors:
        raise Invalid(errors)
    return list(zip(data, cleaned, strict=True))


def _last_author(unit: Unit) -> str:
    kept = stored.of_place(staff_session(), unit.place_id)
    return kept[-1].author if kept else ""


def _page(unit_id: int, values: dict[str, Any], errors: dict[str, str], status: int) -> ResponseReturnValue:
    unit = queries.get(staff_session(), unit_id)
    page = render_template(
        "vacancies/intern_photos.html",
        internal_active=present.KIND,
        unit=unit,
        title=present.stored_title(unit),
        photos=stored.of_place(staff_session(), unit.place_id),
        values=values,
        errors=errors,
        labels=PHOTO_LABELS,
        licences=[(code, names[0]) for code, names in stored.LICENCES.items()],
        removed=parameters.whole("entfernt"),
        removed_change=parameters.whole("aenderung", most=2**53),
        most=stored.MOST_AT_ONCE,
    )
    return page, status


def _back(unit_id: int, **more: Any) -> ResponseReturnValue:
    return redirect(url_for("vacancies_intern.photos", unit_id=unit_id, **more), 303)


def _check_belongs(unit_id: int, photo_id: int) -> None:
    unit = queries.get(staff_session(), unit_id)
    if stored.get(staff_session(), photo_id).place_id != unit.place_id:
        raise NotFound("Das Foto", photo_id)


@needs(Action.VACANCY_EDIT)
def edit_photo(unit_id: int, photo_id: int) -> ResponseReturnValue:
    """Change what is known of a photo."""
    _check_belongs(unit_id, photo_id)
    row = stored.get(staff_session(), photo_id)
    names = ("alt_text", "author", "licence", "is_public", "version")
    values: dict[str, Any] = {name: getattr(row, name) for name in names}
    values["taken_on"] = row.taken_on.isoformat() if row.taken_on else ""
    errors: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        try:
            service.update_photo(staff_session(), actor(), photo_id, version(), stored.parse_photo(request.form))
            return _back(unit_id)
        except Invalid as error:
            values, errors, status = typed(request.form), refusal(error)["errors"], 422
        except Conflict as error:
            staff_session().rollback()
            errors, status = {"": f"{error} Unten steht der jetzige Stand."}, 409
            row = stored.get(staff_session(), photo_id)
            values |= {name: getattr(row, name) for name in names}
    page = render_template(
        "vacancies/intern_photo.html",
        internal_active=present.KIND,
        unit=queries.get(staff_session(), unit_id),
        photo=stored.get(staff_session(), photo_id),
        values=values,
        errors=errors,
        labels=PHOTO_LABELS,
        licences=[(code, words[0]) for code, words in stored.LICENCES.items()],
    )
    return page, status


@needs(Action.VACANCY_EDIT)
def photo_first(unit_id: int, photo_id: int) -> ResponseReturnValue:
    """Show a photo before the others."""
    _check_belongs(unit_id, photo_id)
    service.photo_first(staff_session(), actor(), photo_id, version())
    return _back(unit_id)


@needs(Action.VACANCY_EDIT)
def delete_photo(unit_id: int, photo_id: int) -> ResponseReturnValue:
    """Take a photo away."""
    _check_belongs(unit_id, photo_id)
    service.remove_photo(staff_session(), actor(), photo_id, version())
    change = last_change(staff_session(), "photos", photo_id)
    return _back(unit_id, entfernt=photo_id, aenderung=change)


@needs(Action.VACANCY_EDIT)
def restore_photo(unit_id: int, photo_id: int) -> ResponseReturnValue:
    """Bring a photo back that was just taken away."""
    queries.get(staff_session(), unit_id)
    change = request.form.get("change", "")
    if not (change.isascii() and change.isdecimal() and len(change) < 16):
        raise Invalid({"": "Das Formular ist unvollständig. Bitte die Seite neu laden."})
    service.restore_photo(staff_session(), actor(), photo_id, int(change))
    return _back(unit_id)
