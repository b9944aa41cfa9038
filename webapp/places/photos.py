"""Photos: public ones by their hash while they are published, internal ones by their number for their own town."""

from pathlib import Path

from flask import Blueprint, Response, abort, send_file
from flask.typing import ResponseReturnValue

from geo.core.access import Action
from geo.places import photos as stored
from geo.places.photos import LICENCES, Store
from webapp.access import needs, public
from webapp.app import public_session, register_app, staff_session
from webapp.language import current

photos = Blueprint("photos", __name__)
photos_intern = Blueprint("photos_intern", __name__)

# A picture is shown and nothing else: no script of its own, no other site's page around it, no guessing of its kind.
POLICY = "default-src 'none'; sandbox"


def store() -> Store:
    """The folder of the photos."""
    return Store(register_app().settings.home / "photos")


@photos.app_template_global()
def photo_licence(code: str) -> str:
    """The name of a licence in the page's language."""
    names = LICENCES.get(code)
    return code if names is None else names[1 if current() == "en" else 0]


@photos.get("/fotos/<string(length=64):sha256>.jpg")
@public
def picture(sha256: str) -> ResponseReturnValue:
    """A public photo, for as long as it is public: a withdrawn one is gone at the next request."""
    row = stored.published(public_session(), sha256)
    return send_photo(store().path(row.municipality_id, row.sha256), sha256)


@photos.get("/fotos/<string(length=64):sha256>-480.jpg")
@public
def preview(sha256: str) -> ResponseReturnValue:
    """The same, 480 pixels at most."""
    row = stored.published(public_session(), sha256)
    return send_photo(store().path(row.municipality_id, row.sha256, preview=True), sha256)


@photos_intern.get("/fotos/<int:photo_id>.jpg")
@needs(Action.VACANCY_VIEW)
def internal_picture(photo_id: int) -> ResponseReturnValue:
    """A photo of the own town, public or not."""
    row = stored.get(staff_session(), photo_id)
    return send_photo(store().path(row.municipality_id, row.sha256), row.sha256)


@photos_intern.get("/fotos/<int:photo_id>-480.jpg")
@needs(Action.VACANCY_VIEW)
def internal_preview(photo_id: int) -> ResponseReturnValue:
    """The same, 480 pixels at most."""
    row = stored.get(staff_session(), photo_id)
    return send_photo(store().path(row.municipality_id, row.sha256, preview=True), row.sha256)


def send_photo(path: Path, sha256: str) -> Response:
    """A kept photo as a picture and nothing else."""
    if not path.is_file():
        abort(404)
    answer = send_file(
        path, mimetype="image/jpeg", download_name=f"foto-{sha256[:12]}.jpg", etag=sha256, conditional=True
    )
    answer.headers["Content-Disposition"] = f'inline; filename="foto-{sha256[:12]}.jpg"'
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
