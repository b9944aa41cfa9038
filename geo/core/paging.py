"""Pages of a list by key, not by OFFSET: the hundredth page costs what the first does."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from geo.core.errors import Invalid

Row = TypeVar("Row")
SIZE = 50
# More than that is not counted, and called “über 10.000”.
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Page(Generic[Row]):
    """A part of a list: its rows, the key of the next part if there is one, and the count of all rows.

    With `is_more` there are more than `total`, and nobody has counted how many.
    """

    rows: Sequence[Row]
    next_key: str | None
    total: int
    is_more: bool = False


def encode_key(values: Sequence[Any]) -> str:
    """A position in a list as opaque text for an address."""
    return base64.urlsafe_b64encode(json.dumps(list(values)).encode()).decode().rstrip("=")


def decode_key(text: str | None, kinds: Sequence[type]) -> list[Any] | None:
    """The position behind `text`; None for the first page. `kinds` says what each value must be, `str` or `int`.

    Raises `Invalid` for text not made by `encode_key`, so that the database never compares a word with a number.
    """
    if not text:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, list) or [type(value) for value in values] != list(kinds):
        raise Invalid({"ab": "Diese Seite der Liste gibt es nicht."})
    return values
