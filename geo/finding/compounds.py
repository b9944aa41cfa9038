"""German compounds without a dictionary on the server: does a word hold another one, and what is it put together of?

Known are the words of `data/search/words.toml` and those that the register's own texts use. A word holds another where
what is left on both sides is known, or where one side is long and the whole cannot be read in another way: Baumarkt
holds Bau and Markt, and no Baum.
"""

import tomllib
from collections.abc import Iterable, Set
from dataclasses import dataclass
from functools import lru_cache

from geo.core.paths import DATA
from geo.finding.words import folded, plain

# What may stand between two parts, and at the end of a word.
LINKS = ("", "s", "n", "en", "es", "er", "e", "ens", "ns")
ENDINGS = frozenset(
    ("", "e", "en", "er", "es", "s", "n", "em", "ern", "ens", "in", "innen", "erin", "erinnen", "um", "a", "on")
)
SHORTEST_FORM, SHORTEST_CORPUS_WORD, SHORTEST_UNKNOWN = 4, 4, 5
LONGEST_WORD, LONGEST_PART = 60, 24
_VOWELS = frozenset("aeiouy")
_DERIVED = frozenset(("isch", "ische", "ischen", "ischer", "chen", "lein", "lich", "liche", "lichen", "licher", "haft"))
_NOUNS = ("ung", "ungen", "igung", "igungen", "ig")
# A stem such as "sanier" is followed by what its noun ends with.
_LINKS_BEHIND = (*LINKS, "ungs", "ung", "ungen", "igungs")


