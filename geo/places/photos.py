"""Photos of places: made clean in the sandbox, kept in a folder under the hash of what came out.

A file is on the disk for good before its row is written, so that a row without a file cannot be; files without a
row are swept away after a day. Each municipality has a folder of its own: who uploads a picture learns nothing of
what others have.
"""

import hashlib
import os
import struct
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from geo.core import clock, sandbox
from geo.core.errors import Invalid, NotFound
from geo.core.parsing import Fields
from geo.places.model import Photo

LICENCES = {
    "CC0": ("CC0 (gemeinfrei)", "CC0 (public domain)"),
    "CC-BY-4.0": ("CC BY 4.0", "CC BY 4.0"),
    "CC-BY-SA-4.0": ("CC BY-SA 4.0", "CC BY-SA 4.0"),
    "DL-DE-BY-2.0": ("Datenlizenz Deutschland, Namensnennung 2.0", "Data licence Germany, attribution 2.0"),
    "ALLE-RECHTE": ("alle Rechte vorbehalten", "all rights reserved"),
}
MOST_BYTES = 15_000_000
# So many at once, and so much of them all.
MOST_AT_ONCE, MOST_BYTES_AT_ONCE = 10, 80_000_000
ORPHAN_AFTER_S = 24 * 3600
_LIMITS = sandbox.Limits(seconds=15, memory_bytes=1_500_000_000, output_bytes=20_000_000)
_SCRIPT = Path(__file__).with_name("reencode.py")
_WRONG_KIND = "Das ist kein Foto im Format JPEG, PNG oder WebP."
_REASONS = {
    "format": _WRONG_KIND,
    "pixels": "Das Foto hat mehr als 50 Millionen Bildpunkte. Bitte verkleinern.",
    "broken": "Die Bilddatei ist beschädigt oder unvollständig.",
    "timeout": "Das Lesen des Fotos dauerte zu lange und wurde abgebrochen.",
}


@dataclass(frozen=True)
class PhotoInput:
    """What is known of a photo besides its pixels."""

    alt_text: str
    author: str
    licence: str
    taken_on: date | None = None
    is_public: bool = False
    alt_text_en: str | None = None


@dataclass(frozen=True)
class CleanPhoto:
    """A photo as it is kept: two JPEGs without metadata, the hash of the larger one."""

    picture: bytes
    preview: bytes
    width_px: int
    height_px: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.picture).hexdigest()


def parse_photo(data: Mapping[str, Any]) -> PhotoInput:
    """The form beside a photo."""
    fields = Fields(data)
    alt_text = fields.text("alt_text", required=True, longest=300)
    author = fields.text("author", required=True, longest=120)
    licence = fields.choice("licence", LICENCES, required=True)
    taken_on = fields.day("taken_on")
    if taken_on is not None and taken_on > clock.today():
        fields.fail("taken_on", "Das Aufnahmedatum liegt in der Zukunft.")
    is_public = fields.flag("is_public")
    alt_text_en = fields.text("alt_text_en", longest=300)
    fields.check()
    return PhotoInput(alt_text or "", author or "", licence or "", taken_on, is_public, alt_text_en)


def parse_photos(data: Mapping[str, Any], names: Sequence[str]) -> list[PhotoInput]:
    """The form beside several photos: author and licence for all, a description for each, in the order of the files.

    With one description for several files each gets it with its number: “Ladenfront (2 von 3)”.
    """
    getlist = getattr(data, "getlist", None)
    texts = [text for text in (getlist("alt_text") if getlist else [data.get("alt_text", "")]) if text.strip()]
    if len(names) > 1 and len(texts) == 1:
        texts = [f"{texts[0]} ({number} von {len(names)})" for number in range(1, len(names) + 1)]
    if texts and len(texts) != len(names):
        raise Invalid({"alt_text": f"Zu {len(names)} Fotos gehören {len(names)} Beschreibungen (jetzt {len(texts)})."})
    rest = {name: data.get(name, "") for name in ("author", "licence", "taken_on", "is_public")}
    return [parse_photo({**rest, "alt_text": text}) for text in texts or [""]]


