"""What was looked at in a file waits here until it is taken over: one preview a person, town and kind of list."""

import hashlib
import json
from pathlib import Path
from typing import Any

from geo.core.errors import Invalid
from webapp.app import actor, register_app


def _path(kind: str, town: int) -> Path:
    folder = register_app().settings.home / f"{kind}-previews"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{actor().account_id}-{town}.json"


def keep(kind: str, town: int, rows: list[Any]) -> str:
    """Keep the rows; the answer is the key that tells this preview from another."""
    path, text = _path(kind, town), json.dumps(rows)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    return _key(text)


def kept(kind: str, town: int, key: str | None) -> list[Any]:
    """The rows that were looked at under this key. Raises `Invalid` when they are gone or others by now."""
    try:
        text = _path(kind, town).read_text(encoding="utf-8")
        rows = list(json.loads(text))
    except (OSError, ValueError):
        raise Invalid({"": "Die Vorschau ist nicht mehr da. Bitte die Datei noch einmal wählen."}) from None
    if _key(text) != key:
        raise Invalid({"": "Inzwischen wurde eine andere Datei angesehen. Bitte die Datei noch einmal wählen."})
    return rows


def drop(kind: str, town: int) -> None:
    """The preview is taken over."""
    _path(kind, town).unlink(missing_ok=True)


def _key(text: str) -> str:
    """Tells one preview from another, so that what is taken over is what was looked at."""
    return hashlib.sha256(text.encode()).hexdigest()
