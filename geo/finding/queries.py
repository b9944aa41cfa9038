"""The search: what is found, ranked and grouped by kind, with the words marked; near words where nothing is found."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, String, bindparam, text
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor, scope
from geo.core.db import for_municipality
from geo.finding.asking import LONGEST, Asked, parse
from geo.finding.expanding import ALL_WORDS, PUBLIC_WORDS, Questions, any_of, questions
from geo.finding.snippets import Piece, beside, marked, snippet
from geo.finding.words import plain, tokens

# So many of each kind on the page of all kinds; so many on a page of one kind, and so many pages.
FEW, MANY, MOST_PAGES = 5, 25, 40
# What a text that is not for everybody may ask of its reader.
NEEDED = (Action.KNOWLEDGE_PROPOSE, Action.KNOWLEDGE_EDIT, Action.ALLIANCE_VIEW, Action.PILOT_VIEW)


@dataclass(frozen=True)
class Hit:
    """Something found: where it leads (kind and key), and its words with those asked for marked.

    `beside` are the few names that say where it belongs: town, working group.
    """

    kind: str
    key: str
    lang: str
    title: tuple[Piece, ...]
    snippet: tuple[Piece, ...]
    beside: tuple[tuple[Piece, ...], ...]
    is_internal: bool


@dataclass(frozen=True)
class Group:
    """What was found of a kind: how many, and the best of them."""

    kind: str
    total: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True)
class Suggestion:
    """A word of the texts that is spelled like one asked for, and the search with it."""

    word: str
    instead: str


@dataclass(frozen=True)
class Answer:
    """The groups, the best first. `asks_nothing`: there was no word to look for."""

    groups: tuple[Group, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    asks_nothing: bool = False

    @property
    def total(self) -> int:
        return sum(group.total for group in self.groups)


@dataclass(frozen=True)
class _Reader:
    """Whose search it is: the views that they may read, and what of the internal texts they may see."""

    texts: str
    words: str
    condition: str
    bound: dict[str, Any]


_PUBLIC = _Reader("published.search_texts", PUBLIC_WORDS, "true", {})


def _staff(actor: Actor) -> _Reader:
    where = {action: scope(actor, action) for action in NEEDED}
    pairs = [(str(action), town) for action, one in where.items() for town in one.municipality_ids]
    return _Reader(
        "register.search_texts",
        ALL_WORDS,
        "(t.needs IS NULL OR t.needs = ANY(CAST(:everywhere AS text[]))"
        " OR (t.municipality_id IS NULL AND t.needs = ANY(CAST(:somewhere AS text[])))"
        " OR EXISTS (SELECT FROM unnest(CAST(:actions AS text[]), CAST(:towns AS integer[])) AS may(action, town)"
        "            WHERE may.action = t.needs AND may.town = t.municipality_id))",
        {
            "everywhere": [str(action) for action, one in where.items() if one.everywhere],
            "somewhere": [str(action) for action, one in where.items() if one.municipality_ids],
            "actions": [action for action, _ in pairs],
            "towns": [town for _, town in pairs],
        },
    )


_SEARCH = """
    WITH near AS MATERIALIZED (
        SELECT t.id, t.kind, t.row_key, t.lang, t.title, t.lexemes FROM {texts} t
        WHERE CAST(:near AS text) <> '' AND t.lang = 'de' AND t.lexemes @@ CAST(:together AS tsquery)
          AND {condition}
    ), hits AS MATERIALIZED (
        SELECT t.id, t.kind, t.row_key, t.lang, t.title, true AS is_direct,
               4 * ts_rank(t.lexemes, CAST(:exact AS tsquery), 1)
               + ts_rank(t.lexemes, CAST(:wide AS tsquery), 1) AS score
        FROM {texts} t
        WHERE t.lang = 'de' AND t.lexemes @@ CAST(:wide AS tsquery) AND {condition}
        UNION ALL
        SELECT n.id, n.kind, n.row_key, n.lang, n.title, false, ts_rank(n.lexemes, CAST(:together AS tsquery), 1)
        FROM near n WHERE n.lexemes @@ CAST(:near AS tsquery)
        UNION ALL
        SELECT t.id, t.kind, t.row_key, t.lang, t.title, true, 5 * ts_rank(t.lexemes, CAST(:english AS tsquery), 1)
        FROM {texts} t
        WHERE :lang = 'en' AND t.lang = 'en' AND t.lexemes @@ CAST(:english AS tsquery) AND {condition}
    ), each_once AS (
        SELECT DISTINCT ON (h.kind, h.row_key) h.* FROM hits h
        ORDER BY h.kind, h.row_key, h.lang = :lang DESC, h.is_direct DESC, h.score DESC
    ), ranked AS (
        SELECT e.*, count(*) OVER (PARTITION BY e.kind) AS total,
               row_number() OVER (PARTITION BY e.kind ORDER BY e.is_direct DESC, e.score DESC, e.title, e.id) AS place
        FROM each_once e
    )
    SELECT r.*, t.body, t.beside, {needs} AS needs FROM ranked r JOIN {texts} t ON t.id = r.id
    WHERE r.place = 1 OR (r.place > :after AND r.place <= :last AND (CAST(:kind AS text) IS NULL OR r.kind = :kind))
    ORDER BY r.is_direct DESC, r.score DESC, r.title, r.id
