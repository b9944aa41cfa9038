"""Reads in which one part of the register helps another: where trees would stand beside offers and views."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

NEAR_M = 150
MOST = 10

# What the public may see anyway: offers that are published on the day, viewpoints that are shown.
_NEAR_STOPS = text(
    """
    SELECT s.id, least(:most,
        (SELECT count(*) FROM published.vacancies v WHERE v.during @> CAST(:day AS date)
            AND v.published_during @> CAST(:day AS date) AND ST_DWithin(v.point::geography, p.point::geography, :near))
        + (SELECT count(*) FROM published.viewpoints w
            WHERE ST_DWithin(w.point::geography, p.point::geography, :near))) AS near
    FROM published.stops s JOIN LATERAL (SELECT s.point) p ON true
    WHERE s.id = ANY (CAST(:ids AS integer[]))
    """
)


def near_stops(session: Session, stop_ids: Collection[int], day: date) -> dict[int, int]:
    """How many published vacancies and viewpoints are within 150 m of each stop on the day, ten at most."""
    asked = {"ids": sorted(stop_ids), "day": day, "near": NEAR_M, "most": MOST}
    return {row.id: row.near for row in session.execute(_NEAR_STOPS, asked) if row.near}
