"""The files of imports: what was handed in, and the rows that the sandbox made of it, in `<home>/imports`."""

import hashlib
import os
import shutil
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from geo.core.errors import Invalid

MOST_BYTES = 400_000_000
_BLOCK = 1 << 20
# So old is nothing that somebody is still handing in, or that is being read before its import is written down.
LEFT_OVER_AFTER_S = 48 * 3600


@dataclass(frozen=True)
class HandedIn:
    """A file as it was received, before anybody has looked into it."""

    path: Path
    name: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Uploads:
    """A folder an import, under the town's number and the file's hash. `most_bytes`: how large a file may be."""

    root: Path
    most_bytes: int = MOST_BYTES

    def folder(self, town: int, sha256: str) -> Path:
        return self.root / str(town) / sha256

    def rows_folder(self, town: int, sha256: str, import_id: int) -> Path:
        """Where the rows of one import lie: two of the same file may be read differently."""
        return self.folder(town, sha256) / str(import_id)

    def receive(self, town: int, file: IO[bytes], name: str) -> HandedIn:
        """Keeps a file. Raises `Invalid` at the field `file` when it is empty or too large."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self.root / f".{os.getpid()}-{os.urandom(8).hex()}"
        total, size = hashlib.sha256(), 0
        try:
            with draft.open("wb") as target:
                for block in _blocks(file):
                    size += len(block)
                    if size > self.most_bytes:
                        raise Invalid({"file": f"Die Datei ist zu groß (höchstens {self.most_bytes // 1_000_000} MB)."})
                    total.update(block)
                    target.write(block)
            if not size:
                raise Invalid({"file": "Die Datei ist leer."})
            folder = self.folder(town, total.hexdigest())
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft.replace(folder / "file")
        finally:
            draft.unlink(missing_ok=True)
        return HandedIn(folder / "file", Path(name.replace("\\", "/")).name[-200:] or "Datei", total.hexdigest(), size)

    def remove(self, town: int, sha256: str) -> None:
        """Forgets a file and its rows."""
        shutil.rmtree(self.folder(town, sha256), ignore_errors=True)

    def sweep(self, needed: Collection[tuple[int, str, int]], older_than_s: float = LEFT_OVER_AFTER_S) -> int:
        """Removes what no open import needs (each as its town, the file's hash and its number); says how many folders.

        Left behind are files that were refused, or whose import is over, and what a broken connection left half.
        """
        limit, removed = time.time() - older_than_s, 0
        files = {(str(town), sha256) for town, sha256, _ in needed}
        rows = {str(import_id) for _, _, import_id in needed}
        for draft in self.root.glob(".*-*"):
            removed += _remove_old(draft, limit)
        for folder in self.root.glob("[0-9]*/*"):
            if (folder.parent.name, folder.name) not in files:
                removed += _remove_old(folder, limit)
                continue
            removed += sum(_remove_old(one, limit) for one in folder.iterdir() if one.is_dir() and one.name not in rows)
        return removed


def _remove_old(path: Path, limit: float) -> bool:
    """Takes a file or a folder away when nothing in it is younger."""
    try:
        if max(one.stat().st_mtime for one in (path, *path.rglob("*"))) > limit:
            return False
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    except FileNotFoundError:  # another worker sweeps too
        return False
    return True


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        yield block
