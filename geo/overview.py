"""Reads that span the parts: what a role's start page shows."""

from sqlalchemy import text
from sqlalchemy.orm import Session

_IN_USE = text(
    """
    SELECT m.id, m.name FROM register.municipalities m
    WHERE EXISTS (SELECT FROM register.memberships x WHERE x.municipality_id = m.id)
       OR EXISTS (SELECT FROM register.stops x WHERE x.municipality_id = m.id)
       OR EXISTS (SELECT FROM register.viewpoints x WHERE x.municipality_id = m.id)
       OR EXISTS (SELECT FROM register.pilot_sites x WHERE x.municipality_id = m.id)
    ORDER BY m.name, m.id
    """
)


def towns_in_use(session: Session) -> list[tuple[int, str]]:
    """The towns that have people or objects in the register: those that somebody of the alliance works in."""
    return [(row.id, row.name) for row in session.execute(_IN_USE)]
