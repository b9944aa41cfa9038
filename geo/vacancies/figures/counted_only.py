"""What a town lets count without showing it: how many units, by size and zone, from five on, at the ends of quarters.

What the numbers may tell is decided in the database (`published.counted_only`); here they are only put in order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

LEAST_UNITS = 5

_TOWNS = text("SELECT t.municipality_id, t.name, t.ags FROM published.counted_towns t ORDER BY t.name, t.ags")
_COUNTED = text("SELECT c.* FROM published.counted_only(CAST(:day AS date), CAST(:towns AS integer[])) c")
_SHOWN = text(
    "SELECT v.ags, count(*) AS units FROM published.offers v WHERE v.ags = ANY (:towns)"
    " AND v.since <= CAST(:day AS date) AND v.until > CAST(:day AS date) AND v.published_until > CAST(:day AS date)"
    " GROUP BY v.ags"
)


@dataclass
class Counted:
    """A town's units that are only counted, as far as their number may be told; by size class, and by zone."""

    units: int
    is_example: bool
    by_size: dict[int, int] = field(default_factory=dict)
    by_zone: list[tuple[str, str, int]] = field(default_factory=list)


def towns(session: Session) -> list[tuple[int, str, str]]:
    """The towns that may have something to tell: municipality, name and key, by name."""
    return [(row.municipality_id, row.name, row.ags) for row in session.execute(_TOWNS)]


def counted(session: Session, day: date, municipality_ids: Sequence[int]) -> dict[int, Counted]:
    """What is told of these towns; `day` is the end of a quarter. A town of too few units is not there."""
    found: dict[int, Counted] = {}
    for row in session.execute(_COUNTED, {"day": day, "towns": list(municipality_ids)}):
        if row.zone_id is not None:
            found[row.municipality_id].by_zone.append((row.zone, row.zone_kind, row.units))
        elif row.size_class is not None:
            found[row.municipality_id].by_size[row.size_class] = row.units
        else:
            found[row.municipality_id] = Counted(row.units, row.is_example)
    return found


def shown(session: Session, day: date, ags: Sequence[str]) -> dict[str, int]:
    """How many offers each of the towns shows one by one, as of the day."""
    return {row.ags: row.units for row in session.execute(_SHOWN, {"day": day, "towns": list(ags)})}
