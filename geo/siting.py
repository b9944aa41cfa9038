"""What the site finder knows of a candidate: the point itself, landmarks, stops near by, offers of premises near by."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor, may, scope
from geo.core.db import for_municipality
from geo.viewpoints.finder import Candidate

NEAR_VACANCY_M, NEAR_STOP_M = 300, 1000

_CANDIDATES = text(
    """
    SELECT v.id, v.name, m.name AS municipality, t.status, t.note, v.step_free, v.shade,
           coalesce(v.stop_distance_m, (SELECT min(public.ST_DistanceSphere(s.point, p.point)) FROM register.pois s
               WHERE s.municipality_id = v.municipality_id AND s.kind = 'HALTESTELLE'
                 AND public.ST_DWithin(s.point::public.geography, p.point::public.geography, :stop))) AS stop_m,
           (SELECT count(*) FILTER (WHERE l.is_visible) FROM register.viewpoint_landmarks l
            WHERE l.viewpoint_id = v.id HAVING bool_or(l.is_visible IS NOT NULL)) AS landmarks,
           (SELECT count(*) FROM published.vacancies u WHERE u.during @> CAST(:day AS date)
            AND u.published_during @> CAST(:day AS date)
            AND public.ST_DWithin(u.point::public.geography, p.point::public.geography, :vacancy)) AS vacancies
    FROM register.viewpoints v
    JOIN register.places p ON p.id = v.place_id
    JOIN register.municipalities m ON m.id = v.municipality_id
    JOIN register.viewpoint_statuses t ON t.viewpoint_id = v.id AND t.during @> CAST(:day AS date)
    WHERE v.municipality_id = :town AND t.status IN ('IDEE', 'BEWORBEN', 'AUSGEWAEHLT')
    """
)
_TOWNS = text("SELECT DISTINCT v.municipality_id FROM register.viewpoints v ORDER BY 1")


def candidates(session: Session, actor: Actor, municipality_id: int | None, day: date) -> list[Candidate]:
    """The points of a town (None: of every town the actor may see) that are not built yet. Needs a staff session."""
    where = scope(actor, Action.VIEWPOINT_VIEW)
    if municipality_id is not None:
        towns = [municipality_id]
    else:
        towns = list(session.scalars(_TOWNS)) if where.everywhere else list(where.municipality_ids)
    found: list[Candidate] = []
    for town in towns:
        if may(actor, Action.VIEWPOINT_VIEW, town):
            with for_municipality(session, town):
                asked = {"town": town, "day": day, "stop": NEAR_STOP_M, "vacancy": NEAR_VACANCY_M}
                found += [Candidate(**row._mapping) for row in session.execute(_CANDIDATES, asked)]
    return found
