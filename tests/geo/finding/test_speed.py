"""The speed of the search among thousands of texts.

A file of its own: as long as the texts are there, other connections would wait for their words.
"""

import random
import time
from itertools import accumulate

import pytest
from sqlalchemy import text

from geo.core.access import SYSTEM
from geo.finding import compounds, queries
from tests.geo.finding.conftest import put

_READ_THROUGH = text(
    "SELECT sum(seq_tup_read) FROM pg_stat_xact_all_tables WHERE relname IN ('search_texts', 'search_words')"
)
TEXTS, WORDS_EACH, VOCABULARY = 3_000, 80, 25_000


@pytest.fixture(scope="module")
def large(shared):
    """Some thousand texts of words and compounds put together at random, common ones more often than rare ones."""
    dice = random.Random(7)
    parts = sorted(part for part in compounds.lexicon().parts if len(part) > 3)
    made = ["".join(dice.sample(parts, dice.choice((1, 2, 2, 3)))).capitalize() for _ in range(VOCABULARY)]
    odds = list(accumulate(1 / (rank + 20) for rank in range(VOCABULARY)))
    with shared.staff(SYSTEM) as session:
        for number in range(TEXTS):
            words = dice.choices(made, cum_weights=odds, k=WORDS_EACH)
            put(session, f"Text {number}", " ".join(words))
        session.commit()
        session.execute(text("SET LOCAL ROLE reg_owner"))
        session.execute(text("ANALYZE register.search_texts"))
        session.execute(text("ANALYZE register.search_words"))
        session.commit()
    return shared


ASKED = ["Stadt", "Leerstandsmanagement", "Markt Baum Haus", "Marktt Garten", '"Garten am Haus"', "Straße Platz"]


@pytest.mark.parametrize("typed", [*ASKED, "Stadtt", "Stadt oder Haus oder Platz"])
def test_no_search_reads_through_all_texts(large, typed):
    with large.public() as session:
        begun = session.scalar(_READ_THROUGH)
        answer = queries.find(session, typed, "de")
        assert answer.total or answer.suggestions
        assert session.scalar(_READ_THROUGH) == begun


@pytest.mark.parametrize("typed", ASKED)
def test_a_search_of_thousands_of_texts_is_quick(large, typed):
    """The best of several runs, so that a busy machine does not decide; the limit leaves room for a slow one."""
    took = []
    for _ in range(4):
        with large.public() as session:
            begun = time.perf_counter()
            answer = queries.find(session, typed, "de")
            took.append(time.perf_counter() - begun)
    assert answer.total or answer.suggestions or typed[0] in '"L'
    assert min(took) < 0.2, [f"{one * 1000:.0f} ms" for one in took]
