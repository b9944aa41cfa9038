"""The numbers on the public start page: how many objects the maps show on a day."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class PublicCounts:
    """Objects that the public maps and lists show."""

    vacancies: int
    trees: int
    stops: int
    viewpoints: int
    pilots: int


_COUNTS = text(
    """
    SELECT
        CASE WHEN CAST(:day AS date) = current_date THEN
            (SELECT coalesce(sum(c.offers), 0)::bigint FROM published.offer_cells c WHERE c.level = 8)
        ELSE
            (SELECT count(*) FROM published.offers o WHERE o.since <= CAST(:day AS date)
             AND o.until > CAST(:day AS date) AND o.published_until > CAST(:day AS date)) END AS vacancies,
        (SELECT count(*) FROM published.trees WHERE state NOT IN ('AUSGEPFLANZT', 'ABGEGANGEN')) AS trees,
        (SELECT count(*) FROM published.stops) AS stops,
        (SELECT count(*) FROM published.viewpoints v JOIN published.viewpoint_statuses t ON t.viewpoint_id = v.id
         WHERE t.during @> CAST(:day AS date)) AS viewpoints,
        (SELECT count(*) FROM published.pilot_sites) AS pilots
    """
)


def public_counts(session: Session, day: date) -> PublicCounts:
    """The counts of the day, from the published views."""
    return PublicCounts(**session.execute(_COUNTS, {"day": day}).one()._mapping)
