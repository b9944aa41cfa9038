"""What the towns of the sample let the alliance's office see of their made-up figures."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.samples.people import GOTHA, NORDHAUSEN
from geo.vacancies.figures.model import TownShare

# The third town of the sample keeps to the least, as every town does that has not decided.
LEVELS = {GOTHA: "EINHEITEN", NORDHAUSEN: "ZAHLEN"}


def add(session: Session, town: Callable[[str], int]) -> dict[str, int]:
    """Add them, where a town has not decided yet; call inside `perform`."""
    there = set(session.scalars(select(TownShare.municipality_id)))
    new = [(town(ags), level) for ags, level in LEVELS.items() if town(ags) not in there]
    session.add_all(TownShare(municipality_id=one, level=level, is_example=True) for one, level in new)
    session.flush()
    return {"town_shares": len(new)}
