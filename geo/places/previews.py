"""What was looked at in a file waits in `<home>/…-previews` to be taken over: one a person, town and kind of list."""

import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.core.errors import Invalid

LEFT_OVER_AFTER_S = 48 * 3600


@dataclass(frozen=True)
class Previews:
    """The previews of a kind of list, in the register's home."""

    home: Path
    kind: str

    def _path(self, person: int | None, town: int) -> Path:
        folder = self.home / f"{self.kind}-previews"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder / f"{person}-{town}.json"

    def keep(self, person: int | None, town: int, rows: list[Any]) -> str:
        """Keep the rows; the answer is the key that tells this preview from another."""
        path, text = self._path(person, town), json.dumps(rows)
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
        return _key(text)

    def kept(self, person: int | None, town: int, key: str | None) -> list[Any]:
        """The rows that were looked at under this key. Raises `Invalid` when they are gone or others by now."""
        try:
            text = self._path(person, town).read_text(encoding="utf-8")
            rows = list(json.loads(text))
        except (OSError, ValueError):
            raise Invalid({"": "Die Vorschau ist nicht mehr da. Bitte die Datei noch einmal wählen."}) from None
        if _key(text) != key:
            raise Invalid({"": "Inzwischen wurde eine andere Datei angesehen. Bitte die Datei noch einmal wählen."})
        return rows

    def drop(self, person: int | None, town: int) -> None:
        """The preview is taken over."""
        self._path(person, town).unlink(missing_ok=True)


def sweep(home: Path, older_than_s: float = LEFT_OVER_AFTER_S) -> int:
    """Removes previews that nobody took over; says how many."""
    limit, removed = time.time() - older_than_s, 0
    for path in home.glob("*-previews/*.json"):
        try:
            if path.stat().st_mtime <= limit:
                path.unlink()
                removed += 1
        except FileNotFoundError:  # taken over at this moment
            continue
    return removed


def _key(text: str) -> str:
    """Tells one preview from another, so that what is taken over is what was looked at."""
    return hashlib.sha256(text.encode()).hexdigest()
