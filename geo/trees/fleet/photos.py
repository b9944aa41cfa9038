"""Photos of trees: kept as other photos are, in a folder by town (0: the alliance's fleets)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor
from geo.core.errors import STALE, Conflict, Invalid, NotFound
from geo.core.history import perform
from geo.places.photos import CleanPhoto, PhotoInput, Store
from geo.trees.fleet.model import TreePhoto
from geo.trees.queries.internal import get_tree

FOLDER = "tree-photos"
MOST_PHOTOS = 20
_PUBLISHED = text(
    "SELECT p.sha256, p.municipality_id, p.width_px, p.height_px, p.alt_text, p.alt_text_en, p.author, p.licence"
    " FROM published.tree_photos p WHERE p.tree_id = :tree ORDER BY p.id"
)
_ONE = text("SELECT p.municipality_id, p.sha256 FROM published.tree_photos p WHERE p.sha256 = :sha256 LIMIT 1")
_REFERENCED = text("SELECT coalesce(p.municipality_id, 0) AS town, p.sha256 FROM register.tree_photos p")


def of_tree(session: Session, tree_id: int) -> list[TreePhoto]:
    """A tree's photos, the oldest first."""
    return list(session.scalars(select(TreePhoto).where(TreePhoto.tree_id == tree_id).order_by(TreePhoto.id)))


def get(session: Session, actor: Actor, tree_id: int, photo_id: int) -> TreePhoto:
    """A photo of a tree that the actor may look at. Raises `NotFound`."""
    get_tree(session, actor, tree_id)
    photo = session.get(TreePhoto, photo_id)
    if photo is None or photo.tree_id != tree_id:
        raise NotFound("Das Foto", photo_id)
    return photo


def add(
    session: Session, actor: Actor, tree_id: int, data: PhotoInput, *, photo: CleanPhoto, store: Store
) -> TreePhoto:
    """Keep a photo of a tree: its file first, then its row."""
    tree = get_tree(session, actor, tree_id)
    with perform(session, actor, Action.FLEET_EDIT, tree.municipality_id):
        known = [one.sha256 for one in of_tree(session, tree_id)]
        if photo.sha256 in known:
            raise Invalid({"photo": "Dieses Foto ist hier schon gespeichert."})
        if len(known) >= MOST_PHOTOS:
            raise Invalid({"photo": f"Von einem Baum können höchstens {MOST_PHOTOS} Fotos gespeichert werden."})
        store.keep(folder(tree.municipality_id), photo)
        row = TreePhoto(
            tree_id=tree_id,
            municipality_id=tree.municipality_id,
            sha256=photo.sha256,
            width_px=photo.width_px,
            height_px=photo.height_px,
            **vars(data),
        )
        session.add(row)
        session.flush()
    return row


def update(session: Session, actor: Actor, tree_id: int, photo_id: int, version: int, data: PhotoInput) -> TreePhoto:
    """Change what is known of a photo. Raises `Conflict` with the stored values when somebody was faster."""
    photo = get(session, actor, tree_id, photo_id)
    with perform(session, actor, Action.FLEET_EDIT, photo.municipality_id):
        if photo.version != version:
            raise Conflict(STALE, theirs=values(photo), version=photo.version)
        for name, value in vars(data).items():
            setattr(photo, name, value)
        session.flush()
    return photo


def values(photo: TreePhoto) -> dict[str, Any]:
    """A photo as its form shows it."""
    return {
        "alt_text": photo.alt_text,
        "alt_text_en": photo.alt_text_en,
        "author": photo.author,
        "licence": photo.licence,
        "taken_on": photo.taken_on.isoformat() if photo.taken_on else None,
        "is_public": "1" if photo.is_public else "",
    }


def remove(session: Session, actor: Actor, tree_id: int, photo_id: int, version: int) -> None:
    """Take a photo away at once; its file is swept a day later."""
    photo = get(session, actor, tree_id, photo_id)
    with perform(session, actor, Action.FLEET_EDIT, photo.municipality_id):
        if photo.version != version:
            raise Conflict(STALE)
        session.delete(photo)


def folder(municipality_id: int | None) -> int:
    """The number of the folder of a town's photos, or of the alliance's."""
    return municipality_id or 0


def published(session: Session, tree_id: int) -> Sequence[Row[Any]]:
    """The public photos of a tree."""
    return session.execute(_PUBLISHED, {"tree": tree_id}).all()


def published_file(session: Session, sha256: str) -> tuple[int, str]:
    """Folder and hash of a public photo. Raises `NotFound`."""
    row = session.execute(_ONE, {"sha256": sha256}).first()
    if row is None:
        raise NotFound("Das Foto")
    return folder(row.municipality_id), row.sha256


def referenced(session: Session) -> set[tuple[int, str]]:
    """Folder and hash of every photo that is kept."""
    return {(row.town, row.sha256) for row in session.execute(_REFERENCED)}
