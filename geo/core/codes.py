"""Code lists: a mapping from a code to its German and English name."""

from collections.abc import Mapping


def label(codes: Mapping[str, tuple[str, str]], code: str | None, language: str = "de") -> str:
    """The name of a code in German or English; the code itself if it is not in the list."""
    names = codes.get(code or "")
    return (names[1] if language == "en" else names[0]) if names else (code or "")
