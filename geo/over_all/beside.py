"""What stands in all towns on a day beside the vacancies: offers, trees, viewpoints, pilot sites."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Beside:
    """Counts of one day, and in how many towns they are; trees stand in streets, sites have a phase on the day."""

    day: date
    offers: int
    offer_towns: int
    trees: int
    tree_towns: int
    viewpoints: int
    viewpoint_towns: int
    sites: int
    site_towns: int


_BESIDE = text(
    """
    SELECT d.day, o.offers, o.offer_towns, t.trees, t.tree_towns, v.viewpoints, v.viewpoint_towns, p.sites, p.site_towns
    FROM unnest(CAST(:days AS date[])) WITH ORDINALITY AS d(day, number)
    CROSS JOIN LATERAL (
        SELECT count(*) AS offers, count(DISTINCT o.ags) AS offer_towns FROM published.offers o
        WHERE o.since <= d.day AND o.until > d.day AND o.published_until > d.day) o
    CROSS JOIN LATERAL (
        SELECT count(DISTINCT y.tree_id) AS trees, count(DISTINCT s.municipality_id) AS tree_towns
        FROM published.standings y JOIN published.stops s ON s.id = y.stop_id
        WHERE y.during @> d.day AND s.kind = 'STRASSE') t
    CROSS JOIN LATERAL (
        SELECT count(DISTINCT v.id) AS viewpoints, count(DISTINCT v.municipality_id) AS viewpoint_towns
        FROM published.viewpoints v JOIN published.viewpoint_statuses u ON u.viewpoint_id = v.id
        WHERE u.during @> d.day) v
    CROSS JOIN LATERAL (
        SELECT count(DISTINCT s.id) AS sites, count(DISTINCT s.municipality_id) AS site_towns
        FROM published.pilot_sites s JOIN published.pilot_phases h ON h.pilot_site_id = s.id
        WHERE h.during @> d.day) p
    ORDER BY d.number
    """
)


def beside(session: Session, days: Sequence[date]) -> list[Beside]:
    """The counts of each of the days, in their order."""
    return [Beside(**row._mapping) for row in session.execute(_BESIDE, {"days": list(days)})]
