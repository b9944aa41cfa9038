"""What the register knows of each place that could come next: stops of the trees, viewpoints that are not built yet."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from geo.core.access import Action, Actor, may
from geo.core.db import for_municipality
from geo.synergy.anchors import STOP, VIEWPOINT, anchors
from geo.synergy.near import NEAR_M
from geo.synergy.ranking import Candidate, Reason

ENOUGH_VACANCIES = 10
# How many people pass is counted nowhere in the register. The class of a location follows from its passers-by (A: more
# than three quarters of the town's peak, B: half, C: less), so the shops near by stand for a count.
PASSING_M, PASSING = 100, {"A": 1.0, "B": 0.65, "C": 0.35, "RAND": 0.1}
# Whoever may not see the town's vacancies is told of a mean over so many shops at least.
LEAST_SHOPS = 5

_CANDIDATES = text(
    """
    SELECT c.*, coalesce(c.own_quarter, (SELECT z.name FROM register.zones z WHERE z.municipality_id = :town
            AND z.kind = 'QUARTIER' AND z.during @> CAST(:day AS date) AND ST_Covers(z.outline, c.point)
            ORDER BY z.id LIMIT 1)) AS quarter,
        ST_X(c.point) AS longitude, ST_Y(c.point) AS latitude,
        (SELECT count(*) FROM published.vacancies v WHERE v.during @> CAST(:day AS date)
            AND v.published_during @> CAST(:day AS date)
            AND ST_DWithin(v.point::geography, c.point::geography, :near)) AS offered,
        u.empty, u.shops, u.passing, u.best_known
    FROM (
        SELECT 'standplatz' AS kind, s.id, s.name, nullif(trim(s.quarter), '') AS own_quarter, p.point, s.is_example,
            s.sealed_share, s.heat_need, NULL AS status
        FROM register.stops s JOIN register.places p ON p.id = s.place_id
        WHERE s.municipality_id = :town AND s.kind = 'STRASSE' AND :stops
        UNION ALL
        SELECT 'blick', v.id, v.name, NULL, p.point, v.is_example, NULL, NULL, t.status
        FROM register.viewpoints v JOIN register.places p ON p.id = v.place_id
        JOIN register.viewpoint_statuses t ON t.viewpoint_id = v.id AND t.during @> CAST(:day AS date)
        WHERE v.municipality_id = :town AND t.status IN ('IDEE', 'BEWORBEN', 'AUSGEWAEHLT') AND :viewpoints
    ) c
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE s.state = 'LEER'
                AND ST_DWithin(q.point::geography, c.point::geography, :near)) AS empty,
            count(*) FILTER (WHERE u.location_class IS NOT NULL
                AND ST_DWithin(q.point::geography, c.point::geography, :passing_m)) AS shops,
            avg((CAST(:passing AS jsonb) ->> u.location_class)::float) FILTER (WHERE
                ST_DWithin(q.point::geography, c.point::geography, :passing_m)) AS passing,
            mode() WITHIN GROUP (ORDER BY u.location_class) FILTER (WHERE
                ST_DWithin(q.point::geography, c.point::geography, :passing_m)) AS best_known
        FROM register.places q JOIN register.units u ON u.place_id = q.id AND u.municipality_id = :town
        LEFT JOIN register.occupancy_spells s ON s.unit_id = u.id AND s.during @> CAST(:day AS date)
        WHERE q.municipality_id = :town AND u.is_ground_floor_frontage AND u.during @> CAST(:day AS date)
          AND s.state IS DISTINCT FROM 'ENTFALLEN' AND q.point && ST_Expand(c.point, :box)
    ) u
    ORDER BY c.kind, c.name, c.id
    """
)
# A degree of longitude has at least 69 km here: the box holds the circle.
_BOX_DEG = NEAR_M / 69_000


def counts_all(actor: Actor, municipality_id: int) -> bool:
    """Whether every vacancy of the register is counted for this person, or only what is on offer to everybody."""
    return may(actor, Action.VACANCY_VIEW, municipality_id)


def candidates(session: Session, actor: Actor, municipality_id: int, day: date) -> list[Candidate]:
    """The places of a town that the person may see, each with what is known of it on the day."""
    with for_municipality(session, municipality_id):
        rows = session.execute(
            _CANDIDATES,
            {
                "town": municipality_id,
                "day": day,
                "near": NEAR_M,
                "box": _BOX_DEG,
                "passing_m": PASSING_M,
                "passing": _json(PASSING),
                "stops": may(actor, Action.TREE_VIEW, municipality_id),
                "viewpoints": may(actor, Action.VIEWPOINT_VIEW, municipality_id),
            },
        ).all()
        served = _served(session, municipality_id, day, rows)
    sees_all = counts_all(actor, municipality_id)
    return [_candidate(row, served, sees_all) for row in rows]


def _json(values: Mapping[str, float]) -> str:
    return "{" + ", ".join(f'"{name}": {value}' for name, value in values.items()) + "}"


def _served(session: Session, municipality_id: int, day: date, rows: Sequence[Row[Any]]) -> dict[str, int]:
    """How often each quarter was served by the day: visits of its stops, and viewpoints that were opened there."""
    quarter = {(row.kind, row.id): row.quarter for row in rows}
    found = {name: 0 for name in quarter.values() if name is not None}
    for one in anchors(session, municipality_id):
        where = quarter.get((one.kind, one.id))
        if one.kind in (STOP, VIEWPOINT) and where is not None:
            found[where] += len(one.opened(day))
    return found


def _candidate(row: Row[Any], served: Mapping[str, int], sees_all: bool) -> Candidate:
    reasons = {
        "vacancies": _vacancies(row, sees_all),
        "sealed": _per_cent(row.sealed_share, "{} % versiegelt"),
        "heat": _per_cent(row.heat_need, "Hitzebedarf {} von 100"),
        "passing": _passing(row, sees_all),
        "equity": _equity(row.quarter, served),
    }
    return Candidate(row.kind, row.id, row.name, row.quarter, row.longitude, row.latitude, row.is_example, reasons)


def _vacancies(row: Row[Any], sees_all: bool) -> Reason:
    number = row.empty if sees_all else row.offered
    one, many = ("Leerstand", "Leerstände") if sees_all else ("angebotener Leerstand", "angebotene Leerstände")
    words = f"{number or 'kein'} {one if number <= 1 else many} bis {NEAR_M} m"
    return Reason(min(number, ENOUGH_VACANCIES) / ENOUGH_VACANCIES, words)


def _per_cent(value: int | None, words: str) -> Reason:
    return Reason(None, "keine Angabe") if value is None else Reason(value / 100, words.format(value))


def _passing(row: Row[Any], sees_all: bool) -> Reason:
    if not row.shops or (not sees_all and row.shops < LEAST_SHOPS):
        return Reason(None, "keine Angabe")
    shops = "einem Laden" if row.shops == 1 else f"{row.shops} Läden"
    where = "Rand" if row.best_known == "RAND" else row.best_known
    return Reason(row.passing, f"Lageklasse meist {where}, nach {shops} bis {PASSING_M} m; nicht gezählt")


def _equity(quarter: str | None, served: Mapping[str, int]) -> Reason:
    if quarter is None:
        return Reason(None, "kein Quartier angegeben")
    if len(served) < 2:
        return Reason(None, "nur ein Quartier bekannt, kein Vergleich")
    most, own = max(served.values()), served[quarter]
    words = f"{quarter}: bisher {'nicht' if own == 0 else 'einmal' if own == 1 else f'{own}-mal'} bedacht"
    return Reason(1.0 - own / most if most else 1.0, words)
