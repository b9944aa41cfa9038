"""The previews of the person who asks: see `geo.places.previews`."""

from typing import Any

from geo.places.previews import Previews
from webapp.app import actor, register_app


def _of(kind: str) -> Previews:
    return Previews(register_app().settings.home, kind)


def keep(kind: str, town: int, rows: list[Any]) -> str:
    """Keep the rows; the answer is the key that tells this preview from another."""
    return _of(kind).keep(actor().account_id, town, rows)


def kept(kind: str, town: int, key: str | None) -> list[Any]:
    """The rows that were looked at under this key. Raises `Invalid` when they are gone or others by now."""
    return _of(kind).kept(actor().account_id, town, key)


def drop(kind: str, town: int) -> None:
    """The preview is taken over."""
    _of(kind).drop(actor().account_id, town)
