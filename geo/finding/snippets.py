"""A text around the words that were asked for, in pieces, so that a template marks them and escapes everything."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from geo.finding.words import Token, tokens

LONGEST = 240
_ELLIPSIS = "…"


class Piece(NamedTuple):
    """A piece of a text, and whether it was asked for."""

    text: str
    is_hit: bool


def marked(text: str, words: frozenset[str]) -> Iterator[Piece]:
    """The whole text in pieces."""
    at = 0
    for token in tokens(text):
        if token.word in words:
            if token.start > at:
                yield Piece(text[at : token.start], False)
            yield Piece(text[token.start : token.end], True)
            at = token.end
    if at < len(text):
        yield Piece(text[at:], False)


def snippet(body: str, words: frozenset[str]) -> Iterator[Piece]:
    """About 240 characters where most different words stand, cut between words; the beginning where none does."""
    body = " ".join(body.split())
    found = list(tokens(body))
    start, end = _window(body, [token for token in found if token.word in words])
    if start > 0:
        start = next((token.start for token in found if token.start >= start), start)
    if end < len(body):
        end = next((one.end for one, other in pairwise(found) if one.start >= start and other.end > end), end)
    if start > 0:
        yield Piece(_ELLIPSIS + " ", False)
    yield from marked(body[start:end], words)
    if end < len(body):
        yield Piece(" " + _ELLIPSIS, False)


def _window(body: str, hits: Sequence[Token]) -> tuple[int, int]:
    """From where to where the best part of the text goes."""
    if not hits:
        return 0, min(len(body), LONGEST)
    best, most = hits[0], 0
    for number, hit in enumerate(hits):
        inside = {other.word for other in hits[number : number + 20] if other.end <= hit.start + LONGEST - 40}
        if len(inside) > most:
            best, most = hit, len(inside)
    start = max(0, best.start - 40)
    return (0, LONGEST) if start < 15 else (start, start + LONGEST)
