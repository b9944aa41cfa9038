"""A tree's life besides its stays: what it was when, and where it was planted out. Reads `published.*` only."""

# ruff: noqa: S608 (statements are put together from the declarations of public columns, never from input)

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.trees.feature import CARE, PLANTED, STATES


@dataclass(frozen=True)
class State:
    """What a tree was from the first to the last day; None where the day is not known, or where it still is so."""

    state: str
    first: date | None
    last: date | None


@dataclass(frozen=True)
class Planted:
    """Where a tree grows for good, as far as it is known; the stop at which it was tried, if it is public."""

    tree_id: int
    on: date | None
    lon: float | None
    lat: float | None
    stop_id: int | None
    stop: str | None
    municipality: str | None


@dataclass(frozen=True)
class Care:
    """What was done for a tree on a day; of watering, the litres that were its share."""

    day: date
    kind: str
    litres: float | None


@dataclass(frozen=True)
class CareRecord:
    """A tree's record of care up to a day: the latest entries, and what there was in all."""

    latest: tuple[Care, ...]
    entries: int
    watered_days: int
    litres: float


# In service is what the stays say; at its stop is where a tree in winter quarters has a stay.
_STATES = text(
    f"SELECT {STATES.select_list('s')} FROM published.tree_states s"
    " WHERE s.tree_id = :id AND s.state <> 'IM_EINSATZ' ORDER BY s.during"
)
_PLANTED = text(f"SELECT {PLANTED.select_list('p')} FROM published.planted_trees p WHERE p.tree_id = :id")
_CARE = text(
    f"SELECT {CARE.select_list('c')} FROM published.tree_care c"
    " WHERE c.tree_id = :id AND c.day <= :day ORDER BY c.day DESC, c.kind"
)


def states(session: Session, tree_id: int) -> list[State]:
    """What else than in service a tree was, in order."""
    found = []
    for row in session.execute(_STATES, {"id": tree_id}):
        last = None if row.during.upper is None else row.during.upper - timedelta(days=1)
        found.append(State(row.state, row.during.lower, last))
    return found


def planted(session: Session, tree_id: int) -> Planted | None:
    """Where the tree was planted out; None for one that was not."""
    row = session.execute(_PLANTED, {"id": tree_id}).first()
    return None if row is None else Planted(*row)


def care(session: Session, tree_id: int, day: date, most: int = 12) -> CareRecord:
    """What was done for the tree up to the day: by nobody in particular, and without notes."""
    found = [
        Care(row.day, row.kind, None if row.litres is None else float(row.litres))
        for row in session.execute(_CARE, {"id": tree_id, "day": day})
    ]
    litres = [one.litres for one in found if one.litres is not None]
    return CareRecord(tuple(found[:most]), len(found), len(litres), sum(litres))