"""

# Written into the statement: a plan that was made without them knows no index to use.
_AS_WRITTEN = [
    bindparam(name, type_=String(), literal_execute=True) for name in ("exact", "wide", "near", "together", "english")
]


def find(session: Session, typed: str, lang: str, *, kind: str | None = None, page: int = 1) -> Answer:
    """What everybody may find. `kind`: one kind alone, page by page; else the best few of each."""
    return _find(session, _PUBLIC, typed, lang, kind, page)


def find_internal(session: Session, actor: Actor, typed: str, *, kind: str | None = None, page: int = 1) -> Answer:
    """What the actor may find: everything public, and what else they may see."""
    with for_municipality(session, None):
        return _find(session, _staff(actor), typed, "de", kind, page)


@contextmanager
def _by_index(session: Session) -> Iterator[None]:
    """Let no query read through all texts: PostgreSQL takes unpacking and comparing their lexemes for cheap."""
    session.execute(text("SET LOCAL enable_seqscan = off"))
    yield
    session.execute(text("SET LOCAL enable_seqscan = on"))


def _find(session: Session, reader: _Reader, typed: str, lang: str, kind: str | None, page: int) -> Answer:
    asked = parse(typed)
    with _by_index(session):
        return _answer(session, reader, asked, typed, lang, kind, page)


def _answer(
    session: Session, reader: _Reader, asked: Asked, typed: str, lang: str, kind: str | None, page: int
) -> Answer:
    wanted = questions(session, asked, reader.words) if asked.groups else Questions()
    if not (wanted.exact or (lang == "en" and wanted.english)):
        return Answer(asks_nothing=True)
    after = (min(max(page, 1), MOST_PAGES) - 1) * MANY if kind else 0
    bound = {
        **{name: getattr(wanted, name) for name in ("exact", "wide", "together", "english")},
        "near": wanted.near if wanted.near != wanted.wide else "",
        "lang": lang,
        "kind": kind,
        "after": after,
        "last": after + MANY if kind else FEW,
        **reader.bound,
    }
    query = _SEARCH.format(
        texts=reader.texts,
        condition=reader.condition,
        needs="NULL" if reader is _PUBLIC else "t.needs",
    )
    rows = session.execute(text(query).bindparams(*_AS_WRITTEN), bound).all()
    shown = [row for row in rows if (row.kind == kind if kind else True) and after < row.place <= bound["last"]]
    marks = _words_to_mark(session, shown, wanted)
    groups: dict[str, list[Hit]] = {row.kind: [] for row in rows}
    for row in shown:
        groups[row.kind].append(_hit(row, marks[row.lang]))
    totals = {row.kind: row.total for row in rows}
    found = tuple(Group(name, totals[name], tuple(hits)) for name, hits in groups.items())
    return Answer(found, () if found else _near_words(session, reader, asked, typed))


def _hit(row: Row[Any], words: frozenset[str]) -> Hit:
    return Hit(
        row.kind,
        row.row_key,
        row.lang,
        tuple(marked(row.title, words)),
        tuple(snippet(row.body, words)),
        tuple(tuple(line) for line in beside(row.title, row.beside, words)),
        row.needs is not None,
    )


_MARKED = text(
    "SELECT w.word FROM unnest(CAST(:words AS text[])) AS w(word)"
    " WHERE (ts_lexize(CAST(:dictionary AS regdictionary), w.word))[1] = ANY(CAST(:lexemes AS text[]))"
)


def _words_to_mark(session: Session, rows: Sequence[Row[Any]], wanted: Questions) -> dict[str, frozenset[str]]:
    """By language, the words in what is shown that the search asks for."""
    marks = {}
    for lang, name, lexemes in (
        ("de", "german", wanted.german_lexemes),
        ("en", "english", wanted.english_lexemes),
    ):
        words = {
            token.word for row in rows if row.lang == lang for token in tokens(f"{row.title} {row.body} {row.beside}")
        }
        bound = {"words": sorted(words), "dictionary": f"pg_catalog.{name}_stem", "lexemes": sorted(lexemes)}
        marks[lang] = frozenset(session.scalars(_MARKED, bound)) if words else frozenset()
    return marks


_NEAR_WORDS = """
    SELECT w.word, w.stem FROM {words} w WHERE w.plain OPERATOR(public.%) :word
    ORDER BY public.similarity(w.plain, :word) DESC, w.word LIMIT 12