def clean(raw: bytes, field: str = "photo") -> CleanPhoto:
    """The photo without anything but its picture. Raises `Invalid` for what is no photo, or too much of one."""
    if not raw:
        raise Invalid({field: "Bitte ein Foto auswählen."})
    if len(raw) > MOST_BYTES:
        raise Invalid({field: f"Das Foto ist größer als {MOST_BYTES // 1_000_000} MB."})
    if not (raw.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (raw[:4] == b"RIFF" and raw[8:12] == b"WEBP")):
        raise Invalid({field: _WRONG_KIND})
    try:
        made = sandbox.run(_SCRIPT, raw, _LIMITS)
    except sandbox.Refused as refused:
        raise Invalid({field: _REASONS.get(refused.reason, _REASONS["broken"])}) from None
    head = struct.calcsize(">IIII")
    width, height, picture, preview = struct.unpack(">IIII", made[:head])
    return CleanPhoto(made[head : head + picture], made[head + picture : head + picture + preview], width, height)


@dataclass(frozen=True)
class Store:
    """The folder of all photos, `<home>/photos`."""

    root: Path

    def path(self, municipality_id: int, sha256: str, *, preview: bool = False) -> Path:
        """Where a photo lies; its name is its hash."""
        name = f"{sha256}-480.jpg" if preview else f"{sha256}.jpg"
        return self.root / str(municipality_id) / sha256[:2] / sha256[2:4] / name

    def keep(self, municipality_id: int, photo: CleanPhoto) -> None:
        """Write both files so that they survive a power cut; a failed fsync fails the whole, and is not tried again."""
        target = self.path(municipality_id, photo.sha256)
        _make_folder(target.parent)
        for path, content in (
            (self.path(municipality_id, photo.sha256, preview=True), photo.preview),
            (target, photo.picture),
        ):
            _write(path, content)
        _sync_folder(target.parent)

    def remove(self, municipality_id: int, sha256: str) -> None:
        """Remove a photo's files at once, when whoever is on it or sent it wants that."""
        for preview in (False, True):
            self.path(municipality_id, sha256, preview=preview).unlink(missing_ok=True)

    def sweep(self, referenced: set[tuple[int, str]], older_than_s: float = ORPHAN_AFTER_S) -> int:
        """Remove files that no row names (municipality, hash) and that are older than a day; says how many."""
        removed, limit = 0, time.time() - older_than_s
        for path in sorted(self.root.glob("*/*/*/*")):
            municipality = path.relative_to(self.root).parts[0]
            sha256 = path.name.removesuffix(".jpg").removesuffix("-480")
            known = municipality.isdecimal() and (int(municipality), sha256) in referenced
            if not known and path.stat().st_mtime < limit:
                path.unlink()
                removed += 1
        return removed

    def missing(self, referenced: set[tuple[int, str]]) -> list[tuple[int, str]]:
        """The photos whose file is gone or is no longer what its name says."""
        lost = []
        for municipality_id, sha256 in sorted(referenced):
            path = self.path(municipality_id, sha256)
            if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
                lost.append((municipality_id, sha256))
        return lost


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True, mode=0o750)
    _sync_folder(folder.parent)


def _write(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def get(session: Session, photo_id: int) -> Photo:
    """A photo that the session's municipality can see. Raises `NotFound`."""
    photo = session.get(Photo, photo_id)
    if photo is None:
        raise NotFound("Das Foto", photo_id)
    return photo


def of_place(session: Session, place_id: int) -> list[Photo]:
    """All photos of a place in their order, for its town's internal pages."""
    return list(session.scalars(select(Photo).where(Photo.place_id == place_id).order_by(Photo.position, Photo.id)))


def published(session: Session, sha256: str) -> Row[Any]:
    """The public photo with this hash. Raises `NotFound` for one that is not, or no longer, public."""
    query = text("SELECT f.municipality_id, f.sha256 FROM published.photos f WHERE f.sha256 = :sha256 LIMIT 1")
    found = session.execute(query, {"sha256": sha256}).first()
    if found is None:
        raise NotFound("Das Foto")
    return found


def referenced(session: Session) -> set[tuple[int, str]]:
    """Municipality and hash of every photo, for `sweep` and `missing`; needs a session that sees all towns."""
    return {(row.municipality_id, row.sha256) for row in session.execute(select(Photo.municipality_id, Photo.sha256))}
