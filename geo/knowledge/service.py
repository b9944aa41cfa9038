"""Writes of best-practice cards: a town's manager proposes, the office edits, publishes and withdraws."""

from datetime import date

from sqlalchemy.orm import Session

from geo.core import clock, geometry
from geo.core.access import Action, Actor, may
from geo.core.errors import STALE, Conflict, Invalid, NotFound
from geo.core.history import perform
from geo.core.undo import revert
from geo.knowledge import queries
from geo.knowledge.model import Card
from geo.knowledge.schemas import COLUMNS, CardInput, card_values
from geo.places.model import Municipality

OUTSIDE_TOLERANCE_M = 200
PUBLISHED = "Das Beispiel ist veröffentlicht. Ändern kann es jetzt die Geschäftsstelle."


def create(session: Session, actor: Actor, municipality_id: int | None, data: CardInput) -> Card:
    """A new draft, in a town of the register or in the one that it names. A manager's draft is a proposal."""
    action = _action(actor, municipality_id)
    with perform(session, actor, action, municipality_id):
        if municipality_id is not None and session.get(Municipality, municipality_id) is None:
            raise NotFound("Die Gemeinde", municipality_id)
        card = Card(municipality_id=municipality_id, is_proposal=action is Action.KNOWLEDGE_PROPOSE)
        _fill(session, card, data)
        if action is Action.KNOWLEDGE_PROPOSE:
            card.is_checked = False
        session.add(card)
        session.flush()
        return card


def update(session: Session, actor: Actor, card_id: int, version: int, data: CardInput) -> Card:
    """Change a card. Raises `Conflict` with the stored values when somebody was faster."""
    visible = queries.find_visible(session, actor, card_id)
    action = _action(actor, visible.municipality_id)
    with perform(session, actor, action, visible.municipality_id):
        card = _locked(session, visible, action)
        if card.version != version:
            raise Conflict(STALE, theirs=card_values(card), version=card.version)
        checked = card.is_checked
        _fill(session, card, data)
        if action is Action.KNOWLEDGE_PROPOSE:
            card.is_checked = checked  # a town does not say so; put back, it is no change of the card
            card.is_checked = checked and not session.is_modified(card)  # other words are not what the office checked
        return card


def publish(session: Session, actor: Actor, card_id: int, version: int, today: date) -> Card:
    """Show the card to everybody."""
    visible = queries.find_visible(session, actor, card_id)
    with perform(session, actor, Action.KNOWLEDGE_EDIT, visible.municipality_id):
        card = _locked(session, visible, Action.KNOWLEDGE_EDIT)
        _check_version(card, version)
        if not card.is_published:
            card.published_on = today
        return card


def withdraw(session: Session, actor: Actor, card_id: int, version: int) -> Card:
    """Make it a draft again."""
    visible = queries.find_visible(session, actor, card_id)
    with perform(session, actor, Action.KNOWLEDGE_EDIT, visible.municipality_id):
        card = _locked(session, visible, Action.KNOWLEDGE_EDIT)
        _check_version(card, version)
        card.published_on = None
        return card


def delete(session: Session, actor: Actor, card_id: int, version: int) -> None:
    """Remove a draft; a published card is withdrawn first."""
    visible = queries.find_visible(session, actor, card_id)
    action = _action(actor, visible.municipality_id)
    with perform(session, actor, action, visible.municipality_id):
        card = _locked(session, visible, action)
        _check_version(card, version)
        if card.is_published:
            raise Conflict("Ein veröffentlichtes Beispiel bitte zuerst zurückziehen.", version=card.version)
        session.delete(card)


def undo(session: Session, actor: Actor, card_id: int, change_id: int) -> None:
    """Take back the last change, named by its id. Raises `Conflict` when it is not the last any more."""
    card = queries.find_visible(session, actor, card_id)
    action = _action(actor, card.municipality_id)
    with perform(session, actor, action, card.municipality_id):
        _locked(session, card, action)
        revert(session, actor, queries.root_of(card.id), change_id)


def _action(actor: Actor, municipality_id: int | None) -> Action:
    """What the actor does here: the office edits, everybody else at most proposes."""
    edits = may(actor, Action.KNOWLEDGE_EDIT, municipality_id)
    return Action.KNOWLEDGE_EDIT if edits else Action.KNOWLEDGE_PROPOSE


def _locked(session: Session, visible: Card, action: Action) -> Card:
    """The row as it is now, kept from others until the transaction ends."""
    session.refresh(visible, with_for_update=True)
    if action is Action.KNOWLEDGE_PROPOSE and visible.is_published:
        raise Conflict(PUBLISHED, version=visible.version)
    return visible


def _check_version(card: Card, version: int) -> None:
    if card.version != version:
        raise Conflict(STALE + " Bitte die Seite neu laden.", version=card.version)


def _fill(session: Session, card: Card, data: CardInput) -> None:
    for name in COLUMNS:
        value = getattr(data, name)
        value = list(value) if isinstance(value, tuple) else value
        if getattr(card, name) != value:
            setattr(card, name, value)
    if card.municipality_id is not None:
        card.elsewhere = None
    spot = geometry.point_in_country(data.longitude, data.latitude, "longitude")
    if card.point is None or _rounded(card.point) != _rounded(spot):
        card.point = spot
        _check_inside(session, card)


def _rounded(point: object) -> tuple[float, float]:
    longitude, latitude = geometry.lon_lat(point)  # type: ignore[arg-type]  # a stored point or a new one
    return round(longitude, 6), round(latitude, 6)


def _check_inside(session: Session, card: Card) -> None:
    if card.municipality_id is None:
        return
    metres = queries.outside_m(session, card.municipality_id, card.point, clock.today())
    if metres > OUTSIDE_TOLERANCE_M:
        raise Invalid({"longitude": "Der Punkt liegt nicht in der gewählten Gemeinde."})
