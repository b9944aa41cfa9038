"""Writes of internal calendars: an address is made, and revoked."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from geo.accounts import links
from geo.core.access import Action, Actor
from geo.core.db import for_municipality
from geo.core.errors import Invalid, NotFound
from geo.core.history import perform
from geo.trees.model import Fleet
from geo.trees.service.rules import expect_version, find_visible
from geo.trees.visits.calendar.model import FeedAddress

LONGEST_LABEL = 120


def make_address(
    session: Session, actor: Actor, municipality_id: int | None, label: str, fleet_id: int | None = None
) -> tuple[FeedAddress, str]:
    """A new internal calendar of the town, or of a fleet's crew; with its secret, which is kept nowhere.

    Raises `Invalid` without a label, `NotFound` for a foreign fleet.
    """
    label = label.strip()
    if not 0 < len(label) <= LONGEST_LABEL:
        raise Invalid({"label": f"Bitte einen Namen mit höchstens {LONGEST_LABEL} Zeichen angeben."})
    if fleet_id is not None:
        fleet: Fleet = find_visible(session, actor, Fleet, fleet_id, "Die Allee")
        municipality_id = fleet.municipality_id
    elif municipality_id is None:
        raise Invalid({"": "Bitte zuerst im Feld „Gemeinde“ eine wählen."})
    with perform(session, actor, Action.FEED_EDIT, municipality_id):
        token, hashed = links.make(municipality_id or 0)
        made = FeedAddress(
            municipality_id=municipality_id,
            kind="STADT" if fleet_id is None else "TRUPP",
            fleet_id=fleet_id,
            label=label,
            secret_sha256=hashed,
            made_by=actor.account_id,
        )
        session.add(made)
    return made, token


def revoke_address(
    session: Session, actor: Actor, municipality_id: int | None, address_id: int, version: int
) -> FeedAddress:
    """Let an address lead nowhere from now on. Raises `NotFound`, `Conflict`."""
    with for_municipality(session, municipality_id):
        found = session.get(FeedAddress, address_id)
    if found is None or found.municipality_id != municipality_id:
        raise NotFound("Der Kalender", address_id)
    with perform(session, actor, Action.FEED_EDIT, municipality_id):
        expect_version(found, version, {})
        found.revoked_at = datetime.now(UTC)
    return found