"""
_SAYING = """
    SELECT v.said FROM unnest(CAST(:queries AS text[])) AS s(query)
    CROSS JOIN LATERAL (SELECT concat_ws(' ', t.title, t.body, t.beside) AS said FROM {texts} t
                        WHERE t.lang = 'de' AND t.lexemes @@ CAST(s.query AS tsquery) AND {condition} LIMIT 3) v
"""
MOST_SUGGESTIONS = 6


def _near_words(session: Session, reader: _Reader, asked: Asked, typed: str) -> tuple[Suggestion, ...]:
    """Words of texts that the reader may find, spelled like those asked for, as they stand there."""
    found: dict[str, Suggestion] = {}
    for token in tokens(typed[:LONGEST]):
        if token.word not in asked.words:
            continue
        for shown in _alike(session, reader, token.word):
            instead = typed[: token.start] + shown + typed[token.end : LONGEST]
            found.setdefault(shown.lower(), Suggestion(shown, instead))
    return tuple(found.values())[:MOST_SUGGESTIONS]


def _alike(session: Session, reader: _Reader, word: str) -> list[str]:
    """The words most like it, one of each stem."""
    near = session.execute(text(_NEAR_WORDS.format(words=reader.words)), {"word": plain(word)}).all()
    stems = {row.word: row.stem for row in reversed(near) if row.word != word}
    if not stems:
        return []
    query = text(_SAYING.format(texts=reader.texts, condition=reader.condition))
    said: dict[str, str] = {}
    asked = {"queries": [any_of([stem]) for stem in dict.fromkeys(stems.values())], **reader.bound}
    for body in session.scalars(query, asked):
        for token in tokens(body):
            if token.word in stems:
                said.setdefault(token.word, body[token.start : token.end])
    best = {stems[row.word]: row.word for row in reversed(near) if row.word in said}
    return [said[row.word] for row in near if row.word in said and best[stems[row.word]] == row.word]
