"""What the owners' records say to the Kompass' question about the owner. Internal: ask `Action.OWNER_VIEW` first."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

MUNICIPAL = {"KOMMUNE", "KOMM_GESELLSCHAFT"}
# As the Kompass calls them, the one that hinders most first: of several owners each must agree. Who cannot be reached
# has shown no attitude.
ATTITUDES = {"ABLEHNEND": "ABLEHNEND", "ABWARTEND": "ABWARTEND", "OFFEN": "KOOP"}

_OWNERS = text(
    """
    SELECT o.kind, o.attitude FROM register.ownerships w
    LEFT JOIN register.owner_members m ON m.community_id = w.owner_id
    JOIN register.owners o ON o.id IN (w.owner_id, m.member_id)
    WHERE w.unit_id = :unit AND w.during @> CAST(:day AS date)
    """
)


def of_unit(session: Session, unit_id: int, day: date) -> str | None:
    """The answer for a unit's owners on a day, and heirs among them; None where nothing is recorded that answers it."""
    return answer_of((row.kind, row.attitude) for row in session.execute(_OWNERS, {"unit": unit_id, "day": day}))


def answer_of(owners: Iterable[tuple[str, str | None]]) -> str | None:
    """The answer for owners given by kind and attitude."""
    found = list(owners)
    if found and all(kind in MUNICIPAL for kind, _ in found):
        return "KOMMUNAL"
    if any(kind == "UNBEKANNT" for kind, _ in found):
        return "UNBEKANNT"
    said = {attitude for _, attitude in found}
    return next((code for attitude, code in ATTITUDES.items() if attitude in said), None)
