"""Texts to be found: published cards, with nothing else in them."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from geo.core.access import SYSTEM
from geo.core.history import perform
from geo.finding import queries
from geo.knowledge.service import Action
from tests.conftest import shared_apart

TODAY = date(2026, 11, 27)
_INSERT = text(
    "INSERT INTO register.knowledge_cards (elsewhere, point, title, title_en, result, description, description_en, source,"
    " published_on) VALUES ('Ortlos', public.ST_SetSRID(public.ST_MakePoint(11, 51), 4326), :title, :title_en, '·',"
    " :body, :body_en, 'Probe', :published_on) RETURNING id"
)


def put(session: Any, title: str, body: str = "·", **changes: Any) -> str:
    """A card with this title and text; its key in the index."""
    row = {"title": title, "body": body, "title_en": None, "body_en": None, "published_on": TODAY, **changes}
    with perform(session, SYSTEM, Action.KNOWLEDGE_EDIT):
        return str(session.scalar(_INSERT, row))


def keys(answer: queries.Answer) -> list[str]:
    """The keys of all hits, the best first."""
    return [hit.key for group in answer.groups for hit in group.hits]


@pytest.fixture(scope="module")
def shared(cluster, database):
    """A database of their own that the tests of a file fill together.

    In the common one, whoever writes the same word would wait for the end of its transaction, which is the end of the file.
    """
    with shared_apart(cluster, "register_texts") as filled:
        yield filled
