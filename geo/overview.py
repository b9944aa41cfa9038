"""Reads that span the parts: what a role's start page shows, and what waits to be done."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.vacancies.citizens.queries import open_reports
from geo.vacancies.freshness.rules import overdue_sql

STALE_DAYS = 365
ENDS_SOON_DAYS = 30
MOVES_SOON_DAYS = 14
# A request that changed more rows was about many objects, and naming one of them would mislead.
ONE_OBJECT_ROWS = 20

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


@dataclass(frozen=True)
class VacancyFigures:
    """A town's stock on a day, and what of it needs a hand."""

    units: int
    vacant: int
    offered: int
    stale: int
    offers_ending: int
    vacant_not_offered: int
    reports: int


_VACANCIES = text(
    f"""
    SELECT count(*) AS units,
           count(*) FILTER (WHERE s.state = 'LEER') AS vacant,
           count(*) FILTER (WHERE offered) AS offered,
           count(*) FILTER (WHERE {overdue_sql(":town")}) AS stale,
           count(*) FILTER (WHERE offered AND upper(u.published_during) <= CAST(:day AS date) + :soon) AS offers_ending,
           count(*) FILTER (WHERE s.state = 'LEER' AND NOT offered) AS vacant_not_offered
    FROM register.units u
    LEFT JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.during @> CAST(:day AS date)
    CROSS JOIN LATERAL (SELECT u.publication_level >= 2
        AND coalesce(u.published_during @> CAST(:day AS date), false) AS offered) AS o
    WHERE u.municipality_id = :town AND u.during @> CAST(:day AS date) AND s.state IS DISTINCT FROM 'ENTFALLEN'
    """  # noqa: S608 (own expression)
)


def vacancy_figures(session: Session, town: int, day: date) -> VacancyFigures:
    """Counts of a town's units; the session works in that town."""
    row = session.execute(_VACANCIES, {"town": town, "day": day, "soon": ENDS_SOON_DAYS}).one()
    waiting = open_reports(session, town, day)
    facts = (row.units, row.vacant, row.offered, row.stale, row.offers_ending, row.vacant_not_offered)
    return VacancyFigures(*facts, waiting)


@dataclass(frozen=True)
class ObjectFigures:
    """What stands in a town, or in all of them, on a day."""

    stops: int
    trees_today: int
    moves_soon: int
    viewpoints: int
    viewpoints_unchecked: int
    sites: int


_OBJECTS = text(
    """
    SELECT
        (SELECT count(*) FROM register.stops s WHERE s.kind = 'STRASSE'
            AND (CAST(:town AS integer) IS NULL OR s.municipality_id = :town)) AS stops,
        (SELECT count(DISTINCT y.tree_id) FROM published.standings y JOIN register.stops s ON s.id = y.stop_id
            WHERE y.during @> CAST(:day AS date) AND s.kind = 'STRASSE'
            AND (CAST(:town AS integer) IS NULL OR s.municipality_id = :town)) AS trees_today,
        (SELECT count(DISTINCT (s.id, lower(y.whole))) FROM published.standings y
            JOIN register.stops s ON s.id = y.stop_id
            WHERE lower(y.whole) > CAST(:day AS date) AND lower(y.whole) <= CAST(:day AS date) + :soon
            AND (CAST(:town AS integer) IS NULL OR s.municipality_id = :town)) AS moves_soon,
        (SELECT count(*) FROM register.viewpoints v
            WHERE CAST(:town AS integer) IS NULL OR v.municipality_id = :town) AS viewpoints,
        (SELECT count(*) FROM register.viewpoints v
            WHERE (CAST(:town AS integer) IS NULL OR v.municipality_id = :town)
            AND NOT EXISTS (SELECT FROM register.viewpoint_checks c WHERE c.viewpoint_id = v.id
                AND c.checked_on >= CAST(:day AS date) - :stale)) AS viewpoints_unchecked,
        (SELECT count(*) FROM register.pilot_sites p
            WHERE CAST(:town AS integer) IS NULL OR p.municipality_id = :town) AS sites
    """
)


def object_figures(session: Session, town: int | None, day: date) -> ObjectFigures:
    """Counts of stops, trees, viewpoints and pilot sites of a town (None: of all)."""
    row = session.execute(_OBJECTS, {"town": town, "day": day, "stale": STALE_DAYS, "soon": MOVES_SOON_DAYS}).one()
    return ObjectFigures(*row)


