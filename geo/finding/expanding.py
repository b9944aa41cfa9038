"""What a search asks the index for: each word with its inflections, the compounds that hold it, the words in it.

Three questions to the index: `exact` (the words in any form), `wide` (in compounds too), `near` (a compound's own parts
close to each other as well: "Management von Leerständen" for Leerstandsmanagement).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.finding import compounds
from geo.finding.asking import Asked, Term, words_of
from geo.finding.words import plain

# The most compounds that are looked for with one word, the shortest first, and how far a compound's parts may stand.
MOST_COMPOUNDS, MOST_OF_A_PART, FARTHEST = 400, 40, 5
PUBLIC_WORDS, ALL_WORDS = "published.search_words", "register.search_words"


@dataclass
class Shapes:
    """The lexemes of a word: its own (None: it is too common to be looked for), its inflections, its compounds."""

    stem: str | None
    english: str | None
    inflected: set[str] = field(default_factory=set)
    holding: set[str] = field(default_factory=set)
    parts: tuple[str, ...] = ()

    @property
    def own(self) -> set[str]:
        return {self.stem, *self.inflected} if self.stem else set()


@dataclass(frozen=True)
class Questions:
    """The questions as PostgreSQL reads them, and every lexeme in them, for the marks. Empty: nothing is asked.

    `together` is `near` without the distances: what an index can tell before the distances are looked at.
    """

    exact: str = ""
    wide: str = ""
    near: str = ""
    together: str = ""
    english: str = ""
    german_lexemes: frozenset[str] = frozenset()
    english_lexemes: frozenset[str] = frozenset()


_STEMS = text(
    "SELECT w.word, (ts_lexize('pg_catalog.german_stem', w.word))[1] AS stem,"
    " (ts_lexize('pg_catalog.english_stem', w.word))[1] AS english FROM unnest(CAST(:words AS text[])) AS w(word)"
)
_SAME_STEM = "SELECT v.plain, v.stem FROM {words} v WHERE v.stem = ANY(CAST(:stems AS text[])) LIMIT 1000"
_HOLDING = """
    SELECT f.form, v.plain, v.stem
    FROM unnest(CAST(:forms AS text[])) AS f(form)
    CROSS JOIN LATERAL (SELECT w.plain, w.stem FROM {words} w WHERE w.plain LIKE '%' || f.form || '%'
                        ORDER BY length(w.plain), w.plain LIMIT :most) v
"""
# Side by side: a list of hundreds would be looked for among the three-letter pieces, which takes ten times as long.
_KNOWN = """
    SELECT s.side FROM unnest(CAST(:sides AS text[])) AS s(side)
    CROSS JOIN LATERAL (SELECT FROM {words} v WHERE v.plain = s.side LIMIT 1) v
    UNION SELECT s.side FROM unnest(CAST(:sides AS text[])) AS s(side)
    CROSS JOIN LATERAL (SELECT FROM {words} v WHERE v.stem = s.side LIMIT 1) v
