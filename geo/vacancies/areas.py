"""Units by area: how many stand in each zone of the town on a day."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class ZoneCount:
    """Units of the stock in a zone on a day, and how many of them are empty."""

    units: int
    vacant: int


# Every zone of the town, whether it holds on the day or not: a past day is asked of today's areas as well.
_BY_ZONE = text(
    """
    SELECT z.id, count(*) AS units, count(*) FILTER (WHERE s.state = 'LEER') AS vacant
    FROM register.zones z
    JOIN register.places p ON p.municipality_id = z.municipality_id AND ST_Intersects(z.outline, p.point)
    JOIN register.units u ON u.place_id = p.id
    LEFT JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.during @> CAST(:day AS date)
    WHERE z.municipality_id = :town AND u.during @> CAST(:day AS date) AND s.state IS DISTINCT FROM 'ENTFALLEN'
      AND (CAST(:zone AS integer) IS NULL OR z.id = :zone)
    GROUP BY z.id
    """
)


def by_zone(session: Session, municipality_id: int, day: date, zone_id: int | None = None) -> dict[int, ZoneCount]:
    """Counts by the id of the zone; a zone without units is not in it."""
    rows = session.execute(_BY_ZONE, {"town": municipality_id, "day": day, "zone": zone_id})
    return {row.id: ZoneCount(row.units, row.vacant) for row in rows}