@dataclass(frozen=True)
class Lexicon:
    """Words that stand in compounds, those that stand only in front, and those that are never taken apart."""

    parts: frozenset[str]
    particles: frozenset[str]
    wholes: frozenset[str]


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The list that comes with the register, its words as they are compared, without umlauts."""
    with (DATA / "search" / "words.toml").open("rb") as file:
        data = tomllib.load(file)
    named = {name: frozenset(plain(folded(word).strip()) for word in data[name].split()) for name in data}
    return Lexicon(_simple(named["parts"], named), named["particles"], named["wholes"])


def _simple(parts: frozenset[str], named: dict[str, frozenset[str]]) -> frozenset[str]:
    """The parts that are not put together of others: Rathaus is Rat and Haus."""
    words = Lexicon(parts, named["particles"], named["wholes"])
    others = (_split(word, frozenset(), words, not_whole=True) for word in parts)
    return frozenset(word for word, found in zip(parts, others, strict=True) if found is None)


def forms_to_look_for(word: str, stem: str, same_stem: Iterable[str]) -> list[str]:
    """The shapes under which a word may stand in another one, without those that hold another of them.

    All without umlauts. A short one counts only when it is known.
    """
    short = lexicon().parts
    shapes = {word, stem, *same_stem}
    if stem.endswith("um") and len(stem) > 5:
        shapes.add(stem[:-2])
    usable = sorted((s for s in shapes if len(s) >= SHORTEST_FORM or (len(s) == 3 and s in short)), key=len)
    kept: list[str] = []
    for shape in usable:
        if not any(other in shape for other in kept):
            kept.append(shape)
    return kept


def remainders(word: str, form: str) -> set[str]:
    """What would have to be known for `word` to hold `form`: the sides of each occurrence, without link or ending."""
    found = set()
    for at in _occurrences(word, form):
        found |= {word[: at - len(link)] for link in LINKS if word[:at].endswith(link)}
        for link in _LINKS_BEHIND:
            if (behind := word[at + len(form) :]).startswith(link):
                rest = behind[len(link) :]
                found |= {rest[: len(rest) - len(end)] for end in ENDINGS if rest.endswith(end)}
    return {side for side in found if len(side) >= SHORTEST_CORPUS_WORD}


def holds(word: str, form: str, known: Set[str]) -> str | None:
    """How `word` holds `form`: "form" (an inflection of it), "part" (a compound with it), or None (it does not).

    `known`: words of the register's texts among the `remainders`.
    """
    if len(word) > LONGEST_WORD:
        return None
    words = lexicon()
    if word.startswith(form) and word[len(form) :] in ENDINGS:
        return "form"
    if word in words.wholes or _without_ending(word) & words.wholes:
        return None
    known = remainders(word, form) & known
    best = None
    for at in _occurrences(word, form):
        left, right = word[:at], word[at + len(form) :]
        before, after = _front(left, known), _back(right, known)
        if before is not None and after is not None:
            best = min(best or 99.0, 1 + before + after)
        elif len(form) >= SHORTEST_FORM and (before is None) != (after is None):
            unknown = left if before is None else right
            if len(unknown) >= SHORTEST_UNKNOWN and set(unknown) & _VOWELS and cost(word, known) is None:
                return "part"
    if best is None:
        return None
    other = cost(word, known)
    return "part" if other is None or best <= other else None


def parts(word: str, known: Set[str]) -> tuple[str, ...]:
    """The fewest words that `word` is put together of; empty where it cannot be taken apart."""
    if word in lexicon().wholes or len(word) > LONGEST_WORD:
        return ()
    found = _split(word, frozenset(known) - {word}, lexicon())
    return found[1] if found is not None and len(found[1]) > 1 else ()


def cost(word: str, known: Set[str]) -> float | None:
    """Of how many parts a word can be read: one each, half for a link that is heard; None where it cannot."""
    return _cost_of(word, frozenset(known))


def _occurrences(word: str, form: str) -> Iterable[int]:
    at = word.find(form)
    while at >= 0:
        yield at
        at = word.find(form, at + 1)


def _without_ending(word: str) -> set[str]:
    return {word[: len(word) - len(end)] for end in ENDINGS if end and word.endswith(end)}


def _front(left: str, known: Set[str]) -> float | None:
    """What the side before a form costs; None where it is no word."""
    if not left:
        return 0
    if left in lexicon().particles:
        return 1
    prices = []
    for link in LINKS:
        stem = left[: len(left) - len(link)]
        if left.endswith(link) and len(stem) >= 3:
            price = 1.0 if stem in known else _cost_of(stem)
            if price is not None:
                prices.append(price + (0.5 if link else 0))
    return min(prices, default=None)


def _back(right: str, known: Set[str]) -> float | None:
    """What the side behind a form costs; None where it is neither an ending nor a word."""
    if right in ENDINGS or right in _DERIVED or right in _NOUNS:
        return 0
    prices = []
    for link in _LINKS_BEHIND:
        rest = right[len(link) :]
        if right.startswith(link) and len(rest) >= 3:
            stems = {rest[: len(rest) - len(end)] for end in ENDINGS if rest.endswith(end)}
            found = [1.0 for stem in stems if stem in known]
            found += [price for price in map(_cost_of, {rest, *stems}) if price is not None]
            if found:
                prices.append(min(found) + (0.5 if link else 0))
    return min(prices, default=None)


@lru_cache(maxsize=50_000)
def _cost_of(word: str, known: frozenset[str] = frozenset()) -> float | None:
    found = _split(word, known, lexicon())
    return None if found is None else found[0]


def _split(
    word: str, known: frozenset[str], words: Lexicon, *, not_whole: bool = False
) -> tuple[float, tuple[str, ...]] | None:
    """The cheapest reading of a word as a row of known ones: its cost and its parts."""
    length = len(word)
    best: dict[int, tuple[float, tuple[str, ...]]] = {0: (0.0, ())}
    end: tuple[float, tuple[str, ...]] | None = None
    for at in range(length):
        if at not in best:
            continue
        spent, before = best[at]
        for until in range(at + 2, min(length, at + LONGEST_PART) + 1):
            part = word[at:until]
            is_word = len(part) > 2 and (part in words.parts or part in words.wholes or part in known)
            if not_whole and at == 0 and until >= length - 2:
                continue
            if not is_word and not (part in words.particles and until < length):
                continue
            rest, reached = word[until:], (*before, part)
            if is_word and rest in ENDINGS and (end is None or spent + 1 < end[0]):
                end = (spent + 1, reached)
            for link in LINKS if is_word else ("",):
                price = spent + 1 + (0.5 if link else 0)
                there = until + len(link)
                if rest.startswith(link) and there < length and (there not in best or price < best[there][0]):
                    best[there] = (price, reached)
    return end
