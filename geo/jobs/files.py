"""The files that jobs leave behind: in `<home>/jobs`, on the disk for good before the row that names them."""

import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

KEEP_DAYS = 7
ORPHAN_AFTER_S = 48 * 3600


@dataclass(frozen=True)
class KeptFile:
    """A file in the store, and what it is called outside."""

    file: str
    name: str
    media_type: str
    bytes: int


@dataclass(frozen=True)
class Store:
    """`results` lies flat under random names; `scratch` has a folder a run."""

    root: Path

    def path(self, file: str) -> Path:
        """Where a result lies."""
        return self.root / "results" / file

    def scratch(self) -> Path:
        """A new folder for one run. On the same disk as the results, so that keeping a file moves it."""
        folder = self.root / "scratch"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Path(tempfile.mkdtemp(dir=folder))

    def take(self, path: Path, file: str, name: str, media_type: str) -> KeptFile:
        """Moves a file into the store so that it survives a power cut."""
        target = self.path(file)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = target.with_suffix(".part")
        shutil.move(path, draft)
        draft.chmod(0o600)
        _sync(draft, os.O_RDONLY)
        draft.replace(target)
        _sync(target.parent, os.O_RDONLY | os.O_DIRECTORY)
        return KeptFile(file, name, media_type, target.stat().st_size)

    def remove(self, file: str) -> None:
        """Takes a result away; one that is gone already is fine."""
        self.path(file).unlink(missing_ok=True)

    def sweep(self, known: set[str], older_than_s: float = ORPHAN_AFTER_S) -> int:
        """Removes results that no row names and folders of runs long over; says how many."""
        removed, limit = 0, time.time() - older_than_s
        for path in [*self.root.glob("results/*"), *self.root.glob("scratch/*")]:
            if path.name in known or path.stat().st_mtime > limit:
                continue
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
            removed += 1
        return removed


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
