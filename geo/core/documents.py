"""Files that belong to a record: kept under their hash, handed out as files, never opened by the register.

Each part has a folder of its own under the home; in it a folder a municipality, `ALLIANCE` for what is no town's.
"""

import hashlib
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from geo.core.errors import Invalid

ALLIANCE = 0
MOST_BYTES = 20_000_000
ORPHAN_AFTER_S = 86_400
# What a file must begin with, by the end of its name; office files are archives.
KINDS = {
    "pdf": (b"%PDF-", "application/pdf"),
    "jpg": (b"\xff\xd8\xff", "image/jpeg"),
    "jpeg": (b"\xff\xd8\xff", "image/jpeg"),
    "png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    "docx": (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "odt": (b"PK\x03\x04", "application/vnd.oasis.opendocument.text"),
    "ods": (b"PK\x03\x04", "application/vnd.oasis.opendocument.spreadsheet"),
}


@dataclass(frozen=True)
class Upload:
    """A file as it was handed in, its kind told by its name and its first bytes."""

    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def accepted(name: str, content: bytes, field: str = "file") -> Upload:
    """The file, if it is one of the kinds that are kept. Raises `Invalid`."""
    if not content:
        raise Invalid({field: "Bitte eine Datei auswählen."})
    if len(content) > MOST_BYTES:
        raise Invalid({field: f"Die Datei ist größer als {MOST_BYTES // 1_000_000} MB."})
    plain = "".join(letter for letter in Path(name.replace("\\", "/")).name if letter.isprintable()).strip()[-120:]
    start, media_type = KINDS.get(plain.rpartition(".")[2].lower(), (None, ""))
    if start is None:
        raise Invalid({field: "Angenommen werden PDF, JPEG, PNG, Word, Excel und OpenDocument."})
    if not content.startswith(start):
        raise Invalid({field: "Der Inhalt der Datei passt nicht zu ihrer Endung."})
    return Upload(plain, media_type, content)


@dataclass(frozen=True)
class Files:
    """A part's folder of documents."""

    root: Path

    def path(self, municipality_id: int, sha256: str) -> Path:
        """Where a file lies; its name is its hash."""
        return self.root / str(municipality_id) / sha256[:2] / sha256

    def keep(self, municipality_id: int, file: Upload) -> None:
        """Write the file so that it survives a power cut."""
        target = self.path(municipality_id, file.sha256)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as written:
                written.write(file.content)
                written.flush()
                os.fsync(written.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def release(self, municipality_id: int, sha256: str) -> None:
        """A row stops to name the file: the day until it is swept begins now, so that this can be taken back."""
        path = self.path(municipality_id, sha256)
        if path.is_file():
            path.touch()

    def sweep(self, named: set[tuple[int, str]], older_than_s: float = ORPHAN_AFTER_S) -> int:
        """Remove files that no row names (municipality, hash) and that are older than a day; says how many."""
        removed, limit = 0, time.time() - older_than_s
        for path in sorted(self.root.glob("*/*/*")):
            town = path.relative_to(self.root).parts[0]
            if not (town.isdecimal() and (int(town), path.name) in named) and path.stat().st_mtime < limit:
                path.unlink()
                removed += 1
        return removed
