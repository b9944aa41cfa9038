"""A text around the words that were asked for, in pieces, so that a template marks them and escapes everything."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from geo.finding.words import Token, tokens

# So long a piece is, so much of it stands before the words; so far off the end of the text or the beginning of the
# sentence may be; so many lines stand beside it.
LONGEST, BEFORE, NEAR, MOST_BESIDE = 240, 40, 80, 3
_ELLIPSIS, _ENDS = "…", ".!?:;,…·"
_SENTENCE = re.compile(r"[.!?:·]\s+(?=[^\W\d_])")


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
    """About 240 characters where most different words stand, cut between words; the beginning where none does.

    A text that is not much longer is shown whole; where a sentence begins shortly before the words, so does the piece.
    """
    body = _one_line(body)
    found = list(tokens(body))
    start, end = _window(body, [token for token in found if token.word in words])
    if start > 0:
        start = _sentence(body, start) or next((token.start for token in found if token.start >= start), start)
    if end < len(body):
        end = next((one.end for one, other in pairwise(found) if one.start >= start and other.end > end), end)
    if start > 0:
        yield Piece(_ELLIPSIS + " ", False)
    yield from marked(body[start:end], words)
    if end < len(body):
        yield Piece(" " + _ELLIPSIS, False)


def beside(title: str, lines: str, words: frozenset[str]) -> list[Iterator[Piece]]:
    """Up to three of the lines that help to find a text, words asked for before others; none that the title says."""
    known = dict.fromkeys(line.strip() for line in lines.split("\n") if line.strip())
    asked = {line for line in known if any(token.word in words for token in tokens(line))}
    shown = sorted((line for line in known if line not in title), key=lambda line: line not in asked)[:MOST_BESIDE]
    return [marked(line, words) for line in known if line in shown]


def _one_line(body: str) -> str:
    """The text with its lines one after the other: one that does not end a sentence is set off by a point."""
    lines = [" ".join(line.split()) for line in body.split("\n")]
    said = [line for line in lines if line]
    return "".join(line + (" " if line[-1] in _ENDS else " · ") for line in said[:-1]) + "".join(said[-1:])


def _sentence(body: str, start: int) -> int | None:
    """Where the sentence of the words begins that stand `BEFORE` behind `start`; None where that is far before."""
    begun = [found.end() for found in _SENTENCE.finditer(body, max(0, start + BEFORE - NEAR), start + BEFORE + 1)]
    return begun[-1] if begun else None


def _window(body: str, hits: Sequence[Token]) -> tuple[int, int]:
    """From where to where the best part of the text goes."""
    if len(body) <= LONGEST + NEAR:
        return 0, len(body)
    if not hits:
        return 0, LONGEST
    best, most = hits[0], 0
    for number, hit in enumerate(hits):
        inside = {other.word for other in hits[number : number + 20] if other.end <= hit.start + LONGEST - BEFORE}
        if len(inside) > most:
            best, most = hit, len(inside)
    start = max(0, best.start - BEFORE)
    return (0, LONGEST) if start < NEAR else (start, start + LONGEST)
