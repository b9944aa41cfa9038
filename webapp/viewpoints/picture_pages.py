"""Photos of a point: added with a description in German and English, described, put first, taken away."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core.access import Action
from geo.core.db import for_municipality
from geo.core.errors import Invalid, NotFound
from geo.core.parsing import Fields
from geo.places import photos as stored
from geo.places import service
from geo.places.photos import LICENCES, PhotoInput
from geo.viewpoints.care.licences import LIGHTS
from webapp.access import needs
from webapp.app import actor, staff_session, takes_files
from webapp.places.photos import send_photo, store
from webapp.viewpoints import care_frame


def _described(form: Any) -> PhotoInput:
    """The form beside a photo, English included. Raises `Invalid` with every mistake."""
    errors: dict[str, str] = {}
    data = None
    try:
        data = stored.parse_photo(form)
    except Invalid as refused:
        errors |= refused.fields
    if not str(form.get("alt_text_en") or "").strip():
        errors.setdefault("alt_text_en", "Bitte ausfüllen.")
    if errors or data is None:
        raise Invalid(errors)
    return data


def _shown(viewpoint_id: int) -> dict[str, Any]:
    record = care_frame.record(viewpoint_id)
    return {
        "record": record,
        "photos": record.photos,
        "licences": [(code, names[0]) for code, names in LICENCES.items()],
        "lights": LIGHTS,
    }


def _photo(viewpoint_id: int, photo_id: int) -> Any:
    """A photo of the point. Raises `NotFound`."""
    found = next((one for one in _shown(viewpoint_id)["photos"] if one.id == photo_id), None)
    if found is None:
        raise NotFound("Das Foto", photo_id)
    return found


@takes_files(stored.MOST_BYTES + 100_000)
@needs(Action.PHOTO_EDIT)
def photos(viewpoint_id: int) -> ResponseReturnValue:
    """All photos of the point, and one more."""

    def save() -> ResponseReturnValue:
        record = care_frame.record(viewpoint_id)
        sent = request.files.get("photo")
        content = sent.read(stored.MOST_BYTES + 1) if sent is not None and sent.filename else b""
        errors: dict[str, str] = {}
        data, clean = None, None
        try:
            data = _described(request.form)
        except Invalid as refused:
            errors |= refused.fields
        try:
            clean = stored.clean(content)
        except Invalid as refused:
            errors |= refused.fields
        if errors or data is None or clean is None:
            raise Invalid(errors)
        with for_municipality(staff_session(), record.municipality_id):
            place_id = record.viewpoint.place_id
            service.add_photo(staff_session(), actor(), place_id, data, photo=clean, store=store())
        flash("Das Foto ist gespeichert.", "good")
        return _back(viewpoint_id)

    return care_frame.write("photos", save, first={}, shown=lambda: _shown(viewpoint_id))


@needs(Action.PHOTO_EDIT)
def edit_photo(viewpoint_id: int, photo_id: int) -> ResponseReturnValue:
    """Change what is known of a photo."""
    row = _photo(viewpoint_id, photo_id)
    first = {
        name: getattr(row, name) for name in ("alt_text", "alt_text_en", "author", "licence", "is_public", "version")
    }
    first["taken_on"] = row.taken_on.isoformat() if row.taken_on else ""

    def save() -> ResponseReturnValue:
        version = Fields(request.form).version()
        with for_municipality(staff_session(), row.municipality_id):
            service.update_photo(staff_session(), actor(), photo_id, version, _described(request.form))
        return _back(viewpoint_id)

    return care_frame.write(
        "photo", save, first=first, shown=lambda: {**_shown(viewpoint_id), "photo": _photo(viewpoint_id, photo_id)}
    )


@needs(Action.PHOTO_EDIT)
def photo_first(viewpoint_id: int, photo_id: int) -> ResponseReturnValue:
    """Show a photo before the others."""
    row = _photo(viewpoint_id, photo_id)
    with for_municipality(staff_session(), row.municipality_id):
        service.photo_first(staff_session(), actor(), photo_id, Fields(request.form).version())
    return _back(viewpoint_id)


@needs(Action.PHOTO_EDIT)
def delete_photo(viewpoint_id: int, photo_id: int) -> ResponseReturnValue:
    """Take a photo away."""
    row = _photo(viewpoint_id, photo_id)
    with for_municipality(staff_session(), row.municipality_id):
        service.remove_photo(staff_session(), actor(), photo_id, Fields(request.form).version())
    flash("Das Foto ist entfernt.", "good")
    return _back(viewpoint_id)


@needs(Action.VIEWPOINT_VIEW)
def picture(viewpoint_id: int, photo_id: int) -> ResponseReturnValue:
    """A photo of the point, public or not."""
    row = _photo(viewpoint_id, photo_id)
    return send_photo(store().path(row.municipality_id, row.sha256), row.sha256)


@needs(Action.VIEWPOINT_VIEW)
def preview(viewpoint_id: int, photo_id: int) -> ResponseReturnValue:
    """The same, 480 pixels at most."""
    row = _photo(viewpoint_id, photo_id)
    return send_photo(store().path(row.municipality_id, row.sha256, preview=True), row.sha256)


def _back(viewpoint_id: int) -> ResponseReturnValue:
    return redirect(url_for("care_intern.photos", viewpoint_id=viewpoint_id), 303)
