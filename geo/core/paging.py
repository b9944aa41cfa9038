"""Pages of a list by key, not by OFFSET: the hundredth page costs what the first does."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from geo.core.errors import Invalid

Row = TypeVar("Row")
SIZE = 50


@dataclass(frozen=True)
class Page(Generic[Row]):
    """A part of a list: its rows, the key of the next part if there is one, and the count of all rows."""

    rows: Sequence[Row]
    next_key: str | None
    total: int


def encode_key(values: Sequence[Any]) -> str:
    """A position in a list as opaque text for an address."""
    return base64.urlsafe_b64encode(json.dumps(list(values)).encode()).decode().rstrip("=")


def decode_key(text: str | None, length: int) -> list[Any] | None:
    """The position behind `text`; None for the first page. Raises `Invalid` for text not made by `encode_key`."""
    if not text:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, list) or len(values) != length or not all(isinstance(v, str | int) for v in values):
        raise Invalid({"ab": "Diese Seite der Liste gibt es nicht."})
    return values
