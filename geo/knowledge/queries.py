"""Reads of best-practice cards for staff. What the public reads is in `public`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from geoalchemy2 import WKBElement
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor, may, require, scope
from geo.core.db import for_municipality
from geo.core.errors import NotFound
from geo.core.history import Change, changes_of
from geo.core.undo import Root, last_change, rows_of
from geo.knowledge.model import Card

WHAT = "Das Beispiel"


@dataclass(frozen=True)
class Record:
    """A card with the names of its town and its working group."""

    card: Card
    town: str
    group: str | None

    @property
    def id(self) -> int:
        return self.card.id


def may_change(actor: Actor, card: Card) -> bool:
    """Whether the actor may write this card: the office always, a town's manager what is not published yet."""
    if may(actor, Action.KNOWLEDGE_EDIT, card.municipality_id):
        return True
    return not card.is_published and may(actor, Action.KNOWLEDGE_PROPOSE, card.municipality_id)


def find_visible(session: Session, actor: Actor, card_id: int) -> Card:
    """The card: a published one for everybody of the alliance, a draft for who may write it. Raises `NotFound`."""
    with for_municipality(session, None):  # so that drafts are seen; who may see them is asked here
        card = session.get(Card, card_id)
    if card is None or not (card.is_published or may_change(actor, card)):
        raise NotFound(WHAT, card_id)
    return card


def find(session: Session, card_id: int) -> Card | None:
    """The card, if there is one (still)."""
    with for_municipality(session, None):
        return session.get(Card, card_id)


_NAMES = text(
    """
    SELECT (SELECT m.name FROM register.municipalities m WHERE m.id = :town) AS town,
           (SELECT g.name FROM register.working_groups g WHERE g.id = :group) AS working_group
    """
)


def get(session: Session, actor: Actor, card_id: int) -> Record:
    """A card with its names. Raises `NotFound`."""
    card = find_visible(session, actor, card_id)
    names = session.execute(_NAMES, {"town": card.municipality_id, "group": card.working_group_id}).one()
    return Record(card, names.town or card.elsewhere or "", names.working_group)


_LIST = text(
    """
    SELECT c.id, c.municipality_id, coalesce(m.name, c.elsewhere) AS town, c.title, g.name AS working_group, c.begins,
           c.ends, c.published_on, c.is_checked, c.is_proposal, public.ST_X(c.point) AS longitude,
           public.ST_Y(c.point) AS latitude
    FROM register.knowledge_cards c
    LEFT JOIN register.municipalities m ON m.id = c.municipality_id
    LEFT JOIN register.working_groups g ON g.id = c.working_group_id
    WHERE c.published_on IS NOT NULL OR :everywhere OR c.municipality_id = ANY(CAST(:towns AS integer[]))
    ORDER BY c.published_on IS NOT NULL, NOT c.is_proposal, town, c.title, c.id
    """
)


def cards(session: Session, actor: Actor) -> Sequence[Row[Any]]:
    """Every published card, and the drafts that the actor may write; proposals and drafts first."""
    where = scope(actor, Action.KNOWLEDGE_PROPOSE)
    bound = {"everywhere": where.everywhere, "towns": list(where.municipality_ids)}
    with for_municipality(session, None):
        return session.execute(_LIST, bound).all()


def working_groups(session: Session) -> list[tuple[int, str]]:
    """The alliance's working groups: id and name."""
    found = session.execute(text("SELECT g.id, g.name FROM register.working_groups g ORDER BY g.id"))
    return [(row.id, row.name) for row in found]


_INSIDE = text(
    """
    SELECT round(min(public.ST_Distance(o.outline::public.geography, public.ST_GeomFromEWKB(:point)::public.geography)))
    FROM register.municipality_outlines o WHERE o.municipality_id = :town AND o.during @> CAST(:day AS date)
    """
)


def outside_m(session: Session, municipality_id: int, point: WKBElement, day: date) -> float:
    """Metres from a point to the municipality; 0 inside, and where no outline is known."""
    return float(session.scalar(_INSIDE, {"town": municipality_id, "point": bytes(point.data), "day": day}) or 0)


def root_of(card_id: int) -> Root:
    """The card, for history and undo."""
    return Root("knowledge_cards", card_id)


def history(session: Session, actor: Actor, card_id: int) -> list[Change]:
    """Everything that happened to the card, its drafts included, newest first. Raises `NotPermitted` in other towns."""
    card = find_visible(session, actor, card_id)
    require(actor, Action.HISTORY_VIEW, card.municipality_id)
    with for_municipality(session, card.municipality_id):
        return changes_of(session, rows_of(session, root_of(card.id)))


def newest_change(session: Session, card: Card) -> int | None:
    """The id of the last change, which an undo names."""
    with for_municipality(session, card.municipality_id):
        return last_change(session, "knowledge_cards", card.id)
