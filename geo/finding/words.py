"""Words as the search compares them: small letters, ae/oe/ue as umlauts, no accents, no punctuation."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_FROM = "ÄÖÜẞàáâãåāăąçćčďèéêëēėęěìíîïīłñńňòóôõøōřśšťùúûūůýÿžźż"
_TO = "äöüßaaaaaaaacccdeeeeeeeeiiiiilnnnoooooorsstuuuuuyyzzz"
_LETTERS = str.maketrans(_FROM, _TO)
_DIGRAPHS = tuple(
    (re.compile(f"(?<![aeoquäöü]){pair}"), umlaut) for pair, umlaut in (("ae", "ä"), ("oe", "ö"), ("ue", "ü"))
)
_NO_WORD = re.compile(r"[^a-z0-9äöüß]+")
_WORD = re.compile(r"[a-z0-9äöüß]*")
_PLAIN = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})
_TOKEN = re.compile(r"[^\W_]+")


class Token(NamedTuple):
    """A word in a text: where it begins and ends, and how it is compared."""

    start: int
    end: int
    word: str


def folded(text: str) -> str:
    """What `register.search_folded` makes of a text: its words, separated by spaces."""
    text = text.lower().translate(_LETTERS)
    if "ae" in text or "oe" in text or "ue" in text:
        for pair, umlaut in _DIGRAPHS:
            text = pair.sub(umlaut, text)
    return text if _WORD.fullmatch(text) else _NO_WORD.sub(" ", text)


def plain(word: str) -> str:
    """A folded word without umlauts, as stems are."""
    return word.translate(_PLAIN)


def tokens(text: str) -> Iterator[Token]:
    """The words of a text as they stand in it."""
    for found in _TOKEN.finditer(text):
        yield Token(found.start(), found.end(), folded(found[0]).strip())