_BY_TOWN = text(
    """
    SELECT m.id, m.name, m.ags::text AS ags,
        (SELECT count(DISTINCT v.id) FROM published.vacancies v
            WHERE v.municipality_id = m.id AND v.during @> CAST(:day AS date)) AS offered,
        (SELECT count(*) FROM published.stops s WHERE s.municipality_id = m.id AND s.kind = 'STRASSE') AS stops,
        (SELECT count(DISTINCT y.tree_id) FROM published.standings y JOIN published.stops s ON s.id = y.stop_id
            WHERE s.municipality_id = m.id AND s.kind = 'STRASSE' AND y.during @> CAST(:day AS date)) AS trees_today,
        (SELECT count(*) FROM published.viewpoints v WHERE v.municipality_id = m.id) AS viewpoints,
        (SELECT count(*) FROM register.pilot_sites p WHERE p.municipality_id = m.id) AS sites,
        (SELECT count(*) FROM register.memberships x WHERE x.municipality_id = m.id) AS people
    FROM register.municipalities m WHERE m.id = ANY (:towns)
    ORDER BY m.name, m.id
    """
)


def by_town(session: Session, day: date) -> list[Row[Any]]:
    """For the alliance: what each town has published, and how many people work there."""
    towns = [town for town, _ in towns_in_use(session)]
    return list(session.execute(_BY_TOWN, {"towns": towns, "day": day}))


@dataclass(frozen=True)
class RecentChange:
    """What one request did, to what."""

    at: datetime
    actor: str
    action: str
    rows: int
    part: str | None
    object_id: int | None
    object_name: str | None


# A change of what belongs to an object (a spell, a sector, a stay, a phase) is a change of the object.
_RECENT = text(
    """
    WITH newest AS (
        SELECT c.* FROM history.changes c
        WHERE c.municipality_id IS NOT DISTINCT FROM CAST(:town AS integer) ORDER BY c.id DESC LIMIT 500
    ), done AS (
        SELECT c.request_id, c.action, c.actor_id, max(c.id) AS id, max(c.changed_at) AS at, count(*) AS rows,
            max(CASE c.table_name WHEN 'units' THEN c.row_id WHEN 'occupancy_spells' THEN
                (SELECT x.unit_id FROM register.occupancy_spells x WHERE x.id = c.row_id) END) AS unit_id,
            max(CASE c.table_name WHEN 'stops' THEN c.row_id WHEN 'stays' THEN
                (SELECT x.stop_id FROM register.stays x WHERE x.id = c.row_id) END) AS stop_id,
            max(CASE c.table_name WHEN 'viewpoints' THEN c.row_id WHEN 'viewpoint_sectors' THEN
                (SELECT x.viewpoint_id FROM register.viewpoint_sectors x WHERE x.id = c.row_id)
                WHEN 'viewpoint_statuses' THEN
                (SELECT x.viewpoint_id FROM register.viewpoint_statuses x WHERE x.id = c.row_id) END) AS viewpoint_id,
            max(CASE c.table_name WHEN 'pilot_sites' THEN c.row_id WHEN 'pilot_phases' THEN
                (SELECT x.pilot_site_id FROM register.pilot_phases x WHERE x.id = c.row_id) END) AS site_id
        FROM newest c GROUP BY c.request_id, c.action, c.actor_id
        ORDER BY max(c.id) DESC LIMIT :limit
    )
    SELECT d.at, d.action, d.rows,
        coalesce(a.name, CASE WHEN d.actor_id IS NULL THEN 'System' ELSE 'Konto ' || d.actor_id END) AS actor,
        u.id AS unit_id, concat_ws(' ', p.street, p.house_number) AS address, u.name AS unit_name,
        s.id AS stop_id, s.name AS stop_name, v.id AS viewpoint_id, v.name AS viewpoint_name,
        t.id AS site_id, t.name AS site_name
    FROM done d
    LEFT JOIN register.accounts a ON a.id = d.actor_id
    LEFT JOIN register.units u ON u.id = d.unit_id
    LEFT JOIN register.places p ON p.id = u.place_id
    LEFT JOIN register.stops s ON s.id = d.stop_id
    LEFT JOIN register.viewpoints v ON v.id = d.viewpoint_id
    LEFT JOIN register.pilot_sites t ON t.id = d.site_id
    ORDER BY d.id DESC
    """
)


def recent_changes(session: Session, town: int | None, limit: int = 8) -> list[RecentChange]:
    """The newest changes in a town (None: in what belongs to no town), one line a request."""
    return [_change(row) for row in session.execute(_RECENT, {"town": town, "limit": limit})]


def _change(row: Row[Any]) -> RecentChange:
    part, object_id, name = next(
        (
            found
            for found in (
                ("vacancies", row.unit_id, row.address or row.unit_name),
                ("trees", row.stop_id, row.stop_name),
                ("viewpoints", row.viewpoint_id, row.viewpoint_name),
                ("pilots", row.site_id, row.site_name),
            )
            if found[1] is not None and row.rows <= ONE_OBJECT_ROWS
        ),
        (None, None, None),
    )
    return RecentChange(row.at, row.actor, row.action, row.rows, part, object_id, name)
