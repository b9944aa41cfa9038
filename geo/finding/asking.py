"""What somebody typed into the search: words, "phrases", -words and „oder“; anything else is left out."""

import re
from dataclasses import dataclass

from geo.finding.words import folded

LONGEST, MOST_TERMS = 200, 12
_PIECE = re.compile(r'(-?)"([^"]*)"?|(\S+)')
_OR = {"oder", "or"}
_QUOTES = str.maketrans(dict.fromkeys("„“”«»‟", '"'))


@dataclass(frozen=True)
class Term:
    """A word, or several that stand side by side: a phrase, or a word with hyphens (`joined`: as one word)."""

    words: tuple[str, ...]
    joined: str | None = None
    is_phrase: bool = False


@dataclass(frozen=True)
class Asked:
    """All groups must be found, of a group one term; nothing of `without` may be there."""

    groups: tuple[tuple[Term, ...], ...]
    without: tuple[Term, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Every word, each once."""
        return tuple(dict.fromkeys(word for term in (*self.wanted, *self.without) for word in words_of(term)))

    @property
    def wanted(self) -> tuple[Term, ...]:
        return tuple(term for group in self.groups for term in group)


def words_of(term: Term) -> tuple[str, ...]:
    return (*term.words, term.joined) if term.joined else term.words


def parse(typed: str) -> Asked:
    """Read a search; of a very long one its beginning. Never fails: what holds no word asks for nothing."""
    text = "".join(letter if letter.isprintable() else " " for letter in typed[:LONGEST]).translate(_QUOTES)
    groups: list[list[Term]] = []
    without: list[Term] = []
    joins_next = False
    for piece in _PIECE.finditer(text):
        minus, phrase, word = piece[1], piece[2], piece[3]
        if word is not None and word.lower() in _OR and groups:
            joins_next = True
            continue
        if word is not None and word.startswith("-"):
            minus, word = "-", word.lstrip("-")
        term = _term(phrase if word is None else word, is_phrase=word is None)
        if term is None or len(groups) + len(without) >= MOST_TERMS:
            continue
        if minus:
            without.append(term)
        elif joins_next and groups:
            groups[-1].append(term)
        else:
            groups.append([term])
        joins_next = False
    return Asked(tuple(tuple(group) for group in groups), tuple(without))


def _term(raw: str, *, is_phrase: bool) -> Term | None:
    words = tuple(folded(raw).split())[:MOST_TERMS]
    if not words:
        return None
    if is_phrase:
        return Term(words, is_phrase=len(words) > 1)
    return Term(words, joined="".join(words) if len(words) > 1 else None)
