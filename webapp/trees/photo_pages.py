"""Photos of trees: added, shown and taken away by the fleet's people; public ones on the tree's public page."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from geo.core.access import Action
from geo.core.errors import Invalid
from geo.core.parsing import Fields
from geo.places import photos as stored
from geo.places.photos import LICENCES, PhotoInput, Store
from geo.trees.fleet import photos
from geo.trees.queries import internal
from webapp.access import needs, public
from webapp.app import actor, public_session, register_app, staff_session, takes_files
from webapp.places.photos import send_photo
from webapp.trees import frame

LABELS = {
    "photo": "Foto",
    "alt_text": "Bildbeschreibung",
    "alt_text_en": "Bildbeschreibung auf Englisch",
    "author": "Urheberin oder Urheber",
    "licence": "Lizenz",
    "taken_on": "Aufgenommen am",
    "is_public": "Öffentlich",
}


CHOICES = [(code, names[0]) for code, names in LICENCES.items()]


def _store() -> Store:
    return Store(register_app().settings.home / photos.FOLDER)


@takes_files(stored.MOST_BYTES + 100_000)
@needs(Action.FLEET_EDIT)
def add(tree_id: int) -> ResponseReturnValue:
    """Add a photo of a tree."""
    tree = internal.get_tree(staff_session(), actor(), tree_id)
    here = url_for("trees_intern.tree", tree_id=tree_id)

    def save() -> ResponseReturnValue:
        errors: dict[str, str] = {}
        sent = request.files.get("photo")
        content = sent.read(stored.MOST_BYTES + 1) if sent is not None and sent.filename else b""
        try:
            data = _described()
        except Invalid as refused:
            errors |= refused.fields
        try:
            clean = stored.clean(content)
        except Invalid as refused:
            errors |= refused.fields
        if errors:
            raise Invalid(errors)
        photos.add(staff_session(), actor(), tree_id, data, photo=clean, store=_store())
        flash("Das Foto ist gespeichert.", "good")
        return redirect(here, 303)

    return frame.write(
        "tree_photo",
        save,
        LABELS,
        values={},
        title="Foto hinzufügen",
        name=f"Baum {tree.label}",
        back=here,
        submit="Hochladen",
        has_files=True,
        licences=CHOICES,
    )


@needs(Action.FLEET_EDIT)
def edit(tree_id: int, photo_id: int) -> ResponseReturnValue:
    """Change what is known of a photo."""
    tree = internal.get_tree(staff_session(), actor(), tree_id)
    row = photos.get(staff_session(), actor(), tree_id, photo_id)
    here = url_for("trees_intern.tree", tree_id=tree_id)

    def save() -> ResponseReturnValue:
        photos.update(staff_session(), actor(), tree_id, photo_id, frame.version(), _described())
        flash("Gespeichert.", "good")
        return redirect(here, 303)

    return frame.write(
        "tree_photo",
        save,
        LABELS,
        values=photos.values(row) | {"version": row.version},
        title="Angaben zum Foto",
        name=f"Baum {tree.label}",
        back=here,
        photo=row,
        licences=CHOICES,
    )


def _described() -> PhotoInput:
    """What is said of a photo; of a public one in English too. Raises `Invalid` with every mistake."""
    data, errors = None, {}
    try:
        data = stored.parse_photo(request.form)
    except Invalid as refused:
        errors = dict(refused.fields)
    fields = Fields(request.form)
    if fields.flag("is_public") and not fields.text("alt_text_en"):
        errors.setdefault("alt_text_en", "Die öffentliche Seite gibt es auch auf Englisch: bitte auch so beschreiben.")
    if errors or data is None:
        raise Invalid(errors)
    return data


@needs(Action.FLEET_EDIT)
def remove(tree_id: int, photo_id: int) -> ResponseReturnValue:
    """Take a photo away."""
    photos.remove(staff_session(), actor(), tree_id, photo_id, Fields(request.form).version())
    flash("Das Foto ist entfernt.", "good")
    return redirect(url_for("trees_intern.tree", tree_id=tree_id), 303)


@needs(Action.TREE_VIEW)
def internal_preview(tree_id: int, photo_id: int) -> ResponseReturnValue:
    """A photo of a tree, 480 pixels at most, public or not."""
    row = photos.get(staff_session(), actor(), tree_id, photo_id)
    return send_photo(_store().path(photos.folder(row.municipality_id), row.sha256, preview=True), row.sha256)


@needs(Action.TREE_VIEW)
def internal_picture(tree_id: int, photo_id: int) -> ResponseReturnValue:
    """The same, whole."""
    row = photos.get(staff_session(), actor(), tree_id, photo_id)
    return send_photo(_store().path(photos.folder(row.municipality_id), row.sha256), row.sha256)


@public
def preview(sha256: str) -> ResponseReturnValue:
    """A public photo of a tree, 480 pixels at most, for as long as it is public."""
    town, name = photos.published_file(public_session(), sha256)
    return send_photo(_store().path(town, name, preview=True), name)


@public
def picture(sha256: str) -> ResponseReturnValue:
    """The same, whole."""
    town, name = photos.published_file(public_session(), sha256)
    return send_photo(_store().path(town, name), name)
