"""Viewpoints of a file become ideas of the town, all in one transaction, and can be taken back as one."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from shapely.geometry import Point
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor
from geo.core.db import for_municipality
from geo.core.errors import Conflict, NotFound
from geo.core.geometry import as_ewkb
from geo.core.history import perform
from geo.viewpoints import queries, service
from geo.viewpoints.exchange.reading import Found
from geo.viewpoints.schemas import StatusInput, parse_viewpoint

NEAR_M = 30
NOTE = "Aus einer Datei übernommen"

# Known already: the same element of OpenStreetMap, or a point of the town right there.
_KNOWN = text(
    """
    SELECT w.number FROM unnest(CAST(:numbers AS integer[]), CAST(:osm AS text[]), CAST(:points AS bytea[]))
         AS w(number, osm, point)
    WHERE EXISTS (SELECT FROM register.viewpoints v JOIN register.places p ON p.id = v.place_id
        WHERE v.municipality_id = :town AND (v.osm = w.osm OR public.ST_DistanceSphere(p.point,
            public.ST_GeomFromEWKB(w.point)) < :near))
    """
)
_MADE_WITH = text(
    """
    SELECT DISTINCT ON (c.row_id) c.row_id AS id, (SELECT max(n.id) FROM history.changes n
        WHERE n.table_name = 'viewpoints' AND n.row_id = c.row_id) AS newest
    FROM history.changes o
    JOIN history.changes c ON c.transaction_id = o.transaction_id AND c.request_id = o.request_id
        AND c.table_name = 'viewpoints' AND c.operation = 'INSERT' AND c.municipality_id = o.municipality_id
    WHERE o.id = :change AND o.table_name = 'viewpoints' AND o.operation = 'INSERT' AND o.municipality_id = :town
    ORDER BY c.row_id
    """
)
_IS_LEFT = text("SELECT EXISTS (SELECT FROM register.viewpoints v WHERE v.id = :id)")


def known(session: Session, municipality_id: int, points: Sequence[Found]) -> set[int]:
    """Which of the points (by their place in the list) the town has already."""
    values = {
        "numbers": list(range(len(points))),
        "osm": [one.osm for one in points],
        "points": [as_ewkb(Point(one.longitude, one.latitude)) for one in points],
        "town": municipality_id,
        "near": NEAR_M,
    }
    with for_municipality(session, municipality_id):
        return set(session.scalars(_KNOWN, values))


def accept(session: Session, actor: Actor, municipality_id: int, rows: Sequence[Mapping[str, Any]], today: date) -> int:
    """Make each row an idea of the town. The change that `take_back` names; 0 for none. Raises `Invalid`."""
    first = 0
    with perform(session, actor, Action.VIEWPOINT_EDIT, municipality_id):
        for row in rows:
            data = parse_viewpoint(dict(row))
            made = service.create(session, actor, municipality_id, data, StatusInput("IDEE", today, NOTE))
            session.flush()
            first = first or queries.newest_change(session, made) or 0
    return first


def take_back(session: Session, actor: Actor, municipality_id: int, change_id: int) -> int:
    """Remove what came with an import; says how many. Raises `Conflict` when one was changed since: then all stay."""
    with for_municipality(session, municipality_id):
        made = session.execute(_MADE_WITH, {"change": change_id, "town": municipality_id}).all()
    if not made:
        raise NotFound("Die Übernahme", change_id)
    removed = 0
    for row in made:
        if not session.scalar(_IS_LEFT, {"id": row.id}):
            continue
        try:
            service.undo(session, actor, row.id, row.newest)
        except Conflict:
            raise Conflict(
                "Einer der übernommenen Punkte wurde inzwischen bearbeitet. Es wurde nichts entfernt."
            ) from None
        if session.scalar(_IS_LEFT, {"id": row.id}):
            raise Conflict("Einer der übernommenen Punkte wurde inzwischen bearbeitet. Es wurde nichts entfernt.")
        removed += 1
    return removed