"""


def shapes_of(
    session: Session,
    words: Sequence[str],
    table: str,
    *,
    most: int = MOST_COMPOUNDS,
    apart: bool = True,
    as_said: Collection[str] = (),
) -> dict[str, Shapes]:
    """The lexemes of each folded word, by the vocabulary in `table`; with `apart` what the words are put together of.

    `as_said` are words of phrases alone: no compounds are looked for with them.
    """
    if not words:
        return {}
    found = {row.word: Shapes(row.stem, row.english) for row in session.execute(_STEMS, {"words": list(words)})}
    stems = {shapes.stem for shapes in found.values() if shapes.stem}
    same: dict[str, set[str]] = {stem: set() for stem in stems}
    for row in session.execute(text(_SAME_STEM.format(words=table)), {"stems": sorted(stems)}):
        same[row.stem].add(row.plain)
    forms = {
        word: compounds.forms_to_look_for(plain(word), shapes.stem, same[shapes.stem])
        for word, shapes in found.items()
        if shapes.stem and word not in as_said
    }
    candidates = _candidates(session, table, sorted({form for some in forms.values() for form in some}), most)
    sides = {side for form, rows in candidates.items() for one, _ in rows for side in compounds.remainders(one, form)}
    asked = {plain(word) for word in forms} if apart else set()
    known = _known(session, table, sides | {piece for word in asked for piece in _pieces(word)})
    for word, some in forms.items():
        shapes = found[word]
        for form in some:
            for candidate, stem in candidates.get(form, ()):
                how = compounds.holds(candidate, form, known)
                if how and stem != shapes.stem:
                    (shapes.inflected if how == "form" else shapes.holding).add(stem)
        shapes.holding -= shapes.own
        if apart:
            shapes.parts = tuple(part for part in compounds.parts(plain(word), known) if _counts(part))
    return found


def _candidates(session: Session, table: str, forms: list[str], most: int) -> dict[str, list[tuple[str, str]]]:
    rows: dict[str, list[tuple[str, str]]] = {}
    if forms:
        for row in session.execute(text(_HOLDING.format(words=table)), {"forms": forms, "most": most}):
            rows.setdefault(row.form, []).append((row.plain, row.stem))
    return rows


def _known(session: Session, table: str, sides: set[str]) -> frozenset[str]:
    if not sides:
        return frozenset()
    return frozenset(session.scalars(text(_KNOWN.format(words=table)), {"sides": sorted(sides)}))


def _pieces(word: str) -> Iterable[str]:
    """The pieces of a word that may be words."""
    short, length = compounds.SHORTEST_CORPUS_WORD, min(len(word), compounds.LONGEST_WORD)
    return (word[at:until] for at in range(length) for until in range(at + short, length + 1))


def _counts(part: str) -> bool:
    return len(part) > 2 and part not in compounds.lexicon().particles


def questions(session: Session, asked: Asked, table: str) -> Questions:
    """The questions of a search; nothing but words too common to be looked for asks nothing."""
    loose = {word for term in asked.wanted if not term.is_phrase for word in words_of(term)}
    shapes = shapes_of(session, asked.words, table, as_said=set(asked.words) - loose)
    parts = sorted({part for one in shapes.values() for part in one.parts} - set(shapes))
    of_parts = shapes_of(session, parts, table, most=MOST_OF_A_PART, apart=False) | shapes
    writer = _Writer(shapes, of_parts)
    return Questions(
        writer.whole(asked, writer.exact),
        writer.whole(asked, writer.wide),
        writer.whole(asked, writer.near),
        writer.whole(asked, writer.together),
        writer.whole(asked, writer.english),
        frozenset(writer.german),
        frozenset(one.english for one in shapes.values() if one.english),
    )


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "").replace("'", "''") + "'"


def any_of(lexemes: Iterable[str]) -> str:
    """One of the lexemes; empty for none."""
    quoted = [_quoted(one) for one in sorted(lexemes)]
    return quoted[0] if len(quoted) == 1 else f"({' | '.join(quoted)})" if quoted else ""


def _either(questions: Iterable[str]) -> str:
    some = [one for one in dict.fromkeys(questions) if one]
    return some[0] if len(some) == 1 else f"({' | '.join(some)})" if some else ""


class _Writer:
    """Writes the questions; what it has asked for in German is in `german`."""

    def __init__(self, shapes: Mapping[str, Shapes], of_parts: Mapping[str, Shapes]):
        self.shapes, self.of_parts, self.german = shapes, of_parts, set[str]()

    def whole(self, asked: Asked, write: Callable[[Term], str]) -> str:
        """All groups, and nothing of what was forbidden; empty when no group asks for anything."""
        groups = [_either(write(term) for term in group) for group in asked.groups]
        wanted = [group for group in groups if group]
        if not wanted:
            return ""
        kept, self.german = self.german, set()
        no = self.english if write == self.english else self.exact
        refused = [f"!({one})" for one in (no(term) for term in asked.without) if one]
        self.german = kept
        return " & ".join([*wanted, *refused])

    def exact(self, term: Term) -> str:
        """The words in any form; several side by side."""
        own = [self._noted(self.shapes[word].own) for word in term.words]
        beside = self._noted(self.shapes[term.joined].own) if term.joined else ""
        return _either((_in_a_row(own), beside))

    def wide(self, term: Term) -> str:
        """The same, and compounds that hold the word (a phrase is meant as it stands)."""
        if term.is_phrase:
            return self.exact(term)
        word = term.joined or term.words[0]
        return _either((self.exact(term), self._noted(self.shapes[word].holding)))

    def near(self, term: Term) -> str:
        """The same, and the parts of the word close to each other."""
        lists = self._parts(term)
        close = [_close(one, other) for one, other in pairwise(lists)]
        return _either((self.wide(term), f"({' & '.join(close)})" if close else ""))

    def together(self, term: Term) -> str:
        """The same, and the parts of the word somewhere."""
        lists = self._parts(term)
        return _either((self.wide(term), f"({' & '.join(lists)})" if lists else ""))

    def _parts(self, term: Term) -> list[str]:
        """What is asked for each part of the word; nothing where it has none, or one too common to be looked for."""
        if term.is_phrase:
            return []
        parts = self.shapes[term.joined or term.words[0]].parts
        lists = [self._noted(self.of_parts[part].own | self.of_parts[part].holding) for part in parts]
        return lists if len(lists) > 1 and all(lists) else []

    def english(self, term: Term) -> str:
        return _in_a_row([any_of({self.shapes[word].english or ""} - {""}) for word in term.words])

    def _noted(self, lexemes: set[str]) -> str:
        self.german |= lexemes
        return any_of(lexemes)


def _in_a_row(words: Sequence[str]) -> str:
    """The words one after the other; one too common to be looked for may be any word."""
    said, distance = "", 0
    for word in words:
        distance += 1
        if word:
            said, distance = (f"{said} <{distance}> {word}" if said else word), 0
    return f"({said})" if " <" in said else said


def _close(one: str, other: str) -> str:
    """Both within some words of each other, in either order."""
    ways = [f"{a} <{n}> {b}" for n in range(1, FARTHEST + 1) for a, b in ((one, other), (other, one))]
    return f"({' | '.join(ways)})"
