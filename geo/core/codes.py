"""Code lists: a mapping from a code to its German and English name."""

from collections.abc import Mapping
from typing import Any


def label(codes: Mapping[Any, tuple[str, str]], code: object, language: str = "de") -> str:
    """The name of a code in German or English; the code itself if it is not in the list."""
    names = codes.get(code)
    return (names[1] if language == "en" else names[0]) if names else ("" if code is None else str(code))
